// SPDX-License-Identifier: Apache-2.0
// From a command line to its final result, and the commands themselves. Private to the module.
#ifndef NBOTA_VNODE_CHIP_BC660K_COMMAND_H
#define NBOTA_VNODE_CHIP_BC660K_COMMAND_H

#include "vnode/chip/bc660k.h"

enum command_form { FORM_EXECUTE = 1, FORM_READ = 2, FORM_TEST = 4, FORM_SET = 8 };

struct command_field {
    struct span text; // without quotes
    bool is_quoted;
};

struct command_line {
    enum command_form form;
    struct span rest; // behind '='
    struct command_field field[BC660K_FIELDS_MAX];
    unsigned fields;
};

struct command {
    const char *name; // behind AT
    uint8_t forms;    // enum command_form, or-ed; TEST is always answered
    enum cme (*run)(struct modem *self, const struct command_line *line);
    uint16_t low_ms, high_ms; // until the final result; 0 = the usual 21..42 ms
};
extern const struct command bc660k_commands[];
extern const unsigned bc660k_command_count;

void command_run(struct modem *self, struct span line);
void command_on_reply(struct modem *self);
// A line of the answer.
void command_add(struct modem *self, const char *format, ...) FORMAT_LIKE_PRINTF(2, 3);
// Field as a number within low..high.
bool command_number(const struct command_line *line, unsigned index, uint32_t low, uint32_t high,
                    uint32_t *value);
bool command_has(const struct command_line *line, unsigned index);
// Copies a field of at most capacity - 1 characters.
bool command_text(const struct command_line *line, unsigned index, char *to, size_t capacity);
// Splits `rest` into fields; false when there are too many or a quote stays open.
bool command_split(struct command_line *line);

// AT+<name>? and AT+<name>=<0..high> of a one-byte setting.
enum cme command_small_number(struct modem *self, const struct command_line *line, const char *name,
                              uint32_t high, uint8_t *value);

#define COMMAND(name, forms, run, low_ms, high_ms)                                                 \
    enum cme run(struct modem *self, const struct command_line *line);
#include "vnode/chip/bc660k_commands.def"
#undef COMMAND

#endif
