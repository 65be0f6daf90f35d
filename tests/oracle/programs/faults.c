// SPDX-License-Identifier: Apache-2.0
// What raises HardFault, and what its handler finds stacked: the culprit's address, its xPSR, its registers.
// Left out: fetches from peripherals, which the micro:bit of QEMU allows.
#include "tests/oracle/programs/start.h"

static volatile uint32_t resume; // where the handler sends the program on

// The frame: r0 r1 r2 r3 r12 lr pc xpsr.
__attribute__((used)) static void inspect(uint32_t *frame, uint32_t link)
{
    print_hex("  pc ", frame[6]);
    print_hex("  psr", frame[7]);
    print_hex("  r0 ", frame[0]);
    print_hex("  exc", exception_number() << 16 | (link & 0xFFFF));
    frame[6] = resume & ~1U;
    frame[7] |= 1U << 24;
}

__attribute__((naked)) void hard_fault_handler(void)
{
    __asm__ volatile("mov r0, sp\n mov r1, lr\n push {r4, lr}\n bl inspect\n pop {r4, pc}");
}

// Runs `code` with `value` in r0; the handler goes on behind it.
#define TRY(name, code, value)                                                                     \
    do {                                                                                           \
        print(name "\n");                                                                          \
        __asm__ volatile("ldr r1, =1f\n ldr r2, =resume\n str r1, [r2]\n mov r0, %0\n" code        \
                         "\n b 1f\n .ltorg\n .balign 4\n1:"                                        \
                         :                                                                         \
                         : "r"(value)                                                              \
                         : "r0", "r1", "r2", "r3", "r12", "lr", "cc", "memory");                   \
    } while (0)

void svc_handler(void)
{
    print("svc\n");
    TRY("svc inside svc", "svc 1", 5);
}

void pendsv_handler(void)
{
    print("pendsv\n");
    TRY("undefined inside pendsv", ".short 0xDE00", 6);
}

void program(void)
{
    TRY("undefined", ".short 0xDE01", 1);
    TRY("undefined 32 bit", ".short 0xE800\n .short 0", 1);
    TRY("undefined 32 bit, second space", ".short 0xF7F0\n .short 0xA000", 1);
    TRY("misaligned word", "ldr r1, [r0]", 0x20000002);
    TRY("misaligned half", "ldrh r1, [r0]", 0x20000001);
    TRY("misaligned store", "str r1, [r0]", 0x20000003);
    TRY("misaligned list", "ldmia r0!, {r1, r2}", 0x20000002);
    TRY("nobody there", "ldr r1, [r0]", 0x70000000);
    TRY("nobody there to write", "str r1, [r0]", 0x70000000);
    TRY("arm state", "bx r0", 0x100);
    TRY("arm state by call", "blx r0", 0x104);
    TRY("flags", "movs r1, #0\n cmp r1, #0\n .short 0xDE02", 2);
    __asm__ volatile("svc 0" ::: "memory");
    ICSR = ICSR_PENDSVSET;
    SYNC();
    MASK();
    TRY("svc masked", "svc 2", 3);
    UNMASK();
    print("end\n");
}
