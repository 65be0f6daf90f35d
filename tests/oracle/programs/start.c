// SPDX-License-Identifier: Apache-2.0
// Start-up, vectors and semihosting of the programs. They run at address 0 with 16 KB of RAM, as a micro:bit has it.
#include "tests/oracle/programs/start.h"

extern uint32_t stack_top[], data_start[], data_end[], data_load[], bss_start[], bss_end[];

__attribute__((noinline)) static uint32_t semihost(uint32_t operation, const void *argument)
{
    register uint32_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;

    __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

void print(const char *text)
{
    semihost(4, text); // SYS_WRITE0
}

void print_hex(const char *name, uint32_t value)
{
    char digits[10];

    for (int i = 0; i < 8; i++) {
        digits[i] = "0123456789ABCDEF"[value >> (28 - 4 * i) & 15];
    }
    digits[8] = '\n';
    digits[9] = '\0';
    print(name);
    print(" ");
    print(digits);
}

void *memset(void *to, int value, size_t size)
{
    for (uint8_t *p = to; size-- > 0; p++) {
        *p = (uint8_t)value;
    }
    return to;
}

void *memcpy(void *to, const void *from, size_t size)
{
    uint8_t *p = to;

    for (const uint8_t *q = from; size-- > 0; q++) {
        *p++ = *q;
    }
    return to;
}

static void reset(void)
{
    for (uint32_t *p = data_start, *q = data_load; p < data_end; p++, q++) {
        *p = *q;
    }
    for (uint32_t *p = bss_start; p < bss_end; p++) {
        *p = 0;
    }
    program();
    semihost(0x18, (const void *)0x20026); // SYS_EXIT, ADP_Stopped_ApplicationExit
    for (;;) {
    }
}

static void unexpected(void)
{
    print("unexpected exception\n");
    semihost(0x18, (const void *)0x20023);
    for (;;) {
    }
}

// A program defines the handlers that it wants.
#define HANDLER(name) void name(void) __attribute__((weak, alias("unexpected")))
HANDLER(nmi_handler);
HANDLER(hard_fault_handler);
HANDLER(svc_handler);
HANDLER(pendsv_handler);
HANDLER(systick_handler);
HANDLER(irq_handler);

__attribute__((section(".vectors"), used)) static const void *const vectors[48] = {
    [0] = stack_top,    [1] = reset,           [2] = nmi_handler,      [3] = hard_fault_handler,
    [11] = svc_handler, [14] = pendsv_handler, [15] = systick_handler, [16 ... 47] = irq_handler,
};
