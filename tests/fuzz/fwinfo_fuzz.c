// SPDX-License-Identifier: Apache-2.0
// The OTA server's answer to the attribute request.
#include "tests/fuzz/fuzz.h"
#include "wire/fwinfo.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fwinfo info;

    if (fwinfo_decode(span_of(data, size), &info) == STATUS_OK) {
        CONTRACT(strlen(info.title) < sizeof info.title);
        CONTRACT(strlen(info.version) < sizeof info.version);
        CONTRACT(strlen(info.checksum) < sizeof info.checksum);
    }
    return 0;
}
