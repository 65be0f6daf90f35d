// SPDX-License-Identifier: Apache-2.0
#include "cli/address.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fmt.h"

static bool take_port(const char *text, uint16_t *port)
{
    uint32_t number;

    if (!fmt_parse_u32(span_of_text(text), &number) || number < 1 || number > 65535) {
        return false;
    }
    *port = (uint16_t)number;
    return true;
}

static bool take_host(const char *text, size_t size, struct address *address)
{
    if (size == 0 || size >= sizeof address->host) {
        return false;
    }
    memcpy(address->host, text, size);
    address->host[size] = '\0';
    return strpbrk(address->host, " \t/[]") == NULL;
}

// [V6] or [V6]:PORT
static bool parse_brackets(const char *text, struct address *address)
{
    const char *end = strchr(text, ']');

    if (end == NULL || !take_host(text + 1, (size_t)(end - text - 1), address)) {
        return false;
    }
    return end[1] == '\0' || (end[1] == ':' && take_port(end + 2, &address->port));
}

bool address_parse(const char *text, uint16_t default_port, struct address *address)
{
    const char *colon = strchr(text, ':');

    address->port = default_port;
    if (text[0] == '[') {
        return parse_brackets(text, address);
    }
    if (colon == NULL || strchr(colon + 1, ':') != NULL) { // no port, or a bare IPv6 address
        return take_host(text, strlen(text), address);
    }
    return take_host(text, (size_t)(colon - text), address) && take_port(colon + 1, &address->port);
}

bool address_is_any(const struct address *address)
{
    return strcmp(address->host, "0.0.0.0") == 0 || strcmp(address->host, "::") == 0 ||
           strcmp(address->host, "*") == 0;
}

bool address_is_loopback(const struct address *address)
{
    return strncmp(address->host, "127.", 4) == 0 || strcmp(address->host, "::1") == 0 ||
           strcmp(address->host, "localhost") == 0;
}

// Connecting a datagram socket sends nothing, but chooses the interface that leads there.
static bool address_that_leads_out(char host[ADDRESS_HOST_SIZE])
{
    struct sockaddr_in there = {.sin_family = AF_INET, .sin_port = htons(9)};
    struct sockaddr_in here;
    socklen_t size = sizeof here;
    int probe = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    inet_pton(AF_INET, "192.0.2.1", &there.sin_addr); // reserved for documentation, RFC 5737
    bool found = probe >= 0 && connect(probe, (struct sockaddr *)&there, sizeof there) == 0 &&
                 getsockname(probe, (struct sockaddr *)&here, &size) == 0 &&
                 inet_ntop(AF_INET, &here.sin_addr, host, ADDRESS_HOST_SIZE) != NULL;
    if (probe >= 0) {
        close(probe);
    }
    return found;
}

static bool is_reachable(const struct ifaddrs *interface)
{
    return interface->ifa_addr != NULL && interface->ifa_addr->sa_family == AF_INET &&
           (interface->ifa_flags & IFF_UP) != 0 && (interface->ifa_flags & IFF_LOOPBACK) == 0;
}

bool address_of_this_host(char host[ADDRESS_HOST_SIZE])
{
    struct ifaddrs *all;
    bool found = false;

    if (address_that_leads_out(host)) {
        return true;
    }
    if (getifaddrs(&all) != 0) {
        return false;
    }
    for (const struct ifaddrs *each = all; each != NULL && !found; each = each->ifa_next) {
        found = is_reachable(each) && getnameinfo(each->ifa_addr, sizeof(struct sockaddr_in), host,
                                                  ADDRESS_HOST_SIZE, NULL, 0, NI_NUMERICHOST) == 0;
    }
    freeifaddrs(all);
    return found;
}
