// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "tests/unit/soc/board_bench.h"

#define USART1  0x40013800U
#define USART2  0x40004400U
#define LPUART1 0x40004800U
#define CR1     0x00U
#define CR3     0x08U
#define BRR     0x0CU
#define ISR     0x1CU
#define ICR     0x20U
#define RDR     0x24U
#define TDR     0x28U
#define RING    (CPU_RAM_BASE + 0x1000)

enum { UE = 1, RE = 4, TE = 8, IDLEIE = 16, RXNEIE = 32, TXEIE = 128 };
enum { FE = 2, ORE = 8, IDLE = 16, RXNE = 32, TC = 64, TXE = 128 };

static void open_lines(void)
{
    bench_run_at_32mhz();
    bench_open_pins();
    set(0x40021038, 1U << 17 | 1U << 18);
    set(0x40021030, 1);
    wr(0x4002104C, 2U << 2 | 2U << 10);   // HSI16
    clear(0x50000000, 1U << 4 | 1U << 6); // PA2, PA3: alternate
    set(0x50000020, 0x4400);
    clear(0x50000400, 1U << 20 | 1U << 22); // PB10, PB11
    set(0x50000424, 0x7700);
    wr(USART2 + BRR, 1667);
    wr(USART2 + CR1, UE | RE | TE);
    wr(LPUART1 + BRR, 35556);
    wr(LPUART1 + CR1, UE | RE | TE);
    assert_no_misuse();
}

static void ring_on(unsigned channel, uint32_t base, unsigned request, unsigned size)
{
    uint32_t at = 0x40020008 + 20 * (channel - 1);

    set(0x400200A8, request << 4 * (channel - 1));
    wr(at + 8, base + RDR);
    wr(at + 12, RING);
    wr(at + 4, size);
    wr(at, 0xA1); // MINC, CIRC, EN
}

static bool line_is_high(unsigned irq)
{
    return (bench.machine.cpu.lines >> irq & 1) != 0;
}

static void baud_follows_from_brr_and_clock(void **state)
{
    (void)state;
    assert_int_equal(machine_uart_baud(&bench.machine, MACHINE_UART_CONSOLE), 0);
    open_lines();
    assert_in_range(machine_uart_baud(&bench.machine, MACHINE_UART_CONSOLE), 9590, 9610);
    assert_in_range(machine_uart_baud(&bench.machine, MACHINE_UART_MODEM), 115190, 115210);
    assert_int_equal(machine_uart_baud(&bench.machine, MACHINE_UART_SENSOR), 0);
}

static void a_character_at_9600_takes_1042_us(void **state)
{
    (void)state;
    open_lines();
    uint64_t begin_ns = now_ns();
    wr(USART2 + TDR, 'A');
    assert_int_equal(rd(USART2 + ISR) & (TXE | TC), TXE);
    wr(USART2 + TDR, 'B');
    assert_int_equal(rd(USART2 + ISR) & (TXE | TC), 0);
    pass_ns(3 * NS_PER_MS);
    assert_int_equal(bench.sent_count, 2);
    assert_memory_equal(bench.sent, "AB", 2);
    assert_in_range(bench.sent_ns[0] - begin_ns, 1041000, 1042500);
    assert_in_range(bench.sent_ns[1] - begin_ns, 2082000, 2085000);
    assert_int_equal(rd(USART2 + ISR) & (TXE | TC), TXE | TC);
    assert_no_misuse();
}

static void a_character_at_115200_takes_87_us(void **state)
{
    (void)state;
    open_lines();
    uint64_t begin_ns = now_ns();
    wr(LPUART1 + TDR, 0x55);
    pass_ns(NS_PER_MS);
    assert_in_range(bench.sent_ns[0] - begin_ns, 86500, 87100);
    assert_in_range(bench.baud, 115190, 115210);
}

static void regression_run_ends_when_a_character_will_be_answered(void **state)
{
    (void)state;
    open_lines();
    uint64_t begin_ns = now_ns();
    bench.end_run_ns = 20000;
    wr(LPUART1 + TDR, 0x1A);
    assert_int_equal(machine_run(&bench.machine, begin_ns + NS_PER_MS), MACHINE_BUDGET);
    assert_int_equal(bench.sent_count, 1);
    assert_in_range(now_ns() - bench.sent_ns[0], 20000, 21000);
    bench.end_run_ns = 2 * NS_PER_MS; // a later moment does not prolong it
    wr(LPUART1 + TDR, 0x1A);
    begin_ns = now_ns();
    assert_int_equal(machine_run(&bench.machine, begin_ns + NS_PER_MS), MACHINE_BUDGET);
    assert_in_range(now_ns() - begin_ns, NS_PER_MS, NS_PER_MS + 1000);
}

static void a_third_character_without_txe_is_misuse(void **state)
{
    (void)state;
    open_lines();
    wr(USART2 + TDR, 1);
    wr(USART2 + TDR, 2);
    wr(USART2 + TDR, 3);
    assert_misuse("USART2.TDR written before TXE");
}

