// SPDX-License-Identifier: Apache-2.0
// A scenario: what happens to a node and when, as a text of short lines that are carried out from top to bottom.
//
//   # comment                            at 12s: ACTION        waits until 12 s after power-on
//   at chunk 20: ACTION                  waits until chunk 20 was handed to the node
//   at power-on 2: ACTION                waits until power has come on that often
//   link down | link up                  radio coverage
//   link loss 30 [seed 7]                per cent of the packets, either way; 0 ends it
//   hold | go                            keeps back what the network sends, lets it through
//   corrupt chunk 3 [always]             spoils it once, or every time
//   fault no-result times 3              of the modem, once when not said; always, never
//   faults random 7 20                   seed and per mille; faults none
//   flash busy [for 5s]                  absent, low (held low), deaf, protected, locked, well; id EF4016
//   flash flip 0x1000 bit 3              a bit turns over; flip 8 in 0x0..0xFFF seed 7: some at random
//   flash stuck 0x0..0xFFF mask 0x80 low   bits that hold their level; or high
//   flash replace 2M                     by another chip, empty; behind a `cut power`
//   mcu weak 0x08010000                  a word of flash or EEPROM; spoil, worn; mcu well
//   crystal never | crystal in 3s        how long the LSE takes to start; as the first line
//   lsi 26000                            frequency of the LSI in Hz; likewise
//   pin PA7 low for 2s                   a level, held so long; press key for 2s
//   cut power [for 5s]                   now; power comes back after 1 s, or after the time given
//   cut power at operation 120 [+ 0.4]   inside that persistent operation, counted from here, at that part of it
//   cut power at instruction 5000000     counted from here
//   cut power never                      forgets a cut that has not come yet
//   power random 7 on 100ms..3s off 1s..2s times 1000   comes and goes at random; or for 24h
//   unlock                               types the console's password
//   type AT+UPGRADE                      at the console, with its line end
//   bytes FILE                           types what it holds, 4096 bytes at most
//   send FILE                            by XMODEM once the node invites, until it has taken or refused it or has no power
//   expect TEXT [within 600s]            waits until the console prints it; 3600 s at most when not said
//   run COMMAND                          a shell command; the node stands still meanwhile; a failure ends the scenario
//   wait 30s                             of virtual time
//   end
//
// Times are virtual: 250ms, 12s, 5m, 2h. The scenario ends behind its last line.
#ifndef NBOTA_VNODE_RUN_SCENARIO_H
#define NBOTA_VNODE_RUN_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "vnode/run/board.h"
#include "vnode/run/transcript.h"

struct scenario; // heap-made by scenario_parse()

enum scenario_state {
    SCENARIO_RUNNING,
    SCENARIO_ENDED,
    SCENARIO_FAILED, // scenario_error() says which line and why
};

enum { SCENARIO_ERROR_MAX = 400 };

// STATUS_INVALID: `error` names the line and what would be right there. `*scenario` is the caller's to destroy.
enum status scenario_parse(const char *text, struct scenario **scenario,
                           char error[SCENARIO_ERROR_MAX]);
void scenario_destroy(struct scenario *self);
// What `unlock` types; borrowed.
void scenario_set_password(struct scenario *self, const char *password);
// Who is told each line that is typed: the node does not echo.
void scenario_set_echo(struct scenario *self, transcript_line *on_typed, void *context);

// Carries out everything whose time has come. Call it after each board_run(), which must not run beyond
// scenario_until_ns().
enum scenario_state scenario_step(struct scenario *self, struct board *board,
                                  struct transcript *console);
uint64_t scenario_until_ns(const struct scenario *self, const struct board *board);
// The board met its armed cut: power comes back when the scenario says.
void scenario_power_was_cut(struct scenario *self, const struct board *board);
// For listings: the modem's fault `index` and what it does; NULL behind the last.
const char *scenario_fault(unsigned index, const char **help);
const char *scenario_error(const struct scenario *self);

#endif
