// SPDX-License-Identifier: Apache-2.0
#include "server/gateway/attributes.h"

#include <jansson.h>
#include <stdio.h>

#include "wire/fwinfo.h"

static const struct {
    const char *name;
    enum attribute attribute;
} keys[] = {
    {"fw_title", ATTRIBUTE_TITLE},       {"fw_version", ATTRIBUTE_VERSION},
    {"fw_size", ATTRIBUTE_SIZE},         {"fw_checksum_algorithm", ATTRIBUTE_ALGORITHM},
    {"fw_checksum", ATTRIBUTE_CHECKSUM},
};

static const char deleted[] =
    "{\"deleted\":[\"fw_title\",\"fw_version\",\"fw_ts\",\"fw_state\",\"fw_size\",\"fw_checksum\","
    "\"fw_checksum_algorithm\",\"fw_url\",\"fw_tag\"]}";

static unsigned key_bit(struct span key)
{
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (span_equals(key, span_of_text(keys[i].name))) {
            return keys[i].attribute;
        }
    }
    return 0;
}

static unsigned list_bits(const char *list)
{
    static const char separators[] = ", \t\r\n";
    unsigned bits = 0;

    while (*list != '\0') {
        size_t size = strcspn(list, separators);
        bits |= key_bit(span_of(list, size));
        list += size;
        list += strspn(list, separators);
    }
    return bits;
}

static unsigned wanted_of(const json_t *request, bool *malformed)
{
    const json_t *shared = json_object_get(request, "sharedKeys");

    if (shared == NULL && json_object_get(request, "clientKeys") == NULL &&
        json_is_object(request)) {
        return ATTRIBUTES_ALL;
    }
    if (json_is_string(shared)) {
        return list_bits(json_string_value(shared));
    }
    *malformed = *malformed || shared != NULL || !json_is_object(request);
    return 0;
}

unsigned attributes_wanted(struct span payload, bool *malformed)
{
    json_t *request =
        json_loadb((const char *)payload.data, payload.size, JSON_DISABLE_EOF_CHECK, NULL);
    unsigned wanted = wanted_of(request, malformed);

    json_decref(request);
    return wanted;
}

static void choose_text(char *to, size_t capacity, const char *from, bool wanted)
{
    (void)snprintf(to, capacity, "%s", wanted ? from : "");
}

static struct fwinfo choose(const struct db_image *image, unsigned wanted)
{
    struct fwinfo info = {.size = (wanted & ATTRIBUTE_SIZE) != 0 ? (uint32_t)image->size : 0};

    choose_text(info.title, sizeof info.title, image->title, (wanted & ATTRIBUTE_TITLE) != 0);
    choose_text(info.version, sizeof info.version, image->version,
                (wanted & ATTRIBUTE_VERSION) != 0);
    choose_text(info.algorithm, sizeof info.algorithm, image->algorithm,
                (wanted & ATTRIBUTE_ALGORITHM) != 0);
    choose_text(info.checksum, sizeof info.checksum, image->checksum,
                (wanted & ATTRIBUTE_CHECKSUM) != 0);
    return info;
}

void attributes_answer(const struct db_image *image, unsigned wanted, struct fmt *out)
{
    if (image == NULL || wanted == 0) {
        fmt_add(out, "{}");
        return;
    }
    struct fwinfo info = choose(image, wanted);
    fwinfo_encode(&info, out);
}

void attributes_push(const struct db_image *image, struct fmt *out)
{
    char text[ATTRIBUTES_ANSWER_SIZE];
    struct fmt nested;
    static const char around[] = "{\"shared\":";

    if (image == NULL) {
        fmt_add(out, "%s", deleted);
        return;
    }
    fmt_init(&nested, text, sizeof text);
    attributes_answer(image, ATTRIBUTES_ALL, &nested);
    // A push is the inner object of an answer.
    struct span inner = span_after(fmt_span(&nested), strlen(around));
    fmt_add_bytes(out, span_of(inner.data, inner.size - 1));
}
