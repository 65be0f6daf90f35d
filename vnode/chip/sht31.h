// SPDX-License-Identifier: Apache-2.0
// Sensirion SHT31 on I2C: single shots without clock stretching, CRC-8 behind each word (datasheet section 4).
#ifndef NBOTA_VNODE_CHIP_SHT31_H
#define NBOTA_VNODE_CHIP_SHT31_H

#include <stdbool.h>
#include <stdint.h>

enum { SHT31_ADDRESS = 0x44, SHT31_ANSWER_SIZE = 6 };

struct sht31 {
    // Set by whoever owns the board, any time.
    bool absent;
    int16_t temperature_centi; // 0.01 °C, -4500..13000
    uint16_t humidity_centi;   // 0.01 %, 0..10000
    bool spoil_crc;
    // Private.
    bool selected, reads, measuring, has_answer;
    uint16_t command;
    uint8_t received; // bytes of the command
    uint8_t sent;     // bytes of the answer
    uint64_t ready_ns;
    uint64_t measured_ns; // spent measuring, in all
    uint8_t answer[SHT31_ANSWER_SIZE];
};

// 21.50 °C and 45.00 %.
void sht31_init(struct sht31 *self);
void sht31_power_off(struct sht31 *self);
// An address byte; true = acknowledged. A read is refused while there is no result.
bool sht31_start(struct sht31 *self, uint8_t address, bool reads, uint64_t now_ns);
bool sht31_put(struct sht31 *self, uint8_t byte, uint64_t now_ns);
uint8_t sht31_get(struct sht31 *self);
void sht31_stop(struct sht31 *self);

#endif
