// SPDX-License-Identifier: Apache-2.0
#include "vnode/prove/judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vnode/prove/case.h"
#include "vnode/prove/records.h"
#include "wire/image.h"

enum {
    SLOT = WIRE_SLOT_BASE - CPU_FLASH_BASE,
    SLOT_END = SLOT + WIRE_SLOT_SIZE,
    VERSION_SIZE = 80,
};

static bool complain(const struct prove_question *question, const char *text, const char *detail)
{
    snprintf(question->why, PROVE_WHY_SIZE, "%.60s%.170s", text, detail);
    return false;
}

static const uint8_t *flash_of(const struct prove_question *question)
{
    return board_machine(question->bench->board)->cpu.flash;
}

static bool holds(const struct prove_question *question, struct span image)
{
    return memcmp(flash_of(question) + SLOT, image.data, image.size) == 0;
}

static uint32_t reports_of(const struct prove_question *question)
{
    return question->reports_before + question->bench->server.report_count;
}

// ---- has it come to an end? ----

static struct span expected_image(const struct prove_question *question)
{
    const struct prove_base *base = question->base;

    return base->scenario->takes_new ? base->setup->to : base->setup->from;
}

static bool application_is_started(const struct prove_question *question)
{
    return board_machine(question->bench->board)->cpu.vtor == WIRE_SLOT_BASE;
}

// A whole image behind a bootloader that waits for one more is not the end.
bool prove_judge_is_finished(const struct prove_question *question)
{
    bool owes = question->base->scenario->report != NULL && reports_of(question) == 0;

    return !owes && application_is_started(question) && holds(question, expected_image(question));
}

bool prove_judge_wants_trigger(const struct prove_question *question)
{
    const struct prove_base *base = question->base;
    const struct nor_chip *nor = &board_machine(question->bench->board)->nor;

    if (base->scenario->insists) {
        return true;
    }
    return base->scenario->again != NULL && reports_of(question) == 0 &&
           holds(question, base->setup->from) &&
           memcmp(nor->data, base->tape.first.nor, sizeof base->tape.first.nor) == 0;
}

// ---- the invariants ----

static bool application_runs(const struct prove_question *question)
{
    static const char *const fatal[] = {"no application", "install failed"};

    // Half a local update is no application until somebody sends it once more.
    bool may_say_so = question->base->scenario->insists;
    for (size_t i = 0; i < sizeof fatal / sizeof fatal[0] && !may_say_so; i++) {
        if (transcript_count(&question->bench->console, fatal[i]) > 0) {
            return complain(question, "the console says: ", fatal[i]);
        }
    }
    if (!application_is_started(question)) {
        return complain(question, "the application does not run", "");
    }
    return true;
}

// Behind the image nobody reads.
static bool keeps(const struct prove_question *question, size_t size)
{
    const struct weak_words *weak = &board_machine(question->bench->board)->soc.nvm.weak;

    for (uint32_t i = 0; i < weak->count; i++) {
        if (weak->word[i].address - WIRE_SLOT_BASE < size) {
            return complain(question, "the slot holds words that read differently each time", "");
        }
    }
    return true;
}

static bool image_is_genuine(const struct prove_question *question)
{
    const struct prove_setup *setup = question->base->setup;

    if (holds(question, expected_image(question))) {
        return keeps(question, expected_image(question).size);
    }
    bool is_other = holds(question, setup->from) || holds(question, setup->to);
    return complain(question, "the slot holds ", is_other ? "the other image" : "no whole image");
}

static bool rest_is_untouched(const struct prove_question *question)
{
    const uint8_t *flash = flash_of(question);
    const uint8_t *before = question->base->tape.first.flash;

    if (memcmp(flash, before, SLOT) == 0 &&
        memcmp(flash + SLOT_END, before + SLOT_END, CPU_FLASH_SIZE - SLOT_END) == 0) {
        return true;
    }
    return complain(question, "flash outside of the slot has changed", "");
}

static bool are_expected(const struct prove_question *question, const char *expected)
{
    const struct prove_server *server = &question->bench->server;

    for (uint32_t i = 0; i < server->report_count && i < PROVE_REPORTS; i++) {
        if (expected == NULL || strcmp(server->reports[i], expected) != 0) {
            return complain(question, "the data server heard: ", server->reports[i]);
        }
    }
    return true;
}

