// SPDX-License-Identifier: Apache-2.0
#include "tests/host/cmocka_all.h"
#include "vnode/run/xmodem.h"

enum { ACK = 0x06, NAK = 0x15, CAN = 0x18, FILE_SIZE = 2100 };

static struct xmodem_sender sender;
static uint8_t file[FILE_SIZE];

static int setup(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof file; i++) {
        file[i] = (uint8_t)(i * 7 + 3);
    }
    xmodem_sender_init(&sender, span_of(file, sizeof file), 1000);
    return 0;
}

static struct span hear(uint8_t byte)
{
    return xmodem_sender_take(&sender, 1000, byte);
}

static void assert_block(struct span sent, uint8_t number, size_t size, size_t offset)
{
    size_t content = FILE_SIZE - offset < size ? FILE_SIZE - offset : size;

    assert_int_equal(sent.size, size + 5);
    assert_int_equal(sent.data[0], size == 1024 ? 2 : 1);
    assert_int_equal(sent.data[1], number);
    assert_int_equal(sent.data[2], 255 - number);
    assert_memory_equal(sent.data + 3, file + offset, content);
    for (size_t i = content; i < size; i++) {
        assert_int_equal(sent.data[3 + i], 0x1A);
    }
}

static void a_file_goes_in_blocks_of_1024_and_a_small_rest_in_one_of_128(void **state)
{
    (void)state;
    assert_int_equal(hear('x').size, 0);
    assert_block(hear('C'), 1, 1024, 0);
    assert_block(hear(ACK), 2, 1024, 1024);
    assert_block(hear(ACK), 3, 128, 2048);
    struct span end = hear(ACK);
    assert_int_equal(end.size, 1);
    assert_int_equal(end.data[0], 4);
    assert_int_equal(sender.state, XMODEM_SENDING);
    assert_int_equal(hear(ACK).size, 0);
    assert_int_equal(sender.state, XMODEM_SENT);
    assert_int_equal(sender.done, FILE_SIZE);
}

static void the_checksum_is_the_known_one(void **state)
{
    (void)state;
    static const uint8_t zeros[1];

    xmodem_sender_init(&sender, span_of(zeros, 1), 0); // one zero and 127 times 1A
    struct span sent = hear('C');
    assert_int_equal(sent.data[131] << 8 | sent.data[132], 0xA1EE);
}

static void what_was_not_understood_is_sent_again(void **state)
{
    (void)state;
    (void)hear('C');
    assert_block(hear('C'), 1, 1024, 0); // a receiver that lost the first block invites again
    (void)hear(ACK);
    assert_block(hear(NAK), 2, 1024, 1024);
    assert_int_equal(hear('C').size, 0); // only the first
    assert_block(xmodem_sender_wait(&sender, 1000 + XMODEM_SENDER_ANSWER_MS), 2, 1024, 1024);
    for (unsigned i = 0; i < XMODEM_SENDER_TRIES; i++) {
        (void)hear(NAK);
    }
    assert_int_equal(sender.state, XMODEM_SILENT);
}

static void two_cancels_in_a_row_end_it(void **state)
{
    (void)state;
    (void)hear('C');
    (void)hear(CAN);
    (void)hear('?');
    (void)hear(CAN);
    assert_int_equal(sender.state, XMODEM_SENDING);
    (void)hear(CAN);
    assert_int_equal(sender.state, XMODEM_CANCELLED);
    assert_int_equal(hear(NAK).size, 0);
}

static void without_an_invitation_it_gives_up(void **state)
{
    (void)state;
    assert_int_equal(xmodem_sender_wait(&sender, 60999).size, 0);
    assert_int_equal(sender.state, XMODEM_SENDING);
    assert_int_equal(xmodem_sender_wait(&sender, 61000).size, 0);
    assert_int_equal(sender.state, XMODEM_SILENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_file_goes_in_blocks_of_1024_and_a_small_rest_in_one_of_128, setup),
        cmocka_unit_test_setup(the_checksum_is_the_known_one, setup),
        cmocka_unit_test_setup(what_was_not_understood_is_sent_again, setup),
        cmocka_unit_test_setup(two_cancels_in_a_row_end_it, setup),
        cmocka_unit_test_setup(without_an_invitation_it_gives_up, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
