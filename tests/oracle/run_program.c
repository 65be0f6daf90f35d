// SPDX-License-Identifier: Apache-2.0
// run_program FILE: runs a program made for address 0 on our processor and prints what it says through semihosting
// (BKPT 0xAB: write a text, exit), as QEMU does. Status 0 when the program exits by itself.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vnode/cpu/cpu.h"

enum { SYS_WRITE0 = 0x04, SYS_EXIT = 0x18, INSTRUCTIONS_MAX = 200000000 };

static struct cpu cpu;

static void load(const char *name)
{
    FILE *file = fopen(name, "rb");

    if (file == NULL || fread(cpu.flash, 1, sizeof cpu.flash, file) == 0) {
        fprintf(stderr, "run_program: cannot read %s\n", name);
        exit(2);
    }
    fclose(file);
}

static const char *text_at(uint32_t address)
{
    if (address - CPU_RAM_BASE < CPU_RAM_SIZE) {
        return (const char *)cpu.ram + (address - CPU_RAM_BASE);
    }
    return address < CPU_FLASH_SIZE ? (const char *)cpu.flash + address : "?";
}

// True while the program goes on.
static bool serve_breakpoint(void)
{
    if (cpu.r[0] == SYS_EXIT) {
        return false;
    }
    if (cpu.r[0] == SYS_WRITE0) {
        fputs(text_at(cpu.r[1]), stdout);
    }
    cpu.r[15] += 2;
    return true;
}

static bool go_on(enum cpu_stop stop)
{
    if (stop == CPU_STOP_BREAKPOINT) {
        return serve_breakpoint();
    }
    if (stop == CPU_STOP_SLEEPING && cpu.next_event != UINT64_MAX) {
        cpu.cycles = cpu.next_event;
        return true;
    }
    printf("stopped with %d at 0x%08X: %s\n", (int)stop, (unsigned)cpu.r[15], cpu.misuse);
    exit(1);
}

int main(int count, char **arguments)
{
    if (count != 2) {
        fprintf(stderr, "usage: run_program FILE\n");
        return 2;
    }
    cpu.next_event = UINT64_MAX;
    load(arguments[1]);
    cpu_reset(&cpu);
    while (go_on(cpu_run(&cpu, INSTRUCTIONS_MAX))) {
    }
    return EXIT_SUCCESS;
}
