// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "tests/host/cmocka_all.h"
#include "vnode/run/transcript.h"

struct heard {
    unsigned lines;
    char last[TRANSCRIPT_LINE_MAX + 1];
    uint64_t began_ns;
};

static void hear(void *context, const char *line, uint64_t began_ns)
{
    struct heard *heard = context;

    heard->lines++;
    strcpy(heard->last, line);
    heard->began_ns = began_ns;
}

static void print(struct transcript *transcript, const char *text, uint64_t now_ns)
{
    for (; *text != '\0'; text++) {
        transcript_add(transcript, (uint8_t)*text, now_ns++);
    }
}

static void a_line_ends_once_whatever_its_end(void **state)
{
    struct heard heard = {0};
    struct transcript transcript;

    (void)state;
    transcript_init(&transcript, hear, &heard);
    print(&transcript, "\r\nDRAGINO S31-NB\r\n", 100);
    assert_int_equal(heard.lines, 1);
    assert_string_equal(heard.last, "DRAGINO S31-NB");
    assert_int_equal(heard.began_ns, 102);
    transcript_release(&transcript);
}

static void a_search_goes_on_behind_what_it_found(void **state)
{
    struct transcript transcript;

    (void)state;
    transcript_init(&transcript, NULL, NULL);
    print(&transcript, "OK\r\nOK\r\n", 0);
    assert_true(transcript_find(&transcript, "OK"));
    assert_true(transcript_find(&transcript, "OK"));
    assert_false(transcript_find(&transcript, "OK"));
    assert_int_equal(transcript_count(&transcript, "OK"), 2);
    transcript_release(&transcript);
}

static void a_nul_byte_does_not_hide_what_follows(void **state)
{
    struct transcript transcript;

    (void)state;
    transcript_init(&transcript, NULL, NULL);
    transcript_add(&transcript, 0, 0);
    print(&transcript, "late\n", 1);
    assert_true(transcript_find(&transcript, "late"));
    transcript_release(&transcript);
}

static void a_line_without_end_is_cut_not_lost(void **state)
{
    struct heard heard = {0};
    struct transcript transcript;

    (void)state;
    transcript_init(&transcript, hear, &heard);
    for (unsigned i = 0; i < TRANSCRIPT_LINE_MAX + 1; i++) {
        transcript_add(&transcript, 'x', i);
    }
    assert_int_equal(heard.lines, 1);
    assert_int_equal(strlen(heard.last), TRANSCRIPT_LINE_MAX);
    transcript_release(&transcript);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_ends_once_whatever_its_end),
        cmocka_unit_test(a_search_goes_on_behind_what_it_found),
        cmocka_unit_test(a_nul_byte_does_not_hide_what_follows),
        cmocka_unit_test(a_line_without_end_is_cut_not_lost),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
