// SPDX-License-Identifier: Apache-2.0
// nbota image verify: yes or no, for scripts, and the first thing that is wrong.
#include <stdio.h>

#include "cli/image_commands.h"
#include "cli/line.h"
#include "cli/message.h"

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
};

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
    if (!options->quiet) {
        printf("%s: good, %u pieces\n", path, (unsigned)anatomy->pieces);
    }
    return EXIT_OK;
}

static int run(int argc, char **argv)
{
    struct verify_options options = {0};
    const struct line_option rows[] = {
        {.name = "quiet", .letter = 'q', .flag = &options.quiet},
        {.name = "container", .flag = &options.container},
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
    .help = "usage: nbota image verify FILE.bin [-q] [--container]\n"
            "\n"
            "Checks sizes, every piece, the image's CRC, vector table and info block. Ends\n"
            "with status 1 and names the first bad piece when something is wrong.\n"
            "\n"
            "  -q, --quiet      say nothing when it is good\n"
            "      --container  sizes, pieces and CRCs only, whatever image is inside\n"
            "\n"
            "example: nbota image verify s31-nb-v1.1.0.packed.bin && echo ready\n",
    .run = run,
};
