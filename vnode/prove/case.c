// SPDX-License-Identifier: Apache-2.0
#include "vnode/prove/case.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "vnode/prove/judge.h"

#define S_NS        UINT64_C(1000000000)
#define REST_NS     (120 * S_NS) // nothing persistent happened and nothing restarted for so long
#define LOOK_NS     (600 * S_NS) // …and then so long again, when more time may help
#define PATIENCE_NS (6 * 3600 * S_NS) // what a recovery may take
#define OFF_NS      S_NS              // without power

// ---- the power goes ----

static uint32_t fraction_of(enum prove_way way)
{
    static const uint32_t fractions[PROVE_WAYS] = {
        [PROVE_TORN_1] = TORN_WHOLE / 4,     [PROVE_TORN_2] = TORN_WHOLE / 2,
        [PROVE_TORN_3] = TORN_WHOLE / 4 * 3, [PROVE_TORN_4] = TORN_WHOLE - TORN_WHOLE / 512,
        [PROVE_AFTER] = TORN_WHOLE,
    };

    return fractions[way];
}

// What decides RAM and torn bits of a case, so that it can be played again alone.
static uint64_t seed_of(const struct prove_base *base, const struct prove_case *which)
{
    uint64_t seed = prove_state_mix(base->setup->seed, which->operation);

    return prove_state_mix(seed, (uint64_t)which->second << 8 | (unsigned)which->second_way << 4 |
                                     (unsigned)which->way);
}

static uint32_t answers_before(const struct prove_base *base, const struct prove_case *which)
{
    return prove_tape_answers(&base->tape, which->operation - 1 + (which->way == PROVE_AFTER));
}

static enum status put_on_bench(struct prove_bench *bench, const struct prove_base *base,
                                const struct prove_case *which)
{
    static struct prove_state state; // too large for a stack
    size_t index = which->operation - 1;
    uint64_t seed = seed_of(base, which);

    state = base->tape.first;
    prove_tape_play(&base->tape, &state, 0, index + (which->way == PROVE_AFTER));
    if (prove_bench_open(bench, base->setup, &state, seed) != STATUS_OK) {
        return STATUS_IO;
    }
    if (which->way != PROVE_BEFORE && which->way != PROVE_AFTER) {
        prove_tape_tear(&base->tape, index, fraction_of(which->way), seed,
                        board_machine(bench->board));
    }
    return STATUS_OK;
}

// ---- and comes back ----

struct run {
    const struct prove_base *base;
    const struct prove_case *which;
    struct prove_known *known;
    struct prove_bench bench;
    struct prove_question question;
    struct prove_result *result;
    bool may_trigger; // once for each cut
};

static bool waits_for_second(const struct run *self)
{
    return board_machine(self->bench.board)->cut_at_operation != 0;
}

// Moments count only when nothing but the node decides what comes.
static void watch_moments(struct run *self)
{
    const struct prove_question *question = &self->question;

    self->bench.moments.known = waits_for_second(self) ? NULL : self->known;
    self->bench.moments.salt =
        prove_state_mix((uint64_t)question->reports_before << 32 | question->answers_before,
                        (uint64_t)question->cuts << 8 | self->may_trigger);
}

// What comes from here on is no recovery any more.
static void disarm_second(struct run *self)
{
    if (waits_for_second(self)) {
        self->result->recovery = (uint32_t)board_machine(self->bench.board)->nvm_operations;
        board_machine(self->bench.board)->cut_at_operation = 0;
    }
}

static void arm_second(struct run *self)
{
    struct machine *machine = board_machine(self->bench.board);

    if (self->which->second != 0) {
        machine->cut_at_operation = self->which->second;
        machine->cut_fraction = fraction_of(self->which->second_way);
    }
}

static void come_back(struct run *self)
{
    uint64_t from_ns = board_now_ns(self->bench.board);

    self->result->second_came = true;
    self->question.cuts++;
    self->may_trigger = true;
    (void)prove_bench_run(&self->bench, from_ns + OFF_NS);
    watch_moments(self);
    board_power_on(self->bench.board);
}

// Runs to `until_ns`, over the second cut.
static enum prove_end pass(struct run *self, uint64_t until_ns)
{
    enum prove_end end = prove_bench_run(&self->bench, until_ns);

    if (end == PROVE_POWER_CUT) {
        come_back(self);
        end = PROVE_ENDED;
    }
    return end;
}

// Runs until nothing has happened for REST_NS.
static enum prove_end run_to_rest(struct run *self, uint64_t limit_ns)
{
    enum prove_end end = PROVE_ENDED;

