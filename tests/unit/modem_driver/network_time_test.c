// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "node/driver/modem/network_time.h"
#include "tests/host/cmocka_all.h"

enum { NEW_YEAR_2026 = 1767225600 };

static void time_is_read_quoted_and_bare(void **state)
{
    (void)state;
    assert_int_equal(network_time_read("26/01/01,00:00:59+00"), NEW_YEAR_2026 + 59);
    assert_int_equal(network_time_read("\"26/01/01,00:00:59+00\""), NEW_YEAR_2026 + 59);
    assert_int_equal(network_time_read("26/01/01,00:00:59"), NEW_YEAR_2026 + 59);
    assert_int_equal(network_time_read("\"26/01/01,00:00:59\""), NEW_YEAR_2026 + 59);
}

static void time_is_turned_to_utc_by_quarter_hours(void **state)
{
    (void)state;
    assert_int_equal(network_time_read("26/01/01,08:00:00+32"), NEW_YEAR_2026);
    assert_int_equal(network_time_read("26/01/01,05:45:00+23"), NEW_YEAR_2026);
    assert_int_equal(network_time_read("\"25/12/31,14:30:00-38\""), NEW_YEAR_2026);
}

static void time_that_no_network_has_set_is_unknown(void **state)
{
    (void)state;
    static const char *const unset[] = {"70/01/01,00:00:10+00", "80/01/06,00:00:10+00",
                                        "00/01/01,00:00:10+00", "04/01/01,00:00:10+32",
                                        "23/12/31,23:59:59+00"};

    for (unsigned i = 0; i < sizeof unset / sizeof *unset; i++) {
        assert_int_equal(network_time_read(unset[i]), 0);
    }
}

static void what_is_no_time_is_unknown(void **state)
{
    (void)state;
    static const char whole[] = "26/01/01,00:00:59+00";
    static const char *const bad[] = {
        "26/13/01,00:00:00+00", "26/02/30,00:00:00+00", "26/01/01,24:00:00+00",
        "26-01-01,00:00:00+00", "26/1/01,00:00:00+00",  "2026/01/01,00:00:00+00",
        "26/01/01,00:00:00*00", "26/01/01,00:00:00+97", "26/01/01,00:00:00+x"};

    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(network_time_read(bad[i]), 0);
    }
    for (unsigned size = 0; size < sizeof whole - 1; size++) {
        char text[sizeof whole] = "";
        memcpy(text, whole, size);
        assert_int_equal(network_time_read(text) != 0,
                         size == 17); // the zone may be missing, half of it not
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_is_read_quoted_and_bare),
        cmocka_unit_test(time_is_turned_to_utc_by_quarter_hours),
        cmocka_unit_test(time_that_no_network_has_set_is_unknown),
        cmocka_unit_test(what_is_no_time_is_unknown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
