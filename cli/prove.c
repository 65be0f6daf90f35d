// SPDX-License-Identifier: Apache-2.0
// nbota prove: power cuts at every persistent operation of an update, and what the node makes of them.
#include "cli/command.h"
#include "cli/coverage_file.h"
#include "cli/interrupt.h"
#include "cli/line.h"
#include "cli/prove_options.h"
#include "cli/prove_play.h"
#include "cli/prove_total.h"

static int prove(const struct prove_options *options, struct coverage *coverage)
{
    struct prove_total total;
    int result = EXIT_OK;
    bool goes_on = true;

    prove_total_begin(&total);
    for (size_t i = 0; goes_on && i < options->task_count; i++) {
        int of_one = prove_play(options, &options->tasks[i], coverage, &total);
        result = of_one == EXIT_OK ? result : of_one;
        goes_on = !interrupt_came() && !(options->first_failure && of_one != EXIT_OK);
    }
    if (options->task_count > 1) {
        prove_total_print(&total);
    }
    return result;
}

static int prove_covered(const struct prove_options *options)
{
    if (options->coverage == NULL) {
        return prove(options, NULL);
    }
    struct coverage *coverage = coverage_file_begin(options->coverage);
    if (coverage == NULL) {
        return EXIT_FAILED;
    }
    int result = prove(options, coverage);
    if (coverage_file_add(coverage, options->coverage) != STATUS_OK) {
        result = EXIT_FAILED;
    }
    coverage_destroy(coverage);
    return result;
}

static int run(int argc, char **argv)
{
    struct prove_options options = {.seed = 1};
    const struct line_option rows[] = {
        {.name = "scenario", .letter = 's', .text = &options.scenario},
        {.name = "every", .text = &options.every},
        {.name = "only", .text = &options.only},
        {.name = "operations", .text = &options.range},
        {.name = "double", .text = &options.pairs},
        {.name = "first-failure", .letter = 'x', .flag = &options.first_failure},
        {.name = "case", .letter = 'c', .text = &options.which},
        {.name = "gdb", .text = &options.gdb},
        {.name = "seed", .number = &options.seed},
        {.name = "jobs", .letter = 'j', .text = &options.jobs},
        {.name = "coverage", .text = &options.coverage},
        {.name = "boot", .text = &options.images.boot},
        {.name = "from", .text = &options.images.from},
        {.name = "to", .text = &options.images.to},
        {.name = "key", .letter = 'k', .text = &options.images.key},
    };
    const struct line line = {&cli_prove, rows, sizeof rows / sizeof rows[0], 0, 0};

    if (line_parse(&line, argc, argv) == LINE_WRONG) {
        return EXIT_USAGE;
    }
    int refused = prove_options_read(&options);
    if (refused != EXIT_OK) {
        return refused;
    }
    interrupt_catch();
    return prove_covered(&options);
}

const struct cli_command cli_prove = {
    .name = "prove",
    .summary = "cut the power at every operation of an update",
    .help = "usage: nbota prove [--scenario S,S] [--double N,N] [--every N] [--only MEMORY]\n"
            "                   [--operations A-B] [--first-failure] [--jobs N] [--seed N]\n"
            "                   [--coverage F] [--boot FILE] [--from FILE] [--to FILE]\n"
            "                   [--key PEM]\n"
            "       nbota prove [--scenario S] --case NAME [--gdb PORT] [--seed N]\n"
            "                   [--coverage F] [--boot FILE] [--from FILE] [--to FILE]\n"
            "                   [--key PEM]\n"
            "\n"
            "Plays a scenario on a virtual node once, and notes every operation that outlives\n"
            "a power cut: erases and half pages of flash, words of EEPROM, pages and sectors\n"
            "of the NOR. Then, for each of them, the power goes just before it, in its midst\n"
            "(at 1/4, 3/4 and 511/512 of its time, which leaves a mix of old and new bits,\n"
            "some of which read differently each time), and just after it. Power comes back,\n"
            "the node is left alone until it rests, and has to be in order: a genuine image\n"
            "runs, the update was finished or undone, no setting is lost, the right report\n"
            "has arrived.\n"
            "\n"
            "The servers are inside this process; nothing listens and nothing is sent. A\n"
            "state that was there before is proved once.\n"
            "\n"
            "  -s, --scenario S  update (usual), rollback, resume, changed, settings, local;\n"
            "                    several with commas between them, or all: then the last line\n"
            "                    is the sum\n"
            "      --every N     every N-th operation only: a sample\n"
            "      --only MEMORY cuts at operations of one memory only: flash, eeprom, nor\n"
            "      --operations A-B\n"
            "                    cuts at operations A to B of the scenario only\n"
            "  -x, --first-failure\n"
            "                    ends with the first case that fails\n"
            "      --double N    N cases with a second cut while the node recovers; --every,\n"
            "                    --only and --operations choose the first one. A number for\n"
            "                    each scenario, with commas between them, or one for all\n"
            "      --seed N      decides torn bits, RAM and which double cuts; usual: 1\n"
            "  -j, --jobs N      cases at the same time; usual: one a processor\n"
            "  -c, --case NAME   this one alone, with its console: o1234:torn-2 cuts in the\n"
            "                    midst of operation 1234; o7:before+20:torn-1 once more, at\n"
            "                    the 20th operation from there on\n"
            "      --gdb PORT    with --case: GDB can look at it, see 'nbota node run --help'\n"
            "      --coverage F  add where conditional branches of the firmware went to F\n"
            "                    (scripts/branch-coverage reads it)\n"
            "      --boot FILE   bootloader, usual: boot-bc660k-demo, which wants signatures\n"
            "      --from FILE   the image that runs first, usual: s31-nb-v1.0.0\n"
            "      --to FILE     the one that is offered, usual: s31-nb-v1.2.0, which differs\n"
            "                    from the first in nearly every page; s31-nb2-v1.1.0 for the\n"
            "                    rollback, s31-nb-v1.1.0 for the change; below 60 KB it is\n"
            "                    filled up with pseudo-random data\n"
            "  -k, --key PEM     what it is signed with, usual: the key of that bootloader\n"
            "\n"
            "example: nbota prove --every 50\n"
            "         nbota prove --scenario update --only nor --operations 1-90\n"
            "         nbota prove --scenario resume,settings --double 500,200\n"
            "         nbota prove --scenario all\n",
    .run = run,
};
