// SPDX-License-Identifier: Apache-2.0
#include "tests/host/cmocka_all.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/progress.h"

static void a_bar_fills_with_its_share(void **state)
{
    (void)state;
    struct progress progress = {.label = "s31", .total = 56};
    char line[PROGRESS_LINE_SIZE];

    progress_format(&progress, 0, line);
    assert_string_equal(line, "s31 [                              ]   0 %  0/56");
    progress_format(&progress, 28, line);
    assert_string_equal(line, "s31 [###############               ]  50 %  28/56");
    progress_format(&progress, 56, line);
    assert_string_equal(line, "s31 [##############################] 100 %  56/56");
}

// What a file gets when `count` steps of 1 are shown.
static unsigned lines_of(uint32_t total)
{
    FILE *out = tmpfile();
    struct progress progress;
    char line[PROGRESS_LINE_SIZE];
    unsigned lines = 0;

    assert_non_null(out);
    progress_begin(&progress, out, "s31", total);
    for (uint32_t i = 0; i <= total; i++) {
        progress_set(&progress, i);
        progress_set(&progress, i);
    }
    rewind(out);
    while (fgets(line, sizeof line, out) != NULL) {
        assert_null(strchr(line, '\r'));
        lines++;
    }
    fclose(out);
    return lines;
}

static void a_file_gets_a_line_every_ten_per_cent(void **state)
{
    (void)state;
    assert_int_equal(lines_of(124), 11);
    assert_int_equal(lines_of(10), 11);
    assert_int_equal(lines_of(5), 6);
    assert_int_equal(lines_of(1), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bar_fills_with_its_share),
        cmocka_unit_test(a_file_gets_a_line_every_ten_per_cent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
