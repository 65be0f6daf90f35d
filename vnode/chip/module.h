// SPDX-License-Identifier: Apache-2.0
// The emulated modules as their own files see them; everybody else uses vnode/chip/modem.h.
// Facts: the manuals that docs/modems.md names, with the assumptions for what is unknown. modem_*.c is what the modules
// do alike, bc660k*.c and bg95*.c what is each one's own; what differs by a value is a field of struct module_variant.
// One file per concern:
//   modem.c          the contract of modem.h, events in order of time
//   modem_line.c     the serial line            modem_command.c     from a line to a final result
//   modem_data.c     bytes behind a prompt      modem_power.c       start
//   modem_network.c  registration, context      modem_air.c         messages in the radio
//   modem_session.c  the MQTT session           modem_connection.c  between radio and broker
//   modem_packet.c   packets from the broker    bg95_inbox.c        messages kept for the host
//   modem_sockets.c  TCP and UDP                modem_coap.c        CoAP exchanges
//   modem_fault.c    what goes wrong
// and the commands, listed in bc660k_commands.def and bg95_commands.def.
#ifndef NBOTA_VNODE_CHIP_MODULE_H
#define NBOTA_VNODE_CHIP_MODULE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/fmt.h"
#include "base/span.h"
#include "link/radio.h"
#include "vnode/chip/modem.h"
#include "vnode/chip/modem_air.h"
#include "vnode/chip/modem_coap.h"
#include "vnode/chip/modem_command.h"
#include "vnode/chip/modem_limits.h"
#include "vnode/chip/modem_session.h"
#include "vnode/chip/modem_socket.h"
#include "vnode/chip/modem_variant.h"
#include "vnode/net/broker.h"
#include "vnode/net/orphan.h"

enum module_power {
    POWER_OFF,  // no supply
    POWER_DOWN, // supplied, waits for its key
    POWER_BOOTING,
    POWER_AWAKE,
    POWER_LIGHT_SLEEP, // line dead until a character comes
    POWER_DEEP_SLEEP,  // all but the NVRAM lost
    POWER_WAKING,
    POWER_STOPPING, // on its way to POWER_DOWN
};

// One event each; 0..TIMERS-1, earliest first, lower number first at the same time.
enum module_timer {
    TIMER_POWER,      // boot or wake ends
    TIMER_REPLY,      // final result of the running command
    TIMER_REGISTERED, // +CEREG
    TIMER_ATTACHED,   // +CGATT
    TIMER_UNCOVERED,  // registration given up
    TIMER_RELEASE,    // end of the radio connection
    TIMER_PSM,        // T3324
    TIMER_TAU,        // T3412
    TIMER_SLEEP,
    TIMER_LATER,     // first of the delayed URCs
    TIMER_PUBLISHED, // a +QMTPUB that waits for the next +QMTRECV
    TIMER_OPEN,      // bound of AT+QMTOPEN
    TIMER_OPERATION, // first bound of a packet waiting for its answer
    TIMER_KEEP_ALIVE,
    TIMER_PING,        // bound of PINGRESP
    TIMER_SILENCE,     // the server's patience
    TIMER_STUCK,       // uplink without progress
    TIMER_DATA,        // end of data mode
    TIMER_SOCKETS,     // first bound of a socket
    TIMER_COAP,        // repetition
    TIMER_OUTAGE,      // end of a random loss of coverage
    TIMER_KEY,         // PWRKEY was held long enough
    TIMER_PING_ANSWER, // bound of an AT+QPING
    TIMERS
};

// Survives power cuts, resets and deep sleep.
struct module_ping {
    char address[UDP_ADDRESS_TEXT];
    uint32_t timeout_s, count, left, received;
    uint64_t sent_ns;
    unsigned least_ms, most_ms, sum_ms;
};

enum after_reply { AFTER_NOTHING, AFTER_RESET, AFTER_PROMPT, AFTER_POWER_DOWN };

struct modem {
    const struct module_variant *variant;
    char imei[16], imsi[16];
    uint64_t epoch_s;
    const struct link_class *class;
    uint64_t random;
    struct modem_faults faults;
    struct modem_counters counters;
    long last_chunk;

    enum module_power power;
    uint64_t timer_ns[TIMERS];
    uint64_t pin_since_ns; // the reset pin is low, UINT64_MAX = it is not
    bool is_mute;          // FAULT_SILENT
    uint64_t outage_until_ns;
    bool is_powered_down; // POWERED DOWN was said
    struct module_nvram nvram;
    struct module_nvram saved; // BG95: what a restart brings back

    // line
    uint8_t out[MODULE_OUT_MAX];
    uint32_t out_head, out_count;
    uint32_t gap_after;   // characters until a pause in the output, 0 = none
    uint64_t out_ns;      // completion of the last character given out or now when idle
    uint64_t activity_ns; // last character in either direction
    uint8_t in[MODULE_LINE_MAX];
    uint32_t in_size;
    bool in_spoiled, in_overflow;

    // running command
    bool is_busy;
    char reply_text[MODULE_REPLY_MAX];
    struct fmt reply;
    enum cme result;
    const char *ok_text; // in place of OK
    enum after_reply after_reply;
    uint32_t new_baud; // 0 = as it is
    uint64_t now_ns;   // of the event under way
    uint64_t reply_ns; // when the running command's final result is due

