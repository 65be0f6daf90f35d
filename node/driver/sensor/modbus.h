// SPDX-License-Identifier: Apache-2.0
// Modbus-RTU as master (Modbus over serial line V1.02, application protocol V1.1b3): questions, their answers and the line.
//
//   question  | address | function | first u16 BE | count u16 BE | CRC u16 LE |
//   answer    | address | function | bytes n      | n bytes      | CRC u16 LE |
//   refusal   | address | function + 80 | code    | CRC u16 LE |
#ifndef NBOTA_NODE_DRIVER_SENSOR_MODBUS_H
#define NBOTA_NODE_DRIVER_SENSOR_MODBUS_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "base/status.h"
#include "node/port/line.h"

enum {
    MODBUS_QUESTION_SIZE = 8,
    MODBUS_ANSWER_MAX = 128,
    MODBUS_READ_HOLDING = 3, // "read holding registers"
    MODBUS_TRIES = 3,
};

void modbus_write_question(uint8_t frame[MODBUS_QUESTION_SIZE], uint8_t address, uint8_t function,
                           uint16_t first, uint16_t count);

// The data bytes of `answer` if it answers `question` completely; they lie in `answer`.
// STATUS_CORRUPT: CRC, length, or somebody else's answer. STATUS_REFUSED: the device refuses.
enum status modbus_read_answer(struct span question, struct span answer, struct span *data);

// How long a line may be silent inside a frame: 3.5 characters after the guide (section 2.5.1.1), and 20 ms more, which
// converters on the way need.
uint32_t modbus_gap_ms(uint32_t baud);

// Sends and waits `wait_ms` for the first byte; returns the bytes that came, 0 when nobody answered. Feeds the watchdog.
size_t modbus_exchange(struct span question, uint8_t *answer, size_t capacity, uint32_t wait_ms,
                       uint32_t gap_ms);

// Reads `count` holding registers into `values`, two bytes each, big-endian; up to MODBUS_TRIES tries of
// 500 ms each. Needs the line open. Errors as modbus_read_answer(), STATUS_TIMEOUT when nobody answers.
enum status modbus_read_registers(const struct line_format *format, uint8_t address, uint16_t first,
                                  uint16_t count, uint8_t *values);

#endif
