// SPDX-License-Identifier: Apache-2.0
#include "node/driver/sensor/modbus.h"

#include <string.h>

#include "base/crc16.h"
#include "base/endian.h"
#include "node/port/watchdog.h"

enum {
    AT_FUNCTION = 1,
    AT_COUNT = 2,
    AT_DATA = 3,
    CRC_SIZE = 2,
    REFUSAL = 0x80,
    ANSWER_WAIT_MS = 500, // slow weather stations take 200
    GAP_MS = 20,
    PIECE = 16, // bytes: less than a second with the longest gaps
};

void modbus_write_question(uint8_t frame[MODBUS_QUESTION_SIZE], uint8_t address, uint8_t function,
                           uint16_t first, uint16_t count)
{
    frame[0] = address;
    frame[AT_FUNCTION] = function;
    store_be16(frame + 2, first);
    store_be16(frame + 4, count);
    store_le16(frame + 6, crc16_modbus(span_of(frame, MODBUS_QUESTION_SIZE - CRC_SIZE)));
}

static bool is_whole(struct span answer)
{
    size_t size = answer.size - CRC_SIZE;

    return load_le16(answer.data + size) == crc16_modbus(span_of(answer.data, size));
}

enum status modbus_read_answer(struct span question, struct span answer, struct span *data)
{
    if (answer.size < AT_DATA + CRC_SIZE || !is_whole(answer) ||
        answer.data[0] != question.data[0]) {
        return STATUS_CORRUPT;
    }
    if (answer.data[AT_FUNCTION] == (question.data[AT_FUNCTION] | REFUSAL)) {
        return STATUS_REFUSED;
    }
    if (answer.data[AT_FUNCTION] != question.data[AT_FUNCTION] ||
        answer.size != AT_DATA + answer.data[AT_COUNT] + (size_t)CRC_SIZE) {
        return STATUS_CORRUPT;
    }
    *data = span_of(answer.data + AT_DATA, answer.data[AT_COUNT]);
    return STATUS_OK;
}

// A character has 11 bits: 38.5 of them, in ms.
uint32_t modbus_gap_ms(uint32_t baud)
{
    return GAP_MS + 38500 / baud + 1;
}

// Piece by piece, so that a device which drips bytes does not keep the watchdog hungry.
size_t modbus_exchange(struct span question, uint8_t *answer, size_t capacity, uint32_t wait_ms,
                       uint32_t gap_ms)
{
    size_t size = 0;
    size_t wanted;
    size_t piece;

    watchdog_feed();
    line_send(question);
    do {
        wanted = capacity - size < PIECE ? capacity - size : PIECE;
        piece = line_receive(answer + size, wanted, size == 0 ? wait_ms : gap_ms, gap_ms);
        watchdog_feed();
        size += piece;
    } while (piece == wanted && size < capacity);
    return size;
}

static enum status try_once(struct span question, uint32_t gap_ms, uint16_t count, uint8_t *values)
{
    uint8_t answer[MODBUS_ANSWER_MAX];
    struct span data;
    size_t size = modbus_exchange(question, answer, sizeof answer, ANSWER_WAIT_MS, gap_ms);

    if (size == 0) {
        return STATUS_TIMEOUT;
    }
    enum status status = modbus_read_answer(question, span_of(answer, size), &data);
    if (status != STATUS_OK) {
        return status;
    }
    if (data.size != 2U * count) {
        return STATUS_CORRUPT;
    }
    memcpy(values, data.data, data.size);
    return STATUS_OK;
}

enum status modbus_read_registers(const struct line_format *format, uint8_t address, uint16_t first,
                                  uint16_t count, uint8_t *values)
{
    uint8_t question[MODBUS_QUESTION_SIZE];
    uint32_t gap_ms = modbus_gap_ms(format->baud);
    enum status status = STATUS_TIMEOUT;

    modbus_write_question(question, address, MODBUS_READ_HOLDING, first, count);
    for (unsigned i = 0; i < MODBUS_TRIES; i++) {
        status = try_once(span_of(question, sizeof question), gap_ms, count, values);
        if (status == STATUS_OK || status == STATUS_REFUSED) {
            break;
        }
    }
    return status;
}
