// SPDX-License-Identifier: Apache-2.0
// Which payload is a Config list, and what its commands are.
#include <stdio.h>
#include <string.h>

#include "node/core/downlink.h"
#include "tests/host/cmocka_all.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define CONFIG(list) "{\"Config\":\"[" list "]\"}"

static struct config config;
static char commands[2048]; // of a list, one a line

static enum config_verdict find(const char *payload)
{
    return config_find(span_of_text(payload), &config);
}

static const char *read_all(void)
{
    struct config_reader reader = {.rest = config.list};
    char text[CONFIG_COMMAND_MAX + 1];
    struct fmt command = {.text = text, .capacity = sizeof text};
    struct fmt all;
    unsigned count = 0;

    fmt_init(&all, commands, sizeof commands);
    while (config_next(&reader, &command)) {
        assert_int_equal(reader.number, ++count);
        fmt_add_bytes(&all, fmt_span(&command));
        fmt_add(&all, "\n");
    }
    assert_false(config_next(&reader, &command));
    return commands;
}

static void expect_list(const char *payload, const char *wanted)
{
    assert_int_equal(find(payload), CONFIG_GOOD);
    assert_string_equal(read_all(), wanted);
}

static void expect_bad(const char *payload, unsigned number)
{
    assert_int_equal(find(payload), CONFIG_BAD);
    assert_int_equal(config.bad, number);
}

static void the_vendors_example_is_seven_commands(void **state)
{
    (void)state;
    expect_list("{\"Config\":\"[AT+OTASER=thingseye.io,1885;AT+OTACLT=token;AT+OTAUNAME=token;"
                "AT+OTAPWD=NULL;AT+OTATITLE=s31-nb;AT+OTAVER=v1.5.0;AT+UPGRADE]\"}",
                "AT+OTASER=thingseye.io,1885\nAT+OTACLT=token\nAT+OTAUNAME=token\n"
                "AT+OTAPWD=NULL\nAT+OTATITLE=s31-nb\nAT+OTAVER=v1.5.0\nAT+UPGRADE\n");
    assert_true(config.upgrades);
}

static void white_space_may_stand_between_tokens_and_around_commands(void **state)
{
    (void)state;
    expect_list(" \t\r\n{ \"Config\"\n:\t\"[ AT+TDC=60 ;\r\n; ;\tAT+MQOS=1;]\" }",
                "AT+TDC=60\nAT+MQOS=1\n");
    assert_false(config.upgrades);
}

static void what_follows_the_list_is_ignored(void **state)
{
    (void)state;
    expect_list("{\"Config\":\"[AT]", "AT\n");
    expect_list("{\"Config\":\"[AT]x;AT+TDC=60]}", "AT\n");
    expect_list(CONFIG("AT") CONFIG("ATZ"), "AT\n");
    expect_list(CONFIG(""), "");
    expect_list(CONFIG(" ; ;;"), "");
}

static void only_the_tokens_of_a_config_make_one(void **state)
{
    (void)state;
    static const char *const others[] = {
        "",
        "{",
        "{\"Config\"",
        "{\"Config\":",
        "{\"Config\":\"",
        "{\"Config\":[AT]}",
        "{\"config\":\"[AT]\"}",
        "{\"Config \":\"[AT]\"}",
        "{\"Config\":\" [AT]\"}",
        "{\"Con fig\":\"[AT]\"}",
        "[\"Config\":\"[AT]\"]",
        "x" CONFIG("AT"),
        "{\"a\":1,\"Config\":\"[AT]\"}",
        "F901",
        "\\{\"Config\":\"[AT]\"}",
    };

    for (size_t i = 0; i < COUNT(others); i++) {
        assert_int_equal(find(others[i]), CONFIG_NONE);
    }
    assert_int_equal(config_find(span_of(NULL, 0), &config), CONFIG_NONE);
}

static void list_without_end_is_refused_and_its_upgrade_is_seen(void **state)
{
    (void)state;
    assert_int_equal(find("{\"Config\":\"["), CONFIG_ENDLESS);
    assert_false(config.upgrades);
    assert_int_equal(find("{\"Config\":\"[AT+TDC=60;AT+UPGRADE\"}"), CONFIG_ENDLESS);
    assert_true(config.upgrades);
    assert_int_equal(find("{\"Config\":\"[at+upgrade"), CONFIG_ENDLESS);
    assert_true(config.upgrades);
    assert_int_equal(find("{\"Config\":\"[AT+UPGRAD"), CONFIG_ENDLESS);
    assert_false(config.upgrades);
}

static void only_escaped_quotes_are_decoded(void **state)
{
    (void)state;
    expect_list(CONFIG("AT+DNSCFG=\\\"8.8.8.8\\\",\\\"1.1.1.1\\\""),
                "AT+DNSCFG=\"8.8.8.8\",\"1.1.1.1\"\n");
    expect_list(CONFIG("AT+URI1=11,\"a\""), "AT+URI1=11,\"a\"\n");
    expect_list(CONFIG("AT+OTAPWD=a\\nb\\\\c\\"), "AT+OTAPWD=a\\nb\\\\c\\\n");
    expect_list(CONFIG("AT+OTAPWD=a\\\\\"b"), "AT+OTAPWD=a\\\"b\n");
}

