// SPDX-License-Identifier: Apache-2.0
// nbota prove: power cuts at every persistent operation of an update, and what the node makes of them.
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/coverage_file.h"
#include "cli/interrupt.h"
#include "cli/line.h"
#include "cli/message.h"
#include "cli/prove_cases.h"
#include "cli/prove_images.h"
#include "cli/prove_replay.h"
#include "cli/prove_report.h"
#include "vnode/prove/base.h"
#include "vnode/prove/pool.h"

struct options {
    const char *scenario, *which, *coverage, *only, *range;
    struct prove_images_wish images;
    struct prove_choice choice;
    uint32_t twice, seed, jobs, gdb;
    bool first_failure;
};

// What the cases of one scenario leave behind.
struct proof {
    struct prove_report report;
    const struct options *options;
};

static bool on_result(void *context, const struct prove_result *result)
{
    struct proof *proof = context;

    if (interrupt_came()) {
        return false; // it ended the workers too: a case without a result has not failed
    }
    prove_report_add(&proof->report, result);
    return !(proof->options->first_failure && result->failed);
}

// In a worker, whose collection is its own.
static void on_leave(void *context)
{
    const struct proof *proof = context;
    struct coverage *coverage = proof->report.base->setup->coverage;

    if (coverage != NULL) {
        (void)coverage_file_add(coverage, proof->options->coverage);
    }
}

static unsigned jobs_of(const struct options *options)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned jobs = options->jobs != 0 ? options->jobs : processors < 1 ? 1 : (unsigned)processors;

    return jobs < PROVE_WORKERS_MAX ? jobs : PROVE_WORKERS_MAX;
}

// What a replay has to be told besides scenario and case.
static void write_again(const struct options *options, char *text, size_t capacity)
{
    const struct {
        const char *name, *value;
    } files[] = {{"boot", options->images.boot},
                 {"from", options->images.from},
                 {"to", options->images.to},
                 {"key", options->images.key}};
    int size = options->seed == 1 ? 0 : snprintf(text, capacity, " --seed %u", options->seed);

    text[size] = '\0';
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        if (files[i].value != NULL && (size_t)size < capacity) {
            size += snprintf(text + size, capacity - (size_t)size, " --%s %s", files[i].name,
                             files[i].value);
        }
    }
}

static enum status list_cases(const struct options *options, const struct prove_base *base,
                              struct prove_cases *cases)
{
    enum status status = options->twice > 0
                             ? prove_cases_double(cases, &base->tape, options->twice, options->seed)
                             : prove_cases_single(cases, &base->tape, &options->choice);

    if (status != STATUS_OK) {
        message_error("the scenario '%s' has no such operation", base->scenario->name);
    }
    return status;
}

static int prove_cases(const struct options *options, const struct prove_base *base)
{
    static struct proof proof; // large
    struct prove_cases cases;
    char again[PATH_MAX];

    if (list_cases(options, base, &cases) != STATUS_OK) {
        return EXIT_FAILED;
    }
    struct prove_known *known = prove_known_create();
    const struct prove_pool pool = {
        base, cases.list, cases.count, known, jobs_of(options), on_result, on_leave, &proof,
    };
    proof.options = options;
    prove_report_begin(&proof.report, base, &cases);
    enum status status = prove_pool_run(&pool);
    progress_clear(&proof.report.progress);
    write_again(options, again, sizeof again);
    prove_report_print(&proof.report, &cases, again);
    prove_known_destroy(known);
    prove_cases_release(&cases);
    if (interrupt_came() || status == STATUS_IO) {
        message_error(status == STATUS_IO ? "cannot start workers" : "interrupted");
    }
    return status == STATUS_OK && proof.report.failed == 0 ? EXIT_OK : EXIT_FAILED;
}

static int prove_recorded(const struct options *options, const struct prove_base *base)
{
    prove_report_print_base(base);
    if (options->which != NULL) {
        return prove_replay(base, options->which, options->gdb);
    }
    return prove_cases(options, base);
}

static int prove_scenario(const struct options *options, const struct prove_scenario *scenario,
                          struct coverage *coverage)
{
    static struct prove_images images; // both are large
    static struct prove_base base;
    struct prove_setup setup = {
        .flash = scenario->flash, .seed = options->seed, .coverage = coverage};
    struct prove_images_wish wish = options->images;
    int result = EXIT_FAILED;

