// SPDX-License-Identifier: Apache-2.0
#include "cli/prove_report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "vnode/run/pace.h"
#include "vnode/prove/judge.h"

#define SECOND 1e9

static const char *const kind_names[NVM_KINDS] = {
    [NVM_FLASH_ERASE] = "flash: erase a page",
    [NVM_FLASH_WORD] = "flash: program a word",
    [NVM_FLASH_HALF_PAGE] = "flash: program a half page",
    [NVM_EEPROM] = "EEPROM: write a word",
    [NVM_NOR_PROGRAM] = "NOR: program a page",
    [NVM_NOR_ERASE] = "NOR: erase a block or sector",
    [NVM_OPTION] = "option bytes",
};

// ---- counting ----

void prove_report_begin(struct prove_report *self, const struct prove_base *base,
                        const struct prove_cases *cases)
{
    *self = (struct prove_report){.base = base, .began_ns = pace_real_ns()};
    progress_begin(&self->progress, stderr, base->scenario->name, (uint32_t)cases->count);
}

static void keep_failure(struct prove_report *self, const struct prove_result *result)
{
    if (self->failed < PROVE_FAILURES_SHOWN) {
        self->failures[self->failed] = *result;
    }
    self->failed++;
}

void prove_report_add(struct prove_report *self, const struct prove_result *result)
{
    const struct prove_case *which = &result->which;

    self->done++;
    self->joined += result->joined;
    self->triggered_again += result->triggered_again;
    self->second_came += result->second_came;
    self->second_missing += which->second != 0 && !result->second_came && !result->failed;
    self->done_of[self->base->tape.operations[which->operation - 1].kind][which->way]++;
    self->processor_ns += result->processor_ns;
    self->instructions += result->instructions;
    if (result->resets > self->resets_max) {
        self->resets_max = result->resets;
    }
    if (result->processor_ns > self->slowest.processor_ns) {
        self->slowest = *result;
    }
    if (result->virtual_ns > self->longest.virtual_ns) {
        self->longest = *result;
    }
    if (result->failed) {
        keep_failure(self, result);
    }
    progress_set(&self->progress, self->done);
}

// ---- printing ----

static uint32_t count_kind(const struct prove_tape *tape, unsigned kind)
{
    uint32_t count = 0;

    for (size_t i = 0; i < tape->count; i++) {
        count += (unsigned)tape->operations[i].kind == kind;
    }
    return count;
}

void prove_report_print_base(const struct prove_base *base)
{
    printf("%s: %s\n", base->scenario->name, base->scenario->summary);
    printf("  without a cut: %zu persistent operations, %.0f s of virtual time, %.0f million "
           "instructions\n",
           base->tape.count, (double)base->virtual_ns / SECOND, (double)base->instructions / 1e6);
}

static void print_kinds(const struct prove_report *self)
{
    printf("  %-27s %10s %8s %8s %8s %8s %8s %8s\n", "cut at", "operations", "before", "torn 1/4",
           "1/2", "3/4", "511/512", "after");
    for (unsigned kind = 0; kind < NVM_KINDS; kind++) {
        uint32_t count = count_kind(&self->base->tape, kind);
        if (count > 0) {
            printf("  %-27s %10u", kind_names[kind], (unsigned)count);
            for (unsigned way = 0; way < PROVE_WAYS; way++) {
                printf(" %8u", (unsigned)self->done_of[kind][way]);
            }
            printf("\n");
        }
    }
}

static void print_invariants(void)
{
    const char *text;

    printf("  after each, at rest:\n");
    for (unsigned i = 0; (text = prove_judge_invariant(i)) != NULL; i++) {
        printf("    - %s\n", text);
    }
}

static void print_extremes(const struct prove_report *self)
{
    char name[PROVE_CASE_NAME_SIZE];

    prove_case_name(&self->slowest.which, name);
    printf("  slowest %s: %.2f s", name, (double)self->slowest.processor_ns / SECOND);
    prove_case_name(&self->longest.which, name);
    printf("; longest %s: %.0f s of virtual time; resets behind a cut: %u at most\n", name,
           (double)self->longest.virtual_ns / SECOND, (unsigned)self->resets_max);
}

static void print_second(const struct prove_report *self)
{
    if (self->second_came > 0) {
        printf("  the second cut came in %u\n", (unsigned)self->second_came);
    }
    if (self->second_missing > 0) {
        printf("  NOT PROVED: %u without a second cut, their recoveries have no operation\n",
               (unsigned)self->second_missing);
    }
}

static void print_failures(const struct prove_report *self, const char *again)
{
    const char *scenario = self->base->scenario->name;
    char name[PROVE_CASE_NAME_SIZE];

    for (uint32_t i = 0; i < self->failed && i < PROVE_FAILURES_SHOWN; i++) {
        prove_case_name(&self->failures[i].which, name);
        printf("  FAILED %s: %s\n", name, self->failures[i].why);
        printf("      again:  nbota prove --scenario %s%s --case %s\n", scenario, again, name);
        printf("      in GDB: nbota prove --scenario %s%s --case %s --gdb 3333\n", scenario, again,
               name);
    }
    if (self->failed > PROVE_FAILURES_SHOWN) {
        printf("  … and %u more\n", (unsigned)(self->failed - PROVE_FAILURES_SHOWN));
    }
}

void prove_report_print(const struct prove_report *self, const struct prove_cases *cases,
                        const char *again)
{
    double seconds = (double)(pace_real_ns() - self->began_ns) / SECOND;

    print_kinds(self);
    print_invariants();
    print_extremes(self);
    print_second(self);
    printf("  run to the end %u, joined a run that is known to end well %u, equal states left out "
           "%zu, trigger given again %u\n",
           (unsigned)(self->done - self->joined), (unsigned)self->joined, cases->equal,
           (unsigned)self->triggered_again);
    print_failures(self, again);
    printf("  %u cases, %u failed, %.0f s, %.1f cases a second, %.3f s of a processor each\n",
           (unsigned)self->done, (unsigned)self->failed, seconds, self->done / seconds,
           (double)self->processor_ns / SECOND / (self->done == 0 ? 1 : self->done));
}
