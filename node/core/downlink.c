// SPDX-License-Identifier: Apache-2.0
#include "node/core/downlink.h"

static const char upgrade[] = "AT+UPGRADE";

// ---- texts ----

// The white space of JSON (RFC 8259 section 2).
static bool is_blank(uint8_t character)
{
    return character == ' ' || character == '\t' || character == '\r' || character == '\n';
}

static struct span skip_blanks(struct span text)
{
    while (text.size > 0 && is_blank(text.data[0])) {
        text = span_after(text, 1);
    }
    return text;
}

static struct span trim(struct span text)
{
    text = skip_blanks(text);
    while (text.size > 0 && is_blank(text.data[text.size - 1])) {
        text.size--;
    }
    return text;
}

static uint8_t upper(uint8_t character)
{
    return character >= 'a' && character <= 'z' ? (uint8_t)(character - 'a' + 'A') : character;
}

// `prefix` in capitals; letter case does not count, as on the console.
static bool begins_with(struct span text, const char *prefix)
{
    size_t size = strlen(prefix);
    size_t equal = 0;

    while (equal < size && equal < text.size && upper(text.data[equal]) == (uint8_t)prefix[equal]) {
        equal++;
    }
    return equal == size;
}

bool config_is_upgrade(struct span command)
{
    return command.size == strlen(upgrade) && begins_with(command, upgrade);
}

static bool holds_upgrade(struct span text)
{
    while (text.size > 0 && !begins_with(text, upgrade)) {
        text = span_after(text, 1);
    }
    return text.size > 0;
}

bool downlink_asks_status(struct span payload)
{
    struct span question = span_of_text("Event:Status");

    while (payload.size > 0 && !span_starts_with(payload, question)) {
        payload = span_after(payload, 1);
    }
    return payload.size > 0;
}

// Cuts `rest` behind the first `end`, which belongs to neither; false when there is none.
static bool cut_at(struct span *rest, char end, struct span *before)
{
    const uint8_t *found = rest->size == 0 ? NULL : memchr(rest->data, end, rest->size);

    if (found == NULL) {
        return false;
    }
    *before = span_of(rest->data, (size_t)(found - rest->data));
    *rest = span_after(*rest, before->size + 1);
    return true;
}

// ---- reading a list ----

static struct span next_raw(struct config_reader *self)
{
    struct span command = self->rest;

    if (!cut_at(&self->rest, ';', &command)) {
        self->rest = span_of(NULL, 0);
    }
    return trim(command);
}

static void decode(struct span raw, struct fmt *command)
{
    for (size_t i = 0; i < raw.size; i++) {
        bool is_escape = raw.data[i] == '\\' && i + 1 < raw.size && raw.data[i + 1] == '"';
        i += is_escape;
        fmt_add_bytes(command, span_of(raw.data + i, 1));
    }
}

bool config_next(struct config_reader *self, struct fmt *command)
{
    struct span raw = span_of(NULL, 0);

    while (raw.size == 0 && self->rest.size > 0) {
        raw = next_raw(self);
    }
    fmt_init(command, command->text, command->capacity);
    decode(raw, command);
    self->number += raw.size > 0;
    return raw.size > 0;
}

// ---- recognising one ----

static bool take(struct span *rest, const char *token)
{
    struct span left = skip_blanks(*rest);
    struct span text = span_of_text(token);

    *rest = span_after(left, text.size);
    return span_starts_with(left, text);
}

// The number of the first command that cannot be one; when `is_cut`, of the last, which the cut went through; 0: all can.
static unsigned find_bad(struct span list, bool is_cut)
{
    struct config_reader reader = {.rest = list};
    char text[CONFIG_COMMAND_MAX + 1];
    struct fmt command = {.text = text, .capacity = sizeof text};

    while (config_next(&reader, &command)) {
        if (command.overflowed || reader.number > CONFIG_COMMANDS_MAX ||
            !begins_with(fmt_span(&command), "AT")) {
            return reader.number;
        }
    }
    if (is_cut) {
        return reader.number == 0 ? 1 : reader.number;
    }
    return 0;
}

enum config_verdict config_find(struct span payload, struct config *config)
{
    struct span rest = payload;

    *config = (struct config){0};
    if (!take(&rest, "{") || !take(&rest, "\"Config\"") || !take(&rest, ":") ||
        !take(&rest, "\"[")) {
        return CONFIG_NONE;
    }
    config->upgrades = holds_upgrade(payload);
    if (!cut_at(&rest, ']', &config->list)) {
        return CONFIG_ENDLESS;
    }
    config->bad = find_bad(config->list, holds_upgrade(rest));
    return config->bad == 0 ? CONFIG_GOOD : CONFIG_BAD;
}
