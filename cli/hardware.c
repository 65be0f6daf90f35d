// SPDX-License-Identifier: Apache-2.0
#include "cli/hardware_commands.h"

#include <stddef.h>

static const struct cli_command *const commands[] = {&hardware_check, NULL};

const struct cli_command cli_hardware = {
    .name = "hardware",
    .summary = "which boards can be updated over the air, by serial number",
    .help = "usage: nbota hardware COMMAND …\n"
            "\n"
            "Answers what a device's label says of its board.\n"
            "\n"
            "example: nbota hardware check BC660GL26110001\n",
    .commands = commands,
};
