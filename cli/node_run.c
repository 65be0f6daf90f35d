// SPDX-License-Identifier: Apache-2.0
// nbota node run: the node lives until Ctrl-C, or until its scenario ends.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/coverage_file.h"
#include "cli/file.h"
#include "cli/firmware.h"
#include "cli/interrupt.h"
#include "cli/line.h"
#include "cli/message.h"
#include "cli/node_commands.h"
#include "cli/node_debug.h"
#include "cli/node_play.h"
#include "cli/node_session.h"
#include "cli/places.h"
#include "vnode/run/scenario.h"

enum {
    SCENARIO_BYTES_MAX = 1 << 16,
    LOOK_EVERY_MS = 10, // at what is typed
};
#define NOT_GIVEN UINT32_MAX

static const char help_text[] =
    "usage: nbota node run [NAME] [options]\n"
    "\n"
    "Runs a virtual node: the firmware's own binaries in an emulated STM32L072 board\n"
    "with NOR flash, modem and sensor. A node that does not exist yet is made: S31-NB\n"
    "with firmware v1.0.0 and factory settings ('nbota node create' makes other\n"
    "products). Its memories stay in the data folder from run to run. Without NAME\n"
    "the node is 's31'.\n"
    "\n"
    "Its console is a serial line: 'picocom -b 9600 LINE' with the line that is\n"
    "printed, or 'nbota node console'. Type the password first. Ctrl-C switches the\n"
    "node off.\n"
    "\n"
    "  --scenario FILE  carry out FILE and end (docs/virtual-node.md)\n"
    "  --list-faults    what a scenario's 'fault' can do to the modem\n"
    "  --link CLASS     nb1-ce0 (usual), nb2-ce0, nb-ce1, nb-ce2, lte-m: the radio\n"
    "  --boot IMAGE     the bootloader of a node that does not exist yet: a plain\n"
    "                   .bin, or the name of one that was built here\n"
    "  --speed N        virtual seconds per second, 1 or more; usual: 1, a scenario:\n"
    "                   as fast as the network allows\n"
    "  --seed N         what RAM holds at power-on, and how torn writes look; 1 is\n"
    "                   usual\n"
    "  --without-flash  a board from before the SPI flash was fitted\n"
    "  --gdb PORT       wait for a debugger on 127.0.0.1:PORT before the first\n"
    "                   instruction\n"
    "  --coverage FILE  add where conditional branches of the firmware went to FILE\n"
    "                   (scripts/branch-coverage reads it)\n"
    "  --log FILE       write what the console prints to FILE\n"
    "  --quiet          do not show the console here\n"
    "  --json           end with one line of counters as JSON\n"
    "  --data-dir DIR   default: $NBOTA_DATA, or ~/.local/share/nbota\n"
    "\n"
    "example: nbota node run\n";

struct options {
    const char *name, *scenario, *link, *boot, *log, *coverage, *data_dir;
    uint32_t speed, seed, gdb;
    bool without_flash, quiet, json, list_faults;
};

static void show_line(void *context, const char *line, uint64_t began_ns)
{
    (void)context;
    printf("%10.3f  %s\n", (double)began_ns / 1e9, line);
    fflush(stdout);
}

static void show_typed(void *context, const char *line, uint64_t now_ns)
{
    (void)context;
    printf("%10.3f  > %s\n", (double)now_ns / 1e9, line);
    fflush(stdout);
}

// ---- at its own pace, for a person ----

static int live(struct node_session *session)
{
    uint8_t typed[256];

    board_power_on(session->board);
    while (!interrupt_came()) {
        size_t size = pty_read(session->pty, typed, sizeof typed);
        (void)board_type(session->board, typed, size);
        uint64_t until_ns = board_now_ns(session->board) + LOOK_EVERY_MS * 1000000ULL;
        enum board_outcome outcome;
        if (!node_debug_run(session, until_ns, &outcome)) {
            return EXIT_OK;
        }
        if (outcome == BOARD_STOPPED || outcome == BOARD_BREAKPOINT) {
            return node_play_complain(session);
        }
        if (node_session_keep(session) != STATUS_OK) {
            return EXIT_FAILED;
        }
    }
    return EXIT_OK;
}

static void print_ways_in(const char *name, const char *link)
{
    bool is_preset = strcmp(name, NODE_PRESET_NAME) == 0;

    printf("console   nbota node console%s%s\n", is_preset ? "" : " ", is_preset ? "" : name);
    printf("     or   picocom -b 9600 --echo %s\n\n", link);
    fflush(stdout);
}

static bool is_protected(struct node_session *session)
{
    const struct option_bytes *options = &board_machine(session->board)->soc.nvm.options;

    return options_protected(options) != 0 || options_readout(options) != 0;
}

static int run_live(struct node_session *session)
{
    char link[PATH_MAX];
    struct pty pty;

    node_folder_file(&session->folder, "console", link);
    if (pty_open(&pty, link) != STATUS_OK) {
        message_error("cannot open a pseudo-terminal: %s", strerror(errno));
        return EXIT_FAILED;
    }
    session->pty = &pty;
    node_session_print_label(&session->folder);
    if (is_protected(session)) {
        node_session_print_protection(session);
    }
    print_ways_in(session->folder.name, link);
    int result = live(session);
    printf("\nnode '%s' is off; what its memories hold stays for the next run\n",
           session->folder.name);
    session->pty = NULL;
    pty_close(&pty);
    return result;
}