static void semicolon_inside_a_value_makes_the_list_bad(void **state)
{
    (void)state;
    expect_bad(CONFIG("AT+TDC=60;AT+OTAPWD=pass;word;AT+UPGRADE"), 3);
    assert_true(config.upgrades);
}

static void bracket_inside_a_value_makes_the_list_bad_when_an_upgrade_follows(void **state)
{
    (void)state;
    expect_bad(CONFIG("AT+TDC=60;AT+OTAPWD=pass]word;AT+OTATITLE=a;AT+UPGRADE"), 2);
    expect_bad(CONFIG("];AT+UPGRADE"), 1);
    expect_list(CONFIG("AT+TDC=60;AT+OTAPWD=pass]word;AT+OTATITLE=a"),
                "AT+TDC=60\nAT+OTAPWD=pass\n");
}

static void what_does_not_begin_with_at_makes_the_list_bad(void **state)
{
    (void)state;
    expect_bad(CONFIG("TDC=60"), 1);
    expect_bad(CONFIG("AT;A"), 2);
    expect_bad(CONFIG("AT; ;F901"), 2);
    expect_list(CONFIG("at+tdc=60;ATZ"), "at+tdc=60\nATZ\n");
}

static const char *config_of(unsigned count, const char *command)
{
    static char payload[2000];
    struct fmt out;

    fmt_init(&out, payload, sizeof payload);
    fmt_add(&out, "{\"Config\":\"[");
    for (unsigned i = 0; i < count; i++) {
        fmt_add(&out, "%s;", command);
    }
    fmt_add(&out, "]\"}");
    assert_false(out.overflowed);
    return payload;
}

static void thirty_two_commands_are_taken_and_one_more_is_not(void **state)
{
    (void)state;
    assert_int_equal(find(config_of(31, "AT")), CONFIG_GOOD);
    assert_int_equal(find(config_of(32, "AT")), CONFIG_GOOD);
    assert_int_equal(strlen(read_all()), 32 * 3);
    expect_bad(config_of(33, "AT"), 33);
}

static void command_of_220_bytes_is_taken_and_a_longer_one_is_not(void **state)
{
    (void)state;
    char command[223];

    memset(command, 'x', sizeof command);
    memcpy(command, "AT+PWD=", 7);
    command[220] = '\0';
    assert_int_equal(find(config_of(4, command)), CONFIG_GOOD);
    assert_int_equal(strlen(read_all()), 4 * 221);
    command[100] = '\\'; // two bytes in the payload are one of the command
    command[101] = '"';
    memcpy(command + 220, "x", 2);
    assert_int_equal(find(config_of(1, command)), CONFIG_GOOD);
    memcpy(command + 221, "x", 2);
    expect_bad(config_of(1, command), 1);
}

static void status_is_asked_for_by_a_text_anywhere(void **state)
{
    (void)state;
    assert_true(downlink_asks_status(span_of_text("Event:Status")));
    assert_true(downlink_asks_status(span_of_text("{\"x\":\"Event:Status\"}")));
    assert_true(downlink_asks_status(span_of_text("Event:Event:Status")));
    assert_false(downlink_asks_status(span_of_text("event:status")));
    assert_false(downlink_asks_status(span_of_text("Event:Statu")));
    assert_false(downlink_asks_status(span_of_text("Event: Status")));
    assert_false(downlink_asks_status(span_of(NULL, 0)));
}

// As a fuzzer calls it: any bytes, no setup. Every beginning of a long list, each byte turned once.
static void any_bytes_give_a_verdict_and_a_list_that_ends(void **state)
{
    (void)state;
    char payload[] = CONFIG("AT+OTASER=a,1;AT+DNSCFG=\\\"a\\\";\\;AT+UPGRADE");

    for (size_t i = 0; i < sizeof payload - 1; i++) {
        (void)config_find(span_of(payload, i), &config);
        assert_true(strlen(read_all()) < sizeof commands);
        for (unsigned value = 0; value < 256; value++) {
            char kept = payload[i];
            payload[i] = (char)value;
            (void)config_find(span_of(payload, sizeof payload), &config);
            assert_true(strlen(read_all()) < sizeof commands);
            payload[i] = kept;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vendors_example_is_seven_commands),
        cmocka_unit_test(white_space_may_stand_between_tokens_and_around_commands),
        cmocka_unit_test(what_follows_the_list_is_ignored),
        cmocka_unit_test(only_the_tokens_of_a_config_make_one),
        cmocka_unit_test(list_without_end_is_refused_and_its_upgrade_is_seen),
        cmocka_unit_test(only_escaped_quotes_are_decoded),
        cmocka_unit_test(semicolon_inside_a_value_makes_the_list_bad),
        cmocka_unit_test(bracket_inside_a_value_makes_the_list_bad_when_an_upgrade_follows),
        cmocka_unit_test(what_does_not_begin_with_at_makes_the_list_bad),
        cmocka_unit_test(thirty_two_commands_are_taken_and_one_more_is_not),
        cmocka_unit_test(command_of_220_bytes_is_taken_and_a_longer_one_is_not),
        cmocka_unit_test(status_is_asked_for_by_a_text_anywhere),
        cmocka_unit_test(any_bytes_give_a_verdict_and_a_list_that_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
