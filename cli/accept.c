// SPDX-License-Identifier: Apache-2.0
// nbota accept: walks a node through the vendor's document, over its serial line and with servers of its own.
#include "cli/accept.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/line.h"
#include "cli/message.h"
#include "cli/node_folder.h"
#include "cli/places.h"
#include "cli/serial_line.h"

enum {
    PATIENCE_VIRTUAL_S = 900,
    PATIENCE_REAL_S = 7200, // an update at the edge of coverage (docs/performance.md)
    PATIENCE_MAX_S = 4000000,
    PORT_MAX = 65535,
};

struct accept_options {
    const char *password, *html, *data_dir;
    uint32_t ota_port, data_port, patience_s;
    bool json;
};

// ---- who is at the other end ----

static bool is_path(const char *port)
{
    return strchr(port, '/') != NULL;
}

static enum status find_line(struct accept *self, const struct accept_options *options,
                             char path[PATH_MAX])
{
    snprintf(path, PATH_MAX, "%s", self->port);
    if (options->password == NULL) {
        message_error("the console of '%s' has a password", self->port);
        message_hint("it stands on the label: --password 6HEXDIGITS");
        return STATUS_INVALID;
    }
    return STATUS_OK;
}

// A virtual node that runs: its label is known.
static enum status find_node(struct accept *self, const struct accept_options *options,
                             char path[PATH_MAX])
{
    struct node_folder folder;
    char data_dir[PATH_MAX];
    char password[NODE_PASSWORD_SIZE];

    if (places_data_dir(options->data_dir, data_dir, sizeof data_dir) != STATUS_OK ||
        node_folder_look(&folder, data_dir, self->port) != STATUS_OK) {
        return STATUS_NOT_FOUND;
    }
    node_folder_file(&folder, "console", path);
    // A name that a killed process left behind may be somebody else's terminal by now.
    if (!node_folder_is_running(&folder) || access(path, F_OK) != 0) {
        message_error("node '%s' is not running with a console", self->port);
        message_hint("start it in another terminal: nbota node run %s --speed 10", self->port);
        return STATUS_NOT_FOUND;
    }
    node_folder_password(&folder, password);
    snprintf(self->password, sizeof self->password, "%s", password);
    return STATUS_OK;
}

static enum status open_line(struct accept *self, const struct accept_options *options)
{
    char path[PATH_MAX];
    bool is_real = is_path(self->port);
    uint32_t patience_s = is_real ? PATIENCE_REAL_S : PATIENCE_VIRTUAL_S;
    enum status status = is_real ? find_line(self, options, path) : find_node(self, options, path);

    if (status != STATUS_OK) {
        return status;
    }
    if (options->password != NULL) {
        snprintf(self->password, sizeof self->password, "%s", options->password);
    }
    self->patience_ms = 1000 * (options->patience_s > 0 ? options->patience_s : patience_s);
    return serial_line_open(path, &self->line);
}

// ---- the test ----

static void complain_of_end(const struct accept *self)
{
    static const char *const texts[] = {
        [ACCEPT_INTERRUPTED] = "interrupted; setting the node back to what it was",
        [ACCEPT_GONE] = "the node's console is gone",
        [ACCEPT_SILENT] = "the node does not come back after a case that failed",
    };

    if (self->end != ACCEPT_GOES_ON) {
        message_error("%s", texts[self->end]);
    }
}

static int show(const struct accept *self, const struct accept_options *options)
{
    bool is_written = options->html == NULL || accept_write_html(self, options->html) == STATUS_OK;

    accept_print_sum(self);
    if (options->json) {
        accept_print_json(self);
    }
    return is_written && accept_is_good(self) ? EXIT_OK : EXIT_FAILED;
}

static int test(struct accept *self, const struct accept_options *options)
{
    bool is_met = accept_node_meet(self) == STATUS_OK && accept_find_images(self) == STATUS_OK;

    if (is_met) {
        accept_print_head(self);
        accept_run(self);
    }
    complain_of_end(self);
    accept_node_leave(self);
    return is_met ? show(self, options) : EXIT_FAILED;
}

static int run_on_line(struct accept *self, const struct accept_options *options)
{
    int code = EXIT_FAILED;

    if (!dialogue_open(&self->dialogue)) {
        message_error("out of memory");
        return EXIT_FAILED;
    }
    if (accept_servers_open(self) == STATUS_OK) {
        code = test(self, options);
    }
    accept_servers_close(self);
    dialogue_close(&self->dialogue);
    return code;
}

