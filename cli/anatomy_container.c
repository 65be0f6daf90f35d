// SPDX-License-Identifier: Apache-2.0
// The container: sizes first, because they say how to read the rest; then every piece; then what the header promises.
#include <inttypes.h>

#include "base/crc32.h"
#include "cli/anatomy_parts.h"
#include "wire/chunk.h"

#define GET_AGAIN "copy or download the file again, or pack the plain image anew"

struct piece anatomy_piece(struct span file, uint32_t index)
{
    struct piece piece = {.offset = index * WIRE_CHUNK_SIZE};
    struct span rest = span_after(file, piece.offset);
    size_t size = rest.size < WIRE_CHUNK_SIZE ? rest.size : WIRE_CHUNK_SIZE;

    piece.chunk = span_of(rest.data, size);
    piece.is_good = chunk_check(piece.chunk, size, &piece.received, &piece.computed) == STATUS_OK;
    return piece;
}

static struct finding *describe_bad_piece(struct anatomy *self, uint32_t index,
                                          const struct piece *piece)
{
    if (piece->chunk.size <= WIRE_CRC_SIZE) {
        return anatomy_find(self, FINDING_PROBLEM,
                            "piece %" PRIu32 " is a rest of %zu bytes, too short for its CRC",
                            index, piece->chunk.size);
    }
    return anatomy_find(self, FINDING_PROBLEM,
                        "piece %" PRIu32 " is damaged: CRC %08" PRIX32 " in the file, %08" PRIX32
                        " computed",
                        index, piece->received, piece->computed);
}

static void find_bad_piece(struct anatomy *self, uint32_t index, const struct piece *piece)
{
    self->bad_pieces++;
    if (self->bad_pieces <= BAD_PIECES_LISTED) {
        struct finding *finding = describe_bad_piece(self, index, piece);
        finding->piece = (long)index;
        finding->offset = piece->offset;
        anatomy_advise(finding, GET_AGAIN);
    }
}

// Where a piece belongs in the unpacked image; those of the header page go nowhere.
static void unpack(struct anatomy *self, uint32_t index, struct span chunk)
{
    uint32_t offset = index * WIRE_PIECE_SIZE;

    if (chunk.size <= WIRE_CRC_SIZE || offset < WIRE_HEADER_PAGE_SIZE) {
        return;
    }
    offset -= WIRE_HEADER_PAGE_SIZE;
    size_t size = chunk.size - WIRE_CRC_SIZE;
    if (offset + size <= sizeof self->unpacked) {
        memcpy(self->unpacked + offset, chunk.data, size);
        self->image = span_of(self->unpacked, offset + size);
    }
}

static void read_pieces(struct anatomy *self)
{
    self->pieces = image_piece_count((uint32_t)self->file.size);
    for (uint32_t i = 0; i < self->pieces; i++) {
        struct piece piece = anatomy_piece(self->file, i);
        bool is_cut = piece.chunk.size < WIRE_CHUNK_SIZE && self->file.size < self->expected_size;
        if (!piece.is_good && !is_cut) { // the cut has its own finding
            find_bad_piece(self, i, &piece);
        }
        unpack(self, i, piece.chunk);
    }
    if (self->bad_pieces > BAD_PIECES_LISTED) {
        anatomy_find(self, FINDING_PROBLEM, "%" PRIu32 " more pieces are damaged",
                     self->bad_pieces - BAD_PIECES_LISTED);
    }
}

// The page lies in the first four pieces; their CRCs stand between its quarters.
static bool page_has_more_than_header(struct span file)
{
    for (size_t i = WIRE_HEADER_SIZE; i < WIRE_HEADER_PAGE_SIZE; i++) {
        size_t at = i + WIRE_CRC_SIZE * (i / WIRE_PIECE_SIZE);
        if (at < file.size && file.data[at] != 0) {
            return true;
        }
    }
    return false;
}

static bool read_header(struct anatomy *self)
{
    self->has_header = image_header_decode(self->file, &self->header) == STATUS_OK;
    if (!self->has_header) {
        struct finding *finding =
            anatomy_find(self, FINDING_PROBLEM,
                         "the header page says an image of %" PRIu32 " bytes; 1 to %d can be",
                         self->header.firmware_size, WIRE_SLOT_SIZE);
        anatomy_advise(finding, GET_AGAIN);
    }
    return self->has_header;
}

static void find_truncation(struct anatomy *self)
{
    uint32_t expected = self->expected_size;
    size_t size = self->file.size;
    bool is_shorter = size < expected;
    struct finding *finding =
        anatomy_find(self, FINDING_PROBLEM,
                     "the file is %s: the header page promises %" PRIu32 " bytes, there are %zu",
                     is_shorter ? "cut off" : "too long", expected, size);

    finding->piece = is_shorter ? (long)(size / WIRE_CHUNK_SIZE) : NO_PIECE;
    finding->offset = (uint32_t)(is_shorter ? size : expected);
    anatomy_advise(finding, GET_AGAIN);
}

// Header page and image in one run, without the pieces' CRCs: the input of the field's packer's last step.
static bool is_uncut(const struct anatomy *self)
{
    return self->file.size == (size_t)WIRE_HEADER_PAGE_SIZE + self->header.firmware_size &&
           !anatomy_piece(self->file, 0).is_good;
}

static void read_uncut(struct anatomy *self)
{
    struct finding *finding = anatomy_find(
        self, FINDING_PROBLEM, "header page and image are there, but not cut in pieces with CRCs");

    anatomy_advise(finding, "no node takes it: pack the plain image with 'nbota image pack'");
    self->image = span_after(self->file, WIRE_HEADER_PAGE_SIZE);
}

static void check_image_crc(struct anatomy *self)
{
    bool is_whole = self->bad_pieces == 0 && self->image.size == self->header.firmware_size;
    uint32_t crc = is_whole ? crc32_update(0, self->image.data, self->image.size) : 0;

    if (is_whole && crc != self->header.firmware_crc32) {
        struct finding *finding = anatomy_find(
            self, FINDING_PROBLEM,
            "every piece is good, but the image is another than the header page's: CRC %08" PRIX32
            " promised, %08" PRIX32 " computed",
            self->header.firmware_crc32, crc);
        anatomy_advise(finding, "the bootloader would refuse it: pack the plain image anew");
    }
}

void anatomy_read_container(struct anatomy *self)
{
    if (!read_header(self)) {
        return;
    }
    if (is_uncut(self)) {
        read_uncut(self);
        return;
    }
    self->expected_size = image_packed_size(self->header.firmware_size);
    if (self->file.size != self->expected_size) {
        find_truncation(self);
    }
    if (self->file.size <= self->expected_size) {
        read_pieces(self);
    }
    self->has_more = page_has_more_than_header(self->file);
    if (self->header.new_firmware_request != 1) {
        struct finding *finding =
            anatomy_find(self, FINDING_WARNING,
                         "the header page does not ask for an install (byte 4 is %02X, not 01)",
                         (unsigned)self->header.new_firmware_request);
        anatomy_advise(finding, "shipped nodes may ignore it: pack the plain image anew");
    }
    check_image_crc(self);
}
