// SPDX-License-Identifier: Apache-2.0
// The sending end of XMODEM-1K as a terminal program has it: bytes and the time in, bytes to send out. A receiver that
// invites with NAK, for 8-bit checksums, is refused.
#ifndef NBOTA_VNODE_RUN_XMODEM_H
#define NBOTA_VNODE_RUN_XMODEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

enum xmodem_sending {
    XMODEM_SENDING,
    XMODEM_SENT,      // the receiver has confirmed the end
    XMODEM_CANCELLED, // …or does not want it
    XMODEM_SILENT,    // …or does not answer any more
};

enum {
    XMODEM_SENDER_FRAME = 1029,
    XMODEM_SENDER_INVITED_MS = 60000, // longest wait for the invitation
    XMODEM_SENDER_ANSWER_MS = 10000,  // …and for an answer, before the block is sent again
    XMODEM_SENDER_TRIES = 10,
};

// The caller's. `state` and `done` may be read, the rest is private.
struct xmodem_sender {
    enum xmodem_sending state;
    size_t done; // bytes of the file that the receiver has confirmed
    struct span file;
    size_t
        size; // bytes of the file in the block under way, 0 = before the first or behind the last
    uint8_t number;
    unsigned tries;
    bool invited, cancelling;
    uint64_t since_ms;
    uint8_t frame[XMODEM_SENDER_FRAME];
    size_t frame_size;
};

// `file` is borrowed until the end; `now_ms` comes from any clock that does not go back.
void xmodem_sender_init(struct xmodem_sender *self, struct span file, uint64_t now_ms);
// One received byte, or time alone: what is to be sent now, valid until the next call; often empty.
struct span xmodem_sender_take(struct xmodem_sender *self, uint64_t now_ms, uint8_t byte);
struct span xmodem_sender_wait(struct xmodem_sender *self, uint64_t now_ms);

#endif
