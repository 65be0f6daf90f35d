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
#ifndef NBOTA_VNODE_MODULE_H
#define NBOTA_VNODE_MODULE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/fmt.h"
#include "base/span.h"
#include "link/radio.h"
#include "vnode/chip/modem.h"
#include "vnode/chip/modem_air.h"
#include "vnode/chip/modem_coap.h"
#include "vnode/chip/modem_socket.h"
#include "vnode/net/broker.h"
#include "vnode/net/orphan.h"

enum {
    MODULE_LINE_MAX = 1600,     // longest command; a longer one is an error (assumed)
    MODULE_OUT_MAX = 64 * 1024, // characters waiting for the host
    MODULE_FIELDS_MAX = 12,
    MODULE_TEXT_MAX = 256,     // topic, user, password
    MODULE_PUBLISH_MAX = 1460, // AT+QMTPUB, text
    MODULE_INBOUND_MAX = 1060, // largest message that is handed to the host (assumed)
    MODULE_OPERATIONS_MAX = 5,
    MODULE_LATER_MAX = 16,
    MODULE_INSTEAD_MAX = 4,
    MODULE_URC_MAX = 128,
    MODULE_REPLY_MAX = 32768, // five buffered messages
    MODULE_DATA_MAX = 4096,   // bytes behind a prompt
};
#define MODULE_MS UINT64_C(1000000)
#define MODULE_S  UINT64_C(1000000000)

// Numbers of +CME ERROR (AT manual, table of error codes; 85xx MQTT note).
enum cme {
    CME_NONE = 0,
    CME_NOT_ALLOWED = 3,
    CME_NOT_SUPPORTED = 4,
    CME_NO_SIM = 10,
    CME_PARAMETER = 50,
    CME_MQTT_LINK = 8503,
    CME_MQTT_BUFFER = 8508,
};

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
    // BG95-M2
    char apn_user[64], apn_password[64];
    uint8_t context_type, apn_authentication;
    char band_masks[64];
    uint8_t operating_mode;
};

struct module_mqtt_config {
    struct mqtt_connect connect; // spans point into the texts below
    uint32_t packet_timeout_s, retries;
    bool with_length, send_hex, receive_hex;
    bool is_buffered; // BG95: "recv/mode" 1
    char will_topic[MODULE_TEXT_MAX + 1], will_message[MODULE_TEXT_MAX + 1];
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
    struct module_operation operation[MODULE_OPERATIONS_MAX];
    bool ping_waits;
    char late_published[MODULE_URC_MAX]; // empty = none
};

// The BG95's buffer of "recv/mode" 1; a slot is free when its message has been read.
enum { INBOX_SLOTS = 5, INBOX_WAITING = 16 };
struct inbox_message {
    bool is_used;
    uint16_t id;
    uint8_t *bytes; // owned: the topic, then the payload
    size_t topic_size, payload_size;
};
struct module_inbox {
    struct inbox_message slot[INBOX_SLOTS];
    struct inbox_message waiting[INBOX_WAITING]; // only when a full buffer stalls the line
    unsigned waiting_count;
};

// Bytes behind a prompt; modem_data.c.
enum data_mode { DATA_NONE, DATA_PROMPT, DATA_INPUT };
struct data_request {
    bool is_fixed; // exactly `wanted` bytes, else until Ctrl-Z
    uint32_t wanted;
    uint32_t limit;                                        // more is cut; at most MODULE_DATA_MAX
    void (*finish)(struct modem *self, struct span bytes); // says the result
};
struct module_data {
    enum data_mode mode;
    struct data_request request;
    uint8_t bytes[MODULE_DATA_MAX];
    uint32_t size;
};

// AT+QMTPUB whose message comes in data mode.
struct module_publish {
    uint16_t id;
    uint8_t qos;
    bool retain;
    char topic[MODULE_TEXT_MAX + 1];
};

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

// How a module is switched and sleeps.
struct power_style {
    void (*supply)(struct modem *self);  // the supply came
    void (*restart)(struct modem *self); // reset, with or without being asked
    void (*pin)(struct modem *self, bool high);
    bool (*status)(const struct modem *self);
    void (*on_timer)(struct modem *self);     // TIMER_POWER
    void (*on_key_timer)(struct modem *self); // TIMER_KEY
    // A character came: true when it is lost, as the module is not awake.
    bool (*takes_input)(struct modem *self);
    void (*consider_sleep)(struct modem *self);
    void (*on_sleep_timer)(struct modem *self);
    void (*on_tau_timer)(struct modem *self);
};
extern const struct power_style bc660k_power, bg95_power;

// What distinguishes one module from another; the code is shared as far as they agree.
struct module_variant {
    const struct command *commands;
    unsigned command_count;
    struct module_nvram factory; // settings as shipped
    const struct power_style *power;
    // +QMTCFG
    uint8_t version_31, version_311;   // values of "version"
    uint8_t packet_timeout_s, retries; // as shipped
    bool shows_key;                    // an answer repeats the key
    bool buffers_messages;             // …has "recv/mode"
    // AT+QMTPUB
    bool publishes_inline;
    uint32_t publish_max, inbound_max; // bytes
    bool closes_twice;   // AT+QMTCLOSE behind AT+QMTDISC, which may be followed by +QMTSTAT: 0,5
    uint32_t topics_max; // of one AT+QMTSUB
    // PDP context: number, and whether it has to be activated
    uint8_t context;
    bool activates_context;
    const struct socket_words *socket_words;
    void (*say_coap)(struct modem *self, const struct coap_message *message);
};
extern const struct socket_words bc660k_socket_words, bg95_socket_words;
void bc660k_say_coap(struct modem *self, const struct coap_message *message);
void bg95_say_coap(struct modem *self, const struct coap_message *message);

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

