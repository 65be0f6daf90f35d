// SPDX-License-Identifier: Apache-2.0
#include "link/radio.h"

#include <string.h>

#include "link/air.h"

static const uint64_t ack_wait_ns = 200000000; // docs/performance.md, "Bytes on air"
static const double ns_per_s = 1e9;
// Assumed: a connection is set up with two more accesses; an idle device listens every 2.56 s, half of it on average.
static const double setup_accesses = 2;
static const double paging_s = 1.28;

static uint64_t to_ns(double seconds)
{
    return (uint64_t)(seconds * ns_per_s + 0.5);
}

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

void link_radio_init(struct link_radio *self, const struct link_class *class, uint64_t gather_ns)
{
    *self = (struct link_radio){.class = class, .gather_ns = gather_ns, .covered = true};
}

uint64_t link_radio_pairing_ns(const struct link_class *class, uint32_t baud)
{
    const double pair = 2.02; // two requests and one percent, docs/performance.md, "Event rules", 2
    const double request_bits = 600;

    return to_ns(pair * (request_bits / baud + class->command_s));
}

void link_radio_clear(struct link_radio *self, uint64_t now_ns)
{
    self->up_count = 0;
    self->down_count = 0;
    self->running = 0;
    self->unacked = 0;
    self->free_ns = now_ns;
    self->connected_ns = now_ns;
}

void link_radio_connect(struct link_radio *self, uint64_t now_ns)
{
    self->free_ns = later(self->free_ns, now_ns);
    self->connected_ns = later(self->connected_ns, now_ns + to_ns(self->class->tail_s));
}

void link_radio_cover(struct link_radio *self, bool covered, uint64_t now_ns)
{
    if (covered && !self->covered && self->running == 0) {
        self->free_ns = later(self->free_ns, now_ns);
    }
    self->covered = covered;
}

enum status link_radio_send(struct link_radio *self, uint64_t at_ns, uint32_t ip_bytes,
                            uint32_t tag)
{
    if (self->up_count == LINK_UP_MAX) {
        return STATUS_BUSY;
    }
    self->up[self->up_count++] =
        (struct link_message){.at_ns = at_ns, .ip_bytes = ip_bytes, .tag = tag};
    return STATUS_OK;
}

static enum status queue_downlink(struct link_radio *self, struct link_message message)
{
    if (self->down_count == LINK_DOWN_MAX) {
        return STATUS_BUSY;
    }
    self->down[self->down_count++] = message;
    return STATUS_OK;
}

enum status link_radio_arrive(struct link_radio *self, uint64_t at_ns, uint32_t ip_bytes,
                              uint32_t tag)
{
    return queue_downlink(self,
                          (struct link_message){.at_ns = at_ns, .ip_bytes = ip_bytes, .tag = tag});
}

enum status link_radio_arrive_datagram(struct link_radio *self, uint64_t at_ns, uint32_t ip_bytes,
                                       uint32_t tag)
{
    return queue_downlink(
        self, (struct link_message){
                  .at_ns = at_ns, .ip_bytes = ip_bytes, .tag = tag, .is_datagram = true});
}

uint64_t link_radio_core_ns(const struct link_radio *self)
{
    return to_ns(self->class->core_s);
}

bool link_radio_is_connected(const struct link_radio *self, uint64_t now_ns)
{
    return self->running > 0 || now_ns < self->connected_ns;
}

// ---- what comes next ----

static uint64_t up_start_ns(const struct link_radio *self)
{
    return self->up_count == 0 ? LINK_NEVER : later(self->free_ns, self->up[0].at_ns);
}

static uint64_t down_start_ns(const struct link_radio *self)
{
    return self->down_count == 0 ? LINK_NEVER : later(self->free_ns, self->down[0].at_ns);
}

static bool owes_ack(const struct link_radio *self)
{
    bool due = self->unacked >= 2 || (self->unacked == 1 && self->down_count == 0);

    return due && (self->up_count == 0 || self->up[0].at_ns > self->free_ns + ack_wait_ns);
}

enum action { ACTION_NONE, ACTION_ACK, ACTION_UP, ACTION_DOWN };

// The next action and the time at which it is decided.
static enum action next_action(const struct link_radio *self, uint64_t *decided_ns)
{
    uint64_t up_ns = up_start_ns(self);
    uint64_t down_ns = down_start_ns(self);

