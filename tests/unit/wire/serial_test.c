// SPDX-License-Identifier: Apache-2.0
// Vendor 2.3.1: the thresholds of both families, and what is no serial number.
#include "tests/host/cmocka_all.h"

#include "wire/serial.h"

static struct serial serial;

static enum serial_fault fault_of(const char *text)
{
    return serial_parse(span_of_text(text), &serial);
}

static bool has_flash(const char *text)
{
    assert_int_equal(fault_of(text), SERIAL_GOOD);
    return serial_has_flash(&serial);
}

static void flash_begins_at_the_threshold_of_each_family(void **state)
{
    (void)state;
    assert_false(has_flash("BC660GL26110000"));
    assert_true(has_flash("BC660GL26110001"));
    assert_true(has_flash("BC660GL26110002"));
    assert_false(has_flash("BG95-M226120000"));
    assert_true(has_flash("BG95-M226120001"));
    assert_true(has_flash("BG95-M226120002"));
}

static void the_other_familys_threshold_does_not_count(void **state)
{
    (void)state;
    assert_true(has_flash("BC660GL26115000"));
    assert_false(has_flash("BG95-M226115000"));
}

static void digits_are_compared_as_a_number(void **state)
{
    (void)state;
    assert_false(has_flash("BC660GL00000000"));
    assert_false(has_flash("BC660GL09999999"));
    assert_true(has_flash("BC660GL99999999"));
    assert_int_equal(serial.number, 99999999);
}

static void the_prefix_names_the_family(void **state)
{
    (void)state;
    assert_int_equal(fault_of("BC660GL26110001"), SERIAL_GOOD);
    assert_string_equal(serial.family->modem, "BC660K-GL");
    assert_string_equal(serial.family->network, "NB-IoT");
    assert_int_equal(fault_of("BG95-M226120001"), SERIAL_GOOD);
    assert_string_equal(serial.family->modem, "BG95-M2");
}

static void blanks_and_one_hyphen_may_stand_before_the_digits(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "BC660GL 26110001",   "BC660GL-26110001",  "BC660GL - 26110001",    "  BC660GL26110001\r\n",
        "BC660GL\t26110001 ", "BG95-M2-26120001 ", " BG95-M2   26120001\n", "BG95-M2- 26120001",
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_true(has_flash(texts[i]));
    }
}

static void anything_else_is_no_serial_number_and_says_why(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum serial_fault fault;
    } rows[] = {
        {"", SERIAL_EMPTY},
        {" \t", SERIAL_EMPTY},
        {"S31-NB", SERIAL_FOREIGN},
        {"26110001", SERIAL_FOREIGN},
        {"XBC660GL26110001", SERIAL_FOREIGN},
        {"BC660G", SERIAL_FOREIGN},
        {"bc660gl26110001", SERIAL_LETTERS},
        {"BC660K-GL26110001", SERIAL_LETTERS},
        {"BG95M226120001", SERIAL_LETTERS},
        {"BC660GL", SERIAL_SHORT},
        {"BC660GL2611000", SERIAL_SHORT},
        {"BC660GL-", SERIAL_SHORT},
        {"BC660GL261100011", SERIAL_LONG},
        {"BC660GL99999999999999999999", SERIAL_LONG},
        {"BC660GL--26110001", SERIAL_CHARACTER},
        {"BC660GL2611 0001", SERIAL_CHARACTER},
        {"BC660GL2611000O", SERIAL_CHARACTER},
        {"BC660GL+2611001", SERIAL_CHARACTER},
        {"BC660GL26110001X", SERIAL_CHARACTER},
        {"BC660GL26110001,BC660GL26110002", SERIAL_CHARACTER},
        {"BG95-M2\xC2\xA0"
         "26120001",
         SERIAL_CHARACTER},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(fault_of(rows[i].text), rows[i].fault);
        assert_true(serial_fault_text(rows[i].fault)[0] != '\0');
        assert_true(serial_fault_advice(rows[i].fault)[0] != '\0');
    }
}

static void bytes_behind_the_span_are_not_read(void **state)
{
    (void)state;
    assert_int_equal(serial_parse(span_of("BC660GL26110001", 14), &serial), SERIAL_SHORT);
    assert_int_equal(serial_parse(span_of("BC660GL26110001", 3), &serial), SERIAL_FOREIGN);
    assert_int_equal(serial_parse(span_of(NULL, 0), &serial), SERIAL_EMPTY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flash_begins_at_the_threshold_of_each_family),
        cmocka_unit_test(the_other_familys_threshold_does_not_count),
        cmocka_unit_test(digits_are_compared_as_a_number),
        cmocka_unit_test(the_prefix_names_the_family),
        cmocka_unit_test(blanks_and_one_hyphen_may_stand_before_the_digits),
        cmocka_unit_test(anything_else_is_no_serial_number_and_says_why),
        cmocka_unit_test(bytes_behind_the_span_are_not_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
