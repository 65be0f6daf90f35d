// SPDX-License-Identifier: Apache-2.0
// Virtual time: nanoseconds of the board against the processor's cycles, whose length follows the clock tree, and the
// moments at which peripherals have something to do. Every moment is in ns, so a change of clock moves none of them.
#ifndef NBOTA_VNODE_SOC_TIME_H
#define NBOTA_VNODE_SOC_TIME_H

#include <stdbool.h>
#include <stdint.h>

struct machine;

#define TIME_NEVER UINT64_MAX
enum { NS_PER_US = 1000, NS_PER_MS = 1000000, NS_PER_S = 1000000000 };

enum soc_event {
    EVENT_UNTIL, // the caller's bound
    EVENT_CUT,   // the last one that a reset spares
    EVENT_NVM,
    EVENT_WEAK,
    EVENT_UART_SENT, // one per enum machine_uart
    EVENT_UART_SENT_LAST = EVENT_UART_SENT + 2,
    EVENT_UART_IDLE,
    EVENT_UART_IDLE_LAST = EVENT_UART_IDLE + 2,
    EVENT_LPTIM,
    EVENT_RTC,
    EVENT_IWDG,
    EVENT_I2C,
    EVENT_ADC,
    SOC_EVENTS,
};

// How the time since the machine was made was spent. What is in none of these the processor ran.
struct time_spent {
    uint64_t off_ns;
    uint64_t stop_ns;
    uint64_t stop_hsi_ns; // of stop_ns: with HSI16 kept on for the lines
    uint64_t sleep_ns;
    uint64_t sleep_cycles; // of cpu.cycles
};

struct timebase {
    uint64_t base_cycle; // cpu.cycles at base_ns
    uint64_t base_ns;
    uint64_t event_ns; // the moment being served, while `in_event`
    uint32_t hz;       // of the processor
    bool in_event;
    bool stopped; // Stop mode: no cycles, only what LSE and LSI drive
    uint64_t due[SOC_EVENTS];
    struct time_spent spent;
};

// A power-on or a reset: the clock is `hz` from now on, and nothing of the peripherals is due any more. What comes from
// outside (EVENT_UNTIL, EVENT_CUT) stays.
void time_restart(struct machine *self, uint32_t hz);
uint64_t time_now_ns(const struct machine *self);
// From now on a cycle takes 1/hz.
void time_set_hz(struct machine *self, uint32_t hz);
// First cycle that begins at or after `ns`.
uint64_t time_cycle_at(const struct machine *self, uint64_t ns);

// `event` is served at `ns`; TIME_NEVER takes it back.
void time_due(struct machine *self, enum soc_event event, uint64_t ns);
// Earliest moment at which something is due that matters to a sleeping board.
uint64_t time_next_ns(const struct machine *self);
// Serves everything due, in order of time.
void time_serve(struct machine *self);

// Jumps over sleep; cycles go on unless the board is in Stop.
void time_jump(struct machine *self, uint64_t to_ns);
// Stalls the processor until `ns`.
void time_stall(struct machine *self, uint64_t ns);

void time_enter_stop(struct machine *self);
// Moments of what stood still move by the time spent in Stop since `entered_ns`.
void time_leave_stop(struct machine *self, uint64_t entered_ns, uint32_t hz);

// Exact for any duration: whole periods of `hz` in `ns`, and the ns after which `periods` are complete.
uint64_t time_periods(uint64_t ns, uint32_t hz);
uint64_t time_of_periods(uint64_t periods, uint32_t hz);

#endif
