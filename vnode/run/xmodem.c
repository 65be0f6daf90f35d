// SPDX-License-Identifier: Apache-2.0
#include "vnode/run/xmodem.h"

enum { SOH = 0x01, STX = 0x02, EOT = 0x04, ACK = 0x06, NAK = 0x15, CAN = 0x18, FILLER = 0x1A };
enum { SMALL_BLOCK = 128, BLOCK = 1024, HEAD = 3 };

void xmodem_sender_init(struct xmodem_sender *self, struct span file, uint64_t now_ms)
{
    *self = (struct xmodem_sender){.file = file, .since_ms = now_ms};
}

static uint16_t crc16(const uint8_t *bytes, size_t size)
{
    unsigned crc = 0;

    for (size_t i = 0; i < size; i++) {
        crc ^= (unsigned)bytes[i] << 8;
        for (unsigned bit = 0; bit < 8; bit++) {
            crc = (crc & 0x8000) != 0 ? crc << 1 ^ 0x1021 : crc << 1;
        }
    }
    return (uint16_t)crc;
}

static struct span send_again(struct xmodem_sender *self, uint64_t now_ms)
{
    self->since_ms = now_ms;
    if (++self->tries > XMODEM_SENDER_TRIES) {
        self->state = XMODEM_SILENT;
        return span_of(NULL, 0);
    }
    return span_of(self->frame, self->frame_size);
}

static void make_block(struct xmodem_sender *self, size_t room)
{
    memset(self->frame + HEAD, FILLER, room);
    memcpy(self->frame + HEAD, self->file.data + self->done, self->size);
    self->frame[0] = room == BLOCK ? STX : SOH;
    self->frame[1] = self->number;
    self->frame[2] = (uint8_t)(255 - self->number);
    uint16_t crc = crc16(self->frame + HEAD, room);
    self->frame[HEAD + room] = (uint8_t)(crc >> 8);
    self->frame[HEAD + room + 1] = (uint8_t)crc;
    self->frame_size = HEAD + room + 2;
}

// The next block, or the word that there is none.
static struct span send_next(struct xmodem_sender *self, uint64_t now_ms)
{
    size_t left = self->file.size - self->done;

    self->size = left < BLOCK ? left : BLOCK;
    self->number++;
    self->tries = 0;
    if (left > 0) {
        make_block(self, left <= SMALL_BLOCK ? SMALL_BLOCK : BLOCK);
    } else {
        self->frame[0] = EOT;
        self->frame_size = 1;
    }
    return send_again(self, now_ms);
}

static struct span take_answer(struct xmodem_sender *self, uint64_t now_ms, uint8_t byte)
{
    bool is_first = self->done == 0;

    if (byte == ACK && self->size == 0) {
        self->state = XMODEM_SENT;
    } else if (byte == ACK) {
        self->done += self->size;
        return send_next(self, now_ms);
    } else if (byte == NAK || (byte == 'C' && is_first)) {
        return send_again(self, now_ms);
    }
    return span_of(NULL, 0);
}

struct span xmodem_sender_take(struct xmodem_sender *self, uint64_t now_ms, uint8_t byte)
{
    bool is_cancelled = self->cancelling && byte == CAN;

    self->cancelling = byte == CAN;
    if (self->state != XMODEM_SENDING) {
        return span_of(NULL, 0);
    }
    if (is_cancelled) {
        self->state = XMODEM_CANCELLED;
        return span_of(NULL, 0);
    }
    if (self->invited) {
        return take_answer(self, now_ms, byte);
    }
    self->invited = byte == 'C';
    return self->invited ? send_next(self, now_ms) : span_of(NULL, 0);
}

struct span xmodem_sender_wait(struct xmodem_sender *self, uint64_t now_ms)
{
    uint64_t bound_ms = self->invited ? XMODEM_SENDER_ANSWER_MS : XMODEM_SENDER_INVITED_MS;

    if (self->state != XMODEM_SENDING || now_ms - self->since_ms < bound_ms) {
        return span_of(NULL, 0);
    }
    if (!self->invited) {
        self->state = XMODEM_SILENT;
        return span_of(NULL, 0);
    }
    return send_again(self, now_ms);
}
