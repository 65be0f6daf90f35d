// SPDX-License-Identifier: Apache-2.0
#include "wire/fwinfo.h"

#define JSMN_STATIC
#include "jsmn.h"

enum { TOKENS_MAX = 48 };

struct answer {
    const char *text;
    jsmntok_t tokens[TOKENS_MAX];
    int count;
};

static struct span token_text(const struct answer *answer, int index)
{
    const jsmntok_t *token = &answer->tokens[index];

    return span_of(answer->text + token->start, (size_t)(token->end - token->start));
}

// Index of the token behind `index` and everything inside it.
static int token_after(const struct answer *answer, int index)
{
    int end = answer->tokens[index].end;

    do {
        index++;
    } while (index < answer->count && answer->tokens[index].start < end);
    return index;
}

// Index of the value of `key` in the object at `object`, -1 when there is none.
static int find_value(const struct answer *answer, int object, const char *key)
{
    int index = object + 1;

    for (int i = 0; i < answer->tokens[object].size && index + 1 < answer->count; i++) {
        if (span_equals(token_text(answer, index), span_of_text(key))) {
            return index + 1;
        }
        index = token_after(answer, index + 1);
    }
    return -1;
}

// A title is ASCII on shipped nodes; \" \\ \/ are decoded, any other escape cannot match and empties the text.
static void copy_text(struct span from, char *to, size_t capacity)
{
    size_t size = 0;

    for (size_t i = 0; i < from.size; i++) {
        if (from.data[i] == '\\') {
            i++;
            if (strchr("\"\\/", from.data[i]) == NULL) {
                size = capacity;
            }
        }
        if (size + 1 >= capacity) {
            to[0] = '\0';
            return;
        }
        to[size++] = (char)from.data[i];
    }
    to[size] = '\0';
}

static void read_text(const struct answer *answer, int object, const char *key, char *to,
                      size_t capacity)
{
    int index = find_value(answer, object, key);

    if (index >= 0 && answer->tokens[index].type == JSMN_STRING) {
        copy_text(token_text(answer, index), to, capacity);
    }
}

static void read_shared(const struct answer *answer, int object, struct fwinfo *info)
{
    int size = find_value(answer, object, "fw_size");

    read_text(answer, object, "fw_title", info->title, sizeof info->title);
    read_text(answer, object, "fw_version", info->version, sizeof info->version);
    read_text(answer, object, "fw_checksum_algorithm", info->algorithm, sizeof info->algorithm);
    read_text(answer, object, "fw_checksum", info->checksum, sizeof info->checksum);
    if (size >= 0 && !fmt_parse_u32(token_text(answer, size), &info->size)) {
        info->size = 0;
    }
}

enum status fwinfo_decode(struct span json, struct fwinfo *info)
{
    struct answer answer = {.text = (const char *)json.data};
    jsmn_parser parser;

    memset(info, 0, sizeof *info);
    jsmn_init(&parser);
    answer.count = jsmn_parse(&parser, answer.text, json.size, answer.tokens, TOKENS_MAX);
    if (answer.count < 1 || answer.tokens[0].type != JSMN_OBJECT) {
        return STATUS_INVALID;
    }
    int shared = find_value(&answer, 0, "shared");
    if (shared >= 0 && answer.tokens[shared].type == JSMN_OBJECT) {
        read_shared(&answer, shared, info);
    }
    return STATUS_OK;
}

static void add_text(struct fmt *out, const char **separator, const char *key, const char *value)
{
    if (value[0] != '\0') {
        fmt_add(out, "%s\"%s\":\"%s\"", *separator, key, value);
        *separator = ",";
    }
}

void fwinfo_encode(const struct fwinfo *info, struct fmt *out)
{
    const char *separator = "";

    fmt_add(out, "{\"shared\":{");
    add_text(out, &separator, "fw_title", info->title);
    add_text(out, &separator, "fw_version", info->version);
    if (info->size != 0) {
        fmt_add(out, "%s\"fw_size\":%lu", separator, (unsigned long)info->size);
        separator = ",";
    }
    add_text(out, &separator, "fw_checksum_algorithm", info->algorithm);
    add_text(out, &separator, "fw_checksum", info->checksum);
    fmt_add(out, "}}");
}
