// SPDX-License-Identifier: Apache-2.0
#include "node/driver/modem/template.h"

#include "base/contract.h"

// ,"user","password": a password without a user name has no meaning in MQTT 3.1.1 (section 3.1.2.9).
static void fill_account(struct fmt *out, const struct modem_values *values)
{
    if (values->text[1] == NULL) {
        return;
    }
    fmt_add(out, ",\"%s\"", values->text[1]);
    if (values->text[2] != NULL) {
        fmt_add(out, ",\"%s\"", values->text[2]);
    }
}

// The chunk request's digits go quoted, JSON goes bare: both as shipped nodes send them.
static void fill_payload(struct fmt *out, struct span payload)
{
    bool bare = payload.size > 0 && payload.data[0] == '{';

    fmt_add(out, "%s", bare ? "" : "\"");
    fmt_add_bytes(out, payload);
    fmt_add(out, "%s", bare ? "" : "\"");
}

static void fill_one(struct fmt *out, char letter, const struct modem_values *values)
{
    switch (letter) {
    case '1':
    case '2':
    case '3':
        fmt_add(out, "%s", values->text[letter - '1']);
        break;
    case 'a':
        fill_account(out, values);
        break;
    case 'm':
        fill_payload(out, values->payload);
        break;
    case 'n':
        fmt_add(out, "%lu", (unsigned long)values->payload.size);
        break;
    case 'q':
        fmt_add(out, "%u", values->qos);
        break;
    case 'i':
        fmt_add(out, "%u", values->qos == 0 ? 0U : 1U);
        break;
    default:
        CONTRACT_BROKEN("unknown letter");
    }
}

void template_fill(struct fmt *out, const char *format, const struct modem_values *values)
{
    for (; *format != '\0'; format++) {
        if (*format == '$') {
            fill_one(out, *++format, values);
        } else {
            fmt_add(out, "%c", *format);
        }
    }
}
