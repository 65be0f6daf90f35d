// SPDX-License-Identifier: Apache-2.0
// What is read out of an answer or an outcome.
#include "node/driver/modem/engine.h"

#include "base/fmt.h"
#include "node/driver/modem/network_time.h"

static size_t count_digits(const char *text)
{
    size_t count = 0;

    while (text[count] >= '0' && text[count] <= '9') {
        count++;
    }
    return count;
}

static bool take_digits(char *to, size_t capacity, const char *from)
{
    size_t size = count_digits(from);

    if (size == 0 || size >= capacity) {
        return false;
    }
    memcpy(to, from, size);
    to[size] = '\0';
    return true;
}

static bool take_signal(struct modem_identity *identity, const char *text)
{
    uint32_t number = 0;

    if (fmt_parse_u32(span_of(text, count_digits(text)), &number) && number <= 31) {
        identity->signal = (int)number;
    }
    return true;
}

static bool take_time(struct modem_identity *identity, const char *text, uint32_t now_ms)
{
    identity->unix_s = network_time_read(text);
    identity->read_ms = now_ms;
    return true;
}

// Length of the IPv4 address at the beginning of `text`; 0 = there is none.
static size_t address_length(const char *text)
{
    size_t length = 0;

    for (unsigned part = 0; part < 4; part++) {
        uint32_t number;
        size_t digits = count_digits(text + length);
        if (digits == 0 || digits > 3 || !fmt_parse_u32(span_of(text + length, digits), &number) ||
            number > 255) {
            return 0;
        }
        length += digits;
        if (part < 3 && text[length++] != '.') {
            return 0;
        }
    }
    return length;
}

bool engine_is_address(const char *text)
{
    size_t length = address_length(text);

    return length > 0 && text[length] == '\0';
}

static bool take_address(struct modem_values *values, const char *text)
{
    for (; *text != '\0'; text++) {
        size_t length = address_length(text);
        if (length > 0) {
            memcpy(values->address, text, length);
            values->address[length] = '\0';
            return true;
        }
    }
    return false;
}

static bool holds_quoted(const char *text, const char *wanted)
{
    size_t size = strlen(wanted);

    while ((text = strchr(text, '"')) != NULL) {
        text++;
        if (strncmp(text, wanted, size) == 0 && text[size] == '"') {
            return true;
        }
    }
    return false;
}

bool engine_take_value(struct engine *self, const struct dialogue_step *step, const char *text,
                       uint32_t now_ms)
{
    switch (step->take) {
    case TAKE_IMEI:
        return take_digits(self->identity.imei, sizeof self->identity.imei, text);
    case TAKE_IMSI:
        return take_digits(self->identity.imsi, sizeof self->identity.imsi, text);
    case TAKE_SIGNAL:
        return take_signal(&self->identity, text);
    case TAKE_TIME:
        return take_time(&self->identity, text, now_ms);
    case TAKE_ADDRESS:
        return take_address(&self->values, text);
    case TAKE_APN:
        return holds_quoted(text, self->values.network->apn);
    case TAKE_NOTHING:
    default:
        return true;
    }
}
