// SPDX-License-Identifier: Apache-2.0
// The commands below `nbota node`.
#ifndef NBOTA_CLI_NODE_COMMANDS_H
#define NBOTA_CLI_NODE_COMMANDS_H

#include "cli/command.h"

#define NODE_PRESET_NAME "s31" // the node that is meant when none is named

extern const struct cli_command node_create;
extern const struct cli_command node_power;
extern const struct cli_command node_protect;
extern const struct cli_command node_run;
extern const struct cli_command node_reset;
extern const struct cli_command node_flash;
extern const struct cli_command node_console;
extern const struct cli_command node_update;

#endif
