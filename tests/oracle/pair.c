// SPDX-License-Identifier: Apache-2.0
// Unicorn wants UC_MODE_THUMB alone with the Cortex-M0 model: UC_MODE_MCLASS would silently choose a Cortex-M33.
#include "tests/oracle/pair.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicorn/unicorn.h>

#include "base/endian.h"
#include "tests/oracle/random.h"

enum { REGISTERS = 16, SPECIALS = 5, ALL = REGISTERS + SPECIALS, PRINTED_MAX = 20 };

struct cpu pair_cpu;
struct pair_count pair_count;

static uc_engine *unicorn;
_Alignas(4096) static uint8_t unicorn_ram[CPU_RAM_SIZE];
_Alignas(4096) static uint8_t unicorn_flash[CPU_FLASH_SIZE];

static int ids[ALL] = {
    UC_ARM_REG_R0,      UC_ARM_REG_R1,   UC_ARM_REG_R2,      UC_ARM_REG_R3,  UC_ARM_REG_R4,
    UC_ARM_REG_R5,      UC_ARM_REG_R6,   UC_ARM_REG_R7,      UC_ARM_REG_R8,  UC_ARM_REG_R9,
    UC_ARM_REG_R10,     UC_ARM_REG_R11,  UC_ARM_REG_R12,     UC_ARM_REG_SP,  UC_ARM_REG_LR,
    UC_ARM_REG_PC,      UC_ARM_REG_APSR, UC_ARM_REG_PRIMASK, UC_ARM_REG_MSP, UC_ARM_REG_PSP,
    UC_ARM_REG_CONTROL,
};

static void demand(uc_err error, const char *what)
{
    if (error != UC_ERR_OK) {
        fprintf(stderr, "oracle: unicorn: %s: %s\n", what, uc_strerror(error));
        exit(1);
    }
}

void pair_open(uint32_t seed)
{
    struct random random = {seed};

    demand(uc_open(UC_ARCH_ARM, UC_MODE_THUMB, &unicorn), "open");
    demand(uc_ctl_set_cpu_model(unicorn, UC_CPU_ARM_CORTEX_M0), "model");
    demand(uc_mem_map_ptr(unicorn, CPU_FLASH_BASE, sizeof unicorn_flash,
                          UC_PROT_READ | UC_PROT_EXEC, unicorn_flash),
           "flash");
    demand(uc_mem_map_ptr(unicorn, 0, sizeof unicorn_flash, UC_PROT_READ | UC_PROT_EXEC,
                          unicorn_flash),
           "alias of flash");
    demand(uc_mem_map_ptr(unicorn, CPU_RAM_BASE, sizeof unicorn_ram, UC_PROT_ALL, unicorn_ram),
           "ram");
    for (uint32_t i = 0; i < CPU_RAM_SIZE; i += 4) {
        pair_poke_ram(CPU_RAM_BASE + i, random_word(&random));
    }
}

void pair_close(void)
{
    uc_close(unicorn);
}

void pair_code_changed(void)
{
    memcpy(unicorn_flash, pair_cpu.flash, sizeof unicorn_flash);
    demand(uc_ctl_remove_cache(unicorn, CPU_FLASH_BASE, CPU_FLASH_BASE + CPU_FLASH_SIZE), "cache");
}

void pair_poke_ram(uint32_t address, uint32_t word)
{
    store_le32(pair_cpu.ram + (address - CPU_RAM_BASE), word);
    store_le32(unicorn_ram + (address - CPU_RAM_BASE), word);
}

uint32_t pair_peek_ram(uint32_t address)
{
    return load_le32(pair_cpu.ram + (address - CPU_RAM_BASE));
}

// Returns true when the instruction completed.
static bool step_ours(const struct pair_state *state, struct pair_state *after)
{
    enum cpu_stop stop;

    cpu_reset(&pair_cpu);
    pair_cpu.next_event = UINT64_MAX;
    pair_cpu.faults_are_misuse = true;
    memcpy(pair_cpu.r, state->r, sizeof pair_cpu.r);
    cpu_set_xpsr_flags(&pair_cpu, state->flags);
    pair_cpu.primask = state->primask;
    pair_cpu.msp = state->msp;
    pair_cpu.psp = state->psp;
    pair_cpu.control = state->control;
    pair_cpu.thumb = true;
    stop = cpu_run(&pair_cpu, 1);
    memcpy(after->r, pair_cpu.r, sizeof after->r);
    after->flags = cpu_xpsr(&pair_cpu) & 0xF0000000U;
    after->primask = pair_cpu.primask;
    after->control = pair_cpu.control;
    after->msp = (pair_cpu.control & 2) != 0 ? pair_cpu.msp : pair_cpu.r[13];
    after->psp = (pair_cpu.control & 2) != 0 ? pair_cpu.r[13] : pair_cpu.psp;
    return stop == CPU_STOP_BUDGET;
}

