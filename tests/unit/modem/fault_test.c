// SPDX-License-Identifier: Apache-2.0
// Faults in time and at random; each by name is in the transcripts (tests/golden/modem/*-faults.txt).
#include "tests/host/cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/modem/rig.h"

static struct rig rig;

static int begin(void **state)
{
    (void)state;
    rig_begin(&rig, "nb1-ce0", 21);
    return 0;
}

static int end(void **state)
{
    (void)state;
    rig_end(&rig);
    return 0;
}

static void every_fault_has_a_name_and_a_meaning(void **state)
{
    (void)state;
    struct modem_faults faults = {0};

    for (unsigned i = 0; i < MODEM_FAULTS; i++) {
        assert_true(strlen(modem_fault_help(i)) > 10);
        assert_true(modem_fault_order(&faults, modem_fault_name(i), i + 1));
        assert_int_equal(faults.times[i], i + 1);
    }
    assert_null(modem_fault_name(MODEM_FAULTS));
    assert_null(modem_fault_help(MODEM_FAULTS));
    assert_false(modem_fault_order(&faults, "gremlin", 1));
}

static void nothing_strikes_that_was_not_ordered(void **state)
{
    (void)state;
    rig_attach(&rig);
    rig_ok(&rig, "AT+CSQ");
    assert_int_equal(modem_counters(rig.modem)->faults, 0);
}

static void a_gap_parts_a_line_in_its_middle(void **state)
{
    (void)state;
    rig_boot(&rig);
    (void)modem_fault_order(modem_faults(rig.modem), "gap", 1);
    rig_type(&rig, "AT+CGSN=1");
    rig_expect(&rig, "\r\n+CGSN: ", 100);
    uint64_t from_ns = rig.now_ns;
    rig_expect(&rig, "866207053462705\r\n\r\nOK\r\n", 400);
    assert_in_range((rig.now_ns - from_ns) / RIG_MS, 200, 210);
    assert_int_equal(modem_counters(rig.modem)->faults, 1);
}

static void a_fault_strikes_as_often_as_ordered_and_always_until_undone(void **state)
{
    (void)state;
    struct modem_faults *faults = modem_faults(rig.modem);

    rig_boot(&rig);
    (void)modem_fault_order(faults, "busy", 2);
    rig_error(&rig, "AT+CSQ");
    rig_error(&rig, "AT+CSQ");
    rig_ok(&rig, "AT+CSQ");
    (void)modem_fault_order(faults, "busy", MODEM_FAULT_ALWAYS);
    for (int i = 0; i < 5; i++) {
        rig_error(&rig, "AT+CSQ");
    }
    (void)modem_fault_order(faults, "busy", 0);
    rig_ok(&rig, "AT+CSQ");
}

static void the_number_of_cme_can_be_chosen(void **state)
{
    (void)state;
    rig_boot(&rig);
    modem_faults(rig.modem)->cme = 302;
    (void)modem_fault_order(modem_faults(rig.modem), "cme", 1);
    rig_type(&rig, "AT+CSQ");
    rig_expect(&rig, "\r\n+CME ERROR: 302\r\n", 1000);
}

// ---- at random ----

static void press_key(struct rig *module)
{
    modem_pin(module->modem, true, module->now_ns);
    rig_run(module, module->now_ns + 700 * RIG_MS);
    modem_pin(module->modem, false, module->now_ns);
    rig_run(module, module->now_ns + 10 * RIG_S);
}

static void wake(struct rig *module, bool has_key)
{
    if (!has_key) {
        modem_pin(module->modem, false, module->now_ns);
        rig_run(module, module->now_ns + 100 * RIG_MS);
        modem_pin(module->modem, true, module->now_ns);
        rig_run(module, module->now_ns + 6 * RIG_S);
        return;
    }
    press_key(module);
    if (modem_status_pin(module->modem)) { // it was on and is off now
        press_key(module);
    }
}

static bool answers(struct rig *module)
{
    module->read = module->seen_size;
    rig_type(module, "AT");
    rig_run(module, module->now_ns + 3 * RIG_S);
    for (size_t i = module->read; i + 2 < module->seen_size; i++) {
        if (memcmp(module->seen + i, "OK\r", 3) == 0) {
            return true;
        }
    }
    return false;
}

static const char *const exchange[] = {
    "AT",
    "AT+CSQ",
    "AT+CGATT?",
    "AT+CPIN?",
    "AT+CFUN=1",
    "AT+CCLK?",
    "AT+QIOPEN=0,0,\"TCP\",\"x.invalid\",1",
    "AT+QISEND=0,1,\"x\"",
    "AT+QMTCFG=\"keepalive\",0,60",
    "AT+QMTDISC=0",
    "AT+QCOAPCLOSE=0",
    "AT+CEREG?",
};

// A few hundred commands under fire; whatever struck, the module is back after its reset pin or key. The hash of all
// it said with its times.
static uint64_t survive(struct modem *(*create)(const struct modem_config *config), uint64_t seed,
                        uint64_t *faults)
{
    struct rig module;
    bool has_key;

    rig_begin_with(&module, create, "nb1-ce0", 5);
    has_key = modem_has_key(module.modem);
    modem_power_on(module.modem, 0);
    wake(&module, has_key);
    modem_fault_random(modem_faults(module.modem), seed, 300);
    for (unsigned i = 0; i < 400; i++) {
        rig_type(&module, exchange[i * 7 % (sizeof exchange / sizeof exchange[0])]);
        rig_run(&module, module.now_ns + RIG_S);
        if (i % 40 == 39 && !answers(&module)) {
            wake(&module, has_key);
        }
    }
    *faults = modem_counters(module.modem)->faults;
    modem_fault_random(modem_faults(module.modem), 0, 0);
    if (!answers(&module)) {
        wake(&module, has_key);
        assert_true(answers(&module));
    }
    uint64_t hash = module.hash;
    rig_end(&module);
    return hash;
}

static void random_faults_follow_their_seed_and_leave_a_module_that_can_be_woken(void **state)
{
    (void)state;
    struct modem *(*const creates[])(const struct modem_config *config) = {bc660k_create,
                                                                           bg95_create};

    for (size_t i = 0; i < 2; i++) {
        uint64_t first, again, other;
        uint64_t hash = survive(creates[i], 1, &first);
        assert_true(survive(creates[i], 1, &again) == hash);
        assert_true(survive(creates[i], 2, &other) != hash);
        assert_true(first == again);
        assert_in_range(first, 50, 2000);
    }
}

static void a_module_is_made_by_its_name(void **state)
{
    (void)state;
    struct modem_config config = {.link_class = "lte-m", .module = "bg95-m2"};
    struct modem *bg95 = modem_create(&config);

    assert_non_null(bg95);
    assert_true(modem_has_key(bg95));
    modem_destroy(bg95);
    config.module = "sim800";
    assert_null(modem_create(&config));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(every_fault_has_a_name_and_a_meaning),
        TEST(nothing_strikes_that_was_not_ordered),
        TEST(a_gap_parts_a_line_in_its_middle),
        TEST(a_fault_strikes_as_often_as_ordered_and_always_until_undone),
        TEST(the_number_of_cme_can_be_chosen),
        TEST(random_faults_follow_their_seed_and_leave_a_module_that_can_be_woken),
        TEST(a_module_is_made_by_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
