// SPDX-License-Identifier: Apache-2.0
// The supply fails at the writes of every command that writes, the word under way torn and weak: afterwards the setting
// has its old or its new value, and every other one is untouched.
#include <string.h>

#include "base/fmt.h"
#include "node/app/app.h"
#include "node/app/commands.h"
#include "tests/fake/eeprom.h"
#include "tests/fake/uart.h"
#include "tests/host/cmocka_all.h"
#include "tests/unit/app/setting_cases.h"
#include "tests/unit/app/world.h"

enum {
    SHORTEST = 4,     // writes of a commit: head, value, CRC, seal
    COMPACTION = 100, // a commit with more writes compacts
};

static uint8_t prepared[JOURNAL_SIZE];

static int setup(void **state)
{
    (void)state;
    world_begin();
    fake_uart_reset();
    return journal_open() == STATUS_OK ? 0 : -1;
}

// A second value of each setting beside its limit.
static const char *short_value(const struct setting_case *row)
{
    return row->setting == SETTING_DEUI ? "123456789012345" : row->preset;
}

static const char *value_of(const struct setting_case *row, bool is_limit)
{
    return is_limit ? row->limit : short_value(row);
}

static void execute(const struct setting_case *row, const char *value)
{
    char line[300];
    struct fmt out;

    fmt_init(&out, line, sizeof line);
    fmt_add(&out, "AT+%s=%s", row->name, value);
    (void)commands_execute(line, out.length, COMMAND_FROM_CONSOLE);
    (void)fake_uart_heard(UART_CONSOLE);
}

static void prepare(bool limits)
{
    for (unsigned i = 0; i < SETTING_CASES; i++) {
        const struct setting_case *row = &setting_cases[i];
        struct span value = span_of_text(value_of(row, limits));
        execute(row, value_of(row, limits));
        if (!setting_case_is_here(row)) { // no command of this node
            assert_int_equal(value_set((uint8_t)row->setting, value), STATUS_OK);
        }
    }
    memcpy(prepared, fake_eeprom_bytes(), sizeof prepared);
}

static uint32_t writes_of(enum setting setting)
{
    char value[VALUE_SIZE];
    uint32_t before = fake_eeprom_writes();

    value_get((uint8_t)setting, value);
    assert_int_equal(value_set((uint8_t)setting, span_of_text(value)), STATUS_OK);
    return fake_eeprom_writes() - before;
}

// Writes the shortest setting again and again until the next commit has to compact.
static void fill(void)
{
    uint32_t writes;

    do {
        memcpy(prepared, fake_eeprom_bytes(), sizeof prepared);
        writes = writes_of(SETTING_MQOS);
    } while (writes < COMPACTION);
}

static void restore(void)
{
    fake_eeprom_reset();
    memcpy(fake_eeprom_bytes(), prepared, sizeof prepared);
    assert_int_equal(journal_open(), STATUS_OK);
}

static bool holds(const struct setting_case *row, const char *value)
{
    char buffer[VALUE_SIZE];

    return strcmp(value_get((uint8_t)row->setting, buffer), value) == 0;
}

static void expect_others(const struct setting_case *changed, bool limits)
{
    for (unsigned i = 0; i < SETTING_CASES; i++) {
        if (&setting_cases[i] != changed) {
            assert_true(holds(&setting_cases[i], value_of(&setting_cases[i], limits)));
        }
    }
}

// True when the cut came before the command had written everything.
static bool cut_command_at(uint32_t write, const struct setting_case *row, bool limits)
{
    restore();
    fake_eeprom_cut_weak(write, write + 31U * (unsigned)row->setting);
    execute(row, value_of(row, !limits));
    bool was_cut = fake_eeprom_was_cut();
    fake_eeprom_restore_power();
    assert_int_equal(journal_open(), STATUS_OK);
    bool is_new = holds(row, value_of(row, !limits));
    assert_true(is_new || holds(row, value_of(row, limits)));
    assert_true(is_new || was_cut);
    expect_others(row, limits);
    assert_int_equal(journal_open(), STATUS_OK);
    assert_int_equal(holds(row, value_of(row, !limits)), is_new); // and it stays so
    return was_cut;
}

static void cut_every_command(bool limits, uint32_t writes_min)
{
    for (unsigned i = 0; i < SETTING_CASES; i++) {
        const struct setting_case *row = &setting_cases[i];
        uint32_t write = 0;
        if (!setting_case_is_here(row)) {
            continue; // no command of this node
        }
        while (cut_command_at(write, row, limits)) {
            write++;
        }
        assert_in_range(write, writes_min, 2 * JOURNAL_HALF_SIZE / 4);
    }
}

static void every_command_that_writes_survives_a_cut_at_every_write(void **state)
{
    (void)state;
    prepare(false);
    cut_every_command(false, SHORTEST);
}

// The journal is so full that each of these commands compacts it, with up to 700 writes.
static void
every_command_that_writes_into_a_full_journal_survives_a_cut_at_every_write(void **state)
{
    (void)state;
    prepare(true);
    fill();
    cut_every_command(true, COMPACTION);
}

static void factory_resets_under_a_cut_at_every_write_drop_all_or_nothing(void **state)
{
    for (unsigned keeps_identity = 0; keeps_identity < 2; keeps_identity++) {
        bool was_cut = true;
        setup(state);
        prepare(true);
        for (uint32_t write = 0; was_cut; write++) {
            restore();
            fake_eeprom_cut_weak(write, write);
            (void)values_reset(keeps_identity);
            was_cut = fake_eeprom_was_cut();
            fake_eeprom_restore_power();
            assert_int_equal(journal_open(), STATUS_OK);
            bool is_old = holds(&setting_cases[0], setting_cases[0].limit);
            assert_true(was_cut || !is_old);
            for (unsigned i = 0; i < SETTING_CASES; i++) {
                const struct setting_case *row = &setting_cases[i];
                bool is_identity = row->setting == SETTING_PWORD || row->setting == SETTING_DEUI;
                bool stays = is_old || (keeps_identity && is_identity);
                assert_true(holds(row, stays ? row->limit : row->preset));
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_command_that_writes_survives_a_cut_at_every_write, setup),
        cmocka_unit_test_setup(
            every_command_that_writes_into_a_full_journal_survives_a_cut_at_every_write, setup),
        cmocka_unit_test_setup(factory_resets_under_a_cut_at_every_write_drop_all_or_nothing,
                               setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
