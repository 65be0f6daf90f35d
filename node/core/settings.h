// SPDX-License-Identifier: Apache-2.0
// The settings of a node as one table: name, limits, default, help. What a value may be is decided here; where
// it is kept is the store's business. Limits and help texts: docs/protocol.md, section "AT console".
#ifndef NBOTA_NODE_CORE_SETTINGS_H
#define NBOTA_NODE_CORE_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "base/status.h"

enum { SETTING_VALUE_MAX = 200 }; // bytes of the longest value (AT+PWD)

#define SETTING_FROM_PRODUCT "" // the default is made at run time

enum setting {
#define SETTING(name, id, kind, limit, low, high, flags, needs, preset, help) SETTING_##name,
#include "node/core/settings.def"
#undef SETTING
    SETTING_COUNT
};

enum setting_kind {
    SETTING_KIND_TEXT,        // 1..limit bytes
    SETTING_KIND_ADDRESS,     // <host>,<port>
    SETTING_KIND_PROTOCOL,    // <p>,<q>: 3 with 0, 1, 2, 3, 5; 1, 2, 4 with 0, 5
    SETTING_KIND_NUMBER,      // low..high, kept without leading zeros
    SETTING_KIND_OPTION,      // <n>,"<text>" or <n>,<number>: a CoAP option
    SETTING_KIND_NAMESERVERS, // "<ip>" or "<ip>","<ip>"
    SETTING_KIND_CACHE,       // <0..2>,<hours 0..56>[,<ip>,<port>]
    SETTING_KIND_TLS,         // 0,<0..2>: there is no TLS yet
    SETTING_KIND_INTERRUPTS,  // 0..3 three times
    SETTING_KIND_CLOCKLOG,    // <0..1>,<0..3599 or 65535>,<0..255>,<0..32>
    SETTING_KIND_SWITCHES,    // 0..1 twice
    SETTING_KIND_IMEI,        // exactly 15 hex digits
    SETTING_KIND_QUESTION,    // bytes for the RS485 line (node/core/question.h)
    SETTING_KIND_CUT,         // what is taken of an answer (likewise)
};

enum setting_flag {
    SETTING_PLAIN = 0,
    SETTING_MASKED = 1,      // a password: **** in AT+CFG and wherever a downlink shows
    SETTING_AFTER_RESET = 2, // setting it says that it counts after ATZ
    SETTING_NEAR_10 = 4,     // at most 10 from the console
};

struct setting_row {
    const char *name;
    const char *preset;
    const char *help;
    uint32_t low; // SETTING_KIND_NUMBER
    uint32_t high;
    uint8_t id; // of its record
    uint8_t kind;
    uint8_t limit; // bytes of a value
    uint8_t flags;
    uint8_t needs; // enum capability (wire/products.h)
};

extern const struct setting_row setting_rows[SETTING_COUNT];

enum setting_verdict {
    SETTING_GOOD,
    SETTING_BAD,         // AT_PARAM_ERROR
    SETTING_BAD_ADDRESS, // the same, after a note about the form
    SETTING_BAD_CACHE,   // likewise
};

// Whether `value` may be set; changes nothing. From afar a few settings have a wider range.
enum setting_verdict setting_check(enum setting setting, struct span value, bool is_remote);
// The line that goes before AT_PARAM_ERROR, NULL when there is none.
const char *setting_note(enum setting_verdict verdict);

// `value` as it is kept: a number without leading zeros; inside `value`.
struct span setting_canonical(enum setting setting, struct span value);

// Removes blanks inside `value` (text values travel without them); returns the new length.
size_t setting_strip_blanks(char *value, size_t size);

// Splits "<host>,<port>" at its first comma. False when it is "NULL" or has no valid port; then
// nothing is written. `host` needs SETTING_VALUE_MAX + 1 bytes, `port` 6.
bool setting_split_address(struct span value, char *host, char *port);

#endif
