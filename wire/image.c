// SPDX-License-Identifier: Apache-2.0
#include "wire/image.h"

#include "base/crc32.h"
#include "base/endian.h"
#include "wire/chunk.h"

enum {
    AT_REQUEST = 4,
    AT_MODEL = 5,
    AT_VERSION = 9,
    AT_SIZE = 13,
    AT_CRC = 17,
    INSTALL_PLEASE = 1,
};
#define SRAM_BASE     0x20000000U // RM0376 section 2.2.2, category 5
#define SRAM_END      0x20005000U
#define FIELD_MODEL   0x22223333U // constants of the field's packer; nobody reads them
#define FIELD_VERSION 0x10101010U

enum status image_header_decode(struct span page, struct image_header *header)
{
    if (page.size < WIRE_HEADER_SIZE || load_le32(page.data) != WIRE_IMAGE_MAGIC) {
        return STATUS_INVALID;
    }
    header->new_firmware_request = page.data[AT_REQUEST];
    header->model = load_le32(page.data + AT_MODEL);
    header->firmware_version = load_le32(page.data + AT_VERSION);
    header->firmware_size = load_le32(page.data + AT_SIZE);
    header->firmware_crc32 = load_le32(page.data + AT_CRC);
    bool in_range = header->firmware_size >= 1 && header->firmware_size <= WIRE_SLOT_SIZE;
    return in_range ? STATUS_OK : STATUS_INVALID;
}

void image_header_encode(const struct image_header *header, uint8_t bytes[WIRE_HEADER_SIZE])
{
    store_le32(bytes, WIRE_IMAGE_MAGIC);
    bytes[AT_REQUEST] = header->new_firmware_request;
    store_le32(bytes + AT_MODEL, header->model);
    store_le32(bytes + AT_VERSION, header->firmware_version);
    store_le32(bytes + AT_SIZE, header->firmware_size);
    store_le32(bytes + AT_CRC, header->firmware_crc32);
}

struct image_header image_header_of(struct span image)
{
    return (struct image_header){
        .new_firmware_request = INSTALL_PLEASE,
        .model = FIELD_MODEL,
        .firmware_version = FIELD_VERSION,
        .firmware_size = (uint32_t)image.size,
        .firmware_crc32 = crc32_update(0, image.data, image.size),
    };
}

uint32_t image_packed_size(uint32_t image_size)
{
    uint32_t whole = WIRE_HEADER_PAGE_SIZE + image_size;
    uint32_t pieces = (whole + WIRE_PIECE_SIZE - 1) / WIRE_PIECE_SIZE;

    return whole + WIRE_CRC_SIZE * pieces;
}

bool image_size_is_packed(uint32_t packed_size)
{
    uint32_t rest = packed_size % WIRE_CHUNK_SIZE;

    return packed_size >= WIRE_PACKED_MIN && packed_size <= WIRE_PACKED_MAX &&
           (rest == 0 || rest > WIRE_CRC_SIZE);
}

uint32_t image_piece_count(uint32_t packed_size)
{
    return (packed_size + WIRE_CHUNK_SIZE - 1) / WIRE_CHUNK_SIZE;
}

uint32_t image_piece_size(uint32_t packed_size, uint32_t index)
{
    uint32_t left = packed_size - index * WIRE_CHUNK_SIZE;

    return (left < WIRE_CHUNK_SIZE ? left : WIRE_CHUNK_SIZE) - WIRE_CRC_SIZE;
}

uint32_t image_pack_chunk(struct span page, struct span image, uint32_t index, uint8_t *chunk)
{
    uint32_t size = image_piece_size(image_packed_size((uint32_t)image.size), index);
    uint32_t offset = index * WIRE_PIECE_SIZE;
    bool in_page = offset < WIRE_HEADER_PAGE_SIZE;
    const uint8_t *from =
        in_page ? page.data + offset : image.data + offset - WIRE_HEADER_PAGE_SIZE;

    memcpy(chunk, from, size);
    store_le32(chunk + size, crc32_update(0, chunk, size));
    return size + WIRE_CRC_SIZE;
}

bool image_can_start(const uint8_t vectors[IMAGE_VECTORS_SIZE])
{
    uint32_t stack = load_le32(vectors);
    uint32_t entry = load_le32(vectors + 4);

    return stack > SRAM_BASE && stack <= SRAM_END && stack % 4 == 0 && (entry & 1) != 0 &&
           entry > WIRE_SLOT_BASE && entry < WIRE_SLOT_BASE + WIRE_SLOT_SIZE;
}

long image_first_bad_piece(struct span packed)
{
    for (size_t offset = 0; offset < packed.size; offset += WIRE_CHUNK_SIZE) {
        struct span rest = span_after(packed, offset);
        size_t size = rest.size < WIRE_CHUNK_SIZE ? rest.size : WIRE_CHUNK_SIZE;
        uint32_t received;
        uint32_t computed;
        if (chunk_check(span_of(rest.data, size), size, &received, &computed) != STATUS_OK) {
            return (long)(offset / WIRE_CHUNK_SIZE);
        }
    }
    return IMAGE_ALL_GOOD;
}
