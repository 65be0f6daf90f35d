// SPDX-License-Identifier: Apache-2.0
// Exceptions, priorities, sleep and faults, in the places where a board or a debugger sees them. Whole programs are
// compared with another emulator in tests/oracle.
#include "tests/unit/cpu/bench.h"

#include <string.h>

#define IRQ(n) (CPU_IRQ0 + (n))
#define FRAME  (STACK_TOP - 32)
#define IPR0   0xE000E400U
#define SCR    0xE000ED10U
#define SHPR2  0xE000ED1CU

enum {
    WFI = 0xBF30,
    WFE = 0xBF20,
    CPSID = 0xB672,
    CPSIE = 0xB662,
    MOVS_R7_1 = 0x2701,
    STR_R0_R1 = 0x6008,
    UDF = 0xDE00,
};

static void entry_stacks_the_context_and_takes_15_cycles(void **state)
{
    (void)state;
    BENCH_LOAD(NOP, NOP);
    BENCH_PUT(HANDLER(IRQ(3)), BKPT);
    bench.enabled = 1U << 3;
    bench.r[0] = 11, bench.r[3] = 33, bench.r[12] = 12, bench.r[14] = 14;
    cpu_set_xpsr_flags(&bench, 0xA0000000);
    assert_int_equal(cpu_run(&bench, 1), CPU_STOP_BUDGET);
    cpu_pend(&bench, IRQ(3));
    bench_run_to_bkpt();
    assert_int_equal(bench.r[13], FRAME);
    assert_int_equal(bench_peek(FRAME), 11);
    assert_int_equal(bench_peek(FRAME + 12), 33);
    assert_int_equal(bench_peek(FRAME + 16), 12);
    assert_int_equal(bench_peek(FRAME + 20), 14);
    assert_int_equal(bench_peek(FRAME + 24), CODE + 2);
    assert_int_equal(bench_peek(FRAME + 28), 0xA1000000);
    assert_int_equal(bench.r[14], 0xFFFFFFF9);
    assert_int_equal(bench.ipsr, IRQ(3));
    assert_int_equal(bench.cycles, 1 + 15);
}

static void an_unaligned_stack_is_aligned_and_restored(void **state)
{
    (void)state;
    BENCH_LOAD(NOP, BKPT);
    bench.enabled = 1;
    bench.r[13] = STACK_TOP - 4;
    cpu_pend(&bench, IRQ(0));
    assert_int_equal(cpu_run(&bench, 1), CPU_STOP_BUDGET); // bx lr of the handler
    assert_int_equal(bench.r[13], STACK_TOP - 4);
    assert_int_equal(bench_peek(STACK_TOP - 40 + 28) >> 9 & 1, 1);
}

static void lower_value_preempts_equal_waits(void **state)
{
    (void)state;
    BENCH_LOAD(NOP, BKPT);
    BENCH_PUT(HANDLER(IRQ(1)), NOP, MOVS_R7_1, BX_LR);
    BENCH_PUT(HANDLER(IRQ(2)), BKPT);
    BENCH_PUT(HANDLER(IRQ(0)), BKPT);
    bench.enabled = 7;
    bench.priority[IRQ(1)] = bench.priority[IRQ(0)] = 0x80;
    bench.priority[IRQ(2)] = 0x40;
    cpu_pend(&bench, IRQ(1));
    assert_int_equal(cpu_run(&bench, 1), CPU_STOP_BUDGET);
    cpu_pend(&bench, IRQ(0));
    assert_int_equal(cpu_run(&bench, 1), CPU_STOP_BUDGET);
    assert_int_equal(bench.ipsr, IRQ(1)); // equal: waits, though its number is lower
    cpu_pend(&bench, IRQ(2));
    bench_run_to_bkpt();
    assert_int_equal(bench.ipsr, IRQ(2));
    assert_int_equal(bench.r[14], 0xFFFFFFF1);
}

static void primask_holds_back_all_but_nmi_and_hard_fault(void **state)
{
    (void)state;
    BENCH_LOAD(CPSID, NOP, CPSIE, NOP, BKPT);
    BENCH_PUT(HANDLER(IRQ(0)), MOVS_R7_1, BX_LR);
    bench.enabled = 1;
    bench.r[7] = 0;
    assert_int_equal(cpu_run(&bench, 1), CPU_STOP_BUDGET);
    cpu_pend(&bench, IRQ(0));
    assert_int_equal(cpu_run(&bench, 1), CPU_STOP_BUDGET);
    assert_int_equal(bench.r[7], 0);
    bench_run_to_bkpt();
    assert_int_equal(bench.r[7], 1);

    BENCH_PUT(HANDLER(CPU_NMI), BKPT);
    bench.r[15] = CODE;
    bench.primask = 1;
    cpu_pend(&bench, CPU_NMI);
    bench_run_to_bkpt();
    assert_int_equal(bench.ipsr, CPU_NMI);
}

