// SPDX-License-Identifier: Apache-2.0
// nbota image inspect: explains any file, also a broken one.
#include "cli/image_commands.h"
#include "cli/inspect.h"
#include "cli/line.h"
#include "cli/message.h"

struct inspect_options {
    bool json;
    bool pieces;
};

static int inspect(const char *path, const struct anatomy *anatomy,
                   const struct inspect_options *options)
{
    enum status status = options->json ? inspect_print_json(stdout, path, anatomy, options->pieces)
                                       : inspect_print(stdout, path, anatomy, options->pieces);

    if (status != STATUS_OK) {
        message_error("cannot write the explanation of '%s'", path);
        return EXIT_FAILED;
    }
    return anatomy_first(anatomy, FINDING_PROBLEM) == NULL ? EXIT_OK : EXIT_FAILED;
}

static int run(int argc, char **argv)
{
    struct inspect_options options = {0};
    const struct line_option rows[] = {
        {.name = "json", .letter = 'j', .flag = &options.json},
        {.name = "pieces", .letter = 'p', .flag = &options.pieces},
    };
    const struct line line = {&cli_image_inspect, rows, sizeof rows / sizeof rows[0], 1, 1};
    struct image_file file;
    int first = line_parse(&line, argc, argv);

    if (first == LINE_WRONG) {
        return EXIT_USAGE;
    }
    if (image_file_open(&file, argv[first]) != STATUS_OK) {
        return EXIT_FAILED;
    }
    int code = inspect(argv[first], file.anatomy, &options);
    image_file_close(&file);
    return code;
}

const struct cli_command cli_image_inspect = {
    .name = "inspect",
    .summary = "explain any image file: what it is, what is wrong, what to do",
    .help = "usage: nbota image inspect FILE.bin [--pieces] [--json]\n"
            "\n"
            "Says whether the file is a plain image, a packed one or something else, its\n"
            "sizes, checksums as a server announces them, title and version, and what nodes\n"
            "would trip over. Ends with status 1 when no node would run it.\n"
            "\n"
            "  -p, --pieces  list every piece of a packed image\n"
            "  -j, --json    one JSON object, for scripts\n"
            "\n"
            "example: nbota image inspect s31-nb-v1.1.0.packed.bin\n",
    .run = run,
};
