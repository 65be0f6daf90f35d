// SPDX-License-Identifier: Apache-2.0
// The receiving end of XMODEM-CRC and XMODEM-1K: bytes and the time in, blocks and answers out. It reads no line and
// no clock.
//
//   block:  SOH | n | 255 - n |  128 bytes | CRC16, big-endian        n counts from 1 and wraps
//           STX | n | 255 - n | 1024 bytes | CRC16
//   end:    EOT                given up by either end: CAN CAN
//
// The receiver invites with 'C', then answers each block with ACK or NAK. A sender waits for the answer, so nothing
// arrives while a block is being stored, however long that takes (a sender of lrzsz waits 60 s).
#ifndef NBOTA_NODE_BOOT_XMODEM_H
#define NBOTA_NODE_BOOT_XMODEM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

enum {
    XMODEM_BLOCK_MAX = 1024,
    XMODEM_INVITE_MS = 1000,   // between two invitations
    XMODEM_PAUSE_MS = 1000,    // longest pause inside a block
    XMODEM_QUIET_MS = 200,     // a line so long quiet has forgotten the block that was damaged
    XMODEM_PATIENCE_MS = 3000, // longest pause between two blocks until the next one is asked for
    XMODEM_TRIES = 10,         // in a row, for one block
};

enum {
    XMODEM_SOH = 0x01,
    XMODEM_STX = 0x02,
    XMODEM_EOT = 0x04,
    XMODEM_ACK = 0x06,
    XMODEM_NAK = 0x15,
    XMODEM_CAN = 0x18,
    XMODEM_INVITATION = 'C',
};

enum xmodem_event {
    XMODEM_NOTHING,
    XMODEM_BLOCK, // xmodem_block() is new: store it, then send what xmodem_accept() answers
    XMODEM_END,   // the sender has sent everything
    XMODEM_LOST,  // given up: the sender cancelled, is silent, or sends what does not follow
};

// What came of a byte or of time. `reply` is to be sent, 0 = nothing.
struct xmodem_step {
    enum xmodem_event event;
    uint8_t reply;
};

// The caller's; the fields are private.
struct xmodem {
    uint8_t state;
    uint8_t expected;  // number of the next block
    uint8_t number;    // of the block under way
    uint8_t inverted;  // …and what stands for its complement
    uint8_t tries;     // questions for the expected block so far
    bool begun;        // a block was accepted
    bool cancelling;   // the last byte was CAN
    uint16_t size;     // of the block under way: 128 or 1024
    uint16_t at;       // bytes of it so far, from its number on
    uint16_t crc;      // over its content and its CRC: 0 when it is good
    uint32_t since_ms; // last byte, last answer or last invitation
    uint32_t wait_ms;  // how long after it something is due
    uint8_t block[XMODEM_BLOCK_MAX];
};

// Begins to invite, for the first time `first_ms` from now.
void xmodem_begin(struct xmodem *self, uint32_t now_ms, uint32_t first_ms);
struct xmodem_step xmodem_take(struct xmodem *self, uint32_t now_ms, uint8_t byte);
// To be called at least every 100 ms.
struct xmodem_step xmodem_wait(struct xmodem *self, uint32_t now_ms);
// The content of the block that was announced, 128 or 1024 bytes, valid until the next xmodem_take().
struct span xmodem_block(const struct xmodem *self);
// The block is stored; returns the answer to be sent.
uint8_t xmodem_accept(struct xmodem *self, uint32_t now_ms);
// Whether bytes belong to a transfer: a block is under way or was accepted.
bool xmodem_is_busy(const struct xmodem *self);

#endif
