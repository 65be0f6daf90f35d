// SPDX-License-Identifier: Apache-2.0
// The codes' texts as the vendor words them (8.1), and reports of both kinds of nodes read back.
#include "tests/host/cmocka_all.h"

#include "wire/codes.h"

static const struct {
    enum ota_code code;
    const char *sent, *shipped, *description, *action;
    unsigned step;
} seed[] = {
    {OTA_TITLE, "Firmware title mismatch", "Firmware Title Mismatch", "Firmware title mismatch",
     "Verify server firmware title matches AT+OTATITLE configuration", 5},
    {OTA_HARDWARE, "Hardware not supported", "Hardware Not Support", "Hardware not supported",
     "Check external SPI Flash connection and functionality", 2},
    {OTA_TIMEOUT, "OTA server connection timeout", "OTA server connecting timeout",
     "OTA server connection timeout", "Check network connectivity and server reachability", 4},
    {OTA_SUCCESS, "OTA Update OK", "OTA Update OK", "OTA update successful",
     "Firmware download completed, waiting for device reboot", 10},
};

static void texts_are_those_of_the_seed(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof seed / sizeof seed[0]; i++) {
        assert_string_equal(code_text(seed[i].code), seed[i].sent);
        assert_string_equal(code_shipped_text(seed[i].code), seed[i].shipped);
        assert_string_equal(code_description(seed[i].code), seed[i].description);
        assert_string_equal(code_action(seed[i].code), seed[i].action);
        assert_int_equal(code_step(seed[i].code), seed[i].step);
    }
}

static void unknown_numbers_have_no_text(void **state)
{
    (void)state;
    static const unsigned long numbers[] = {0, 9, 10, 99, 101, 256 + 7, 4294967297UL};

    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        assert_false(code_is_known(numbers[i]));
    }
    assert_string_equal(code_text(OTA_NONE), "");
    assert_string_equal(code_action(OTA_NONE), "");
    assert_int_equal(code_step(OTA_NONE), 0);
}

static void every_code_is_read_back_in_both_wordings(void **state)
{
    (void)state;
    for (unsigned long number = 1; number <= 100; number++) {
        if (code_is_known(number)) {
            enum ota_code code = (enum ota_code)number;
            assert_int_equal(code_of_report(code_text(code)), code);
            assert_int_equal(code_of_report(code_shipped_text(code)), code);
        }
    }
    assert_int_equal(code_of_report("OTA Update OK, Firmware Title: a Ver: b"), OTA_SUCCESS);
    assert_int_equal(code_of_report("OTA Update OKAY"), OTA_NONE);
    assert_int_equal(code_of_report(""), OTA_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_those_of_the_seed),
        cmocka_unit_test(unknown_numbers_have_no_text),
        cmocka_unit_test(every_code_is_read_back_in_both_wordings),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
