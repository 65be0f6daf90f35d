// SPDX-License-Identifier: Apache-2.0
// Any bytes inside a JSON text: quote and backslash get a backslash, control characters and what is not ASCII become
// \u00xx, line ends and tabs their short forms (RFC 8259, section 7).
#ifndef NBOTA_WIRE_JSON_TEXT_H
#define NBOTA_WIRE_JSON_TEXT_H

#include "base/fmt.h"

// Appends as many whole characters of `text` as keep `out` within `limit` characters (and its capacity), escaped.
// Returns how many bytes of `text` that were.
size_t json_text_add(struct fmt *out, struct span text, size_t limit);

#endif
