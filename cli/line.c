// SPDX-License-Identifier: Apache-2.0
// getopt_long does the reading; its messages are replaced by the house's.
#include "cli/line.h"

#include <getopt.h>
#include <string.h>

#include "base/contract.h"
#include "base/fmt.h"
#include "cli/dispatch.h"
#include "cli/message.h"
#include "cli/suggest.h"

enum { FIRST_ROW = 256 }; // above every letter: getopt_long returns FIRST_ROW + row

int line_refuse(const struct cli_command *command, const char *text, const char *subject)
{
    message_error("%s '%s'", text, subject);
    dispatch_print_usage(command);
    return EXIT_USAGE;
}

// The two descriptions that getopt_long wants, made from the table.
struct description {
    struct option rows[LINE_OPTIONS_MAX + 1];
    char letters[2 * LINE_OPTIONS_MAX + 2];
};

static void describe(const struct line *self, struct description *out)
{
    size_t used = 0;

    CONTRACT(self->option_count <= LINE_OPTIONS_MAX);
    memset(out, 0, sizeof *out);
    out->letters[used++] = ':';
    for (size_t i = 0; i < self->option_count; i++) {
        const struct line_option *option = &self->options[i];
        int has_value = option->flag == NULL ? required_argument : no_argument;
        out->rows[i] = (struct option){option->name, has_value, NULL, FIRST_ROW + (int)i};
        if (option->letter != '\0') {
            out->letters[used++] = option->letter;
            if (has_value) {
                out->letters[used++] = ':';
            }
        }
    }
}

static const struct line_option *find(const struct line *self, int result)
{
    if (result >= FIRST_ROW) {
        return &self->options[result - FIRST_ROW];
    }
    for (size_t i = 0; i < self->option_count; i++) {
        if (self->options[i].letter == result) {
            return &self->options[i];
        }
    }
    return NULL;
}

static bool store(const struct line *self, const struct line_option *option, const char *value)
{
    if (option->flag != NULL) {
        *option->flag = true;
    } else if (option->text != NULL) {
        *option->text = value;
    } else if (!fmt_parse_u32(span_of_text(value), option->number)) {
        message_error("--%s wants a number from 0 to %u, not '%s'", option->name,
                      (unsigned)UINT32_MAX, value);
        dispatch_print_usage(self->command);
        return false;
    }
    return true;
}

static void refuse_option(const struct line *self, int result, const char *word)
{
    struct suggestion nearest = {.word = word + strspn(word, "-")};

    if (result == ':') {
        line_refuse(self->command, "a value is missing behind", word);
        return;
    }
    for (size_t i = 0; i < self->option_count; i++) {
        suggestion_offer(&nearest, self->options[i].name);
    }
    message_error("'%s' is no option of '%s'", word, self->command->name);
    if (suggestion_get(&nearest) != NULL) {
        message_hint("did you mean '--%s'?", suggestion_get(&nearest));
    }
    dispatch_print_usage(self->command);
}

static int check_words(const struct line *self, int argc, char **argv)
{
    int words = argc - optind;

    if (words < self->words_min) {
        line_refuse(self->command, "more words are needed behind", self->command->name);
        return LINE_WRONG;
    }
    if (words > self->words_max) {
        line_refuse(self->command, "one word too many:", argv[optind + self->words_max]);
        return LINE_WRONG;
    }
    return optind;
}

int line_parse(const struct line *self, int argc, char **argv)
{
    struct description description;
    int result;

    describe(self, &description);
    optind = 0; // glibc: begin anew
    opterr = 0;
    while ((result = getopt_long(argc, argv, description.letters, description.rows, NULL)) != -1) {
        const struct line_option *option = find(self, result);
        if (option == NULL) {
            refuse_option(self, result, argv[optind - 1]);
            return LINE_WRONG;
        }
        if (!store(self, option, optarg)) {
            return LINE_WRONG;
        }
    }
    return check_words(self, argc, argv);
}
