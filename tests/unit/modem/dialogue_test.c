// SPDX-License-Identifier: Apache-2.0
// The module without a server: line, commands, boot, sleep, registration. docs/modems.md, "AT rules".
#include "tests/host/cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/modem/rig.h"

static struct rig rig;

static int begin(void **state)
{
    (void)state;
    rig_begin(&rig, "nb1-ce0", 7);
    return 0;
}

static int end(void **state)
{
    (void)state;
    rig_end(&rig);
    return 0;
}

static uint64_t elapsed_ms(uint64_t from_ns)
{
    return (rig.now_ns - from_ns) / RIG_MS;
}

static uint64_t lost_lines(void)
{
    return modem_counters(rig.modem)->lost_lines;
}

// ---- line ----

static void boot_ends_with_rdy_and_hears_nothing_before(void **state)
{
    (void)state;
    assert_int_equal(modem_output_baud(rig.modem), 0);
    modem_power_on(rig.modem, 0);
    rig_type(&rig, "AT");
    rig_expect(&rig, "\r\nRDY\r\n", 5100);
    assert_true(rig.now_ns >= RIG_S);
    assert_int_equal(lost_lines(), 1);
    rig_expect_not(&rig, "OK", 500);
    assert_int_equal(modem_output_baud(rig.modem), 115200);
}

static void echo_comes_before_the_answer_until_ate0(void **state)
{
    (void)state;
    modem_power_on(rig.modem, 0);
    rig_expect(&rig, "\r\nRDY\r\n", 5100);
    rig_type(&rig, "AT");
    rig_expect(&rig, "AT\r\r\nOK\r\n", 100);
    rig_type(&rig, "ATE0");
    rig_expect(&rig, "ATE0\r\r\nOK\r\n", 100);
    rig_type(&rig, "AT+CGMM");
    rig_expect_not(&rig, "AT+CGMM", 20);
    rig_expect(&rig, "\r\nQuectel_BC660K-GL\r\n\r\nOK\r\n", 100);
}

static void ok_comes_after_21_to_42_ms_at_ten_bits_a_character(void **state)
{
    (void)state;
    rig_boot(&rig);
    for (int i = 0; i < 20; i++) {
        rig_type_bytes(&rig, "AT\r", 3, RIG_BAUD);
        uint64_t from_ns = rig.now_ns;
        rig_expect(&rig, "\r", 100);
        uint64_t first_ns = rig.now_ns;
        assert_in_range(first_ns - from_ns, 21 * RIG_MS, 42 * RIG_MS + 87000);
        rig_expect(&rig, "\nOK\r\n", 100);
        assert_in_range(rig.now_ns - first_ns, 5 * 86805, 5 * 86806);
    }
}

static void another_rate_is_noise(void **state)
{
    (void)state;
    rig_boot(&rig);
    rig_type_bytes(&rig, "AT\r", 3, 9600);
    rig_expect_not(&rig, "OK", 500);
    rig_ok(&rig, "AT");
}

static void ipr_answers_at_the_old_rate_and_survives_reset(void **state)
{
    (void)state;
    rig_boot(&rig);
    rig_type(&rig, "AT+IPR=9600");
    rig_expect(&rig, "OK\r", 100);
    assert_int_equal(modem_output_baud(rig.modem), 115200);
    rig_expect(&rig, "\n", 100);
    assert_int_equal(modem_output_baud(rig.modem), 9600);
    rig_type_bytes(&rig, "AT\r", 3, 9600);
    rig_expect(&rig, "OK", 100);
    modem_pin(rig.modem, false, rig.now_ns);
    rig_run(&rig, rig.now_ns + 100 * RIG_MS);
    modem_pin(rig.modem, true, rig.now_ns);
    rig_expect(&rig, "RDY", 5100);
    assert_int_equal(modem_output_baud(rig.modem), 9600);
    rig_type_bytes(&rig, "AT+IPR=300\r", 11, 9600);
    rig_expect(&rig, "ERROR", 100);
}

