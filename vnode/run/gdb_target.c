// SPDX-License-Identifier: Apache-2.0
#include "vnode/run/gdb_target.h"

#include <stdlib.h>
#include <string.h>

#include "vnode/cpu/memory.h"
#include "vnode/cpu/stack.h"

enum { SP = 13, PC = 15, XPSR, MSP, PSP, PRIMASK, CONTROL, THUMB_BIT = 1 << 24 };

void gdb_target_init(struct gdb_target *self, struct board *board)
{
    memset(self, 0, sizeof *self);
    self->board = board;
}

void gdb_target_release(struct gdb_target *self)
{
    gdb_target_arm(self, false);
    if (self->look != NULL) {
        machine_free(self->look);
        free(self->look);
        self->look = NULL;
    }
}

const char *gdb_target_description(void)
{
    return "<?xml version=\"1.0\"?><!DOCTYPE target SYSTEM \"gdb-target.dtd\">"
           "<target version=\"1.0\"><architecture>armv6s-m</architecture>"
           "<feature name=\"org.gnu.gdb.arm.m-profile\">"
           "<reg name=\"r0\" bitsize=\"32\"/><reg name=\"r1\" bitsize=\"32\"/>"
           "<reg name=\"r2\" bitsize=\"32\"/><reg name=\"r3\" bitsize=\"32\"/>"
           "<reg name=\"r4\" bitsize=\"32\"/><reg name=\"r5\" bitsize=\"32\"/>"
           "<reg name=\"r6\" bitsize=\"32\"/><reg name=\"r7\" bitsize=\"32\"/>"
           "<reg name=\"r8\" bitsize=\"32\"/><reg name=\"r9\" bitsize=\"32\"/>"
           "<reg name=\"r10\" bitsize=\"32\"/><reg name=\"r11\" bitsize=\"32\"/>"
           "<reg name=\"r12\" bitsize=\"32\"/>"
           "<reg name=\"sp\" bitsize=\"32\" type=\"data_ptr\"/><reg name=\"lr\" bitsize=\"32\"/>"
           "<reg name=\"pc\" bitsize=\"32\" type=\"code_ptr\"/><reg name=\"xpsr\" bitsize=\"32\"/>"
           "</feature><feature name=\"org.gnu.gdb.arm.m-system\">"
           "<reg name=\"msp\" bitsize=\"32\" type=\"data_ptr\"/>"
           "<reg name=\"psp\" bitsize=\"32\" type=\"data_ptr\"/>"
           "</feature><feature name=\"org.nbota.masks\">"
           "<reg name=\"primask\" bitsize=\"32\"/><reg name=\"control\" bitsize=\"32\"/>"
           "</feature></target>";
}

static struct cpu *cpu_of(const struct gdb_target *self)
{
    return &board_machine(self->board)->cpu;
}

// ---- registers ----

// Where a stack pointer is kept while it is in use, and while it is not.
static uint32_t *stack_pointer(struct cpu *cpu, bool process)
{
    if (stack_is_process(cpu) == process) {
        return &cpu->r[SP];
    }
    return process ? &cpu->psp : &cpu->msp;
}

uint32_t gdb_target_register(const struct gdb_target *self, unsigned index)
{
    struct cpu *cpu = cpu_of(self);

    switch (index) {
    case XPSR:
        return cpu_xpsr(cpu);
    case MSP:
    case PSP:
        return *stack_pointer(cpu, index == PSP);
    case PRIMASK:
        return cpu->primask;
    case CONTROL:
        return cpu->control;
    default:
        return index <= PC ? cpu->r[index] : 0;
    }
}

bool gdb_target_set_register(struct gdb_target *self, unsigned index, uint32_t value)
{
    struct cpu *cpu = cpu_of(self);

    switch (index) {
    case PC:
        cpu->r[PC] = value & ~1U;
        return true;
    case XPSR: // the exception number is the processor's
        cpu_set_xpsr_flags(cpu, value);
        cpu->thumb = (value & THUMB_BIT) != 0;
        return true;
    case MSP:
    case PSP:
        *stack_pointer(cpu, index == PSP) = value & ~3U;
        return true;
    case PRIMASK:
        cpu->primask = value & 1;
        return true;
    case CONTROL:
        stack_select(cpu, (value & 2) != 0);
        return true;
    default:
        if (index <= PC) {
            cpu->r[index] = index == SP ? value & ~3U : value;
        }
        return index <= PC;
    }
}

// ---- memory ----

// The bytes from `address` on when `size` of them are in one memory; NULL elsewhere.
static uint8_t *memory_at(struct machine *machine, uint32_t address, size_t size)
{
    const struct {
        uint32_t base, size;
        uint8_t *bytes;
    } all[] = {
        {CPU_FLASH_BASE, CPU_FLASH_SIZE, machine->cpu.flash},
        {0, CPU_FLASH_SIZE, machine->cpu.flash}, // its alias
        {CPU_RAM_BASE, CPU_RAM_SIZE, machine->cpu.ram},
        {NVM_EEPROM_BASE, NVM_EEPROM_SIZE, machine->soc.nvm.eeprom},
    };

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        uint32_t offset = address - all[i].base;
        if (offset < all[i].size && size <= all[i].size - offset) {
            return all[i].bytes + offset;
        }
    }
    return NULL;
}

static void no_sent(void *context, enum machine_uart uart, uint8_t byte, uint32_t baud,
                    uint64_t now_ns)
{
    (void)context, (void)uart, (void)byte, (void)baud, (void)now_ns;
}

static void no_pin(void *context, bool low, uint64_t now_ns)
{
    (void)context, (void)low, (void)now_ns;
}

static struct machine *copy_to_look_at(struct gdb_target *self)
{
    static const struct machine_ports nobody = {.uart_sent = no_sent, .modem_reset_pin = no_pin};

    if (self->look == NULL) {
        self->look = malloc(sizeof *self->look);
        if (self->look == NULL) {
            return NULL;
        }
        machine_init(self->look, &nobody, false, 1);
    }
    machine_copy(self->look, board_machine(self->board));
    self->look->ports = nobody;
    return self->look;
}

static unsigned access_size(uint32_t address, size_t left)
{
    return address % 4 == 0 && left >= 4 ? 4 : address % 2 == 0 && left >= 2 ? 2 : 1;
}

static bool look_at(struct gdb_target *self, uint32_t address, uint8_t *bytes, size_t size)
{
    struct machine *machine = copy_to_look_at(self);

    while (machine != NULL && size > 0) {
        unsigned part = access_size(address, size);
        uint32_t value;
        machine->cpu.stop = CPU_RUNNING;
        if (!memory_read(&machine->cpu, address, part, &value) ||
            machine->cpu.stop != CPU_RUNNING) {
            return false;
        }
        memcpy(bytes, &value, part);
        address += part;
        bytes += part;
        size -= part;
    }
    return machine != NULL;
}

bool gdb_target_read(struct gdb_target *self, uint32_t address, uint8_t *bytes, size_t size)
{
    const uint8_t *memory = memory_at(board_machine(self->board), address, size);

    if (memory == NULL) {
        return look_at(self, address, bytes, size);
    }
    memcpy(bytes, memory, size);
    return true;
}

bool gdb_target_write(struct gdb_target *self, uint32_t address, const uint8_t *bytes, size_t size)
{
    uint8_t *memory = memory_at(board_machine(self->board), address, size);

    if (memory != NULL) {
        memcpy(memory, bytes, size);
    }
    return memory != NULL;
}
