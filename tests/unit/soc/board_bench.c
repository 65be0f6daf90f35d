// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/soc/board_bench.h"

#include <string.h>

struct board_bench bench;

static void take_sent(void *context, enum machine_uart uart, uint8_t byte, uint32_t baud,
                      uint64_t at_ns)
{
    struct board_bench *self = context;

    (void)uart;
    self->sent[self->sent_count] = byte;
    self->sent_ns[self->sent_count] = at_ns;
    self->sent_count = (self->sent_count + 1) % BENCH_SENT_MAX;
    self->baud = baud;
    if (self->end_run_ns > 0) {
        machine_end_run(&self->machine, at_ns + self->end_run_ns);
    }
}

static void take_reset_pin(void *context, bool low, uint64_t at_ns)
{
    struct board_bench *self = context;

    (void)at_ns;
    self->reset_edges++;
    self->reset_low = low;
}

void bench_program(const uint16_t *code, unsigned count)
{
    const uint32_t vectors[2] = {CPU_RAM_BASE + CPU_RAM_SIZE, CPU_FLASH_BASE + 0x101};

    memcpy(bench.machine.cpu.flash, vectors, sizeof vectors);
    memcpy(bench.machine.cpu.flash + 0x100, code, count * sizeof *code);
}

int bench_setup(void **state)
{
    static const uint16_t forever[] = {0xE7FE}; // b .
    const struct machine_ports ports = {
        .context = &bench, .uart_sent = take_sent, .modem_reset_pin = take_reset_pin};

    (void)state;
    memset(&bench, 0, sizeof bench);
    machine_init(&bench.machine, &ports, true, 1);
    bench_program(forever, 1);
    machine_power_on(&bench.machine);
    bench.machine.cpu.stop = CPU_RUNNING;
    return 0;
}

int bench_teardown(void **state)
{
    (void)state;
    machine_free(&bench.machine);
    return 0;
}

uint32_t rd(uint32_t address)
{
    return bus_read(&bench.machine.cpu, address, 4);
}

void wr(uint32_t address, uint32_t value)
{
    wr_sized(address, value, 4);
}

void wr_sized(uint32_t address, uint32_t value, unsigned size)
{
    bus_write(&bench.machine.cpu, address, value, size);
}

void set(uint32_t address, uint32_t bits)
{
    wr(address, rd(address) | bits);
}

void clear(uint32_t address, uint32_t bits)
{
    wr(address, rd(address) & ~bits);
}

uint64_t now_ns(void)
{
    return machine_now_ns(&bench.machine);
}

void pass_ns(uint64_t ns)
{
    cpu_stall(&bench.machine.cpu, time_cycle_at(&bench.machine, now_ns() + ns));
}

void assert_misuse(const char *part)
{
    assert_int_equal(bench.machine.cpu.stop, CPU_STOP_MISUSE);
    if (strstr(bench.machine.cpu.misuse, part) == NULL) {
        fail_msg("\"%s\" does not contain \"%s\"", bench.machine.cpu.misuse, part);
    }
    bench.machine.cpu.stop = CPU_RUNNING;
    bench.machine.soc.misused = false;
}

void assert_no_misuse(void)
{
    if (bench.machine.cpu.stop == CPU_STOP_MISUSE) {
        fail_msg("misuse: %s", bench.machine.cpu.misuse);
    }
}

void bench_run_at_32mhz(void)
{
    set(0x40021038, 1U << 28); // PWR
    wr(0x40007000, 0x0800);    // range 1
    pass_ns(100000);
    set(0x40022000, 3); // one wait state, prefetch
    set(0x40021000, 1); // HSI16
    pass_ns(100000);
    set(0x4002100C, 1U << 18 | 1U << 22); // × 4 / 2
    set(0x40021000, 1U << 24);
    pass_ns(1000000);
    set(0x4002100C, 3);
    assert_no_misuse();
    assert_int_equal(bench.machine.soc.time.hz, 32000000);
}

void bench_open_pins(void)
{
    wr(0x4002102C, 0x8F);
    wr(0x50001C18, 1); // CS high before it becomes an output
    clear(0x50001C00, 2);
    clear(0x50000400, 2U << 24 | 2U << 26 | 3U << 28); // PB12, PB13 outputs, PB14 input
}
