// SPDX-License-Identifier: Apache-2.0
#include "cli/bench.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/file.h"
#include "cli/interrupt.h"
#include "cli/message.h"

enum {
    PATIENCE_MS = 10000,
    NAP_MS = 10,
    LOG_SHOWN_MAX = 1 << 16,
    OPEN_FOLDERS = 8, // descriptors while the folder is removed
};

// ---- the folder ----

enum status bench_open(struct bench *self, const char *name)
{
    ssize_t size = readlink("/proc/self/exe", self->nbota, sizeof self->nbota - 1);

    if (size < 0) {
        message_error("cannot find this program: %s", strerror(errno));
        return STATUS_IO;
    }
    self->nbota[size] = '\0';
    snprintf(self->folder, sizeof self->folder, "/tmp/nbota-%s-XXXXXX", name);
    // A broker that was started as root becomes another user and reads there.
    if (mkdtemp(self->folder) == NULL || chmod(self->folder, 0755) != 0) {
        message_error("cannot make a folder in /tmp: %s", strerror(errno));
        self->folder[0] = '\0';
        return STATUS_IO;
    }
    bench_file(self, "data", self->data_dir);
    bench_file(self, "servers.log", self->log);
    return STATUS_OK;
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *walk)
{
    (void)info;
    (void)kind;
    (void)walk;
    return remove(path);
}

void bench_close(struct bench *self)
{
    if (self->folder[0] != '\0') {
        (void)nftw(self->folder, remove_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
    }
    self->folder[0] = '\0';
}

void bench_file(const struct bench *self, const char *file, char path[PATH_MAX])
{
    snprintf(path, PATH_MAX, "%s/%s", self->folder, file);
}

// ---- ports ----

uint16_t bench_free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    bool good = bind(probe, (struct sockaddr *)&address, sizeof address) == 0 &&
                getsockname(probe, (struct sockaddr *)&address, &size) == 0;
    close(probe);
    return good ? ntohs(address.sin_port) : 0;
}

static bool answers(const char *listen, uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (inet_pton(AF_INET, listen, &address.sin_addr) != 1 || address.sin_addr.s_addr == 0) {
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    }
    bool good = connect(probe, (struct sockaddr *)&address, sizeof address) == 0;
    close(probe);
    return good;
}

// ---- programs ----

static enum status complain(const struct bench *self, const char *program)
{
    struct file log;

    if (interrupt_came()) {
        return STATUS_IO; // Ctrl-C is for all of them
    }
    message_error("'%s' failed; it said:", program);
    if (access(self->log, R_OK) == 0 && file_read(self->log, LOG_SHOWN_MAX, &log) == STATUS_OK) {
        fwrite(log.data, 1, log.size, stderr);
        file_free(&log);
    }
    return STATUS_IO;
}

// As a person would say it: nbota's own commands by their names.
static const char *name_of(const struct bench *self, const char *const *words)
{
    return strcmp(words[0], self->nbota) == 0 ? "nbota" : words[0];
}

enum status bench_run(const struct bench *self, const char *const *words)
{
    struct child child;

    if (child_start(&child, words, CHILD_SILENT, self->log) != STATUS_OK) {
        return STATUS_IO;
    }
    return child_wait(&child) ? STATUS_OK : complain(self, name_of(self, words));
}

enum status bench_serve(const struct bench *self, struct child *server, const char *const *words,
                        const char *listen, uint16_t port)
{
    if (child_start(server, words, CHILD_SILENT, self->log) != STATUS_OK) {
        return STATUS_IO;
    }
    for (int waited = 0; waited < PATIENCE_MS && child_is_running(server) && !interrupt_came();
         waited += NAP_MS) {
        if (answers(listen, port)) {
            return STATUS_OK;
        }
        nanosleep(&(struct timespec){.tv_nsec = NAP_MS * 1000000L}, NULL);
    }
    return complain(self, name_of(self, words));
}

enum status bench_start_broker(const struct bench *self, struct child *server, const char *listen,
                               uint16_t port)
{
    char conf[PATH_MAX];
    char text[128];
    const char *words[] = {"mosquitto", "-c", conf, NULL};

    bench_file(self, BENCH_BROKER_FILE, conf);
    snprintf(text, sizeof text, "listener %u %s\nallow_anonymous true\n", (unsigned)port, listen);
    if (file_write(conf, span_of_text(text)) != STATUS_OK) {
        return STATUS_IO;
    }
    return bench_serve(self, server, words, listen, port);
}
