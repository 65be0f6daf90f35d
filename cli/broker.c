// SPDX-License-Identifier: Apache-2.0
// The process: fork, log pipe, end. Linux ends the child with its parent (prctl(2), PR_SET_PDEATHSIG); that order is
// forgotten when a process changes its user, so root's rights are given up before it is given.
#include "cli/broker.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli/message.h"

enum {
    STOP_STEPS = 100, // of 50 ms
    STEP_MS = 50,
    PRIVILEGED_PORTS = 1024,
    EXEC_FAILED = 127,
};

static void sleep_step(void)
{
    struct timespec step = {.tv_nsec = STEP_MS * 1000000L};

    nanosleep(&step, NULL);
}

// --- in the child

static bool become(const char *owner)
{
    const struct passwd *entry = getpwnam(owner);

    if (entry == NULL || entry->pw_uid == 0) {
        return true;
    }
    return initgroups(owner, entry->pw_gid) == 0 && setgid(entry->pw_gid) == 0 &&
           setuid(entry->pw_uid) == 0;
}

// Debian puts it into a folder that only root has in its PATH.
static void execute(const char *conf)
{
    static const char *const programs[] = {"mosquitto", "/usr/sbin/mosquitto",
                                           "/usr/local/sbin/mosquitto"};

    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
        execlp(programs[i], "mosquitto", "-c", conf, (char *)NULL);
    }
}

static void run_child(const char *conf, const char *owner, const struct address *address, int log,
                      pid_t parent)
{
    setpgid(0, 0); // Ctrl-C is for the parent, which ends this one
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    if (geteuid() == 0 && address->port >= PRIVILEGED_PORTS && !become(owner)) {
        fprintf(stderr, "cannot become user '%s': %s\n", owner, strerror(errno));
        _exit(EXEC_FAILED);
    }
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) {
        _exit(0); // it died meanwhile
    }
    execute(conf);
    fprintf(stderr, "cannot start mosquitto: %s; 'scripts/setup' installs it\n", strerror(errno));
    _exit(EXEC_FAILED);
}

// --- in the parent

enum status broker_start(struct broker *self, const char *conf, const char *owner,
                         const struct address *address)
{
    int ends[2];
    pid_t parent = getpid();

    *self = (struct broker){.log = -1};
    if (pipe(ends) != 0) {
        message_error("cannot start the broker: %s", strerror(errno));
        return STATUS_IO;
    }
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    self->pid = fork();
    if (self->pid == 0) {
        run_child(conf, owner, address, ends[1], parent);
    }
    close(ends[1]);
    self->log = ends[0];
    if (self->pid < 0) {
        message_error("cannot start the broker: %s", strerror(errno));
        self->pid = 0;
        broker_stop(self);
        return STATUS_IO;
    }
    return STATUS_OK;
}

bool broker_is_running(struct broker *self)
{
    if (self->pid != 0 && waitpid(self->pid, &self->exit_status, WNOHANG) == self->pid) {
        self->pid = 0;
    }
    return self->pid != 0;
}

void broker_stop(struct broker *self)
{
    if (broker_is_running(self)) {
        kill(self->pid, SIGTERM);
    }
    for (int i = 0; i < STOP_STEPS && broker_is_running(self); i++) {
        sleep_step();
    }
    if (broker_is_running(self)) {
        kill(self->pid, SIGKILL);
        waitpid(self->pid, &self->exit_status, 0);
        self->pid = 0;
    }
    if (self->log >= 0) {
        close(self->log);
        self->log = -1;
    }
}

// --- its log

// mosquitto begins a line with its time and ": ".
static const char *without_time(const char *line)
{
    size_t size = strspn(line, "0123456789-T:");

    return size > 0 && line[size - 1] == ':' && line[size] == ' ' ? line + size + 1 : line;
}

static bool take_line(struct broker *self, char line[BROKER_LINE_SIZE])
{
    char *end = memchr(self->line, '\n', self->size);
    bool is_full = self->size == sizeof self->line - 1;

    if (end == NULL && !is_full) {
        return false;
    }
    size_t size = end != NULL ? (size_t)(end - self->line) : self->size;
    size_t used = end != NULL ? size + 1 : size;
    char raw[BROKER_LINE_SIZE];
    memcpy(raw, self->line, size);
    raw[size] = '\0';
    snprintf(line, BROKER_LINE_SIZE, "%s", without_time(raw));
    memmove(self->line, self->line + used, self->size - used);
    self->size -= used;
    return true;
}

bool broker_read_line(struct broker *self, char line[BROKER_LINE_SIZE])
{
    if (take_line(self, line)) {
        return true;
    }
    ssize_t got = self->log < 0 ? 0
                                : read(self->log, self->line + self->size,
                                       sizeof self->line - 1 - self->size);
    if (got > 0) {
        self->size += (size_t)got;
    }
    return take_line(self, line);
}
