// SPDX-License-Identifier: Apache-2.0
#include "base/fmt.h"

#include "base/contract.h"

enum { DIGITS_MAX = 20 };

struct conversion {
    char pad;       // '0' or ' '
    unsigned width; // minimum characters
    int precision;  // of %s: characters at most, -1 without
    bool is_long;
};

void fmt_init(struct fmt *self, char *buffer, size_t capacity)
{
    CONTRACT(capacity > 0);
    *self = (struct fmt){.text = buffer, .capacity = capacity};
    buffer[0] = '\0';
}

static void put(struct fmt *self, char character)
{
    if (self->length + 1 >= self->capacity) {
        self->overflowed = true;
        return;
    }
    self->text[self->length++] = character;
    self->text[self->length] = '\0';
}

void fmt_add_bytes(struct fmt *self, struct span bytes)
{
    for (size_t i = 0; i < bytes.size; i++) {
        put(self, (char)bytes.data[i]);
    }
}

static void put_number(struct fmt *self, unsigned long value, unsigned base, const char *digits,
                       const struct conversion *conversion)
{
    char reversed[DIGITS_MAX];
    unsigned count = 0;

    do {
        reversed[count++] = digits[value % base];
        value /= base;
    } while (value != 0);
    for (unsigned i = count; i < conversion->width; i++) {
        put(self, conversion->pad);
    }
    while (count > 0) {
        put(self, reversed[--count]);
    }
}

static void put_text(struct fmt *self, const char *text, const struct conversion *conversion)
{
    for (int i = 0; (conversion->precision < 0 || i < conversion->precision) && text[i] != 0; i++) {
        put(self, text[i]);
    }
}

static void put_signed(struct fmt *self, long value, const struct conversion *conversion)
{
    if (value < 0) {
        put(self, '-');
    }
    put_number(self, value < 0 ? 0UL - (unsigned long)value : (unsigned long)value, 10,
               "0123456789", conversion);
}

// Reads flags, width, precision and length of a conversion; returns its letter's position.
static const char *read_modifiers(const char *format, struct conversion *conversion, int star)
{
    *conversion = (struct conversion){.pad = ' ', .precision = -1};
    if (*format == '0') {
        conversion->pad = '0';
    }
    while (*format >= '0' && *format <= '9') {
        conversion->width = conversion->width * 10 + (unsigned)(*format++ - '0');
    }
    if (format[0] == '.' && format[1] == '*') {
        conversion->precision = star;
        format += 2;
    }
    if (*format == 'l') {
        conversion->is_long = true;
        format++;
    }
    return format;
}

void fmt_add_list(struct fmt *self, const char *format, va_list arguments)
{
    for (; *format != '\0'; format++) {
        if (*format != '%') {
            put(self, *format);
            continue;
        }
        struct conversion conversion;
        bool has_star = format[1] == '.' && format[2] == '*';
        format = read_modifiers(format + 1, &conversion, has_star ? va_arg(arguments, int) : -1);
        switch (*format) {
        case '%':
            put(self, '%');
            break;
        case 'c':
            put(self, (char)va_arg(arguments, int));
            break;
        case 's':
            put_text(self, va_arg(arguments, const char *), &conversion);
            break;
        case 'd':
            put_signed(self, conversion.is_long ? va_arg(arguments, long) : va_arg(arguments, int),
                       &conversion);
            break;
        case 'u':
        case 'x':
        case 'X':
            put_number(self,
                       conversion.is_long ? va_arg(arguments, unsigned long)
                                          : va_arg(arguments, unsigned),
                       *format == 'u' ? 10 : 16,
                       *format == 'X' ? "0123456789ABCDEF" : "0123456789abcdef", &conversion);
            break;
        default:
            CONTRACT_BROKEN("unknown conversion");
        }
    }
}

void fmt_add(struct fmt *self, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    fmt_add_list(self, format, arguments);
    va_end(arguments);
}

struct span fmt_span(const struct fmt *self)
{
    return span_of(self->text, self->length);
}

bool fmt_parse_u32(struct span text, uint32_t *value)
{
    uint64_t number = 0;

    if (text.size < 1 || text.size > 10) {
        return false;
    }
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
        number = number * 10 + (uint64_t)(text.data[i] - '0');
    }
    *value = (uint32_t)number;
    return number <= UINT32_MAX;
}
