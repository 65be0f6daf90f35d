// SPDX-License-Identifier: Apache-2.0
// The JSON form: a part that is not there is absent, never null.
#include <jansson.h>

#include "cli/hex.h"
#include "cli/inspect.h"
#include "cli/packing.h"

static const char *const forms[] = {
    [FORM_UNKNOWN] = "unknown",
    [FORM_PLAIN] = "plain",
    [FORM_PACKED] = "packed",
};

static const char *const levels[] = {
    [FINDING_NOTE] = "note",
    [FINDING_WARNING] = "warning",
    [FINDING_PROBLEM] = "problem",
};

static json_t *header_object(const struct anatomy *anatomy)
{
    const struct image_header *header = &anatomy->header;

    return json_pack("{s:i, s:I, s:I, s:I, s:I, s:b}", "request", header->new_firmware_request,
                     "model", (json_int_t)header->model, "version",
                     (json_int_t)header->firmware_version, "size",
                     (json_int_t)header->firmware_size, "crc32", (json_int_t)header->firmware_crc32,
                     "manifest", (int)(anatomy->manifest_status == STATUS_OK));
}

static json_t *revoked_array(uint32_t revoked)
{
    json_t *array = json_array();

    for (unsigned i = 0; i < 32; i++) {
        if ((revoked >> i & 1) != 0) {
            json_array_append_new(array, json_integer(i));
        }
    }
    return array;
}

static json_t *manifest_object(const struct manifest *manifest)
{
    char id[2 * MANIFEST_KEY_ID_SIZE + 1];
    char digest[2 * MANIFEST_DIGEST_SIZE + 1];
    bool is_signed = manifest_is_signed(manifest);

    hex_text(span_of(manifest->key_id, MANIFEST_KEY_ID_SIZE), id);
    hex_text(span_of(manifest->digest, MANIFEST_DIGEST_SIZE), digest);
    json_t *object =
        json_pack("{s:s, s:s, s:i, s:i, s:I, s:I, s:I, s:b, s:o, s:s, s:b}", "title",
                  manifest->title, "version", manifest->version, "product", manifest->product_id,
                  "hardware", manifest->hardware_id, "load_address",
                  (json_int_t)manifest->load_address, "size", (json_int_t)manifest->image_size,
                  "security_counter", (json_int_t)manifest->security_counter, "raises_counter",
                  (int)((manifest->flags & MANIFEST_RAISES_COUNTER) != 0), "revoked",
                  revoked_array(manifest->revoked), "sha256", digest, "signed", (int)is_signed);
    if (is_signed) {
        json_object_set_new(object, "key_id", json_string(id));
    }
    return object;
}

static json_t *image_object(const struct anatomy *anatomy)
{
    return json_pack("{s:I, s:I, s:I, s:I}", "size", (json_int_t)anatomy->image.size, "crc32",
                     (json_int_t)anatomy->image_crc, "stack", (json_int_t)anatomy->initial_sp,
                     "reset", (json_int_t)anatomy->reset_vector);
}

static json_t *info_object(const struct image_info *info)
{
    return json_pack("{s:s, s:s, s:i, s:i, s:I, s:I}", "title", info->title, "version",
                     info->version, "product", info->product_id, "hardware", info->hardware_id,
                     "load_address", (json_int_t)info->load_address, "security_counter",
                     (json_int_t)info->security_counter);
}

static json_t *served_object(const struct anatomy *anatomy)
{
    static uint8_t packed[WIRE_PACKED_MAX];
    struct span served;
    struct checksums sums;

    if (!inspect_served(anatomy, packed, &served)) {
        return NULL;
    }
    checksums_make(served, &sums);
    return json_pack("{s:I, s:I, s:{s:s, s:s}}", "fw_size", (json_int_t)served.size, "pieces",
                     (json_int_t)anatomy->pieces, "fw_checksum", "CRC32", sums.crc32_text, "SHA256",
                     sums.sha256_text);
}

static json_t *pieces_array(const struct anatomy *anatomy)
{
    json_t *array = json_array();

    for (uint32_t i = 0; i < anatomy->pieces; i++) {
        struct piece piece = anatomy_piece(anatomy->file, i);
        json_array_append_new(
            array, json_pack("{s:I, s:I, s:I, s:I, s:b}", "piece", (json_int_t)i, "offset",
                             (json_int_t)piece.offset, "size", (json_int_t)piece.chunk.size,
                             "crc32", (json_int_t)piece.received, "good", (int)piece.is_good));
    }
    return array;
}

static json_t *findings_array(const struct anatomy *anatomy)
{
    json_t *array = json_array();

    for (uint32_t i = 0; i < anatomy->finding_count; i++) {
        const struct finding *finding = &anatomy->findings[i];
        json_t *object = json_pack("{s:s, s:s, s:s}", "level", levels[finding->level], "text",
                                   finding->text, "advice", finding->advice);
        if (finding->piece != NO_PIECE) {
            json_object_set_new(object, "piece", json_integer(finding->piece));
            json_object_set_new(object, "offset", json_integer(finding->offset));
        }
        json_array_append_new(array, object);
    }
    return array;
}

static void set(json_t *object, const char *key, json_t *value)
{
    if (value != NULL) {
        json_object_set_new(object, key, value);
    }
}

static json_t *explanation(const char *path, const struct anatomy *anatomy, bool list_pieces)
{
    bool good = anatomy_first(anatomy, FINDING_PROBLEM) == NULL;
    bool is_packed = anatomy->form == FORM_PACKED;
    // A path need not be UTF-8; then it is left out.
    json_t *object = json_pack("{s:s, s:b, s:I}", "form", forms[anatomy->form], "good", (int)good,
                               "size", (json_int_t)anatomy->file.size);

    set(object, "file", json_string(path));
    set(object, "header", is_packed && anatomy->has_header ? header_object(anatomy) : NULL);
    set(object, "manifest",
        anatomy->manifest_status == STATUS_OK ? manifest_object(&anatomy->manifest) : NULL);
    set(object, "bad_pieces", is_packed ? json_integer(anatomy->bad_pieces) : NULL);
    set(object, "image", anatomy->initial_sp != 0 ? image_object(anatomy) : NULL);
    set(object, "info", anatomy->info_status == STATUS_OK ? info_object(&anatomy->info) : NULL);
    set(object, "served", served_object(anatomy));
    set(object, "piece_list", is_packed && list_pieces ? pieces_array(anatomy) : NULL);
    set(object, "findings", findings_array(anatomy));
    return object;
}

enum status inspect_print_json(FILE *out, const char *path, const struct anatomy *anatomy,
                               bool list_pieces)
{
    json_t *object = explanation(path, anatomy, list_pieces);
    int refused = json_dumpf(object, out, JSON_INDENT(2));

    json_decref(object);
    return refused == 0 && fputc('\n', out) != EOF && fflush(out) == 0 ? STATUS_OK : STATUS_IO;
}
