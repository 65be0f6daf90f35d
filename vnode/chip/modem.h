// SPDX-License-Identifier: Apache-2.0
// A modem as the board sees it: a serial line, a reset pin, and a network behind it. The modem keeps virtual time by
// what it is told; it never asks a clock. Sockets are real, their messages are delivered when the link model says.
#ifndef NBOTA_VNODE_CHIP_MODEM_H
#define NBOTA_VNODE_CHIP_MODEM_H

#include <stdbool.h>
#include <stdint.h>

#include "vnode/chip/modem_fault.h"
#include "vnode/net/peer.h"

struct modem; // one emulated module, made by bc660k_create() or bg95_create()

struct modem_counters {
    uint64_t bytes_up, bytes_down;           // IP bytes on air
    uint64_t mqtt_bytes_up, mqtt_bytes_down; // MQTT bytes as sent and received
    uint64_t chunk_requests;                 // PUBLISHes to v2/fw/request/…
    uint64_t chunk_replies;                  // PUBLISHes received on v2/fw/response/…
    uint64_t lone_acks;                      // bursts with nothing but a TCP acknowledgement
    uint64_t coap_repetitions;               // of confirmable messages
    uint64_t tx_ns, rx_ns;                   // transmitter and receiver on
    uint64_t commands;                       // heard complete while none was under way
    // What the driver, the peer or a fault did wrong; all 0 in a clean run.
    uint64_t commands_while_busy; // dropped: sent before the final result of the one before
    uint64_t unknown_commands;
    uint64_t faults;           // that struck
    uint64_t lost_lines;       // swallowed by sleep or boot
    uint64_t lost_urcs;        // fell into data mode
    uint64_t lost_packets;     // by the network, as a scenario says
    uint64_t dropped_messages; // larger than the module takes, or its line was full
};

void modem_power_on(struct modem *self, uint64_t now_ns);
// The node lost its supply: the module forgets its volatile state; its sockets stay half-open in the network.
void modem_power_off(struct modem *self, uint64_t now_ns);
// The level of the one wire that the board has to the module's power control (PB2): RESET_N of a BC660K-GL, low resets;
// the PWRKEY transistor of a BG95-M2, high presses the key.
void modem_pin(struct modem *self, bool high, uint64_t now_ns);
// The level at the MCU's input from the module (BG95-M2: STATUS on PA13, inverted, low = on). High when not wired.
bool modem_status_pin(const struct modem *self);

// One character from the MCU, complete at now_ns, sent at `baud`.
void modem_input(struct modem *self, uint8_t byte, uint32_t baud, uint64_t now_ns);
// Takes one character for the MCU that is complete at or before now_ns; false when there is none.
bool modem_output(struct modem *self, uint64_t now_ns, uint8_t *byte);
// Whether characters pass between the modem's line and one set to `baud`, in either direction: a receiver of 8N1 frames
// takes up to 2 % of difference. False while the line is dead.
bool modem_rate_fits(const struct modem *self, uint32_t baud);
// Rate of those characters; a receiver set to another one sees framing errors. 0 while the line is dead.
uint32_t modem_output_baud(const struct modem *self);
// Virtual time of the next thing the modem does by itself, UINT64_MAX = never. Also the time at which it wants to be
// asked modem_net_quiet() again: never jump beyond it.
uint64_t modem_next_ns(const struct modem *self);
// Does everything due at or before now_ns, reads and writes its sockets without blocking.
void modem_poll(struct modem *self, uint64_t now_ns);
// True when virtual time may go on to modem_next_ns(): no socket open, or the network is known to be quiet. The rule
// is in vnode/net/quiet.h. May start the emulator's own PINGREQ; poll and ask again after modem_wait(). A loop
// that asks before every step, whether the processor sleeps or runs, is deterministic with a peer that answers.
// In real time nobody asks.
bool modem_net_quiet(struct modem *self, uint64_t now_ns);
// A command of the scenario may have made a peer speak: its words are waited for before virtual time goes on.
void modem_net_stir(struct modem *self);
// Waits at most `timeout_ms` of real time for network traffic.
void modem_wait(struct modem *self, int timeout_ms);

struct modem_faults *modem_faults(struct modem *self);
const struct modem_counters *modem_counters(const struct modem *self);
// Last chunk index whose reply was handed to the module's UART, -1 before the first of a session.
long modem_last_chunk(const struct modem *self);

// Makes the module answer the next command that begins with `command` so, instead of carrying it out. For results that
// no real server can be made to give. Texts must outlive their use; at most 4 wait, then false.
struct modem_answer {
    const char *command; // "AT+QMTOPEN"
    const char *result;  // "OK", "+CME ERROR: 14"; NULL = no answer at all
    const char *outcome; // "+QMTOPEN: 0,4"; NULL = never
    uint32_t outcome_ms; // behind the command
};
bool modem_answer_instead(struct modem *self, const struct modem_answer *answer);

struct modem_config {
    char imei[16];          // 15 digits
    char imsi[16];          // 15 digits
    const char *module;     // "bc660k-gl" or "bg95-m2"; NULL = the first
    const char *link_class; // "nb1-ce0" …, see link/
    uint64_t seed;          // of the module's small variations in time
    // Whom MQTT sessions end in, instead of the host's network; NULL = that. Borrowed for the modem's life.
    const struct net_peer *peer;
    uint64_t epoch_s; // Unix time at virtual 0, for AT+CCLK?; 0 = 2026-01-01
};

// Heap-made; NULL without memory or with an unknown link class or module.
struct modem *modem_create(const struct modem_config *config);
// True when the board's wire leads to a power key instead of a reset pin.
bool modem_has_key(const struct modem *self);
// The same as modem_create(), whatever config->module says.
struct modem *bc660k_create(const struct modem_config *config);
struct modem *bg95_create(const struct modem_config *config);
void modem_destroy(struct modem *self);

#endif
