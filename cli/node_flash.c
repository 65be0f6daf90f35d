// SPDX-License-Identifier: Apache-2.0
// nbota node flash: programs firmware over the cable.
#include <limits.h>
#include <stdio.h>

#include "cli/firmware.h"
#include "cli/line.h"
#include "cli/message.h"
#include "cli/node_commands.h"
#include "cli/node_session.h"
#include "cli/places.h"

struct options {
    const char *boot, *name, *data_dir;
    bool force;
};

static int program(const char *data_dir, const char *word, const struct options *options)
{
    struct node_session session;
    struct node_session_config config = {
        .data_dir = data_dir, .name = options->name, .seed = 1, .bare = true};
    char boot[PATH_MAX];
    char app[PATH_MAX];

    if (node_session_open(&session, &config) != STATUS_OK) {
        return EXIT_FAILED;
    }
    firmware_find(word, app, sizeof app);
    if (options->boot == NULL) {
        node_session_find_boot(&session.folder, boot);
    } else {
        firmware_find(options->boot, boot, sizeof boot);
    }
    struct firmware firmware = {boot, app, session.folder.product->hardware_id, options->force};
    enum status status = firmware_program(board_machine(session.board), &firmware);
    enum status saved = node_session_close(&session);
    if (status != STATUS_OK || saved != STATUS_OK) {
        return EXIT_FAILED;
    }
    printf("programmed '%s' into node '%s'; its settings are as before\n",
           places_seen_from_here(app), options->name);
    return EXIT_OK;
}

static int run(int argc, char **argv)
{
    struct options options = {.name = NODE_PRESET_NAME};
    const struct line_option rows[] = {
        {"data-dir", '\0', .text = &options.data_dir},
        {"boot", '\0', .text = &options.boot},
        {"node", 'n', .text = &options.name},
        {"force", '\0', .flag = &options.force},
    };
    const struct line line = {&node_flash, rows, sizeof rows / sizeof rows[0], 1, 1};
    char data_dir[PATH_MAX];
    int first = line_parse(&line, argc, argv);

    if (first == LINE_WRONG) {
        return EXIT_USAGE;
    }
    if (places_data_dir(options.data_dir, data_dir, sizeof data_dir) != STATUS_OK) {
        return EXIT_FAILED;
    }
    return program(data_dir, argv[first], &options);
}

const struct cli_command node_flash = {
    .name = "flash",
    .summary = "program firmware into a virtual node, as over a cable",
    .help = "usage: nbota node flash IMAGE [--node NAME] [--boot IMAGE] [--force]\n"
            "\n"
            "Writes a bootloader and an application into the node's internal flash. IMAGE is\n"
            "a plain .bin, or the name of one that was built here. Settings and NOR flash\n"
            "stay as they are. An image for boards with another modem is refused, as its info\n"
            "block says it.\n"
            "\n"
            "      --node NAME     the node to write into, default s31\n"
            "      --boot IMAGE    another bootloader than the one that was built here\n"
            "      --force         an image for other hardware too\n"
            "      --data-dir DIR  default: $NBOTA_DATA, or ~/.local/share/nbota\n"
            "\n"
            "example: nbota node flash s31-nb-v1.1.0\n",
    .run = run,
};
