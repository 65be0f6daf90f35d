// SPDX-License-Identifier: Apache-2.0
#include "tests/fake/line.h"

#include <string.h>

#include "base/contract.h"
#include "node/port/clock.h"
#include "node/port/supply.h"
#include "tests/fake/time.h"

struct fake_line fake_line;

void fake_line_answer(unsigned n, const void *bytes, size_t size)
{
    CONTRACT(n < FAKE_LINE_QUESTIONS && size <= FAKE_LINE_MAX);
    memcpy(fake_line.answers[n].bytes, bytes, size);
    fake_line.answers[n].size = size;
}

void line_open(const struct line_format *format)
{
    fake_line.format = *format;
    fake_line.open = true;
}

void line_close(void)
{
    fake_line.open = false;
}

void line_send(struct span bytes)
{
    CONTRACT(fake_line.open && fake_line.supplied && fake_line.questions < FAKE_LINE_QUESTIONS);
    CONTRACT(bytes.size <= FAKE_LINE_MAX);
    if (fake_line.questions == 0) {
        fake_line.asked_ms = clock_now_ms();
    }
    fake_line.taken = 0;
    memcpy(fake_line.asked[fake_line.questions].bytes, bytes.data, bytes.size);
    fake_line.asked[fake_line.questions++].size = bytes.size;
}

static void note_feeds(void)
{
    if (fake_watchdog_feeds() != fake_line.feeds) {
        fake_line.feeds = fake_watchdog_feeds();
        fake_line.fed_ms = clock_now_ms();
    }
}

size_t line_receive(uint8_t *buffer, size_t capacity, uint32_t first_ms, uint32_t gap_ms)
{
    CONTRACT(fake_line.open && fake_line.questions > 0);
    size_t left = fake_line.answers[fake_line.questions - 1].size - fake_line.taken;
    size_t size = left < capacity ? left : capacity;

    note_feeds();
    fake_time_pass(fake_line.drips ? (uint32_t)size * gap_ms : 0);
    fake_time_pass(size == capacity ? 0 : size == 0 ? first_ms : gap_ms);
    memcpy(buffer, fake_line.answers[fake_line.questions - 1].bytes + fake_line.taken, size);
    fake_line.taken += size;
    uint32_t hungry_ms = clock_now_ms() - fake_line.fed_ms;
    fake_line.longest_ms = hungry_ms > fake_line.longest_ms ? hungry_ms : fake_line.longest_ms;
    return size;
}

void supply_5v(bool on)
{
    fake_line.supplied = on;
    fake_line.supplied_ms = clock_now_ms();
}

bool input_look(enum input input)
{
    return fake_line.inputs[input];
}
