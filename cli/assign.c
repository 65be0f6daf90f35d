// SPDX-License-Identifier: Apache-2.0
// nbota assign: which image a device is offered when it asks.
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "cli/database.h"
#include "cli/image_commands.h"
#include "cli/line.h"
#include "cli/message.h"
#include "cli/packing.h"
#include "server/store/upload.h"

enum { TEXT_SIZE = 1024 };

struct assign_options {
    const char *device;
    const char *path;    // NULL with `none`
    const char *title;   // NULL: the image's own
    const char *version; // likewise
    const char *checksum;
    const char *data_dir;
    bool none;
    bool force;
    bool json;
};

// --- what is offered

// A line of `text` is a warning each; the database and the store write them so.
static void say_warnings(const struct fmt *text)
{
    const char *line = text->text;

    while (*line != '\0') {
        int size = (int)strcspn(line, "\n");
        message_warning("%.*s", size, line);
        line += size + (line[size] == '\n');
    }
}

static bool differs(const char *given, const char *inside)
{
    return given != NULL && inside[0] != '\0' && strcmp(given, inside) != 0;
}

// Title and version beside the info block: a title is a matter of taste, a version loops.
static enum status check_names(const struct assign_options *options, const struct anatomy *anatomy)
{
    const struct image_info *info = &anatomy->info;

    if (differs(options->version, info->version) && !options->force) {
        message_error("the image says version '%s', not '%s': a node would install it again and "
                      "again",
                      info->version, options->version);
        message_hint("leave --version out, or add --force");
        return STATUS_INVALID;
    }
    if (differs(options->title, info->title)) {
        message_warning("the image says title '%s', but is offered as '%s': nodes that ask for "
                        "another title answer with code 1",
                        info->title, options->title);
    }
    if (anatomy->info_status != STATUS_OK && (options->title == NULL || options->version == NULL)) {
        message_error("'%s' does not say its title and version", options->path);
        message_hint("name them: --title s31-nb --version v1.1.0");
        return STATUS_INVALID;
    }
    return STATUS_OK;
}

// The packed form: the file itself, or made of a plain image in `buffer`.
static enum status take_packed(const struct assign_options *options, const struct anatomy *anatomy,
                               uint8_t *buffer, struct span *packed)
{
    const struct finding *problem = anatomy_first(anatomy, FINDING_PROBLEM);

    if (problem != NULL && !(options->force && anatomy_container_is_good(anatomy))) {
        image_say_finding(options->path, problem);
        return STATUS_INVALID;
    }
    if (anatomy->form == FORM_PACKED) {
        *packed = anatomy->file;
        return STATUS_OK;
    }
    message_note("'%s' is a plain image; it is packed for the nodes", options->path);
    *packed = span_of(buffer, packing_make(anatomy->image, buffer));
    return STATUS_OK;
}

// STATUS_OK: this very image is in the store. STATUS_NOT_FOUND: it is new. STATUS_REFUSED: its name is taken.
static enum status find_stored(struct database *database, const struct upload *upload,
                               const struct anatomy *anatomy, struct db_image *image)
{
    const char *title = upload->title != NULL ? upload->title : anatomy->info.title;
    const char *version = upload->version != NULL ? upload->version : anatomy->info.version;
    struct checksums sums;
    enum status status = db_image_find(database->db, title, version, image);

    if (status != STATUS_OK) {
        return status;
    }
    checksums_make(upload->packed, &sums);
    if (strcmp(image->sha256, sums.sha256_text) == 0) {
        return STATUS_OK;
    }
    message_error("there is another image with title '%s' and version '%s'", title, version);
    message_hint("a version never changes: give the new image a new one");
    return STATUS_REFUSED;
}

static enum status store(struct database *database, const struct upload *upload,
                         struct db_image *image)
{
    char warnings[TEXT_SIZE];
    char error[TEXT_SIZE];
    struct fmt warning_text;
    struct fmt error_text;

    fmt_init(&warning_text, warnings, sizeof warnings);
    fmt_init(&error_text, error, sizeof error);
    enum status status =
        upload_image(database->db, database->folder, upload, image, &warning_text, &error_text);
    if (status != STATUS_OK) {
        message_error("%s", error);
        return status;
    }
    say_warnings(&warning_text);
    return STATUS_OK;
}

static enum status get_image(struct database *database, const struct assign_options *options,
                             const struct anatomy *anatomy, struct db_image *image)
{
    static uint8_t buffer[WIRE_PACKED_MAX];
    struct upload upload = {
        .title = options->title,
        .version = options->version,
        .algorithm = options->checksum,
        .now_ms = database_now_ms(),
        .overrule = true, // check_names() has decided
    };
    enum status status = take_packed(options, anatomy, buffer, &upload.packed);

    if (status == STATUS_OK) {
        status = check_names(options, anatomy);
    }
    if (status != STATUS_OK) {
        return status;
    }
    status = find_stored(database, &upload, anatomy, image);
    return status == STATUS_NOT_FOUND ? store(database, &upload, image) : status;
}

// --- who it is offered to

