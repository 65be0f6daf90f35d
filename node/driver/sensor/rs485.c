// SPDX-License-Identifier: Apache-2.0
// The RS485 products: each command of the user is sent, what is wanted of its answer is kept. The record is the values in
// the order of the commands; what does not fit it is cut off.
#include "node/driver/sensor/modbus.h"
#include "node/driver/sensor/sensor_line.h"
#include "node/driver/sensor/sensors.h"
#include "node/port/rs485.h"

// The answer's size, 0 when none came that is whole.
static size_t ask(unsigned index, struct span question, uint8_t answer[RS485_ANSWER_MAX],
                  uint32_t gap_ms)
{
    for (unsigned i = 0; i < MODBUS_TRIES; i++) {
        size_t size =
            modbus_exchange(question, answer, RS485_ANSWER_MAX, rs485_wait_ms(index), gap_ms);
        if (rs485_is_answer(index, span_of(answer, size))) {
            return size;
        }
    }
    return 0;
}

static void ask_and_keep(unsigned index, uint32_t gap_ms, struct sensor_record *record)
{
    uint8_t question[RS485_QUESTION_MAX];
    uint8_t answer[RS485_ANSWER_MAX];
    size_t size = rs485_question(index, question);

    if (size == 0) {
        return;
    }
    size = ask(index, span_of(question, size), answer, gap_ms);
    record->size +=
        (uint8_t)rs485_values(index, span_of(answer, size), record->bytes + record->size,
                              (size_t)SENSOR_RECORD_MAX - record->size);
}

static void measure(struct sensor_record *record)
{
    struct line_format format;

    record->size = 0;
    sensor_line_begin(&format);
    for (unsigned i = 0; i < RS485_QUESTIONS; i++) {
        ask_and_keep(i, modbus_gap_ms(format.baud), record);
    }
    sensor_line_end();
}

static void add_digits(const struct sensor_record *record, struct fmt *out)
{
    for (unsigned i = 0; i < record->size; i++) {
        fmt_add(out, "%02x", (unsigned)record->bytes[i]);
    }
}

static void add_json_row(const struct sensor_record *record, struct fmt *out)
{
    fmt_add(out, "\"");
    add_digits(record, out);
    fmt_add(out, "\"");
}

static void add_json(const struct sensor_record *record, struct fmt *out)
{
    fmt_add(out, "\"Payload\":");
    add_json_row(record, out);
}

const struct sensor rs485_sensor = {
    .hex_layout = "litpv",
    .measure = measure,
    .add_json = add_json,
    .add_json_row = add_json_row,
    .add_hex = add_digits,
    .add_hex_row = add_digits,
};
