// SPDX-License-Identifier: Apache-2.0
#include "cli/serial_line.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/file.h>
#include <termios.h>
#include <unistd.h>

#include "cli/message.h"

enum { FULL_MS = 10000 };

static enum status refuse(const char *path, int error)
{
    message_error("cannot open '%s': %s", path, strerror(error));
    if (error == EACCES) {
        message_hint("serial lines belong to the group 'dialout': sudo adduser $USER dialout");
    }
    return error == ENOENT ? STATUS_NOT_FOUND : STATUS_IO;
}

enum status serial_line_claim(const char *path, int line)
{
    if (flock(line, LOCK_EX | LOCK_NB) != 0) {
        message_error("'%s' is in use by another program", path);
        message_hint("leave the terminal program first: both would read what the node says");
        return STATUS_BUSY;
    }
    return STATUS_OK;
}

static enum status set_up(const char *path, int line)
{
    struct termios settings;

    if (tcgetattr(line, &settings) != 0) {
        message_error("'%s' is no serial line", path);
        return STATUS_INVALID;
    }
    if (serial_line_claim(path, line) != STATUS_OK) {
        return STATUS_BUSY;
    }
    cfmakeraw(&settings);
    settings.c_cflag |= CLOCAL | CREAD;
    settings.c_cflag &= ~(tcflag_t)(CSTOPB | CRTSCTS);
    cfsetspeed(&settings, B9600);
    tcsetattr(line, TCSANOW, &settings);
    tcflush(line, TCIFLUSH);
    return STATUS_OK;
}

enum status serial_line_open(const char *path, int *line)
{
    *line = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (*line < 0) {
        return refuse(path, errno);
    }
    enum status status = set_up(path, *line);
    if (status != STATUS_OK) {
        close(*line);
        *line = -1;
    }
    return status;
}

enum status serial_line_send(int line, struct span bytes)
{
    while (bytes.size > 0) {
        struct pollfd ready = {.fd = line, .events = POLLOUT};
        if (poll(&ready, 1, FULL_MS) == 0) {
            return STATUS_TIMEOUT;
        }
        ssize_t sent = write(line, bytes.data, bytes.size);
        if (sent < 0 && errno != EAGAIN && errno != EINTR) {
            return STATUS_IO;
        }
        bytes = span_after(bytes, sent > 0 ? (size_t)sent : 0);
    }
    return STATUS_OK;
}

enum status serial_line_receive(int line, int wait_ms, uint8_t *bytes, size_t capacity,
                                size_t *size)
{
    struct pollfd ready = {.fd = line, .events = POLLIN};

    *size = 0;
    if (poll(&ready, 1, wait_ms) <= 0) {
        return STATUS_OK;
    }
    ssize_t got = read(line, bytes, capacity);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
        return STATUS_IO;
    }
    *size = got > 0 ? (size_t)got : 0;
    return STATUS_OK;
}
