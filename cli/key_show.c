// SPDX-License-Identifier: Apache-2.0
// nbota key show: what may be known of a key.
#include <jansson.h>
#include <stdio.h>

#include "cli/hex.h"
#include "cli/key_commands.h"
#include "cli/line.h"
#include "cli/message.h"
#include "cli/signing_key.h"

struct options {
    bool json, pem;
};

static int show(const struct signing_key *key, const char *kind)
{
    char text[2 * MANIFEST_PUBLIC_KEY_SIZE + 1];

    hex_text(span_of(key->public_key, sizeof key->public_key), text);
    printf("key id      %s\n", key->id_text);
    printf("public key  %s\n", text);
    printf("holds       %s\n", kind);
    return EXIT_OK;
}

static int show_json(const struct signing_key *key, const char *path)
{
    char text[2 * MANIFEST_PUBLIC_KEY_SIZE + 1];

    hex_text(span_of(key->public_key, sizeof key->public_key), text);
    json_t *object = json_pack("{s:s, s:s, s:b}", "key_id", key->id_text, "public_key", text,
                               "private", (int)key->is_private);
    json_t *name = json_string(path); // NULL when it is not UTF-8: left out
    if (name != NULL) {
        json_object_set_new(object, "file", name);
    }
    int refused = json_dumpf(object, stdout, JSON_INDENT(2));
    json_decref(object);
    return refused == 0 && putchar('\n') != EOF ? EXIT_OK : EXIT_FAILED;
}

static int print(const struct signing_key *key, const char *path, const struct options *options)
{
    if (options->pem) {
        return signing_key_write_public(key, stdout) ? EXIT_OK : EXIT_FAILED;
    }
    return options->json ? show_json(key, path)
                         : show(key, key->is_private ? "the private key: keep it secret"
                                                     : "the public key alone");
}

static int run(int argc, char **argv)
{
    struct options options = {0};
    const struct line_option rows[] = {
        {.name = "json", .letter = 'j', .flag = &options.json},
        {.name = "pem", .letter = 'p', .flag = &options.pem},
    };
    const struct line line = {&key_show, rows, sizeof rows / sizeof rows[0], 1, 1};
    struct signing_key key;
    int first = line_parse(&line, argc, argv);

    if (first == LINE_WRONG) {
        return EXIT_USAGE;
    }
    if (signing_key_open(&key, argv[first], SIGNING_KEY_PUBLIC) != STATUS_OK) {
        return EXIT_FAILED;
    }
    int code = print(&key, argv[first], &options);
    signing_key_close(&key);
    return code;
}

const struct cli_command key_show = {
    .name = "show",
    .summary = "key id and public part of a key",
    .help = "usage: nbota key show FILE.pem [--pem | --json]\n"
            "\n"
            "Shows the public part of a private or public key, and its id: 16 hex digits by\n"
            "which a manifest names its signer. Nothing secret is printed.\n"
            "\n"
            "  -p, --pem   the public part as a PEM file, for 'make firmware KEY=…'\n"
            "  -j, --json  one JSON object, for scripts\n"
            "\n"
            "example: nbota key show release.pem\n",
    .run = run,
};
