// SPDX-License-Identifier: Apache-2.0
// What a user wants asked on the serial line and what of the answers is to be sent: the texts of AT+COMMANDx and
// AT+DATACUTx (docs/products.md, "RS485") read, and applied to an answer.
#ifndef NBOTA_NODE_CORE_QUESTION_H
#define NBOTA_NODE_CORE_QUESTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

enum {
    QUESTION_BYTES_MAX = 14, // that a user may give
    QUESTION_SIZE_MAX = QUESTION_BYTES_MAX + 2,
    QUESTION_ANSWER_MAX = 128,
    QUESTION_RANGES_MAX = 6,
    QUESTION_NUMBER_MAX = 15, // of shipped converters
};

struct question {
    uint8_t size; // with the CRC; 0 = nothing to ask
    bool has_crc;
    uint8_t bytes[QUESTION_SIZE_MAX];
};

// Bytes of an answer, counted from 1.
struct question_range {
    uint8_t first;
    uint8_t last;
};

struct question_cut {
    uint8_t answer_size; // the answer has exactly that many bytes
    uint8_t count;       // 0 = no cut
    struct question_range ranges[QUESTION_RANGES_MAX];
};

// "0103000A0002,1": bytes in hex, then whether their CRC-16 is added; "NULL": nothing to ask. False: neither.
bool question_read(struct span text, struct question *question);

// "<size>,1,<n>+<n>…" up to 6 bytes, "<size>,2,<n>~<n>+…" up to 3 ranges, or "0,0,0". False: none of them.
bool question_read_cut(struct span text, struct question_cut *cut);

// "<first>,<last>", numbers of commands from 1 to QUESTION_NUMBER_MAX. False: not of that form, or turned round.
bool question_read_numbers(struct span text, struct question_range *numbers);

// Whether `answer` is whole, as far as that can be told: a question with CRC is answered with CRC.
bool question_is_answered(const struct question *question, struct span answer);

// Appends what is wanted of `answer` to `values`, `capacity` bytes at most, and returns how many bytes that were: what the
// cut says; without one and with `as_modbus` the data of a Modbus answer; else all. Where the answer is missing (empty) or
// has another size than it should, FF stands for each byte, so that what follows keeps its place.
size_t question_values(const struct question *question, const struct question_cut *cut,
                       bool as_modbus, struct span answer, uint8_t *values, size_t capacity);

#endif
