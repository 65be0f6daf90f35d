// SPDX-License-Identifier: Apache-2.0
// What a product measures. A binary holds one sensor set, chosen by the product's row (wire/products.def).
#ifndef NBOTA_NODE_PORT_SENSOR_H
#define NBOTA_NODE_PORT_SENSOR_H

#include <stdint.h>

#include "base/fmt.h"

enum { SENSOR_RECORD_MAX = 40 };

// One measurement in the sensor's own form, byte order fixed: kept in the data log as it is, printed by the sensor that
// made it. Size 0: no answer.
struct sensor_record {
    uint8_t size;
    uint8_t bytes[SENSOR_RECORD_MAX];
};

// All but `measure` append to `out` and print a record of size 0 as well.
struct sensor {
    // The HEX frame behind the signal, a letter for each field, as the vendor's payload decoders read the product:
    // m mod, i interrupt flag, l interrupt level, p payload version, z "00" (2 digits each), t time (8), v values; zeros
    // on boards with a BG95-M2 and nothing on others: c count (8), g position and its time (24).
    const char *hex_layout;
    // Never fails: "no answer" is a record too. Blocks until done, feeds the watchdog, and not longer than 5 s
    // between two feeds.
    void (*measure)(struct sensor_record *record);
    void (*add_json)(const struct sensor_record *record, struct fmt *out); // "name":value,…
    void (*add_json_row)(const struct sensor_record *record,
                         struct fmt *out); // value,… of the history
    void (*add_hex)(const struct sensor_record *record, struct fmt *out); // digits of the HEX frame
    void (*add_hex_row)(const struct sensor_record *record, struct fmt *out); // …and of its history
};

// Bound by the composition root.
extern const struct sensor *const product_sensor;

#endif
