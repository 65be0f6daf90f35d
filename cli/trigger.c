// SPDX-License-Identifier: Apache-2.0
// nbota trigger: tells a node, through the data server it hears, to ask the OTA server now.
// docs/protocol.md, "Downlinks".
#include <inttypes.h>
#include <mosquitto.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli/data_server.h"
#include "cli/database.h"
#include "cli/interrupt.h"
#include "cli/line.h"
#include "cli/message.h"
#include "cli/node_report.h"
#include "cli/trigger_plan.h"

enum {
    MQTT_PORT = 1883,
    LOOK_EVERY_MS = 200,      // at the database
    TIMEOUT_DEFAULT_S = 7500, // AT+TDC is 7,200 s unless changed, and the session takes its time
};

struct trigger_options {
    const char *device;
    const char *data; // HOST[:PORT]
    const char *publish;
    const char *subscribe;
    const char *data_dir;
    uint32_t timeout_s;
    bool raw;
    bool force;
};

struct trigger {
    const struct trigger_options *options;
    struct database database;
    struct db_device device; // as it was when the command began
    struct data_server_config config;
    struct data_server *server;
    struct trigger_plan plan;
    enum ota_code report; // of a report that came after the first trigger
    int64_t begun_ms;     // on the steady clock
};

static int64_t steady_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

// --- what is heard

// Several nodes may share a topic; the IMEI tells them apart when it is known.
static bool is_ours(const struct trigger *self, struct span payload)
{
    size_t size = strlen(self->device.imei);

    for (size_t i = 0; size > 0 && i + size <= payload.size; i++) {
        if (memcmp(payload.data + i, self->device.imei, size) == 0) {
            return true;
        }
    }
    return size == 0;
}

static void hear(void *context, const char *topic, struct span payload)
{
    struct trigger *self = context;

    bool is_own_trigger = strcmp(topic, self->options->subscribe) == 0; // --pub may be a filter

    if (is_own_trigger || !is_ours(self, payload)) {
        return;
    }
    if (self->plan.sent > 0 && node_report_code(payload) != OTA_NONE) {
        self->report = node_report_code(payload);
        return;
    }
    printf("the node is heard: sending F901 to '%s' while it listens\n", self->options->subscribe);
    fflush(stdout);
    trigger_plan_uplink(&self->plan, steady_ms());
}

static void send_if_due(struct trigger *self)
{
    static const uint8_t raw[] = {0xF9, 0x01};
    struct span payload = self->options->raw ? span_of(raw, sizeof raw) : span_of_text("F901");

    if (trigger_plan_take(&self->plan, steady_ms())) {
        // Lost ones are repeated anyway.
        (void)data_server_send(self->server, self->options->subscribe, payload);
    }
}

// --- how it ends

static bool has_come(struct trigger *self)
{
    struct db_device now;

    return self->plan.sent > 0 &&
           db_device_by_id(self->database.db, self->device.id, &now) == STATUS_OK &&
           now.last_seen_ms > self->device.last_seen_ms;
}

static int end_with_report(const struct trigger *self)
{
    message_error("'%s' reports code %d: %s", self->options->device, (int)self->report,
                  code_text(self->report));
    message_hint("%s", code_action(self->report));
    return EXIT_FAILED;
}

static int end_with_timeout(const struct trigger *self)
{
    message_error("'%s' did not come within %" PRIu32 " s; %u uplinks heard, %u triggers sent",
                  self->options->device, self->options->timeout_s, self->plan.uplinks,
                  self->plan.sent);
    if (self->plan.uplinks == 0) {
        message_hint("is AT+PUBTOPIC '%s', and AT+TDC shorter than --timeout? a press of the key "
                     "sends an uplink",
                     self->options->publish);
    } else {
        message_hint("is AT+SUBTOPIC '%s', AT+RXDL long enough (3000 or more on shipped nodes), "
                     "AT+OTASER this server?",
                     self->options->subscribe);
    }
    return EXIT_FAILED;
}

static int end_with_success(const struct trigger *self)
{
    printf("'%s' has come to the OTA server; 'nbota device show %s' follows it\n",
           self->options->device, self->options->device);
    return EXIT_OK;
}

static int watch(struct trigger *self)
{
    int64_t end_ms = self->begun_ms + (int64_t)self->options->timeout_s * 1000;

    while (!interrupt_came()) {
        data_server_poll(self->server,
                         trigger_plan_wait_ms(&self->plan, steady_ms(), LOOK_EVERY_MS));
        send_if_due(self);
        if (has_come(self)) {
            return end_with_success(self);
        }
        if (self->report != OTA_NONE) {
            return end_with_report(self);
        }
        if (steady_ms() >= end_ms) {
            return end_with_timeout(self);
        }
    }
    message_note("ended by a signal; %u triggers sent", self->plan.sent);
    return EXIT_FAILED;
}

// --- how it begins

