// SPDX-License-Identifier: Apache-2.0
#include "tests/fake/firmware.h"

#include <string.h>

#include "base/endian.h"
#include "wire/image.h"
#include "wire/info.h"
#include "wire/products.h"

void firmware_make_plain(uint8_t *image, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        image[i] = (uint8_t)(7 * i + 3);
    }
    store_le32(image, 0x20001000);
    store_le32(image + 4, WIRE_SLOT_BASE + 5);
}

static void put_block(uint8_t *image, size_t size, struct info_block block)
{
    block.magic = INFO_MAGIC;
    block.format = INFO_FORMAT;
    block.product_id = products[PRODUCT_S31_NB].id;
    block.load_address = WIRE_SLOT_BASE;
    memcpy(image + INFO_OFFSET, &block, sizeof block); // the tests run little-endian, as the node
    (void)info_seal(image, (uint32_t)size);
}

void firmware_make(uint8_t *image, size_t size, const char *title, const char *version)
{
    struct info_block block = {.hardware_id = products[PRODUCT_S31_NB].hardware_id};

    firmware_make_plain(image, size);
    strncpy(block.title, title, sizeof block.title - 1);
    strncpy(block.version, version, sizeof block.version - 1);
    put_block(image, size, block);
}

void firmware_mark(uint8_t *image, size_t size, uint8_t hardware_id)
{
    put_block(
        image, size,
        (struct info_block){.hardware_id = hardware_id, .title = "s31-nb", .version = "v1.1.0"});
}