static void a_command_before_the_final_result_is_dropped_and_counted(void **state)
{
    (void)state;
    rig_boot(&rig);
    rig_type_bytes(&rig, "AT+CGMM\rAT+CGSN=1\r", 18, RIG_BAUD);
    rig_expect(&rig, "Quectel_BC660K-GL\r\n\r\nOK\r\n", 100);
    rig_expect_not(&rig, "+CGSN", 500);
    assert_int_equal(modem_counters(rig.modem)->commands_while_busy, 1);
}

static void a_line_above_1600_characters_is_an_error(void **state)
{
    (void)state;
    static char text[1700] = "AT";

    memset(text + 2, 'x', sizeof text - 2);
    rig_boot(&rig);
    rig_type_bytes(&rig, text, sizeof text, RIG_BAUD);
    rig_type_bytes(&rig, "\r", 1, RIG_BAUD);
    rig_expect(&rig, "\r\nERROR\r\n", 100);
    rig_ok(&rig, "AT");
}

static void errors_take_the_form_of_cmee(void **state)
{
    (void)state;
    rig_boot(&rig);
    rig_type(&rig, "AT+NONSENSE=1");
    rig_expect(&rig, "\r\n+CME ERROR: 4\r\n", 100);
    rig_ok(&rig, "AT+CMEE=0");
    rig_type(&rig, "AT+NONSENSE?");
    rig_expect(&rig, "\r\nERROR\r\n", 100);
    rig_ok(&rig, "AT+CMEE=2");
    rig_type(&rig, "AT+CMEE=3");
    rig_expect(&rig, "\r\n+CME ERROR: incorrect parameters\r\n", 100);
    assert_int_equal(modem_counters(rig.modem)->unknown_commands, 2);
}

// Request, then what comes before OK.
static const struct {
    const char *command, *answer;
} identity[] = {
    {"at", "\r\nOK\r\n"},
    {"ATI", "\r\nQuectel_Ltd\r\nQuectel_BC660K-GL\r\nRevision: BC660KGLAAR01A05\r\n\r\nOK\r\n"},
    {"AT+CGMR", "\r\nRevision: BC660KGLAAR01A05\r\n\r\nOK\r\n"},
    {"AT+CGSN=1", "\r\n+CGSN: 866207053462705\r\n\r\nOK\r\n"},
    {"AT+CIMI", "\r\n460045267607155\r\n\r\nOK\r\n"},
    {"AT+CPIN?", "\r\n+CPIN: READY\r\n\r\nOK\r\n"},
    {"AT+CMEE=?", "\r\nOK\r\n"},
    {"AT+CMEE?", "\r\n+CMEE: 1\r\n\r\nOK\r\n"},
    {"AT+QCFG=\"dsevent\",0", "\r\nOK\r\n"},
    {"AT+QCFG=\"slplocktimes\"", "\r\n+QCFG: \"slplocktimes\",10\r\n\r\nOK\r\n"},
    {"AT+QICFG=dataformat,1,0", "\r\nOK\r\n"},
    {"AT+QBAND=2,8,20", "\r\nOK\r\n"},
    {"AT+QBAND?", "\r\n+QBAND: 2,8,20\r\n\r\nOK\r\n"},
    {"AT+CGDCONT=1,\"IPV4V6\",\"iot\"", "\r\nOK\r\n"},
    {"AT+COPS=1,2,\"46000\"", "\r\nOK\r\n"},
    {"AT+CPSMS=1,,,\"01011111\",\"00000000\"", "\r\nOK\r\n"},
    {"AT+CPSMS=0", "\r\nOK\r\n"},
    {"AT+CPSMS=1,,,\"0101111\"", "ERROR"},
    {"AT+QIDNSCFG=0,\"8.8.8.8\"", "\r\nOK\r\n"},
    {"AT+QMTCFG=\"keepalive\",0,3601", "ERROR"},
    {"AT+QMTCFG=\"keepalive\",0,60", "\r\nOK\r\n"},
    {"AT+QMTCFG=\"keepalive\",0", "\r\n+QMTCFG: 60\r\n\r\nOK\r\n"},
    {"AT+QMTCFG=\"timeout\",0,30,0,0", "\r\nOK\r\n"},
    {"AT+QMTCFG=\"version\",1,1", "ERROR"},
    {"AT+QMTCFG=\"ssl\",0,1,0,0", "ERROR"},
    {"AT+QMTPUB=0,0,0,0,\"a\",1,\"x\"", "ERROR: 8503"},
    {"AT+QMTDISC=0", "ERROR: 8503"},
    {"AT+QMTCLOSE=0", "ERROR: 8503"},
    {"AT+QMTCONN?", "\r\nOK\r\n"},
    {"AT+QMTOPEN=0,\"h", "ERROR"},
    {"AT+QMTOPEN=0,\"host\",0", "ERROR"},
    {"AT+QMTOPEN=0,\"127.0.0.1\",1883", "\r\nOK\r\n\r\n+QMTOPEN: 0,3\r\n"},
};

