// SPDX-License-Identifier: Apache-2.0
#include "node/core/masking.h"

#include "node/core/settings.h"

enum { STARS = 4 }; // whatever the length: it is nobody's business either

static uint8_t upper(uint8_t character)
{
    return character >= 'a' && character <= 'z' ? (uint8_t)(character - 'a' + 'A') : character;
}

static bool ends_with(struct span text, const char *name)
{
    size_t size = strlen(name);
    size_t equal = 0;

    while (equal < size && equal < text.size &&
           upper(text.data[text.size - 1 - equal]) == (uint8_t)name[size - 1 - equal]) {
        equal++;
    }
    return equal == size;
}

// A blank before the `=` makes the command a wrong one, but the password is one all the same.
static bool ends_with_secret(struct span text)
{
    while (text.size > 0 && text.data[text.size - 1] == ' ') {
        text.size--;
    }
    for (unsigned i = 0; i < SETTING_COUNT; i++) {
        if ((setting_rows[i].flags & SETTING_MASKED) != 0 &&
            ends_with(text, setting_rows[i].name)) {
            return true;
        }
    }
    return false;
}

static void advance(struct masking *self)
{
    self->rest = span_after(self->rest, 1);
    self->passed++;
}

static void hide_value(struct masking *self)
{
    while (self->rest.size > 0 && self->rest.data[0] != ';' && self->rest.data[0] != ']') {
        advance(self);
    }
    self->stars = STARS;
}

bool masking_next(struct masking *self, uint8_t *byte)
{
    if (self->stars > 0) {
        self->stars--;
        *byte = '*';
        return true;
    }
    if (self->rest.size == 0) {
        return false;
    }
    struct span before = span_of(self->rest.data - self->passed, self->passed);
    *byte = self->rest.data[0];
    advance(self);
    if (*byte == '=' && ends_with_secret(before)) {
        hide_value(self);
    }
    return true;
}
