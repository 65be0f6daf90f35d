// SPDX-License-Identifier: Apache-2.0
// Ordinary compiled code: checksums, sorting, wide arithmetic, strings. Prints what it computed.
#include "tests/oracle/programs/start.h"

enum { COUNT = 512, ROUNDS = 40 };

static uint32_t words[COUNT];
static uint32_t seed = 12345;
static uint8_t text[1024];

static uint32_t next(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 17;
    seed ^= seed << 5;
    return seed;
}

static uint32_t crc32(const uint8_t *bytes, size_t size)
{
    uint32_t crc = 0xFFFFFFFF;

    while (size-- > 0) {
        crc ^= *bytes++;
        for (int bit = 0; bit < 8; bit++) {
            crc = crc >> 1 ^ (0xEDB88320U & -(crc & 1));
        }
    }
    return ~crc;
}

static void fill(void)
{
    for (int i = 0; i < COUNT; i++) {
        words[i] = next();
    }
}

static void sort(void)
{
    for (int gap = COUNT / 2; gap > 0; gap /= 2) {
        for (int i = gap; i < COUNT; i++) {
            uint32_t value = words[i];
            int j = i;

            for (; j >= gap && (int32_t)words[j - gap] > (int32_t)value; j -= gap) {
                words[j] = words[j - gap];
            }
            words[j] = value;
        }
    }
}

static uint64_t multiply_and_divide(void)
{
    uint64_t sum = 1;

    for (int i = 1; i < COUNT; i++) {
        sum = sum * (words[i] | 1) + words[i - 1] / (uint32_t)(i + 1);
        sum ^= (uint64_t)((int64_t)sum >> (i % 63)) + (uint64_t)((int32_t)words[i] / -7);
        sum += sum / (uint64_t)(words[i] % 1000 + 3);
    }
    return sum;
}

static uint32_t narrow(void)
{
    int32_t sum = 0;

    for (int i = 0; i < COUNT; i++) {
        int16_t half = (int16_t)words[i];
        int8_t byte = (int8_t)(words[i] >> 8);

        text[i] = (uint8_t)(half + byte);
        sum += half * byte - (int32_t)text[(i * 7) & 511];
    }
    return (uint32_t)sum;
}

void program(void)
{
    uint64_t wide;

    for (int round = 0; round < ROUNDS; round++) {
        fill();
        sort();
        wide = multiply_and_divide();
        memcpy(text + 13, words, sizeof text - 13);
        if (round % 8 == 0) {
            print_hex("sorted", crc32((const uint8_t *)words, sizeof words));
            print_hex("high", (uint32_t)(wide >> 32));
            print_hex("low", (uint32_t)wide);
            print_hex("narrow", narrow());
            print_hex("text", crc32(text, sizeof text));
        }
    }
}