static void switching_off_inside_a_character_is_misuse(void **state)
{
    (void)state;
    open_lines();
    wr(USART2 + TDR, 1);
    wr(USART2 + CR1, 0);
    assert_misuse("inside a character");
}

static void sending_without_the_pin_is_misuse(void **state)
{
    (void)state;
    open_lines();
    set(0x50000000, 3U << 4); // PA2 analog
    wr(USART2 + TDR, 1);
    assert_misuse("pin is not on AF4");
}

static void enabling_without_its_clock_source_is_misuse(void **state)
{
    (void)state;
    set(0x40021038, 1U << 17);
    wr(0x4002104C, 2U << 2); // HSI16, which is off
    wr(USART2 + BRR, 1667);
    wr(USART2 + CR1, UE);
    assert_misuse("clock source is off");
}

static void lose_the_clock_source(void)
{
    wr(0x4002104C, 3U << 2 | 2U << 10); // LSE, which is off
}

static void regression_sending_after_the_clock_source_went_is_misuse(void **state)
{
    (void)state;
    open_lines();
    lose_the_clock_source();
    wr(USART2 + TDR, 1);
    assert_misuse("clock source is off");
}

static void regression_the_clock_source_going_inside_a_character_is_misuse(void **state)
{
    (void)state;
    open_lines();
    wr(USART2 + TDR, 1);
    wr(USART2 + TDR, 2);
    lose_the_clock_source();
    pass_ns(2ULL * NS_PER_MS);
    assert_misuse("clock source is off");
}

static void regression_a_ring_to_a_sender_without_its_clock_source_ends(void **state)
{
    (void)state;
    open_lines();
    lose_the_clock_source();
    set(0x400200A8, 4U << 12); // channel 4
    wr(0x40020008 + 20 * 3 + 8, USART2 + TDR);
    wr(0x40020008 + 20 * 3 + 12, RING);
    wr(0x40020008 + 20 * 3 + 4, 4);
    wr(0x40020008 + 20 * 3, 0xB1); // MINC, CIRC, DIR, EN
    wr(USART2 + CR3, 1U << 7);
    assert_misuse("clock source is off");
}

static void set_up_while_enabled_is_misuse(void **state)
{
    (void)state;
    open_lines();
    wr(USART2 + BRR, 100);
    assert_misuse("USART2 set up while it is enabled");
}

static void a_received_character_raises_rxne_and_the_interrupt(void **state)
{
    (void)state;
    open_lines();
    set(USART2 + CR1, RXNEIE);
    machine_uart_receive(&bench.machine, MACHINE_UART_CONSOLE, 'x', false);
    assert_int_equal(rd(USART2 + ISR) & RXNE, RXNE);
    assert_true(line_is_high(28));
    assert_int_equal(rd(USART2 + RDR), 'x');
    assert_false(line_is_high(28));
    assert_int_equal(rd(USART2 + ISR) & RXNE, 0);
}

static void a_second_character_unread_overruns(void **state)
{
    (void)state;
    open_lines();
    machine_uart_receive(&bench.machine, MACHINE_UART_CONSOLE, 'x', false);
    machine_uart_receive(&bench.machine, MACHINE_UART_CONSOLE, 'y', false);
    assert_int_equal(rd(USART2 + ISR) & ORE, ORE);
    assert_int_equal(rd(USART2 + RDR), 'x');
    wr(USART2 + ICR, ORE);
    assert_int_equal(rd(USART2 + ISR) & ORE, 0);
}

static void a_framing_error_is_flagged(void **state)
{
    (void)state;
    open_lines();
    machine_uart_receive(&bench.machine, MACHINE_UART_CONSOLE, 'x', true);
    assert_int_equal(rd(USART2 + ISR) & FE, FE);
}

static void an_idle_line_is_seen_one_frame_later(void **state)
{
    (void)state;
    open_lines();
    set(LPUART1 + CR1, IDLEIE);
    machine_uart_receive(&bench.machine, MACHINE_UART_MODEM, 'x', false);
    pass_ns(80000);
    assert_int_equal(rd(LPUART1 + ISR) & IDLE, 0);
    pass_ns(10000);
    assert_int_equal(rd(LPUART1 + ISR) & IDLE, IDLE);
    assert_true(line_is_high(29));
    wr(LPUART1 + ICR, IDLE);
    assert_false(line_is_high(29));
}

static void what_arrives_while_the_receiver_is_off_is_lost_and_counted(void **state)
{
    (void)state;
    machine_uart_receive(&bench.machine, MACHINE_UART_CONSOLE, 'x', false);
    assert_int_equal(bench.machine.soc.usart[MACHINE_UART_CONSOLE].lost, 1);
}

static void the_dma_fills_a_ring(void **state)
{
    (void)state;
    open_lines();
    ring_on(3, LPUART1, 5, 4);
    wr(LPUART1 + CR1, 0);
    wr(LPUART1 + CR3, 1U << 6);
    wr(LPUART1 + CR1, UE | RE | TE);
    for (unsigned i = 0; i < 6; i++) {
        machine_uart_receive(&bench.machine, MACHINE_UART_MODEM, (uint8_t)('a' + i), false);
    }
    assert_memory_equal(bench.machine.cpu.ram + 0x1000, "efcd", 4);
    assert_int_equal(rd(0x40020008 + 40 + 4), 2);
    assert_int_equal(rd(0x40020000) >> 8 & 7, 7); // GIF, TCIF, HTIF of channel 3
    wr(0x40020004, 1U << 8);
    assert_int_equal(rd(0x40020000), 0);
    assert_no_misuse();
}