static void commands_answer_as_the_manual_says(void **state)
{
    (void)state;
    rig_boot(&rig);
    for (size_t i = 0; i < sizeof identity / sizeof identity[0]; i++) {
        rig_type(&rig, identity[i].command);
        rig_expect(&rig, identity[i].answer, 1000);
    }
}

static void network_time_counts_from_the_epoch(void **state)
{
    (void)state;
    rig_boot(&rig);
    rig_run(&rig, 59 * RIG_S + 950 * RIG_MS);
    rig_type(&rig, "AT+CCLK?");
    rig_expect(&rig, "\r\n+CCLK: 26/01/01,00:00:59+00\r\n", 100);
    rig_run(&rig, (UINT64_C(58) * 86400 + 86399) * RIG_S);
    rig_type(&rig, "AT+CCLK?");
    rig_expect(&rig, "\r\n+CCLK: 26/02/28,23:59:59+00\r\n", 100);
    rig_run(&rig, UINT64_C(59) * 86400 * RIG_S);
    rig_type(&rig, "AT+CCLK?");
    rig_expect(&rig, "\r\n+CCLK: 26/03/01,00:00:00+00\r\n", 100);
}

// ---- registration ----

static void it_registers_by_itself_and_attaches_after_that(void **state)
{
    (void)state;
    rig_boot(&rig);
    rig_ok(&rig, "AT+CFUN=0");
    rig_ok(&rig, "AT+CEREG=2");
    rig_type(&rig, "AT+CSQ");
    rig_expect(&rig, "\r\n+CSQ: 99,0\r\n", 100);
    rig_type(&rig, "AT+CFUN=1");
    rig_expect(&rig, "\r\n+CEREG: 2\r\n", 100);
    uint64_t from_ns = rig.now_ns;
    rig_expect(&rig, "\r\n+CEREG: 1,\"3039\",\"0001A2B3\",9\r\n", 9000);
    assert_in_range(elapsed_ms(from_ns), 6200, 7800);
    rig_type(&rig, "AT+CGATT?");
    rig_expect(&rig, "\r\n+CGATT: 0\r\n", 100);
    rig_run(&rig, rig.now_ns + 1200 * RIG_MS);
    rig_type(&rig, "AT+CGATT?");
    rig_expect(&rig, "\r\n+CGATT: 1\r\n", 100);
    rig_type(&rig, "AT+CEREG?");
    rig_expect(&rig, "\r\n+CEREG: 2,1,\"3039\",\"0001A2B3\",9\r\n", 200);
    rig_type(&rig, "AT+CSQ");
    rig_expect(&rig, "\r\n+CSQ: ", 100);
    assert_int_not_equal(memcmp(rig.seen + rig.read, "99", 2), 0);
}

