// SPDX-License-Identifier: Apache-2.0
#include "tests/host/cmocka_all.h"

#include "cli/naming.h"

struct remarks {
    unsigned problems;
    unsigned warnings;
};

static void count(void *context, enum finding_level level, const char *text, const char *advice)
{
    struct remarks *remarks = context;

    assert_non_null(text);
    assert_true(advice[0] != '\0');
    remarks->problems += level == FINDING_PROBLEM;
    remarks->warnings += level == FINDING_WARNING;
}

static struct remarks check(const char *title, const char *version)
{
    struct remarks remarks = {0};

    naming_check(title, version, count, &remarks);
    return remarks;
}

static void usual_names_pass(void **state)
{
    (void)state;
    struct remarks remarks = check("s31-nb", "v1.1.0");
    assert_int_equal(remarks.problems + remarks.warnings, 0);
}

static void lengths_end_at_the_buffers_of_shipped_nodes(void **state)
{
    (void)state;
    assert_int_equal(check("1234567890123456789", "v1").problems, 0);
    assert_int_equal(check("12345678901234567890", "v1").problems, 1);
    assert_int_equal(check("t", "12345678").warnings, 0);
    assert_int_equal(check("t", "123456789").warnings, 1);
    assert_int_equal(check("t", "12345678901234").problems, 0);
    assert_int_equal(check("t", "123456789012345").problems, 1);
    assert_int_equal(check("", "v1").problems, 1);
    assert_int_equal(check("t", "").problems, 1);
}

static void characters_that_cut_a_nodes_answer_are_refused(void **state)
{
    (void)state;
    static const char bad[] = "{},\": ;]\\\t\x7f";

    for (size_t i = 0; i + 1 < sizeof bad; i++) {
        char title[] = {'a', bad[i], 'b', '\0'};
        assert_int_equal(check(title, "v1").problems, 1);
        assert_int_equal(check("t", title).problems, 1);
    }
    assert_int_equal(check("t\xc3\xa4", "v1").problems, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(usual_names_pass),
        cmocka_unit_test(lengths_end_at_the_buffers_of_shipped_nodes),
        cmocka_unit_test(characters_that_cut_a_nodes_answer_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
