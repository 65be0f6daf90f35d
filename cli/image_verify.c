// SPDX-License-Identifier: Apache-2.0
// nbota image verify: yes or no, for scripts, and the first thing that is wrong.
#include <stdio.h>
#include <string.h>

#include "cli/image_commands.h"
#include "cli/line.h"
#include "cli/message.h"
#include "cli/signing_key.h"

static int refuse(const char *path, const struct finding *problem)
{
    if (problem->piece != NO_PIECE) {
        message_error("'%s': first bad piece: %ld, at offset %u", path, problem->piece,
                      (unsigned)problem->offset);
    }
    image_say_finding(path, problem);
    return EXIT_FAILED;
}

struct verify_options {
    bool quiet;
    bool container;
    const char *key; // NULL: whoever signed
};

// ---- the signature ----

static int refuse_signature(const char *path, const struct signing_key *key, const char *why)
{
    message_error("'%s' %s", path, why);
    message_hint("a bootloader that trusts key %s alone refuses it", key->id_text);
    return EXIT_FAILED;
}

static int check_signature(const char *path, const struct anatomy *anatomy,
                           const struct signing_key *key)
{
    const struct manifest *manifest = &anatomy->manifest;

    if (anatomy->manifest_status != STATUS_OK || !manifest_is_signed(manifest)) {
        return refuse_signature(path, key, "is not signed");
    }
    if (memcmp(manifest->key_id, key->id, sizeof key->id) != 0) {
        return refuse_signature(path, key, "was signed with another key");
    }
    struct span page = span_of(anatomy->file.data, MANIFEST_END);
    return signing_key_verify(key, manifest_signed_part(page), manifest->signature)
               ? EXIT_OK
               : refuse_signature(path, key, "has a signature that does not match");
}

static int verify_signature(const char *path, const struct anatomy *anatomy, const char *name)
{
    struct signing_key key;

    if (signing_key_open(&key, name, SIGNING_KEY_PUBLIC) != STATUS_OK) {
        return EXIT_FAILED;
    }
    int code = check_signature(path, anatomy, &key);
    signing_key_close(&key);
    return code;
}

// ---- all of it ----

static const char *signer_text(const struct anatomy *anatomy, const struct verify_options *options)
{
    if (anatomy->manifest_status != STATUS_OK) {
        return "no manifest";
    }
    if (!manifest_is_signed(&anatomy->manifest)) {
        return "not signed";
    }
    return options->key == NULL ? "signed; by whom, --key checks" : "signature good";
}

static int verify(const char *path, const struct anatomy *anatomy,
                  const struct verify_options *options)
{
    const struct finding *problem = anatomy_first(anatomy, FINDING_PROBLEM);

    if (problem != NULL && !(options->container && anatomy_container_is_good(anatomy))) {
        return refuse(path, problem);
    }
    if (anatomy->form == FORM_PLAIN) {
        message_error("'%s' is a plain image: nodes are served packed ones", path);
        message_hint("pack it: nbota image pack %s", path);
        return EXIT_FAILED;
    }
    if (options->key != NULL && verify_signature(path, anatomy, options->key) != EXIT_OK) {
        return EXIT_FAILED;
    }
    if (!options->quiet) {
        printf("%s: good, %u pieces, %s\n", path, (unsigned)anatomy->pieces,
               signer_text(anatomy, options));
    }
    return EXIT_OK;
}

static int run(int argc, char **argv)
{
    struct verify_options options = {0};
    const struct line_option rows[] = {
        {.name = "quiet", .letter = 'q', .flag = &options.quiet},
        {.name = "container", .flag = &options.container},
        {.name = "key", .letter = 'k', .text = &options.key},
    };
    const struct line line = {&cli_image_verify, rows, sizeof rows / sizeof rows[0], 1, 1};
    struct image_file file;
    int first = line_parse(&line, argc, argv);

    if (first == LINE_WRONG) {
        return EXIT_USAGE;
    }
    if (image_file_open(&file, argv[first]) != STATUS_OK) {
        return EXIT_FAILED;
    }
    int code = verify(argv[first], file.anatomy, &options);
    image_file_close(&file);
    return code;
}

const struct cli_command cli_image_verify = {
    .name = "verify",
    .summary = "check a packed image; status 0 when a node would take it",
    .help = "usage: nbota image verify FILE.bin [-q] [--container] [--key KEY]\n"
            "\n"
            "Checks sizes, every piece, the image's CRC, vector table and info block, and\n"
            "that the manifest is of this image. Ends with status 1 and names the first bad\n"
            "piece when something is wrong.\n"
            "\n"
            "  -k, --key KEY    also that this key signed it; a PEM file, public or private\n"
            "  -q, --quiet      say nothing when it is good\n"
            "      --container  sizes, pieces and CRCs only, whatever image is inside\n"
            "\n"
            "example: nbota image verify s31-nb-v1.1.0.packed.bin --key release.pem.pub\n",
    .run = run,
};
