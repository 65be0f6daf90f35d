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

// The numbers are kept in the EEPROM: never reuse one.
#define SETTINGS(X)                                                                                \
    X(OTASER, 1, ADDRESS, 40, "NULL", "AT+OTASER: Get or Set the OTA Server address")              \
    X(OTACLT, 2, TEXT, 44, "NULL", "AT+OTACLT  : Get or Set the OTA MQTT clientID")                \
    X(OTAUNAME, 3, TEXT, 44, "NULL", "AT+OTAUNAME   : Get or Set the OTA MQTT Username")           \
    X(OTAPWD, 4, SECRET, 48, "NULL", "AT+OTAPWD     : Get or Set the OTA MQTT password")           \
    X(OTATITLE, 5, TEXT, 20, SETTING_FROM_PRODUCT, "AT+OTATITLE: Get or set OTA firmware title")   \
    X(OTAVER, 6, TEXT, 8, SETTING_FROM_PRODUCT, "AT+OTAVER: Get or set OTA firmware version")      \
    X(SERVADDR, 7, ADDRESS, 69, "NULL", "AT+SERVADDR  : Get or Set the Server address")            \
    X(PRO, 8, PROTOCOL, 3, "3,5", "AT+PRO     : Get or Set usage agreement (3,5:MQTT)")            \
    X(CLIENT, 9, TEXT, 128, "NULL", "AT+CLIENT    : Get or Set the MQTT clientID")                 \
    X(UNAME, 10, TEXT, 128, "NULL", "AT+UNAME    : Get or Set the MQTT Username")                  \
    X(PWD, 11, SECRET, 200, "NULL", "AT+PWD      : Get or Set the MQTT password")                  \
    X(PUBTOPIC, 12, TEXT, 128, "NULL", "AT+PUBTOPIC  : Get or Set MQTT publish topic")             \
    X(SUBTOPIC, 13, TEXT, 128, "NULL", "AT+SUBTOPIC  : Get or Set MQTT subscription topic")        \
    X(MQOS, 14, QOS, 1, "0", "AT+MQOS     : Set the QoS level of MQTT")                            \
    X(TDC, 15, PERIOD, 8, "7200",                                                                  \
      "AT+TDC     : Get or set the application data transmission "                                 \
      "interval in s")                                                                             \
    X(RXDL, 16, WINDOW, 5, "0", "AT+RXDL      : Get or Set the receiving time in ms")              \
    X(PWORD, 17, PASSWORD, 8, SETTING_FROM_PRODUCT, "AT+PWORD   : Set the serial port password")   \
    X(DEUI, 18, IMEI, 15, SETTING_FROM_PRODUCT, "AT+DEUI    : Get or set the Device ID")

#define SETTING_FROM_PRODUCT "" // the default is made at run time

enum setting {
#define X(name, id, kind, limit, preset, help) SETTING_##name,
    SETTINGS(X)
#undef X
        SETTING_COUNT
};

enum setting_kind {
    SETTING_KIND_TEXT,     // 1..limit bytes
    SETTING_KIND_SECRET,   // likewise, masked in AT+CFG
    SETTING_KIND_ADDRESS,  // <host>,<port>
    SETTING_KIND_PROTOCOL, // <p>,<q>
    SETTING_KIND_QOS,      // 0..2
    SETTING_KIND_PERIOD,   // 60..16777215 s
    SETTING_KIND_WINDOW,   // 0..65535 ms
    SETTING_KIND_PASSWORD, // 1..8 characters, masked in AT+CFG
    SETTING_KIND_IMEI,     // exactly 15 hex digits
};

struct setting_row {
    const char *name;
    uint8_t id; // of its record
    uint8_t kind;
    uint8_t limit; // bytes of a value
    const char *preset;
    const char *help;
};

extern const struct setting_row setting_rows[SETTING_COUNT];

enum setting_verdict {
    SETTING_GOOD,
    SETTING_BAD,         // AT_PARAM_ERROR
    SETTING_BAD_ADDRESS, // the same, after a note about the form
};

// Whether `value` may be set; changes nothing.
enum setting_verdict setting_check(enum setting setting, struct span value);

// Removes blanks inside `value` (text values travel without them); returns the new length.
size_t setting_strip_blanks(char *value, size_t size);

// Splits "<host>,<port>" at its first comma. False when it is "NULL" or has no valid port; then
// nothing is written. `host` needs SETTING_VALUE_MAX + 1 bytes, `port` 6.
bool setting_split_address(struct span value, char *host, char *port);

#endif
