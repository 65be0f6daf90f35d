// SPDX-License-Identifier: Apache-2.0
#include "node/boot/xmodem.h"
#include "tests/host/cmocka_all.h"

static struct xmodem line;
static uint32_t now_ms;
static uint8_t content[XMODEM_BLOCK_MAX];

static int setup(void **state)
{
    (void)state;
    now_ms = 0xFFFFFF00; // the clock wraps soon
    for (size_t i = 0; i < sizeof content; i++) {
        content[i] = (uint8_t)(i * 7 + 3);
    }
    xmodem_begin(&line, now_ms, 250);
    return 0;
}

// Table-free and bit by bit from the left, as the protocol's description has it.
static uint16_t crc_of(const uint8_t *bytes, size_t size)
{
    uint32_t rest = 0;

    for (size_t bit = 0; bit < 8 * (size + 2); bit++) {
        uint32_t next = bit / 8 < size ? bytes[bit / 8] >> (7 - bit % 8) & 1U : 0;
        rest = rest << 1 | next;
        rest ^= (rest & 0x10000) != 0 ? 0x11021 : 0;
    }
    return (uint16_t)rest;
}

static struct xmodem_step say(const uint8_t *bytes, size_t size)
{
    struct xmodem_step step = {XMODEM_NOTHING, 0};

    for (size_t i = 0; i < size; i++) {
        assert_int_equal(step.event, XMODEM_NOTHING);
        assert_int_equal(step.reply, 0);
        step = xmodem_take(&line, ++now_ms, bytes[i]);
    }
    return step;
}

static struct xmodem_step say_byte(uint8_t byte)
{
    return say(&byte, 1);
}

static size_t frame(uint8_t *bytes, uint8_t number, size_t size)
{
    uint16_t crc = crc_of(content, size);

    bytes[0] = size == 128 ? 1 : 2;
    bytes[1] = number;
    bytes[2] = (uint8_t)~number;
    memcpy(bytes + 3, content, size);
    bytes[3 + size] = (uint8_t)(crc >> 8);
    bytes[4 + size] = (uint8_t)crc;
    return size + 5;
}

static struct xmodem_step send_block(uint8_t number, size_t size)
{
    uint8_t bytes[XMODEM_BLOCK_MAX + 5];

    return say(bytes, frame(bytes, number, size));
}

static void expect_block(uint8_t number, size_t size)
{
    assert_int_equal(send_block(number, size).event, XMODEM_BLOCK);
    struct span block = xmodem_block(&line);
    assert_int_equal(block.size, size);
    assert_memory_equal(block.data, content, size);
    assert_int_equal(xmodem_accept(&line, now_ms), XMODEM_ACK);
}

static struct xmodem_step pass(uint32_t duration_ms)
{
    struct xmodem_step step = {XMODEM_NOTHING, 0};

    for (uint32_t i = 0; i < duration_ms && step.event == XMODEM_NOTHING && step.reply == 0; i++) {
        step = xmodem_wait(&line, ++now_ms);
    }
    return step;
}

static void the_checksum_is_the_known_one(void **state)
{
    (void)state;
    assert_int_equal(crc_of((const uint8_t *)"123456789", 9), 0x31C3);
}

static void it_invites_until_somebody_sends(void **state)
{
    (void)state;
    assert_int_equal(pass(249).reply, 0);
    assert_int_equal(pass(1).reply, 'C');
    for (unsigned i = 0; i < 300; i++) {
        assert_int_equal(pass(999).reply, 0);
        assert_int_equal(pass(1).reply, 'C');
        assert_false(xmodem_is_busy(&line));
    }
    expect_block(1, 1024);
    assert_true(xmodem_is_busy(&line));
}

