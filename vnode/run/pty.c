// SPDX-License-Identifier: Apache-2.0
#include "vnode/run/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static enum status set_raw(int line)
{
    struct termios settings;

    if (tcgetattr(line, &settings) != 0) {
        return STATUS_IO;
    }
    settings.c_iflag = 0;
    settings.c_oflag = 0;
    settings.c_lflag = 0;
    settings.c_cflag = CS8 | CREAD | CLOCAL;
    settings.c_cc[VMIN] = 1;
    settings.c_cc[VTIME] = 0;
    cfsetispeed(&settings, B9600);
    cfsetospeed(&settings, B9600);
    return tcsetattr(line, TCSANOW, &settings) == 0 ? STATUS_OK : STATUS_IO;
}

static enum status open_both(struct pty *self)
{
    self->master = posix_openpt(O_RDWR | O_NOCTTY);
    if (self->master < 0 || grantpt(self->master) != 0 || unlockpt(self->master) != 0) {
        return STATUS_IO;
    }
    const char *name = ptsname(self->master);
    if (name == NULL) {
        return STATUS_IO;
    }
    snprintf(self->name, sizeof self->name, "%s", name);
    self->slave = open(name, O_RDWR | O_NOCTTY);
    if (self->slave < 0 || fcntl(self->master, F_SETFL, O_NONBLOCK) != 0) {
        return STATUS_IO;
    }
    return set_raw(self->slave);
}

enum status pty_open(struct pty *self, const char *link)
{
    *self = (struct pty){.master = -1, .slave = -1, .link = link};
    enum status status = open_both(self);
    if (status == STATUS_OK && link != NULL) {
        (void)unlink(link);
        status = symlink(self->name, link) == 0 ? STATUS_OK : STATUS_IO;
    }
    if (status != STATUS_OK) {
        int cause = errno;
        self->link = NULL;
        pty_close(self);
        errno = cause;
    }
    return status;
}

void pty_close(struct pty *self)
{
    if (self->link != NULL) {
        (void)unlink(self->link);
    }
    if (self->slave >= 0) {
        close(self->slave);
    }
    if (self->master >= 0) {
        close(self->master);
    }
    self->master = self->slave = -1;
}

void pty_write(struct pty *self, const void *bytes, size_t size)
{
    ssize_t written = write(self->master, bytes, size);

    (void)written; // a full buffer means that nobody listens
}

size_t pty_read(struct pty *self, void *buffer, size_t capacity)
{
    ssize_t size = read(self->master, buffer, capacity);

    return size > 0 ? (size_t)size : 0;
}
