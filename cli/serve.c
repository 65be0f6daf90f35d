// SPDX-License-Identifier: Apache-2.0
// nbota serve: the OTA server, in the foreground: mosquitto with the gateway as a child, and what devices do on stdout.
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/at_lines.h"
#include "cli/broker.h"
#include "cli/database.h"
#include "cli/devices.h"
#include "cli/file.h"
#include "cli/interrupt.h"
#include "cli/line.h"
#include "cli/message.h"
#include "cli/places.h"
#include "cli/watch.h"
#include "server/gateway/config.h"
#include "server/store/folder.h"

enum {
    PORT = 1885,         // of the field's OTA endpoint (docs/protocol.md, "Connect")
    LOOK_EVERY_MS = 200, // at database and child
    OWNER_SIZE = 64,     // bytes of a user's name
};

struct serve {
    struct address address;
    struct database database;
    struct broker broker;
    struct watch *watch;
    char plugin[PATH_MAX];
    char conf[PATH_MAX];
    char owner[OWNER_SIZE];
    bool verbose;
    bool shares_client_ids;
    bool is_blind; // the database could not be read at the last look
};

// --- the configuration

static enum status find_plugin(struct serve *self)
{
    places_gateway(self->plugin, sizeof self->plugin);
    if (access(self->plugin, R_OK) != 0) {
        message_error("the gateway is not at '%s'", self->plugin);
        message_hint("build it: cmake --preset gcc && cmake --build --preset gcc");
        return STATUS_NOT_FOUND;
    }
    return STATUS_OK;
}

static enum status write_conf(struct serve *self)
{
    static char text[CONFIG_TEXT_SIZE];
    struct fmt out;
    const struct config config = {
        .address = self->address.host,
        .port = self->address.port,
        .data = self->database.folder,
        .plugin = self->plugin,
        .user = self->owner,
        .logs_debug = self->verbose,
        .shares_client_ids = self->shares_client_ids,
    };

    fmt_init(&out, text, sizeof text);
    if (config_write(&config, &out) != STATUS_OK ||
        folder_path(self->database.folder, "broker.conf", self->conf) != STATUS_OK) {
        message_error("the broker cannot be configured: '%s' holds a line break or is too long",
                      self->database.folder);
        return STATUS_INVALID;
    }
    return file_write(self->conf, fmt_span(&out));
}

static enum status prepare(struct serve *self)
{
    enum status status = find_plugin(self);

    if (status == STATUS_OK) {
        status = broker_check_address(&self->address);
    }
    if (status != STATUS_OK) {
        return status;
    }
    if (folder_owner(self->database.folder, self->owner, sizeof self->owner) != STATUS_OK) {
        message_error("the data folder '%s' belongs to nobody this host knows",
                      self->database.folder);
        message_hint("give it to a user: chown USER %s", self->database.folder);
        return STATUS_NOT_FOUND;
    }
    return write_conf(self);
}

// --- what it says at the begin

// The title the node must ask for: of what it is offered, else as it said itself.
static const char *wanted_title(struct serve *self, const struct db_device *device,
                                struct db_image *image)
{
    if (device->image_id != DB_NONE &&
        db_image_by_id(self->database.db, device->image_id, image) == STATUS_OK) {
        return image->title;
    }
    return device->title[0] != '\0' ? device->title : NULL;
}

static void print_device(struct serve *self, const struct db_device *device, const char *host)
{
    struct db_image image;
    const struct at_settings settings = {host, self->address.port, device->token,
                                         wanted_title(self, device, &image)};

    printf("\n%s: type into its console\n", device->name);
    at_lines_print(stdout, &settings);
}

static void print_devices(struct serve *self, const char *host)
{
    struct devices devices;

    if (devices_read(&devices, &self->database) != STATUS_OK) {
        return;
    }
    if (devices.count == 0) {
        printf("no devices yet; 'nbota device add NAME' adds one, also while this runs\n");
    }
    for (size_t i = 0; i < devices.count; i++) {
        print_device(self, &devices.rows[i], host);
    }
    putchar('\n');
    devices_free(&devices);
}

static void greet(struct serve *self)
{
    char host[ADDRESS_HOST_SIZE];

    printf("the OTA server listens on %s, port %u; data in %s; Ctrl-C ends it\n",
           self->address.host, (unsigned)self->address.port, self->database.folder);
    if (address_is_loopback(&self->address)) {
        printf(
            "only this machine and its virtual nodes reach it; for real ones: --listen 0.0.0.0\n");
        print_devices(self, self->address.host);
    } else if (!address_is_any(&self->address)) {
        print_devices(self, self->address.host);
    } else if (address_of_this_host(host)) {
        printf("nodes must reach %s: behind a router, forward the port and type its address\n",
               host);
        print_devices(self, host);
    } else {
        message_warning("this host has no network interface that a node could reach");
    }
    fflush(stdout);
}