static int run_connected(struct trigger *self)
{
    int code = EXIT_FAILED;

    if (data_server_open(&self->server, &self->config) == STATUS_OK) {
        printf("waiting for an uplink of '%s' on '%s' of %s:%u, at most %" PRIu32 " s: a node "
               "hears only after it has sent\n",
               self->options->device, self->options->publish, self->config.address.host,
               (unsigned)self->config.address.port, self->options->timeout_s);
        fflush(stdout);
        self->begun_ms = steady_ms();
        interrupt_catch();
        code = watch(self);
        data_server_close(self->server);
    }
    return code;
}

// A node that is told to ask and gets nothing reports an error, and has spent its battery on it.
static bool is_worth_it(const struct trigger *self)
{
    if (self->device.image_id != DB_NONE || self->options->force) {
        return true;
    }
    message_error("nothing is offered to '%s': the node would report an error",
                  self->options->device);
    message_hint("first: nbota assign %s IMAGE.bin (or add --force)", self->options->device);
    return false;
}

static int run_with(struct trigger *self)
{
    int code = EXIT_FAILED;

    if (database_open(&self->database, self->options->data_dir) != STATUS_OK) {
        return EXIT_FAILED;
    }
    if (database_find_device(&self->database, self->options->device, &self->device) == STATUS_OK &&
        is_worth_it(self)) {
        code = run_connected(self);
    }
    database_close(&self->database);
    return code;
}

static int check(const struct trigger_options *options, struct trigger *trigger)
{
    if (options->data == NULL || options->publish == NULL || options->subscribe == NULL) {
        return line_refuse(&cli_trigger, "--data, --pub and --sub are needed for", options->device);
    }
    if (!address_parse(options->data, MQTT_PORT, &trigger->config.address)) {
        return line_refuse(&cli_trigger, "this is no HOST:PORT:", options->data);
    }
    if (mosquitto_sub_topic_check(options->publish) != MOSQ_ERR_SUCCESS) {
        return line_refuse(&cli_trigger, "this is no topic:", options->publish);
    }
    if (mosquitto_pub_topic_check(options->subscribe) != MOSQ_ERR_SUCCESS) {
        return line_refuse(&cli_trigger, "nothing can be sent to", options->subscribe);
    }
    return EXIT_OK;
}

static int run(int argc, char **argv)
{
    struct trigger_options options = {.timeout_s = TIMEOUT_DEFAULT_S};
    struct trigger trigger = {.options = &options, .config = {.uplink = hear}};
    const struct line_option rows[] = {
        {.name = "data", .letter = 'd', .text = &options.data},
        {.name = "pub", .letter = 'p', .text = &options.publish},
        {.name = "sub", .letter = 's', .text = &options.subscribe},
        {.name = "user", .letter = 'u', .text = &trigger.config.user},
        {.name = "password", .letter = 'P', .text = &trigger.config.password},
        {.name = "raw", .letter = 'r', .flag = &options.raw},
        {.name = "timeout", .letter = 't', .number = &options.timeout_s},
        {.name = "force", .letter = 'f', .flag = &options.force},
        {.name = "data-dir", .text = &options.data_dir},
    };
    const struct line line = {&cli_trigger, rows, sizeof rows / sizeof rows[0], 1, 1};
    int first = line_parse(&line, argc, argv);

    if (first == LINE_WRONG) {
        return EXIT_USAGE;
    }
    options.device = argv[first];
    int code = check(&options, &trigger);
    if (code != EXIT_OK) {
        return code;
    }
    trigger.config.topic = options.publish;
    trigger.config.context = &trigger;
    return run_with(&trigger);
}

const struct cli_command cli_trigger = {
    .name = "trigger",
    .summary = "tell a node to update now, by the downlink F901",
    .help = "usage: nbota trigger DEVICE --data HOST[:PORT] --pub TOPIC --sub TOPIC [--raw]\n"
            "                     [--timeout S] [--user U --password P] [--data-dir DIR]\n"
            "\n"
            "Waits on the data server (the broker of AT+SERVADDR, not the OTA server) for an\n"
            "uplink of the node, because a node listens only after it has sent; then sends\n"
            "F901 and repeats it while the node may listen, until it shows up at the OTA\n"
            "server. Never retained: a retained trigger would start an update at every\n"
            "uplink.\n"
            "\n"
            "  -d, --data HOST[:PORT]  the data server; port 1883 unless named\n"
            "  -p, --pub TOPIC         where the node publishes: AT+PUBTOPIC\n"
            "  -s, --sub TOPIC         where the node listens: AT+SUBTOPIC\n"
            "  -r, --raw               two bytes F9 01 instead of the text F901\n"
            "  -t, --timeout S         give up after S seconds, default 7500\n"
            "  -u, --user U            user name at the data server; -P, --password P\n"
            "  -f, --force             also when nothing is offered to the device\n"
            "      --data-dir DIR      default: $NBOTA_DATA, or ~/.local/share/nbota\n"
            "\n"
            "example: nbota trigger hall-1 --data 192.168.1.5 --pub node/up --sub node/down\n",
    .run = run,
};
