// SPDX-License-Identifier: Apache-2.0
// nbota node protect: the option bytes of a virtual node, as a probe sets them on a real board.
#include <limits.h>
#include <stdio.h>

#include "cli/line.h"
#include "cli/message.h"
#include "cli/node_commands.h"
#include "cli/node_session.h"
#include "cli/places.h"

#define NOT_GIVEN UINT32_MAX

struct options {
    const char *name, *data_dir;
    bool write, no_write;
    uint32_t readout;
};

static bool set_readout(struct node_session *session, uint32_t level)
{
    struct machine *machine = board_machine(session->board);
    unsigned before = options_readout(&machine->soc.nvm.options);

    if (level == NOT_GIVEN || level == before) {
        return true;
    }
    if (!options_set_readout(machine, level)) {
        message_error("node '%s' is at level 2, and stays there", session->folder.name);
        return false;
    }
    if (level < before) {
        printf("flash and EEPROM were erased, as the chip does on its way back from level 1\n");
    }
    return true;
}

static bool protect(struct node_session *session, const struct options *options)
{
    struct option_bytes *bytes = &board_machine(session->board)->soc.nvm.options;

    if (options->write || options->no_write) {
        options_protect(bytes, options->write ? NODE_BOOT_SECTORS : 0);
    }
    return set_readout(session, options->readout);
}

static int run_opened(const char *data_dir, const struct options *options)
{
    struct node_session session;
    struct node_folder label;
    struct node_session_config config = {
        .data_dir = data_dir, .name = options->name, .seed = 1, .bare = true};

    if (node_folder_look(&label, data_dir, options->name) != STATUS_OK || // a wrong name makes none
        node_session_open(&session, &config) != STATUS_OK) {
        return EXIT_FAILED;
    }
    bool good = protect(&session, options);
    if (good) {
        node_session_print_protection(&session);
    }
    return node_session_close(&session) == STATUS_OK && good ? EXIT_OK : EXIT_FAILED;
}

static int run(int argc, char **argv)
{
    struct options options = {.name = NODE_PRESET_NAME, .readout = NOT_GIVEN};
    const struct line_option rows[] = {
        {"write", 'w', .flag = &options.write},
        {"no-write", '\0', .flag = &options.no_write},
        {"readout", 'r', .number = &options.readout},
        {"data-dir", '\0', .text = &options.data_dir},
    };
    const struct line line = {&node_protect, rows, sizeof rows / sizeof rows[0], 0, 1};
    char data_dir[PATH_MAX];
    int first = line_parse(&line, argc, argv);

    if (first == LINE_WRONG) {
        return EXIT_USAGE;
    }
    if (options.write && options.no_write) {
        return line_refuse(&node_protect, "give one of --write and", "--no-write");
    }
    if (options.readout == 2) {
        return line_refuse(&node_protect,
                           "no command here does what nobody can undo:", "--readout 2");
    }
    if (options.readout != NOT_GIVEN && options.readout > 2) {
        return line_refuse(&node_protect, "a level is 0 or 1:", "--readout");
    }
    if (first < argc) {
        options.name = argv[first];
    }
    if (places_data_dir(options.data_dir, data_dir, sizeof data_dir) != STATUS_OK) {
        return EXIT_FAILED;
    }
    return run_opened(data_dir, &options);
}

const struct cli_command node_protect = {
    .name = "protect",
    .summary = "show or set a virtual node's write and read protection",
    .help = "usage: nbota node protect [NAME] [--write | --no-write] [--readout LEVEL]\n"
            "\n"
            "Sets option bytes of a node that is off, as a probe does on a real board\n"
            "(docs/installation.md). Without an option it shows them.\n"
            "\n"
            "  -w, --write          nobody writes the bootloader's seven sectors any more\n"
            "      --no-write       anybody does\n"
            "  -r, --readout LEVEL  1: no cable reads or programs the node any more;\n"
            "                       0: one does. The way back from 1 erases flash and EEPROM\n"
            "      --data-dir DIR   default: $NBOTA_DATA, or ~/.local/share/nbota\n"
            "\n"
            "example: nbota node protect s31 --write\n",
    .run = run,
};
