// SPDX-License-Identifier: Apache-2.0
#include "node/driver/modem/at_parts.h"

#include "base/fmt.h"

enum { TOPIC_QUOTE = 3 };

struct span at_line(const struct at *self)
{
    return span_of(self->line, self->length);
}

const struct at_form *at_find_form(const struct at *self)
{
    for (const struct at_form *form = self->forms; form != NULL && form->prefix != NULL; form++) {
        if (span_starts_with(at_line(self), span_of_text(form->prefix))) {
            return form;
        }
    }
    return NULL;
}

// Cuts what stands before the next `character` off `rest`; false when there is none.
static bool cut(struct span *rest, char character, struct span *before)
{
    const uint8_t *found =
        rest->size == 0 ? NULL : memchr(rest->data, (unsigned char)character, rest->size);

    if (found == NULL) {
        return false;
    }
    *before = span_of(rest->data, (size_t)(found - rest->data));
    *rest = span_after(*rest, before->size + 1);
    return true;
}

// The last field of `text` as a number.
static bool read_length(struct span text, uint32_t *length)
{
    size_t at = text.size;

    while (at > 0 && text.data[at - 1] != ',') {
        at--;
    }
    return at > 0 && fmt_parse_u32(span_after(text, at), length);
}

bool at_read_length(struct at *self)
{
    return read_length(at_line(self), &self->remaining);
}

struct span at_read_code(const struct at *self)
{
    struct span none = span_of(NULL, 0);
    struct span rest = at_line(self);
    struct span field = none;

    if (self->form->code == 0) {
        return none;
    }
    for (unsigned i = 0; i <= self->form->code; i++) {
        if (!cut(&rest, ',', &field)) {
            return none;
        }
    }
    return field.size <= AT_CODE_MAX ? field : none;
}

// The first text in quotes; empty when the form has no topic.
static bool read_topic(const struct at *self, struct span *topic)
{
    struct span rest = at_line(self);
    struct span ignored;

    *topic = at_read_code(self);
    return self->form->quote < TOPIC_QUOTE || self->form->body != AT_QUOTED ||
           (cut(&rest, '"', &ignored) && cut(&rest, '"', topic) && topic->size <= AT_TOPIC_MAX);
}

bool at_read_header(struct at *self, struct span *topic, bool *has_length)
{
    struct span header = at_line(self);

    header.size -= 2; // the comma and the quote
    *has_length = read_length(header, &self->remaining);
    bool is_known =
        *has_length || header.data[header.size - 1] == '"' || self->form->quote < TOPIC_QUOTE;
    return header.data[header.size] == ',' && is_known && read_topic(self, topic);
}
