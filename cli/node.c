// SPDX-License-Identifier: Apache-2.0
#include "cli/node_commands.h"

#include <stddef.h>

static const struct cli_command *const commands[] = {
    &node_create, &node_run,     &node_console, &node_flash, &node_update,
    &node_power,  &node_protect, &node_reset,   NULL,
};

const struct cli_command cli_node = {
    .name = "node",
    .summary = "a virtual node that runs the firmware's own binaries",
    .help = "usage: nbota node COMMAND [NAME] [options]\n"
            "\n"
            "A virtual node is a folder with an identity and three memories (internal flash,\n"
            "EEPROM, NOR flash). It behaves as a device in a drawer: it keeps what it holds\n"
            "until it is run again.\n"
            "\n"
            "example: nbota node run\n"
            "         nbota node create shed --product S31-CB\n",
    .commands = commands,
};
