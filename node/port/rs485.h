// SPDX-License-Identifier: Apache-2.0
// What the user configured of the sensor line, read from the settings whenever it is asked for. Bound at link time.
#ifndef NBOTA_NODE_PORT_RS485_H
#define NBOTA_NODE_PORT_RS485_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "node/port/line.h"

enum {
    RS485_QUESTIONS = 5, // AT+COMMAND1..5
    RS485_QUESTION_MAX = 16,
    RS485_ANSWER_MAX = 128,
};

void rs485_format(struct line_format *format);
// How long the sensors have had their supply before they are asked.
uint32_t rs485_supply_ms(void);

// `index` counts from 0. The bytes of a question, ready to be sent; 0 = none there.
size_t rs485_question(unsigned index, uint8_t bytes[RS485_QUESTION_MAX]);
// How long its answer may take to begin, at most 4 s.
uint32_t rs485_wait_ms(unsigned index);
// Whether `answer` is whole, as far as that can be told.
bool rs485_is_answer(unsigned index, struct span answer);
// Writes what is wanted of `answer`, `capacity` bytes at most, and returns how many bytes that are. An empty answer: FF
// for each byte that a good one would give.
size_t rs485_values(unsigned index, struct span answer, uint8_t *values, size_t capacity);

#endif
