// SPDX-License-Identifier: Apache-2.0
// How far something is: a bar that redraws itself on a terminal, a plain line every ten per cent elsewhere.
#ifndef NBOTA_CLI_PROGRESS_H
#define NBOTA_CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { PROGRESS_LABEL_SIZE = 72, PROGRESS_LINE_SIZE = 160 };

struct progress {
    FILE *out;
    char label[PROGRESS_LABEL_SIZE];
    uint32_t total;
    uint32_t done;    // as last shown
    bool is_terminal; // of `out`
    bool is_drawn;    // terminal: the bar stands on the current line
};

// Shows nothing yet. `total` ≥ 1, in any unit.
void progress_begin(struct progress *self, FILE *out, const char *label, uint32_t total);
// Shows `done` of `total` when it says something new: on a terminal another number, elsewhere another tenth. Ends the
// line at the total. Going back is shown too.
void progress_set(struct progress *self, uint32_t done);
// On a terminal: wipes the bar, so that a line can be printed; the next progress_set() draws it again.
void progress_clear(struct progress *self);

// "s31 [#########           ]  45 %  25/56": pure, for the above. `line` has PROGRESS_LINE_SIZE bytes.
void progress_format(const struct progress *self, uint32_t done, char *line);

#endif
