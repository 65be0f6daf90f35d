// SPDX-License-Identifier: Apache-2.0
// What a line of a node's console says, and the ten steps of the update (vendor section 7) that such lines speak of. The
// tables are steps.def and console_lines.def.
#ifndef NBOTA_CLI_CONSOLE_LINE_H
#define NBOTA_CLI_CONSOLE_LINE_H

#include <stdbool.h>

enum step {
#define STEP(name, title, scene, landmark) STEP_##name,
#include "cli/steps.def"
#undef STEP
    STEP_COUNT,
    STEP_NONE = STEP_COUNT,
};

enum line_kind {
    // an update
    LINE_DOWNLINK, // with its payload
    LINE_UPGRADE,  // typed
    LINE_BUSY,     // queued
    LINE_CHECK,
    LINE_BEGUN, // work on the step
    LINE_DONE,  // the step
    LINE_ACCEPTED,
    LINE_TITLE,
    LINE_VERSION,
    LINE_SIZE,
    LINE_ERASE,
    LINE_RESUME,
    LINE_PERCENT,
    LINE_CRC,
    LINE_TROUBLE, // the row names it
    LINE_RETRY,
    LINE_COMPLETED,
    LINE_CODE, // with number and text
    LINE_CLOSED,
    // a start
    LINE_BOOT,
    LINE_INSTALL, // what came of it: the row's trouble, or none
    LINE_BANNER,
    LINE_IMAGE, // with its version
    LINE_RESET, // with its cause
    LINE_UPDATED,
    LINE_ROLLED_BACK,
    LINE_FAULT,
    // a data session
    LINE_SENT,
    LINE_NOT_SENT,
    LINE_SIGNAL, // with its strength
    LINE_OTHER,  // known, and of no matter here
};

enum trouble {
    TROUBLE_NONE,
    TROUBLE_NO_FLASH,
    TROUBLE_SETTINGS,
    TROUBLE_OPEN,
    TROUBLE_CONNECT,
    TROUBLE_LINK,
    TROUBLE_REQUEST,
    TROUBLE_OTHER_TITLE,
    TROUBLE_SAME_VERSION,
    TROUBLE_CRC,
    TROUBLE_REFUSED,
    TROUBLE_NOT_INSTALLED,
    TROUBLE_NO_APPLICATION,
    TROUBLE_NO_BACKUP,
    // that no line names
    TROUBLE_MALFORMED,   // a downlink that begins with F9 and is not F901
    TROUBLE_OLD_VERSION, // the former firmware came back
};

struct step_row {
    const char *title; // the vendor's
    const char *scene; // for who watches
    enum line_kind landmark;
};

extern const struct step_row steps[STEP_COUNT];

struct console_row {
    const char *text;
    enum line_place { PLACE_ANYWHERE, PLACE_START, PLACE_EXACT } place;
    enum line_kind kind;
    enum step step; // STEP_NONE when it speaks of none
    enum trouble trouble;
};

// The row of a line without its time; NULL when it is none of a node's. `*rest` is then what follows the row's text,
// a part of `line`.
const struct console_row *console_line_find(const char *line, const char **rest);

#endif
