// SPDX-License-Identifier: Apache-2.0
// The header page of a container, and the info block of the image behind it.
#include "tests/fuzz/fuzz.h"
#include "wire/image.h"
#include "wire/info.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span image = span_of(data, size);
    struct image_header header;
    struct image_info info;

    if (image_header_decode(image, &header) == STATUS_OK) {
        uint32_t packed_size = image_packed_size(header.firmware_size);
        CONTRACT(image_size_is_packed(packed_size));
    }
    if (info_decode(image, &info) == STATUS_OK) {
        CONTRACT(strlen(info.title) < INFO_TITLE_SIZE && strlen(info.version) < INFO_VERSION_SIZE);
    }
    if (size >= INFO_END) {
        (void)info_allows(image, (uint32_t)size, 1);
    }
    return 0;
}
