// SPDX-License-Identifier: Apache-2.0
// What a data session sends: one measurement and rows of the data log, in the form of AT+PRO.
// docs/protocol.md, "Data uplinks".
#ifndef NBOTA_NODE_APP_PAYLOAD_H
#define NBOTA_NODE_APP_PAYLOAD_H

#include "base/fmt.h"
#include "node/core/protocol.h"
#include "node/port/modem.h"
#include "node/port/sensor.h"

enum { PAYLOAD_SIZE = MODEM_PUBLISH_MAX + 1 }; // of a buffer that holds every payload, with its NUL

struct measurement {
    uint32_t unix_s; // 0: the time is unknown
    uint16_t battery_mv;
    uint8_t signal; // 0..31, 99 unknown
    uint8_t interrupt;
    uint8_t interrupt_level;
    struct sensor_record record;
};

// Measures now; blocks as long as the sensor does.
void payload_measure(struct measurement *measurement);

// Appends the measurement in the form of `protocol`, without the data log.
void payload_add(struct protocol protocol, const struct measurement *measurement, struct fmt *out);
// Likewise, with the rows of the data log that are due and fit: the newest ones of AT+CLOCKLOG, and those that were
// never sent. Returns how many of the latter.
unsigned payload_add_with_history(struct protocol protocol, const struct measurement *measurement,
                                  struct fmt *out);

// What goes on the wire of `text`: the bytes that hex stands for, except with MQTT. In the same place.
struct span payload_on_wire(struct protocol protocol, struct fmt *text);

// One row of the data log as the JSON history has it: [<values>,"<time>"].
struct history_row;
void payload_add_row(const struct history_row *row, struct fmt *out);

#endif