// ---- as a scenario says ----

static int run_scenario(struct node_session *session, const char *path)
{
    struct file file;

    if (file_read(path, SCENARIO_BYTES_MAX, &file) != STATUS_OK) {
        return EXIT_FAILED;
    }
    char *text = strndup((const char *)file.data, file.size);
    file_free(&file);
    int result = text == NULL ? EXIT_FAILED : node_play(session, path, text);
    free(text);
    return result;
}

// ---- the command ----

static int run_opened(struct node_session *session, const struct options *options)
{
    int result = EXIT_FAILED;

    if (options->gdb != NOT_GIVEN && node_debug_open(session, options->gdb) != STATUS_OK) {
        return EXIT_FAILED;
    }
    if (options->log != NULL && (session->log = fopen(options->log, "w")) == NULL) {
        message_error("cannot write '%s': %s", options->log, strerror(errno));
        return EXIT_FAILED;
    }
    result =
        options->scenario == NULL ? run_live(session) : run_scenario(session, options->scenario);
    if (session->log != NULL && fclose(session->log) != 0) {
        message_error("cannot write '%s': %s", options->log, strerror(errno));
        result = EXIT_FAILED;
    }
    session->log = NULL;
    if (options->json) {
        node_session_print_json(session, stdout);
    }
    return result;
}

static int run_covered(struct node_session *session, const struct options *options)
{
    if (options->coverage == NULL) {
        return run_opened(session, options);
    }
    struct coverage *coverage = coverage_file_begin(options->coverage);
    if (coverage == NULL) {
        return EXIT_FAILED;
    }
    board_cover(session->board, coverage);
    int result = run_opened(session, options);
    board_cover(session->board, NULL);
    if (coverage_file_add(coverage, options->coverage) != STATUS_OK) {
        result = EXIT_FAILED;
    }
    coverage_destroy(coverage);
    return result;
}

static int read_line(int argc, char **argv, struct options *options)
{
    const struct line_option rows[] = {
        {"scenario", '\0', .text = &options->scenario},
        {"list-faults", '\0', .flag = &options->list_faults},
        {"link", '\0', .text = &options->link},
        {"boot", '\0', .text = &options->boot},
        {"speed", '\0', .number = &options->speed},
        {"seed", '\0', .number = &options->seed},
        {"without-flash", '\0', .flag = &options->without_flash},
        {"gdb", '\0', .number = &options->gdb},
        {"coverage", '\0', .text = &options->coverage},
        {"log", '\0', .text = &options->log},
        {"quiet", 'q', .flag = &options->quiet},
        {"json", '\0', .flag = &options->json},
        {"data-dir", '\0', .text = &options->data_dir},
    };
    const struct line line = {&node_run, rows, sizeof rows / sizeof rows[0], 0, 1};
    int first = line_parse(&line, argc, argv);

    if (first != LINE_WRONG && first < argc) {
        options->name = argv[first];
    }
    return first;
}

static int list_faults(void)
{
    const char *help;

    for (unsigned i = 0; scenario_fault(i, &help) != NULL; i++) {
        printf("%-15s %s\n", scenario_fault(i, &help), help);
    }
    return EXIT_OK;
}

static double speed_of(const struct options *options)
{
    if (options->speed != NOT_GIVEN) {
        return options->speed;
    }
    return options->scenario == NULL ? 1 : 0;
}

static int run(int argc, char **argv)
{
    struct options options = {
        .name = NODE_PRESET_NAME, .speed = NOT_GIVEN, .seed = 1, .gdb = NOT_GIVEN};
    struct node_session session;
    char data_dir[PATH_MAX];
    char boot[PATH_MAX];

    if (read_line(argc, argv, &options) == LINE_WRONG) {
        return EXIT_USAGE;
    }
    if (options.list_faults) {
        return list_faults();
    }
    if (options.speed == 0) {
        return line_refuse(&node_run, "--speed is 1 or more, not", "0");
    }
    if (places_data_dir(options.data_dir, data_dir, sizeof data_dir) != STATUS_OK) {
        return EXIT_FAILED;
    }
    struct node_session_config config = {
        .data_dir = data_dir,
        .name = options.name,
        .link = options.link,
        .speed = speed_of(&options),
        .seed = options.seed,
        .without_flash = options.without_flash,
        .on_line = options.quiet ? NULL : show_line,
        .on_typed = options.quiet ? NULL : show_typed,
    };
    if (options.boot != NULL) {
        firmware_find(options.boot, boot, sizeof boot);
        config.boot = boot;
    }
    if (node_session_open(&session, &config) != STATUS_OK) {
        return EXIT_FAILED;
    }
    interrupt_catch();
    int result = run_covered(&session, &options);
    return node_session_close(&session) == STATUS_OK ? result : EXIT_FAILED;
}

const struct cli_command node_run = {
    .name = "run",
    .summary = "run a virtual node",
    .help = help_text,
    .run = run,
};
