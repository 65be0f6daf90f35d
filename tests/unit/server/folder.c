// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/server/folder.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/contract.h"
#include "wire/image.h"

static char path[64];

const char *test_folder(void)
{
    (void)snprintf(path, sizeof path, "/tmp/nbota-test-XXXXXX");
    CONTRACT(mkdtemp(path) != NULL);
    return path;
}

static int remove_entry(const char *entry, const struct stat *found, int flag, struct FTW *place)
{
    (void)found;
    (void)flag;
    (void)place;
    return remove(entry);
}

void test_folder_remove(void)
{
    (void)nftw(path, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

struct span test_packed(uint32_t size, uint8_t seed)
{
    static uint8_t packed[WIRE_PACKED_MAX];
    static uint8_t page[WIRE_HEADER_PAGE_SIZE];
    static uint8_t image[WIRE_SLOT_SIZE];
    uint32_t packed_size = image_packed_size(size);

    for (uint32_t i = 0; i < size; i++) {
        image[i] = (uint8_t)(7 * i + seed);
    }
    struct image_header header = image_header_of(span_of(image, size));
    image_header_encode(&header, page);
    for (uint32_t i = 0; i < image_piece_count(packed_size); i++) {
        (void)image_pack_chunk(span_of(page, sizeof page), span_of(image, size), i,
                               packed + (size_t)i * WIRE_CHUNK_SIZE);
    }
    return span_of(packed, packed_size);
}