static enum status assign(struct database *database, const struct db_device *device,
                          int64_t image_id)
{
    char warnings[TEXT_SIZE];
    struct fmt text;

    fmt_init(&text, warnings, sizeof warnings);
    enum status status = db_assign(database->db, device->id, image_id, &text);
    if (status != STATUS_OK) {
        database_complain(database);
        return status;
    }
    say_warnings(&text);
    return STATUS_OK;
}

static void print_json(json_t *object)
{
    json_dumpf(object, stdout, 0);
    json_decref(object);
    putchar('\n');
}

static void print_offer(const struct db_device *device, const struct db_image *image, bool json)
{
    unsigned pieces = (unsigned)image_piece_count((uint32_t)image->size);

    if (json) {
        print_json(json_pack(
            "{s:s, s:s, s:s, s:I, s:i, s:s, s:s}", "device", device->name, "title", image->title,
            "version", image->version, "fw_size", (json_int_t)image->size, "pieces", (int)pieces,
            "fw_checksum_algorithm", image->algorithm, "fw_checksum", image->checksum));
        return;
    }
    printf("%s is offered %s %s: %lld bytes, %u chunks, %s %s\n", device->name, image->title,
           image->version, (long long)image->size, pieces, image->algorithm, image->checksum);
    printf("it asks after AT+UPGRADE on its console or 'nbota trigger %s …'\n", device->name);
}

static int offer(struct database *database, const struct db_device *device,
                 const struct assign_options *options)
{
    struct image_file file;
    struct db_image image;

    if (image_file_open(&file, options->path) != STATUS_OK) {
        return EXIT_FAILED;
    }
    enum status status = get_image(database, options, file.anatomy, &image);
    image_file_close(&file);
    if (status != STATUS_OK || assign(database, device, image.id) != STATUS_OK) {
        return EXIT_FAILED;
    }
    print_offer(device, &image, options->json);
    return EXIT_OK;
}

static int take_back(struct database *database, const struct db_device *device, bool json)
{
    if (assign(database, device, DB_NONE) != STATUS_OK) {
        return EXIT_FAILED;
    }
    if (json) {
        print_json(json_pack("{s:s}", "device", device->name));
        return EXIT_OK;
    }
    printf("%s is offered nothing; a download under way goes on to its end\n", device->name);
    return EXIT_OK;
}

// --- the command

static int run_open(const struct assign_options *options)
{
    struct database database;
    struct db_device device;
    int code = EXIT_FAILED;

    if (database_open(&database, options->data_dir) != STATUS_OK) {
        return EXIT_FAILED;
    }
    if (database_find_device(&database, options->device, &device) == STATUS_OK) {
        code = options->none ? take_back(&database, &device, options->json)
                             : offer(&database, &device, options);
    }
    database_close(&database);
    return code;
}

static int run(int argc, char **argv)
{
    struct assign_options options = {0};
    const struct line_option rows[] = {
        {.name = "title", .text = &options.title},
        {.name = "version", .text = &options.version},
        {.name = "checksum", .text = &options.checksum},
        {.name = "none", .flag = &options.none},
        {.name = "force", .letter = 'f', .flag = &options.force},
        {.name = "json", .letter = 'j', .flag = &options.json},
        {.name = "data-dir", .text = &options.data_dir},
    };
    const struct line line = {&cli_assign, rows, sizeof rows / sizeof rows[0], 1, 2};
    int first = line_parse(&line, argc, argv);

    if (first == LINE_WRONG) {
        return EXIT_USAGE;
    }
    options.device = argv[first];
    options.path = argc - first == 2 ? argv[first + 1] : NULL;
    if (options.none == (options.path != NULL)) {
        return line_refuse(&cli_assign, "name an image, or --none, for", options.device);
    }
    return run_open(&options);
}

const struct cli_command cli_assign = {
    .name = "assign",
    .summary = "offer a device an image",
    .help = "usage: nbota assign DEVICE (IMAGE.bin | --none) [--title T] [--version V]\n"
            "                    [--checksum CRC32|SHA256] [--force] [--json]\n"
            "                    [--data-dir DIR]\n"
            "\n"
            "Puts the image, packed or plain, into the store and offers it to the device when\n"
            "it asks. Title and version come from the image's info block; name them for an\n"
            "image without one. The title must be the node's AT+OTATITLE, letter by letter;\n"
            "the version another than the running one.\n"
            "\n"
            "      --title T       at most 19 characters\n"
            "      --version V     at most 14, better 8\n"
            "      --checksum A    of fw_checksum: CRC32 (default) finds damage, SHA256 also\n"
            "                      tells images of one size apart\n"
            "      --none          take the offer back\n"
            "  -f, --force         a version other than the image's own; an image that looks\n"
            "                      unfit\n"
            "  -j, --json          one JSON object, for scripts\n"
            "      --data-dir DIR  default: $NBOTA_DATA, or ~/.local/share/nbota\n"
            "\n"
            "example: nbota assign greenhouse-1 s31-nb-v1.1.0.bin\n"
            "         nbota assign old-1 vendor.bin --title s31-nb --version v1.5.1\n",
    .run = run,
};
