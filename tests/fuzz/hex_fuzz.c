// SPDX-License-Identifier: Apache-2.0
// A payload of the data server as a hex downlink. A command that comes out fits the buffer that the header promises.
#include "tests/fuzz/fuzz.h"
#include "wire/downlink.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[DOWNLINK_LINE_SIZE];
    struct fmt line;

    fmt_init(&line, text, sizeof text);
    if (downlink_decode(span_of(data, size), &line) == DOWNLINK_COMMAND) {
        CONTRACT(!line.overflowed && line.length > 0);
    } else {
        CONTRACT(line.length == 0);
    }
    return 0;
}