    while (end == PROVE_ENDED) {
        uint64_t rest_ns = self->bench.active_ns + REST_NS;
        if (board_now_ns(self->bench.board) >= (rest_ns < limit_ns ? rest_ns : limit_ns)) {
            break;
        }
        end = pass(self, rest_ns < limit_ns ? rest_ns : limit_ns);
    }
    return end;
}

// Where a person insists, the second cut may come amid what the person does. Elsewhere one that has not come by now would
// hit an update of its own.
static enum prove_end trigger_again(struct run *self)
{
    char *script = prove_script(self->base->scenario->again, self->base->setup);

    if (!self->base->scenario->insists) {
        disarm_second(self);
    }
    self->result->triggered_again = true;
    self->may_trigger = false;
    watch_moments(self);
    enum prove_end end = script == NULL ? PROVE_UNMET : prove_bench_play(&self->bench, script);
    free(script);
    if (end == PROVE_POWER_CUT) {
        come_back(self);
        end = PROVE_ENDED;
    }
    self->bench.active_ns = board_now_ns(self->bench.board);
    return end;
}

static enum prove_end recover(struct run *self)
{
    uint64_t limit_ns = board_now_ns(self->bench.board) + PATIENCE_NS;
    enum prove_end end = run_to_rest(self, limit_ns);

    while (end == PROVE_ENDED && !prove_judge_is_finished(&self->question) &&
           board_now_ns(self->bench.board) < limit_ns) {
        if (self->may_trigger && prove_judge_wants_trigger(&self->question)) {
            end = trigger_again(self);
        } else {
            end = pass(self, board_now_ns(self->bench.board) + LOOK_NS);
        }
        if (end == PROVE_ENDED) {
            end = run_to_rest(self, limit_ns);
        }
    }
    return end;
}

// ---- the verdict ----

// From here on the person at the console changes what comes.
static void stop_watching(struct run *self)
{
    disarm_second(self);
    self->bench.moments.known = NULL;
}

static void judge(struct run *self, enum prove_end end)
{
    struct prove_result *result = self->result;

    stop_watching(self);
    result->joined = end == PROVE_JOINED;
    if (end == PROVE_ENDED) {
        result->failed = !prove_judge(&self->question);
    } else if (!result->joined) {
        result->failed = true;
        snprintf(result->why, sizeof result->why, "%.200s", self->bench.error);
    }
}

static void teach_known(const struct run *self)
{
    const struct prove_moments *moments = &self->bench.moments;

    for (unsigned i = 0; i < moments->count && self->known != NULL && !self->result->failed; i++) {
        prove_known_add(self->known, moments->seen[i]);
    }
}

static uint64_t processor_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * S_NS + (uint64_t)now.tv_nsec;
}

static void measure(struct run *self, uint64_t began_ns)
{
    struct prove_result *result = self->result;

    result->resets = self->bench.resets;
    result->instructions = machine_instructions(board_machine(self->bench.board));
    result->virtual_ns = board_now_ns(self->bench.board);
    result->processor_ns = processor_ns() - began_ns;
}

static bool open_door(struct run *self, const struct prove_view *view)
{
    if (view == NULL) {
        return true;
    }
    transcript_init(&self->bench.console, view->on_line, view->context);
    if (view->gdb_port != 0 &&
        gdb_open(&self->bench.gdb, self->bench.board, view->gdb_port) != STATUS_OK) {
        snprintf(self->result->why, PROVE_WHY_SIZE, "cannot wait for a debugger on port %u",
                 (unsigned)view->gdb_port);
        return false;
    }
    return true;
}

static void play(struct run *self)
{
    arm_second(self);
    watch_moments(self);
    board_power_on(self->bench.board);
    judge(self, recover(self));
    teach_known(self);
}

void prove_case_run(const struct prove_base *base, const struct prove_case *which,
                    struct prove_known *known, const struct prove_view *view,
                    struct prove_result *result)
{
    static struct run run; // large
    uint64_t began_ns = processor_ns();
    const struct prove_operation *operation = &base->tape.operations[which->operation - 1];

    *result = (struct prove_result){.which = *which};
    run.base = base;
    run.which = which;
    run.known = known;
    run.result = result;
    run.may_trigger = true;
    run.question = (struct prove_question){
        base, &run.bench, operation->reports, answers_before(base, which), 1, result->why};
    bool is_ready = put_on_bench(&run.bench, base, which) == STATUS_OK;
    run.bench.cut_ends_play = true;
    if (!is_ready || !open_door(&run, view)) {
        result->failed = true;
        return;
    }
    play(&run);
    measure(&run, began_ns);
    gdb_close(run.bench.gdb);
    prove_bench_close(&run.bench);
}
