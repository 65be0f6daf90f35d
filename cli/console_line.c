// SPDX-License-Identifier: Apache-2.0
#include "cli/console_line.h"

#include <stddef.h>
#include <string.h>

const struct step_row steps[STEP_COUNT] = {
#define STEP(name, title, scene, landmark) {title, scene, LINE_##landmark},
#include "cli/steps.def"
#undef STEP
};

static const struct console_row rows[] = {
#define LINE(text, place, kind, step, trouble)                                                     \
    {text, PLACE_##place, LINE_##kind, STEP_##step, TROUBLE_##trouble},
#include "cli/console_lines.def"
#undef LINE
};

// Where the row's text begins in the line; NULL when the row does not fit. Other things may stand before it on a shared
// line, so most texts count wherever they are.
static const char *place_of(const struct console_row *row, const char *line)
{
    switch (row->place) {
    case PLACE_EXACT:
        return strcmp(line, row->text) == 0 ? line : NULL;
    case PLACE_START:
        return strncmp(line, row->text, strlen(row->text)) == 0 ? line : NULL;
    case PLACE_ANYWHERE:
    default:
        return strstr(line, row->text);
    }
}

const struct console_row *console_line_find(const char *line, const char **rest)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *found = place_of(&rows[i], line);
        if (found != NULL) {
            *rest = found + strlen(rows[i].text);
            return &rows[i];
        }
    }
    return NULL;
}
