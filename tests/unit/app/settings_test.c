// SPDX-License-Identifier: Apache-2.0
// Every row of the settings' table, as its command sees it.
#include <string.h>

#include "base/fmt.h"
#include "node/app/app.h"
#include "node/app/commands.h"
#include "tests/fake/uart.h"
#include "tests/host/cmocka_all.h"
#include "tests/unit/app/setting_cases.h"
#include "tests/unit/app/world.h"

static char heard[WORLD_TEXT_MAX];

static int setup(void **state)
{
    (void)state;
    world_begin();
    fake_uart_reset();
    return journal_open() == STATUS_OK ? 0 : -1;
}

static const char *answer_from(enum command_origin origin, const char *format, const char *name,
                               const char *value)
{
    char line[400];
    struct fmt out;

    fmt_init(&out, line, sizeof line);
    for (const char *at = format; *at != '\0'; at++) {
        if (*at == '@') {
            fmt_add(&out, "%s", name);
        } else if (*at == '#') {
            fmt_add(&out, "%s", value);
        } else {
            fmt_add(&out, "%c", *at);
        }
    }
    commands_execute(line, out.length, origin);
    strcpy(heard, fake_uart_heard(UART_CONSOLE));
    return heard;
}

static const char *answer(const char *format, const struct setting_case *row, const char *value)
{
    return answer_from(COMMAND_FROM_CONSOLE, format, row->name, value);
}

static void expect_stored(const struct setting_case *row, const char *value)
{
    char buffer[VALUE_SIZE];

    assert_string_equal(value_get((uint8_t)row->setting, buffer), value);
}

static bool ends_with(const char *text, const char *end)
{
    size_t size = strlen(text);

    return size >= strlen(end) && strcmp(text + size - strlen(end), end) == 0;
}

#define EACH_ROW(row)                                                                              \
    (const struct setting_case *row = setting_cases; row < setting_cases + SETTING_CASES; row++)

static void every_setting_has_a_case(void **state)
{
    (void)state;
    assert_int_equal(SETTING_CASES, SETTING_COUNT);
    for
        EACH_ROW(row)
        {
            assert_string_equal(setting_rows[row->setting].name, row->name);
        }
}

static void every_setting_begins_with_its_default(void **state)
{
    (void)state;
    for
        EACH_ROW(row)
        {
            expect_stored(row, row->preset);
        }
}

static void every_setting_takes_its_limit_and_keeps_it(void **state)
{
    (void)state;
    for
        EACH_ROW(row)
        {
            if (!setting_case_is_here(row)) {
                continue;
            }
            assert_true(ends_with(answer("AT+@=#", row, row->limit), "\r\nOK\r\n"));
            assert_int_equal(journal_open(), STATUS_OK);
            expect_stored(row, row->limit);
            answer("AT+@=?", row, NULL);
            assert_true(ends_with(heard, "\r\n\r\nOK\r\n"));
            if (row->setting != SETTING_INTMOD) {
                assert_int_equal(strncmp(heard, row->limit, strlen(row->limit)), 0);
            }
        }
    for
        EACH_ROW(row)
        { // and none has touched another
            expect_stored(row, setting_case_is_here(row) ? row->limit : row->preset);
        }
}

static void every_setting_refuses_what_is_beyond_or_wrong_and_stays(void **state)
{
    (void)state;
    for
        EACH_ROW(row)
        {
            if (!setting_case_is_here(row)) {
                continue;
            }
            const char *const values[] = {row->beyond, row->wrong, ""};
            for (size_t i = 0; i < 3; i++) {
                if (!ends_with(answer("AT+@=#", row, values[i]), "\r\nAT_PARAM_ERROR\r\n")) {
                    fail_msg("AT+%s=%s: %s", row->name, values[i], heard);
                }
                expect_stored(row, row->preset);
            }
            answer("AT+@=#", row, row->limit);
            answer("AT+@=#", row, row->beyond);
            expect_stored(row, row->limit);
        }
}

static void every_setting_has_help_and_cannot_be_run(void **state)
{
    (void)state;
    for
        EACH_ROW(row)
        {
            if (!setting_case_is_here(row)) {
                continue;
            }
            answer("AT+@?", row, NULL);
            assert_int_equal(strncmp(heard, "AT+", 3), 0);
            assert_int_equal(strncmp(heard + 3, row->name, strlen(row->name)), 0);
            assert_true(ends_with(heard, "\r\n\r\nOK\r\n"));
            assert_string_equal(answer("AT+@", row, NULL), "\r\nERROR\r\n");
        }
}

static void every_name_is_known_in_small_letters_and_with_blanks_around_its_value(void **state)
{
    (void)state;
    for
        EACH_ROW(row)
        {
            char small[20] = {0};
            for (size_t i = 0; row->name[i] != '\0'; i++) {
                char c = row->name[i];
                small[i] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
            }
            if (setting_case_is_here(row)) {
                answer_from(COMMAND_FROM_CONSOLE, "at+@=  #  ", small, row->limit);
                assert_true(ends_with(heard, "\r\nOK\r\n"));
                expect_stored(row, row->limit);
            }
        }
}

