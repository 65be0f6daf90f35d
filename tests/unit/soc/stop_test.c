// SPDX-License-Identifier: Apache-2.0
// What goes on in Stop mode, what ends it, and what a firmware must have put away before.
#include <string.h>

#include "tests/unit/soc/board_bench.h"

#define USART2  0x40004400U
#define LPUART1 0x40004800U
#define CR1     0x00U
#define CR3     0x08U
#define BRR     0x0CU
#define ISR     0x1CU
#define ICR     0x20U
#define RDR     0x24U
#define PWR_CR  0x40007000U
#define RCC_CR  0x40021000U
#define RING    (CPU_RAM_BASE + 0x1000)

enum { WFI = 0xBF30, LOOP = 0xE7FE };
enum { UE = 1, UESM = 2, RE = 4, TE = 8, IDLEIE = 16, DMAR = 64, FE = 2, IDLE = 16, RXNE = 32 };
#define WUS_RXNE (3U << 20)
#define WUFIE    (1U << 22)
#define WUF      (1U << 20)

static enum machine_stop run_ms(uint64_t ms)
{
    return machine_run(&bench.machine, now_ns() + ms * NS_PER_MS);
}

static uint32_t irq_bit(unsigned irq)
{
    return 1U << irq;
}

// A program that sleeps once; interrupts `irqs` wake it and are not taken.
static void begin(uint32_t irqs)
{
    static const uint16_t code[] = {WFI, LOOP};

    machine_power_off(&bench.machine);
    bench_program(code, 2);
    machine_power_on(&bench.machine);
    bench.machine.cpu.stop = CPU_RUNNING;
    bench_run_at_32mhz();
    bench_open_pins();
    set(0x4002100C, 1U << 15); // STOPWUCK
    bench.machine.cpu.enabled = irqs;
    bench.machine.cpu.primask = 1;
    bench.machine.cpu.scr = 4;
}

static void open_lines(void)
{
    set(0x40021038, 1U << 17 | 1U << 18);
    set(0x40021030, 1);
    wr(0x4002104C, 2U << 2 | 2U << 10);   // HSI16
    clear(0x50000000, 1U << 4 | 1U << 6); // PA2, PA3: alternate
    set(0x50000020, 0x4400);
    clear(0x50000400, 1U << 20 | 1U << 22); // PB10, PB11
    set(0x50000424, 0x7700);
    wr(USART2 + BRR, 1667);
    wr(LPUART1 + BRR, 35556);
    wr(USART2 + CR3, WUS_RXNE);
    wr(LPUART1 + CR3, WUS_RXNE);
    wr(USART2 + CR1, UE | RE | TE | UESM | IDLEIE);
    wr(LPUART1 + CR1, UE | RE | TE | UESM | IDLEIE);
    set(USART2 + CR3, WUFIE);
    set(LPUART1 + CR3, WUFIE);
    assert_no_misuse();
}

static void fall_asleep(void)
{
    assert_int_equal(run_ms(10), MACHINE_SLEEPING);
    assert_true(bench.machine.soc.time.stopped);
}

static void a_character_at_the_console_wakes_from_stop_and_is_not_lost(void **state)
{
    (void)state;
    begin(irq_bit(28));
    open_lines();
    fall_asleep();
    machine_skip_to(&bench.machine, now_ns() + 3600ULL * NS_PER_S);
    machine_uart_receive(&bench.machine, MACHINE_UART_CONSOLE, 'A', false);
    assert_int_equal(run_ms(1), MACHINE_BUDGET);
    assert_int_equal(rd(USART2 + ISR) & (WUF | FE | RXNE), WUF | RXNE);
    assert_int_equal(rd(USART2 + RDR), 'A');
    assert_int_equal(rd(USART2 + ISR) & IDLE, 0);
    run_ms(2);
    assert_int_equal(rd(USART2 + ISR) & IDLE, IDLE);
    wr(USART2 + ICR, WUF | IDLE);
    assert_int_equal(bench.machine.cpu.lines & irq_bit(28), 0);
}