static void without_coverage_it_never_attaches_and_finds_it_again(void **state)
{
    (void)state;
    modem_faults(rig.modem)->link_down = true;
    rig_boot(&rig);
    rig_ok(&rig, "AT+CEREG=1");
    rig_expect_not(&rig, "+CEREG: 1", 120000);
    rig_type(&rig, "AT+CGATT?");
    rig_expect(&rig, "\r\n+CGATT: 0\r\n", 100);
    modem_faults(rig.modem)->link_down = false;
    rig_expect(&rig, "\r\n+CEREG: 1\r\n", 10000);
    modem_faults(rig.modem)->link_down = true;
    rig_expect(&rig, "\r\n+CEREG: 2\r\n", 11000);
}

static void names_and_ports_that_lead_nowhere_fail_to_open(void **state)
{
    (void)state;
    rig_attach(&rig);
    rig_ok(&rig, "AT+QMTOPEN=0,\"127.0.0.1\",1");
    rig_expect(&rig, "\r\n+QMTOPEN: 0,-1\r\n", 5000);
    rig_ok(&rig, "AT+QMTOPEN=0,\"no.such.name.invalid\",1883");
    rig_expect(&rig, "\r\n+QMTOPEN: 0,4\r\n", 5000);
}

static void the_connection_to_the_cell_ends_after_its_tail(void **state)
{
    (void)state;
    rig_boot(&rig);
    rig_ok(&rig, "AT+CSCON=1");
    rig_expect(&rig, "\r\n+CSCON: 1\r\n", 9000);
    uint64_t from_ns = rig.now_ns;
    rig_expect(&rig, "\r\n+CSCON: 0\r\n", 21000);
    assert_in_range(elapsed_ms(from_ns), 19900, 20100);
}

// ---- sleep ----

static void fall_asleep(void)
{
    rig_ok(&rig, "AT+QSCLK=1");
    rig_ok(&rig, "AT+CFUN=0");
    rig_run(&rig, rig.now_ns + 11 * RIG_S);
}

static void deep_sleep_loses_the_line_that_ends_it(void **state)
{
    (void)state;
    rig_attach(&rig);
    rig_ok(&rig, "AT+QMTCFG=\"keepalive\",0,60");
    fall_asleep();
    uint64_t from_ns = rig.now_ns;
    rig_type(&rig, "AT");
    rig_expect(&rig, "\r\n", 2100);
    assert_in_range(elapsed_ms(from_ns), 1500, 2001);
    rig_expect_not(&rig, "OK", 500);
    rig_ok(&rig, "AT");
    rig_type(&rig, "AT+QSCLK?");
    rig_expect(&rig, "\r\n+QSCLK: 0\r\n", 100);
    rig_type(&rig, "AT+CMEE?");
    rig_expect(&rig, "\r\n+CMEE: 1\r\n", 100);
    rig_type(&rig, "AT+QMTCFG=\"keepalive\",0");
    rig_expect(&rig, "\r\n+QMTCFG: 120\r\n", 400);
    rig_type(&rig, "AT+CFUN?");
    rig_expect(&rig, "\r\n+CFUN: 0\r\n", 1000);
}

static void a_driver_that_repeats_at_every_500_ms_wakes_it(void **state)
{
    (void)state;
    rig_attach(&rig);
    fall_asleep();
    uint64_t before = lost_lines();
    for (int i = 0; i < 5; i++) {
        rig_type(&rig, "AT");
        rig_run(&rig, rig.now_ns + 500 * RIG_MS);
    }
    rig_expect(&rig, "\r\nOK\r\n", 1);
    assert_in_range(lost_lines() - before, 3, 4);
}

static void the_line_under_way_when_it_wakes_is_lost_as_a_whole(void **state)
{
    (void)state;
    rig_attach(&rig);
    fall_asleep();
    rig_type_bytes(&rig, "A", 1, RIG_BAUD);
    rig_run(&rig, rig.now_ns + 1450 * RIG_MS);
    rig_type_bytes(&rig, "A", 1, RIG_BAUD);
    rig_run(&rig, rig.now_ns + 600 * RIG_MS);
    rig_type_bytes(&rig, "T\r", 2, RIG_BAUD);
    rig_expect_not(&rig, "OK", 500);
    rig_ok(&rig, "AT");
}

