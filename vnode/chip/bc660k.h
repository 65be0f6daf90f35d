// SPDX-License-Identifier: Apache-2.0
// The emulated BC660K-GL as its own files see it; everybody else uses vnode/chip/modem.h.
// Facts: Quectel BC660K-GL&BC950K-GL AT Commands Manual V1.4 and MQTT Application Note V1.2, collected with the
// assumptions for what is unknown in docs/modems.md. This header holds the state; one file per concern works on it:
//   bc660k.c          the contract of modem.h, events in order of time
//   bc660k_line.c     the serial line            bc660k_command.c      from a line to a final result
//   bc660k_power.c    boot, reset, sleep, wake   bc660k_network.c      registration
//   bc660k_air.c      messages in the radio      bc660k_session.c      the MQTT session and its socket
//   bc660k_packet.c   packets from the server    bc660k_socket.c       between radio and socket
// and the commands, listed in bc660k_commands.def: bc660k_general.c, _radio.c, _time.c, _qmt.c, _qmt_config.c,
// _qmt_publish.c.
#ifndef NBOTA_VNODE_CHIP_BC660K_H
#define NBOTA_VNODE_CHIP_BC660K_H

#include <stdbool.h>
#include <stdint.h>

#include "base/fmt.h"
#include "base/span.h"
#include "link/radio.h"
#include "vnode/chip/modem.h"
#include "vnode/net/broker.h"
#include "vnode/net/orphan.h"

enum {
    BC660K_LINE_MAX = 1600,     // longest command; a longer one is an error (assumed)
    BC660K_OUT_MAX = 64 * 1024, // characters waiting for the host
    BC660K_FIELDS_MAX = 12,
    BC660K_TEXT_MAX = 256,     // topic, user, password
    BC660K_PUBLISH_MAX = 1460, // AT+QMTPUB, text
    BC660K_INBOUND_MAX = 1060, // largest message that is handed to the host (assumed)
    BC660K_OPERATIONS_MAX = 5,
    BC660K_LATER_MAX = 8,
    BC660K_INSTEAD_MAX = 4,
    BC660K_URC_MAX = 128,
};
#define BC660K_MS UINT64_C(1000000)
#define BC660K_S  UINT64_C(1000000000)

// Numbers of +CME ERROR (AT manual, table of error codes; 85xx MQTT note).
enum cme {
    CME_NONE = 0,
    CME_NOT_ALLOWED = 3,
    CME_NOT_SUPPORTED = 4,
    CME_PARAMETER = 50,
    CME_MQTT_LINK = 8503,
    CME_MQTT_BUFFER = 8508,
};

enum module_power {
    POWER_OFF,
    POWER_BOOTING,
    POWER_AWAKE,
    POWER_LIGHT_SLEEP, // line dead until a character comes
    POWER_DEEP_SLEEP,  // all but the NVRAM lost
    POWER_WAKING,
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
    TIMER_PING,    // bound of PINGRESP
    TIMER_SILENCE, // the server's patience
    TIMER_STUCK,   // uplink without progress
    TIMER_DATA,    // prompt or end of data mode
    TIMERS
};

// Survives power cuts, resets and deep sleep.
struct module_nvram {
    bool echo;
    uint32_t baud;
    uint8_t cmee, cereg, cscon, cops, nb_category;
    bool sleep_events, wake_by_line, psm, psm_events;
    uint8_t sleep_lock_s;
    char plmn[8];
    char tau[9], active[9]; // bit strings of AT+CPSMS
    char edrx[5];
    char apn[100];
    char bands[64];
};

struct module_mqtt_config {
    struct mqtt_connect connect; // spans point into the texts below
    uint32_t packet_timeout_s, retries;
    bool with_length, send_hex, receive_hex;
    char will_topic[BC660K_TEXT_MAX + 1], will_message[BC660K_TEXT_MAX + 1];
};

enum session_state {
    SESSION_CLOSED,
    SESSION_OPENING,       // AT+QMTOPEN is under way
    SESSION_OPEN,          // 1 in +QMTCONN?
    SESSION_CONNECTING,    // 2
    SESSION_CONNECTED,     // 3
    SESSION_DISCONNECTING, // 4: DISCONNECT waits for the radio
};

