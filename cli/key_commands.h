// SPDX-License-Identifier: Apache-2.0
// The commands of the group `nbota key`.
#ifndef NBOTA_CLI_KEY_COMMANDS_H
#define NBOTA_CLI_KEY_COMMANDS_H

#include "cli/command.h"

extern const struct cli_command key_create;
extern const struct cli_command key_show;

#endif
