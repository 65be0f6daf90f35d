// SPDX-License-Identifier: Apache-2.0
#include "node/core/masking.h"
#include "tests/host/cmocka_all.h"

static const char *shown(const char *payload, size_t size)
{
    static char text[256];
    struct masking masking = {.rest = span_of(payload, size)};
    size_t at = 0;

    while (at + 1 < sizeof text && masking_next(&masking, (uint8_t *)&text[at])) {
        at++;
    }
    text[at] = '\0';
    return text;
}

static void expect(const char *payload, const char *wanted)
{
    assert_string_equal(shown(payload, strlen(payload)), wanted);
}

static void masking_hides_the_value_of_every_password(void **state)
{
    (void)state;
    expect("{\"Config\":\"[AT+OTAPWD=secret;AT+PWD=s;AT+PWORD=12345678;AT+TDC=600]\"}",
           "{\"Config\":\"[AT+OTAPWD=****;AT+PWD=****;AT+PWORD=****;AT+TDC=600]\"}");
}

static void masking_hides_what_is_no_good_command_too(void **state)
{
    (void)state;
    expect("at+otapwd=a=b\"c;x", "at+otapwd=****;x");
    expect("AT+PWD  = s e c", "AT+PWD  =****");
    expect("[AT+PWD=no end\"}", "[AT+PWD=****");
    expect("AT+PWD=", "AT+PWD=****");
}

static void masking_shows_everything_else_as_it_is(void **state)
{
    (void)state;
    expect("", "");
    expect("F901", "F901");
    expect("=", "=");
    expect("AT+PWDX=1;AT+CLIENT=PWD;WD=1", "AT+PWDX=1;AT+CLIENT=PWD;WD=1");
    assert_memory_equal(shown("a\0b", 3), "a\0b", 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(masking_hides_the_value_of_every_password),
        cmocka_unit_test(masking_hides_what_is_no_good_command_too),
        cmocka_unit_test(masking_shows_everything_else_as_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
