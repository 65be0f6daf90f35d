// SPDX-License-Identifier: Apache-2.0
// A modem's dialogue as data: each request is a run of steps, each step one command, what ends it and what may go
// wrong, or a wire of the board. The engine (engine.c, lines.c, …) knows no command of any module.
#ifndef NBOTA_NODE_DRIVER_MODEM_DIALOGUE_H
#define NBOTA_NODE_DRIVER_MODEM_DIALOGUE_H

#include <stdint.h>

#include "node/driver/modem/at.h"
#include "node/port/modem.h"

enum dialogue_request {
    DIALOGUE_WAKE,
    DIALOGUE_RECOVER, // what makes a silent module start anew; then the wake begins again
    DIALOGUE_OPEN,    // + enum modem_channel
    DIALOGUE_CONNECT = DIALOGUE_OPEN + MODEM_CHANNELS,
    DIALOGUE_SUBSCRIBE,
    DIALOGUE_PUBLISH,
    DIALOGUE_SEND,                                   // + enum modem_channel; of MQTT empty
    DIALOGUE_CLOSE = DIALOGUE_SEND + MODEM_CHANNELS, // + enum modem_channel
    DIALOGUE_SLEEP = DIALOGUE_CLOSE + MODEM_CHANNELS,
    DIALOGUE_REQUESTS,
    DIALOGUE_PASS, // the engine's own: a person's line
};

enum dialogue_kind {
    STEP_COMMAND,    // a command and what it leads to
    STEP_RESET,      // pulls the reset line for bound_ms
    STEP_KEY,        // presses the power key for bound_ms
    STEP_PAUSE,      // nothing for bound_ms
    STEP_STATUS_ON,  // until STATUS says that the module is on, at most bound_ms
    STEP_STATUS_OFF, // …off
};

enum dialogue_flag {
    STEP_OPTIONAL = 1,     // its failure is ignored
    STEP_RECOVER = 2,      // its failure makes the module start anew, once in a request
    STEP_SETTLE = 4,       // an AT to find the module: after it what still arrives is let pass
    STEP_SEARCH = 8,       // is repeated until the network's search time is over
    STEP_EACH_OPTION = 16, // once for each option
    STEP_NO_OK = 32,       // the outcome comes without an OK before it
    STEP_FAIL_LATER = 128, // its failure is the request's, but the steps behind it are done
    STEP_RESTARTS = 64,    // after it the module starts anew, and the wake with it
};

// A step whose condition does not hold is left out.
enum dialogue_condition {
    WHEN_ALWAYS,
    WHEN_ONLINE,   // connected to the server
    WHEN_APN,      // the network's text of that name is set
    WHEN_DNS,      //
    WHEN_OPERATOR, //
    WHEN_NO_OPERATOR,
    WHEN_NTP,
    WHEN_NAME,     // the host is a name, no address
    WHEN_FIRST,    // nothing was sent yet since the open
    WHEN_PLAIN,    // the payload has no control characters
    WHEN_BINARY,   // …or has some
    WHEN_QUOTABLE, // the payload is plain, without quotes, and at most 256 bytes
    WHEN_UNQUOTABLE,
    WHEN_SHORT, // the payload has at most 256 bytes
    WHEN_LONG,
};

enum dialogue_value {
    TAKE_NOTHING,
    TAKE_IMEI, // the answer's digits
    TAKE_IMSI,
    TAKE_SIGNAL,
    TAKE_TIME,
    TAKE_ADDRESS, // the first IPv4 address in the outcome, which is the host's; without one it is no outcome
    TAKE_APN, // nothing is taken; good when it holds the APN in quotes
};

// Templates: see template.h.
struct dialogue_remedy;
struct dialogue_step {
    const char *command;
    const char *data;    // goes out behind the prompt `>`; NULL = there is no prompt
    const char *answer;  // a line that must come before the final result, by prefix; NULL = none
    const char *outcome; // an URC that ends the step after OK, by prefix; NULL = OK ends it
    // What follows the prefix of `answer` or `outcome` on success; NULL = anything.
    const char *good;
    // Ends of the result that make a retry useless, blank between them; NULL = none.
    const char *refused;
    const struct dialogue_remedy *remedies; // ended by a row of zeros; NULL = none
    uint32_t bound_ms;                      // until the final result
    uint32_t outcome_ms;                    // …and from there until the outcome; 0 = bound_ms
    uint32_t baud;                          // of the line from here on; 0 = as it is
    uint16_t attempts;                      // 0 = 1
    uint16_t pause_ms;                      // between attempts
    char interim;                           // an outcome with this result is not final; 0 = none
    uint8_t kind;                           // enum dialogue_kind
    uint8_t when;                           // enum dialogue_condition
    uint8_t take;                           // enum dialogue_value
    uint8_t skip;  // so many steps behind it are left out when it succeeded
    uint8_t flags; // enum dialogue_flag
};

// What mends a known result, once in a request; then the step is tried again.
struct dialogue_remedy {
    char result; // first field of the outcome; '!' = the command was answered with an error
    struct dialogue_step step;
};

struct dialogue_run {
    const struct dialogue_step *steps;
    uint8_t count;
};

enum { DIALOGUE_LINES = 4, DIALOGUE_BACKOFFS = 3 };

struct dialogue {
    struct dialogue_run runs[DIALOGUE_REQUESTS];
    const struct at_form *messages;      // how messages look, ended by a row of zeros
    const char *lost[DIALOGUE_LINES];    // URCs, by prefix: what was open is gone
    const char *started[DIALOGUE_LINES]; // lines: the module has started
    uint32_t baud;
    uint16_t boot_ms; // within this time behind its start such lines mean nothing new
    // Minutes to leave the module alone after restarts_max restarts in a row, then after each further one.
    uint8_t restarts_max; // 0 = it is never left alone
    uint8_t backoff_min[DIALOGUE_BACKOFFS];
};

extern const struct dialogue bc660k_dialogue;
extern const struct dialogue bg95_dialogue;

// The dialogue this application speaks; bound by the product (node/product/).
extern const struct dialogue *const modem_dialogue;

#endif
