// SPDX-License-Identifier: Apache-2.0
// What distinguishes one module from another; the code is shared as far as they agree.
#ifndef NBOTA_VNODE_CHIP_MODEM_VARIANT_H
#define NBOTA_VNODE_CHIP_MODEM_VARIANT_H

#include <stdbool.h>
#include <stdint.h>

#include "vnode/chip/modem_coap.h"
#include "vnode/chip/modem_command.h"
#include "vnode/chip/modem_socket.h"

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

#endif
