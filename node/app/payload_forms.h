// SPDX-License-Identifier: Apache-2.0
// The forms of a payload, one source file each; included by them and by payload.c alone.
#ifndef NBOTA_NODE_APP_PAYLOAD_FORMS_H
#define NBOTA_NODE_APP_PAYLOAD_FORMS_H

#include "node/app/payload.h"
#include "node/store/history.h"

// A form is its measurement, any number of rows (numbered from 1, the newest first), and an end. They are no table of
// functions: the sensor's is one, and a call through a pointer below another counts as recursion (scripts/check-stack).
void payload_json_add(const struct measurement *measurement, struct fmt *out);
void payload_json_add_row(unsigned number, const struct history_row *row, struct fmt *out);
void payload_hex_add(const struct measurement *measurement, struct fmt *out);
void payload_hex_add_row(const struct history_row *row, struct fmt *out);
void payload_thingspeak_add(const struct measurement *measurement, struct fmt *out); // has no rows

#endif