static void a_high_line_pends_again_after_its_handler(void **state)
{
    (void)state;
    BENCH_LOAD(NOP, BKPT);
    BENCH_PUT(HANDLER(IRQ(4)), 0x3701, BX_LR); // adds r7, #1
    bench.enabled = 1U << 4;
    bench.r[7] = 0;
    cpu_set_line(&bench, 4, true);
    assert_int_equal(cpu_run(&bench, 6), CPU_STOP_BUDGET);
    assert_int_equal(bench.r[7], 3);
    cpu_set_line(&bench, 4, false);
    cpu_unpend(&bench, IRQ(4));
    bench_run_to_bkpt();
    assert_int_equal(bench.r[7], 3);
}

static void wfi_sleeps_until_an_event_pends(void **state)
{
    (void)state;
    BENCH_LOAD(WFI, BKPT);
    BENCH_PUT(HANDLER(IRQ(0)), MOVS_R7_1, BX_LR);
    bench.enabled = 1;
    bench.r[7] = 0;
    fake_bus_at(&bench, 500, IRQ(0));
    assert_int_equal(cpu_run(&bench, 100), CPU_STOP_SLEEPING);
    assert_int_equal(bench.next_event, 500);
    assert_int_equal(bench.r[15], CODE + 2);
    bench.cycles = 499;
    assert_int_equal(cpu_run(&bench, 100), CPU_STOP_SLEEPING);
    bench.cycles = 500;
    bench_run_to_bkpt();
    assert_int_equal(bench.r[7], 1);
    assert_int_equal(bench.cycles, 500 + 15 + 1 + 1 + 13);
}

static void wfi_wakes_with_primask_but_takes_nothing(void **state)
{
    (void)state;
    BENCH_LOAD(CPSID, WFI, BKPT);
    BENCH_PUT(HANDLER(IRQ(0)), MOVS_R7_1, BX_LR);
    bench.enabled = 1;
    bench.r[7] = 0;
    assert_int_equal(cpu_run(&bench, 100), CPU_STOP_SLEEPING);
    cpu_pend(&bench, IRQ(0));
    bench_run_to_bkpt();
    assert_int_equal(bench.r[7], 0);
}

static void wfi_ignores_a_disabled_interrupt(void **state)
{
    (void)state;
    BENCH_LOAD(WFI, BKPT);
    assert_int_equal(cpu_run(&bench, 100), CPU_STOP_SLEEPING);
    cpu_pend(&bench, IRQ(0));
    assert_int_equal(cpu_run(&bench, 100), CPU_STOP_SLEEPING);
}

static void wfe_takes_a_registered_event_and_then_sleeps(void **state)
{
    (void)state;
    BENCH_LOAD(0xBF40, WFE, WFE, BKPT); // sev
    assert_int_equal(cpu_run(&bench, 100), CPU_STOP_SLEEPING);
    assert_int_equal(bench.r[15], CODE + 6);
    cpu_signal_event(&bench);
    bench_run_to_bkpt();
    assert_false(bench.event);
}

static void sevonpend_wakes_wfe_by_a_disabled_interrupt(void **state)
{
    (void)state;
    BENCH_LOAD(WFE, BKPT);
    bench.scr = 0x10;
    assert_int_equal(cpu_run(&bench, 100), CPU_STOP_SLEEPING);
    cpu_pend(&bench, IRQ(9));
    bench_run_to_bkpt();
}

static void sleep_on_exit_sleeps_after_the_handler(void **state)
{
    (void)state;
    BENCH_LOAD(STR_R0_R1, NOP, NOP, BKPT); // SCR = 2
    bench.r[0] = 2;
    bench.r[1] = SCR;
    bench.enabled = 1;
    assert_int_equal(cpu_run(&bench, 1), CPU_STOP_BUDGET);
    cpu_pend(&bench, IRQ(0));
    assert_int_equal(cpu_run(&bench, 100), CPU_STOP_SLEEPING);
    assert_int_equal(bench.ipsr, 0);
    assert_int_equal(bench.r[15], CODE + 2);
}

