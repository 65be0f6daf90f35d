// SPDX-License-Identifier: Apache-2.0
// Settings over the journal: stages, defaults, what resets and other firmware do to them.
#include <string.h>

#include "node/app/app.h"
#include "node/core/settings.h"
#include "node/port/identity.h"
#include "node/store/record.h"
#include "tests/fake/eeprom.h"
#include "tests/host/cmocka_all.h"

const struct app_identity app_identity = {&products[PRODUCT_S31_NB], "v1.0.0"};

uint32_t identity_password_number(void)
{
    return 0xC3B2A100;
}

static int setup(void **state)
{
    (void)state;
    fake_eeprom_reset();
    return journal_open() == STATUS_OK ? 0 : -1;
}

static void set(enum setting setting, const char *value)
{
    assert_int_equal(value_set((uint8_t)setting, span_of_text(value)), STATUS_OK);
}

static void expect(enum setting setting, const char *value)
{
    char buffer[VALUE_SIZE];

    assert_string_equal(value_get((uint8_t)setting, buffer), value);
}

static void stage_counts_in_one_commit_and_is_seen_before(void **state)
{
    (void)state;
    struct values_stage stage;

    set(SETTING_OTACLT, "before");
    values_stage_begin(&stage);
    uint32_t writes = fake_eeprom_writes();
    set(SETTING_OTACLT, "one");
    set(SETTING_OTACLT, "two");
    set(SETTING_OTAVER, "v9");
    assert_int_equal(value_clear(SETTING_OTAVER), STATUS_OK);
    set(SETTING_TDC, "600");
    expect(SETTING_OTACLT, "two");
    expect(SETTING_OTAVER, "v1.0.0");
    assert_int_equal(value_number(SETTING_TDC), 600);
    assert_int_equal(fake_eeprom_writes(), writes);
    assert_int_equal(values_stage_commit(), STATUS_OK);
    assert_int_equal(journal_open(), STATUS_OK);
    expect(SETTING_OTACLT, "two");
    expect(SETTING_TDC, "600");
}

static void stage_that_is_abandoned_or_does_not_fit_changes_nothing(void **state)
{
    (void)state;
    struct values_stage stage;

    values_stage_begin(&stage);
    set(SETTING_TDC, "600");
    values_stage_abandon();
    expect(SETTING_TDC, "7200");
    values_stage_begin(&stage);
    for (unsigned i = 0; i < VALUES_STAGE_MAX; i++) {
        assert_int_equal(value_set((uint8_t)i, span_of_text("1")), STATUS_OK);
    }
    assert_int_equal(value_set(VALUES_STAGE_MAX, span_of_text("1")), STATUS_TOO_BIG);
    values_stage_abandon();
    values_stage_begin(&stage);
    set(SETTING_TDC, "600");
    fake_eeprom_break(true);
    assert_int_equal(values_stage_commit(), STATUS_IO);
    fake_eeprom_break(false);
    assert_int_equal(journal_open(), STATUS_OK);
    expect(SETTING_TDC, "7200");
}

static void stage_survives_a_cut_at_every_write_as_a_whole_or_not_at_all(void **state)
{
    struct values_stage stage;
    bool was_cut = true;

    for (uint32_t write = 0; was_cut; write++) {
        setup(state);
        set(SETTING_APN, "kept");
        set(SETTING_OTACLT, "old");
        values_stage_begin(&stage);
        set(SETTING_OTACLT, "new");
        set(SETTING_OTATITLE, "s31-new");
        fake_eeprom_cut_weak(write, write);
        (void)values_stage_commit();
        was_cut = fake_eeprom_was_cut();
        fake_eeprom_restore_power();
        assert_int_equal(journal_open(), STATUS_OK);
        char buffer[VALUE_SIZE];
        bool is_new = strcmp(value_get(SETTING_OTACLT, buffer), "new") == 0;
        expect(SETTING_OTACLT, is_new ? "new" : "old");
        expect(SETTING_OTATITLE, is_new ? "s31-new" : "s31-nb");
        expect(SETTING_APN, "kept");
        assert_true(is_new || was_cut);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(stage_counts_in_one_commit_and_is_seen_before, setup),
        cmocka_unit_test_setup(stage_that_is_abandoned_or_does_not_fit_changes_nothing, setup),
        cmocka_unit_test_setup(stage_survives_a_cut_at_every_write_as_a_whole_or_not_at_all, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
