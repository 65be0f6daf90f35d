// SPDX-License-Identifier: Apache-2.0
// One command's line: its options as a table, its words (what is no option) counted.
#ifndef NBOTA_CLI_LINE_H
#define NBOTA_CLI_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/command.h"

// Exactly one of the three targets is not NULL; it keeps its value when the option is absent.
struct line_option {
    const char *name;  // long form without dashes
    char letter;       // short form, '\0' for none
    bool *flag;        // no value; set to true
    const char **text; // borrowed from argv
    uint32_t *number;  // decimal, 0..UINT32_MAX
};

enum { LINE_OPTIONS_MAX = 16 };

struct line {
    const struct cli_command *command;
    const struct line_option *options;
    size_t option_count; // ≤ LINE_OPTIONS_MAX
    int words_min, words_max;
};

enum { LINE_WRONG = -1 };

// Reads argv (argv[0] is the command's name) and moves its words behind its options; returns the index of
// the first word (argc - index words follow). LINE_WRONG: stderr has said what is wrong and the usage;
// return EXIT_USAGE.
int line_parse(const struct line *self, int argc, char **argv);

// Prints an error as line_parse does: text, then the usage line. Returns EXIT_USAGE.
int line_refuse(const struct cli_command *command, const char *text, const char *subject);

#endif
