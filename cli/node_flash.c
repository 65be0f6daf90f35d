// SPDX-License-Identifier: Apache-2.0
// nbota node flash: programs firmware over the cable.
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "cli/firmware.h"
#include "cli/line.h"
#include "cli/message.h"
#include "cli/node_commands.h"
#include "cli/node_session.h"
#include "cli/places.h"

// A word without a slash and without a file of that name is a firmware that was built here.
static void find_image(const char *word, char *path, size_t capacity)
{
    FILE *file = fopen(word, "rb");

    if (file != NULL) {
        fclose(file);
        snprintf(path, capacity, "%s", word);
        return;
    }
    char name[128];
    bool has_end = strlen(word) > 4 && strcmp(word + strlen(word) - 4, ".bin") == 0;
    snprintf(name, sizeof name, "%s%s", word, has_end ? "" : ".bin");
    places_firmware(name, path, capacity);
}

static int program(const char *data_dir, const char *name, const char *boot, const char *app)
{
    struct node_session session;
    struct node_session_config config = {.data_dir = data_dir, .name = name, .seed = 1};

    if (node_session_open(&session, &config) != STATUS_OK) {
        return EXIT_FAILED;
    }
    enum status status = firmware_program(board_machine(session.board), boot, app);
    enum status saved = node_session_close(&session);
    if (status != STATUS_OK || saved != STATUS_OK) {
        return EXIT_FAILED;
    }
    printf("programmed '%s' into node '%s'; its settings are as before\n",
           places_seen_from_here(app), name);
    return EXIT_OK;
}

static int run(int argc, char **argv)
{
    const char *given = NULL;
    const char *boot_word = "boot-bc660k";
    const char *name = NODE_PRESET_NAME;
    const struct line_option rows[] = {
        {"data-dir", '\0', .text = &given},
        {"boot", '\0', .text = &boot_word},
        {"node", 'n', .text = &name},
    };
    const struct line line = {&node_flash, rows, sizeof rows / sizeof rows[0], 1, 1};
    char data_dir[PATH_MAX];
    char boot[PATH_MAX];
    char app[PATH_MAX];
    int first = line_parse(&line, argc, argv);

    if (first == LINE_WRONG) {
        return EXIT_USAGE;
    }
    if (places_data_dir(given, data_dir, sizeof data_dir) != STATUS_OK) {
        return EXIT_FAILED;
    }
    find_image(boot_word, boot, sizeof boot);
    find_image(argv[first], app, sizeof app);
    return program(data_dir, name, boot, app);
}

const struct cli_command node_flash = {
    .name = "flash",
    .summary = "program firmware into a virtual node, as over a cable",
    .help = "usage: nbota node flash IMAGE [--node NAME] [--boot IMAGE] [--data-dir DIR]\n"
            "\n"
            "Writes a bootloader and an application into the node's internal flash. IMAGE is a "
            "plain .bin, or the "
            "name of\none that was built here. Settings and NOR flash stay as they are.\n"
            "\n"
            "      --node NAME     the node to write into, default s31\n"
            "      --boot IMAGE    another bootloader than the one that was built here\n"
            "      --data-dir DIR  default: $NBOTA_DATA, or ~/.local/share/nbota\n"
            "\n"
            "example: nbota node flash s31-nb-v1.1.0\n",
    .run = run,
};
