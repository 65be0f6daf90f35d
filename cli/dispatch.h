// SPDX-License-Identifier: Apache-2.0
// From words on the command line to the command they name; help; the nearest name for a mistyped one.
#ifndef NBOTA_CLI_DISPATCH_H
#define NBOTA_CLI_DISPATCH_H

#include "cli/command.h"

// Runs what argv[1], argv[2], … name below `group`; returns enum exit_code. Understands `help [WORD…]`,
// --help and -h at every level.
int dispatch(const struct cli_command *group, int argc, char **argv);

// The first line of a command's help, on stderr: what a usage error ends with.
void dispatch_print_usage(const struct cli_command *command);

#endif
