// SPDX-License-Identifier: Apache-2.0
// A console line: its meaning, and the value that it would set.
#include "node/core/command.h"
#include "tests/fuzz/fuzz.h"

enum {
    LINE_MAX_SIZE = 300,
    ALL_CAPABILITIES = 0xFF,
};

static void check_value(enum setting setting, struct span value)
{
    char stripped[LINE_MAX_SIZE];
    char host[SETTING_VALUE_MAX + 1];
    char port[6];

    memcpy(stripped, value.data, value.size);
    struct span text = span_of(stripped, setting_strip_blanks(stripped, value.size));
    CONTRACT(text.size <= value.size);
    if (setting_check(setting, text, false) == SETTING_GOOD) {
        CONTRACT(setting_check(setting, text, true) ==
                 SETTING_GOOD); // wider from afar, never narrower
        CONTRACT(text.size > 0 && text.size <= setting_rows[setting].limit);
        if (setting_split_address(text, host, port)) {
            CONTRACT(strlen(host) + 1 + strlen(port) == text.size);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > LINE_MAX_SIZE) {
        return 0;
    }
    struct command command = command_parse(span_of(data, size), ALL_CAPABILITIES);
    if (command.verb == COMMAND_SETTING && command.form == FORM_SET && command.value.size > 0) {
        check_value(command.setting, command.value);
    }
    return 0;
}
