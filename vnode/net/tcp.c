// SPDX-License-Identifier: Apache-2.0
#define _DEFAULT_SOURCE // TCP_QUICKACK
#include "vnode/net/tcp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/contract.h"
#include "vnode/net/patience.h"

static enum status resolve(const char *host, uint16_t port, struct addrinfo **list)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    char service[8];

    snprintf(service, sizeof service, "%u", (unsigned)port);
    return getaddrinfo(host, service, &hints, list) == 0 ? STATUS_OK : STATUS_NOT_FOUND;
}

static void make_prompt(int fd)
{
    int yes = 1;

    (void)fcntl(fd, F_SETFL, O_NONBLOCK);
    (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

static int begin(const struct addrinfo *address)
{
    int fd = socket(address->ai_family, SOCK_STREAM, 0);

    if (fd < 0) {
        return -1;
    }
    make_prompt(fd);
    if (connect(fd, address->ai_addr, address->ai_addrlen) == 0 || errno == EINPROGRESS) {
        return fd;
    }
    close(fd);
    return -1;
}

enum status tcp_open(const char *host, uint16_t port, int *socket)
{
    struct addrinfo *list = NULL;
    enum status status = resolve(host, port, &list);

    if (status != STATUS_OK) {
        return status;
    }
    *socket = -1;
    for (struct addrinfo *at = list; at != NULL && *socket < 0; at = at->ai_next) {
        // One family is enough of a network for a modem with one address: IPv4 when there is one.
        if (at->ai_family == AF_INET || at->ai_next == NULL) {
            *socket = begin(at);
        }
    }
    freeaddrinfo(list);
    return *socket < 0 ? STATUS_IO : STATUS_OK;
}

enum status tcp_connected(int socket)
{
    struct pollfd poll_one = {.fd = socket, .events = POLLOUT};
    int error = 0;
    socklen_t size = sizeof error;

    if (poll(&poll_one, 1, 0) <= 0) {
        return STATUS_AGAIN;
    }
    if (getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0) {
        return STATUS_IO;
    }
    return STATUS_OK;
}

static long outcome(ssize_t count)
{
    if (count >= 0) {
        return (long)count;
    }
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? 0 : STATUS_IO;
}

long tcp_send(int socket, struct span bytes)
{
    return outcome(send(socket, bytes.data, bytes.size, MSG_NOSIGNAL));
}

size_t tcp_drain(int socket, uint8_t *bytes, size_t size)
{
    size_t sent = 0;
    long count = 1;

    while (count > 0 && sent < size) {
        count = tcp_send(socket, span_of(bytes + sent, size - sent));
        sent += count > 0 ? (size_t)count : 0;
    }
    memmove(bytes, bytes + sent, size - sent);
    return size - sent;
}

long tcp_receive(int socket, uint8_t *to, size_t capacity)
{
    ssize_t count = recv(socket, to, capacity, 0);
    int yes = 1;

    // A broker with Nagle's algorithm holds its PINGRESP until the message before it is acknowledged: without this 40 ms
    // of real time a message. The system forgets the option, so it is set again.
    (void)setsockopt(socket, IPPROTO_TCP, TCP_QUICKACK, &yes, sizeof yes);
    return count == 0 ? STATUS_IO : outcome(count);
}

void tcp_wait_any(const struct tcp_watch *watch, unsigned count, int timeout_ms)
{
    struct pollfd poll_all[TCP_WATCH_MAX];

    CONTRACT(count <= TCP_WATCH_MAX);
    for (unsigned i = 0; i < count; i++) {
        poll_all[i] = (struct pollfd){.fd = watch[i].socket, .events = POLLIN};
        if (watch[i].for_writing) {
            poll_all[i].events |= POLLOUT;
        }
    }
    (void)poll(poll_all, count, timeout_ms);
}

void tcp_wait(int socket, bool for_writing, int timeout_ms)
{
    struct tcp_watch watch = {.socket = socket, .for_writing = for_writing};

    tcp_wait_any(&watch, 1, timeout_ms);
}

void tcp_close(int socket)
{
    close(socket);
}

bool tcp_is_address(const char *host)
{
    struct in6_addr address;

    return inet_pton(AF_INET, host, &address) == 1 || inet_pton(AF_INET6, host, &address) == 1;
}

enum status tcp_address(const char *host, char *text, size_t capacity)
{
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
    struct addrinfo *list = NULL;

    if (getaddrinfo(host, NULL, &hints, &list) != 0) {
        return STATUS_NOT_FOUND;
    }
    int failed = getnameinfo(list->ai_addr, list->ai_addrlen, text, (socklen_t)capacity, NULL, 0,
                             NI_NUMERICHOST);
    freeaddrinfo(list);
    return failed == 0 ? STATUS_OK : STATUS_NOT_FOUND;
}

static uint64_t real_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

uint64_t tcp_real_ms(void)
{
    return real_ns() / 1000000;
}

uint64_t tcp_patience_ms(void)
{
    static struct patience patience;

    return patience_look_ms(&patience, real_ns());
}