static void the_dma_sends(void **state)
{
    (void)state;
    open_lines();
    memcpy(bench.machine.cpu.ram + 0x1000, "hello", 5);
    wr(USART2 + CR3, 1U << 7);
    set(0x400200A8, 4U << 12);
    wr(0x40020008 + 60 + 8, USART2 + TDR);
    wr(0x40020008 + 60 + 12, RING);
    wr(0x40020008 + 60 + 4, 5);
    wr(0x40020008 + 60, 0x91 | 2); // MINC, DIR, TCIE, EN
    pass_ns(10ULL * NS_PER_MS);
    assert_int_equal(bench.sent_count, 5);
    assert_memory_equal(bench.sent, "hello", 5);
    assert_true(line_is_high(11));
    assert_no_misuse();
}

static void a_request_on_a_deaf_channel_is_misuse(void **state)
{
    (void)state;
    open_lines();
    ring_on(1, LPUART1, 5, 4);
    assert_misuse("channel 1 does not hear request 5");
}

static void changing_a_running_channel_is_misuse(void **state)
{
    (void)state;
    open_lines();
    ring_on(3, LPUART1, 5, 4);
    wr(0x40020008 + 40 + 12, RING);
    assert_misuse("DMA channel 3 set up while it is enabled");
}

static void a_transfer_outside_ram_is_misuse(void **state)
{
    (void)state;
    open_lines();
    wr(0x40020008 + 40 + 8, LPUART1 + RDR);
    set(0x400200A8, 5U << 8);
    wr(0x40020008 + 40 + 12, CPU_RAM_BASE + CPU_RAM_SIZE);
    wr(0x40020008 + 40 + 4, 4);
    wr(0x40020008 + 40, 0xA1);
    wr(LPUART1 + CR3, 1U << 6);
    machine_uart_receive(&bench.machine, MACHINE_UART_MODEM, 'x', false);
    assert_misuse("not aligned RAM");
}

static void a_sensors_line_may_have_parity_and_two_stop_bits(void **state)
{
    (void)state;
    open_lines();
    set(0x40021034, 1U << 14);
    wr(0x4002104C, 2U | 2U << 2 | 2U << 10);
    clear(0x50000000, 1U << 18 | 1U << 20); // PA9, PA10: alternate
    set(0x50000024, 0x440);
    wr(USART1 + BRR, 1667);
    wr(USART1 + 4, 2U << 12);                             // two stop bits
    wr(USART1 + CR1, UE | RE | TE | 1U << 12 | 1U << 10); // even
    assert_no_misuse();
    assert_int_equal(machine_uart_parity(&bench.machine, MACHINE_UART_SENSOR), 'E');
    uint64_t began_ns = now_ns();
    wr(USART1 + TDR, 0x55);
    pass_ns(2000000);
    assert_int_equal(bench.sent_count, 1);
    assert_in_range(bench.sent_ns[0] - began_ns, 12 * 104160, 12 * 104200 + 200);
}

static void seven_data_bits_are_misuse(void **state)
{
    (void)state;
    open_lines();
    wr(USART2 + CR1, 0);
    wr(USART2 + CR1, UE | RE | TE | 1U << 10); // parity without the ninth bit
    assert_misuse("eight data bits");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, bench_setup, bench_teardown)
        TEST(baud_follows_from_brr_and_clock),
        TEST(a_character_at_9600_takes_1042_us),
        TEST(a_character_at_115200_takes_87_us),
        TEST(regression_run_ends_when_a_character_will_be_answered),
        TEST(a_third_character_without_txe_is_misuse),
        TEST(switching_off_inside_a_character_is_misuse),
        TEST(sending_without_the_pin_is_misuse),
        TEST(enabling_without_its_clock_source_is_misuse),
        TEST(regression_sending_after_the_clock_source_went_is_misuse),
        TEST(regression_a_ring_to_a_sender_without_its_clock_source_ends),
        TEST(regression_the_clock_source_going_inside_a_character_is_misuse),
        TEST(set_up_while_enabled_is_misuse),
        TEST(a_received_character_raises_rxne_and_the_interrupt),
        TEST(a_second_character_unread_overruns),
        TEST(a_framing_error_is_flagged),
        TEST(an_idle_line_is_seen_one_frame_later),
        TEST(what_arrives_while_the_receiver_is_off_is_lost_and_counted),
        TEST(the_dma_fills_a_ring),
        TEST(the_dma_sends),
        TEST(a_request_on_a_deaf_channel_is_misuse),
        TEST(changing_a_running_channel_is_misuse),
        TEST(a_transfer_outside_ram_is_misuse),
        TEST(a_sensors_line_may_have_parity_and_two_stop_bits),
        TEST(seven_data_bits_are_misuse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
