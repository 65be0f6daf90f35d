// SPDX-License-Identifier: Apache-2.0
#include "node/boot/xmodem.h"

enum state {
    BETWEEN, // blocks: the next byte says what comes
    INSIDE,  // a block
    DAMAGED, // a block that is not to be understood: until the line is quiet
};

enum { SMALL_BLOCK = 128, FRAME = 4, CRC_POLYNOMIAL = 0x1021 };

static struct xmodem_step nothing(void)
{
    return (struct xmodem_step){XMODEM_NOTHING, 0};
}

static void enter(struct xmodem *self, enum state state, uint32_t now_ms, uint32_t wait_ms)
{
    self->state = (uint8_t)state;
    self->since_ms = now_ms;
    self->wait_ms = wait_ms;
}

void xmodem_begin(struct xmodem *self, uint32_t now_ms, uint32_t first_ms)
{
    self->expected = 1;
    self->tries = 0;
    self->begun = self->cancelling = false;
    enter(self, BETWEEN, now_ms, first_ms);
}

// CRC-16/XMODEM. Over a content and its own CRC it is 0.
static uint16_t crc_of(uint16_t crc, uint8_t byte)
{
    uint32_t value = crc ^ (uint32_t)byte << 8;

    for (unsigned bit = 0; bit < 8; bit++) {
        value = (value & 0x8000) != 0 ? value << 1 ^ CRC_POLYNOMIAL : value << 1;
    }
    return (uint16_t)value;
}

// ---- a whole block ----

// The block that we asked for because our answer was lost. One that comes without being asked for was sent when our
// invitation and the first block crossed: its answer is under way, a second one would be taken for the next block's.
static uint8_t answer_to_repeated(const struct xmodem *self)
{
    return self->tries > 0 ? XMODEM_ACK : 0;
}

static struct xmodem_step judge(struct xmodem *self, uint32_t now_ms)
{
    if ((self->number ^ self->inverted) != 0xFF || self->crc != 0) {
        enter(self, DAMAGED, now_ms, XMODEM_QUIET_MS);
        return nothing();
    }
    enter(self, BETWEEN, now_ms, XMODEM_PATIENCE_MS);
    if (self->number == self->expected) {
        return (struct xmodem_step){XMODEM_BLOCK, 0};
    }
    if (self->begun && self->number == (uint8_t)(self->expected - 1)) {
        return (struct xmodem_step){XMODEM_NOTHING, answer_to_repeated(self)};
    }
    return (struct xmodem_step){XMODEM_LOST, 0};
}

static struct xmodem_step take_inside(struct xmodem *self, uint32_t now_ms, uint8_t byte)
{
    unsigned at = self->at++;

    self->since_ms = now_ms;
    if (at == 0) {
        self->number = byte;
        return nothing();
    }
    if (at == 1) {
        self->inverted = byte;
        return nothing();
    }
    self->crc = crc_of(self->crc, byte);
    if (at - 2 < self->size) {
        self->block[at - 2] = byte;
    }
    return self->at == self->size + FRAME ? judge(self, now_ms) : nothing();
}

// ---- between blocks ----

static void begin_block(struct xmodem *self, uint32_t now_ms, uint16_t size)
{
    self->size = size;
    self->at = 0;
    self->crc = 0;
    enter(self, INSIDE, now_ms, XMODEM_PAUSE_MS);
}

static struct xmodem_step take_between(struct xmodem *self, uint32_t now_ms, uint8_t byte)
{
    bool cancelled = self->cancelling && byte == XMODEM_CAN;

    self->cancelling = byte == XMODEM_CAN;
    if (byte == XMODEM_SOH || byte == XMODEM_STX) {
        begin_block(self, now_ms, byte == XMODEM_SOH ? SMALL_BLOCK : XMODEM_BLOCK_MAX);
    } else if (byte == XMODEM_EOT && self->begun) {
        return (struct xmodem_step){XMODEM_END, XMODEM_ACK};
    }
    return (struct xmodem_step){cancelled ? XMODEM_LOST : XMODEM_NOTHING, 0};
}

struct xmodem_step xmodem_take(struct xmodem *self, uint32_t now_ms, uint8_t byte)
{
    switch (self->state) {
    case BETWEEN:
        return take_between(self, now_ms, byte);
    case INSIDE:
        return take_inside(self, now_ms, byte);
    case DAMAGED:
    default:
        self->since_ms = now_ms;
        return nothing();
    }
}

// ---- time ----

// Nobody has sent yet: one invitation after the other. Amidst a transfer the block is asked for again.
struct xmodem_step xmodem_wait(struct xmodem *self, uint32_t now_ms)
{
    if (now_ms - self->since_ms < self->wait_ms) {
        return nothing();
    }
    if (!self->begun && self->state == BETWEEN) {
        enter(self, BETWEEN, now_ms, XMODEM_INVITE_MS);
        return (struct xmodem_step){XMODEM_NOTHING, XMODEM_INVITATION};
    }
    enter(self, BETWEEN, now_ms, XMODEM_PATIENCE_MS);
    if (++self->tries > XMODEM_TRIES) {
        return (struct xmodem_step){XMODEM_LOST, 0};
    }
    // A sender that has not begun yet takes NAK for the wish for 8-bit checksums.
    return (struct xmodem_step){XMODEM_NOTHING, self->begun ? XMODEM_NAK : XMODEM_INVITATION};
}

struct span xmodem_block(const struct xmodem *self)
{
    return span_of(self->block, self->size);
}

uint8_t xmodem_accept(struct xmodem *self, uint32_t now_ms)
{
    self->expected++;
    self->tries = 0;
    self->begun = true;
    enter(self, BETWEEN, now_ms, XMODEM_PATIENCE_MS);
    return XMODEM_ACK;
}

bool xmodem_is_busy(const struct xmodem *self)
{
    return self->begun || self->state != BETWEEN;
}