static int run_with(struct accept *self, const struct accept_options *options)
{
    interrupt_catch();
    if (open_line(self, options) != STATUS_OK) {
        return EXIT_FAILED;
    }
    int code = run_on_line(self, options);
    close(self->line);
    return code;
}

// ---- the command ----

static int check(const struct accept_options *options)
{
    if (options->ota_port > PORT_MAX || options->data_port > PORT_MAX) {
        return line_refuse(&cli_accept, "a port is at most", "65535");
    }
    if (options->patience_s > PATIENCE_MAX_S) {
        return line_refuse(&cli_accept, "--patience is at most", "4000000");
    }
    return EXIT_OK;
}

static int run(int argc, char **argv)
{
    static struct accept accept = {.listen = "127.0.0.1"};
    static struct accept_options options;
    const struct line_option rows[] = {
        {.name = "serial", .letter = 's', .text = &accept.serial},
        {.name = "password", .letter = 'P', .text = &options.password},
        {.name = "image", .letter = 'i', .text = &accept.images[0]},
        {.name = "back", .letter = 'b', .text = &accept.images[1]},
        {.name = "host", .text = &accept.host},
        {.name = "listen", .text = &accept.listen},
        {.name = "ota-port", .number = &options.ota_port},
        {.name = "data-port", .number = &options.data_port},
        {.name = "patience", .number = &options.patience_s},
        {.name = "html", .text = &options.html},
        {.name = "json", .letter = 'j', .flag = &options.json},
        {.name = "data-dir", .text = &options.data_dir},
    };
    const struct line line = {&cli_accept, rows, sizeof rows / sizeof rows[0], 1, 1};
    int first = line_parse(&line, argc, argv);

    if (first == LINE_WRONG || check(&options) != EXIT_OK) {
        return EXIT_USAGE;
    }
    accept.port = argv[first];
    accept.host = accept.host != NULL ? accept.host : accept.listen;
    accept.ota_port = (uint16_t)options.ota_port;
    accept.data_port = (uint16_t)options.data_port;
    accept.is_quiet = options.json;
    return run_with(&accept, &options);
}

const struct cli_command cli_accept = {
    .name = "accept",
    .summary = "walk a node through the vendor's document as a test",
    .help = "usage: nbota accept PORT [--serial S] [--password P] [--image A.bin [--back B]]\n"
            "                    [--patience S] [--html FILE] [--json] [--host H]\n"
            "                    [--listen ADDRESS] [--ota-port N] [--data-port N]\n"
            "                    [--data-dir DIR]\n"
            "\n"
            "Tests the node whose console is at PORT, section by section of the vendor's OTA\n"
            "document: types the commands, starts updates in each way, makes each error\n"
            "happen, and compares what the console prints and what arrives at the data\n"
            "server, letter by letter. It brings both servers along. The node's settings are\n"
            "set back at the end, also after Ctrl-C; it keeps the image that ran last.\n"
            "\n"
            "PORT is the name of a virtual node that runs (nbota node run NAME --speed 10),\n"
            "or a serial line such as /dev/ttyUSB0, 9600 baud.\n"
            "\n"
            "  -s, --serial S      from the label: compared with the flash that is found\n"
            "  -P, --password P    of the console, from the label; known of a virtual node\n"
            "  -i, --image A.bin   image of another version than the one that runs\n"
            "  -b, --back B.bin    image of the version that runs, to come back: more cases\n"
            "                      can run then. Both are found when they were built here\n"
            "      --patience S    seconds that one case may wait, default 7200; of a virtual\n"
            "                      node 900\n"
            "      --html FILE     a page to keep: the table with the log of each case\n"
            "  -j, --json          one JSON object instead of the table\n"
            "      --listen ADDR   where both servers listen, default 127.0.0.1; 0.0.0.0 for\n"
            "                      a real node\n"
            "      --host H        name or address by which the node reaches them\n"
            "      --ota-port N, --data-port N   their ports, default: free ones\n"
            "      --data-dir DIR  of virtual nodes; default: $NBOTA_DATA, or\n"
            "                      ~/.local/share/nbota\n"
            "\n"
            "example: nbota accept s31 --html accept.html\n"
            "         nbota accept /dev/ttyUSB0 --password 3fa9c2 --serial BC660GL26110001 \\\n"
            "               --listen 0.0.0.0 --host ota.example.net --image s31-nb-v1.1.0.bin\n",
    .run = run,
};