// Why a session ended, as +QMTSTAT says it.
enum session_loss {
    SESSION_CLOSED_BY_PEER = 1,
    SESSION_PING_FAILED = 2,
    SESSION_LINK_DEAD = 7,
};

enum uplink_kind { UPLINK_NOTHING, UPLINK_DNS, UPLINK_SYN, UPLINK_PACKET, UPLINK_DETACH };
enum downlink_kind {
    DOWNLINK_NOTHING,
    DOWNLINK_DNS,
    DOWNLINK_SYN_ACK,
    DOWNLINK_RESET, // connection refused
    DOWNLINK_NO_NAME,
    DOWNLINK_PACKET,
    DOWNLINK_CLOSED,
};

// A message while it is in the radio's hands; the slot's number is its tag.
struct module_slot {
    bool is_used;
    uint8_t kind;
    uint8_t *bytes; // owned, NULL when size is 0
    size_t size;
};

struct module_operation {
    enum mqtt_type type; // 0 = free
    uint16_t id;
    uint64_t until_ns;
};

struct module_session {
    enum session_state state;
    struct module_mqtt_config config;
    char host[101];
    uint16_t port;
    struct module_operation operation[BC660K_OPERATIONS_MAX];
    uint64_t arrived_ns; // of the last message at the base station
    bool ping_waits;
    char late_published[BC660K_URC_MAX]; // empty = none
};

// AT+QMTPUB=…,"<topic>"[,<len>] with the message behind a prompt.
enum data_mode { DATA_NONE, DATA_PROMPT, DATA_INPUT };
struct module_data {
    enum data_mode mode;
    bool is_fixed; // exactly `wanted` bytes, else until Ctrl-Z
    uint32_t wanted;
    uint8_t bytes[BC660K_PUBLISH_MAX];
    uint32_t size;
    uint16_t id;
    uint8_t qos;
    bool retain;
    char topic[BC660K_TEXT_MAX + 1];
};

enum after_reply { AFTER_NOTHING, AFTER_RESET, AFTER_PROMPT };

struct modem {
    char imei[16], imsi[16];
    uint64_t epoch_s;
    const struct link_class *class;
    uint64_t random;
    struct modem_faults faults;
    struct modem_counters counters;
    long last_chunk;

    enum module_power power;
    uint64_t timer_ns[TIMERS];
    uint64_t reset_since_ns;
    struct module_nvram nvram;

    // line
    uint8_t out[BC660K_OUT_MAX];
    uint32_t out_head, out_count;
    uint64_t out_ns;      // completion of the last character given out or now when idle
    uint64_t activity_ns; // last character in either direction
    uint8_t in[BC660K_LINE_MAX];
    uint32_t in_size;
    bool in_spoiled, in_overflow;

    // running command
    bool is_busy;
    char reply_text[1024];
    struct fmt reply;
    enum cme result;
    enum after_reply after_reply;
    uint32_t new_baud; // 0 = as it is
    uint64_t now_ns;   // of the event under way
    uint64_t reply_ns; // when the running command's final result is due

    // ordered by modem_answer_instead(), oldest first
    struct modem_answer instead[BC660K_INSTEAD_MAX];
    uint32_t instead_count;

    // delayed URCs in order of time
    struct {
        uint64_t at_ns;
        char text[BC660K_URC_MAX];
    } later[BC660K_LATER_MAX];
    uint32_t later_count;

    // volatile settings and network
    uint8_t qsclk, cfun, next_cfun;
    bool is_registered, is_attached, is_uncovered, is_psm, is_detaching, was_connected;
    uint8_t csq;

    struct link_radio radio;
    struct module_slot up[LINK_UP_MAX], down[LINK_DOWN_MAX];
    struct module_session session;
    struct module_data data;
    struct broker broker;
    struct orphans orphans;
};

// Uniform number in low..high.
uint64_t module_random(struct modem *self, uint64_t low, uint64_t high);
void module_set_timer(struct modem *self, enum module_timer timer, uint64_t at_ns);
void module_stop_timer(struct modem *self, enum module_timer timer);

#endif
