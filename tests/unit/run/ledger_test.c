// SPDX-License-Identifier: Apache-2.0
#include <math.h>
#include <string.h>

#include "tests/host/cmocka_all.h"
#include "vnode/run/ledger.h"

#define HOUR_NS 3600000000000ULL

static struct ledger ledger;
static struct ledger_sample sample;

static void assert_near(double value, double wanted)
{
    if (fabs(value - wanted) > 1e-6 + fabs(wanted) * 1e-9) {
        fail_msg("%.9f instead of %.9f", value, wanted);
    }
}

static int begin(void **state)
{
    (void)state;
    memset(&sample, 0, sizeof sample);
    sample.now_ns = 5 * HOUR_NS; // what was before does not count
    sample.cycles = 1234567;
    sample.has_crystal = sample.has_lsi = sample.has_sensor = true;
    ledger_start(&ledger, link_class_find("nb1-ce0"), &sample);
    return 0;
}

static double charge_of(enum ledger_row row)
{
    return ledger.whole.charge_uas[row];
}

static void an_hour_in_stop_costs_the_figures_of_the_table(void **state)
{
    (void)state;
    sample.now_ns += HOUR_NS;
    sample.spent.stop_ns += HOUR_NS;
    sample.nor_ns[NOR_DRAW_DEEP] += HOUR_NS;
    ledger_book(&ledger, &sample, MODEM_SLEEPS);
    assert_near(charge_of(LEDGER_MCU_STOP), 0.43 * 3600);
    assert_near(charge_of(LEDGER_MCU_CRYSTAL), 0.43 * 3600);
    assert_near(charge_of(LEDGER_MCU_LSI), 0.5 * 3600);
    assert_near(charge_of(LEDGER_NOR_DEEP), 1.0 * 3600);
    assert_near(charge_of(LEDGER_SENSOR_IDLE), 0.2 * 3600);
    assert_near(charge_of(LEDGER_MODEM_SLEEP), 0.8 * 3600);
    assert_near(charge_of(LEDGER_MCU_RUN), 0);
    assert_near(ledger_average_ua(&ledger.whole), 0.86 + 0.5 + 1 + 0.2 + 0.8);
}

static void running_and_sleep_cost_by_their_cycles(void **state)
{
    (void)state;
    sample.now_ns += 3000000000ULL;
    sample.cycles += 32000000 + 2 * 16000000;
    sample.spent.sleep_ns += 2000000000ULL;
    sample.spent.sleep_cycles += 2 * 16000000;
    ledger_book(&ledger, &sample, MODEM_SLEEPS);
    assert_near(ledger.whole.seconds_in[LEDGER_MCU_RUN], 1);
    assert_near(charge_of(LEDGER_MCU_RUN), 93 * 32);
    assert_near(ledger.whole.seconds_in[LEDGER_MCU_SLEEP], 2);
    assert_near(charge_of(LEDGER_MCU_SLEEP), 50 * 16 * 2);
}

static void hsi16_that_stays_on_comes_on_top_of_stop(void **state)
{
    (void)state;
    sample.now_ns += 1000000000ULL;
    sample.spent.stop_ns += 1000000000ULL;
    sample.spent.stop_hsi_ns += 1000000000ULL;
    ledger_book(&ledger, &sample, MODEM_SLEEPS);
    assert_near(charge_of(LEDGER_MCU_STOP) + charge_of(LEDGER_MCU_HSI), 0.43 + 100);
}

static void a_connected_modem_pays_for_transmitter_receiver_and_waiting_apart(void **state)
{
    (void)state;
    sample.now_ns += 10000000000ULL;
    sample.tx_ns += 1000000000ULL;
    sample.rx_ns += 2000000000ULL;
    ledger_book(&ledger, &sample, MODEM_IS_CONNECTED);
    assert_near(charge_of(LEDGER_MODEM_TRANSMITS), 110e3);
    assert_near(charge_of(LEDGER_MODEM_RECEIVES), 2 * 25e3);
    assert_near(charge_of(LEDGER_MODEM_CONNECTED), 7 * 12e3);
}

// 1 s of its 10 it transmits.
static void attaching_costs_what_the_class_says_of_it(void **state)
{
    (void)state;
    sample.now_ns += 10000000000ULL;
    ledger_book(&ledger, &sample, MODEM_ATTACHES);
    assert_near(charge_of(LEDGER_MODEM_ATTACH), 110e3 + 9 * 12e3);
}

