// SPDX-License-Identifier: Apache-2.0
#include "vnode/prove/case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const way_names[PROVE_WAYS] = {"before", "torn-1", "torn-2",
                                                  "torn-3", "torn-4", "after"};

void prove_case_name(const struct prove_case *self, char *name)
{
    int size = snprintf(name, PROVE_CASE_NAME_SIZE, "o%u:%s", (unsigned)self->operation,
                        way_names[self->way]);

    if (self->second != 0) {
        snprintf(name + size, (size_t)(PROVE_CASE_NAME_SIZE - size), "+%u:%s",
                 (unsigned)self->second, way_names[self->second_way]);
    }
}

// "1234:torn-2", and where it ends.
static bool parse_cut(const char **text, uint32_t *operation, enum prove_way *way)
{
    char *end;
    unsigned long number = strtoul(*text, &end, 10);

    if (end == *text || *end != ':' || number == 0 || number > UINT32_MAX) {
        return false;
    }
    *operation = (uint32_t)number;
    for (unsigned i = 0; i < PROVE_WAYS; i++) {
        size_t size = strlen(way_names[i]);
        if (strncmp(end + 1, way_names[i], size) == 0) {
            *way = (enum prove_way)i;
            *text = end + 1 + size;
            return true;
        }
    }
    return false;
}

bool prove_case_parse(const char *name, struct prove_case *which)
{
    *which = (struct prove_case){0};
    if (*name++ != 'o' || !parse_cut(&name, &which->operation, &which->way)) {
        return false;
    }
    if (*name == '+') {
        name++;
        return parse_cut(&name, &which->second, &which->second_way) && *name == '\0';
    }
    return *name == '\0';
}
