// SPDX-License-Identifier: Apache-2.0
// The servers of an acceptance test, both of them fresh: an OTA server with one device, and a plain broker as the data
// server.
#include <stdio.h>
#include <string.h>

#include "cli/accept.h"
#include "cli/message.h"

#define DEVICE  "accepted"
#define UPLINKS "accept/up"
#define DOWN    "accept/down"

// ---- the OTA server ----

static enum status start_ota_server(struct accept *self)
{
    const struct bench *bench = &self->bench;
    char address[ADDRESS_HOST_SIZE + 8];
    const char *add[] = {bench->nbota, "device",     "add",           DEVICE, "--token",
                         self->token,  "--data-dir", bench->data_dir, NULL};
    const char *serve[] = {bench->nbota, "serve",         "--listen", address,
                           "--data-dir", bench->data_dir, NULL};

    snprintf(address, sizeof address, "%s:%u", self->listen, (unsigned)self->ota_port);
    if (bench_run(bench, add) != STATUS_OK) {
        return STATUS_IO;
    }
    return bench_serve(bench, &self->ota_server, serve, self->listen, self->ota_port);
}

static enum status assign(struct accept *self, const char *image)
{
    const struct bench *bench = &self->bench;
    const char *words[] = {bench->nbota, "assign",        DEVICE, image,
                           "--data-dir", bench->data_dir, NULL};

    return image == NULL ? STATUS_NOT_FOUND : bench_run(bench, words);
}

// An image that no node may install, under the name of one that it asks for.
static enum status assign_foreign(struct accept *self)
{
    const struct bench *bench = &self->bench;
    char path[PATH_MAX];
    const char *words[] = {bench->nbota, "assign",     DEVICE,          path,         "--title",
                           self->title,  "--version",  "v0.0.0",        "--checksum", "SHA256",
                           "--force",    "--data-dir", bench->data_dir, NULL};

    bench_file(bench, "foreign.bin", path);
    enum status status = accept_make_foreign(self, path);
    return status == STATUS_OK ? bench_run(bench, words) : status;
}

enum status accept_offer_image(struct accept *self, enum accept_offer what)
{
    unsigned other = strcmp(self->versions[0], self->version) == 0; // the first one runs: back

    switch (what) {
    case OFFER_SAME:
        return assign(self, self->images[1 - other]);
    case OFFER_OTHER:
        self->offered = self->versions[other];
        return assign(self, self->images[other]);
    case OFFER_FOREIGN:
        return assign_foreign(self);
    case OFFER_NOTHING:
    default:
        return assign(self, "--none");
    }
}

// ---- the data server ----

static void answer(struct accept *self)
{
    struct span answer = span_of(self->answer, self->answer_size);

    if (self->answer_size > 0 && data_server_send(self->server, DOWN, answer) == STATUS_OK) {
        dialogue_add(&self->dialogue, DOWNLINK, answer);
        self->answer_size = 0;
    }
}

static void hear(void *context, const char *topic, struct span payload)
{
    struct accept *self = context;

    (void)topic;
    dialogue_add(&self->dialogue, UPLINK, payload);
    answer(self);
}

static enum status join_data_server(struct accept *self)
{
    struct address *address = &self->config.address;

    self->config = (struct data_server_config){.topic = UPLINKS, .uplink = hear, .context = self};
    address->port = self->data_port;
    snprintf(address->host, sizeof address->host, "%s", self->listen);
    if (address_is_any(address)) {
        snprintf(address->host, sizeof address->host, "127.0.0.1");
    }
    return data_server_open(&self->server, &self->config);
}

// ---- both ----

enum status accept_servers_open(struct accept *self)
{
    enum status status = bench_open(&self->bench, "accept");

    self->ota_port = self->ota_port != 0 ? self->ota_port : bench_free_port();
    self->data_port = self->data_port != 0 ? self->data_port : bench_free_port();
    if (status == STATUS_OK && !token_make(self->token)) {
        message_error("this system gives no random numbers");
        status = STATUS_IO;
    }
    if (status == STATUS_OK) {
        status = start_ota_server(self);
    }
    if (status == STATUS_OK) {
        status =
            bench_start_broker(&self->bench, &self->data_broker, self->listen, self->data_port);
    }
    return status == STATUS_OK ? join_data_server(self) : status;
}

void accept_servers_close(struct accept *self)
{
    data_server_close(self->server);
    child_end(&self->ota_server);
    child_end(&self->data_broker);
    bench_close(&self->bench);
}
