// SPDX-License-Identifier: Apache-2.0
// The table of products against what the vendor's document says of their names.
#include "tests/host/cmocka_all.h"

#include <ctype.h>
#include <string.h>

#include "wire/info.h"
#include "wire/products.h"

static bool ends_with(const char *text, const char *end)
{
    size_t size = strlen(text);

    return size >= strlen(end) && strcmp(text + size - strlen(end), end) == 0;
}

static bool is_of_the_lte_series(const char *name)
{
    return ends_with(name, "-CB") || ends_with(name, "-CS") || ends_with(name, "-CB2") ||
           ends_with(name, "-C");
}

static void every_title_is_the_name_in_small_letters(void **state)
{
    (void)state;
    for (size_t i = 0; i < PRODUCT_COUNT; i++) {
        char title[INFO_TITLE_SIZE] = "";
        for (size_t k = 0; products[i].name[k] != '\0'; k++) {
            assert_true(k < sizeof title - 1);
            title[k] = (char)tolower((unsigned char)products[i].name[k]);
        }
        assert_string_equal(products[i].ota_title, title);
    }
}

static void the_end_of_the_name_says_the_modem_and_the_hardware(void **state)
{
    (void)state;
    for (size_t i = 0; i < PRODUCT_COUNT; i++) {
        bool lte = is_of_the_lte_series(products[i].name);
        assert_int_equal(products[i].modem, lte ? PRODUCT_MODEM_BG95 : PRODUCT_MODEM_BC660K);
        assert_int_equal(products[i].hardware_id, lte ? 2 : 1);
    }
}

static void the_solar_series_measure_their_cells_behind_a_divider(void **state)
{
    (void)state;
    for (size_t i = 0; i < PRODUCT_COUNT; i++) {
        if (ends_with(products[i].name, "-NS") || ends_with(products[i].name, "-CS")) {
            assert_int_equal(products[i].supply, PRODUCT_SUPPLY_DIVIDER);
        }
    }
    assert_int_equal(products[PRODUCT_S31_NB].supply, PRODUCT_SUPPLY_CELL);
}

static void ids_are_unique_and_found_again(void **state)
{
    (void)state;
    for (size_t i = 0; i < PRODUCT_COUNT; i++) {
        assert_true(products[i].id >= 0x40);
        assert_ptr_equal(product_by_id(products[i].id), &products[i]);
    }
    assert_null(product_by_id(0x04)); // the id of another vendor's board
}

static void names_and_titles_are_found_in_any_letter_case(void **state)
{
    (void)state;
    assert_ptr_equal(product_by_name("S31-CB2"), &products[PRODUCT_S31_CB2]);
    assert_ptr_equal(product_by_name("s31-cb2"), &products[PRODUCT_S31_CB2]);
    assert_ptr_equal(product_by_name("wsc2-COMPACT-ns"), &products[PRODUCT_WSC2_COMPACT_NS]);
    assert_null(product_by_name("S31"));
    assert_null(product_by_name("S31-NB3"));
    assert_null(product_by_name(""));
}

static void only_the_rs485_products_take_commands(void **state)
{
    (void)state;
    for (size_t i = 0; i < PRODUCT_COUNT; i++) {
        bool commands = capability_fits(product_capabilities(&products[i]), NEEDS_COMMANDS);
        assert_int_equal(commands, products[i].sensors == PRODUCT_SENSORS_RS485);
    }
}

static void only_the_outage_monitor_listens_to_its_inputs_by_default(void **state)
{
    (void)state;
    for (size_t i = 0; i < PRODUCT_COUNT; i++) {
        bool listens = products[i].sensors == PRODUCT_SENSORS_POM01;
        assert_string_equal(products[i].interrupts, listens ? "1,1,0" : "0,0,0");
    }
}

static void capabilities_come_from_the_row_and_from_the_modem(void **state)
{
    (void)state;
    assert_int_equal(product_capabilities(&products[PRODUCT_S31_NB]), NEEDS_ALL);
    assert_int_equal(product_capabilities(&products[PRODUCT_S31_CB]), NEEDS_BG95);
    assert_int_equal(product_capabilities(&products[PRODUCT_WSC2_N]), NEEDS_LINE);
    assert_int_equal(product_capabilities(&products[PRODUCT_RS485_CB]),
                     NEEDS_BG95 | NEEDS_LINE | NEEDS_COMMANDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_title_is_the_name_in_small_letters),
        cmocka_unit_test(the_end_of_the_name_says_the_modem_and_the_hardware),
        cmocka_unit_test(the_solar_series_measure_their_cells_behind_a_divider),
        cmocka_unit_test(ids_are_unique_and_found_again),
        cmocka_unit_test(names_and_titles_are_found_in_any_letter_case),
        cmocka_unit_test(only_the_rs485_products_take_commands),
        cmocka_unit_test(only_the_outage_monitor_listens_to_its_inputs_by_default),
        cmocka_unit_test(capabilities_come_from_the_row_and_from_the_modem),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
