// SPDX-License-Identifier: Apache-2.0
// bench_cpu PROGRAM: speed of our processor and of Unicorn on the same program in the same run. The program is made for
// 0x08000000 and ends with the semihosting exit; what it prints is not shown.
#define _POSIX_C_SOURCE 200809L // clock_gettime()
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unicorn/unicorn.h>

#include "base/endian.h"
#include "vnode/cpu/cpu.h"

enum { SYS_EXIT = 0x18, ROUNDS = 11 };
#define NOT_STOPPED 0xFFFFFFFFU

static struct cpu cpu;
_Alignas(4096) static uint8_t program[CPU_FLASH_SIZE];
_Alignas(4096) static uint8_t ram[CPU_RAM_SIZE];

static double seconds(void)
{
    struct timespec time;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void fail(const char *what)
{
    fprintf(stderr, "bench_cpu: %s\n", what);
    exit(1);
}

static void load(const char *name)
{
    FILE *file = fopen(name, "rb");

    if (file == NULL || fread(program, 1, sizeof program, file) == 0) {
        fail("cannot read the program");
    }
    fclose(file);
}

// Runs to the exit; returns the seconds it took.
static double run_ours(void)
{
    double start;

    memset(&cpu, 0, sizeof cpu);
    memcpy(cpu.flash, program, sizeof program);
    cpu.next_event = UINT64_MAX;
    cpu_reset(&cpu);
    start = seconds();
    do {
        if (cpu_run(&cpu, UINT64_MAX) != CPU_STOP_BREAKPOINT) {
            fail(cpu.misuse);
        }
        cpu.r[15] += 2;
    } while (cpu.r[0] != SYS_EXIT);
    return seconds() - start;
}

// BKPT is an exception to Unicorn: a text goes on behind it, the exit ends the run.
static void at_exception(uc_engine *unicorn, uint32_t number, void *context)
{
    uint32_t operation, address;

    (void)number;
    uc_reg_read(unicorn, UC_ARM_REG_R0, &operation);
    uc_reg_read(unicorn, UC_ARM_REG_PC, &address);
    *(uint32_t *)context = operation == SYS_EXIT ? 0 : (address + 2) | 1;
    uc_emu_stop(unicorn);
}

static uc_engine *open_unicorn(uint32_t *next)
{
    uc_engine *unicorn;
    uc_hook hook;

    if (uc_open(UC_ARCH_ARM, UC_MODE_THUMB, &unicorn) != UC_ERR_OK ||
        uc_ctl_set_cpu_model(unicorn, UC_CPU_ARM_CORTEX_M0) != UC_ERR_OK ||
        uc_mem_map_ptr(unicorn, CPU_FLASH_BASE, sizeof program, UC_PROT_READ | UC_PROT_EXEC,
                       program) != UC_ERR_OK ||
        uc_mem_map_ptr(unicorn, CPU_RAM_BASE, sizeof ram, UC_PROT_ALL, ram) != UC_ERR_OK ||
        uc_hook_add(unicorn, &hook, UC_HOOK_INTR, (void *)(uintptr_t)at_exception, next, 1, 0) !=
            UC_ERR_OK) {
        fail("unicorn does not open");
    }
    return unicorn;
}

static double run_unicorn(void)
{
    uint32_t stack = load_le32(program), next = load_le32(program + 4);
    uc_engine *unicorn = open_unicorn(&next);
    double start;

    memset(ram, 0, sizeof ram);
    uc_reg_write(unicorn, UC_ARM_REG_SP, &stack);
    start = seconds();
    while (next != 0) {
        uint32_t from = next;
        uc_err error;

        next = NOT_STOPPED;
        error = uc_emu_start(unicorn, from, 0, 0, 0);
        if (next == NOT_STOPPED) {
            fail(uc_strerror(error));
        }
    }
    start = seconds() - start;
    uc_close(unicorn);
    return start;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(double values[ROUNDS])
{
    qsort(values, ROUNDS, sizeof values[0], by_size);
    return values[ROUNDS / 2];
}

// In turn, so that what else the machine does hits both.
int main(int count, char **arguments)
{
    double ours[ROUNDS], theirs[ROUNDS], ratios[ROUNDS], millions;

    if (count != 2) {
        fail("usage: bench_cpu PROGRAM");
    }
    load(arguments[1]);
    for (unsigned i = 0; i < ROUNDS; i++) {
        ours[i] = run_ours();
        theirs[i] = run_unicorn();
        ratios[i] = theirs[i] / ours[i];
    }
    millions = (double)cpu.instructions * 1e-6;
    printf("%.1f million instructions, median of %d rounds in turn\n", millions, (int)ROUNDS);
    printf("ours:    %.0f MIPS\n", millions / median(ours));
    printf("unicorn: %.0f MIPS\n", millions / median(theirs));
    double ratio = median(ratios); // sorts them
    printf("ratio:   %.2f (%.2f to %.2f)\n", ratio, ratios[0], ratios[ROUNDS - 1]);
    return 0;
}
