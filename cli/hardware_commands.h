// SPDX-License-Identifier: Apache-2.0
// The commands of `nbota hardware`, and how their answers are written.
#ifndef NBOTA_CLI_HARDWARE_COMMANDS_H
#define NBOTA_CLI_HARDWARE_COMMANDS_H

#include <jansson.h>
#include <stdbool.h>

#include "cli/command.h"
#include "cli/compatibility.h"
#include "wire/serial.h"

extern const struct cli_command hardware_check;

enum { SERIAL_TEXT_MAX = 63 }; // characters of a serial number that are read; the real ones have 15

// One serial number and what is known of it.
struct hardware_answer {
    char text[SERIAL_TEXT_MAX + 1]; // as typed, printable
    struct serial serial;
    enum serial_fault fault;
};

// Whose firmware is asked for.
struct hardware_question {
    bool asks[FIRMWARE_KINDS];
};

void hardware_print(const struct hardware_answer *answer, const struct hardware_question *question);
void hardware_print_head(const struct hardware_question *question); // of the table
void hardware_print_row(const struct hardware_answer *answer,
                        const struct hardware_question *question);
// A new reference.
json_t *hardware_object(const struct hardware_answer *answer,
                        const struct hardware_question *question);

#endif
