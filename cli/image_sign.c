// SPDX-License-Identifier: Apache-2.0
// nbota image sign: a packed file gets the signature that bootloaders with keys ask for.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmt.h"
#include "cli/hex.h"
#include "cli/image_commands.h"
#include "cli/line.h"
#include "cli/message.h"
#include "cli/packing.h"
#include "cli/signing.h"

struct options {
    const char *in, *out;
    const char *counter; // as it was typed
    uint32_t counter_number;
    struct signing signing;
};

// Packed files are signed in place; a plain image stays as it is.
static char *out_name(const struct options *options, const struct anatomy *anatomy)
{
    if (options->out != NULL) {
        return strdup(options->out);
    }
    return anatomy->form == FORM_PACKED ? strdup(options->in) : image_packed_name(options->in);
}

static void say_done(const struct options *options, const char *out,
                     const struct manifest *manifest)
{
    char id[2 * MANIFEST_KEY_ID_SIZE + 1];

    hex_text(span_of(manifest->key_id, sizeof manifest->key_id), id);
    if (options->signing.detached_out != NULL) {
        printf("%s: %d bytes to be signed with Ed25519; %s waits for '--signature'\n",
               options->signing.detached_out, MANIFEST_SIGNED_SIZE, out);
    } else {
        printf("%s: %s %s signed with key %s, security counter %" PRIu32 "\n", out, manifest->title,
               manifest->version, id, manifest->security_counter);
    }
    if ((manifest->flags & MANIFEST_RAISES_COUNTER) != 0) {
        message_note("once confirmed, a node never again installs an image with a security counter "
                     "below %" PRIu32,
                     manifest->security_counter);
    }
}

static enum status write_packed(const struct anatomy *anatomy, const struct manifest *manifest,
                                const char *out)
{
    static uint8_t packed[WIRE_PACKED_MAX];
    size_t size = anatomy->file.size;

    if (anatomy->form == FORM_PACKED) {
        memcpy(packed, anatomy->file.data, size);
    } else {
        size = packing_make(anatomy->image, packed);
    }
    packing_set_manifest(packed, manifest);
    return file_write(out, span_of(packed, size));
}

static int sign_into(const struct options *options, const struct anatomy *anatomy, const char *out)
{
    struct manifest manifest;

    if (signing_plan(&options->signing, anatomy, &manifest) != STATUS_OK ||
        signing_carry_out(&options->signing, &manifest) != STATUS_OK ||
        write_packed(anatomy, &manifest, out) != STATUS_OK) {
        return EXIT_FAILED;
    }
    say_done(options, out, &manifest);
    return EXIT_OK;
}

static int sign(const struct options *options, const struct anatomy *anatomy)
{
    const struct finding *problem = anatomy_first(anatomy, FINDING_PROBLEM);

    if (problem != NULL) {
        image_say_finding(options->in, problem);
        return EXIT_FAILED;
    }
    char *out = out_name(options, anatomy);
    int code = out == NULL ? EXIT_FAILED : sign_into(options, anatomy, out);
    free(out);
    return code;
}

static int open_and_sign(const struct options *options)
{
    struct image_file file;

    if (image_file_open(&file, options->in) != STATUS_OK) {
        return EXIT_FAILED;
    }
    int code = sign(options, file.anatomy);
    image_file_close(&file);
    return code;
}

static int read_counter(struct options *options)
{
    if (options->counter == NULL) {
        return EXIT_OK;
    }
    if (!fmt_parse_u32(span_of_text(options->counter), &options->counter_number)) {
        return line_refuse(&cli_image_sign, "--counter wants a number from 0 to 4294967295, not",
                           options->counter);
    }
    options->signing.counter = &options->counter_number;
    return EXIT_OK;
}

static int check_line(const struct options *options)
{
    const struct signing *signing = &options->signing;

    if (signing->key == NULL && signing->detached_out == NULL) {
        message_error("which key? Name it with --key");
        message_hint("'nbota key create' makes one");
        return EXIT_USAGE;
    }
    if (signing->signature != NULL && signing->detached_out != NULL) {
        return line_refuse(&cli_image_sign,
                           "--detached-out is the first step, --signature the second: not both, "
                           "as in",
                           signing->signature);
    }
    return EXIT_OK;
}

static int run(int argc, char **argv)
{
    struct options options = {0};
    const struct line_option rows[] = {
        {.name = "key", .letter = 'k', .text = &options.signing.key},
        {.name = "output", .letter = 'o', .text = &options.out},
        {.name = "counter", .text = &options.counter},
        {.name = "raise", .flag = &options.signing.raise},
        {.name = "revoke", .text = &options.signing.revoke},
        {.name = "detached-out", .text = &options.signing.detached_out},
        {.name = "signature", .text = &options.signing.signature},
    };
    const struct line line = {&cli_image_sign, rows, sizeof rows / sizeof rows[0], 1, 1};
    int first = line_parse(&line, argc, argv);

    if (first == LINE_WRONG) {
        return EXIT_USAGE;
    }
    options.in = argv[first];
    int code = check_line(&options);
    code = code == EXIT_OK ? read_counter(&options) : code;
    return code == EXIT_OK ? open_and_sign(&options) : code;
}

const struct cli_command cli_image_sign = {
    .name = "sign",
    .summary = "sign an image, for bootloaders that were built with keys",
    .help = "usage: nbota image sign FILE.bin --key KEY [-o OUT.bin] [--counter N] [--raise]\n"
            "                        [--revoke N,N]\n"
            "       nbota image sign FILE.bin --detached-out TBS [-o OUT.bin] …\n"
            "       nbota image sign FILE.bin --signature SIG --key PUBLIC\n"
            "\n"
            "Signs what the image says of itself and its SHA-256. A packed file is signed in\n"
            "place; of a plain one a packed one is made. Nodes without keys take a signed\n"
            "file like any other. What the file's manifest says of counter and revoked keys\n"
            "stays, unless an option says otherwise; to begin anew, pack the plain image.\n"
            "\n"
            "  -k, --key KEY       a PEM file of 'nbota key create' or OpenSSL, or a pkcs11:\n"
            "                      URI, if this OpenSSL can use it\n"
            "  -o, --output OUT    the signed file; default: FILE itself, or FILE.packed.bin\n"
            "      --counter N     the security counter: a node refuses images with a lower\n"
            "                      one than its own; not below the image's info block\n"
            "      --raise         nodes keep this counter, 1 at least, once the image is\n"
            "                      confirmed: what is older is refused for good\n"
            "      --revoke N,N    the bootloader's keys of these numbers, 0 to 3 as in\n"
            "                      'make firmware KEY=…', are not trusted any more then\n"
            "\n"
            "A node ignores, and says so on its console, numbers that are not on its list,\n"
            "and all of them when no key would be left. An update over the console line\n"
            "(nbota node update) neither raises nor revokes, nor does a node without keys.\n"
            "\n"
            "In two steps, when the key is in a device or on another machine:\n"
            "\n"
            "      --detached-out TBS  write the 92 bytes to be signed; any tool that signs\n"
            "                          with Ed25519 makes 64 bytes of them\n"
            "      --signature SIG     take these 64 bytes; PUBLIC is checked against them\n"
            "\n"
            "example: nbota image sign s31-nb-v1.1.0.packed.bin --key release.pem\n"
            "         nbota image sign fix.packed.bin --key release.pem --counter 3 --raise\n",
    .run = run,
};