// --- while it runs

// With a data folder of root's there is nobody else the broker could become.
static bool is_about_root(const char *line)
{
    return strstr(line, "should not be run as root") != NULL;
}

static bool is_worth_showing(const struct serve *self, const char *line)
{
    bool is_serious = strncmp(line, "Error", 5) == 0 || strncmp(line, "Warning", 7) == 0 ||
                      strncmp(line, "nbota", 5) == 0;

    return self->verbose || (is_serious && !is_about_root(line));
}

static void show_log(struct serve *self)
{
    char line[BROKER_LINE_SIZE];

    while (broker_read_line(&self->broker, line)) {
        if (is_worth_showing(self, line)) {
            watch_clear(self->watch);
            message_note("broker: %s", line);
        }
    }
}

static int end_of_broker(struct serve *self)
{
    show_log(self);
    watch_clear(self->watch);
    message_error("the broker has ended by itself, status %d", self->broker.exit_status);
    message_hint("'nbota serve --verbose' shows all it says");
    return EXIT_FAILED;
}

// Nodes are served whether or not it can be shown; so a failure is said once and the server goes on.
static void show_devices(struct serve *self)
{
    bool failed = watch_poll(self->watch) != STATUS_OK;

    if (failed && !self->is_blind) {
        watch_clear(self->watch);
        message_warning("what devices do cannot be shown now: %s",
                        db_error_text(self->database.db));
    }
    self->is_blind = failed;
}

static int watch_it(struct serve *self)
{
    const struct timespec pause = {.tv_nsec = LOOK_EVERY_MS * 1000000L};

    while (!interrupt_came()) {
        nanosleep(&pause, NULL);
        show_log(self);
        show_devices(self);
        if (!broker_is_running(&self->broker)) {
            return end_of_broker(self);
        }
    }
    watch_clear(self->watch);
    return EXIT_OK;
}

static int run_broker(struct serve *self)
{
    if (broker_start(&self->broker, self->conf, self->owner, &self->address) != STATUS_OK) {
        return EXIT_FAILED;
    }
    int code = EXIT_FAILED;
    if (broker_wait_ready(&self->broker, &self->address) == STATUS_OK) {
        greet(self);
        code = watch_it(self);
    }
    broker_stop(&self->broker);
    return code;
}

static int run_open(struct serve *self)
{
    if (prepare(self) != STATUS_OK) {
        return EXIT_FAILED;
    }
    self->watch = watch_create(stdout, &self->database);
    if (self->watch == NULL) {
        message_error("out of memory");
        return EXIT_FAILED;
    }
    int code = run_broker(self);
    watch_destroy(self->watch);
    return code;
}

static int run(int argc, char **argv)
{
    const char *listen = "127.0.0.1";
    const char *data_dir = NULL;
    struct serve serve = {0};
    const struct line_option rows[] = {
        {.name = "listen", .letter = 'l', .text = &listen},
        {.name = "shared-client-ids", .flag = &serve.shares_client_ids},
        {.name = "verbose", .letter = 'v', .flag = &serve.verbose},
        {.name = "data-dir", .text = &data_dir},
    };
    const struct line line = {&cli_serve, rows, sizeof rows / sizeof rows[0], 0, 0};

    if (line_parse(&line, argc, argv) == LINE_WRONG) {
        return EXIT_USAGE;
    }
    if (!address_parse(listen, PORT, &serve.address)) {
        return line_refuse(&cli_serve, "this is no ADDRESS[:PORT]:", listen);
    }
    interrupt_catch(); // before the child is there, so that it is never left behind
    if (database_open(&serve.database, data_dir) != STATUS_OK) {
        return EXIT_FAILED;
    }
    int code = run_open(&serve);
    database_close(&serve.database);
    return code;
}

const struct cli_command cli_serve = {
    .name = "serve",
    .summary = "run the OTA server that nodes download from",
    .help = "usage: nbota serve [--listen ADDRESS[:PORT]] [--shared-client-ids] [--verbose]\n"
            "                   [--data-dir DIR]\n"
            "\n"
            "Runs mosquitto with nbota's gateway until Ctrl-C and shows what devices do.\n"
            "Devices and images may be added and assigned meanwhile.\n"
            "\n"
            "  -l, --listen ADDRESS[:PORT]  default 127.0.0.1:1885, which only this machine\n"
            "                               reaches; 0.0.0.0 for real nodes; prints what to\n"
            "                               type into each\n"
            "      --shared-client-ids      for nodes that all have the same AT+OTACLT: they\n"
            "                               are told apart by AT+OTAUNAME, and nodes without\n"
            "                               it are refused\n"
            "  -v, --verbose                all that the broker says\n"
            "      --data-dir DIR           default: $NBOTA_DATA, or ~/.local/share/nbota\n"
            "\n"
            "example: nbota serve --listen 0.0.0.0\n",
    .run = run,
};
