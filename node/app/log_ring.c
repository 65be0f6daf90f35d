// SPDX-License-Identifier: Apache-2.0
#include "node/app/log_ring.h"

#include "node/port/kept_log.h"

#define MAGIC 0x4C4F4731U // "LOG1"

static uint32_t check_of(void)
{
    return kept_log.magic ^ ~kept_log.written ^ (kept_log.begin << 1 | kept_log.begin >> 31);
}

// RAM after a power-on may hold anything.
static void begin_anew_unless_whole(void)
{
    bool is_whole = kept_log.magic == MAGIC && kept_log.check == check_of() &&
                    kept_log.written - kept_log.begin <= KEPT_LOG_SIZE;

    if (!is_whole) {
        kept_log.magic = MAGIC;
        kept_log.written = kept_log.begin = 0;
        kept_log.check = check_of();
    }
}

uint32_t log_ring_begin(void)
{
    begin_anew_unless_whole();
    return kept_log.begin;
}

uint32_t log_ring_end(void)
{
    begin_anew_unless_whole();
    return kept_log.written;
}

// The text goes first: a reset amidst it, which somebody will want to understand, leaves a whole log.
void log_ring_add(struct span text)
{
    begin_anew_unless_whole();
    for (size_t i = 0; i < text.size; i++) {
        kept_log.text[(kept_log.written + i) % KEPT_LOG_SIZE] = (char)text.data[i];
    }
    kept_log.written += (uint32_t)text.size;
    if (kept_log.written - kept_log.begin > KEPT_LOG_SIZE) {
        kept_log.begin = kept_log.written - KEPT_LOG_SIZE;
    }
    kept_log.check = check_of();
}

size_t log_ring_read(uint32_t *position, char *buffer, size_t capacity)
{
    size_t size = 0;

    begin_anew_unless_whole();
    if (kept_log.written - *position > kept_log.written - kept_log.begin) {
        *position = kept_log.begin;
    }
    for (uint32_t at = *position; at != kept_log.written && size < capacity; at++) {
        buffer[size++] = kept_log.text[at % KEPT_LOG_SIZE];
    }
    return size;
}

void log_ring_clear(void)
{
    begin_anew_unless_whole();
    kept_log.begin = kept_log.written;
    kept_log.check = check_of();
}

static bool uplink_wanted;

void log_uplink_request(void)
{
    uplink_wanted = true;
}

bool log_uplink_is_wanted(void)
{
    return uplink_wanted;
}

void log_uplink_done(void)
{
    uplink_wanted = false;
}
