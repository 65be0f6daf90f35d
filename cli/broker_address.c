// SPDX-License-Identifier: Apache-2.0
// Whether a broker can listen, before it is started, and does listen, after.
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "cli/broker.h"
#include "cli/message.h"

enum {
    STEP_MS = 50,
    BUSY_STEPS = 40,   // 2 s
    READY_STEPS = 200, // 10 s
};

static void sleep_step(void)
{
    struct timespec step = {.tv_nsec = STEP_MS * 1000000L};

    nanosleep(&step, NULL);
}

static struct addrinfo *resolve(const struct address *address, int flags)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = flags | AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    char port[8];

    snprintf(port, sizeof port, "%u", (unsigned)address->port);
    int result = getaddrinfo(address->host, port, &hints, &found);
    if (result != 0) {
        message_error("cannot find the address '%s': %s", address->host, gai_strerror(result));
        return NULL;
    }
    return found;
}

// 0, or errno.
static int try_bind(const struct addrinfo *where)
{
    int yes = 1;
    int probe = socket(where->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (probe < 0) {
        return errno;
    }
    setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    // Only listening meets a listener that has the same port with SO_REUSEADDR.
    int error =
        bind(probe, where->ai_addr, where->ai_addrlen) == 0 && listen(probe, 1) == 0 ? 0 : errno;
    close(probe);
    return error;
}

static void explain(const struct address *address, int error)
{
    message_error("cannot listen on '%s', port %u: %s", address->host, (unsigned)address->port,
                  strerror(error));
    if (error == EADDRINUSE) {
        message_hint(
            "another program has that port, perhaps another 'nbota serve'; choose one with "
            "--listen %s:PORT",
            address->host);
    } else if (error == EADDRNOTAVAIL) {
        message_hint("this host has no such address; --listen 0.0.0.0 takes all it has");
    } else if (error == EACCES) {
        message_hint("ports below 1024 are root's; take a higher one");
    }
}

enum status broker_check_address(const struct address *address)
{
    struct addrinfo *where = resolve(address, AI_PASSIVE);

    if (where == NULL) {
        return STATUS_NOT_FOUND;
    }
    int error = try_bind(where);
    for (int i = 0; i < BUSY_STEPS && error == EADDRINUSE; i++) {
        sleep_step();
        error = try_bind(where);
    }
    freeaddrinfo(where);
    if (error != 0) {
        explain(address, error);
        return STATUS_IO;
    }
    return STATUS_OK;
}

static bool accepts(const struct addrinfo *where)
{
    int probe = socket(where->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool connected = probe >= 0 && connect(probe, where->ai_addr, where->ai_addrlen) == 0;

    if (probe >= 0) {
        close(probe);
    }
    return connected;
}

static void complain_about_end(struct broker *self)
{
    char line[BROKER_LINE_SIZE];

    message_error("the broker ended before it was ready");
    while (broker_read_line(self, line)) {
        message_hint("%s", line);
    }
}

enum status broker_wait_ready(struct broker *self, const struct address *address)
{
    // Connecting to 0.0.0.0 or :: reaches this host (Linux).
    struct addrinfo *where = resolve(address, 0);
    enum status status = where == NULL ? STATUS_NOT_FOUND : STATUS_TIMEOUT;

    for (int i = 0; i < READY_STEPS && status == STATUS_TIMEOUT; i++) {
        sleep_step();
        if (!broker_is_running(self)) {
            complain_about_end(self);
            status = STATUS_IO;
        } else if (accepts(where)) {
            status = STATUS_OK;
        }
    }
    if (where != NULL) {
        freeaddrinfo(where);
    }
    if (status == STATUS_TIMEOUT) {
        message_error("the broker does not answer on '%s', port %u", address->host,
                      (unsigned)address->port);
    }
    return status;
}
