// SPDX-License-Identifier: Apache-2.0
#include "node/app/address.h"

#include "node/app/app.h"
#include "node/app/endpoint.h"
#include "node/core/settings.h"
#include "node/port/modem.h"

enum {
    HOST_SIZE = 70,     // longest host of a setting, with its NUL
    NEVER_CACHED = '0', // modes of AT+BKDNS
    CACHED_FIRST = '2',
};

static struct {
    char host[HOST_SIZE];
    char port[6];
    bool is_cached; // they are those of AT+BKDNS
} address;

bool address_take(const char *value)
{
    char host[VALUE_SIZE];
    struct fmt out;

    if (!setting_split_address(span_of_text(value), host, address.port)) {
        return false;
    }
    fmt_init(&out, address.host, sizeof address.host);
    fmt_add(&out, "%s", host);
    return true;
}

static bool take_server(void)
{
    char value[VALUE_SIZE];
    const char *server = protocol_platform(endpoint_protocol().form)->server;

    address.is_cached = false;
    if (server == NULL || !value_is_null(SETTING_SERVADDR)) {
        server = value_get(SETTING_SERVADDR, value);
    }
    return address_take(server);
}

// `setting` is AT+BKDNS: <mode>,<h>[,<ip>,<port>]. Without an address the server's own stays.
static void take_cached(const char *setting)
{
    const char *cached = strchr(setting, ',');

    cached = cached == NULL ? NULL : strchr(cached + 1, ',');
    if (cached != NULL && setting[0] != NEVER_CACHED && address_take(cached + 1)) {
        address.is_cached = true;
    }
}

bool address_take_data_server(void)
{
    char value[VALUE_SIZE];

    if (!take_server()) {
        return false;
    }
    if (value_get(SETTING_BKDNS, value)[0] == CACHED_FIRST) {
        take_cached(value);
    }
    return true;
}

void address_change(void)
{
    char value[VALUE_SIZE];

    if (address.is_cached) {
        (void)take_server();
    } else {
        take_cached(value_get(SETTING_BKDNS, value));
    }
}

const char *address_host(void)
{
    return address.host;
}

const char *address_port(void)
{
    return address.port;
}

bool address_needs_resolving(void)
{
    for (const char *at = address.host; *at != '\0'; at++) {
        if (*at != '.' && (*at < '0' || *at > '9')) {
            return true;
        }
    }
    return false;
}

static bool is_host_of(const char *value)
{
    size_t size = strlen(address.host);

    return strncmp(value, address.host, size) == 0 && value[size] == ',';
}

const char *address_found(const char *value)
{
    bool was_found = modem_address()[0] != '\0';

    return was_found && address_needs_resolving() && is_host_of(value) ? modem_address() : NULL;
}
