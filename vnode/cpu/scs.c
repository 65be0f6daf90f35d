// SPDX-License-Identifier: Apache-2.0
#include "vnode/cpu/scs.h"

#include <stddef.h>

#include "vnode/cpu/exceptions.h"
#include "vnode/cpu/memory.h"
#include "vnode/cpu/systick.h"

enum scs_offset {
    ACTLR = 0x008,
    SYST_CSR = 0x010,
    SYST_RVR = 0x014,
    SYST_CVR = 0x018,
    SYST_CALIB = 0x01C,
    NVIC_ISER = 0x100,
    NVIC_ICER = 0x180,
    NVIC_ISPR = 0x200,
    NVIC_ICPR = 0x280,
    NVIC_IPR0 = 0x400,
    NVIC_IPR7 = 0x41C,
    CPUID = 0xD00,
    ICSR = 0xD04,
    VTOR = 0xD08,
    AIRCR = 0xD0C,
    SCR = 0xD10,
    CCR = 0xD14,
    SHPR2 = 0xD1C,
    SHPR3 = 0xD20,
    SHCSR = 0xD24,
    MPU_TYPE = 0xD90,
};

#define CPUID_CORTEX_M0PLUS_R0P1 0x410CC601U // DDI 0484C 4.1.1
#define CCR_VALUE                0x00000208U // STKALIGN and UNALIGN_TRP, both fixed (B3.2.8)
#define AIRCR_KEY                0x05FA0000U
#define AIRCR_KEY_READ           0xFA050000U
#define AIRCR_SYSRESETREQ        0x4U
#define SCR_BITS                 0x16U // SEVONPEND, SLEEPDEEP, SLEEPONEXIT
#define VTOR_BITS                0xFFFFFF00U
#define VECTORS_SIZE             192U // 48 words
#define ICSR_ISRPENDING          (1U << 22)

static uint32_t pending_irqs(const struct cpu *self)
{
    return (uint32_t)(self->pending >> CPU_IRQ0);
}

// Four priority fields from exception `first` on.
static uint32_t read_priorities(const struct cpu *self, unsigned first)
{
    uint32_t value = 0;

    for (unsigned i = 0; i < 4; i++) {
        value |= (uint32_t)self->priority[first + i] << 8 * i;
    }
    return value;
}

// Two bits of priority are there (Cortex-M0+); exceptions without one (`mask`) stay 0.
static void write_priorities(struct cpu *self, unsigned first, uint32_t value, uint32_t mask)
{
    value &= mask & 0xC0C0C0C0U;
    for (unsigned i = 0; i < 4; i++) {
        self->priority[first + i] = (uint8_t)(value >> 8 * i);
    }
    exceptions_check(self);
}

static uint32_t read_icsr(const struct cpu *self)
{
    static const struct {
        uint8_t bit, exception;
    } flags[] = {{31, CPU_NMI}, {28, CPU_PENDSV}, {26, CPU_SYSTICK}};
    uint32_t value = self->ipsr | exceptions_best_pending(self) << 12;

    for (unsigned i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        value |= (uint32_t)(self->pending >> flags[i].exception & 1) << flags[i].bit;
    }
    return pending_irqs(self) != 0 ? value | ICSR_ISRPENDING : value;
}

static void write_icsr(struct cpu *self, uint32_t value)
{
    static const struct {
        uint8_t bit, exception;
        void (*act)(struct cpu *self, unsigned exception);
    } actions[] = {
        {31, CPU_NMI, cpu_pend},     {28, CPU_PENDSV, cpu_pend},    {27, CPU_PENDSV, cpu_unpend},
        {26, CPU_SYSTICK, cpu_pend}, {25, CPU_SYSTICK, cpu_unpend},
    };

    for (unsigned i = 0; i < sizeof actions / sizeof actions[0]; i++) {
        if ((value >> actions[i].bit & 1) != 0) {
            actions[i].act(self, actions[i].exception);
        }
    }
}

static void write_aircr(struct cpu *self, uint32_t value)
{
    if ((value & 0xFFFF0000U) != AIRCR_KEY) {
        cpu_misuse(self, "write of 0x%08X to AIRCR without its key 0x05FA at 0x%08X",
                   (unsigned)value, (unsigned)(self->r[15] - 2));
    } else if ((value & AIRCR_SYSRESETREQ) != 0) {
        cpu_request_stop(self, CPU_STOP_RESET);
    }
}

