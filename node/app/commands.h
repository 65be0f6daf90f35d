// SPDX-License-Identifier: Apache-2.0
// Command lines, wherever they come from: one table, one executor. A command is a row of node/core/commands.def and the
// function that the row names; a setting is a row of node/core/settings.def alone.
#ifndef NBOTA_NODE_APP_COMMANDS_H
#define NBOTA_NODE_APP_COMMANDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "node/core/command.h"

enum command_origin { COMMAND_FROM_CONSOLE, COMMAND_FROM_DOWNLINK };

// Executes one line and prints its result. True when the result was OK, or when the command was noted. `line` is
// changed: blanks go out of a value. While a stage is open (node/app/values.h) the line has to outlive it.
// An unknown line of the console that begins with AT goes to the modem: then it is borrowed until the passage
// (node/app/passage.h) is over. From a downlink an unknown line is refused, and AT+UPGRADE, ATZ, AT+FDR and AT+FDR1 are
// only noted.
bool commands_execute(char *line, size_t size, enum command_origin origin);

// Carries out what was noted; call when no session runs and nothing is to be sent any more. An update goes first. May
// not return.
void commands_run_noted(void);

// ---- for functions of commands ----

enum command_result {
    RESULT_OK,
    RESULT_ERROR,
    RESULT_PARAM_ERROR,
    RESULT_BUSY,
    RESULT_NOTED, // prints nothing
};

struct command_call {
    enum command_form form; // one that the row names
    struct span value;      // FORM_SET: without blanks
    char *text;             // …the same bytes, to be changed
    enum command_origin origin;
};

#define COMMAND(name, forms, needs, function, help)                                                \
    enum command_result command_##function(const struct command_call *call);
#include "node/core/commands.def"
#undef COMMAND

// ---- command_settings.c: the row of a setting ----

enum command_result setting_execute(enum setting setting, const struct command_call *call);

void command_say(const char *text); // as it is
void command_say_line(const char *text);

#endif
