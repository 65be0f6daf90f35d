// SPDX-License-Identifier: Apache-2.0
#include "cli/prove_play.h"

#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/coverage_file.h"
#include "cli/interrupt.h"
#include "cli/message.h"
#include "cli/prove_cases.h"
#include "cli/prove_images.h"
#include "cli/prove_replay.h"
#include "cli/prove_report.h"
#include "vnode/prove/base.h"
#include "vnode/prove/pool.h"

// What the cases of one scenario leave behind.
struct proof {
    struct prove_report report;
    const struct prove_options *options;
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

static unsigned jobs_of(const struct prove_options *options)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned jobs = options->workers != 0 ? options->workers
                    : processors < 1      ? 1
                                          : (unsigned)processors;

    return jobs < PROVE_WORKERS_MAX ? jobs : PROVE_WORKERS_MAX;
}

// What a replay has to be told besides scenario and case. The seed decides RAM and torn bits of each.
static void write_again(const struct prove_options *options, char *text, size_t capacity)
{
    const struct {
        const char *name, *value;
    } files[] = {{"boot", options->images.boot},
                 {"from", options->images.from},
                 {"to", options->images.to},
                 {"key", options->images.key}};
    int size = snprintf(text, capacity, " --seed %u", (unsigned)options->seed);

    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        if (files[i].value != NULL && (size_t)size < capacity) {
            size += snprintf(text + size, capacity - (size_t)size, " --%s %s", files[i].name,
                             files[i].value);
        }
    }
}

static enum status list_cases(const struct prove_options *options, const struct prove_task *task,
                              const struct prove_base *base, struct prove_cases *cases)
{
    enum status status = task->pairs > 0 ? prove_cases_double(cases, &base->tape, &options->choice,
                                                              task->pairs, options->seed)
                                         : prove_cases_single(cases, &base->tape, &options->choice);

    if (status != STATUS_OK) {
        message_error("the scenario '%s' has no such operation", base->scenario->name);
        message_hint("it has %zu; --only and --operations choose among them", base->tape.count);
        prove_cases_release(cases);
    }
    return status;
}

static bool is_good(const struct prove_report *report, enum status status)
{
    if (interrupt_came() || status == STATUS_IO) {
        message_error(status == STATUS_IO ? "cannot start workers" : "interrupted");
    }
    return status == STATUS_OK && report->failed == 0 && report->second_missing == 0;
}

static int play_list(const struct prove_options *options, const struct prove_base *base,
                     const struct prove_cases *cases, struct prove_total *total)
{
    static struct proof proof; // large
    char again[PATH_MAX];
    struct prove_known *known = prove_known_create();
    const struct prove_pool pool = {
        base, cases->list, cases->count, known, jobs_of(options), on_result, on_leave, &proof,
    };

    proof.options = options;
    prove_report_begin(&proof.report, base, cases);
    enum status status = prove_pool_run(&pool);
    progress_clear(&proof.report.progress);
    write_again(options, again, sizeof again);
    prove_report_print(&proof.report, cases, again);
    prove_total_add(total, &proof.report);
    prove_known_destroy(known);
    return is_good(&proof.report, status) ? EXIT_OK : EXIT_FAILED;
}

static int play_recorded(const struct prove_options *options, const struct prove_task *task,
                         const struct prove_base *base, struct prove_total *total)
{
    struct prove_cases cases;

    prove_report_print_base(base);
    if (options->which != NULL) {
        return prove_replay(base, options->which, (uint16_t)options->gdb_port);
    }
    if (list_cases(options, task, base, &cases) != STATUS_OK) {
        return EXIT_FAILED;
    }
    int result = play_list(options, base, &cases, total);
    prove_cases_release(&cases);
    return result;
}

static int play_base(const struct prove_options *options, const struct prove_task *task,
                     const struct prove_setup *setup, struct prove_total *total)
{
    static struct prove_base base; // large
    int result = EXIT_FAILED;

    if (prove_base_record(&base, setup, task->scenario) == STATUS_OK) {
        result = play_recorded(options, task, &base, total);
    } else {
        message_error("the scenario '%s' does not end without a cut either: %s",
                      task->scenario->name, base.error);
        fprintf(stderr, "--- the end of its console ---\n%s\n", base.console);
    }
    prove_base_release(&base);
    return result;
}

int prove_play(const struct prove_options *options, const struct prove_task *task,
               struct coverage *coverage, struct prove_total *total)
{
    static struct prove_images images; // large
    const struct prove_scenario *scenario = task->scenario;
    struct prove_setup setup = {
        .flash = scenario->flash, .seed = options->seed, .coverage = coverage};
    struct prove_images_wish wish = options->images;
    int result = EXIT_FAILED;

    total->scenarios++;
    wish.to = wish.to == NULL ? scenario->to : wish.to;
    if (prove_images_load(&images, &wish) == STATUS_OK &&
        prove_images_set_up(&images, &wish, scenario->hangs, &setup) == STATUS_OK) {
        result = play_base(options, task, &setup, total);
    }
    prove_images_release(&images);
    return result;
}
