// SPDX-License-Identifier: Apache-2.0
// A sensor line whose other end is the test, with the sensors' supply and two inputs.
#ifndef NBOTA_TESTS_FAKE_LINE_H
#define NBOTA_TESTS_FAKE_LINE_H

#include <stdbool.h>

#include "node/port/input.h"
#include "node/port/line.h"

enum { FAKE_LINE_QUESTIONS = 20, FAKE_LINE_MAX = 140 };

struct fake_line {
    struct line_format format; // it was opened with
    bool open;
    bool supplied;        // 5 V are on
    uint32_t supplied_ms; // since when
    uint32_t asked_ms;    // the first question
    unsigned questions;   // so far
    size_t taken;         // bytes of the answer under way
    bool drips;           // each byte takes the whole gap
    unsigned longest_ms;  // between two feeds of the watchdog
    uint32_t fed_ms;
    unsigned feeds;
    struct {
        uint8_t bytes[FAKE_LINE_MAX];
        size_t size;
    } asked[FAKE_LINE_QUESTIONS], answers[FAKE_LINE_QUESTIONS]; // an answer of size 0: silence
    bool inputs[INPUTS];                                        // high
};

extern struct fake_line fake_line;

// The n-th question, from 0, gets these bytes.
void fake_line_answer(unsigned n, const void *bytes, size_t size);

#endif
