// SPDX-License-Identifier: Apache-2.0
// nbota node power: a stretch of a node's life, and what of its battery it took.
#include <limits.h>
#include <stdio.h>

#include "cli/dispatch.h"
#include "cli/interrupt.h"
#include "cli/line.h"
#include "cli/message.h"
#include "cli/node_commands.h"
#include "cli/node_play.h"
#include "cli/node_session.h"
#include "cli/places.h"
#include "cli/power_report.h"

#define NOT_GIVEN UINT32_MAX

enum {
    SCENARIO_MAX = 300,
    HOURS_PRESET = 24,
    HOURS_MAX = 24 * 366,
    TDC_MIN = 60, // what a node takes (docs/protocol.md, "Other commands")
    TDC_MAX = 16777215,
    SETTLE_MAX_S = 600, // the session that follows power-on is over by then
};

static const char help[] =
    "usage: nbota node power [NAME] [options]\n"
    "\n"
    "Lets a virtual node live for some virtual hours with its present settings and\n"
    "shows where its charge went: how long processor, flash, sensor and modem were in\n"
    "which state, what each draws there, and how long a battery lasts. Every figure\n"
    "has its source (docs/power.md). The node's uplinks really reach its server; its\n"
    "memories stay as they are.\n"
    "\n"
    "  --hours N        that long, 24 is usual\n"
    "  --tdc SECONDS    another uplink period than the one that is set\n"
    "  --link CLASS     nb1-ce0, nb2-ce0, nb-ce1, nb-ce2, lte-m: the radio\n"
    "  --battery MAH    another battery than the product's: 8500 mAh, or 3000 mAh\n"
    "                   behind a solar panel\n"
    "  --without-flash  a board from before the SPI flash was fitted\n"
    "  --seed N         what RAM holds at power-on; 1 is usual\n"
    "  --json           as JSON\n"
    "  --data-dir DIR   default: $NBOTA_DATA, or ~/.local/share/nbota\n"
    "\n"
    "example: nbota node power --tdc 3600 --link nb-ce1\n";

struct options {
    const char *name, *link, *data_dir;
    uint32_t hours, tdc, battery, seed;
    bool without_flash, json;
};

// Until the first session is over; not as far as the second one.
static int settle(struct node_session *session, uint32_t tdc)
{
    char text[SCENARIO_MAX];
    uint32_t wait_s = tdc != 0 && tdc / 2 < SETTLE_MAX_S ? tdc / 2 : SETTLE_MAX_S;

    if (tdc == 0) {
        snprintf(text, sizeof text, "wait %us\n", wait_s);
    } else {
        snprintf(text, sizeof text,
                 "expect Protocol in Used within 60s\nunlock\nexpect Password Correct within 60s\n"
                 "type AT+TDC=%u\nexpect OK within 60s\nwait %us\n",
                 tdc, wait_s);
    }
    return node_play(session, "start", text);
}

static int live(struct node_session *session, const struct options *options,
                struct power_report *report)
{
    char text[SCENARIO_MAX];
    int result = settle(session, options->tdc);

    if (result != EXIT_OK) {
        return result;
    }
    size_t before = transcript_count(&session->console, POWER_REPORT_UPLINK);
    board_restart_ledger(session->board);
    snprintf(text, sizeof text, "wait %uh\n", options->hours);
    result = node_play(session, "life", text);
    report->uplinks = transcript_count(&session->console, POWER_REPORT_UPLINK) - before;
    report->ledger = board_ledger(session->board);
    return result;
}

// S31-NB's ER26500 and the cells of the -NS and -CS types. What they lose by themselves: makers' data sheets, at room
// temperature.
static const struct battery {
    uint32_t capacity_mah;
    double self_discharge; // part a year
} batteries[] = {
    [PRODUCT_SUPPLY_CELL] = {8500, 0.01},
    [PRODUCT_SUPPLY_DIVIDER] = {3000, 0.36},
};

static int measure(const struct options *options, const char *data_dir)
{
    struct node_session session;
    struct node_session_config config = {
        .data_dir = data_dir,
        .name = options->name,
        .link = options->link,
        .seed = options->seed,
        .without_flash = options->without_flash,
        .forgets = true,
    };

    if (node_session_open(&session, &config) != STATUS_OK) {
        return EXIT_FAILED;
    }
    const struct battery *battery = &batteries[session.folder.product->supply];
    struct power_report report = {
        .node = options->name,
        .capacity_mah = options->battery == NOT_GIVEN ? battery->capacity_mah : options->battery,
        .self_discharge = battery->self_discharge,
    };
    interrupt_catch();
    int result = live(&session, options, &report);
    if (result == EXIT_OK) {
        (options->json ? power_report_json : power_report_print)(&report, stdout);
    }
    node_session_abandon(&session);
    return result;
}

static int read_line(int argc, char **argv, struct options *options)
{
    const struct line_option rows[] = {
        {"hours", '\0', .number = &options->hours},
        {"tdc", '\0', .number = &options->tdc},
        {"link", '\0', .text = &options->link},
        {"battery", '\0', .number = &options->battery},
        {"seed", '\0', .number = &options->seed},
        {"without-flash", '\0', .flag = &options->without_flash},
        {"json", '\0', .flag = &options->json},
        {"data-dir", '\0', .text = &options->data_dir},
    };
    const struct line line = {&node_power, rows, sizeof rows / sizeof rows[0], 0, 1};
    int first = line_parse(&line, argc, argv);

    if (first != LINE_WRONG && first < argc) {
        options->name = argv[first];
    }
    return first;
}

static int refuse_number(const char *option, int least, int most, uint32_t number)
{
    message_error("%s is %d to %d, not '%u'", option, least, most, (unsigned)number);
    dispatch_print_usage(&node_power);
    return EXIT_USAGE;
}

static int run(int argc, char **argv)
{
    struct options options = {
        .name = NODE_PRESET_NAME, .hours = HOURS_PRESET, .battery = NOT_GIVEN, .seed = 1};
    char data_dir[PATH_MAX];

    if (read_line(argc, argv, &options) == LINE_WRONG) {
        return EXIT_USAGE;
    }
    if (options.hours == 0 || options.hours > HOURS_MAX) {
        return refuse_number("--hours", 1, HOURS_MAX, options.hours);
    }
    if (options.tdc != 0 && (options.tdc < TDC_MIN || options.tdc > TDC_MAX)) {
        return refuse_number("--tdc", TDC_MIN, TDC_MAX, options.tdc);
    }
    if (options.battery == 0) {
        return line_refuse(&node_power, "--battery is 1 mAh or more, not", "0");
    }
    if (places_data_dir(options.data_dir, data_dir, sizeof data_dir) != STATUS_OK) {
        return EXIT_FAILED;
    }
    return measure(&options, data_dir);
}

const struct cli_command node_power = {
    .name = "power",
    .summary = "what a virtual node takes from its battery, and what takes it",
    .help = help,
    .run = run,
};