static void write_vtor(struct cpu *self, uint32_t value)
{
    if (!memory_holds(value) || !memory_holds(value + VECTORS_SIZE - 1)) {
        cpu_misuse(self, "vector table at 0x%08X, outside of the memories, pc 0x%08X",
                   (unsigned)value, (unsigned)(self->r[15] - 2));
        return;
    }
    self->vtor = value;
    if (self->vectors_moved != NULL) {
        self->vectors_moved(self);
    }
}

static void set_pending_irqs(struct cpu *self, uint32_t irqs)
{
    self->pending |= (uint64_t)irqs << CPU_IRQ0;
    exceptions_check(self);
}

// A line that is still high pends its interrupt again at once.
static void clear_pending_irqs(struct cpu *self, uint32_t irqs)
{
    self->pending &= ~((uint64_t)(irqs & ~self->lines) << CPU_IRQ0);
}

static uint32_t reserved(struct cpu *self, const char *access, uint32_t offset)
{
    cpu_misuse(self, "%s of 0x%08X, no register of a Cortex-M0+, at 0x%08X", access,
               (unsigned)(0xE000E000U + offset), (unsigned)(self->r[15] - 2));
    return 0;
}

static uint32_t read_register(struct cpu *self, uint32_t offset)
{
    switch (offset) {
    case SYST_CSR:
        return systick_read_control(self);
    case SYST_RVR:
        return self->systick_reload;
    case SYST_CVR:
        return systick_read_value(self);
    case NVIC_ISER:
    case NVIC_ICER:
        return self->enabled;
    case NVIC_ISPR:
    case NVIC_ICPR:
        return pending_irqs(self);
    case CPUID:
        return CPUID_CORTEX_M0PLUS_R0P1;
    case ICSR:
        return read_icsr(self);
    case VTOR:
        return self->vtor;
    case AIRCR:
        return AIRCR_KEY_READ;
    case SCR:
        return self->scr;
    case CCR:
        return CCR_VALUE;
    case SHPR2:
        return read_priorities(self, 8);
    case SHPR3:
        return read_priorities(self, 12);
    case SHCSR:
        return (uint32_t)(self->pending >> CPU_SVC & 1) << 15;
    case ACTLR:
    case SYST_CALIB: // no reference is given for the STM32L0
    case MPU_TYPE:   // the MPU is not modelled: it shows no regions
        return 0;
    default:
        return reserved(self, "read", offset);
    }
}

uint32_t scs_read(struct cpu *self, uint32_t offset)
{
    if (offset >= NVIC_IPR0 && offset <= NVIC_IPR7) {
        return read_priorities(self, CPU_IRQ0 + (offset - NVIC_IPR0));
    }
    return read_register(self, offset);
}

static void write_register(struct cpu *self, uint32_t offset, uint32_t value)
{
    switch (offset) {
    case SYST_CSR:
        systick_write_control(self, value);
        break;
    case SYST_RVR:
        systick_write_reload(self, value);
        break;
    case SYST_CVR:
        systick_clear_value(self);
        break;
    case NVIC_ISER:
        self->enabled |= value;
        exceptions_check(self);
        break;
    case NVIC_ICER:
        self->enabled &= ~value;
        break;
    case NVIC_ISPR:
        set_pending_irqs(self, value);
        break;
    case NVIC_ICPR:
        clear_pending_irqs(self, value);
        break;
    case ICSR:
        write_icsr(self, value);
        break;
    case VTOR:
        write_vtor(self, value & VTOR_BITS);
        break;
    case AIRCR:
        write_aircr(self, value);
        break;
    case SCR:
        self->scr = value & SCR_BITS;
        break;
    case SHPR2:
        write_priorities(self, 8, value, 0xFF000000U);
        break;
    case SHPR3:
        write_priorities(self, 12, value, 0xFFFF0000U);
        break;
    case ACTLR: // nothing to set on a Cortex-M0+
    case CCR:   // read-only
        break;
    default:
        reserved(self, "write", offset);
    }
}

void scs_write(struct cpu *self, uint32_t offset, uint32_t value)
{
    if (offset >= NVIC_IPR0 && offset <= NVIC_IPR7) {
        write_priorities(self, CPU_IRQ0 + (offset - NVIC_IPR0), value, 0xFFFFFFFFU);
    } else {
        write_register(self, offset, value);
    }
}