static void all_settings_are_listed_and_secrets_are_masked(void **state)
{
    (void)state;
    for
        EACH_ROW(row)
        {
            answer("AT+@=#", row, row->limit);
        }
    answer("AT+CFG", &setting_cases[0], NULL);
    for
        EACH_ROW(row)
        {
            char line[300];
            bool is_secret = row->setting == SETTING_OTAPWD || row->setting == SETTING_PWD ||
                             row->setting == SETTING_PWORD;
            struct fmt out;
            fmt_init(&out, line, sizeof line);
            fmt_add(&out, "AT+%s=%s\r\n", row->name, is_secret ? "****" : row->limit);
            assert_int_equal(world_count(heard, line), setting_case_is_here(row));
        }
    assert_int_equal(world_count(heard, "URI5"), 0);
    answer("AT+PWD=?", &setting_cases[0], NULL);
    assert_int_equal(strncmp(heard, X200 "\r\n", 202), 0);
}

static const char *told(const char *line)
{
    return answer_from(COMMAND_FROM_CONSOLE, line, NULL, NULL);
}

static void notes_are_printed_as_shipped_nodes_do(void **state)
{
    (void)state;
#define NOTED "Attention:Take effect after ATZ\r\n\r\nOK\r\n"
#define ERROR "\r\n\r\nAT_PARAM_ERROR\r\n"
    assert_string_equal(told("AT+PRO=2,0"), NOTED);
    assert_string_equal(told("AT+CFGMOD=2"), NOTED);
    assert_string_equal(told("AT+BKDNS=1,0"), NOTED);
    assert_string_equal(told("AT+TDC=600"), "\r\nOK\r\n");
    assert_string_equal(told("AT+SERVADDR=host"), "NOTE:SERVADDR FORMAT ERROR" ERROR);
    assert_string_equal(told("AT+OTASER=host,99999"), "NOTE:SERVADDR FORMAT ERROR" ERROR);
    assert_string_equal(told("AT+BKDNS=1,0,1.2.3.4"), "NOTE:IP format error" ERROR);
    assert_string_equal(told("AT+BKDNS=1,0,1.2.3.4,0"), "NOTE:IP format error" ERROR);
    assert_string_equal(told("AT+BKDNS=1,0,1.2.3.4,1883,5"), "\r\nAT_PARAM_ERROR\r\n");
    assert_string_equal(told("AT+BKDNS=1,0,1.2.3.4,1883"), NOTED);
    assert_string_equal(told("AT+INTMOD=1,2,3"), "\r\nOK\r\n");
    assert_string_equal(told("AT+INTMOD=?"), "1:1,2:2,3:3\r\n\r\nOK\r\n");
}

static void protocol_takes_the_combinations_that_there_are(void **state)
{
    (void)state;
    for (char p = '0'; p <= '5'; p++) {
        for (char q = '0'; q <= '6'; q++) {
            char line[] = "AT+PRO=p,q";
            bool all = q == '0' || q == '5';
            bool mqtt = p == '3' && q >= '0' && q <= '3';
            line[7] = p;
            line[9] = q;
            bool is_good = (p >= '1' && p <= '4' && all) || mqtt;
            assert_int_equal(strstr(told(line), "OK") != NULL, is_good);
        }
    }
}

static void numbers_are_kept_without_leading_zeros(void **state)
{
    (void)state;
    char buffer[VALUE_SIZE];

    told("AT+TDC=00000600");
    assert_string_equal(value_get(SETTING_TDC, buffer), "600");
    told("AT+RXDL=000");
    assert_string_equal(value_get(SETTING_RXDL, buffer), "0");
}

static void the_time_to_find_the_network_may_be_longer_from_afar(void **state)
{
    (void)state;
    assert_string_equal(told("AT+CSQTIME=30"), "\r\nAT_PARAM_ERROR\r\n");
    assert_string_equal(answer_from(COMMAND_FROM_DOWNLINK, "AT+CSQTIME=30", NULL, NULL),
                        "\r\nOK\r\n");
    assert_int_equal(value_number(SETTING_CSQTIME), 30);
    assert_string_equal(answer_from(COMMAND_FROM_DOWNLINK, "AT+CSQTIME=31", NULL, NULL),
                        "\r\nAT_PARAM_ERROR\r\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_setting_has_a_case, setup),
        cmocka_unit_test_setup(every_setting_begins_with_its_default, setup),
        cmocka_unit_test_setup(every_setting_takes_its_limit_and_keeps_it, setup),
        cmocka_unit_test_setup(every_setting_refuses_what_is_beyond_or_wrong_and_stays, setup),
        cmocka_unit_test_setup(every_setting_has_help_and_cannot_be_run, setup),
        cmocka_unit_test_setup(
            every_name_is_known_in_small_letters_and_with_blanks_around_its_value, setup),
        cmocka_unit_test_setup(all_settings_are_listed_and_secrets_are_masked, setup),
        cmocka_unit_test_setup(notes_are_printed_as_shipped_nodes_do, setup),
        cmocka_unit_test_setup(protocol_takes_the_combinations_that_there_are, setup),
        cmocka_unit_test_setup(numbers_are_kept_without_leading_zeros, setup),
        cmocka_unit_test_setup(the_time_to_find_the_network_may_be_longer_from_afar, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
