// SPDX-License-Identifier: Apache-2.0
// The small and the foreign parts stand for their kind: their ids are in no table of the firmware, so that what it thinks
// of them comes from their SFDP table alone (docs/memory.md, "Other makers").
#include "vnode/run/fitting.h"

#include <string.h>

static const struct nor_part sfdp_2m = {"2 MB, SFDP", {0x85, 0x40, 0x15}, 21, true, 2U << 20};
static const struct nor_part sfdp_128k = {"128 KB, SFDP", {0x85, 0x40, 0x11}, 17, true, 128U << 10};
static const struct nor_part sfdp_64k = {"64 KB, SFDP", {0x85, 0x40, 0x10}, 16, true, 64U << 10};
static const struct nor_part nameless = {"unknown", {0x55, 0x99, 0x16}, 22, false, 4U << 20};

static const struct fitting fittings[] = {
    {"4M", &nor_zb25vq32, "ZB25VQ32, the board's own"},
    {"2M", &sfdp_2m, "an id that nobody knows, but an SFDP table that says all"},
    {"128K", &sfdp_128k, "the smallest that an update fits into"},
    {"64K", &sfdp_64k, "too small"},
    {"unknown", &nameless, "neither a known id nor an SFDP table"},
    {"none", NULL, "an empty footprint, as on boards of before"},
};

const struct fitting *fitting_at(size_t index)
{
    return index < sizeof fittings / sizeof fittings[0] ? &fittings[index] : NULL;
}

const struct fitting *fitting_of(const struct nor_part *part)
{
    for (size_t i = 0; i < sizeof fittings / sizeof fittings[0]; i++) {
        if (fittings[i].part == part) {
            return &fittings[i];
        }
    }
    return NULL;
}

const struct fitting *fitting_find(const char *name)
{
    for (size_t i = 0; i < sizeof fittings / sizeof fittings[0]; i++) {
        if (strcmp(fittings[i].name, name) == 0) {
            return &fittings[i];
        }
    }
    return NULL;
}
