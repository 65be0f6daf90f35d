// SPDX-License-Identifier: Apache-2.0
// Commands about what is measured.
#include "node/app/app.h"
#include "node/app/commands.h"
#include "node/app/content.h"
#include "node/app/payload.h"
#include "node/store/history.h"

enum { TEXT_SIZE = 400 }; // a payload without rows of the data log

static bool is(struct span value, const char *wanted)
{
    return span_equals(value, span_of_text(wanted));
}

static void say_measurement(void)
{
    char text[TEXT_SIZE];
    struct fmt out;
    struct measurement measurement;

    payload_measure(&measurement);
    fmt_init(&out, text, sizeof text);
    payload_add((struct protocol){UPLINK_MQTT, PAYLOAD_JSON}, &measurement, &out);
    command_say_line(text);
}

// Measuring takes the time that a session under way needs for the modem's line.
enum command_result command_sensor_value(const struct command_call *call)
{
    if (!is(call->value, "0") && !is(call->value, "1")) {
        return RESULT_PARAM_ERROR;
    }
    if (data_is_running() || ota_is_running()) {
        return RESULT_BUSY;
    }
    say_measurement();
    if (is(call->value, "1")) {
        data_request();
    }
    return RESULT_OK;
}

enum command_result command_last_data(const struct command_call *call)
{
    char text[TEXT_SIZE];
    struct fmt out;

    (void)call;
    fmt_init(&out, text, sizeof text);
    command_say_line(content_add_last(&out) ? text : "NULL");
    return RESULT_OK;
}

static void print_rows(void)
{
    struct history_cursor cursor;
    struct history_row row;
    unsigned number = 0;

    history_rewind(&cursor);
    while (history_next(&cursor, &row)) {
        char text[TEXT_SIZE / 2];
        struct fmt out;
        fmt_init(&out, text, sizeof text);
        fmt_add(&out, "%u:", ++number);
        payload_add_row(&row, &out);
        command_say_line(text);
    }
}

enum command_result command_data_log(const struct command_call *call)
{
    if (call->form == FORM_RUN) {
        print_rows();
        return RESULT_OK;
    }
    if (!is(call->value, "0")) {
        return RESULT_PARAM_ERROR;
    }
    return history_clear() == STATUS_OK ? RESULT_OK : RESULT_ERROR;
}
