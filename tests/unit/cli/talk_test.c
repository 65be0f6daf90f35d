// SPDX-License-Identifier: Apache-2.0
// The other end of the line is a socket of the test's.
#include "cli/talk.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/host/cmocka_all.h"

static struct talk talk;
static int other;

static int setup(void **state)
{
    int ends[2];

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
    talk = (struct talk){.line = ends[0]};
    other = ends[1];
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    close(talk.line);
    close(other);
    return 0;
}

static void hear(const char *bytes, size_t size)
{
    while (size > 0) {
        size_t part = size < 256 ? size : 256;
        assert_int_equal(write(other, bytes, part), (ssize_t)part);
        talk_hear(&talk, 100);
        bytes += part;
        size -= part;
    }
}

static void talk_finds_a_line_once_its_end_has_come(void **state)
{
    (void)state;
    hear("noise\0update refused: it is", 27);
    assert_null(talk_find_line(&talk, "update refused: "));
    hear(" too big\r\nmore", 14);
    assert_string_equal(talk_find_line(&talk, "update refused: "), "it is too big");
    assert_null(talk_find_line(&talk, "update lost"));
    talk_forget(&talk);
    assert_null(talk_find_line(&talk, "update refused: "));
}

static void talk_gives_each_byte_once(void **state)
{
    (void)state;
    uint8_t byte;

    hear("ab", 2);
    assert_true(talk_take(&talk, &byte));
    assert_int_equal(byte, 'a');
    hear("c", 1);
    assert_true(talk_take(&talk, &byte) && talk_take(&talk, &byte));
    assert_int_equal(byte, 'c');
    assert_false(talk_take(&talk, &byte));
}

static void talk_keeps_the_newest_and_where_it_was_taken_to(void **state)
{
    (void)state;
    static char filling[TALK_HEARD_MAX];
    uint8_t byte;

    memset(filling, 'x', sizeof filling);
    hear(filling, sizeof filling);
    while (talk_take(&talk, &byte)) {
    }
    hear("end\n", 4);
    assert_int_equal(talk.size, TALK_HEARD_MAX / 2 + 4);
    assert_true(talk_take(&talk, &byte));
    assert_int_equal(byte, 'e');
    assert_string_equal(talk_find_line(&talk, "en"), "d");
}

static void talk_says_and_keeps_the_first_failure(void **state)
{
    (void)state;
    char heard[8] = "";

    talk_say(&talk, "uuu");
    assert_int_equal(read(other, heard, sizeof heard), 3);
    assert_string_equal(heard, "uuu");
    assert_int_equal(talk.status, STATUS_OK);
    shutdown(other, SHUT_RDWR);
    talk_hear(&talk, 100);
    assert_int_equal(talk.status, STATUS_IO);
    talk_hear(&talk, 0);
    assert_int_equal(talk.status, STATUS_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(talk_finds_a_line_once_its_end_has_come, setup, teardown),
        cmocka_unit_test_setup_teardown(talk_gives_each_byte_once, setup, teardown),
        cmocka_unit_test_setup_teardown(talk_keeps_the_newest_and_where_it_was_taken_to, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(talk_says_and_keeps_the_first_failure, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
