// SPDX-License-Identifier: Apache-2.0
#ifndef NBOTA_TESTS_ORACLE_PROGRAMS_START_H
#define NBOTA_TESTS_ORACLE_PROGRAMS_START_H

#include <stddef.h>
#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define SYST_CSR          REGISTER(0xE000E010)
#define SYST_RVR          REGISTER(0xE000E014)
#define SYST_CVR          REGISTER(0xE000E018)
#define NVIC_ISER         REGISTER(0xE000E100)
#define NVIC_ICER         REGISTER(0xE000E180)
#define NVIC_ISPR         REGISTER(0xE000E200)
#define NVIC_ICPR         REGISTER(0xE000E280)
#define NVIC_IPR(n)       REGISTER(0xE000E400 + 4 * (n))
#define ICSR              REGISTER(0xE000ED04)
#define SCR               REGISTER(0xE000ED10)
#define SHPR2             REGISTER(0xE000ED1C)
#define SHPR3             REGISTER(0xE000ED20)
#define ICSR_NMIPENDSET   (1U << 31)
#define ICSR_PENDSVSET    (1U << 28)
#define ICSR_PENDSTSET    (1U << 26)

// What the file of the program defines.
void program(void);
void nmi_handler(void);
void hard_fault_handler(void);
void svc_handler(void);
void pendsv_handler(void);
void systick_handler(void);
void irq_handler(void);

void print(const char *text);
void print_hex(const char *name, uint32_t value);
void *memset(void *to, int value, size_t size);
void *memcpy(void *to, const void *from, size_t size);

static inline uint32_t exception_number(void)
{
    uint32_t number;

    __asm__ volatile("mrs %0, ipsr" : "=r"(number));
    return number;
}

#define MASK()   __asm__ volatile("cpsid i" ::: "memory")
#define UNMASK() __asm__ volatile("cpsie i\n isb" ::: "memory")
#define SYNC()   __asm__ volatile("dsb\n isb" ::: "memory")

#endif
