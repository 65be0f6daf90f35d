// SPDX-License-Identifier: Apache-2.0
// A modem's dialogue as data: each request is a run of steps, each step one command, what ends it and what may
// go wrong. The engine (engine.c, lines.c) knows no command of any module.
#ifndef NBOTA_NODE_DRIVER_MODEM_DIALOGUE_H
#define NBOTA_NODE_DRIVER_MODEM_DIALOGUE_H

#include <stdint.h>

enum dialogue_request {
    DIALOGUE_WAKE,
    DIALOGUE_OPEN,
    DIALOGUE_CONNECT,
    DIALOGUE_SUBSCRIBE,
    DIALOGUE_PUBLISH,
    DIALOGUE_SEND,
    DIALOGUE_PASS,
    DIALOGUE_DISCONNECT,
    DIALOGUE_SLEEP,
    DIALOGUE_REQUESTS
};

enum dialogue_flag {
    STEP_OPTIONAL = 1,      // its failure is ignored
    STEP_RESET_ON_FAIL = 2, // pulse the reset line once and begin the request again
    STEP_TAKE_IMEI = 4,     // the answer's digits are the IMEI
    STEP_TAKE_IMSI = 8,
    STEP_TAKE_SIGNAL = 16,
    STEP_SETTLE = 32,     // after it what still arrives is let pass
    STEP_ONLINE = 64,     // left out when the server is not connected
    STEP_TAKE_TIME = 128, // the answer is the network's time
};

// Command templates: $1 $2 $3 are the request's texts, $n the payload's length, $m the payload, $q the
// QoS, $i the message id. $a stands for ,"user","password" as far as they are given.
struct dialogue_remedy;
struct dialogue_step {
    const char *command;
    const char *answer;  // a line that must come before the final result, by prefix; NULL = none
    const char *outcome; // an URC that ends the step after OK, by prefix; NULL = OK ends it
    // What follows the prefix of `answer` or `outcome` on success; NULL = anything.
    const char *good;
    // Ends of the result that make a retry useless, blank between them; NULL = none.
    const char *refused;
    const struct dialogue_remedy *remedies; // ended by a row of zeros; NULL = none
    char interim;                           // an outcome with this result is not final; 0 = none
    uint32_t bound_ms; // until the final result, and from there until the outcome
    uint16_t attempts;
    uint16_t pause_ms; // between attempts
    uint8_t flags;     // enum dialogue_flag
};

// What mends a known result, once in a request; then the step is tried again.
struct dialogue_remedy {
    char result;
    struct dialogue_step step;
};

struct dialogue {
    const struct dialogue_step *steps[DIALOGUE_REQUESTS];
    uint8_t step_count[DIALOGUE_REQUESTS];
    const char *lost_prefix;  // URC: the MQTT connection is gone
    const char *restart_line; // the module has started
    uint32_t baud;
    uint16_t reset_pulse_ms;
    uint16_t reset_pause_ms;
};

extern const struct dialogue bc660k_dialogue;

// The dialogue this application speaks; bound by the product (node/product/).
extern const struct dialogue *const modem_dialogue;

#endif
