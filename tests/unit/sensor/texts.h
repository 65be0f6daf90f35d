// SPDX-License-Identifier: Apache-2.0
// What a sensor set prints of a record.
#ifndef NBOTA_TESTS_UNIT_SENSOR_TEXTS_H
#define NBOTA_TESTS_UNIT_SENSOR_TEXTS_H

#include "node/port/sensor.h"
#include "tests/host/cmocka_all.h"

static inline void expect_text(void (*add)(const struct sensor_record *record, struct fmt *out),
                               const struct sensor_record *record, const char *text)
{
    char buffer[600];
    struct fmt out;

    fmt_init(&out, buffer, sizeof buffer);
    add(record, &out);
    assert_string_equal(buffer, text);
}

#endif
