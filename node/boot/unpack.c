// SPDX-License-Identifier: Apache-2.0
#include "node/boot/unpack.h"

#include "base/crc32.h"
#include "base/endian.h"

static void read_header(struct unpack *self)
{
    if (image_header_decode(span_of(self->page, WIRE_HEADER_SIZE), &self->header) == STATUS_OK) {
        self->packed_size = image_packed_size(self->header.firmware_size);
    } else {
        self->fault = image_can_start(self->page) ? UNPACK_PLAIN : UNPACK_FOREIGN;
    }
}

static enum unpack_result take_content(struct unpack *self, uint32_t offset, uint8_t byte)
{
    self->crc = crc32_update(self->crc, &byte, 1);
    if (offset < sizeof self->page) {
        self->page[offset] = byte;
    }
    if (offset == WIRE_HEADER_SIZE - 1) {
        read_header(self);
    }
    if (self->fault != UNPACK_CONTAINER) {
        return self->fault;
    }
    return offset < WIRE_HEADER_PAGE_SIZE ? UNPACK_CONTAINER : UNPACK_IMAGE;
}

static enum unpack_result take_crc(struct unpack *self, uint32_t offset, uint8_t byte)
{
    self->tail[offset] = byte;
    if (offset + 1 < WIRE_CRC_SIZE) {
        return UNPACK_CONTAINER;
    }
    if (load_le32(self->tail) != self->crc) {
        self->fault = UNPACK_DAMAGED;
    }
    self->crc = 0;
    return self->fault == UNPACK_CONTAINER && self->at == self->packed_size ? UNPACK_END
                                                                            : self->fault;
}

// Until the header is known any file is taken for one whose first piece is full: that of every file is.
enum unpack_result unpack_take(struct unpack *self, uint8_t byte)
{
    uint32_t file_size = self->packed_size == 0 ? WIRE_PACKED_MAX : self->packed_size;

    uint32_t index = self->at / WIRE_CHUNK_SIZE;
    uint32_t inside = self->at % WIRE_CHUNK_SIZE;
    uint32_t piece_size = image_piece_size(file_size, index);
    self->at++;
    return inside < piece_size ? take_content(self, index * WIRE_PIECE_SIZE + inside, byte)
                               : take_crc(self, inside - piece_size, byte);
}