static void blocks_of_both_sizes_are_taken_and_numbers_wrap(void **state)
{
    (void)state;
    for (unsigned number = 1; number <= 600; number++) {
        content[0] = (uint8_t)number;
        expect_block((uint8_t)number, number % 3 == 0 ? 128 : 1024);
    }
    struct xmodem_step step = say_byte(4);
    assert_int_equal(step.event, XMODEM_END);
    assert_int_equal(step.reply, XMODEM_ACK);
}

static void garbage_between_blocks_is_passed_over(void **state)
{
    (void)state;
    static const uint8_t garbage[] = {'u', 'O', 'K', '\r', '\n', 0xFF, 0, 0x18, 'x', 0x18, 4};

    assert_int_equal(say(garbage, sizeof garbage).event,
                     XMODEM_NOTHING); // an end before any block too
    expect_block(1, 128);
    assert_int_equal(say(garbage, sizeof garbage - 1).event, XMODEM_NOTHING);
    expect_block(2, 128);
}

static void a_damaged_block_is_asked_for_again_when_the_line_is_quiet(void **state)
{
    (void)state;
    uint8_t bytes[XMODEM_BLOCK_MAX + 5];

    expect_block(1, 128);
    for (size_t at = 1; at < 133; at++) {
        size_t size = frame(bytes, 2, 128);
        bytes[at] ^= 0x10;
        assert_int_equal(say(bytes, size).event, XMODEM_NOTHING);
        (void)say((const uint8_t *)"\x01\x02\x04", 3); // the rest of what it was
        assert_int_equal(pass(199).reply, 0);
        assert_int_equal(pass(1).reply, XMODEM_NAK);
        line.tries = 0;
    }
    expect_block(2, 128);
}

static void a_damaged_first_block_is_answered_by_an_invitation(void **state)
{
    (void)state;
    uint8_t bytes[XMODEM_BLOCK_MAX + 5];
    size_t size = frame(bytes, 1, 128);

    bytes[50] ^= 1;
    assert_int_equal(say(bytes, size).event, XMODEM_NOTHING);
    assert_int_equal(pass(1000).reply, 'C');
    expect_block(1, 128);
}

static void a_block_that_stops_amidst_is_asked_for_again(void **state)
{
    (void)state;
    uint8_t bytes[XMODEM_BLOCK_MAX + 5];

    expect_block(1, 1024);
    size_t size = frame(bytes, 2, 1024);
    assert_int_equal(say(bytes, size - 1).event, XMODEM_NOTHING);
    assert_int_equal(pass(999).reply, 0);
    assert_int_equal(pass(1).reply, XMODEM_NAK);
    expect_block(2, 1024);
}

static void
a_block_that_comes_again_because_it_was_asked_for_is_confirmed_and_not_stored(void **state)
{
    (void)state;
    expect_block(1, 1024);
    assert_int_equal(pass(3000).reply, XMODEM_NAK);
    struct xmodem_step step = send_block(1, 1024);
    assert_int_equal(step.event, XMODEM_NOTHING);
    assert_int_equal(step.reply, XMODEM_ACK);
    expect_block(2, 1024);
}

static void a_block_that_comes_again_unasked_is_passed_over(void **state)
{
    (void)state;
    expect_block(1, 1024);                         // sent at the first invitation…
    struct xmodem_step step = send_block(1, 1024); // …and again at the one that crossed it
    assert_int_equal(step.event, XMODEM_NOTHING);
    assert_int_equal(step.reply, 0);
    expect_block(2, 1024);
}

static void a_block_that_does_not_follow_ends_it(void **state)
{
    (void)state;
    static const uint8_t wrong[] = {0, 3, 1, 200};

    assert_int_equal(send_block(0, 128).event, XMODEM_LOST); // nothing came before the first
    for (size_t i = 0; i < sizeof wrong; i++) {
        setup(NULL);
        expect_block(1, 128);
        if (wrong[i] != 1) {
            assert_int_equal(send_block(wrong[i], 128).event, XMODEM_LOST);
        }
    }
}

