// SPDX-License-Identifier: Apache-2.0
#include "cli/demo_servers.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/message.h"
#include "cli/places.h"

enum { COLUMNS_MAX = 77 }; // a terminal's 80 without " &" and " \\"
#define LOOPBACK  "127.0.0.1"
#define DEMO_KEY  "demo-key.pem"
#define DEMO_BOOT "boot-bc660k-demo.bin"

// ---- commands, shown as they would be typed ----

// A person would be in the demonstration's folder, and would not name it.
static const char *as_typed(const struct demo_servers *self, const char *word)
{
    size_t size = strlen(self->bench.folder);

    if (strcmp(word, self->bench.nbota) == 0) {
        return "nbota";
    }
    return strncmp(word, self->bench.folder, size) == 0 ? word + size + 1
                                                        : places_seen_from_here(word);
}

// `end` is "&" for what goes on running.
static void show(const struct demo_servers *self, const char *const *words, const char *end)
{
    int column = printf("  $");

    for (unsigned i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], "--data-dir") == 0) {
            i++;
            continue;
        }
        const char *word = as_typed(self, words[i]);
        if (column + 1 + (int)strlen(word) > COLUMNS_MAX) {
            column = printf(" \\\n     ") - 3;
        }
        column += printf(" %s", word);
    }
    printf("%s\n", end);
    fflush(stdout);
}

static enum status run(struct demo_servers *self, const char *const *words)
{
    show(self, words, "");
    return bench_run(&self->bench, words);
}

// ---- places and ports ----

static enum status find(const char *name, char path[PATH_MAX])
{
    places_firmware(name, path, PATH_MAX);
    if (access(path, R_OK) != 0) {
        message_error("there is no firmware at '%s'", path);
        message_hint("'make firmware' builds it");
        return STATUS_NOT_FOUND;
    }
    return STATUS_OK;
}

enum status demo_servers_prepare(struct demo_servers *self, const char *firmware)
{
    memset(self, 0, sizeof *self);
    if (bench_open(&self->bench, "demo") != STATUS_OK) {
        return STATUS_IO;
    }
    if (find(firmware, self->image) != STATUS_OK || find(DEMO_KEY, self->key) != STATUS_OK ||
        find(DEMO_BOOT, self->boot) != STATUS_OK) {
        return STATUS_NOT_FOUND;
    }
    bench_file(&self->bench, firmware, self->packed);
    (void)token_make(self->token);
    self->ota_port = bench_free_port();
    self->data_port = bench_free_port();
    return STATUS_OK;
}

// ---- what is started ----

enum status demo_servers_sign(struct demo_servers *self)
{
    const char *pack[] = {self->bench.nbota, "image", "pack", self->image, "-o",
                          self->packed,      NULL};
    const char *sign[] = {self->bench.nbota, "image",   "sign", self->packed,
                          "--key",           self->key, NULL};
    enum status status = run(self, pack);

    return status == STATUS_OK ? run(self, sign) : status;
}

static enum status fill_server(struct demo_servers *self)
{
    const char *add[] = {
        self->bench.nbota,    "device", "add", DEMO_DEVICE, "--token", self->token, "--data-dir",
        self->bench.data_dir, NULL};
    const char *assign[] = {self->bench.nbota,    "assign", DEMO_DEVICE, self->packed, "--data-dir",
                            self->bench.data_dir, NULL};
    enum status status = run(self, add);

    return status == STATUS_OK ? run(self, assign) : status;
}

static enum status start_data_broker(struct demo_servers *self)
{
    char conf[PATH_MAX];
    const char *words[] = {"mosquitto", "-c", conf, NULL};

    bench_file(&self->bench, BENCH_BROKER_FILE, conf);
    show(self, words, " &");
    return bench_start_broker(&self->bench, &self->data_broker, LOOPBACK, self->data_port);
}

static enum status start_ota_server(struct demo_servers *self)
{
    char address[32];
    const char *words[] = {self->bench.nbota,    "serve", "--listen", address, "--data-dir",
                           self->bench.data_dir, NULL};

    snprintf(address, sizeof address, LOOPBACK ":%u", self->ota_port);
    show(self, words, " &");
    return bench_serve(&self->bench, &self->ota_server, words, LOOPBACK, self->ota_port);
}

static enum status start_listener(struct demo_servers *self)
{
    char port[8];
    const char *words[] = {"mosquitto_sub", "-p", port, "-t", DEMO_PUBLISH, NULL};

    snprintf(port, sizeof port, "%u", self->data_port);
    show(self, words, " &");
    return child_start(&self->listener, words, CHILD_PIPED, self->bench.log);
}

enum status demo_servers_start_ota(struct demo_servers *self)
{
    enum status status = fill_server(self);

    return status == STATUS_OK ? start_ota_server(self) : status;
}

static enum status start_trigger(struct demo_servers *self)
{
    char address[32];
    const char *words[] = {self->bench.nbota, "trigger",    DEMO_DEVICE,          "--data",
                           address,           "--pub",      DEMO_PUBLISH,         "--sub",
                           DEMO_LISTEN,       "--data-dir", self->bench.data_dir, NULL};

    snprintf(address, sizeof address, LOOPBACK ":%u", self->data_port);
    show(self, words, " &");
    return child_start(&self->trigger, words, CHILD_SILENT, self->bench.log);
}

enum status demo_servers_start_data(struct demo_servers *self)
{
    enum status status = start_data_broker(self);

    if (status == STATUS_OK) {
        status = start_listener(self);
    }
    return status == STATUS_OK ? start_trigger(self) : status;
}

// ---- the end ----

void demo_servers_end(struct demo_servers *self)
{
    child_end(&self->trigger);
    child_end(&self->listener);
    child_end(&self->ota_server);
    child_end(&self->data_broker);
    bench_close(&self->bench);
}