static void what_came_in_stop_reaches_the_ring_once_the_dma_is_let_in_again(void **state)
{
    (void)state;
    begin(irq_bit(28));
    open_lines();
    set(0x400200A8, 4U << 16);
    wr(0x40020058 + 8, USART2 + RDR);
    wr(0x40020058 + 12, RING);
    wr(0x40020058 + 4, 16);
    wr(0x40020058, 0xA1); // MINC, CIRC, EN
    fall_asleep();
    machine_uart_receive(&bench.machine, MACHINE_UART_CONSOLE, 'A', false);
    run_ms(1);
    assert_int_equal(rd(0x40020058 + 4), 16);
    set(USART2 + CR3, DMAR);
    assert_int_equal(rd(0x40020058 + 4), 15);
    assert_int_equal(bench.machine.cpu.ram[0x1000], 'A');
}

static void a_line_without_uesm_hears_nothing_in_stop(void **state)
{
    (void)state;
    begin(irq_bit(28));
    open_lines();
    wr(USART2 + CR1, UE | RE | TE);
    fall_asleep();
    machine_uart_receive(&bench.machine, MACHINE_UART_CONSOLE, 'A', false);
    assert_int_equal(run_ms(1), MACHINE_SLEEPING);
    assert_int_equal(bench.machine.soc.usart[MACHINE_UART_CONSOLE].lost, 1);
}

static void a_line_whose_exti_line_is_masked_wakes_nobody(void **state)
{
    (void)state;
    begin(irq_bit(28));
    open_lines();
    clear(0x40010400, 1U << 26);
    fall_asleep();
    machine_uart_receive(&bench.machine, MACHINE_UART_CONSOLE, 'A', false);
    assert_int_equal(run_ms(1), MACHINE_SLEEPING);
}

static void a_line_on_the_processors_clock_hears_nothing_in_stop(void **state)
{
    (void)state;
    begin(irq_bit(28));
    open_lines();
    wr(0x4002104C, 0);
    fall_asleep();
    machine_uart_receive(&bench.machine, MACHINE_UART_CONSOLE, 'A', false);
    assert_int_equal(run_ms(1), MACHINE_SLEEPING);
}

// 8 µs until HSI16 runs are nothing at 9600, most of a bit at 115200.
static void at_115200_the_first_character_is_garbled_unless_hsi16_stays_on(void **state)
{
    (void)state;
    for (unsigned stays = 0; stays < 2; stays++) {
        begin(irq_bit(29));
        open_lines();
        set(RCC_CR, stays << 1); // HSIKERON
        fall_asleep();
        machine_skip_to(&bench.machine, now_ns() + NS_PER_S);
        machine_uart_receive(&bench.machine, MACHINE_UART_MODEM, 'A', false);
        assert_int_equal(run_ms(1), MACHINE_BUDGET);
        assert_int_equal(rd(LPUART1 + ISR) & (FE | RXNE), RXNE | (stays ? 0 : FE));
        const struct time_spent *spent = &bench.machine.soc.time.spent;
        assert_in_range(spent->stop_ns, NS_PER_S, 2 * NS_PER_S + NS_PER_MS);
        assert_int_equal(spent->stop_hsi_ns != 0, stays);
    }
}

static void stop_with_dma_reception_on_is_misuse(void **state)
{
    (void)state;
    begin(irq_bit(28));
    open_lines();
    set(USART2 + CR3, DMAR);
    assert_int_equal(run_ms(1), MACHINE_MISUSE);
    assert_non_null(strstr(bench.machine.cpu.misuse, "DMA reception of USART2"));
}

