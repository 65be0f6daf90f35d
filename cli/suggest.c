// SPDX-License-Identifier: Apache-2.0
// Distance: letters inserted, left out or replaced, and neighbours exchanged (optimal string alignment). A word that
// begins a name ("dev") is as near as one letter. Capitals do not count.
#include "cli/suggest.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

enum { WORD_MAX = 32, FAR = 1000 };

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static unsigned distance(const char *a, const char *b)
{
    unsigned rows[WORD_MAX + 1][WORD_MAX + 1];
    size_t a_size = strlen(a);
    size_t b_size = strlen(b);

    if (a_size > WORD_MAX || b_size > WORD_MAX) {
        return FAR;
    }
    for (size_t i = 0; i <= a_size; i++) {
        rows[i][0] = (unsigned)i;
    }
    for (size_t j = 0; j <= b_size; j++) {
        rows[0][j] = (unsigned)j;
    }
    for (size_t i = 1; i <= a_size; i++) {
        for (size_t j = 1; j <= b_size; j++) {
            unsigned differs = strncasecmp(&a[i - 1], &b[j - 1], 1) != 0;
            unsigned moved = least(rows[i - 1][j], rows[i][j - 1]) + 1;
            rows[i][j] = least(moved, rows[i - 1][j - 1] + differs);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                rows[i][j] = least(rows[i][j], rows[i - 2][j - 2] + 1);
            }
        }
    }
    return rows[a_size][b_size];
}

void suggestion_offer(struct suggestion *self, const char *name)
{
    size_t size = strlen(self->word);
    unsigned now = distance(self->word, name);

    if (size >= 2 && strncasecmp(self->word, name, size) == 0) {
        now = 1;
    }
    if (self->best == NULL || now < self->distance) {
        self->best = name;
        self->distance = now;
    }
}

const char *suggestion_get(const struct suggestion *self)
{
    // One slip in three letters is a typing error, more is another word.
    return self->best != NULL && 3 * self->distance <= strlen(self->best) + 1 ? self->best : NULL;
}
