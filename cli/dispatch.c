// SPDX-License-Identifier: Apache-2.0
#include "cli/dispatch.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cli/message.h"
#include "cli/suggest.h"

static bool is_help_option(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

// Only words before "--" are options.
static bool asks_for_help(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (is_help_option(argv[i])) {
            return true;
        }
    }
    return false;
}

static const struct cli_command *find(const struct cli_command *group, const char *word)
{
    for (size_t i = 0; group->commands[i] != NULL; i++) {
        if (strcmp(group->commands[i]->name, word) == 0) {
            return group->commands[i];
        }
    }
    return NULL;
}

static int print_help(const struct cli_command *command)
{
    fputs(command->help, stdout);
    if (command->commands != NULL) {
        printf("\ncommands:\n");
        for (size_t i = 0; command->commands[i] != NULL; i++) {
            printf("  %-9s %s\n", command->commands[i]->name, command->commands[i]->summary);
        }
    }
    return EXIT_OK;
}

void dispatch_print_usage(const struct cli_command *command)
{
    const char *end = strstr(command->help, "\n\n"); // a long one has several lines
    size_t size = end != NULL ? (size_t)(end - command->help) : strcspn(command->help, "\n");

    fprintf(stderr, "%.*s\n", (int)size, command->help);
}

static int refuse_unknown(const struct cli_command *group, const char *word)
{
    struct suggestion nearest = {.word = word};

    for (size_t i = 0; group->commands[i] != NULL; i++) {
        suggestion_offer(&nearest, group->commands[i]->name);
    }
    message_error("'%s' is no command of '%s'", word, group->name);
    if (suggestion_get(&nearest) != NULL) {
        message_hint("did you mean '%s'?", suggestion_get(&nearest));
    }
    dispatch_print_usage(group);
    return EXIT_USAGE;
}

// help, help image, help image pack
static int help(const struct cli_command *group, int argc, char **argv)
{
    for (int i = 1; i < argc && group->commands != NULL; i++) {
        const struct cli_command *command = find(group, argv[i]);
        if (command == NULL) {
            return refuse_unknown(group, argv[i]);
        }
        group = command;
    }
    return print_help(group);
}

static int run(const struct cli_command *command, int argc, char **argv)
{
    if (command->commands != NULL) {
        return dispatch(command, argc, argv);
    }
    return asks_for_help(argc, argv) ? print_help(command) : command->run(argc, argv);
}

int dispatch(const struct cli_command *group, int argc, char **argv)
{
    if (argc < 2) {
        print_help(group);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "help") == 0) {
        return help(group, argc - 1, argv + 1);
    }
    if (is_help_option(argv[1])) {
        return print_help(group);
    }
    const struct cli_command *command = find(group, argv[1]);
    return command == NULL ? refuse_unknown(group, argv[1]) : run(command, argc - 1, argv + 1);
}
