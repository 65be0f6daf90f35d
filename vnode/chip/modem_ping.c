// SPDX-License-Identifier: Apache-2.0
// AT+QPING: the round trip of the radio model. The emulator sends no real ICMP, so every address that can be resolved
// answers.
#include "vnode/chip/module.h"

#include "vnode/net/tcp.h"

enum {
    PING_BYTES = 32,
    PING_IP_BYTES = 28 + PING_BYTES,
    PING_TTL = 64,
    PING_COUNT = 4, // by default
    PING_TIMEOUT_S = 4,
    RESULT_TIMEOUT = 569,
};

static void send_one(struct modem *self)
{
    struct air_message message = {
        .channel = AIR_PING, .kind = UPLINK_PACKET, .ip_bytes = PING_IP_BYTES, .is_datagram = true};

    self->ping.sent_ns = self->now_ns;
    self->ping.left--;
    (void)!air_send(self, &message, session_command_ns(self)); // else it times out
    module_set_timer(self, TIMER_PING_ANSWER,
                     self->now_ns + (uint64_t)self->ping.timeout_s * MODULE_S);
}

static void say_summary(struct modem *self)
{
    const struct module_ping *ping = &self->ping;
    unsigned average = ping->received > 0 ? ping->sum_ms / ping->received : 0;

    module_stop_timer(self, TIMER_PING_ANSWER);
    line_say(self, "+QPING: 0,%u,%u,%u,%u,%u,%u", ping->count, ping->received,
             ping->count - ping->received, ping->least_ms, ping->most_ms, average);
}

static void go_on(struct modem *self)
{
    if (self->ping.left > 0) {
        send_one(self);
    } else {
        say_summary(self);
    }
}

void ping_on_sent(struct modem *self, struct module_slot *slot)
{
    struct air_message message = {.channel = AIR_PING,
                                  .kind = DOWNLINK_PACKET,
                                  .ip_bytes = PING_IP_BYTES,
                                  .is_datagram = true};

    if (slot->is_lost) {
        return;
    }
    air_arrive(self, &message, self->now_ns);
}

void ping_on_received(struct modem *self, struct module_slot *slot)
{
    struct module_ping *ping = &self->ping;
    unsigned ms = (unsigned)((self->now_ns - ping->sent_ns) / MODULE_MS);

    (void)slot;
    if (self->timer_ns[TIMER_PING_ANSWER] == UINT64_MAX) {
        return; // later than the host wanted to wait
    }
    ping->least_ms = ping->received == 0 || ms < ping->least_ms ? ms : ping->least_ms;
    ping->most_ms = ms > ping->most_ms ? ms : ping->most_ms;
    ping->sum_ms += ms;
    ping->received++;
    line_say(self, "+QPING: 0,\"%s\",%d,%u,%d", ping->address, PING_BYTES, ms, PING_TTL);
    go_on(self);
}

void ping_on_timer(struct modem *self)
{
    line_say(self, "+QPING: %d", RESULT_TIMEOUT);
    go_on(self);
}

// AT+QPING=<context>,"<host>"[,<timeout s>[,<count>]]
enum cme at_ping(struct modem *self, const struct command_line *line)
{
    uint32_t context, timeout_s = PING_TIMEOUT_S, count = PING_COUNT;
    char host[128];

    if (!command_number(line, 0, 0, 16, &context) || !command_has(line, 1) ||
        !command_text(line, 1, host, sizeof host) ||
        (command_has(line, 2) && !command_number(line, 2, 1, 255, &timeout_s)) ||
        (command_has(line, 3) && !command_number(line, 3, 1, 10, &count))) {
        return CME_PARAMETER;
    }
    if (!network_has_context(self)) {
        return CME_NOT_ALLOWED;
    }
    self->ping = (struct module_ping){.timeout_s = timeout_s, .count = count, .left = count};
    if (tcp_address(host, self->ping.address, sizeof self->ping.address) != STATUS_OK) {
        line_say_later(self, session_command_ns(self), "+QPING: 565");
        return CME_NONE;
    }
    send_one(self);
    return CME_NONE;
}
