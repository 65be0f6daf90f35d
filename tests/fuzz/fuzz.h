// SPDX-License-Identifier: Apache-2.0
// A fuzz target is one function that takes any bytes: libFuzzer calls it (`make fuzz`), and replay.c calls it with each
// file of its corpus in every test run. It has failed when it crashes, breaks a contract or does not come back.
#ifndef NBOTA_TESTS_FUZZ_FUZZ_H
#define NBOTA_TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include "base/contract.h"

// Returns 0. The name is libFuzzer's.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