static void stop_inside_a_transfer_to_the_sensor_is_misuse(void **state)
{
    (void)state;
    begin(0);
    set(0x40021038, 1U << 21);
    set(0x50000420, 0x11000000);
    set(0x50000404, 3U << 6);
    clear(0x50000400, 1U << 12 | 1U << 14);
    wr(0x40005410, 0x30420F13);
    wr(0x40005400, 1);
    wr(0x40005404, 0x44U << 1 | 2U << 16 | 1U << 25 | 1U << 13);
    assert_no_misuse();
    assert_int_equal(run_ms(1), MACHINE_MISUSE);
    assert_non_null(strstr(bench.machine.cpu.misuse, "inside an I2C transfer"));
}

static void map_key(void)
{
    set(0x40021034, 1);
    wr(0x4001000C, 0);        // PA7
    set(0x40010400, 1U << 7); // IMR
    set(0x4001040C, 1U << 7); // FTSR
}

static void the_key_wakes_from_stop_by_its_edge(void **state)
{
    (void)state;
    begin(irq_bit(7));
    map_key();
    clear(0x50000000, 3U << 14);
    fall_asleep();
    machine_skip_to(&bench.machine, now_ns() + NS_PER_S);
    gpio_input(&bench.machine, PORT_A, 7, false);
    uint64_t pressed_ns = now_ns();
    assert_int_equal(run_ms(1), MACHINE_BUDGET);
    assert_int_equal(bench.machine.soc.time.hz, 16000000);
    assert_in_range(now_ns() - pressed_ns, NS_PER_MS, NS_PER_MS + 10000);
}

static void an_analog_pin_has_no_edges(void **state)
{
    (void)state;
    begin(irq_bit(7));
    map_key();
    fall_asleep();
    gpio_input(&bench.machine, PORT_A, 7, false);
    assert_int_equal(run_ms(1), MACHINE_SLEEPING);
}

// The reference takes 3 ms to come back; FWU says not to wait for it.
static void ulp_without_fast_wake_up_takes_3_ms(void **state)
{
    static const struct {
        uint32_t bits;
        uint64_t wake_ns;
    } cases[] = {{0, 5000}, {1U << 9, 3000000}, {1U << 9 | 1U << 10, 5000}};

    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        begin(irq_bit(7));
        map_key();
        clear(0x50000000, 3U << 14);
        set(PWR_CR, cases[i].bits);
        fall_asleep();
        uint64_t pressed_ns = now_ns();
        gpio_input(&bench.machine, PORT_A, 7, false);
        machine_run(&bench.machine, now_ns() + 1);
        assert_in_range(now_ns() - pressed_ns, cases[i].wake_ns, cases[i].wake_ns + 1000);
        gpio_input(&bench.machine, PORT_A, 7, true);
    }
}

static void time_is_booked_on_run_sleep_and_stop(void **state)
{
    struct time_spent before;
    const struct time_spent *spent = &bench.machine.soc.time.spent;

    (void)state;
    begin(irq_bit(7));
    bench.machine.cpu.scr = 0;
    before = *spent;
    uint64_t cycles = bench.machine.cpu.cycles;
    assert_int_equal(run_ms(1), MACHINE_SLEEPING);
    machine_skip_to(&bench.machine, now_ns() + NS_PER_S);
    assert_in_range(spent->sleep_ns - before.sleep_ns, NS_PER_S, NS_PER_S);
    assert_in_range(spent->sleep_cycles - before.sleep_cycles, 32000000 - 1, 32000000);
    assert_int_equal(spent->stop_ns, before.stop_ns);
    assert_in_range(bench.machine.cpu.cycles - cycles - 32000000, 0, 100);
}

static void pass_stopped(uint64_t ns)
{
    machine_skip_to(&bench.machine, now_ns() + ns);
    nor_meter_book(&bench.machine);
}