static void every_state_of_the_modem_has_its_row(void **state)
{
    static const enum ledger_row rows[] = {LEDGER_MODEM_OFF, LEDGER_MODEM_SLEEP, LEDGER_MODEM_DOZE,
                                           LEDGER_MODEM_AWAKE};

    (void)state;
    for (unsigned i = MODEM_IS_OFF; i <= MODEM_IS_AWAKE; i++) {
        sample.now_ns += 1000000000ULL;
        ledger_book(&ledger, &sample, (enum modem_activity)i);
        assert_near(ledger.whole.seconds_in[rows[i]], 1);
    }
    assert_near(charge_of(LEDGER_MODEM_AWAKE), 0.4 * 12e3);
    assert_near(charge_of(LEDGER_MODEM_DOZE), 110);
}

static void the_rest_between_uplinks_is_summed_apart(void **state)
{
    (void)state;
    sample.now_ns += 9 * HOUR_NS;
    sample.spent.stop_ns += 9 * HOUR_NS;
    ledger_book(&ledger, &sample, MODEM_SLEEPS);
    sample.now_ns += HOUR_NS;
    sample.spent.stop_ns += HOUR_NS;
    ledger_book(&ledger, &sample, MODEM_IS_CONNECTED);
    assert_near(ledger.whole.seconds, 36000);
    assert_near(ledger.rest.seconds, 9 * 3600);
    assert_near(ledger_average_ua(&ledger.rest), 0.86 + 0.5 + 0.2 + 0.8);
    assert_true(ledger_average_ua(&ledger.whole) > 1000);
}

static void oscillators_that_do_not_run_cost_nothing(void **state)
{
    (void)state;
    sample.has_crystal = sample.has_lsi = false;
    sample.now_ns += HOUR_NS;
    sample.spent.stop_ns += HOUR_NS;
    ledger_book(&ledger, &sample, MODEM_SLEEPS);
    assert_near(ledger_average_ua(&ledger.whole), 0.43 + 0.2 + 0.8);
}

static void the_sensors_supply_costs_while_it_is_on(void **state)
{
    (void)state;
    sample.has_sensor = false;
    sample.now_ns += HOUR_NS;
    sample.spent.stop_ns += HOUR_NS;
    sample.supply_ns += 2000000000ULL;
    ledger_book(&ledger, &sample, MODEM_SLEEPS);
    assert_near(charge_of(LEDGER_SUPPLY_5V), 2 * 10e3);
    assert_near(charge_of(LEDGER_SENSOR_IDLE), 0);
}

static void a_board_without_supply_draws_nothing(void **state)
{
    (void)state;
    sample.now_ns += HOUR_NS;
    sample.spent.off_ns += HOUR_NS;
    sample.nor_ns[NOR_DRAW_NOTHING] += HOUR_NS;
    ledger_book(&ledger, &sample, MODEM_IS_OFF);
    assert_near(ledger_charge_uas(&ledger.whole), 0);
}

static void a_battery_lasts_as_long_as_its_use_and_its_own_loss_leave_it(void **state)
{
    (void)state;
    assert_near(ledger_battery_days(1000, 2400, 0), 100);
    assert_near(ledger_battery_days(0, 8500, 0.01), 100 * 365.25);
    assert_near(ledger_battery_days(1000.0 / 24 * 8500 * 0.01 / 365.25, 8500, 0.01), 50 * 365.25);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup(f, begin)
        TEST(an_hour_in_stop_costs_the_figures_of_the_table),
        TEST(running_and_sleep_cost_by_their_cycles),
        TEST(hsi16_that_stays_on_comes_on_top_of_stop),
        TEST(a_connected_modem_pays_for_transmitter_receiver_and_waiting_apart),
        TEST(attaching_costs_what_the_class_says_of_it),
        TEST(every_state_of_the_modem_has_its_row),
        TEST(the_rest_between_uplinks_is_summed_apart),
        TEST(oscillators_that_do_not_run_cost_nothing),
        TEST(the_sensors_supply_costs_while_it_is_on),
        TEST(a_board_without_supply_draws_nothing),
        TEST(a_battery_lasts_as_long_as_its_use_and_its_own_loss_leave_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
