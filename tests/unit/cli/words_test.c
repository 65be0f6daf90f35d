// SPDX-License-Identifier: Apache-2.0
// Small texts: reports of nodes, tokens, times, the lines to type.
#include "tests/host/cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "cli/at_lines.h"
#include "cli/node_report.h"
#include "cli/token.h"
#include "cli/when.h"

static enum ota_code code_of(const char *payload)
{
    return node_report_code(span_of_text(payload));
}

static void reports_of_both_kinds_of_nodes_are_recognised(void **state)
{
    (void)state;
    assert_int_equal(code_of("{\"IMEI\":\"8\", \"Message\": \"Firmware title mismatch\"}"), 1);
    assert_int_equal(code_of("{\"IMEI\":\"8\", \"Message\": \"Firmware Title Mismatch\"}"), 1);
    assert_int_equal(code_of("{\"IMEI\":\"8\", \"Message\": \"Firmware CheckSum Error\"}"), 7);
    assert_int_equal(
        code_of("{\"IMEI\":\"8\", \"Message\": \"OTA Update OK, Firmware Title: s31-nb "
                "Ver: v1.1.0\"}"),
        100);
}

static void other_messages_are_no_reports(void **state)
{
    (void)state;
    assert_int_equal(code_of("{\"IMEI\":\"8\",\"temperature\":23.4}"), OTA_NONE);
    assert_int_equal(code_of("{\"Message\": \"Firmware title mismatches\"}"), OTA_NONE);
    assert_int_equal(code_of("{\"Message\": 7}"), OTA_NONE);
    assert_int_equal(code_of("{\"Message\": \"\"}"), OTA_NONE);
    assert_int_equal(code_of("f866207053462705"), OTA_NONE);
    assert_int_equal(code_of(""), OTA_NONE);
    assert_int_equal(code_of("[]"), OTA_NONE);
}

static void tokens_made_differ_and_can_be_typed(void **state)
{
    (void)state;
    char first[TOKEN_SIZE + 1];
    char second[TOKEN_SIZE + 1];

    assert_true(token_make(first) && token_make(second));
    assert_int_equal(strspn(first, "0123456789abcdefghjkmnpqrstvwxyz"), TOKEN_SIZE);
    assert_string_not_equal(first, second);
    assert_null(token_fault(first));
}

static void tokens_that_a_node_cannot_hold_are_explained(void **state)
{
    (void)state;
    assert_null(token_fault("12345678901234567890123456789012345678901234"));
    assert_non_null(token_fault("123456789012345678901234567890123456789012345"));
    assert_non_null(token_fault("a;b"));
    assert_non_null(token_fault("a]"));
    assert_non_null(token_fault("NULL"));
}

static void ages_are_told_in_the_unit_that_fits(void **state)
{
    (void)state;
    static const struct {
        int64_t age_s;
        const char *text;
    } cases[] = {
        {0, "just now"},        {-3, "just now"},        {5, "5 s ago"},    {89, "89 s ago"},
        {90, "1 min ago"},      {5399, "89 min ago"},    {5400, "1 h ago"}, {172799, "47 h ago"},
        {172800, "2 days ago"}, {864000, "10 days ago"},
    };
    char text[WHEN_SIZE];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        when_ago(1000000000000, 1000000000000 + cases[i].age_s * 1000, text);
        assert_string_equal(text, cases[i].text);
    }
    when_ago(0, 1000000000000, text);
    assert_string_equal(text, "never");
}

// What at_lines_print() writes for a title.
static void print_lines(const char *title, char text[512])
{
    const struct at_settings settings = {"192.168.1.5", 1885, "tok", title};
    FILE *out = fmemopen(text, 512, "w");

    assert_non_null(out);
    at_lines_print(out, &settings);
    fclose(out);
}

static void the_lines_to_type_leave_out_what_stays(void **state)
{
    (void)state;
    char text[512];

    print_lines("s31-nb", text);
    assert_string_equal(text, "  AT+OTASER=192.168.1.5,1885\n  AT+OTACLT=tok\n  AT+OTAUNAME=tok\n"
                              "  AT+OTAPWD=NULL\n  AT+OTATITLE=s31-nb\n");
    print_lines(NULL, text);
    assert_null(strstr(text, "AT+OTATITLE"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reports_of_both_kinds_of_nodes_are_recognised),
        cmocka_unit_test(other_messages_are_no_reports),
        cmocka_unit_test(tokens_made_differ_and_can_be_typed),
        cmocka_unit_test(tokens_that_a_node_cannot_hold_are_explained),
        cmocka_unit_test(ages_are_told_in_the_unit_that_fits),
        cmocka_unit_test(the_lines_to_type_leave_out_what_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
