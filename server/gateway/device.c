// SPDX-License-Identifier: Apache-2.0
#include "server/gateway/device.h"

#include "base/contract.h"

static struct session_filter *find(struct session *self, const char *filter)
{
    for (unsigned i = 0; i < self->filter_count; i++) {
        if (strcmp(self->filters[i].text, filter) == 0) {
            return &self->filters[i];
        }
    }
    return NULL;
}

static bool matches(const char *filter, const char *topic)
{
    return api_filter_matches(span_of_text(filter), span_of_text(topic));
}

static void find_pushes(struct session *self)
{
    self->takes_pushes = false;
    for (unsigned i = 0; i < self->filter_count; i++) {
        self->takes_pushes |= matches(self->filters[i].text, API_PUSH_TOPIC) ||
                              matches(self->filters[i].text, API_PUSH_SHORT_TOPIC);
    }
}

void session_subscribe(struct session *self, const char *filter, int qos)
{
    struct session_filter *entry = find(self, filter);

    if (strlen(filter) >= SESSION_FILTER_SIZE ||
        (entry == NULL && self->filter_count == SESSION_FILTERS_MAX)) {
        return;
    }
    if (entry == NULL) {
        entry = &self->filters[self->filter_count++];
    }
    memcpy(entry->text, filter, strlen(filter) + 1);
    entry->qos = qos;
    find_pushes(self);
}

void session_unsubscribe(struct session *self, const char *filter)
{
    struct session_filter *entry = find(self, filter);

    if (entry != NULL) {
        *entry = self->filters[--self->filter_count];
        find_pushes(self);
    }
}

int session_qos(const struct session *self, const char *topic, int request_qos, bool is_chunk)
{
    int best = -1;

    for (unsigned i = 0; i < self->filter_count; i++) {
        if (matches(self->filters[i].text, topic) && self->filters[i].qos > best) {
            best = self->filters[i].qos;
        }
    }
    if (best < 0 || (is_chunk && request_qos < best)) {
        return request_qos;
    }
    return best;
}

bool device_wait(struct device *self, const struct request *request)
{
    bool full = self->waiting_count == DEVICE_WAITING_MAX;

    if (full) {
        device_done(self);
    }
    self->waiting[self->waiting_count++] = *request;
    return full;
}

void device_done(struct device *self)
{
    CONTRACT(self->waiting_count > 0);
    self->waiting_count--;
    memmove(self->waiting, self->waiting + 1, self->waiting_count * sizeof self->waiting[0]);
}
