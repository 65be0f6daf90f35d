// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>

#include "tests/host/cmocka_all.h"
#include "vnode/chip/modem_fault.h"
#include "vnode/run/statement.h"
#include "vnode/soc/gpio.h"

static struct statement good(const char *line)
{
    struct statement statement;
    bool is_empty;

    assert_null(statement_read(line, &statement, &is_empty));
    assert_false(is_empty);
    return statement;
}

static void assert_bad(const char *line)
{
    struct statement statement;
    bool is_empty;

    assert_non_null(statement_read(line, &statement, &is_empty));
}

static void a_time_condition_is_read_in_every_unit(void **state)
{
    (void)state;
    struct statement down = good("at 12s: link down");
    assert_int_equal(down.when, WHEN_TIME);
    assert_int_equal(down.moment, 12000000000U);
    assert_int_equal(down.action, DO_LINK_DOWN);
    assert_int_equal(good("at 250ms: go").moment, 250000000U);
    assert_int_equal(good("at 1.5m: go").moment, 90000000000U);
    assert_int_equal(good("at 2h: go").moment, 7200000000000U);
}

static void a_chunk_condition_is_read(void **state)
{
    (void)state;
    struct statement hold = good("  at chunk 20: hold");
    assert_int_equal(hold.when, WHEN_CHUNK);
    assert_int_equal(hold.moment, 20);
    assert_int_equal(hold.action, DO_HOLD);
}

static void a_power_on_condition_is_read(void **state)
{
    (void)state;
    struct statement cut = good("at power-on 2: cut power at operation 5");
    assert_int_equal(cut.when, WHEN_POWER_ON);
    assert_int_equal(cut.moment, 2);
    assert_int_equal(cut.action, DO_CUT_AT_OPERATION);
    assert_bad("at power-on: go");
    assert_bad("at power 2: go");
}

static void corruption_is_once_unless_always_is_said(void **state)
{
    (void)state;
    assert_false(good("corrupt chunk 3").always);
    assert_true(good("corrupt chunk 3 always").always);
    assert_int_equal(good("corrupt chunk 63").number, 63);
    assert_bad("corrupt chunk 64");
    assert_bad("corrupt chunk");
    assert_bad("corrupt chunk 3 sometimes");
}

static void a_file_to_send_is_read(void **state)
{
    (void)state;
    struct statement send = good("at power-on 2: send /tmp/new image.bin");
    assert_int_equal(send.action, DO_SEND);
    assert_string_equal(send.text, "/tmp/new image.bin");
    assert_bad("send");
    assert_int_equal(good("bytes /tmp/keys.bin").action, DO_BYTES);
    assert_bad("bytes");
}

static void power_cuts_are_read_in_all_their_forms(void **state)
{
    (void)state;
    assert_int_equal(good("cut power").duration_ns, 1000000000U);
    assert_int_equal(good("cut power for 5s").duration_ns, 5000000000U);
    struct statement torn = good("cut power at operation 120 + 0.25");
    assert_int_equal(torn.action, DO_CUT_AT_OPERATION);
    assert_int_equal(torn.number, 120);
    assert_true(torn.fraction > 0.24 && torn.fraction < 0.26);
    assert_int_equal(good("cut power at instruction 5000000").number, 5000000);
    assert_int_equal(good("cut power never").action, DO_CUT_NEVER);
    assert_bad("cut power never again");
    assert_bad("cut power at operation 120 + 1.5");
    assert_bad("cut power at operation");
    assert_bad("cut cable");
}

static void an_expectation_keeps_within_in_its_text_unless_it_is_a_limit(void **state)
{
    (void)state;
    struct statement plain = good("expect Image Version: v1.1.0");
    assert_string_equal(plain.text, "Image Version: v1.1.0");
    struct statement limited = good("expect all within reach within 30s");
    assert_string_equal(limited.text, "all within reach");
    assert_int_equal(limited.duration_ns, 30000000000U);
}

static void every_fault_of_the_modem_is_read_by_its_name(void **state)
{
    (void)state;
    char line[80];

    for (unsigned i = 0; modem_fault_name(i) != NULL; i++) {
        snprintf(line, sizeof line, "fault %s times 3", modem_fault_name(i));
        struct statement fault = good(line);
        assert_int_equal(fault.action, DO_FAULT);
        assert_string_equal(fault.text, modem_fault_name(i));
        assert_int_equal(fault.number, 3);
    }
    assert_int_equal(good("fault busy").number, 1);
    assert_int_equal(good("fault busy always").number, MODEM_FAULT_ALWAYS);
    assert_int_equal(good("fault busy never").number, 0);
    assert_bad("fault");
    assert_bad("fault busyness");
    assert_bad("fault busy times");
    assert_bad("fault busy sometimes");
    assert_bad("fault busy times 99999999999");
}

