// SPDX-License-Identifier: Apache-2.0
// A device on an RS485 line that speaks Modbus-RTU (serial line guide V1.02): registers that can be read. Strict: it has
// no ears for a frame with a gap, of another rate, with a wrong CRC or for another address, nor before it has woken up.
#ifndef NBOTA_VNODE_CHIP_MODBUS_H
#define NBOTA_VNODE_CHIP_MODBUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MODBUS_DEVICE_REGISTERS = 16, MODBUS_FRAME_MAX = 256 };

struct modbus_device {
    // Set by whoever owns the board, any time.
    uint8_t address;
    uint32_t baud;
    uint16_t first; // number of registers[0]
    uint16_t count; // that exist, MODBUS_DEVICE_REGISTERS at most
    uint16_t registers[MODBUS_DEVICE_REGISTERS];
    bool silent;       // as with a broken wire
    bool spoil_crc;    // of its answers
    uint32_t think_us; // from the end of a question to the answer
    uint32_t wake_us;  // from power to ears
    // Private.
    bool supplied;
    bool spoiled; // the frame under way
    uint64_t awake_ns;
    uint64_t due_ns; // end of the frame, or next byte of the answer is complete
    uint64_t last_ns;
    uint8_t frame[MODBUS_FRAME_MAX];
    size_t size;
    uint8_t answer[MODBUS_FRAME_MAX];
    size_t answer_size;
    size_t sent;
};

// Registers 0000 to 0003 of device 1 at 9600 baud, without power: 235, 452, 4660, 65534.
void modbus_device_init(struct modbus_device *self);
void modbus_device_supply(struct modbus_device *self, bool on, uint64_t now_ns);
// A character that is complete now; `baud` is the sender's, 0 when its frame is not 8N1.
void modbus_device_take(struct modbus_device *self, uint8_t byte, uint32_t baud, uint64_t now_ns);
// When it has to be asked for a byte, UINT64_MAX = never.
uint64_t modbus_device_next_ns(const struct modbus_device *self);
// True when a byte of an answer is complete; false when only a question has ended.
bool modbus_device_give(struct modbus_device *self, uint64_t now_ns, uint8_t *byte);

#endif
