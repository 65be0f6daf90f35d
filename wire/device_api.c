// SPDX-License-Identifier: Apache-2.0
#include "wire/device_api.h"

#include "base/contract.h"
#include "wire/topic.h"

enum tail { TAIL_NONE, TAIL_ID, TAIL_ID_CHUNK };

struct row {
    const char *topic; // what stands before the tail
    const char *answer;
    enum api_kind kind;
    enum tail tail;
    bool is_protobuf;
};

// Longer prefixes of the same beginning come first only where the tail could be mistaken; tails are digits, so no
// row can take another's topic.
static const struct row rows[] = {
    {"v1/devices/me/telemetry", NULL, API_TELEMETRY, TAIL_NONE, false},
    {"v2/t", NULL, API_TELEMETRY, TAIL_NONE, false},
    {"v2/t/j", NULL, API_TELEMETRY, TAIL_NONE, false},
    {"v2/t/p", NULL, API_TELEMETRY, TAIL_NONE, true},
    {"v1/devices/me/attributes", NULL, API_ATTRIBUTES, TAIL_NONE, false},
    {"v2/a", NULL, API_ATTRIBUTES, TAIL_NONE, false},
    {"v2/a/j", NULL, API_ATTRIBUTES, TAIL_NONE, false},
    {"v2/a/p", NULL, API_ATTRIBUTES, TAIL_NONE, true},
    {"v1/devices/me/attributes/request/", "v1/devices/me/attributes/response/",
     API_ATTRIBUTE_REQUEST, TAIL_ID, false},
    {"v2/a/req/", "v2/a/res/", API_ATTRIBUTE_REQUEST, TAIL_ID, false},
    {"v2/a/req/j/", "v2/a/res/j/", API_ATTRIBUTE_REQUEST, TAIL_ID, false},
    {"v2/a/req/p/", "v2/a/res/p/", API_ATTRIBUTE_REQUEST, TAIL_ID, true},
    {"v1/devices/me/rpc/request/", "v1/devices/me/rpc/response/", API_RPC_REQUEST, TAIL_ID, false},
    {"v2/r/req/", "v2/r/res/", API_RPC_REQUEST, TAIL_ID, false},
    {"v2/r/req/j/", "v2/r/res/j/", API_RPC_REQUEST, TAIL_ID, false},
    {"v2/r/req/p/", "v2/r/res/p/", API_RPC_REQUEST, TAIL_ID, true},
    {"v1/devices/me/rpc/response/", NULL, API_RPC_RESPONSE, TAIL_ID, false},
    {"v2/r/res/", NULL, API_RPC_RESPONSE, TAIL_ID, false},
    {"v2/r/res/j/", NULL, API_RPC_RESPONSE, TAIL_ID, false},
    {"v2/r/res/p/", NULL, API_RPC_RESPONSE, TAIL_ID, true},
    {"v2/fw/request/", "v2/fw/response/", API_FIRMWARE_REQUEST, TAIL_ID_CHUNK, false},
    {"v2/sw/request/", "v2/sw/response/", API_SOFTWARE_REQUEST, TAIL_ID_CHUNK, false},
};

static bool take_tail(enum tail tail, struct span text, struct api_publish *publish)
{
    bool good = tail == TAIL_NONE || topic_take_number(&text, &publish->request_id);

    if (good && tail == TAIL_ID_CHUNK) {
        good = topic_skip(&text, "/chunk/") && topic_take_number(&text, &publish->index);
    }
    return good && text.size == 0;
}

static const struct row *find(struct span topic, struct api_publish *publish)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct span rest = topic;
        *publish = (struct api_publish){.kind = rows[i].kind, .is_protobuf = rows[i].is_protobuf};
        if (topic_skip(&rest, rows[i].topic) && take_tail(rows[i].tail, rest, publish)) {
            return &rows[i];
        }
    }
    *publish = (struct api_publish){.kind = API_UNKNOWN};
    return NULL;
}

struct api_publish api_parse(struct span topic)
{
    struct api_publish publish;

    (void)find(topic, &publish);
    return publish;
}

void api_answer_topic(struct span topic, char answer[API_TOPIC_SIZE])
{
    struct api_publish publish;
    struct fmt out;
    const struct row *row = find(topic, &publish);

    CONTRACT(row != NULL && row->answer != NULL);
    fmt_init(&out, answer, API_TOPIC_SIZE);
    fmt_add(&out, "%s", row->answer);
    fmt_add_bytes(&out, span_after(topic, strlen(row->topic)));
    CONTRACT(!out.overflowed); // two numbers of 10 digits fit behind every prefix
}

bool api_may_read(struct span topic)
{
    static const char *const answers[] = {"v1/devices/me/attributes/response/", "v2/a/res/",
                                          "v2/fw/response/", "v2/sw/response/", API_ERROR_TOPIC};

    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        if (span_starts_with(topic, span_of_text(answers[i]))) {
            return true;
        }
    }
    return false;
}

// Whether `filter` is `prefix` or lies below it.
static bool is_below(struct span filter, const char *prefix)
{
    return topic_skip(&filter, prefix) && (filter.size == 0 || filter.data[0] == '/');
}

static bool is_below_one(struct span filter, const char *const *prefixes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (is_below(filter, prefixes[i])) {
            return true;
        }
    }
    return false;
}

bool api_may_subscribe(struct span filter)
{
    static const char *const own[] = {"v1/devices/me", "v2/fw", "v2/sw", "v2/a", "v2/r", "v2/t"};
    static const char *const requests[] = {"v1/devices/me/attributes/request", "v2/a/req",
                                           "v2/fw/request", "v2/sw/request"};

    return is_below_one(filter, own, sizeof own / sizeof own[0]) &&
           !is_below_one(filter, requests, sizeof requests / sizeof requests[0]);
}

// Cuts the first level off; false when there was none left.
static bool take_level(struct span *text, bool *ended, struct span *level)
{
    if (*ended) {
        return false;
    }
    const uint8_t *slash = text->size == 0 ? NULL : memchr(text->data, '/', text->size);
    size_t size = slash == NULL ? text->size : (size_t)(slash - text->data);
    *level = span_of(text->data, size);
    *ended = slash == NULL;
    *text = *ended ? span_of(NULL, 0) : span_of(slash + 1, text->size - size - 1);
    return true;
}

bool api_filter_matches(struct span filter, struct span topic)
{
    bool filter_ended = false;
    bool topic_ended = false;
    struct span wanted;
    struct span level;

    while (take_level(&filter, &filter_ended, &wanted)) {
        if (span_equals(wanted, span_of_text("#"))) {
            return true;
        }
        if (!take_level(&topic, &topic_ended, &level) ||
            (!span_equals(wanted, span_of_text("+")) && !span_equals(wanted, level))) {
            return false;
        }
    }
    return topic_ended;
}
