// SPDX-License-Identifier: Apache-2.0
#include "wire/fwinfo.h"

#define JSMN_STATIC
#include "jsmn.h"

enum {
    TOKENS_MAX = 48,
    REPLACEMENT = 0xFFFD, // U+FFFD
};

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

// ---- texts: RFC 8259 section 7 ----

static int hex_digit(uint8_t character)
{
    uint8_t lower = character | 0x20;

    if (character >= '0' && character <= '9') {
        return character - '0';
    }
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 0; // the parser let nothing else pass
}

// U+0080..U+FFFF as UTF-8; a surrogate stays half a character, which equals no setting.
static size_t encode_utf8(unsigned code, char bytes[3])
{
    if (code < 0x80) {
        bytes[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        bytes[0] = (char)(0xC0 | code >> 6);
        bytes[1] = (char)(0x80 | (code & 0x3F));
        return 2;
    }
    bytes[0] = (char)(0xE0 | code >> 12);
    bytes[1] = (char)(0x80 | (code >> 6 & 0x3F));
    bytes[2] = (char)(0x80 | (code & 0x3F));
    return 3;
}

// Cuts one character off `text` and decodes its escape; returns its bytes.
static size_t take_character(struct span *text, char bytes[3])
{
    static const char letters[] = "bfnrt";
    static const char meanings[] = "\b\f\n\r\t";
    struct span rest = *text;

    *text = span_after(rest, 1);
    bytes[0] = (char)rest.data[0];
    if (rest.data[0] != '\\' || rest.size < 2) {
        return 1;
    }
    *text = span_after(rest, 2);
    bytes[0] = (char)rest.data[1];
    if (rest.data[1] == 'u' && rest.size >= 6) {
        unsigned code = 0;
        for (unsigned i = 2; i < 6; i++) {
            code = code << 4 | (unsigned)hex_digit(rest.data[i]);
        }
        *text = span_after(rest, 6);
        return encode_utf8(code == 0 ? REPLACEMENT : code, bytes); // a NUL would end the text
    }
    const char *letter = strchr(letters, rest.data[1]);
    if (letter != NULL && *letter != '\0') {
        bytes[0] = meanings[letter - letters];
    }
    return 1;
}

// What does not fit is cut: the buffers are longer than anything that could match.
static void copy_text(struct span from, char *to, size_t capacity)
{
    char bytes[3];
    size_t size = 0;

    while (from.size > 0) {
        size_t count = take_character(&from, bytes);
        for (size_t i = 0; i < count && size + 1 < capacity; i++) {
            to[size++] = bytes[i];
        }
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
