// SPDX-License-Identifier: Apache-2.0
// AT+GETLOG and AT+STATS: what is known of the past.
#include "base/fmt.h"
#include "node/app/app.h"
#include "node/app/commands.h"
#include "node/app/log_ring.h"
#include "node/port/counters.h"

static bool is_digit(const struct command_call *call, char digit)
{
    return call->value.size == 1 && call->value.data[0] == (uint8_t)digit;
}

static void print_log(void)
{
    char piece[64];
    uint32_t position = log_ring_begin();
    size_t size;

    while ((size = log_ring_read(&position, piece, sizeof piece)) != 0) {
        log_raw(span_of(piece, size));
        position += (uint32_t)size;
    }
}

enum command_result command_log(const struct command_call *call)
{
    if (call->form == FORM_RUN) {
        print_log();
    } else if (is_digit(call, '0')) {
        log_ring_clear();
    } else if (is_digit(call, '1')) {
        log_uplink_request();
        if (!data_is_running()) { // a session under way sends it
            data_request();
        }
    } else {
        return RESULT_PARAM_ERROR;
    }
    return RESULT_OK;
}

static void print_counters(void)
{
    static const char *const texts[] = {
#define COUNTER(name, text) [COUNTER_##name] = text,
#include "node/port/counters.def"
#undef COUNTER
    };
    char line[48];
    struct fmt out;

    for (unsigned i = 0; i < COUNTER_COUNT; i++) {
        fmt_init(&out, line, sizeof line);
        fmt_add(&out, "%s:%lu", texts[i], (unsigned long)counter_read((enum counter)i));
        command_say_line(line);
    }
}

enum command_result command_statistics(const struct command_call *call)
{
    if (call->form == FORM_RUN) {
        print_counters();
    } else if (is_digit(call, '0')) {
        counters_clear();
    } else {
        return RESULT_PARAM_ERROR;
    }
    return RESULT_OK;
}