// Between the server's having a report and the node's noting that, a cut makes the node say it again: once more a cut.
static bool reports_are_right(const struct prove_question *question)
{
    const char *report = question->base->scenario->report;
    char *expected = report == NULL ? NULL : prove_script(report, question->base->setup);
    bool is_good = are_expected(question, expected);

    free(expected);
    if (is_good && report != NULL &&
        (reports_of(question) == 0 || reports_of(question) > 1 + question->cuts)) {
        snprintf(question->why, PROVE_WHY_SIZE, "%u reports", (unsigned)reports_of(question));
        is_good = false;
    }
    return is_good;
}

// What one start reads and the next one does not is no state.
static bool records_keep(const struct prove_question *question)
{
    const struct machine *machine = board_machine(question->bench->board);
    struct prove_records old, new;

    prove_records_read(&old, machine, PROVE_READ_OLD);
    prove_records_read(&new, machine, PROVE_READ_NEW);
    return old.hash == new.hash ||
           complain(question, "the EEPROM holds records that read differently each time", "");
}

static bool is_less(const struct prove_security *self, const struct prove_security *other)
{
    return self->counter < other->counter || (other->revoked & ~self->revoked) != 0;
}

// Raised by a new image that is confirmed, and by no other.
static bool security_is_right(const struct prove_question *question)
{
    const struct prove_setup *setup = question->base->setup;
    bool is_confirmed = question->base->scenario->confirms;
    const struct prove_security *wanted = is_confirmed ? &setup->confirmed : &setup->begun;
    struct prove_records records;

    prove_records_read(&records, board_machine(question->bench->board), PROVE_READ_NEW);
    const struct prove_security *found = &records.security;
    char wrong[PROVE_WHY_SIZE - 40];
    if (prove_security_is(found, wanted, wrong, sizeof wrong)) {
        return true;
    }
    snprintf(question->why, PROVE_WHY_SIZE, "%s%s", wrong,
             is_less(found, &setup->begun) ? ": less than before" : "");
    return false;
}

static bool version_is_right(const struct prove_question *question,
                             const struct prove_settings *found)
{
    char version[VERSION_SIZE], wanted[VERSION_SIZE];
    bool has = prove_settings_get(found, "AT+OTAVER=", version, sizeof version) &&
               prove_settings_get(&question->base->after, "AT+OTAVER=", wanted, sizeof wanted);

    return (has && strcmp(version, wanted) == 0) ||
           complain(question, "the version is ", has ? version : "missing");
}

static bool settings_are_right(const struct prove_question *question)
{
    static struct prove_settings found; // large
    const struct prove_base *base = question->base;
    char wrong[PROVE_WHY_SIZE - 40];

    if (!prove_settings_ask(&found, question->bench)) {
        return complain(question, "no answer to AT+CFG: ", question->bench->error);
    }
    const struct prove_settings *new = base->scenario->sets ? &base->after : &base->before;
    if (!prove_settings_are_of(&found, &base->before, new, wrong, sizeof wrong)) {
        return complain(question, "a setting has changed: ", wrong);
    }
    const struct prove_commands commands = {base->scenario->act, question->answers_before,
                                            &base->before, &base->after};
    if (!prove_settings_follow(&found, &commands, wrong, sizeof wrong)) {
        return complain(question, "a setting does not follow its command: ", wrong);
    }
    return version_is_right(question, &found);
}

static const struct {
    const char *text;
    bool (*holds)(const struct prove_question *question);
} invariants[] = {
    {"the application runs, within bounded time and resets, without misuse of the chip",
     application_runs},
    {"the slot holds the right genuine image, byte for byte", image_is_genuine},
    {"bootloader and everything outside of the slot are untouched", rest_is_untouched},
    {"the right report arrives, once, and once more at most for each cut", reports_are_right},
    {"each start reads the same records from EEPROM", records_keep},
    {"a confirmed image raises the security counter and no other, and revoked keys stay so",
     security_is_right},
    {"the node's console shows each setting as it was answered, or as it may be",
     settings_are_right},
};

bool prove_judge(const struct prove_question *question)
{
    for (size_t i = 0; i < sizeof invariants / sizeof invariants[0]; i++) {
        if (!invariants[i].holds(question)) {
            return false;
        }
    }
    return true;
}

const char *prove_judge_invariant(unsigned index)
{
    return index < sizeof invariants / sizeof invariants[0] ? invariants[index].text : NULL;
}
