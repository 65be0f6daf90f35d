// SPDX-License-Identifier: Apache-2.0
// nbota image pack: a linker's .bin becomes the file that nodes are served.
#include "cli/image_commands.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/line.h"
#include "cli/message.h"
#include "cli/packing.h"
#include "cli/signing.h"

struct pack_options {
    const char *in;
    const char *out; // NULL: named after `in`
    const char *key; // NULL: not signed
    bool force;
};

static int write_out(const struct pack_options *options, struct span packed)
{
    char *name = options->out == NULL ? image_packed_name(options->in) : NULL;
    const char *out = options->out == NULL ? name : options->out;
    struct checksums sums;

    if (out == NULL || file_write(out, packed) != STATUS_OK) {
        free(name);
        return EXIT_FAILED;
    }
    checksums_make(packed, &sums);
    printf("%s: %zu bytes, %u pieces, fw_checksum %s (CRC32)\n", out, packed.size,
           (unsigned)image_piece_count((uint32_t)packed.size), sums.crc32_text);
    if (checksums_crc32_is_risky(sums.crc32)) {
        message_warning("the CRC32 %08X begins with 0: some nodes compare it wrongly",
                        (unsigned)sums.crc32);
        message_hint("announce SHA256 to them instead: %s", sums.sha256_text);
    }
    free(name);
    return EXIT_OK;
}

// With -o the caller gets the file; without, there is nothing to make.
static int pass_packed(const struct pack_options *options, const struct anatomy *anatomy)
{
    if (options->key != NULL) {
        message_error("'%s' is packed already", options->in);
        message_hint("sign it: nbota image sign %s --key %s", options->in, options->key);
        return EXIT_FAILED;
    }
    message_note("'%s' is packed already: use it as it is", options->in);
    return options->out == NULL ? EXIT_OK : write_out(options, anatomy->file);
}

static void say_who_it_is(const char *path, const struct anatomy *anatomy)
{
    const struct finding *finding = anatomy_first(anatomy, FINDING_NOTE);

    if (anatomy->info_status == STATUS_OK) {
        printf("%s: %s %s, %zu bytes\n", path, anatomy->info.title, anatomy->info.version,
               anatomy->image.size);
    }
    if (finding != NULL) {
        image_say_finding(path, finding);
    }
}

static enum status sign(const struct pack_options *options, const struct anatomy *anatomy,
                        uint8_t packed[WIRE_PACKED_MAX])
{
    const struct signing signing = {.key = options->key};
    struct manifest manifest;
    enum status status = signing_plan(&signing, anatomy, &manifest);

    if (status == STATUS_OK) {
        status = signing_carry_out(&signing, &manifest);
    }
    if (status == STATUS_OK) {
        packing_set_manifest(packed, &manifest);
    }
    return status;
}

static int pack_plain(const struct pack_options *options, const struct anatomy *anatomy)
{
    static uint8_t packed[WIRE_PACKED_MAX];
    uint32_t size = packing_make(anatomy->file, packed);

    say_who_it_is(options->in, anatomy);
    if (options->key != NULL && sign(options, anatomy, packed) != STATUS_OK) {
        return EXIT_FAILED;
    }
    return write_out(options, span_of(packed, size));
}

// Whether --force may help: any bytes of the right number can be packed.
static bool can_be_forced(const struct anatomy *anatomy)
{
    return anatomy->form != FORM_PACKED && anatomy->file.size >= 1 &&
           anatomy->file.size <= WIRE_SLOT_SIZE;
}

static int refuse(const struct pack_options *options, const struct anatomy *anatomy,
                  const struct finding *problem)
{
    image_say_finding(options->in, problem);
    if (!options->force && can_be_forced(anatomy)) {
        message_hint("to pack these bytes whatever they are (test data), add --force");
    }
    return EXIT_FAILED;
}

static int pack(const struct pack_options *options, const struct anatomy *anatomy)
{
    const struct finding *problem = anatomy_first(anatomy, FINDING_PROBLEM);

    if (problem != NULL && !(options->force && can_be_forced(anatomy))) {
        return refuse(options, anatomy, problem);
    }
    if (problem != NULL) {
        message_warning("'%s': %s; packed because of --force", options->in, problem->text);
    }
    return anatomy->form == FORM_PACKED ? pass_packed(options, anatomy)
                                        : pack_plain(options, anatomy);
}

static int run(int argc, char **argv)
{
    struct pack_options options = {0};
    const struct line_option rows[] = {
        {.name = "output", .letter = 'o', .text = &options.out},
        {.name = "key", .letter = 'k', .text = &options.key},
        {.name = "force", .letter = 'f', .flag = &options.force},
    };
    const struct line line = {&cli_image_pack, rows, sizeof rows / sizeof rows[0], 1, 1};
    struct image_file file;
    int first = line_parse(&line, argc, argv);

    if (first == LINE_WRONG) {
        return EXIT_USAGE;
    }
    options.in = argv[first];
    if (options.out != NULL && file_is_same(options.in, options.out)) {
        return line_refuse(&cli_image_pack,
                           "the packed image would replace the plain one:", options.out);
    }
    if (image_file_open(&file, options.in) != STATUS_OK) {
        return EXIT_FAILED;
    }
    int code = pack(&options, file.anatomy);
    image_file_close(&file);
    return code;
}

const struct cli_command cli_image_pack = {
    .name = "pack",
    .summary = "make the file that nodes are served out of a plain .bin",
    .help = "usage: nbota image pack IN.bin [-o OUT.bin] [--key KEY] [--force]\n"
            "\n"
            "Packs an application image linked at 0x08007800. Title and version come from the\n"
            "image's info block; an image without one (of another maker) is packed too. What\n"
            "no node would run is refused. A packed file is recognised and left as it is.\n"
            "\n"
            "  -o, --output OUT.bin  the packed file; default: IN.packed.bin\n"
            "  -k, --key KEY         sign it too, as 'nbota image sign' does\n"
            "  -f, --force           pack any 1..122880 bytes, even if they are no image\n"
            "                        (test data)\n"
            "\n"
            "example: nbota image pack s31-nb-v1.1.0.bin -o s31-nb-v1.1.0.packed.bin\n",
    .run = run,
};
