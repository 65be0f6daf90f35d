// SPDX-License-Identifier: Apache-2.0
// A payload of the data server as a JSON Config list. Every command of a good list comes out, within its limits.
#include "node/core/downlink.h"
#include "tests/fuzz/fuzz.h"

static void read_all(const struct config *config)
{
    char text[CONFIG_COMMAND_MAX + 1];
    struct config_reader reader = {.rest = config->list};
    struct fmt command;

    fmt_init(&command, text, sizeof text);
    while (config_next(&reader, &command)) {
        CONTRACT(!command.overflowed && command.length > 0);
        (void)config_is_upgrade(fmt_span(&command));
        fmt_init(&command, text, sizeof text);
    }
    CONTRACT(reader.number <= CONFIG_COMMANDS_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span payload = span_of(data, size);
    struct config config;

    (void)downlink_asks_status(payload);
    if (config_find(payload, &config) == CONFIG_GOOD) {
        read_all(&config);
    }
    return 0;
}