static void systick_counts_down_and_pends(void **state)
{
    (void)state;
    BENCH_LOAD(STR_R0_R1, 0xE7FE); // CSR = 7; b .
    BENCH_PUT(HANDLER(CPU_SYSTICK), BKPT);
    bench.systick_reload = 99;
    bench.r[0] = 7;
    bench.r[1] = 0xE000E010;
    bench_run_to_bkpt();
    // Loaded by the first tick, zero 99 ticks later; seen at the end of a 2-cycle branch.
    assert_in_range(bench.cycles, 100 + 15, 102 + 15);
    assert_int_equal(bench.systick_control, 0x10007);
}

static void systick_is_the_next_event_of_a_sleeping_processor(void **state)
{
    (void)state;
    BENCH_LOAD(STR_R0_R1, WFI, BKPT);
    bench.systick_reload = 999;
    bench.r[0] = 7;
    bench.r[1] = 0xE000E010;
    assert_int_equal(cpu_run(&bench, 100), CPU_STOP_SLEEPING);
    assert_int_equal(bench.next_event, 1000);
    bench.cycles = bench.next_event;
    bench_run_to_bkpt();
}

static void systick_stands_in_deep_sleep(void **state)
{
    (void)state;
    BENCH_LOAD(STR_R0_R1, WFI, 0x6813, BKPT); // ldr r3, [r2]
    bench.systick_reload = 999;
    bench.r[0] = 5;
    bench.r[1] = 0xE000E010;
    bench.r[2] = 0xE000E018;
    bench.scr = 4;
    bench.primask = bench.enabled = 1;
    fake_bus_at(&bench, 50000, IRQ(0));
    assert_int_equal(cpu_run(&bench, 100), CPU_STOP_SLEEPING);
    bench.cycles = 50000;
    bench_run_to_bkpt();
    assert_int_equal(bench.r[3], 1000 - 2); // wfi stops the clock
}

static void expect_fault(uint32_t stacked_pc)
{
    bench_run_to_bkpt();
    assert_int_equal(bench.ipsr, CPU_HARD_FAULT);
    assert_int_equal(bench_peek(FRAME + 24), stacked_pc);
}

static void faults_stack_the_address_of_the_culprit(void **state)
{
    (void)state;
    static const struct {
        uint16_t code;
        uint32_t r0;
    } rows[] = {
        {UDF, 0},
        {0xB100, 0},
        {0xE800, 0},
        {0x6801, CPU_RAM_BASE + 2},
        {0x8801, CPU_RAM_BASE + 1},
        {0x6801, 0x90000000},
        {0x6001, 0x90000000},
        {0xC806, CPU_RAM_BASE + 2},
        {0x7801, 0xE0001000},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        BENCH_LOAD(rows[i].code);
        BENCH_PUT(HANDLER(CPU_HARD_FAULT), BKPT);
        bench.r[0] = rows[i].r0;
        bench.r[1] = 77;
        expect_fault(CODE);
        assert_int_equal(bench.r[0], rows[i].r0);
        assert_int_equal(bench.r[1], 77);
    }
}

static void peripherals_are_never_executed(void **state)
{
    (void)state;
    BENCH_LOAD(0x4700); // bx r0
    BENCH_PUT(HANDLER(CPU_HARD_FAULT), BKPT);
    bench.r[0] = FAKE_BUS_BASE | 1;
    expect_fault(FAKE_BUS_BASE);
    assert_int_equal(bench.fault_address, FAKE_BUS_BASE);
}

static void a_fault_in_the_fault_handler_locks_up(void **state)
{
    (void)state;
    BENCH_LOAD(UDF);
    BENCH_PUT(HANDLER(CPU_HARD_FAULT), UDF);
    assert_int_equal(cpu_run(&bench, 100), CPU_STOP_LOCKUP);
    assert_int_equal(bench.r[15], HANDLER(CPU_HARD_FAULT));
    assert_non_null(strstr(bench.misuse, "undefined instruction"));
}

static void faults_stop_the_run_where_the_board_wants_it(void **state)
{
    (void)state;
    BENCH_LOAD(NOP, 0x6801); // ldr r1, [r0]
    bench.faults_are_misuse = true;
    bench.r[0] = CPU_RAM_BASE + 1;
    assert_int_equal(cpu_run(&bench, 100), CPU_STOP_MISUSE);
    assert_string_equal(bench.misuse, "misaligned read of 0x20000001, pc 0x08000402");
    assert_int_equal(bench.r[15], CODE + 2);
}

