// SPDX-License-Identifier: Apache-2.0
// nbota device add: registers a device and says what to type into the node.
#include <stdio.h>

#include "cli/at_lines.h"
#include "cli/device_commands.h"
#include "cli/line.h"
#include "cli/message.h"
#include "cli/token.h"

enum { PORT = 1885 };

struct add_options {
    const char *name;
    const char *token; // NULL: make one
    const char *imei;  // may be NULL
    const char *data_dir;
    bool json;
};

static int print(const struct add_options *options, const char *token)
{
    const struct at_settings settings = {"<this server's address>", PORT, token, NULL};

    if (options->json) {
        json_t *object = json_pack("{s:s, s:s}", "name", options->name, "token", token);
        json_dumpf(object, stdout, JSON_COMPACT);
        json_decref(object);
        putchar('\n');
        return EXIT_OK;
    }
    printf("device '%s' is added; its access token:\n\n  %s\n\n", options->name, token);
    printf("type into the node's console, after its password:\n\n");
    at_lines_print(stdout, &settings);
    printf("\nAT+OTATITLE stays as it is: an S31-NB asks for s31-nb.\n"
           "'nbota serve --listen 0.0.0.0' starts the server and prints these lines with its "
           "address.\n");
    return EXIT_OK;
}

static int add(const struct add_options *options, const char *token)
{
    struct database database;
    int64_t id;
    int code = EXIT_FAILED;

    if (database_open(&database, options->data_dir) != STATUS_OK) {
        return EXIT_FAILED;
    }
    if (db_device_add(database.db, options->name, token, options->imei, &id) != STATUS_OK) {
        database_complain(&database);
    } else {
        code = print(options, token);
    }
    database_close(&database);
    return code;
}

static int add_with_token(const struct add_options *options)
{
    char made[TOKEN_SIZE + 1];

    if (options->token == NULL) {
        if (!token_make(made)) {
            message_error("the system gives no random numbers");
            return EXIT_FAILED;
        }
        return add(options, made);
    }
    if (token_fault(options->token) != NULL) {
        message_error("the token '%s' cannot be used: %s", options->token,
                      token_fault(options->token));
        message_hint("leave --token out to get one made");
        return EXIT_FAILED;
    }
    return add(options, options->token);
}

static int run(int argc, char **argv)
{
    struct add_options options = {0};
    const struct line_option rows[] = {
        {.name = "token", .letter = 't', .text = &options.token},
        {.name = "imei", .text = &options.imei},
        {.name = "json", .letter = 'j', .flag = &options.json},
        {.name = "data-dir", .text = &options.data_dir},
    };
    const struct line line = {&cli_device_add, rows, sizeof rows / sizeof rows[0], 1, 1};
    int first = line_parse(&line, argc, argv);

    if (first == LINE_WRONG) {
        return EXIT_USAGE;
    }
    options.name = argv[first];
    return add_with_token(&options);
}

const struct cli_command cli_device_add = {
    .name = "add",
    .summary = "register a device and say what to type into the node",
    .help = "usage: nbota device add NAME [--token TOKEN] [--imei IMEI] [--json]\n"
            "                        [--data-dir DIR]\n"
            "\n"
            "Gives the device NAME an access token, made at random unless you name one, and\n"
            "prints the console commands that point the node at this server.\n"
            "\n"
            "  -t, --token TOKEN   1 to 44 characters; a node that has one already keeps it\n"
            "      --imei IMEI     the number on the label, so that its reports can be told\n"
            "                      apart\n"
            "  -j, --json          one JSON object: name and token\n"
            "      --data-dir DIR  default: $NBOTA_DATA, or ~/.local/share/nbota\n"
            "\n"
            "example: nbota device add greenhouse-1\n",
    .run = run,
};
