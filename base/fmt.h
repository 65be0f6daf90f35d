// SPDX-License-Identifier: Apache-2.0
// Text building without printf, heap or errno. The buffer always holds a terminated text.
#ifndef NBOTA_BASE_FMT_H
#define NBOTA_BASE_FMT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/span.h"

struct fmt {
    char *text;      // the caller's buffer, terminated after every call
    size_t capacity; // bytes of the buffer, at least 1
    size_t length;   // characters so far, below capacity
    bool overflowed; // something did not fit and was cut
};

// Begins an empty text in `buffer` of `capacity` (≥ 1) bytes, which must outlive the struct.
void fmt_init(struct fmt *self, char *buffer, size_t capacity);

// Appends. Conversions: %s %.*s %c %d %u %lu %ld %x %X with zero padding and width (%08X), and %%.
// Any other conversion is a programmer's error.
void fmt_add(struct fmt *self, const char *format, ...) FORMAT_LIKE_PRINTF(2, 3);
void fmt_add_list(struct fmt *self, const char *format, va_list arguments) FORMAT_LIKE_PRINTF(2, 0);

// Appends bytes as they are; `size` characters, which may hold any value.
void fmt_add_bytes(struct fmt *self, struct span bytes);

// The text so far, without its terminator.
struct span fmt_span(const struct fmt *self);

// Reads an unsigned decimal number that fills `text` completely: 1..10 digits, ≤ UINT32_MAX, no sign, no blank.
bool fmt_parse_u32(struct span text, uint32_t *value);

#endif
