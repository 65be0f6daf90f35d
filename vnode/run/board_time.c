// SPDX-License-Identifier: Apache-2.0
// The loop that keeps one time for everybody: the machine runs until somebody else has something to say, and a
// sleeping machine's clock jumps only when the network has nothing more to say.
#include "vnode/run/board_parts.h"
#include "vnode/run/ledger_sample.h"

enum {
    NETWORK_WAIT_MS = 2,
    PACED_WAIT_MS = 10, // longest nap, so that typing is heard
};
#define SLICE_NS      1000000ULL // sockets are looked at once a virtual ms while the processor works
#define STANDSTILL_NS 30000000000ULL // a network that never gets quiet is taken for dead

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

// At the pace of its peers nobody is waited for. A node that is faster than they are waits, or it would miss answers that
// a slower one hears.
static bool keeps_real_time(const struct board *self)
{
    return self->pace.speed > 0 && self->pace.speed <= 1;
}

// True when virtual time may go on: in real time always, otherwise when the network has nothing more to say. Real time
// passes inside when it may not.
static bool may_go_on(struct board *self, uint64_t now_ns)
{
    if (keeps_real_time(self) || modem_net_quiet(self->modem, now_ns)) {
        self->stands_since_ns = 0;
        return true;
    }
    uint64_t real_ns = pace_real_ns();
    if (self->stands_since_ns == 0) {
        self->stands_since_ns = real_ns;
    }
    if (real_ns - self->stands_since_ns > STANDSTILL_NS && !modem_faults(self->modem)->hold) {
        return true;
    }
    modem_wait(self->modem, NETWORK_WAIT_MS);
    return false;
}

// Paced: naps while the wall clock is behind. False while it is far behind.
static bool keep_pace(struct board *self, uint64_t to_ns)
{
    int wait_ms = pace_wait_ms(&self->pace, to_ns, pace_real_ns());

    if (wait_ms > 0) {
        modem_wait(self->modem, wait_ms < PACED_WAIT_MS ? wait_ms : PACED_WAIT_MS);
    }
    return wait_ms <= PACED_WAIT_MS;
}

// The machine sleeps, or has no power: its clock goes on to `to_ns`.
static void pass_time(struct board *self, uint64_t to_ns)
{
    if (self->pace.speed > 0) {
        double nap_ns = PACED_WAIT_MS * 1e6 * self->pace.speed;
        to_ns = least(to_ns, board_now_ns(self) + (uint64_t)nap_ns);
    }
    // The machine may have said something to the modem since `to_ns` was chosen.
    to_ns = board_next_outside_ns(self, least(to_ns, machine_next_ns(&self->machine)));
    if (to_ns > board_now_ns(self) && keep_pace(self, to_ns)) {
        machine_skip_to(&self->machine, to_ns);
    }
}

static enum board_outcome run_machine(struct board *self, uint64_t to_ns)
{
    switch (machine_run(&self->machine, least(to_ns, board_now_ns(self) + SLICE_NS))) {
    case MACHINE_SLEEPING:
        pass_time(self, to_ns);
        return BOARD_TIME;
    case MACHINE_POWER_CUT:
        self->machine.cut_at_operation = 0; // once: the next start must get beyond it
        self->machine.cut_at_instruction = UINT64_MAX;
        board_power_off(self);
        return BOARD_POWER_CUT;
    case MACHINE_PAUSED:
        self->machine.pause_at_instruction = UINT64_MAX;
        return BOARD_PAUSED;
    case MACHINE_BREAKPOINT:
        return BOARD_BREAKPOINT;
    case MACHINE_MISUSE:
    case MACHINE_LOCKUP:
        return BOARD_STOPPED;
    case MACHINE_BUDGET:
    default:
        (void)keep_pace(self, board_now_ns(self));
        return BOARD_TIME;
    }
}

// True once for each chunk that was handed over.
static bool chunk_came(struct board *self)
{
    long chunk = modem_last_chunk(self->modem);
    bool came = chunk != self->chunk;

    self->chunk = chunk;
    return came;
}

// Everything the modem does by itself ends a step, so it did the same all the time of one.
static void keep_ledger(struct board *self, enum modem_activity activity)
{
    struct ledger_sample sample = ledger_sample_of(&self->machine, self->modem);

    ledger_book(&self->ledger, &sample, activity);
}

static enum board_outcome step(struct board *self, uint64_t until_ns)
{
    uint64_t now_ns = board_now_ns(self);

    if (!self->on) {
        modem_poll(self->modem, now_ns); // what it left in the network ends by itself
        pass_time(self, until_ns);
        keep_ledger(self, MODEM_IS_OFF);
        return BOARD_TIME;
    }
    board_deliver(self, now_ns);
    if (chunk_came(self)) {
        return BOARD_CHUNK;
    }
    if (!may_go_on(self, now_ns)) {
        return BOARD_TIME;
    }
    uint64_t to_ns = board_next_outside_ns(self, until_ns);
    enum modem_activity activity = modem_activity(self->modem);
    enum board_outcome outcome = run_machine(self, to_ns > now_ns ? to_ns : now_ns + 1);
    keep_ledger(self, activity);
    return outcome;
}

enum board_outcome board_run(struct board *self, uint64_t until_ns)
{
    enum board_outcome outcome = BOARD_TIME;

    self->ends = false;
    while (outcome == BOARD_TIME && !self->ends && board_now_ns(self) < until_ns) {
        outcome = step(self, until_ns);
    }
    return outcome;
}

void board_end_run(struct board *self)
{
    self->ends = true;
    machine_end_run(&self->machine, board_now_ns(self));
}
