// SPDX-License-Identifier: Apache-2.0
// The whole virtual node: the machine, the modem on its UART, a person at its console, and the clock they share.
// Virtual time runs as fast as the network allows, or paced to the wall clock (ARCHITECTURE.md, "Two clocks").
#ifndef NBOTA_VNODE_RUN_BOARD_H
#define NBOTA_VNODE_RUN_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vnode/chip/modem.h"
#include "vnode/cpu/coverage.h"
#include "vnode/run/ledger.h"
#include "vnode/soc/machine.h"

struct board; // heap-made by board_create()

struct board_config {
    struct modem_config modem; // identity, module and radio link; its wires follow the module
    uint32_t uid[3];           // the MCU's unique id words
    uint64_t seed;             // RAM at power-on and torn writes
    const char *flash;         // name of a fitting (fitting.h); NULL = the board's own, "4M"
    double speed;              // virtual seconds per second; 0 = as fast as the network allows
};

// What leaves the board. Called from inside board_run(); must not call back into the board, but for board_end_run().
struct board_ports {
    void *context;
    void (*console)(void *context, uint8_t byte, uint64_t now_ns); // one character the node printed
    // A persistent operation begins, see machine.h. NULL: nobody asks.
    void (*operation)(void *context, enum nvm_kind kind, uint32_t address, struct span data);
    void (*restarted)(void *context, uint32_t cause); // likewise
    void (*jumped)(void *context, uint32_t base);     // likewise
};

// A device on the sensor UART (USART1), with its own sense of time. Called from inside board_run(), must not call back.
struct board_device {
    void *context;
    // A character has left the MCU at `now_ns`, sent at `baud`. NULL: nobody listens.
    void (*take)(void *context, uint8_t byte, uint32_t baud, uint64_t now_ns);
    // A character whose time has come, for a receiver set to `baud` (0 = off); false: it said nothing after all. Called
    // until next_ns() is later than `now_ns`. NULL: it never speaks.
    bool (*give)(void *context, uint64_t now_ns, uint32_t baud, uint8_t *byte);
    uint64_t (*next_ns)(
        void *context); // when its next character is complete, UINT64_MAX = never; with `give`
};

enum board_outcome {
    BOARD_TIME,      // `until_ns` was reached, or board_end_run() was called
    BOARD_CHUNK,     // one more chunk was handed to the node: board_chunk() changed
    BOARD_POWER_CUT, // the cut that was armed happened; the board is off
    BOARD_PAUSED,    // the instruction was reached that board_machine()->pause_at_instruction named
    BOARD_BREAKPOINT, // a BKPT, or an instruction that a debugger marked (gdb.h)
    BOARD_STOPPED, // the firmware did what silicon might forgive, or locked up: board_complaint()
};

// NULL without memory or with an unknown link class. Memories are as a factory leaves them: erased.
struct board *board_create(const struct board_config *config, const struct board_ports *ports);
void board_destroy(struct board *self);

void board_power_on(struct board *self);
void board_power_off(struct board *self);
bool board_is_on(const struct board *self);

// Lets time pass until `until_ns` or an earlier outcome. Blocks as long as the network or the pace needs.
enum board_outcome board_run(struct board *self, uint64_t until_ns);
// From a port's function: the board_run() under way ends as if `until_ns` were now.
void board_end_run(struct board *self);
uint64_t board_now_ns(const struct board *self);
const char *board_complaint(const struct board *self);

// Types on the console, at its rate; the bytes are copied. What exceeds 4 KB waiting is dropped: false.
bool board_type(struct board *self, const void *bytes, size_t size);

// Puts `device` on the sensor line; copied, what its context points to is borrowed.
void board_fit_sensor(struct board *self, const struct board_device *device);

// Last chunk handed over, -1 before the first of a session.
long board_chunk(const struct board *self);
// Where the charge went since the board was made, or since the ledger began anew; valid until the next call.
const struct ledger *board_ledger(const struct board *self);
void board_restart_ledger(struct board *self);
// From now on notes where conditional branches in flash go, over resets and power cuts; NULL: no more. Borrowed; several
// boards of a thread may share it.
void board_cover(struct board *self, struct coverage *coverage);
struct machine *board_machine(struct board *self);
struct modem *board_modem(struct board *self);

#endif
