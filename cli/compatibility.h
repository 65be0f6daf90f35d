// SPDX-License-Identifier: Apache-2.0
// Which firmware on which board: the matrix of vendor 3.1 and the scenarios of vendor 3.2, in the vendor's words.
#ifndef NBOTA_CLI_COMPATIBILITY_H
#define NBOTA_CLI_COMPATIBILITY_H

#include <stdbool.h>

enum firmware_kind {
    FIRMWARE_OTA, // new version, OTA support
    FIRMWARE_OLD, // old version, none ota / flash support
    FIRMWARE_KINDS
};

// A text that the vendor's document does not give for a cell is NULL.
struct compatibility {
    const char *firmware;  // how the matrix names it
    const char *statement; // the matrix's cell
    const char *scenario;  // "A", "B", "C"
    const char *behavior, *impact, *risk, *action;
    bool is_compatible;
};

// Never NULL.
const struct compatibility *compatibility_of(enum firmware_kind firmware, bool has_flash);

// What the serial number says of the board (vendor 2.3.1).
const char *compatibility_flash_text(bool has_flash);
// How the same is seen on the board (vendor 2.3.2).
const char *compatibility_eye_text(bool has_flash);

// What holds for every board with flash, whatever runs on it (the note below vendor 2.3.1).
extern const char compatibility_flash_note[];

#endif
