// SPDX-License-Identifier: Apache-2.0
#include "node/driver/modem/template.h"

#include "base/contract.h"
#include "base/fmt.h"

bool payload_is_plain(struct span payload)
{
    for (size_t i = 0; i < payload.size; i++) {
        if (payload.data[i] < 0x20 || payload.data[i] > 0x7E) {
            return false;
        }
    }
    return true;
}

bool payload_has(struct span payload, char character)
{
    return payload.size > 0 && memchr(payload.data, character, payload.size) != NULL;
}

void spelling_begin(struct spelling *self, const char *format)
{
    *self = (struct spelling){.format = format};
}

static void spell_number(struct spelling *self, uint32_t number)
{
    struct fmt out;

    fmt_init(&out, self->number, sizeof self->number);
    fmt_add(&out, "%lu", (unsigned long)number);
    self->piece = fmt_span(&out);
}

static void spell_text(struct spelling *self, const char *text)
{
    self->piece = span_of_text(text);
}

static void spell_payload(struct spelling *self, struct span payload, bool is_hex)
{
    self->piece = payload;
    self->is_hex = is_hex;
    self->has_high = false;
}

static bool spell_letter_of_network(struct spelling *self, char letter,
                                    const struct modem_network *network)
{
    switch (letter) {
    case 'p':
        spell_text(self, network->apn);
        return true;
    case 'd':
        spell_text(self, network->dns);
        return true;
    case 'o':
        spell_text(self, network->operator_code);
        return true;
    case 't':
        spell_text(self, network->ntp);
        return true;
    default:
        return false;
    }
}

static bool spell_letter_of_payload(struct spelling *self, char letter, struct span payload)
{
    switch (letter) {
    case 'm':
        spell_payload(self, payload, false);
        return true;
    case 'x':
        spell_payload(self, payload, true);
        return true;
    case 'y':
        spell_payload(self, payload, !payload_is_plain(payload));
        return true;
    case 'f':
        spell_number(self, payload_is_plain(payload) ? 0 : 1);
        return true;
    case 'n':
        spell_number(self, (uint32_t)payload.size);
        return true;
    default:
        return false;
    }
}

static bool spell_letter_of_request(struct spelling *self, char letter,
                                    const struct modem_values *values)
{
    switch (letter) {
    case '1':
    case '2':
    case '3':
        spell_text(self, values->text[letter - '1']);
        return true;
    case 'A':
        spell_text(self, values->address);
        return true;
    case 'P':
        spell_text(self, values->port);
        return true;
    case 'O':
        spell_text(self, values->options[values->option]);
        return true;
    case 'k':
        spell_number(self, values->option);
        return true;
    case 'q':
        spell_number(self, values->qos);
        return true;
    case 'i':
        spell_number(self, values->qos == 0 ? 0 : 1);
        return true;
    case 'I':
        spell_number(self, values->id);
        return true;
    default:
        return false;
    }
}

static void spell_letter(struct spelling *self, char letter, const struct modem_values *values)
{
    self->is_hex = false;
    if (!spell_letter_of_request(self, letter, values) &&
        !spell_letter_of_payload(self, letter, values->payload) &&
        !spell_letter_of_network(self, letter, values->network)) {
        CONTRACT_BROKEN("unknown letter");
    }
}

// Behind the brace that ends the group; groups may lie in groups.
static const char *behind_group(const char *format)
{
    for (unsigned depth = 1; depth > 0; format++) {
        CONTRACT(*format != '\0');
        depth += *format == '{';
        depth -= *format == '}';
    }
    return format;
}

// A password without a user name has no meaning in MQTT 3.1.1 (section 3.1.2.9), hence groups in groups.
static bool is_given(char letter, const struct modem_values *values)
{
    struct span payload = values->payload;

    return letter == 'Q' ? payload.size == 0 || payload.data[0] != '{'
                         : values->text[letter - '1'] != NULL;
}

// The next part of the format: one of its characters, a value, or the border of a group.
static void advance(struct spelling *self, const struct modem_values *values)
{
    const char *at = self->format;

    switch (*at) {
    case '$':
        self->format = at + 2;
        spell_letter(self, at[1], values);
        break;
    case '{':
        self->format = is_given(at[1], values) ? at + 2 : behind_group(at + 1);
        break;
    case '}':
        self->format = at + 1;
        break;
    default:
        self->format = at + 1;
        self->is_hex = false;
        self->piece = span_of(at, 1);
        break;
    }
}

static char next_of_piece(struct spelling *self)
{
    static const char digits[] = "0123456789ABCDEF";
    uint8_t byte = self->piece.data[0];
    bool is_high = self->is_hex && !self->has_high;

    self->has_high = is_high;
    if (is_high) {
        return digits[byte >> 4];
    }
    self->piece = span_after(self->piece, 1);
    return self->is_hex ? digits[byte & 15] : (char)byte;
}

size_t spelling_read(struct spelling *self, const struct modem_values *values, char *to,
                     size_t capacity)
{
    size_t count = 0;

    while (count < capacity) {
        if (self->piece.size > 0) {
            to[count++] = next_of_piece(self);
        } else if (*self->format != '\0') {
            advance(self, values);
        } else {
            break;
        }
    }
    return count;
}
