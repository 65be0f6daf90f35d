// SPDX-License-Identifier: Apache-2.0
// Key and interrupt inputs whose levels the test sets.
#ifndef NBOTA_TESTS_FAKE_INPUT_H
#define NBOTA_TESTS_FAKE_INPUT_H

#include "node/port/input.h"

// All high, none watched.
void fake_input_reset(void);
// Notes an edge when the node asked for it.
void fake_input_drive(enum input input, bool high);
enum input_sense fake_input_sense(enum input input);

#endif
