// SPDX-License-Identifier: Apache-2.0
#include "node/core/command.h"
#include "node/core/settings.h"
#include "tests/host/cmocka_all.h"
#include "wire/products.h"

static struct command parse(const char *line)
{
    return command_parse(span_of_text(line), NEEDS_ALL);
}

static void command_knows_all_four_forms_of_a_setting(void **state)
{
    (void)state;
    struct command command = parse("AT+otaser=host,1883");

    assert_int_equal(command.verb, COMMAND_SETTING);
    assert_int_equal(command.setting, SETTING_OTASER);
    assert_int_equal(command.form, FORM_SET);
    assert_true(span_equals(command.value, span_of_text("host,1883")));
    assert_int_equal(parse("AT+OTASER=?").form, FORM_GET);
    assert_int_equal(parse("at+OTASER?").form, FORM_HELP);
    assert_int_equal(parse("AT+OTASER").verb, COMMAND_MISUSED); // a setting cannot be run
    assert_int_equal(parse("AT+OTASER=").value.size, 0);
    assert_int_equal(parse("AT+OTATITLE=a=b?").form, FORM_SET);
}

static void command_takes_only_whole_names_in_forms_they_have(void **state)
{
    (void)state;
    static const char *const unknown[] = {
        "",    "A",           "ATX",         "AT+",   "AT+OTASERX=1", "AT+OTASE=1",
        " AT", "XAT+UPGRADE", "AT+OTASER?x", "AT+=1", "AT+?",         "AT+CGSN=1"};
    static const char *const misused[] = {
        "AT+UPGRADE=1", "AT+UPGRADE=?", "AT+UPGRADE=", "AT+CFG=?",   "AT+MODEL",
        "AT+FDR=1",     "AT+GETLOG=?",  "AT+URI5=?",   "AT+QBAND=1", "at+weigre"};

    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        assert_int_equal(parse(unknown[i]).verb, COMMAND_UNKNOWN);
    }
    for (size_t i = 0; i < sizeof misused / sizeof *misused; i++) {
        assert_int_equal(parse(misused[i]).verb, COMMAND_MISUSED);
    }
    assert_int_equal(parse("AT").verb, COMMAND_NOTHING);
    assert_int_equal(parse("AT?").verb, COMMAND_HELP);
    assert_int_equal(parse("atz").verb, COMMAND_RESET);
    assert_int_equal(parse("AT+UPGRADE  ").verb, COMMAND_UPGRADE);
    assert_int_equal(parse("AT+UPGRADE?").form, FORM_HELP);
    assert_int_equal(parse("AT+MODEL=?").verb, COMMAND_MODEL);
}

static void command_that_needs_a_part_is_there_on_nodes_that_have_it(void **state)
{
    (void)state;
    struct span line = span_of_text("AT+URI5=?");

    assert_int_equal(command_parse(line, NEEDS_ALL).verb, COMMAND_MISUSED);
    assert_int_equal(command_parse(line, NEEDS_BG95).verb, COMMAND_SETTING);
    assert_int_equal(product_capabilities(&products[PRODUCT_S31_NB]) & NEEDS_BG95, 0);
    assert_int_equal(product_capabilities(&products[PRODUCT_S31_CB]) & NEEDS_BG95, NEEDS_BG95);
}

// ---- values ----

static enum setting_verdict check(enum setting setting, const char *value)
{
    return setting_check(setting, span_of_text(value), false);
}

static void setting_takes_values_up_to_its_limit_and_none_beyond(void **state)
{
    (void)state;
    char value[SETTING_VALUE_MAX + 2];

    memset(value, 'x', sizeof value);
    for (unsigned i = 0; i < SETTING_COUNT; i++) {
        const struct setting_row *row = &setting_rows[i];
        enum setting setting = (enum setting)i;
        assert_int_equal(setting_check(setting, span_of(value, row->limit), true) == SETTING_GOOD,
                         row->kind == SETTING_KIND_TEXT);
        assert_int_equal(setting_check(setting, span_of(value, row->limit + 1U), true),
                         SETTING_BAD);
        assert_int_equal(setting_check(setting, span_of(NULL, 0), true), SETTING_BAD);
    }
}

