// SPDX-License-Identifier: Apache-2.0
// nbota node update: an application over the console line, into a virtual node or a real one.
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/anatomy.h"
#include "cli/file.h"
#include "cli/interrupt.h"
#include "cli/line.h"
#include "cli/local_update.h"
#include "cli/message.h"
#include "cli/node_commands.h"
#include "cli/node_folder.h"
#include "cli/packing.h"
#include "cli/places.h"
#include "cli/serial_line.h"

enum { FILE_MAX = 1 << 20, WAIT_S = 60 };

struct options {
    const char *port, *password, *data_dir;
    const char *name, *file;
    uint32_t wait_s;
};

// ---- the file ----

static enum status refuse_file(const char *path, const struct finding *finding)
{
    message_error("'%s': %s", path, finding->text);
    if (finding->advice[0] != '\0') {
        message_hint("%s", finding->advice);
    }
    return STATUS_INVALID;
}

// The packed file of what `file` holds, plain or packed; it lives as long as the process.
static enum status prepare(const char *path, const struct file *file, struct span *packed)
{
    static struct anatomy anatomy;
    static uint8_t made[WIRE_PACKED_MAX];

    anatomy_read(&anatomy, span_of(file->data, file->size));
    const struct finding *problem = anatomy_first(&anatomy, FINDING_PROBLEM);
    if (problem != NULL) {
        return refuse_file(path, problem);
    }
    *packed = anatomy.file;
    if (anatomy.form == FORM_PLAIN) {
        *packed = span_of(made, packing_make(anatomy.image, made));
    }
    if (anatomy.info_status == STATUS_OK) {
        printf("%s %s for hardware %u, %zu bytes packed\n", anatomy.info.title,
               anatomy.info.version, anatomy.info.hardware_id, packed->size);
    }
    return STATUS_OK;
}

// ---- the line ----

static enum status open_node(const struct options *options, struct local_update *job,
                             char password[NODE_PASSWORD_SIZE])
{
    struct node_folder folder;
    char data_dir[PATH_MAX];
    char path[PATH_MAX];

    if (places_data_dir(options->data_dir, data_dir, sizeof data_dir) != STATUS_OK ||
        node_folder_look(&folder, data_dir, options->name) != STATUS_OK) {
        return STATUS_NOT_FOUND;
    }
    node_folder_file(&folder, "console", path);
    // A name that a killed process left behind may be somebody else's terminal by now.
    if (!node_folder_is_running(&folder) || access(path, F_OK) != 0) {
        message_error("node '%s' is not running with a console", folder.name);
        message_hint("start it with 'nbota node run %s' in another terminal", folder.name);
        return STATUS_NOT_FOUND;
    }
    if (options->password == NULL) {
        node_folder_password(&folder, password);
        job->password = password;
    }
    return serial_line_open(path, &job->line);
}

static enum status open_line(const struct options *options, struct local_update *job,
                             char password[NODE_PASSWORD_SIZE])
{
    job->password = options->password;
    if (options->port == NULL) {
        return open_node(options, job, password);
    }
    enum status status = serial_line_open(options->port, &job->line);
    if (status == STATUS_OK && job->password == NULL) {
        printf("press RESET on the board, or switch it off and on\n");
    }
    return status;
}

static int update(const struct options *options, struct local_update *job)
{
    char password[NODE_PASSWORD_SIZE];

    if (open_line(options, job, password) != STATUS_OK) {
        return EXIT_FAILED;
    }
    fflush(stdout);
    interrupt_catch();
    enum status status = local_update_run(job);
    close(job->line);
    if (status != STATUS_OK) {
        return EXIT_FAILED;
    }
    printf("'%s' has installed it and starts it; its settings are as before\n", job->label);
    return EXIT_OK;
}

// ---- the command ----

static int read_line(int argc, char **argv, struct options *options)
{
    const struct line_option rows[] = {
        {"port", 'p', .text = &options->port},
        {"password", '\0', .text = &options->password},
        {"wait", '\0', .number = &options->wait_s},
        {"data-dir", '\0', .text = &options->data_dir},
    };
    const struct line line = {&node_update, rows, sizeof rows / sizeof rows[0], 1, 2};
    int first = line_parse(&line, argc, argv);

    if (first == LINE_WRONG) {
        return LINE_WRONG;
    }
    options->file = argv[argc - 1];
    if (argc - first == 2) {
        options->name = argv[first];
    }
    if (options->name != NULL && options->port != NULL) {
        line_refuse(&node_update, "either --port or a node's name, not", options->name);
        return LINE_WRONG;
    }
    options->name = options->name == NULL ? NODE_PRESET_NAME : options->name;
    return first;
}

static int run(int argc, char **argv)
{
    struct options options = {.wait_s = WAIT_S};
    struct file file;

    if (read_line(argc, argv, &options) == LINE_WRONG) {
        return EXIT_USAGE;
    }
    struct local_update job = {
        .label = options.port == NULL ? options.name : options.port,
        .wait_s = options.wait_s,
    };
    if (file_read(options.file, FILE_MAX, &file) != STATUS_OK) {
        return EXIT_FAILED;
    }
    int result = prepare(options.file, &file, &job.packed) == STATUS_OK ? update(&options, &job)
                                                                        : EXIT_FAILED;
    file_free(&file);
    return result;
}

const struct cli_command node_update = {
    .name = "update",
    .summary = "send an application over the console line",
    .help = "usage: nbota node update [NAME | --port PORT] FILE [options]\n"
            "\n"
            "Sends an application to a node's bootloader over the console line, by XMODEM:\n"
            "the way for boards without SPI flash, and for a node that has no application.\n"
            "FILE is packed or plain. The node checks it as it does over the air, keeps its\n"
            "settings and says whether it was installed. NAME is a virtual node that runs,\n"
            "'s31' if none is named.\n"
            "\n"
            "  -p, --port PORT      a serial line, as /dev/ttyUSB0; other terminal programs\n"
            "                       must have left it\n"
            "      --password TEXT  of the console: restarts the node; without it press RESET\n"
            "                       (a virtual node's is known)\n"
            "      --wait N         seconds until the node must have restarted, default 60\n"
            "      --data-dir DIR   default: $NBOTA_DATA, or ~/.local/share/nbota\n"
            "\n"
            "example: nbota node update --port /dev/ttyUSB0 s31-nb-v1.1.0.bin\n",
    .run = run,
};