    // ordered by modem_answer_instead(), oldest first
    struct modem_answer instead[MODULE_INSTEAD_MAX];
    uint32_t instead_count;

    // delayed URCs in order of time
    struct {
        uint64_t at_ns;
        bool is_decided; // no fault of the line strikes any more
        char text[MODULE_URC_MAX];
    } later[MODULE_LATER_MAX];
    uint32_t later_count;

    // volatile settings and network
    uint8_t qsclk, cfun, next_cfun;
    bool has_context; // BG95: AT+QIACT
    bool is_registered, is_attached, is_uncovered, is_psm, is_detaching, was_connected;
    uint8_t csq;

    struct link_radio radio;
    struct module_slot up[LINK_UP_MAX], down[LINK_DOWN_MAX];
    struct module_session session;
    struct module_data data;
    uint64_t arrived_ns; // of the last message at the base station
    struct broker broker;
    struct module_publish publish_pending;
    struct module_sockets sockets;
    struct module_coap coap;
    struct coap_request coap_pending;
    struct udp_peer send_pending; // AT+QISEND in data mode: to whom
    uint32_t send_index;          // …by which socket
    struct module_ping ping;
    struct module_inbox inbox;
    struct orphans orphans;
};

// ---- modem.c ----
// Heap-made; NULL without memory or with an unknown link class.
struct modem *module_create(const struct module_variant *variant,
                            const struct modem_config *config);
// Uniform number in low..high.
uint64_t module_random(struct modem *self, uint64_t low, uint64_t high);
// The same from a generator of its own.
uint64_t module_draw(uint64_t *random, uint64_t low, uint64_t high);
void module_set_timer(struct modem *self, enum module_timer timer, uint64_t at_ns);
void module_stop_timer(struct modem *self, enum module_timer timer);

// ---- modem_line.c ----
void line_put(struct modem *self, struct span bytes);
// CR LF text CR LF. An URC in data mode is lost.
void line_say(struct modem *self, const char *format, ...) FORMAT_LIKE_PRINTF(2, 3);
// The same `delay_ns` from now.
void line_say_later(struct modem *self, uint64_t delay_ns, const char *format, ...)
    FORMAT_LIKE_PRINTF(3, 4);
void line_put_hex(struct modem *self, struct span bytes);
// True when a pushed message of `size` characters may go out now; else it is counted as lost.
bool line_takes_message(struct modem *self, size_t size);
void line_on_later(struct modem *self);
void line_clear(struct modem *self);
void line_take(struct modem *self, uint8_t byte);
uint64_t line_next_ns(const struct modem *self);

// ---- modem_power.c ----
// Everything volatile is gone.
void power_forget(struct modem *self);
// Settings alone, as after deep sleep.
void power_forget_settings(struct modem *self);
// Boots for low_ms..high_ms, then TIMER_POWER.
void power_boot(struct modem *self, uint64_t low_ms, uint64_t high_ms);
// The boot is over: the line is alive, the radio on.
void power_start_network(struct modem *self);
void bg95_switch_off(struct modem *self);

// ---- modem_network.c ----
void network_start(struct modem *self);
void network_stop(struct modem *self);
// Connection, session and everything in the air are gone; the server is not told.
void network_forget(struct modem *self);
// The same with the radio off: the end of AT+CFUN=0.
void network_detach(struct modem *self);
void network_on_detached(struct modem *self, struct module_slot *slot);
void network_on_registered(struct modem *self);
// Begins to attach a registered module.
void network_attach(struct modem *self);
void network_on_attached(struct modem *self);
void network_on_uncovered(struct modem *self);
void network_on_release(struct modem *self);
void network_on_psm(struct modem *self);
// After anything the radio did.
void network_watch_connection(struct modem *self);
void network_check_cover(struct modem *self);
unsigned network_cereg_stat(const struct modem *self);
// 3GPP TS 27.007 <AcT>: 8 LTE-M, 9 NB-IoT.
unsigned network_technology(const struct modem *self);
// There is a PDP context to send in.
bool network_has_context(const struct modem *self);
// The context is gone and all that lived in it.
void network_lose_context(struct modem *self);
extern const char *const network_address; // the module's own
extern const char *const network_cell;    // tac and cell id as +CEREG shows them

// ---- modem_ping.c ----
void ping_on_sent(struct modem *self, struct module_slot *slot);
void ping_on_received(struct modem *self, struct module_slot *slot);
void ping_on_timer(struct modem *self);

// ---- modem_fault.c ----
// True when the fault strikes here: ordered (and then used up by one) or drawn.
bool fault_strikes(struct modem *self, enum modem_fault fault);
// …for faults that last.
bool fault_is_on(const struct modem *self, enum modem_fault fault);
// The error that takes a command's place; CME_NONE mostly.
enum cme fault_of_command(struct modem *self, struct span name);
uint64_t fault_late_ns(const struct modem *self);
uint64_t fault_late_outcome_ns(const struct modem *self);
// An unsolicited line about the network.
void fault_say_something(struct modem *self, uint64_t delay_ns);
void fault_poll(struct modem *self);
// With each command: random faults of the module as a whole.
void fault_draw_whole(struct modem *self);

#endif