static void an_exception_without_stack_stops_the_run(void **state)
{
    (void)state;
    BENCH_LOAD(NOP);
    bench.enabled = 1;
    bench.r[13] = CPU_RAM_BASE + 24;
    cpu_pend(&bench, IRQ(0));
    assert_int_equal(cpu_run(&bench, 100), CPU_STOP_MISUSE);
    assert_non_null(strstr(bench.misuse, "leaves RAM"));
}

static void a_return_that_does_not_fit_stops_the_run(void **state)
{
    (void)state;
    BENCH_LOAD(NOP);
    BENCH_PUT(HANDLER(IRQ(0)), 0x4700); // bx r0
    bench.enabled = 1;
    bench.r[0] = 0xFFFFFFF1;
    cpu_pend(&bench, IRQ(0));
    assert_int_equal(cpu_run(&bench, 100), CPU_STOP_MISUSE);
    assert_non_null(strstr(bench.misuse, "exception return 0xFFFFFFF1 does not fit"));
}

static void registers_of_the_nvic_read_back(void **state)
{
    (void)state;
    static const struct {
        uint32_t address, written, read;
    } rows[] = {
        {0xE000E100, 0x80000001, 0x80000001}, {0xE000E200, 6, 6},
        {IPR0 + 28, 0xFFFFFFFF, 0xC0C0C0C0},  {SHPR2, 0xFFFFFFFF, 0xC0000000},
        {0xE000ED20, 0xFFFFFFFF, 0xC0C00000}, {SCR, 0xFF, 0x16},
        {0xE000ED08, 0x080012FF, 0x08001200}, {0xE000E014, 0xFFFFFFFF, 0x00FFFFFF},
        {0xE000ED00, 0, 0x410CC601},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        BENCH_LOAD(STR_R0_R1, 0x680A, BKPT); // str r0, [r1]; ldr r2, [r1]
        bench.primask = 1;
        bench.r[0] = rows[i].written;
        bench.r[1] = rows[i].address;
        if (rows[i].address == 0xE000ED00) {
            bench.r[15] = CODE + 2; // CPUID is only read
        }
        bench_run_to_bkpt();
        assert_int_equal(bench.r[2], rows[i].read);
    }
}

static void the_system_space_takes_known_words_only(void **state)
{
    (void)state;
    static const struct {
        uint16_t code;
        uint32_t address;
    } rows[] = {
        {0x7001, 0xE000E100}, {0x6001, 0xE000E300}, {0x6001, 0xE000ED94}, {0x6001, 0xE000ED08}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        BENCH_LOAD(rows[i].code);
        bench.r[0] = rows[i].address;
        bench.r[1] = FAKE_BUS_BASE;
        assert_int_equal(cpu_run(&bench, 1), CPU_STOP_MISUSE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entry_stacks_the_context_and_takes_15_cycles),
        cmocka_unit_test(an_unaligned_stack_is_aligned_and_restored),
        cmocka_unit_test(lower_value_preempts_equal_waits),
        cmocka_unit_test(primask_holds_back_all_but_nmi_and_hard_fault),
        cmocka_unit_test(a_high_line_pends_again_after_its_handler),
        cmocka_unit_test(wfi_sleeps_until_an_event_pends),
        cmocka_unit_test(wfi_wakes_with_primask_but_takes_nothing),
        cmocka_unit_test(wfi_ignores_a_disabled_interrupt),
        cmocka_unit_test(wfe_takes_a_registered_event_and_then_sleeps),
        cmocka_unit_test(sevonpend_wakes_wfe_by_a_disabled_interrupt),
        cmocka_unit_test(sleep_on_exit_sleeps_after_the_handler),
        cmocka_unit_test(systick_counts_down_and_pends),
        cmocka_unit_test(systick_is_the_next_event_of_a_sleeping_processor),
        cmocka_unit_test(systick_stands_in_deep_sleep),
        cmocka_unit_test(faults_stack_the_address_of_the_culprit),
        cmocka_unit_test(peripherals_are_never_executed),
        cmocka_unit_test(a_fault_in_the_fault_handler_locks_up),
        cmocka_unit_test(faults_stop_the_run_where_the_board_wants_it),
        cmocka_unit_test(an_exception_without_stack_stops_the_run),
        cmocka_unit_test(a_return_that_does_not_fit_stops_the_run),
        cmocka_unit_test(registers_of_the_nvic_read_back),
        cmocka_unit_test(the_system_space_takes_known_words_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
