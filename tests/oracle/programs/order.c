// SPDX-License-Identifier: Apache-2.0
// In which order exceptions are taken: priorities, preemption, masks, pending by software, chains, both stacks.
// Every entry and exit is logged with the exception's number.
#include "tests/oracle/programs/start.h"

static char log[1600];
static unsigned length;
static void (*volatile act[48])(void); // what the handler of an exception does, once

static void log_event(char mark, uint32_t number)
{
    if (length < sizeof log - 5) {
        log[length++] = mark;
        log[length++] = (char)('0' + number / 10);
        log[length++] = (char)('0' + number % 10);
        log[length++] = ' ';
    }
}

static void handle(void)
{
    uint32_t number = exception_number();
    void (*action)(void) = act[number];

    act[number] = 0;
    log_event('+', number);
    if (action != 0) {
        action();
    }
    log_event('-', number);
}

void nmi_handler(void)
{
    handle();
}
void svc_handler(void)
{
    handle();
}
void pendsv_handler(void)
{
    handle();
}
void systick_handler(void)
{
    handle();
}
void irq_handler(void)
{
    handle();
}

static void flush(const char *name)
{
    log[length] = '\0';
    print(name);
    print(": ");
    print(log);
    print("\n");
    length = 0;
}

static void pend(uint32_t irqs)
{
    NVIC_ISPR = irqs;
    SYNC();
}

static void call(void)
{
    __asm__ volatile("svc 0" ::: "memory");
}
static void pend_5(void)
{
    pend(1U << 5);
}
static void pend_2_and_9(void)
{
    pend(1U << 2 | 1U << 9);
}
static void pend_all(void)
{
    pend(0xFFFFFFFF);
}
static void pend_nmi(void)
{
    ICSR = ICSR_NMIPENDSET;
    SYNC();
}
static void pend_system(void)
{
    ICSR = ICSR_PENDSVSET | ICSR_PENDSTSET;
    SYNC();
}

// IRQ n gets priority n % 4, SVC 1, SysTick 2, PendSV 3.
static void set_priorities(void)
{
    for (int i = 0; i < 8; i++) {
        NVIC_IPR(i) = 0xC0804000;
    }
    SHPR2 = 0x40000000;
    SHPR3 = 0x80C00000;
    NVIC_ISER = 0xFFFFFFFF;
}

static void masked(void)
{
    MASK();
    pend(1U << 3 | 1U << 8 | 1U << 6);
    ICSR = ICSR_PENDSVSET;
    log_event('m', ICSR >> 12 & 63);
    NVIC_ICPR = 1U << 6;
    log_event('m', NVIC_ISPR == (1U << 3 | 1U << 8));
    UNMASK();
    flush("masked");
}

static void disabled(void)
{
    NVIC_ICER = 1U << 4;
    pend(1U << 4 | 1U << 5);
    log_event('d', (NVIC_ISPR >> 4 & 1) + 10 * (NVIC_ISER >> 4 & 1));
    NVIC_ISER = 1U << 4;
    SYNC();
    flush("disabled");
}

static void nested(void)
{
    act[16 + 7] = pend_5;       // priority 3, preempted by 1
    act[16 + 5] = pend_2_and_9; // 1: 2 waits (priority 2), 9 waits (equal)
    act[16 + 9] = pend_system;
    act[16 + 2] = pend_nmi;
    pend(1U << 7);
    flush("nested");
}

static void all_at_once(void)
{
    act[16 + 3] = pend_all;
    pend(1U << 3);
    flush("all");
}

static void supervisor(void)
{
    act[11] = pend_system;
    call();
    act[14] = call; // PendSV has priority 3: SVC preempts it
    ICSR = ICSR_PENDSVSET;
    SYNC();
    act[11] = pend_all;
    call();
    flush("svc");
}

// The program goes on with its own stack as process stack; handlers get the room below it.
#define TO_PROCESS_STACK()                                                                         \
    __asm__ volatile("mov r0, sp\n msr psp, r0\n movs r1, #2\n msr control, r1\n isb\n"            \
                     "ldr r1, =1024\n sub r0, r0, r1\n msr msp, r0" ::                             \
                         : "r0", "r1", "cc", "memory")
#define TO_MAIN_STACK()                                                                            \
    __asm__ volatile("mov r0, sp\n msr msp, r0\n movs r1, #0\n msr control, r1\n isb" ::           \
                         : "r0", "r1", "cc", "memory")

static void on_process_stack(void)
{
    uint32_t control;

    TO_PROCESS_STACK();
    act[11] = pend_nmi;
    call();
    pend_all();
    __asm__ volatile("mrs %0, control" : "=r"(control));
    TO_MAIN_STACK();
    log_event('c', control);
    flush("process stack");
}

static void waiting(void)
{
    MASK();
    pend(1U << 1);
    __asm__ volatile("wfi" ::: "memory"); // a pending interrupt ends it although masked
    log_event('w', 1);
    UNMASK();
    __asm__ volatile("sev\n wfe" ::: "memory");
    log_event('w', 2);
    flush("waiting");
}

static volatile uint32_t ticks;

static void count(void)
{
    ticks++;
    act[15] = count;
}

static void ticking(void)
{
    act[15] = count;
    SYST_RVR = 20000 - 1;
    SYST_CVR = 0;
    SYST_CSR = 7;
    while (ticks < 5) {
        __asm__ volatile("wfi");
    }
    SYST_CSR = 0;
    log_event('t', SYST_CVR < 20000);
    flush("systick");
}

void program(void)
{
    set_priorities();
    masked();
    disabled();
    nested();
    all_at_once();
    supervisor();
    on_process_stack();
    waiting();
    ticking();
}
