// SPDX-License-Identifier: Apache-2.0
#include "wire/json_text.h"

enum { LONGEST = 6 }; // "\u00xx"

static char short_form(uint8_t byte)
{
    switch (byte) {
    case '"':
    case '\\':
        return (char)byte;
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    default:
        return '\0';
    }
}

static void add_byte(struct fmt *out, uint8_t byte)
{
    char form = short_form(byte);

    if (form != '\0') {
        fmt_add(out, "\\%c", form);
    } else if (byte < ' ' || byte > '~') {
        fmt_add(out, "\\u00%02x", (unsigned)byte);
    } else {
        fmt_add(out, "%c", (char)byte);
    }
}

size_t json_text_add(struct fmt *out, struct span text, size_t limit)
{
    size_t room = limit < out->capacity - 1 ? limit : out->capacity - 1;
    size_t taken = 0;

    while (taken < text.size) {
        char escaped[LONGEST + 1];
        struct fmt one;
        fmt_init(&one, escaped, sizeof escaped);
        add_byte(&one, text.data[taken]);
        if (out->length + one.length > room) {
            break;
        }
        fmt_add_bytes(out, fmt_span(&one));
        taken++;
    }
    return taken;
}
