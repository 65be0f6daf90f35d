// SPDX-License-Identifier: Apache-2.0
// What a command line means: which row of which table, which form, which value. It executes nothing.
#ifndef NBOTA_NODE_CORE_COMMAND_H
#define NBOTA_NODE_CORE_COMMAND_H

#include <stdint.h>

#include "base/span.h"
#include "node/core/settings.h"

enum command_verb {
#define COMMAND(name, forms, needs, function, help) COMMAND_##name,
#include "node/core/commands.def"
#undef COMMAND
    COMMAND_RESET,   // ATZ
    COMMAND_NOTHING, // AT
    COMMAND_HELP,    // AT?
    COMMAND_SETTING, // AT+<setting>
    COMMAND_MISUSED, // a name that nodes of this family know, in a form or on a node that does not have it
    COMMAND_UNKNOWN,
};

enum command_form {
    FORM_HELP = 0, // AT+X?
    FORM_RUN = 1,  // AT+X
    FORM_GET = 2,  // AT+X=?
    FORM_SET = 4,  // AT+X=value
};

struct command {
    enum command_verb verb;
    enum command_form form;
    enum setting setting; // COMMAND_SETTING
    struct span value;    // FORM_SET, inside the line
};

struct command_row {
    const char *name;
    uint8_t forms; // those it takes beside FORM_HELP, added
    uint8_t needs; // enum capability
    const char *help;
};

enum { COMMAND_ROWS = COMMAND_RESET };
extern const struct command_row command_rows[COMMAND_ROWS];

// Reads one line, trailing blanks included, for a node with these capabilities.
struct command command_parse(struct span line, unsigned capabilities);

#endif
