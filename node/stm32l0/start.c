// SPDX-License-Identifier: Apache-2.0
// From the reset vector to node_main(): clocks, RAM, vectors. Every vector stands here by name; one that the
// firmware does not use counts as a fault.
#include <stdint.h>

#include "node/stm32l0/fault_handler.h"
#include "node/stm32l0/registers.h"
#include "node/stm32l0/system.h"

// Laid by the linker script, whose names silently win over a function of the same name: hence the prefix.
extern uint32_t layout_stack_top[];
extern uint32_t layout_data_begin[], layout_data_end[], layout_bss_begin[], layout_bss_end[];
extern const uint32_t layout_data_image[];

static void set_up_ram(void)
{
    const uint32_t *from = layout_data_image;

    for (uint32_t *to = layout_data_begin; to < layout_data_end; to++) {
        *to = *from++;
    }
    for (uint32_t *to = layout_bss_begin; to < layout_bss_end; to++) {
        *to = 0;
    }
}

void reset_handler(void)
{
    system_init();
    set_up_ram();
    interrupts_on();
    node_main();
}

// The frame lies where the stack pointer was when the exception came.
__attribute__((naked)) static void fault_handler(void)
{
    __asm__ volatile("mov r0, sp\n\tldr r1, =fault_at\n\tbx r1");
}

enum {
    VECTOR_COUNT = 48, // 16 of the processor, 32 of the STM32L072 (RM0376 table 54)
    VECTOR_IRQ = 16,
};

typedef void (*vector)(void);

#define FAULT(n) [n] = fault_handler
// clang-format off
__attribute__((section(".vectors"), used)) static const vector vectors[VECTOR_COUNT] = {
    (vector)(uintptr_t)layout_stack_top,
    reset_handler,
    FAULT(2), FAULT(3), FAULT(11), FAULT(14), FAULT(15),
    FAULT(16), FAULT(17), FAULT(18), FAULT(19), FAULT(20), FAULT(22), FAULT(24), FAULT(25),
    FAULT(28), FAULT(30), FAULT(31), FAULT(32),
    FAULT(33), FAULT(34), FAULT(35), FAULT(36), FAULT(37), FAULT(38), FAULT(39), FAULT(40),
    FAULT(41), FAULT(42), FAULT(43), FAULT(46), FAULT(47),
    [VECTOR_IRQ + IRQ_EXTI_0_1] = exti_0_1_handler,
    [VECTOR_IRQ + IRQ_EXTI_4_15] = exti_4_15_handler,
    [VECTOR_IRQ + IRQ_DMA_2_3] = dma_2_3_handler,
    [VECTOR_IRQ + IRQ_DMA_4_7] = dma_4_7_handler,
    [VECTOR_IRQ + IRQ_LPTIM1] = lptim1_handler,
    [VECTOR_IRQ + IRQ_USART2] = usart2_handler,
    [VECTOR_IRQ + IRQ_LPUART1] = lpuart1_handler,
};
// clang-format on