    *decided_ns = LINK_NEVER;
    if (!self->covered) {
        return ACTION_NONE;
    }
    if (owes_ack(self)) {
        *decided_ns = self->free_ns + ack_wait_ns;
        return ACTION_ACK;
    }
    if (up_ns != LINK_NEVER && up_ns <= down_ns) {
        *decided_ns = up_ns + self->gather_ns;
        return ACTION_UP;
    }
    *decided_ns = down_ns;
    return down_ns == LINK_NEVER ? ACTION_NONE : ACTION_DOWN;
}

// ---- actions ----

static void occupy(struct link_radio *self, uint64_t start_ns, double air_s)
{
    self->free_ns = start_ns + to_ns(air_s);
    self->connected_ns = self->free_ns + to_ns(self->class->tail_s);
}

// Time to have a connection at start_ns, none when there is one.
static uint64_t setup_ns(const struct link_radio *self, uint64_t start_ns)
{
    return start_ns < self->connected_ns ? 0 : to_ns(setup_accesses * self->class->access_s);
}

static void count_uplink(struct link_radio *self, uint32_t ip_bytes)
{
    self->sums.tx_ns += to_ns(link_uplink_tx_s(self->class, ip_bytes));
    self->sums.bytes_up += ip_bytes;
    self->unacked = 0;
}

static void send_ack(struct link_radio *self)
{
    uint64_t start_ns = self->free_ns + setup_ns(self, self->free_ns);

    occupy(self, start_ns, link_uplink_s(self->class, LINK_TCP_IP_BYTES));
    count_uplink(self, LINK_TCP_IP_BYTES);
    self->sums.bursts++;
    self->sums.lone_acks++;
}

static void start_burst(struct link_radio *self)
{
    uint64_t start_ns = up_start_ns(self);
    uint64_t bound_ns = start_ns + self->gather_ns;
    uint32_t bytes = 0;

    self->running = 0;
    while (self->running < self->up_count && self->up[self->running].at_ns <= bound_ns) {
        start_ns = later(start_ns, self->up[self->running].at_ns);
        bytes += self->up[self->running].ip_bytes;
        self->running++;
    }
    self->running_up = true;
    occupy(self, start_ns + setup_ns(self, start_ns), link_uplink_s(self->class, bytes));
    count_uplink(self, bytes);
    self->sums.bursts++;
}

static void start_download(struct link_radio *self)
{
    uint64_t start_ns = down_start_ns(self);
    uint32_t bytes = self->down[0].ip_bytes;
    double air_s = link_downlink_s(self->class, bytes);

    if (start_ns >= self->connected_ns) {
        start_ns += setup_ns(self, start_ns) + to_ns(paging_s);
    }
    self->running = 1;
    self->running_up = false;
    occupy(self, start_ns, air_s);
    self->sums.rx_ns += to_ns(air_s * self->class->receiver_share);
    self->sums.tx_ns += to_ns(link_blocks(self->class, bytes) * self->class->harq_s);
    self->sums.bytes_down += bytes;
    if (!self->down[0].is_datagram) {
        // Every segment of a message carries its own header, so the count follows from the size.
        self->unacked += link_segments(bytes - LINK_TCP_IP_BYTES);
    }
}

static void drop_head(struct link_message *queue, uint32_t *count)
{
    (*count)--;
    memmove(queue, queue + 1, *count * sizeof *queue);
}

static struct link_event finish_one(struct link_radio *self)
{
    struct link_message *queue = self->running_up ? self->up : self->down;
    struct link_event event = {
        .kind = self->running_up ? LINK_SENT : LINK_RECEIVED,
        .tag = queue[0].tag,
        .at_ns = self->free_ns,
    };

    drop_head(queue, self->running_up ? &self->up_count : &self->down_count);
    self->running--;
    return event;
}

static void start(struct link_radio *self, enum action action)
{
    switch (action) {
    case ACTION_ACK:
        send_ack(self);
        break;
    case ACTION_UP:
        start_burst(self);
        break;
    case ACTION_DOWN:
        start_download(self);
        break;
    case ACTION_NONE:
    default:
        break;
    }
}

struct link_event link_radio_step(struct link_radio *self, uint64_t now_ns)
{
    for (;;) {
        if (self->running > 0) {
            return self->free_ns <= now_ns ? finish_one(self)
                                           : (struct link_event){LINK_NOTHING, 0, 0};
        }
        uint64_t decided_ns;
        enum action action = next_action(self, &decided_ns);
        if (action == ACTION_NONE || decided_ns > now_ns) {
            return (struct link_event){LINK_NOTHING, 0, 0};
        }
        start(self, action);
    }
}

uint64_t link_radio_next_ns(const struct link_radio *self)
{
    uint64_t decided_ns;

    if (self->running > 0) {
        return self->free_ns;
    }
    (void)next_action(self, &decided_ns);
    return decided_ns;
}
