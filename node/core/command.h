// SPDX-License-Identifier: Apache-2.0
// What a command line means: which row of which table, which form, which value. It executes nothing.
#ifndef NBOTA_NODE_CORE_COMMAND_H
#define NBOTA_NODE_CORE_COMMAND_H

#include <stdint.h>

#include "base/span.h"
#include "node/core/settings.h"

// Commands that are no settings. name, what may be done with it, help line.
#define COMMANDS(X)                                                                                \
    X(UPGRADE, RUN, "AT+UPGRADE  : OTA upgrade.")                                                  \
    X(CFG, RUN, "AT+CFG     : Print all settings")                                                 \
    X(MODEL, GET, "AT+MODEL    : Get the firmware title and version")

enum command_verb {
#define X(name, form, help) COMMAND_##name,
    COMMANDS(X)
#undef X
        COMMAND_RESET, // ATZ
    COMMAND_NOTHING,   // AT
    COMMAND_HELP,      // AT?
    COMMAND_SETTING,   // AT+<setting>
    COMMAND_UNKNOWN,
};

enum command_form {
    FORM_RUN,  // AT+X
    FORM_HELP, // AT+X?
    FORM_GET,  // AT+X=?
    FORM_SET,  // AT+X=value
};

struct command {
    enum command_verb verb;
    enum command_form form;
    enum setting setting; // COMMAND_SETTING
    struct span value;    // FORM_SET, inside the line
};

struct command_row {
    const char *name;
    uint8_t form; // the form it takes beside FORM_HELP
    const char *help;
};

enum { COMMAND_ROWS = COMMAND_RESET };
extern const struct command_row command_rows[COMMAND_ROWS];

// Reads one line, trailing blanks included. A known name in a form it does not take is COMMAND_UNKNOWN.
struct command command_parse(struct span line);

#endif
