// SPDX-License-Identifier: Apache-2.0
// nbota node reset: as it left the factory.
#include <limits.h>
#include <stdio.h>

#include "cli/line.h"
#include "cli/node_commands.h"
#include "cli/node_folder.h"
#include "cli/places.h"

static int run(int argc, char **argv)
{
    const char *given = NULL;
    const struct line_option rows[] = {{"data-dir", '\0', .text = &given}};
    const struct line line = {&node_reset, rows, 1, 0, 1};
    struct node_folder folder;
    char data_dir[PATH_MAX];
    int first = line_parse(&line, argc, argv);

    if (first == LINE_WRONG) {
        return EXIT_USAGE;
    }
    const char *name = first < argc ? argv[first] : NODE_PRESET_NAME;
    if (places_data_dir(given, data_dir, sizeof data_dir) != STATUS_OK ||
        node_folder_look(&folder, data_dir, name) != STATUS_OK || // a wrong name makes no node
        node_folder_open(&folder, data_dir, name) != STATUS_OK) {
        return EXIT_FAILED;
    }
    enum status status = node_folder_erase(&folder);
    node_folder_close(&folder);
    if (status != STATUS_OK) {
        return EXIT_FAILED;
    }
    printf("node '%s' has factory settings and, from the next run on, the first firmware\n", name);
    return EXIT_OK;
}

const struct cli_command node_reset = {
    .name = "reset",
    .summary = "back to the factory: memories erased, identity kept",
    .help = "usage: nbota node reset [NAME] [--data-dir DIR]\n"
            "\n"
            "Erases flash, EEPROM and NOR flash of a virtual node. IMEI, serial number and\n"
            "password stay, as on the label of a device. The next 'nbota node run' begins\n"
            "with firmware v1.0.0 and factory settings.\n"
            "\n"
            "      --data-dir DIR  default: $NBOTA_DATA, or ~/.local/share/nbota\n"
            "\n"
            "example: nbota node reset s31\n",
    .run = run,
};