static void random_faults_have_a_seed_and_a_rate(void **state)
{
    (void)state;
    struct statement faults = good("faults random 7 20");
    assert_int_equal(faults.action, DO_FAULTS_RANDOM);
    assert_int_equal(faults.number, 7);
    assert_int_equal(faults.per_mille, 20);
    assert_int_equal(good("faults none").action, DO_FAULTS_NONE);
    assert_bad("faults random 7");
    assert_bad("faults random 7 1001");
    assert_bad("faults random 7 20 9");
    assert_bad("faults");
}

static void a_link_loses_a_share_of_its_packets(void **state)
{
    (void)state;
    struct statement loss = good("link loss 30");
    assert_int_equal(loss.action, DO_LOSS);
    assert_int_equal(loss.per_mille, 300);
    assert_int_equal(good("link loss 5 seed 9").number, 9);
    assert_int_equal(good("link loss 0").per_mille, 0);
    assert_bad("link loss");
    assert_bad("link loss 100");
    assert_bad("link loss 30 seed");
    assert_bad("link loss 30 9");
}

static void random_power_has_two_ranges_and_an_end(void **state)
{
    (void)state;
    struct statement power = good("power random 7 on 100ms..3s off 1s..2s times 1000");
    assert_int_equal(power.action, DO_POWER_RANDOM);
    assert_int_equal(power.number, 7);
    assert_int_equal(power.on.low_ns, 100000000U);
    assert_int_equal(power.on.high_ns, 3000000000U);
    assert_int_equal(power.off.low_ns, 1000000000U);
    assert_int_equal(power.off.high_ns, 2000000000U);
    assert_int_equal(power.count, 1000);
    assert_true(good("power random 7 on 1s..1s off 1s..2s for 24h").duration_ns ==
                86400ULL * 1000000000U);
    assert_bad("power random 7 on 3s..1s off 1s..2s times 9");
    assert_bad("power random 7 on 0s..1s off 1s..2s times 9");
    assert_bad("power random 7 on 1s off 1s..2s times 9");
    assert_bad("power random 7 on 1s..2s times 9");
    assert_bad("power random 7 on 1s..2s off 1s..2s");
    assert_bad("power random 7 on 1s..2s off 1s..2s times 0");
    assert_bad("power random 7 on 1s..2s off 1s..2s times 9 for 1h");
    assert_bad("power off");
}

static void states_of_the_flash_chip_are_read(void **state)
{
    (void)state;
    assert_true(good("flash busy").flash.stuck_busy);
    assert_true(good("flash absent").flash.silent);
    assert_true(good("flash low").flash.held_low);
    assert_false(good("flash well").flash.silent);
    assert_true(good("flash deaf").flash.deaf);
    assert_true(good("flash locked").flash.locked);
    assert_int_equal(good("flash protected").action, DO_FLASH_PROTECT);
    assert_memory_equal(good("flash id 202016").flash.id, "\x20\x20\x16", 3);
    struct statement busy = good("flash busy for 5s");
    assert_false(busy.flash.stuck_busy);
    assert_int_equal(busy.duration_ns, 5000000000U);
    assert_bad("flash");
    assert_bad("flash busy for");
    assert_bad("flash busy 5s");
    assert_bad("flash absent for 5s");
    assert_bad("flash id 2020");
    assert_bad("flash id 000000");
    assert_bad("flash id -20201");
}

static void bits_of_the_flash_chip_turn_over_or_are_stuck(void **state)
{
    (void)state;
    struct statement flip = good("flash flip 0x1F000 bit 3");
    assert_int_equal(flip.action, DO_FLASH_FLIP);
    assert_int_equal(flip.address, 0x1F000);
    assert_int_equal(flip.bit, 3);
    struct statement some = good("flash flip 8 in 0x1000..0x1FFF seed 7");
    assert_int_equal(some.action, DO_FLASH_FLIP_SOME);
    assert_int_equal(some.count, 8);
    assert_int_equal(some.address, 0x1000);
    assert_int_equal(some.size, 0x1000);
    assert_int_equal(some.number, 7);
    struct statement stuck = good("flash stuck 4096..4097 mask 0x81 high");
    assert_int_equal(stuck.flash.stuck.address, 4096);
    assert_int_equal(stuck.flash.stuck.size, 2);
    assert_int_equal(stuck.flash.stuck.mask, 0x81);
    assert_int_equal(stuck.flash.stuck.level, 0xFF);
    assert_int_equal(good("flash stuck 0..1 mask 1 low").flash.stuck.level, 0);
    assert_bad("flash flip 0x1F000");
    assert_bad("flash flip 0x1F000 bit 8");
    assert_bad("flash flip 8 in 2..1 seed 7");
    assert_bad("flash flip 8 in 0..1");
    assert_bad("flash stuck 0..1 mask 0 low");
    assert_bad("flash stuck 0..1 mask 0x100 low");
    assert_bad("flash stuck 0..1 mask 1");
}