static void sleep_is_announced_when_asked_for(void **state)
{
    (void)state;
    rig_attach(&rig);
    rig_ok(&rig, "AT+QCFG=\"dsevent\",1");
    rig_ok(&rig, "AT+QCFG=\"slplocktimes\",2");
    rig_ok(&rig, "AT+QSCLK=1");
    rig_ok(&rig, "AT+CFUN=0");
    rig_expect(&rig, "\r\nENTER DEEPSLEEP\r\n", 2100);
    rig_type(&rig, "AT");
    rig_expect(&rig, "\r\nEXIT DEEPSLEEP\r\n", 2100);
}

static void without_qsclk_it_stays_awake(void **state)
{
    (void)state;
    rig_attach(&rig);
    rig_ok(&rig, "AT+CFUN=0");
    rig_run(&rig, rig.now_ns + 100 * RIG_S);
    rig_ok(&rig, "AT");
    assert_int_equal(lost_lines(), 0);
}

static void light_sleep_loses_one_line_and_nothing_else(void **state)
{
    (void)state;
    rig_attach(&rig);
    rig_ok(&rig, "AT+QSCLK=2");
    rig_run(&rig, rig.now_ns + 60 * RIG_S);
    rig_type(&rig, "AT");
    rig_expect_not(&rig, "OK", 400);
    rig_type(&rig, "AT+QSCLK?");
    rig_expect(&rig, "\r\n+QSCLK: 2\r\n", 100);
    rig_type(&rig, "AT+CGATT?");
    rig_expect(&rig, "\r\n+CGATT: 1\r\n", 100);
}

static void power_saving_mode_leads_to_deep_sleep_until_t3412(void **state)
{
    (void)state;
    rig_boot(&rig);
    rig_ok(&rig, "AT+CPSMS=1,,,\"10100010\",\"00000001\""); // 2 min, 2 s
    rig_ok(&rig, "AT+QNBIOTEVENT=1,1");
    rig_ok(&rig, "AT+QCFG=\"dsevent\",1");
    rig_ok(&rig, "AT+QSCLK=1");
    rig_expect(&rig, "\r\n+QNBIOTEVENT: \"ENTER PSM\"\r\n", 40000);
    uint64_t from_ns = rig.now_ns;
    rig_expect(&rig, "\r\nENTER DEEPSLEEP\r\n", 11000);
    rig_expect(&rig, "\r\nEXIT DEEPSLEEP\r\n", 130000);
    assert_in_range(elapsed_ms(from_ns), 121000, 122500);
    rig_expect(&rig, "\r\n+QNBIOTEVENT: \"EXIT PSM\"\r\n", 100);
}

// ---- reset ----

static void a_reset_pulse_forgets_what_is_volatile(void **state)
{
    (void)state;
    rig_boot(&rig);
    rig_ok(&rig, "AT+QSCLK=2");
    modem_pin(rig.modem, false, rig.now_ns);
    rig_run(&rig, rig.now_ns + 100 * RIG_MS);
    modem_pin(rig.modem, true, rig.now_ns);
    rig_type(&rig, "AT");
    rig_expect(&rig, "\r\nRDY\r\n", 5100);
    rig_type(&rig, "AT+QSCLK?");
    rig_expect(&rig, "\r\n+QSCLK: 0\r\n", 100); // and no echo: ATE0 is in the NVRAM
    assert_null(memchr(rig.seen + rig.read, 'A', rig.seen_size - rig.read));
}

static void a_pulse_below_50_ms_is_not_seen(void **state)
{
    (void)state;
    rig_boot(&rig);
    modem_pin(rig.modem, false, rig.now_ns);
    rig_run(&rig, rig.now_ns + 40 * RIG_MS);
    modem_pin(rig.modem, true, rig.now_ns);
    rig_expect_not(&rig, "RDY", 6000);
    rig_ok(&rig, "AT");
}