static void setting_refuses_what_could_not_travel(void **state)
{
    (void)state;
    static const char *const bad[] = {"a;b", "a]b", "a\"b", "a\tb", "a\x7f", "\xc3\xa4", "a b"};

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(check(SETTING_OTACLT, bad[i]), SETTING_BAD);
    }
    assert_int_equal(check(SETTING_OTACLT, "a[b{},:\\/"), SETTING_GOOD);
}

static void setting_address_needs_host_comma_and_port(void **state)
{
    (void)state;
    static const char *const bad[] = {"host",     "host,",    ",1883",   "host,0",     "host,65536",
                                      "host,18x", "host,1,2", "host,-1", "host,001883"};

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(check(SETTING_OTASER, bad[i]), SETTING_BAD_ADDRESS);
    }
    assert_int_equal(check(SETTING_OTASER, "thingseye.io,1885"), SETTING_GOOD);
    assert_int_equal(check(SETTING_SERVADDR, "127.0.0.1,65535"), SETTING_GOOD);
    assert_int_equal(check(SETTING_OTASER, "NULL"), SETTING_GOOD);
}

static void setting_numbers_keep_their_ranges(void **state)
{
    (void)state;
    assert_int_equal(check(SETTING_TDC, "59"), SETTING_BAD);
    assert_int_equal(check(SETTING_TDC, "60"), SETTING_GOOD);
    assert_int_equal(check(SETTING_TDC, "16777215"), SETTING_GOOD);
    assert_int_equal(check(SETTING_TDC, "16777216"), SETTING_BAD);
    assert_int_equal(check(SETTING_RXDL, "0"), SETTING_GOOD);
    assert_int_equal(check(SETTING_RXDL, "65536"), SETTING_BAD);
    assert_int_equal(check(SETTING_MQOS, "2"), SETTING_GOOD);
    assert_int_equal(check(SETTING_MQOS, "3"), SETTING_BAD);
    assert_int_equal(check(SETTING_PRO, "3,5"), SETTING_GOOD);
    assert_int_equal(check(SETTING_DEUI, "86620705346270F"), SETTING_GOOD);
    assert_int_equal(check(SETTING_DEUI, "86620705346270G"), SETTING_BAD);
    assert_int_equal(check(SETTING_DEUI, "86620705346270"), SETTING_BAD);
}

static void setting_address_is_split_at_its_first_comma(void **state)
{
    (void)state;
    char host[SETTING_VALUE_MAX + 1] = "untouched";
    char port[6] = "0";

    assert_true(setting_split_address(span_of_text("thingseye.io,1885"), host, port));
    assert_string_equal(host, "thingseye.io");
    assert_string_equal(port, "1885");
    assert_false(setting_split_address(span_of_text("NULL"), host, port));
    assert_string_equal(host, "thingseye.io");
}

static void setting_ids_are_unique(void **state)
{
    (void)state;
    for (unsigned i = 0; i < SETTING_COUNT; i++) {
        for (unsigned j = 0; j < i; j++) {
            assert_int_not_equal(setting_rows[i].id, setting_rows[j].id);
        }
        assert_in_range(setting_rows[i].id, 1, 63); // records of other kinds begin at 64
        assert_in_range(setting_rows[i].limit, 1, SETTING_VALUE_MAX);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(command_knows_all_four_forms_of_a_setting),
        cmocka_unit_test(command_takes_only_whole_names_in_forms_they_have),
        cmocka_unit_test(command_that_needs_a_part_is_there_on_nodes_that_have_it),
        cmocka_unit_test(setting_takes_values_up_to_its_limit_and_none_beyond),
        cmocka_unit_test(setting_refuses_what_could_not_travel),
        cmocka_unit_test(setting_address_needs_host_comma_and_port),
        cmocka_unit_test(setting_numbers_keep_their_ranges),
        cmocka_unit_test(setting_address_is_split_at_its_first_comma),
        cmocka_unit_test(setting_ids_are_unique),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
