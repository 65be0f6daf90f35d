// SPDX-License-Identifier: Apache-2.0
#include "cli/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli/message.h"

enum {
    PATIENCE_MS = 3000, // between asking and making
    NAP_MS = 10,
    EXIT_NOT_FOUND = 127, // as a shell says it
};

static void nap(void)
{
    nanosleep(&(struct timespec){.tv_nsec = NAP_MS * 1000000L}, NULL);
}

// In the new process: nothing of the parent's is written to any more.
static void become(const char *const *argv, enum child_output output, const char *log,
                   int write_end)
{
    int nothing = open("/dev/null", O_RDWR);
    int sink = log == NULL ? nothing : open(log, O_WRONLY | O_CREAT | O_APPEND, 0644);

    prctl(PR_SET_PDEATHSIG, SIGTERM);
    dup2(nothing, STDIN_FILENO);
    if (output != CHILD_INHERITED) {
        dup2(output == CHILD_PIPED ? write_end : sink, STDOUT_FILENO);
        dup2(sink, STDERR_FILENO);
    }
    execvp(argv[0], (char *const *)(const void *)argv);
    _exit(EXIT_NOT_FOUND);
}

enum status child_start(struct child *self, const char *const *argv, enum child_output output,
                        const char *log)
{
    int ends[2] = {-1, -1};

    *self = (struct child){.output = -1};
    if (output == CHILD_PIPED && pipe2(ends, O_CLOEXEC) != 0) {
        message_error("cannot make a pipe: %s", strerror(errno));
        return STATUS_IO;
    }
    self->pid = fork();
    if (self->pid == 0) {
        become(argv, output, log, ends[1]);
    }
    if (output == CHILD_PIPED) {
        close(ends[1]);
        fcntl(ends[0], F_SETFL, O_NONBLOCK);
        self->output = ends[0];
    }
    if (self->pid < 0) {
        self->pid = 0;
        message_error("cannot start '%s': %s", argv[0], strerror(errno));
        return STATUS_IO;
    }
    return STATUS_OK;
}

static void forget(struct child *self)
{
    if (self->output >= 0) {
        close(self->output);
    }
    *self = (struct child){.output = -1};
}

bool child_wait(struct child *self)
{
    int result = 0;
    pid_t ended;

    do {
        ended = waitpid(self->pid, &result, 0);
    } while (ended < 0 && errno == EINTR);
    forget(self);
    return ended > 0 && WIFEXITED(result) && WEXITSTATUS(result) == 0;
}

bool child_is_running(struct child *self)
{
    siginfo_t info = {0};

    return self->pid > 0 &&
           waitid(P_PID, (id_t)self->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == 0;
}

void child_end(struct child *self)
{
    if (self->pid <= 0) {
        return;
    }
    kill(self->pid, SIGTERM);
    for (int waited = 0; child_is_running(self) && waited < PATIENCE_MS; waited += NAP_MS) {
        nap();
    }
    if (child_is_running(self)) {
        kill(self->pid, SIGKILL);
    }
    (void)child_wait(self);
}

size_t child_read(struct child *self, char *bytes, size_t capacity)
{
    ssize_t size = self->output < 0 ? 0 : read(self->output, bytes, capacity);

    return size > 0 ? (size_t)size : 0;
}