static void qrst_answers_and_resets(void **state)
{
    (void)state;
    rig_boot(&rig);
    rig_type(&rig, "AT+QRST=1");
    rig_expect(&rig, "\r\nOK\r\n", 100);
    rig_expect(&rig, "\r\nRDY\r\n", 5200);
    rig_ok(&rig, "AT");
}

static void ordered_answers_take_a_command_s_place_once(void **state)
{
    (void)state;
    static const struct modem_answer answers[] = {
        {"AT+QMTOPEN", "OK", "+QMTOPEN: 0,5", 2000},
        {"AT+CGATT", "+CME ERROR: 14", NULL, 0},
        {"AT+CSQ", NULL, NULL, 0},
        {"AT+QMTOPEN", "OK", NULL, 0},
    };

    rig_boot(&rig);
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        assert_true(modem_answer_instead(rig.modem, &answers[i]));
    }
    assert_false(modem_answer_instead(rig.modem, &answers[0]));
    rig_ok(&rig, "AT+QMTOPEN=0,\"h\",1");
    rig_expect(&rig, "\r\n+QMTOPEN: 0,5\r\n", 2001);
    rig_ok(&rig, "AT+QMTOPEN=0,\"h\",1");
    rig_expect_not(&rig, "+QMTOPEN", 180000);
    rig_error(&rig, "AT+CGATT?");
    rig_type(&rig, "AT+CSQ");
    rig_expect_not(&rig, "OK", 5000);
    rig_ok(&rig, "AT+CGATT?");
}

static void names_are_looked_up_for_the_host(void **state)
{
    (void)state;
    rig_attach(&rig);
    rig_ok(&rig, "AT+QIDNSGIP=0,\"127.0.0.1\"");
    rig_expect(&rig, "\r\n+QIDNSGIP: 0,\"127.0.0.1\"\r\n", 1000);
    rig_ok(&rig, "AT+QNTP=0,\"127.0.0.1\"");
    rig_expect(&rig, "\r\n+QNTP: 0,\"26/01/01,00:01:", 2000);
}

static void an_unknown_link_class_makes_no_module(void **state)
{
    (void)state;
    struct modem_config config = {.link_class = "5g"};

    assert_null(bc660k_create(&config));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(boot_ends_with_rdy_and_hears_nothing_before),
        TEST(echo_comes_before_the_answer_until_ate0),
        TEST(ok_comes_after_21_to_42_ms_at_ten_bits_a_character),
        TEST(another_rate_is_noise),
        TEST(ipr_answers_at_the_old_rate_and_survives_reset),
        TEST(a_command_before_the_final_result_is_dropped_and_counted),
        TEST(a_line_above_1600_characters_is_an_error),
        TEST(errors_take_the_form_of_cmee),
        TEST(commands_answer_as_the_manual_says),
        TEST(network_time_counts_from_the_epoch),
        TEST(it_registers_by_itself_and_attaches_after_that),
        TEST(without_coverage_it_never_attaches_and_finds_it_again),
        TEST(names_and_ports_that_lead_nowhere_fail_to_open),
        TEST(the_connection_to_the_cell_ends_after_its_tail),
        TEST(deep_sleep_loses_the_line_that_ends_it),
        TEST(a_driver_that_repeats_at_every_500_ms_wakes_it),
        TEST(the_line_under_way_when_it_wakes_is_lost_as_a_whole),
        TEST(sleep_is_announced_when_asked_for),
        TEST(without_qsclk_it_stays_awake),
        TEST(light_sleep_loses_one_line_and_nothing_else),
        TEST(power_saving_mode_leads_to_deep_sleep_until_t3412),
        TEST(a_reset_pulse_forgets_what_is_volatile),
        TEST(a_pulse_below_50_ms_is_not_seen),
        TEST(qrst_answers_and_resets),
        TEST(ordered_answers_take_a_command_s_place_once),
        TEST(names_are_looked_up_for_the_host),
        TEST(an_unknown_link_class_makes_no_module),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
