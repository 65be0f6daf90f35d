// SPDX-License-Identifier: Apache-2.0
// The manifest in a header page: what is read is written back the same, and its texts end.
#include "tests/fuzz/fuzz.h"
#include "wire/manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct manifest manifest;
    uint8_t bytes[MANIFEST_SIZE];

    if (manifest_decode(span_of(data, size), &manifest) != STATUS_OK) {
        return 0;
    }
    CONTRACT(size >= MANIFEST_END);
    CONTRACT(strlen(manifest.title) < INFO_TITLE_SIZE);
    CONTRACT(strlen(manifest.version) < INFO_VERSION_SIZE);
    manifest_encode(&manifest, bytes);
    CONTRACT(memcmp(bytes, data + MANIFEST_OFFSET, sizeof bytes) == 0);
    CONTRACT(manifest_signed_part(span_of(data, size)).data == data + MANIFEST_OFFSET);
    return 0;
}
