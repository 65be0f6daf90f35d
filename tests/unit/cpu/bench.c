// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/cpu/bench.h"

#include <string.h>

#include "base/endian.h"

struct cpu bench;

static uint8_t *bytes(uint32_t address)
{
    return address < CPU_RAM_BASE ? bench.flash + (address - CPU_FLASH_BASE)
                                  : bench.ram + (address - CPU_RAM_BASE);
}

void bench_poke(uint32_t address, uint32_t word)
{
    store_le32(bytes(address), word);
}

uint32_t bench_peek(uint32_t address)
{
    return load_le32(bytes(address));
}

void bench_put(uint32_t address, const uint16_t *code, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        store_le16(bytes(address + 2 * i), code[i]);
    }
}

static void put_vectors(void)
{
    bench_poke(CPU_FLASH_BASE, STACK_TOP);
    bench_poke(CPU_FLASH_BASE + 4, CODE | 1);
    for (unsigned number = 2; number < 48; number++) {
        bench_poke(CPU_FLASH_BASE + 4 * number, HANDLER(number) | 1);
        BENCH_PUT(HANDLER(number), BX_LR);
    }
}

void bench_reset(void)
{
    memset(&bench, 0, sizeof bench);
    bench.next_event = UINT64_MAX;
    fake_bus_reset();
    put_vectors();
    cpu_reset(&bench);
}

void bench_load(const uint16_t *code, unsigned count)
{
    bench_reset();
    bench_put(CODE, code, count);
}

void bench_run_to_bkpt(void)
{
    enum cpu_stop stop = cpu_run(&bench, 10000);

    if (stop != CPU_STOP_BREAKPOINT) {
        fail_msg("stopped with %d (%s) at 0x%08X", (int)stop, bench.misuse, (unsigned)bench.r[15]);
    }
}
