// SPDX-License-Identifier: Apache-2.0
#include "tests/host/cmocka_all.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/places.h"

static char path[PATH_MAX];

static int forget_environment(void **state)
{
    (void)state;
    unsetenv("NBOTA_DATA");
    unsetenv("XDG_DATA_HOME");
    unsetenv("NBOTA_FIRMWARE");
    return setenv("HOME", "/home/me", 1);
}

static const char *data_dir(const char *given)
{
    assert_int_equal(places_data_dir(given, path, sizeof path), STATUS_OK);
    return path;
}

static void the_data_folder_is_the_first_that_is_named(void **state)
{
    (void)state;
    assert_string_equal(data_dir(NULL), "/home/me/.local/share/nbota");
    setenv("XDG_DATA_HOME", "relative", 1);
    assert_string_equal(data_dir(NULL), "/home/me/.local/share/nbota");
    setenv("XDG_DATA_HOME", "/xdg", 1);
    assert_string_equal(data_dir(NULL), "/xdg/nbota");
    setenv("NBOTA_DATA", "", 1);
    assert_string_equal(data_dir(NULL), "/xdg/nbota");
    setenv("NBOTA_DATA", "/env", 1);
    assert_string_equal(data_dir(NULL), "/env");
    assert_string_equal(data_dir("/given"), "/given");
}

static void a_relative_data_folder_becomes_absolute(void **state)
{
    (void)state;
    char here[PATH_MAX / 2];
    char expected[PATH_MAX];

    assert_non_null(getcwd(here, sizeof here));
    snprintf(expected, sizeof expected, "%s/data", here);
    assert_string_equal(data_dir("data"), expected);
}

static void an_empty_data_folder_is_refused(void **state)
{
    (void)state;
    assert_int_equal(places_data_dir("", path, sizeof path), STATUS_INVALID);
}

static void firmware_lies_in_the_arm_build_or_where_the_environment_says(void **state)
{
    (void)state;
    places_firmware("boot.bin", path, sizeof path);
    assert_non_null(strstr(path, "/arm/firmware/boot.bin"));
    assert_null(strstr(path, ".."));
    setenv("NBOTA_FIRMWARE", "/fw", 1);
    places_firmware("boot.bin", path, sizeof path);
    assert_string_equal(path, "/fw/boot.bin");
}

static void the_gateway_lies_beside_the_binary(void **state)
{
    (void)state;
    places_gateway(path, sizeof path);
    assert_int_equal(path[0], '/');
    assert_non_null(strstr(path, "/lib/nbota_gateway.so"));
    assert_null(strstr(path, "/bin/"));
    assert_null(strstr(path, ".."));
}

static void a_path_below_the_current_folder_is_shown_without_it(void **state)
{
    (void)state;
    char here[PATH_MAX / 2];

    assert_non_null(getcwd(here, sizeof here));
    snprintf(path, sizeof path, "%s/build/a.bin", here);
    assert_string_equal(places_seen_from_here(path), "build/a.bin");
    snprintf(path, sizeof path, "%s-beside/a.bin", here);
    assert_string_equal(places_seen_from_here(path), path);
    assert_string_equal(places_seen_from_here(here), here);
    assert_string_equal(places_seen_from_here("relative/a.bin"), "relative/a.bin");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_data_folder_is_the_first_that_is_named, forget_environment),
        cmocka_unit_test_setup(a_relative_data_folder_becomes_absolute, forget_environment),
        cmocka_unit_test_setup(an_empty_data_folder_is_refused, forget_environment),
        cmocka_unit_test_setup(firmware_lies_in_the_arm_build_or_where_the_environment_says,
                               forget_environment),
        cmocka_unit_test_setup(the_gateway_lies_beside_the_binary, forget_environment),
        cmocka_unit_test(a_path_below_the_current_folder_is_shown_without_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
