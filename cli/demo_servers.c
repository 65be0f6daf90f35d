// SPDX-License-Identifier: Apache-2.0
#include "cli/demo_servers.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/file.h"
#include "cli/interrupt.h"
#include "cli/message.h"
#include "cli/places.h"
#include "cli/places.h"

enum {
    WORDS_MAX = 16,
    PORT_PATIENCE_MS = 5000,
    NAP_MS = 10,
    LOG_SHOWN_MAX = 1 << 16,
    COLUMNS_MAX = 77, // a terminal's 80 without " &" and " \\"
};

// ---- commands, shown as they would be typed ----

// A person would be in the demonstration's folder, and would not name it.
static const char *as_typed(const struct demo_servers *self, const char *word)
{
    size_t size = strlen(self->folder);

    if (strcmp(word, self->nbota) == 0) {
        return "nbota";
    }
    return strncmp(word, self->folder, size) == 0 ? word + size + 1 : places_seen_from_here(word);
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

static void show_log(const struct demo_servers *self)
{
    struct file log;

    if (access(self->log, R_OK) == 0 && file_read(self->log, LOG_SHOWN_MAX, &log) == STATUS_OK) {
        fwrite(log.data, 1, log.size, stderr);
        file_free(&log);
    }
}

static void complain(const struct demo_servers *self, const char *program)
{
    if (interrupt_came()) {
        return; // Ctrl-C is for all of them
    }
    message_error("'%s' failed; it said:", program);
    show_log(self);
}

static enum status run(struct demo_servers *self, const char *const *words)
{
    struct child child;

    show(self, words, "");
    if (child_start(&child, words, CHILD_SILENT, self->log) != STATUS_OK) {
        return STATUS_IO;
    }
    if (!child_wait(&child)) {
        complain(self, as_typed(self, words[0]));
        return STATUS_IO;
    }
    return STATUS_OK;
}

// ---- places and ports ----

static uint16_t free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bool good = bind(probe, (struct sockaddr *)&address, sizeof address) == 0 &&
                getsockname(probe, (struct sockaddr *)&address, &size) == 0;
    close(probe);
    return good ? ntohs(address.sin_port) : 0;
}

static bool answers(uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bool good = connect(probe, (struct sockaddr *)&address, sizeof address) == 0;
    close(probe);
    return good;
}

static enum status wait_for(struct demo_servers *self, struct child *server, uint16_t port)
{
    for (int waited = 0; waited < PORT_PATIENCE_MS && child_is_running(server) && !interrupt_came();
         waited += NAP_MS) {
        if (answers(port)) {
            return STATUS_OK;
        }
        nanosleep(&(struct timespec){.tv_nsec = NAP_MS * 1000000L}, NULL);
    }
    complain(self, "mosquitto");
    return STATUS_IO;
}

static void make_token(char token[33])
{
    uint8_t bytes[16] = {0};

    (void)!getrandom(bytes, sizeof bytes, 0);
    for (unsigned i = 0; i < sizeof bytes; i++) {
        snprintf(token + 2 * (size_t)i, 3, "%02x", bytes[i]);
    }
}

enum status demo_servers_prepare(struct demo_servers *self, const char *firmware)
{
    memset(self, 0, sizeof *self);
    snprintf(self->folder, sizeof self->folder, "/tmp/nbota-demo-XXXXXX");
    if (mkdtemp(self->folder) == NULL || chmod(self->folder, 0755) != 0) {
        message_error("cannot make a folder in /tmp: %s", strerror(errno));
        return STATUS_IO;
    }
    ssize_t size = readlink("/proc/self/exe", self->nbota, sizeof self->nbota - 1);
    if (size < 0) {
        message_error("cannot find this program: %s", strerror(errno));
        return STATUS_IO;
    }
    places_firmware(firmware, self->image, sizeof self->image);
    if (access(self->image, R_OK) != 0) {
        message_error("the firmware is not at '%s'", self->image);
        message_hint("'make firmware' builds it");
        return STATUS_NOT_FOUND;
    }
    snprintf(self->packed, sizeof self->packed, "%s/%s", self->folder, firmware);
    snprintf(self->data_dir, sizeof self->data_dir, "%s/data", self->folder);
    snprintf(self->log, sizeof self->log, "%s/servers.log", self->folder);
    make_token(self->token);
    self->ota_port = free_port();
    self->data_port = free_port();
    return STATUS_OK;
}

// ---- what is started ----

static enum status fill_server(struct demo_servers *self)
{
    const char *pack[] = {self->nbota, "image", "pack", self->image, "-o", self->packed, NULL};
    const char *add[] = {self->nbota, "device",     "add",          DEMO_DEVICE, "--token",
                         self->token, "--data-dir", self->data_dir, NULL};
    const char *assign[] = {self->nbota,  "assign",       DEMO_DEVICE, self->packed,
                            "--data-dir", self->data_dir, NULL};
    enum status status = run(self, pack);

    if (status == STATUS_OK) {
        status = run(self, add);
    }
    return status == STATUS_OK ? run(self, assign) : status;
}

static enum status start_data_broker(struct demo_servers *self)
{
    char conf[PATH_MAX];
    char text[128];

    snprintf(conf, sizeof conf, "%s/data-server.conf", self->folder);
    snprintf(text, sizeof text, "listener %u 127.0.0.1\nallow_anonymous true\n", self->data_port);
    const char *words[] = {"mosquitto", "-c", conf, NULL};
    if (file_write(conf, span_of_text(text)) != STATUS_OK) {
        return STATUS_IO;
    }
    show(self, words, " &");
    enum status status = child_start(&self->data_broker, words, CHILD_SILENT, self->log);
    return status == STATUS_OK ? wait_for(self, &self->data_broker, self->data_port) : status;
}

static enum status start_ota_server(struct demo_servers *self)
{
    char address[32];
    const char *words[] = {self->nbota,  "serve",        "--listen", address,
                           "--data-dir", self->data_dir, NULL};

    snprintf(address, sizeof address, "127.0.0.1:%u", self->ota_port);
    show(self, words, " &");
    enum status status = child_start(&self->ota_server, words, CHILD_SILENT, self->log);
    return status == STATUS_OK ? wait_for(self, &self->ota_server, self->ota_port) : status;
}

static enum status start_listener(struct demo_servers *self)
{
    char port[8];
    const char *words[] = {"mosquitto_sub", "-p", port, "-t", DEMO_PUBLISH, NULL};

    snprintf(port, sizeof port, "%u", self->data_port);
    show(self, words, " &");
    return child_start(&self->listener, words, CHILD_PIPED, self->log);
}

enum status demo_servers_start_ota(struct demo_servers *self)
{
    enum status status = fill_server(self);

    return status == STATUS_OK ? start_ota_server(self) : status;
}

static enum status start_trigger(struct demo_servers *self)
{
    char address[32];
    const char *words[] = {self->nbota, "trigger",    DEMO_DEVICE,    "--data",
                           address,     "--pub",      DEMO_PUBLISH,   "--sub",
                           DEMO_LISTEN, "--data-dir", self->data_dir, NULL};

    snprintf(address, sizeof address, "127.0.0.1:%u", self->data_port);
    show(self, words, " &");
    return child_start(&self->trigger, words, CHILD_SILENT, self->log);
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

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *walk)
{
    (void)info;
    (void)kind;
    (void)walk;
    return remove(path);
}

void demo_servers_end(struct demo_servers *self)
{
    child_end(&self->trigger);
    child_end(&self->listener);
    child_end(&self->ota_server);
    child_end(&self->data_broker);
    if (self->folder[0] != '\0') {
        (void)nftw(self->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    }
}
