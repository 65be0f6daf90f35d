// SPDX-License-Identifier: Apache-2.0
// A NOR chip on four pins that a test moves, and a clock that it sets.
#ifndef NBOTA_TESTS_UNIT_CHIP_NOR_BENCH_H
#define NBOTA_TESTS_UNIT_CHIP_NOR_BENCH_H

#include "tests/host/cmocka_all.h"
#include "vnode/chip/nor.h"

enum { US = 1000, MS = 1000 * 1000 };

extern struct nor_chip chip;
extern uint64_t now_ns;

// For cmocka: a chip whose state is known, since a status read has said so; and its end.
int nor_setup(void **state);
int nor_teardown(void **state);

void clock_bits(bool mode3, unsigned bits, uint8_t out, uint8_t *in);
// One transaction, in SPI mode 3 or 0; true when the chip begins to work by itself.
bool transfer_in(bool mode3, const uint8_t *out, size_t out_size, uint8_t *in, size_t in_size);
bool transfer(const uint8_t *out, size_t out_size, uint8_t *in, size_t in_size); // in mode 0
bool command(uint8_t opcode);
bool addressed(uint8_t opcode, uint32_t address, const uint8_t *data, size_t size);
uint8_t status(void);
uint32_t read_id(void);
uint8_t read_cell(uint32_t address);
// With their write enable.
bool program(uint32_t address, const uint8_t *data, size_t size);
bool erase(uint8_t opcode, uint32_t address);

// The text of the last misuse contains `part`; forgets it.
void assert_misuse(const char *part);
void assert_no_misuse(void);

#endif