    wish.to = wish.to == NULL ? scenario->to : wish.to;
    if (prove_images_load(&images, &wish) == STATUS_OK &&
        prove_images_set_up(&images, &wish, scenario->hangs, &setup) == STATUS_OK) {
        if (prove_base_record(&base, &setup, scenario) == STATUS_OK) {
            result = prove_recorded(options, &base);
        } else {
            message_error("the scenario '%s' does not end without a cut either: %s", scenario->name,
                          base.error);
            fprintf(stderr, "--- the end of its console ---\n%s\n", base.console);
        }
        prove_base_release(&base);
    }
    prove_images_release(&images);
    return result;
}

static int prove(const struct options *options, struct coverage *coverage)
{
    const struct prove_scenario *scenario = prove_scenario_find(options->scenario);
    int result = EXIT_OK;

    if (scenario != NULL) {
        return prove_scenario(options, scenario, coverage);
    }
    for (size_t i = 0; (scenario = prove_scenario_at(i)) != NULL && !interrupt_came(); i++) {
        if (prove_scenario(options, scenario, coverage) != EXIT_OK) {
            result = EXIT_FAILED;
        }
    }
    return result;
}

static int prove_covered(const struct options *options)
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

// What a word of the line means; 0 or what a refusal returns.
static int complete(struct options *options)
{
    struct prove_choice *choice = &options->choice;

    if (strcmp(options->scenario, "all") != 0 && prove_scenario_find(options->scenario) == NULL) {
        return line_refuse(&cli_prove, "no such scenario:", options->scenario);
    }
    if (!prove_choice_read_memory(choice, options->only)) {
        return line_refuse(&cli_prove, "no such memory:", options->only);
    }
    if (options->range != NULL && !prove_choice_read_range(choice, options->range)) {
        return line_refuse(&cli_prove, "--operations takes two numbers such as 1-60, not",
                           options->range);
    }
    return choice->every == 0 ? line_refuse(&cli_prove, "--every counts from 1, not", "0") : 0;
}

static int run(int argc, char **argv)
{
    struct options options = {
        .scenario = "update", .only = "all", .choice = {.every = 1}, .seed = 1};
    const struct line_option rows[] = {
        {.name = "scenario", .letter = 's', .text = &options.scenario},
        {.name = "every", .number = &options.choice.every},
        {.name = "only", .text = &options.only},
        {.name = "operations", .text = &options.range},
        {.name = "double", .number = &options.twice},
        {.name = "first-failure", .letter = 'x', .flag = &options.first_failure},
        {.name = "case", .letter = 'c', .text = &options.which},
        {.name = "gdb", .number = &options.gdb},
        {.name = "seed", .number = &options.seed},
        {.name = "jobs", .letter = 'j', .number = &options.jobs},
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
    int refused = complete(&options);
    if (refused != 0) {
        return refused;
    }
    interrupt_catch();
    return prove_covered(&options);
}

const struct cli_command cli_prove = {
    .name = "prove",
    .summary = "cut the power at every operation of an update",
    .help = "usage: nbota prove [--scenario S] [--every N] [--only MEMORY] [--operations A-B]\n"
            "                   [--first-failure] [--seed N] [--jobs N] [--coverage F]\n"
            "                   [--boot FILE] [--from FILE] [--to FILE] [--key PEM]\n"
            "       nbota prove [--scenario S] --double N [the same options]\n"
            "       nbota prove [--scenario S] --case NAME [--gdb PORT]\n"
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
            "  -s, --scenario S  update (usual), rollback, resume, changed, settings, local,\n"
            "                    or all\n"
            "      --every N     every N-th operation only: a sample\n"
            "      --only MEMORY cuts at operations of one memory only: flash, eeprom, nor\n"
            "      --operations A-B\n"
            "                    cuts at operations A to B of the scenario only\n"
            "  -x, --first-failure\n"
            "                    ends with the first case that fails\n"
            "      --double N    N cases with a second cut while the node recovers\n"
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
            "         nbota prove --scenario all\n",
    .run = run,
};