static void another_flash_chip_has_a_name(void **state)
{
    (void)state;
    struct statement chip = good("flash replace 2M");
    assert_int_equal(chip.action, DO_FLASH_REPLACE);
    assert_string_equal(chip.text, "2M");
    assert_bad("flash replace 3M");
    assert_bad("flash replace");
}

static void cells_of_the_processor_are_read(void **state)
{
    (void)state;
    struct statement weak = good("mcu weak 0x08010000");
    assert_int_equal(weak.action, DO_MCU);
    assert_int_equal(weak.cell, CELL_WEAK);
    assert_int_equal(weak.address, 0x08010000);
    assert_int_equal(good("mcu spoil 134283264").cell, CELL_SPOILED);
    assert_int_equal(good("mcu worn 0x08080000").cell, CELL_WORN);
    assert_int_equal(good("mcu well").cell, CELLS_WELL);
    assert_bad("mcu");
    assert_bad("mcu weak");
    assert_bad("mcu weak 0x100000000");
    assert_bad("mcu well 0x08010000");
}

static void a_pin_has_a_port_a_number_and_a_level(void **state)
{
    (void)state;
    struct statement pin = good("pin PH15 high for 2s");
    assert_int_equal(pin.action, DO_PIN);
    assert_int_equal(pin.port, PORT_H);
    assert_int_equal(pin.pin, 15);
    assert_true(pin.high);
    assert_int_equal(pin.duration_ns, 2000000000U);
    struct statement key = good("press key for 4s");
    assert_int_equal(key.action, DO_PIN);
    assert_int_equal(key.port, PORT_A);
    assert_int_equal(key.pin, 7);
    assert_false(key.high);
    assert_int_equal(key.duration_ns, 4000000000U);
    assert_int_equal(good("pin PB15 low").duration_ns, 0);
    assert_true(good("press key").duration_ns > 0);
    assert_bad("pin PA16 low");
    assert_bad("pin PF1 low");
    assert_bad("pin P?1 low");
    assert_bad("pin PA low");
    assert_bad("pin P");
    assert_bad("pin PA7 up");
    assert_bad("pin PA7 low for");
    assert_bad("press");
    assert_bad("press key hard");
}

static void oscillators_are_read(void **state)
{
    (void)state;
    assert_int_equal(good("crystal never").duration_ns, UINT64_MAX);
    assert_int_equal(good("crystal in 3s").duration_ns, 3000000000U);
    assert_int_equal(good("lsi 26000").number, 26000);
    assert_bad("crystal");
    assert_bad("crystal in");
    assert_bad("lsi 25999");
    assert_bad("lsi 56001");
}

static void empty_lines_and_comments_are_nothing(void **state)
{
    (void)state;
    struct statement statement;
    bool is_empty = false;

    assert_null(statement_read("", &statement, &is_empty));
    assert_true(is_empty);
    assert_null(statement_read("   # at 12s", &statement, &is_empty));
    assert_true(is_empty);
}

static void what_is_not_understood_says_what_would_be_right(void **state)
{
    (void)state;
    assert_bad("at 12: link down");
    assert_bad("at 12s link down");
    assert_bad("link sideways");
    assert_bad("hold on");
    assert_bad("typeAT");
    assert_bad("type");
    assert_bad("wait");
    assert_bad("wait 5");
    assert_bad("explode");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_time_condition_is_read_in_every_unit),
        cmocka_unit_test(a_chunk_condition_is_read),
        cmocka_unit_test(a_power_on_condition_is_read),
        cmocka_unit_test(corruption_is_once_unless_always_is_said),
        cmocka_unit_test(a_file_to_send_is_read),
        cmocka_unit_test(power_cuts_are_read_in_all_their_forms),
        cmocka_unit_test(an_expectation_keeps_within_in_its_text_unless_it_is_a_limit),
        cmocka_unit_test(every_fault_of_the_modem_is_read_by_its_name),
        cmocka_unit_test(random_faults_have_a_seed_and_a_rate),
        cmocka_unit_test(a_link_loses_a_share_of_its_packets),
        cmocka_unit_test(random_power_has_two_ranges_and_an_end),
        cmocka_unit_test(states_of_the_flash_chip_are_read),
        cmocka_unit_test(bits_of_the_flash_chip_turn_over_or_are_stuck),
        cmocka_unit_test(another_flash_chip_has_a_name),
        cmocka_unit_test(cells_of_the_processor_are_read),
        cmocka_unit_test(a_pin_has_a_port_a_number_and_a_level),
        cmocka_unit_test(oscillators_are_read),
        cmocka_unit_test(empty_lines_and_comments_are_nothing),
        cmocka_unit_test(what_is_not_understood_says_what_would_be_right),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