static void the_nor_draws_what_its_select_line_and_its_work_say(void **state)
{
    const uint64_t *ns = bench.machine.soc.nor_meter.ns;

    (void)state;
    begin(0);
    fall_asleep();
    nor_meter_book(&bench.machine);
    uint64_t standby_ns = ns[NOR_DRAW_STANDBY];
    assert_int_equal(ns[NOR_DRAW_DEEP], 0);
    pass_stopped(NS_PER_S);
    assert_int_equal(ns[NOR_DRAW_STANDBY] - standby_ns, NS_PER_S);
    uint64_t floating_ns = ns[NOR_DRAW_FLOATING]; // from power-on until the pins were set up
    set(0x50001C00, 3);                           // PH0 analog
    pass_stopped(NS_PER_S);
    assert_int_equal(ns[NOR_DRAW_FLOATING] - floating_ns, NS_PER_S);
    bench.machine.nor.sleeping = true;
    pass_stopped(NS_PER_S);
    assert_int_equal(ns[NOR_DRAW_DEEP], NS_PER_S);
    bench.machine.nor.sleeping = false;
    clear(0x50001C00, 2);
    bench.machine.nor.work = (struct nor_work){
        .kind = NOR_ERASE, .begin_ns = now_ns(), .end_ns = now_ns() + 45 * NS_PER_MS};
    standby_ns = ns[NOR_DRAW_STANDBY];
    pass_stopped(NS_PER_S);
    assert_int_equal(ns[NOR_DRAW_ERASE], 45 * NS_PER_MS);
    assert_int_equal(ns[NOR_DRAW_STANDBY] - standby_ns, NS_PER_S - 45 * NS_PER_MS);
    machine_power_off(&bench.machine);
    pass_stopped(NS_PER_S);
    assert_int_equal(ns[NOR_DRAW_NOTHING], NS_PER_S);
}

static void the_sensors_supply_is_on_while_its_pin_is_driven_low(void **state)
{
    const struct supply_meter *meter = &bench.machine.soc.supply_meter;

    (void)state;
    begin(0);
    fall_asleep();
    wr(0x50000418, 1U << 5);
    clear(0x50000400, 2U << 10); // PB5 output, high
    machine_skip_to(&bench.machine, now_ns() + NS_PER_S);
    wr(0x50000418, 1U << 21);
    machine_skip_to(&bench.machine, now_ns() + 3ULL * NS_PER_S);
    wr(0x50000418, 1U << 5);
    machine_skip_to(&bench.machine, now_ns() + NS_PER_S);
    supply_meter_look(&bench.machine);
    assert_int_equal(meter->on_ns, 3ULL * NS_PER_S);
    wr(0x50000418, 1U << 21);
    machine_power_off(&bench.machine);
    machine_skip_to(&bench.machine, now_ns() + NS_PER_S);
    supply_meter_look(&bench.machine);
    assert_int_equal(meter->on_ns, 3ULL * NS_PER_S);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, bench_setup, bench_teardown)
        TEST(a_character_at_the_console_wakes_from_stop_and_is_not_lost),
        TEST(what_came_in_stop_reaches_the_ring_once_the_dma_is_let_in_again),
        TEST(a_line_without_uesm_hears_nothing_in_stop),
        TEST(a_line_whose_exti_line_is_masked_wakes_nobody),
        TEST(a_line_on_the_processors_clock_hears_nothing_in_stop),
        TEST(at_115200_the_first_character_is_garbled_unless_hsi16_stays_on),
        TEST(stop_with_dma_reception_on_is_misuse),
        TEST(stop_inside_a_transfer_to_the_sensor_is_misuse),
        TEST(the_key_wakes_from_stop_by_its_edge),
        TEST(an_analog_pin_has_no_edges),
        TEST(ulp_without_fast_wake_up_takes_3_ms),
        TEST(time_is_booked_on_run_sleep_and_stop),
        TEST(the_sensors_supply_is_on_while_its_pin_is_driven_low),
        TEST(the_nor_draws_what_its_select_line_and_its_work_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
