// SPDX-License-Identifier: Apache-2.0
#define _DEFAULT_SOURCE
#include "vnode/net/udp.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

enum status udp_open(int *socket_out)
{
    int fd = socket(AF_INET, SOCK_DGRAM, 0);

    if (fd < 0) {
        return STATUS_IO;
    }
    (void)fcntl(fd, F_SETFL, O_NONBLOCK);
    (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
    *socket_out = fd;
    return STATUS_OK;
}

enum status udp_send(int socket, const struct udp_peer *to, struct span bytes)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(to->port)};

    if (inet_pton(AF_INET, to->address, &address.sin_addr) != 1) {
        return STATUS_NOT_FOUND;
    }
    ssize_t sent = sendto(socket, bytes.data, bytes.size, MSG_NOSIGNAL,
                          (const struct sockaddr *)&address, sizeof address);
    return sent == (ssize_t)bytes.size ? STATUS_OK : STATUS_IO;
}

long udp_receive(int socket, uint8_t *to, size_t capacity, struct udp_peer *from)
{
    struct sockaddr_in address = {0};
    socklen_t size = sizeof address;
    ssize_t count = recvfrom(socket, to, capacity, 0, (struct sockaddr *)&address, &size);

    if (count < 0) {
        return -1; // nothing, or an ICMP error of an earlier datagram: a modem does not tell either
    }
    from->port = ntohs(address.sin_port);
    (void)inet_ntop(AF_INET, &address.sin_addr, from->address, sizeof from->address);
    return (long)count;
}
