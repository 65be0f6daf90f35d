// SPDX-License-Identifier: Apache-2.0
#include "vnode/chip/sht31.h"

enum {
    CRC_POLYNOMIAL = 0x31,
    SOFT_RESET = 0x30A2,
    READ_STATUS = 0xF32D,
    CLEAR_STATUS = 0x3041,
};

// Single shots without stretching and their longest duration, datasheet tables 4 and 9.
static const struct {
    uint16_t command;
    uint16_t duration_100us;
} shots[] = {{0x2400, 155}, {0x240B, 65}, {0x2416, 45}};

void sht31_init(struct sht31 *self)
{
    *self = (struct sht31){.temperature_centi = 2150, .humidity_centi = 4500};
}

void sht31_power_off(struct sht31 *self)
{
    self->selected = self->measuring = self->has_answer = false;
}

static uint8_t crc8(const uint8_t bytes[2])
{
    unsigned crc = 0xFF;

    for (unsigned i = 0; i < 2; i++) {
        crc ^= bytes[i];
        for (unsigned bit = 0; bit < 8; bit++) {
            crc = (crc & 0x80) != 0 ? (crc << 1 ^ CRC_POLYNOMIAL) & 0xFF : crc << 1;
        }
    }
    return (uint8_t)crc;
}

static void put_word(struct sht31 *self, uint8_t *place, uint32_t word)
{
    place[0] = (uint8_t)(word >> 8);
    place[1] = (uint8_t)word;
    place[2] = crc8(place) ^ (self->spoil_crc ? 0xFF : 0);
}

// T = -45 + 175 · raw / 65535, RH = 100 · raw / 65535 (datasheet section 4.13).
static void take_sample(struct sht31 *self)
{
    uint32_t above = (uint32_t)(self->temperature_centi + 4500);

    put_word(self, self->answer, (above * 65535 + 8750) / 17500);
    put_word(self, self->answer + 3, (self->humidity_centi * 65535U + 5000) / 10000);
    self->has_answer = true;
}

bool sht31_start(struct sht31 *self, uint8_t address, bool reads, uint64_t now_ns)
{
    if (self->absent || address != SHT31_ADDRESS) {
        return false;
    }
    if (self->measuring && now_ns >= self->ready_ns) {
        self->measuring = false;
        take_sample(self);
    }
    if (reads && !self->has_answer) {
        return false;
    }
    self->selected = true;
    self->reads = reads;
    self->received = 0;
    self->sent = 0;
    return true;
}

static bool execute(struct sht31 *self, uint64_t now_ns)
{
    self->has_answer = false;
    for (unsigned i = 0; i < sizeof shots / sizeof shots[0]; i++) {
        if (shots[i].command == self->command) {
            self->measuring = true;
            self->ready_ns = now_ns + shots[i].duration_100us * 100000ULL;
            self->measured_ns += shots[i].duration_100us * 100000ULL;
            return true;
        }
    }
    if (self->command == READ_STATUS) {
        put_word(self, self->answer, 0);
        put_word(self, self->answer + 3, 0xFFFF);
        self->has_answer = true;
    }
    return self->command == READ_STATUS || self->command == SOFT_RESET ||
           self->command == CLEAR_STATUS;
}

bool sht31_put(struct sht31 *self, uint8_t byte, uint64_t now_ns)
{
    if (!self->selected || self->reads || self->received >= 2) {
        return false;
    }
    if (self->measuring) { // deaf until the measurement is over
        return false;
    }
    self->command = (uint16_t)(self->command << 8 | byte);
    self->received++;
    return self->received < 2 || execute(self, now_ns);
}

uint8_t sht31_get(struct sht31 *self)
{
    if (!self->selected || !self->reads || self->sent >= SHT31_ANSWER_SIZE) {
        return 0xFF; // nobody pulls the line
    }
    return self->answer[self->sent++];
}

void sht31_stop(struct sht31 *self)
{
    if (self->selected && self->reads && self->sent > 0) {
        self->has_answer = false; // a result is read once
    }
    self->selected = false;
}