static void two_cancels_in_a_row_end_it_and_one_does_not(void **state)
{
    (void)state;
    expect_block(1, 128);
    assert_int_equal(say_byte(0x18).event, XMODEM_NOTHING);
    expect_block(2, 128);
    assert_int_equal(say_byte(0x18).event, XMODEM_NOTHING);
    assert_int_equal(say_byte(0x18).event, XMODEM_LOST);
}

static void cancels_inside_a_block_are_content(void **state)
{
    (void)state;
    memset(content, 0x18, sizeof content);
    expect_block(1, 1024);
}

static void a_lost_end_is_asked_for_and_a_silent_sender_given_up(void **state)
{
    (void)state;
    expect_block(1, 1024);
    for (unsigned i = 0; i < XMODEM_TRIES; i++) {
        assert_int_equal(pass(2999).reply, 0);
        assert_int_equal(pass(1).reply, XMODEM_NAK);
    }
    assert_int_equal(pass(3000).event, XMODEM_LOST);
    xmodem_begin(&line, now_ms, 0);
    expect_block(1, 1024);
    assert_int_equal(pass(3000).reply, XMODEM_NAK);
    assert_int_equal(say_byte(4).event, XMODEM_END);
}

static void endless_damage_is_given_up(void **state)
{
    (void)state;
    struct xmodem_step step;
    unsigned questions = 0;

    do {
        assert_int_equal(say((const uint8_t *)"\x01\x07", 2).event, XMODEM_NOTHING);
        step = pass(2000);
        questions++;
    } while (step.event == XMODEM_NOTHING && questions < 100);
    assert_int_equal(step.event, XMODEM_LOST);
    assert_int_equal(questions, XMODEM_TRIES + 1);
}

// No bytes whatever bring it beyond its block or keep it from the next sender.
static void random_bytes_do_no_harm(void **state)
{
    (void)state;
    uint32_t random = 1;

    for (unsigned round = 0; round < 200000; round++) {
        random = random * 1664525U + 1013904223U;
        uint8_t byte = (uint8_t)((random >> 28) == 0 ? 1 + (random >> 20) % 2 : random >> 24);
        struct xmodem_step step = xmodem_take(&line, now_ms += random >> 22 & 1, byte);
        if (step.event == XMODEM_LOST) {
            xmodem_begin(&line, now_ms, 0);
        }
        assert_true(line.at <= line.size + 4U);
    }
    while (pass(4000).event != XMODEM_LOST && xmodem_is_busy(&line)) {
    }
    xmodem_begin(&line, now_ms, 0);
    expect_block(1, 1024);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_checksum_is_the_known_one, setup),
        cmocka_unit_test_setup(it_invites_until_somebody_sends, setup),
        cmocka_unit_test_setup(blocks_of_both_sizes_are_taken_and_numbers_wrap, setup),
        cmocka_unit_test_setup(garbage_between_blocks_is_passed_over, setup),
        cmocka_unit_test_setup(a_damaged_block_is_asked_for_again_when_the_line_is_quiet, setup),
        cmocka_unit_test_setup(a_damaged_first_block_is_answered_by_an_invitation, setup),
        cmocka_unit_test_setup(a_block_that_stops_amidst_is_asked_for_again, setup),
        cmocka_unit_test_setup(
            a_block_that_comes_again_because_it_was_asked_for_is_confirmed_and_not_stored, setup),
        cmocka_unit_test_setup(a_block_that_comes_again_unasked_is_passed_over, setup),
        cmocka_unit_test_setup(a_block_that_does_not_follow_ends_it, setup),
        cmocka_unit_test_setup(two_cancels_in_a_row_end_it_and_one_does_not, setup),
        cmocka_unit_test_setup(cancels_inside_a_block_are_content, setup),
        cmocka_unit_test_setup(a_lost_end_is_asked_for_and_a_silent_sender_given_up, setup),
        cmocka_unit_test_setup(endless_damage_is_given_up, setup),
        cmocka_unit_test_setup(random_bytes_do_no_harm, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
