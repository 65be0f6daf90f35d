// SPDX-License-Identifier: Apache-2.0
// The $ letters of accept_steps.def.
#include <stdio.h>

#include "base/fmt.h"
#include "cli/accept.h"

// Copies with capital letters.
static const char *capitals(const char *text, char buffer[ACCEPT_VALUE_SIZE])
{
    size_t i = 0;

    for (; text[i] != '\0' && i < ACCEPT_VALUE_SIZE - 1; i++) {
        char letter = text[i];
        buffer[i] = letter >= 'a' && letter <= 'z' ? (char)(letter - 'a' + 'A') : letter;
    }
    buffer[i] = '\0';
    return buffer;
}

static const char *number(uint16_t port, char buffer[ACCEPT_VALUE_SIZE])
{
    snprintf(buffer, ACCEPT_VALUE_SIZE, "%u", (unsigned)port);
    return buffer;
}

static const char *value_of(const struct accept *self, char letter, char buffer[ACCEPT_VALUE_SIZE])
{
    switch (letter) {
    case 'H':
        return self->host;
    case 'O':
        return number(self->ota_port, buffer);
    case 'D':
        return number(self->data_port, buffer);
    case 'K':
        return self->token;
    case 'I':
        return self->imei;
    case 'M':
        return self->title;
    case 'U':
        return capitals(self->title, buffer);
    case 'P':
        return self->product != NULL ? self->product->name : self->title;
    case 'N':
        return self->offered != NULL ? self->offered : "";
    case 'V':
    default:
        return self->version;
    }
}

void accept_expand(const struct accept *self, const char *format, char text[ACCEPT_TEXT_SIZE])
{
    char buffer[ACCEPT_VALUE_SIZE];
    struct fmt out;

    fmt_init(&out, text, ACCEPT_TEXT_SIZE);
    for (; *format != '\0'; format++) {
        if (*format == '$') {
            fmt_add(&out, "%s", value_of(self, *++format, buffer));
        } else {
            fmt_add(&out, "%c", *format);
        }
    }
}