// ---- modem_command.c ----
enum command_form { FORM_EXECUTE = 1, FORM_READ = 2, FORM_TEST = 4, FORM_SET = 8, FORM_RAW = 16 };

struct command_field {
    struct span text; // without quotes
    bool is_quoted;
};

struct command_line {
    enum command_form form;
    struct span rest; // behind '='
    struct command_field field[MODULE_FIELDS_MAX];
    unsigned fields;
};

struct command {
    const char *name; // behind AT
    uint8_t forms; // enum command_form, or-ed; TEST is always answered; RAW: data behind the fields
    enum cme (*run)(struct modem *self, const struct command_line *line);
    uint16_t low_ms, high_ms; // until the final result; 0 = the usual 21..42 ms
};

void command_run(struct modem *self, struct span line);
void command_on_reply(struct modem *self);
// A line of the answer.
void command_add(struct modem *self, const char *format, ...) FORMAT_LIKE_PRINTF(2, 3);
// Field as a number within low..high.
bool command_number(const struct command_line *line, unsigned index, uint32_t low, uint32_t high,
                    uint32_t *value);
bool command_has(const struct command_line *line, unsigned index);
// Copies a field of at most capacity - 1 characters.
bool command_text(const struct command_line *line, unsigned index, char *to, size_t capacity);
// Splits `rest` into fields; false when there are too many or a quote stays open.
bool command_split(struct command_line *line);
// The same for `commas` fields with data of any kind behind them; data->data is NULL without it.
bool command_split_raw(const struct command_line *whole, unsigned commas, struct command_line *head,
                       struct span *data);
// Exactly `length` bytes of data, quoted or not, text or hex digits; what exceeds them is cut. False when they are
// fewer or no digits.
bool command_payload(struct span data, size_t length, bool is_hex, uint8_t *to);

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

// ---- modem_data.c ----
// From a command handler: its final result is the prompt, then the bytes, then request->finish().
void data_prompt(struct modem *self, const struct data_request *request);
void data_begin(struct modem *self);
void data_leave(struct modem *self);
void data_take(struct modem *self, uint8_t byte);
void data_on_timer(struct modem *self);

// ---- modem_ping.c ----
void ping_on_sent(struct modem *self, struct module_slot *slot);
void ping_on_received(struct modem *self, struct module_slot *slot);
void ping_on_timer(struct modem *self);

// ---- modem_session.c ----
// From a command's end to its data in the radio's queue; never before its final result.
uint64_t session_command_ns(const struct modem *self);
// Queues a message of the session. STATUS_BUSY when the radio's queue is full.
MUST_USE enum status session_send(struct modem *self, enum uplink_kind kind, struct span bytes,
                                  uint64_t delay_ns);
// Registers that an answer to `type` is waited for. STATUS_BUSY when MODULE_OPERATIONS_MAX are.
MUST_USE enum status session_expect(struct modem *self, enum mqtt_type type, uint16_t id);
// True when the module waited for it.
bool session_finish(struct modem *self, enum mqtt_type type, uint16_t id);
void session_on_received(struct modem *self, struct module_slot *slot);
void session_on_timer(struct modem *self, enum module_timer timer);
// The client index is free again; the socket is the caller's business.
void session_end(struct modem *self);
// +QMTSTAT and the end; `is_silent` leaves the server without a FIN.
void session_lose(struct modem *self, enum session_loss reason, bool is_silent);
// The server hears nothing more from this connection.
void session_abandon(struct modem *self);

// ---- modem_connection.c ----
void session_on_sent(struct modem *self, struct module_slot *slot);
void session_read(struct modem *self);

// ---- modem_packet.c ----
void packet_take(struct modem *self, struct module_slot *slot);
// "+QMTRECV: 0,…" up to the payload.
void packet_add_message(const struct modem *self, const struct mqtt_packet *packet,
                        struct fmt *out);
// The +QMTPUB that waited for a +QMTRECV, if there is one.
void packet_say_late(struct modem *self);

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

// ---- bg95_inbox.c ----
void inbox_take(struct modem *self, const struct mqtt_packet *packet);
void inbox_clear(struct modem *self);

// ---- commands ----
void qmt_config_reset(struct modem *self);
bool qmt_is_client_0(const struct command_line *line);
// AT+QMTPUB=0,<id>,<qos>,<retain>,"<topic>": the first five fields; topic points into the line.
bool qmt_read_publish(const struct command_line *line, struct mqtt_publish *publish);
// Sends it and announces +QMTPUB.
void qmt_send_publish(struct modem *self, const struct mqtt_publish *publish);
bool coap_is_client_0(const struct command_line *line);
// A random token of `size` bytes.
void coap_draw_token(struct modem *self, uint8_t size);
// Options <number>,<value> from field `first` to the last; a value is a text in quotes or a number.
enum cme coap_add_options(struct modem *self, const struct command_line *line, unsigned first);
// yy/MM/dd,hh:mm:ss+00 of the network, now.
void time_add(const struct modem *self, struct fmt *out);
// AT+<name>? and AT+<name>=<0..high> of a one-byte setting.
enum cme command_small_number(struct modem *self, const struct command_line *line, const char *name,
                              uint32_t high, uint8_t *value);

#define COMMAND(name, forms, run, low_ms, high_ms)                                                 \
    enum cme run(struct modem *self, const struct command_line *line);
#include "vnode/chip/bc660k_commands.def"
#include "vnode/chip/bg95_commands.def"
#undef COMMAND

#endif
