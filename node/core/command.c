// SPDX-License-Identifier: Apache-2.0
#include "node/core/command.h"

#include "wire/products.h"

const struct command_row command_rows[COMMAND_ROWS] = {
#define COMMAND(name, forms, needs, function, help)                                                \
    [COMMAND_##name] = {#name, forms, NEEDS_##needs, help},
#include "node/core/commands.def"
#undef COMMAND
};

static struct span trim_end(struct span line)
{
    while (line.size > 0 && line.data[line.size - 1] == ' ') {
        line.size--;
    }
    return line;
}

static uint8_t upper(uint8_t character)
{
    return character >= 'a' && character <= 'z' ? (uint8_t)(character - 'a' + 'A') : character;
}

static bool equals_name(struct span text, const char *name)
{
    if (text.size != strlen(name)) {
        return false;
    }
    for (size_t i = 0; i < text.size; i++) {
        if (upper(text.data[i]) != (uint8_t)name[i]) {
            return false;
        }
    }
    return true;
}

// Cuts "NAME", "NAME?", "NAME=?" or "NAME=value" into its name and form.
static struct span read_form(struct span text, struct command *command)
{
    size_t end = 0;

    while (end < text.size && text.data[end] != '=' && text.data[end] != '?') {
        end++;
    }
    struct span rest = span_after(text, end);
    if (rest.size == 0) {
        command->form = FORM_RUN;
    } else if (span_equals(rest, span_of_text("?"))) {
        command->form = FORM_HELP;
    } else if (span_equals(rest, span_of_text("=?"))) {
        command->form = FORM_GET;
    } else if (rest.data[0] == '=') {
        command->form = FORM_SET;
        command->value = span_after(rest, 1);
    } else {
        command->verb = COMMAND_UNKNOWN; // "NAME?something"
        return span_of(NULL, 0);
    }
    return span_of(text.data, end);
}

// Names of shipped nodes that are no command here: a module may know the same name for something else.
static const char *const foreign[] = {
    "QBAND", "IOTMOD", "IPTYPE", "GPS",    "GNSST",  "GTDC",   "SNI",     "CERTMOD", "TIMESTAMP",
    "GDNS",  "QSW",    "EXT",    "WEIGRE", "WEIGAP", "CACERT", "CLICERT", "CLIKEY",
};

static bool is_foreign(struct span name)
{
    for (unsigned i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
        if (equals_name(name, foreign[i])) {
            return true;
        }
    }
    return false;
}

static bool find_command(struct span name, unsigned capabilities, struct command *command)
{
    for (unsigned i = 0; i < COMMAND_ROWS; i++) {
        const struct command_row *row = &command_rows[i];
        if (equals_name(name, row->name)) {
            bool takes_form = command->form == FORM_HELP || (command->form & row->forms) != 0;
            bool is_here = capability_fits(capabilities, row->needs);
            command->verb = takes_form && is_here ? (enum command_verb)i : COMMAND_MISUSED;
            return true;
        }
    }
    return false;
}

static bool find_setting(struct span name, unsigned capabilities, struct command *command)
{
    for (unsigned i = 0; i < SETTING_COUNT; i++) {
        if (equals_name(name, setting_rows[i].name)) {
            bool is_here = capability_fits(capabilities, setting_rows[i].needs);
            command->verb =
                command->form != FORM_RUN && is_here ? COMMAND_SETTING : COMMAND_MISUSED;
            command->setting = (enum setting)i;
            return true;
        }
    }
    return false;
}

static void find(struct span name, unsigned capabilities, struct command *command)
{
    if (!find_command(name, capabilities, command) && !find_setting(name, capabilities, command) &&
        is_foreign(name)) {
        command->verb = COMMAND_MISUSED;
    }
}

struct command command_parse(struct span line, unsigned capabilities)
{
    struct command command = {.verb = COMMAND_UNKNOWN};

    line = trim_end(line);
    if (equals_name(line, "AT")) {
        command.verb = COMMAND_NOTHING;
    } else if (equals_name(line, "AT?")) {
        command.verb = COMMAND_HELP;
    } else if (equals_name(line, "ATZ")) {
        command.verb = COMMAND_RESET;
    } else if (line.size > 3 && equals_name(span_of(line.data, 3), "AT+")) {
        find(read_form(span_after(line, 3), &command), capabilities, &command);
    }
    return command;
}
