// SPDX-License-Identifier: Apache-2.0
// nbota key: the group.
#include "cli/key_commands.h"

#include <stddef.h>

static const struct cli_command *const commands[] = {
    &key_create,
    &key_show,
    NULL,
};

const struct cli_command cli_key = {
    .name = "key",
    .summary = "make and show the keys that sign images",
    .help = "usage: nbota key COMMAND …\n"
            "\n"
            "A bootloader that was built with public keys installs only images that one of\n"
            "the private keys signed ('make firmware KEY=…', 'nbota image sign'). Keys are\n"
            "Ed25519, in the PEM files of OpenSSL.\n"
            "\n"
            "example: nbota key create release.pem\n",
    .commands = commands,
};