static void point_at(struct pair_state *state, void *values[ALL])
{
    for (unsigned i = 0; i < REGISTERS; i++) {
        values[i] = &state->r[i];
    }
    values[16] = &state->flags;
    values[17] = &state->primask;
    values[18] = &state->msp;
    values[19] = &state->psp;
    values[20] = &state->control;
}

// CONTROL decides which stack pointer SP is, so it comes first. PC is given to uc_emu_start(): writing it leaves the
// emulator with a request to stop, which the next start then waits for.
static void write_registers(struct pair_state state)
{
    void *values[ALL];
    bool process = (state.control & 2) != 0;

    point_at(&state, values);
    demand(uc_reg_write(unicorn, UC_ARM_REG_CONTROL, &state.control), "write of control");
    for (unsigned i = 0; i < 18; i++) {
        if (ids[i] != UC_ARM_REG_PC) {
            demand(uc_reg_write(unicorn, ids[i], values[i]), "write of a register");
        }
    }
    demand(uc_reg_write(unicorn, process ? UC_ARM_REG_MSP : UC_ARM_REG_PSP,
                        process ? &state.msp : &state.psp),
           "write of the other stack pointer");
}

static void read_registers(struct pair_state *state)
{
    void *values[ALL];

    point_at(state, values);
    demand(uc_reg_read_batch(unicorn, ids, values, ALL), "read of registers");
    state->flags &= 0xF0000000U;
    state->r[15] &= ~1U;
}

// A fetch behind the instruction may fail: it has completed all the same.
static bool step_theirs(const struct pair_state *state, struct pair_state *after)
{
    uc_err error;

    write_registers(*state);
    error = uc_emu_start(unicorn, state->r[15] | 1, 0, 0, 1);
    read_registers(after);
    return error == UC_ERR_OK || error == UC_ERR_FETCH_UNMAPPED || error == UC_ERR_FETCH_PROT;
}

static void print_difference(const struct pair_state *before, const struct pair_state *ours,
                             const struct pair_state *theirs, const char *name)
{
    if (++pair_count.differences > PRINTED_MAX) {
        return;
    }
    printf("difference in %s at 0x%08X\n", name, (unsigned)before->r[15]);
    for (unsigned i = 0; i < REGISTERS; i++) {
        if (ours->r[i] != theirs->r[i]) {
            printf("  r%u was 0x%08X: ours 0x%08X, unicorn 0x%08X\n", i, (unsigned)before->r[i],
                   (unsigned)ours->r[i], (unsigned)theirs->r[i]);
        }
    }
    printf("  flags %08X/%08X primask %u/%u control %u/%u msp %08X/%08X psp %08X/%08X\n",
           (unsigned)ours->flags, (unsigned)theirs->flags, (unsigned)ours->primask,
           (unsigned)theirs->primask, (unsigned)ours->control, (unsigned)theirs->control,
           (unsigned)ours->msp, (unsigned)theirs->msp, (unsigned)ours->psp, (unsigned)theirs->psp);
}

static void print_outcome(const struct pair_state *before, bool ours, bool theirs, const char *name)
{
    if (++pair_count.differences <= PRINTED_MAX) {
        printf("difference in %s at 0x%08X: ours %s (%s), unicorn %s\n", name,
               (unsigned)before->r[15], ours ? "completes" : "faults", pair_cpu.misuse,
               theirs ? "completes" : "faults");
    }
}

void pair_step(const struct pair_state *state, const char *name)
{
    struct pair_state ours = {0}, theirs = {0};
    bool we_completed = step_ours(state, &ours), they_completed = step_theirs(state, &theirs);

    pair_count.steps++;
    if (we_completed != they_completed) {
        print_outcome(state, we_completed, they_completed, name);
    } else if (!we_completed) {
        pair_count.faults++;
    } else if (memcmp(&ours, &theirs, sizeof ours) != 0) {
        print_difference(state, &ours, &theirs, name);
    }
    if (memcmp(pair_cpu.ram, unicorn_ram, CPU_RAM_SIZE) != 0) {
        print_outcome(state, we_completed, they_completed, "RAM");
        memcpy(unicorn_ram, pair_cpu.ram, CPU_RAM_SIZE);
    }
}
