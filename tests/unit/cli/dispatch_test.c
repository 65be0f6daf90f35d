// SPDX-License-Identifier: Apache-2.0
#include "tests/host/cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "cli/dispatch.h"

static int runs;

static int run_pack(int argc, char **argv)
{
    assert_string_equal(argv[0], "pack");
    runs += argc;
    return EXIT_FAILED;
}

static const struct cli_command pack = {
    .name = "pack", .summary = "pack it", .help = "usage: nbota image pack\n", .run = run_pack};
static const struct cli_command *const image_commands[] = {&pack, NULL};
static const struct cli_command image = {.name = "image",
                                         .summary = "images",
                                         .help = "usage: nbota image COMMAND\n",
                                         .commands = image_commands};
static const struct cli_command *const commands[] = {&image, NULL};
static const struct cli_command nbota = {
    .name = "nbota", .help = "usage: nbota COMMAND\n", .commands = commands};

// `line` is words parted by one blank.
static int type(const char *line)
{
    static char text[128];
    char *argv[16] = {0};
    int argc = 0;

    runs = 0;
    snprintf(text, sizeof text, "%s", line);
    for (char *word = strtok(text, " "); word != NULL; word = strtok(NULL, " ")) {
        argv[argc++] = word;
    }
    return dispatch(&nbota, argc, argv);
}

static void a_command_of_a_group_runs_with_its_words(void **state)
{
    (void)state;
    assert_int_equal(type("nbota image pack a b"), EXIT_FAILED);
    assert_int_equal(runs, 3);
}

static void help_is_shown_and_nothing_runs(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "nbota help",
        "nbota --help",
        "nbota -h",
        "nbota help image",
        "nbota image --help",
        "nbota image help pack",
        "nbota image pack -h",
        "nbota image pack a --help",
        "nbota help image pack",
    };

    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        assert_int_equal(type(lines[i]), EXIT_OK);
        assert_int_equal(runs, 0);
    }
}

static void behind_two_dashes_help_is_a_word(void **state)
{
    (void)state;
    assert_int_equal(type("nbota image pack -- --help"), EXIT_FAILED);
    assert_int_equal(runs, 3);
}

static void what_is_no_command_is_a_usage_error(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "nbota",           "nbota image",      "nbota imgae",
        "nbota image pck", "nbota help imgae", "nbota help image pck"};

    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        assert_int_equal(type(lines[i]), EXIT_USAGE);
        assert_int_equal(runs, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_command_of_a_group_runs_with_its_words),
        cmocka_unit_test(help_is_shown_and_nothing_runs),
        cmocka_unit_test(behind_two_dashes_help_is_a_word),
        cmocka_unit_test(what_is_no_command_is_a_usage_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
