// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/chip/nor_bench.h"

#include <string.h>

struct nor_chip chip;
uint64_t now_ns;

void clock_bits(bool mode3, unsigned bits, uint8_t out, uint8_t *in)
{
    for (unsigned i = 0; i < bits; i++) {
        if (mode3) {
            nor_clock_falls(&chip);
        }
        bool full = nor_clock_rises(&chip, (out << i & 0x80) != 0);
        *in = (uint8_t)(*in << 1 | (nor_miso(&chip) ? 1 : 0));
        if (full) {
            nor_byte(&chip, now_ns);
        }
        if (!mode3) {
            nor_clock_falls(&chip);
        }
    }
}

bool transfer_in(bool mode3, const uint8_t *out, size_t out_size, uint8_t *in, size_t in_size)
{
    uint8_t ignored = 0;

    nor_select(&chip, false, now_ns);
    for (size_t i = 0; i < out_size; i++) {
        clock_bits(mode3, 8, out[i], &ignored);
    }
    for (size_t i = 0; i < in_size; i++) {
        clock_bits(mode3, 8, 0, &in[i]);
    }
    return nor_select(&chip, true, now_ns);
}

bool transfer(const uint8_t *out, size_t out_size, uint8_t *in, size_t in_size)
{
    return transfer_in(false, out, out_size, in, in_size);
}

bool command(uint8_t opcode)
{
    return transfer(&opcode, 1, NULL, 0);
}

uint8_t status(void)
{
    const uint8_t opcode = 0x05;
    uint8_t value = 0;

    transfer(&opcode, 1, &value, 1);
    return value;
}

uint32_t read_id(void)
{
    const uint8_t opcode = 0x9F;
    uint8_t id[3] = {0};

    transfer(&opcode, 1, id, sizeof id);
    return (uint32_t)id[0] << 16 | (uint32_t)id[1] << 8 | id[2];
}

bool addressed(uint8_t opcode, uint32_t address, const uint8_t *data, size_t size)
{
    uint8_t bytes[4 + 300] = {opcode, (uint8_t)(address >> 16), (uint8_t)(address >> 8),
                              (uint8_t)address};

    if (size > 0) {
        memcpy(bytes + 4, data, size);
    }
    return transfer(bytes, 4 + size, NULL, 0);
}

bool program(uint32_t address, const uint8_t *data, size_t size)
{
    command(0x06);
    return addressed(0x02, address, data, size);
}

bool erase(uint8_t opcode, uint32_t address)
{
    command(0x06);
    return addressed(opcode, address, NULL, 0);
}

uint8_t read_cell(uint32_t address)
{
    const uint8_t bytes[4] = {0x03, (uint8_t)(address >> 16), (uint8_t)(address >> 8),
                              (uint8_t)address};
    uint8_t value = 0;

    transfer(bytes, 4, &value, 1);
    return value;
}

void assert_misuse(const char *part)
{
    if (strstr(chip.misuse, part) == NULL) {
        fail_msg("\"%s\" does not contain \"%s\"", chip.misuse, part);
    }
    chip.misuse[0] = '\0';
}

void assert_no_misuse(void)
{
    assert_string_equal(chip.misuse, "");
}

// A chip whose state is known: a status read has said so.
int nor_setup(void **state)
{
    (void)state;
    now_ns = 0;
    nor_init(&chip, &nor_zb25vq32);
    nor_power_on(&chip);
    assert_int_equal(status(), 0);
    return 0;
}

int nor_teardown(void **state)
{
    (void)state;
    nor_free(&chip);
    return 0;
}
