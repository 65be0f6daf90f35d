// SPDX-License-Identifier: Apache-2.0
#include "node/core/trial.h"
#include "tests/host/cmocka_all.h"

static const struct trial_evidence all_good = {.settings_readable = true,
                                               .nor_answers = true,
                                               .modem_answers = true,
                                               .attached = true,
                                               .since_reset_s = 20,
                                               .period_s = 7200};

static void trial_is_confirmed_when_everything_has_worked(void **state)
{
    (void)state;
    assert_int_equal(trial_judge(&all_good), TRIAL_CONFIRMED);
}

static void trial_waits_while_one_thing_is_missing(void **state)
{
    (void)state;
    struct trial_evidence evidence = all_good;

    evidence.attached = false;
    assert_int_equal(trial_judge(&evidence), TRIAL_WAITS);
    evidence = all_good;
    evidence.settings_readable = false;
    assert_int_equal(trial_judge(&evidence), TRIAL_WAITS);
    evidence = all_good;
    evidence.nor_answers = false;
    assert_int_equal(trial_judge(&evidence), TRIAL_WAITS);
}

static void trial_of_another_product_needs_the_modem_and_no_network(void **state)
{
    (void)state;
    struct trial_evidence evidence = all_good;

    evidence.other_product = true;
    evidence.attached = false;
    assert_int_equal(trial_judge(&evidence), TRIAL_CONFIRMED);
    evidence.modem_answers = false;
    assert_int_equal(trial_judge(&evidence), TRIAL_WAITS);
}

static void trial_is_overdue_after_twelve_periods_and_a_day_and_is_waited_for(void **state)
{
    (void)state;
    struct trial_evidence evidence = all_good;

    evidence.nor_answers = false;
    evidence.since_reset_s = 86399;
    assert_false(trial_is_overdue(&evidence));
    evidence.since_reset_s = 86400;
    assert_true(trial_is_overdue(&evidence));
    assert_int_equal(trial_judge(&evidence), TRIAL_WAITS);
    evidence.period_s = 7201;
    assert_false(trial_is_overdue(&evidence));
}

static void trial_is_given_up_after_twelve_periods_and_a_day(void **state)
{
    (void)state;
    struct trial_evidence evidence = all_good;

    evidence.attached = false;
    evidence.since_reset_s = 86399;
    assert_int_equal(trial_judge(&evidence), TRIAL_WAITS);
    evidence.since_reset_s = 86400;
    assert_int_equal(trial_judge(&evidence), TRIAL_GIVEN_UP);
    evidence.period_s = 7201;
    assert_int_equal(trial_judge(&evidence), TRIAL_WAITS);
    evidence.since_reset_s = 12 * 7201;
    assert_int_equal(trial_judge(&evidence), TRIAL_GIVEN_UP);
}

static void trial_that_found_the_network_waits_for_the_flash_chip_for_ever(void **state)
{
    (void)state;
    struct trial_evidence evidence = all_good;

    evidence.nor_answers = false;
    evidence.since_reset_s = 1000000;
    assert_int_equal(trial_judge(&evidence), TRIAL_WAITS);
}

static void trial_that_passes_at_the_last_moment_is_confirmed(void **state)
{
    (void)state;
    struct trial_evidence evidence = all_good;

    evidence.since_reset_s = 1000000;
    assert_int_equal(trial_judge(&evidence), TRIAL_CONFIRMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trial_is_confirmed_when_everything_has_worked),
        cmocka_unit_test(trial_waits_while_one_thing_is_missing),
        cmocka_unit_test(trial_of_another_product_needs_the_modem_and_no_network),
        cmocka_unit_test(trial_is_overdue_after_twelve_periods_and_a_day_and_is_waited_for),
        cmocka_unit_test(trial_is_given_up_after_twelve_periods_and_a_day),
        cmocka_unit_test(trial_that_found_the_network_waits_for_the_flash_chip_for_ever),
        cmocka_unit_test(trial_that_passes_at_the_last_moment_is_confirmed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
