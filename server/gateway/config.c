// SPDX-License-Identifier: Apache-2.0
#include "server/gateway/config.h"

// What does not depend on the place. Source: docs/server.md, "The broker".
static const char settings[] =
    "allow_anonymous false\n"
    "allow_zero_length_clientid true\n"
    "retain_available false\n"
    "set_tcp_nodelay true\n"  // a chunk held back for an ACK costs 40 ms
    "max_packet_size 65536\n" // what a device may send
    // Answers that wait in the broker for a device that does not read, 64 KB each at most. Above what the burst of
    // BUDGET_ALL holds in chunks of 1028; a device that asks on behind so many is closed. Never 0: then
    // each refused message closes its connection.
    "max_queued_messages 600\n"
    "max_inflight_messages 20\n"        // at least the largest window of a device
    "persistence false\n"               // the pins are in the database, nothing else must last
    "persistent_client_expiration 1h\n" // OWNERS_KEPT_MS counts on it
    "sys_interval 0\n"
    "per_listener_settings false\n"; // true: no ticks in mosquitto 2.0

// Of the listener: written before its line they would open another one, on port 1883.
static const char listener_settings[] = "max_qos 1\n";

static bool is_one_line(const char *text)
{
    return text != NULL && text[0] != '\0' && strpbrk(text, "\r\n") == NULL;
}

static bool is_sound(const struct config *config)
{
    return config->port != 0 && is_one_line(config->data) && is_one_line(config->plugin) &&
           (config->address == NULL || is_one_line(config->address)) &&
           (config->user == NULL || is_one_line(config->user)) &&
           (config->log_file == NULL || is_one_line(config->log_file));
}

static void write_log(const struct config *config, struct fmt *out)
{
    if (config->log_file == NULL) {
        fmt_add(out, "log_dest stderr\n");
    } else {
        fmt_add(out, "log_dest file %s\n", config->log_file);
    }
    fmt_add(out, "log_timestamp_format %%Y-%%m-%%dT%%H:%%M:%%S\n");
    if (config->logs_debug) {
        fmt_add(out, "log_type all\n");
        return;
    }
    fmt_add(out, "log_type error\nlog_type warning\nlog_type notice\nlog_type information\n");
}

enum status config_write(const struct config *config, struct fmt *out)
{
    if (!is_sound(config)) {
        return STATUS_INVALID;
    }
    fmt_add(out, "# written by nbota\n%s", settings);
    if (config->user != NULL) {
        fmt_add(out, "user %s\n", config->user);
    }
    write_log(config, out);
    fmt_add(out, "listener %u %s\n", (unsigned)config->port,
            config->address == NULL ? "" : config->address);
    fmt_add(out, "%s", listener_settings);
    if (config->shares_client_ids) {
        fmt_add(out, "use_username_as_clientid true\n");
    }
    fmt_add(out, "plugin %s\nplugin_opt_data %s\n", config->plugin, config->data);
    if (config->is_unlimited) {
        fmt_add(out, "plugin_opt_nbota_unlimited true\n");
    }
    return out->overflowed ? STATUS_TOO_BIG : STATUS_OK;
}
