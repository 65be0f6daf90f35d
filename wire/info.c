// SPDX-License-Identifier: Apache-2.0
#include "wire/info.h"

#include "base/crc32.h"
#include "base/endian.h"
#include "wire/image.h"

enum {
    AT_FORMAT = 4,
    AT_PRODUCT = 5,
    AT_HARDWARE = 6,
    AT_TITLE = 8,
    AT_VERSION = 28,
    AT_LOAD = 44,
    AT_SIZE = 48,
    AT_COUNTER = 52,
    AT_CRC = 56,
};
_Static_assert(AT_CRC + 4 == INFO_SIZE, "the last field ends the block");

static bool has_block(struct span image)
{
    return image.size >= INFO_END && load_le32(image.data + INFO_OFFSET) == INFO_MAGIC;
}

static bool is_text(const uint8_t *bytes, size_t size)
{
    return bytes[0] != 0 && memchr(bytes, 0, size) != NULL;
}

static void read_fields(const uint8_t *block, struct image_info *info)
{
    info->product_id = block[AT_PRODUCT];
    info->hardware_id = block[AT_HARDWARE];
    memcpy(info->title, block + AT_TITLE, INFO_TITLE_SIZE);
    memcpy(info->version, block + AT_VERSION, INFO_VERSION_SIZE);
    info->load_address = load_le32(block + AT_LOAD);
    info->image_size = load_le32(block + AT_SIZE);
    info->security_counter = load_le32(block + AT_COUNTER);
}

static enum status decode_block(const uint8_t *block, uint32_t image_size, struct image_info *info)
{
    if (crc32_update(0, block, AT_CRC) != load_le32(block + AT_CRC)) {
        return STATUS_CORRUPT;
    }
    if (block[AT_FORMAT] != INFO_FORMAT || !is_text(block + AT_TITLE, INFO_TITLE_SIZE) ||
        !is_text(block + AT_VERSION, INFO_VERSION_SIZE)) {
        return STATUS_INVALID;
    }
    read_fields(block, info);
    return info->image_size == image_size ? STATUS_OK : STATUS_INVALID;
}

enum status info_decode(struct span image, struct image_info *info)
{
    return has_block(image) ? decode_block(image.data + INFO_OFFSET, (uint32_t)image.size, info)
                            : STATUS_NOT_FOUND;
}

bool info_allows(struct span beginning, uint32_t image_size, uint8_t hardware_id)
{
    struct image_info info;

    if (!has_block(beginning)) {
        return true;
    }
    return decode_block(beginning.data + INFO_OFFSET, image_size, &info) == STATUS_OK &&
           info.hardware_id == hardware_id && info.load_address == WIRE_SLOT_BASE;
}

enum status info_seal(uint8_t *image, uint32_t image_size)
{
    uint8_t *block = image + INFO_OFFSET;

    if (!has_block(span_of(image, image_size))) {
        return STATUS_NOT_FOUND;
    }
    store_le32(block + AT_SIZE, image_size);
    store_le32(block + AT_CRC, crc32_update(0, block, AT_CRC));
    return STATUS_OK;
}
