// SPDX-License-Identifier: Apache-2.0
#include "vnode/chip/modbus.h"

#include <string.h>

#include "base/crc16.h"
#include "base/endian.h"

enum {
    QUESTION_SIZE = 8,
    HEAD = 3,
    CRC_SIZE = 2,
    READ_HOLDING = 3,
    READ_INPUT = 4,
    COUNT_MAX = 125, // application protocol V1.1b3, section 6.3
    BAD_FUNCTION = 1,
    BAD_ADDRESS = 2,
    BAD_VALUE = 3,
    CHARACTER_BITS = 11, // as the guide counts in section 2.5.1.1
};
#define NS_PER_S 1000000000ULL

void modbus_device_init(struct modbus_device *self)
{
    *self = (struct modbus_device){.address = 1,
                                   .baud = 9600,
                                   .count = 4,
                                   .registers = {235, 452, 0x1234, 0xFFFE},
                                   .think_us = 20000,
                                   .wake_us = 100000,
                                   .due_ns = UINT64_MAX};
}

static void forget(struct modbus_device *self)
{
    self->size = self->answer_size = self->sent = 0;
    self->spoiled = false;
    self->due_ns = UINT64_MAX;
}

void modbus_device_supply(struct modbus_device *self, bool on, uint64_t now_ns)
{
    if (on != self->supplied) {
        self->supplied = on;
        self->awake_ns = now_ns + self->wake_us * 1000ULL;
        forget(self);
    }
}

static uint64_t character_ns(const struct modbus_device *self)
{
    return CHARACTER_BITS * NS_PER_S / self->baud;
}

static bool fits_rate(const struct modbus_device *self, uint32_t baud)
{
    return baud > self->baud - self->baud / 50 && baud < self->baud + self->baud / 50;
}

// Within a frame at most 1.5 characters may pass; who speaks into an answer hears and says nothing.
void modbus_device_take(struct modbus_device *self, uint8_t byte, uint32_t baud, uint64_t now_ns)
{
    uint64_t character = character_ns(self);

    if (!self->supplied || self->silent) {
        return;
    }
    if (self->answer_size > 0) {
        forget(self);
        self->spoiled = true;
    }
    self->spoiled = self->spoiled || now_ns < self->awake_ns || !fits_rate(self, baud) ||
                    (self->size > 0 && now_ns - self->last_ns > character * 5 / 2) ||
                    self->size == MODBUS_FRAME_MAX;
    if (self->size < MODBUS_FRAME_MAX) {
        self->frame[self->size++] = byte;
    }
    self->last_ns = now_ns;
    self->due_ns = now_ns + character * 7 / 2;
}

static bool is_for_us(const struct modbus_device *self)
{
    return !self->spoiled && self->size >= 2 + CRC_SIZE && self->frame[0] == self->address &&
           load_le16(self->frame + self->size - CRC_SIZE) ==
               crc16_modbus(span_of(self->frame, self->size - CRC_SIZE));
}

static void refuse(struct modbus_device *self, uint8_t code)
{
    self->answer[1] = self->frame[1] | 0x80;
    self->answer[2] = code;
    self->answer_size = HEAD;
}

static void read_registers(struct modbus_device *self)
{
    unsigned offset = load_be16(self->frame + 2) - (unsigned)self->first;
    unsigned count = load_be16(self->frame + 4);

    if (count == 0 || count > COUNT_MAX) {
        refuse(self, BAD_VALUE);
    } else if (offset >= self->count || count > self->count - offset) {
        refuse(self, BAD_ADDRESS);
    } else {
        self->answer[1] = self->frame[1];
        self->answer[2] = (uint8_t)(2 * count);
        for (unsigned i = 0; i < count; i++) {
            store_be16(self->answer + HEAD + 2 * i, self->registers[offset + i]);
        }
        self->answer_size = HEAD + 2 * (size_t)count;
    }
}

static void answer(struct modbus_device *self)
{
    bool reads = self->frame[1] == READ_HOLDING || self->frame[1] == READ_INPUT;

    self->answer[0] = self->address;
    if (!reads) {
        refuse(self, BAD_FUNCTION);
    } else if (self->size != QUESTION_SIZE) {
        refuse(self, BAD_VALUE);
    } else {
        read_registers(self);
    }
    uint16_t crc = crc16_modbus(span_of(self->answer, self->answer_size));
    store_le16(self->answer + self->answer_size, self->spoil_crc ? crc ^ 1 : crc);
    self->answer_size += CRC_SIZE;
}

uint64_t modbus_device_next_ns(const struct modbus_device *self)
{
    return self->due_ns;
}

static void end_question(struct modbus_device *self)
{
    uint64_t ended_ns = self->due_ns;
    bool heard = is_for_us(self);

    if (heard) {
        answer(self);
        self->due_ns = ended_ns + self->think_us * 1000ULL + character_ns(self);
        self->size = 0;
    } else {
        forget(self);
    }
}

bool modbus_device_give(struct modbus_device *self, uint64_t now_ns, uint8_t *byte)
{
    if (now_ns < self->due_ns) {
        return false;
    }
    if (self->answer_size == 0) {
        end_question(self);
        return false;
    }
    *byte = self->answer[self->sent++];
    self->due_ns += character_ns(self);
    if (self->sent == self->answer_size) {
        forget(self);
    }
    return true;
}
