// SPDX-License-Identifier: Apache-2.0
// The command table, made of bc660k_commands.def.
#include "vnode/chip/bc660k_command.h"

enum { EXECUTE = FORM_EXECUTE, READ = FORM_READ, SET = FORM_SET, ANY = FORM_READ | FORM_SET };

const struct command bc660k_commands[] = {
#define COMMAND(name, forms, run, low_ms, high_ms) {name, forms, run, low_ms, high_ms},
#include "vnode/chip/bc660k_commands.def"
#undef COMMAND
};
const unsigned bc660k_command_count = sizeof bc660k_commands / sizeof bc660k_commands[0];
