// SPDX-License-Identifier: Apache-2.0
#include "server/store/upload.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/crc32.h"
#include "server/store/store.h"
#include "wire/checksum.h"
#include "wire/image.h"
#include "wire/info.h"

// Takes the application image out of its pieces, behind the header page. The result is the caller's (free).
static uint8_t *unpack(struct span packed, uint32_t image_size)
{
    uint8_t *image = malloc(image_size);
    uint32_t first = WIRE_HEADER_PAGE_SIZE / WIRE_PIECE_SIZE;
    uint32_t count = image_piece_count((uint32_t)packed.size);

    for (uint32_t i = first; image != NULL && i < count; i++) {
        memcpy(image + (size_t)(i - first) * WIRE_PIECE_SIZE,
               packed.data + (size_t)i * WIRE_CHUNK_SIZE,
               image_piece_size((uint32_t)packed.size, i));
    }
    return image;
}

static enum status check_pieces(struct span packed, struct fmt *error)
{
    if (packed.size > WIRE_PACKED_MAX || !image_size_is_packed((uint32_t)packed.size)) {
        fmt_add(error,
                "this is no packed file: %lu bytes (%d to %d); `nbota image pack` makes one from a "
                "plain image",
                (unsigned long)packed.size, WIRE_PACKED_MIN, WIRE_PACKED_MAX);
        return STATUS_INVALID;
    }
    long bad = image_first_bad_piece(packed);
    if (bad != IMAGE_ALL_GOOD) {
        fmt_add(
            error,
            "this is no packed file, or a damaged one: the CRC of piece %ld at byte %ld does not "
            "match",
            bad, bad * WIRE_CHUNK_SIZE);
        return STATUS_INVALID;
    }
    return STATUS_OK;
}

static enum status check_header(struct span packed, struct image_header *header, struct fmt *error)
{
    if (image_header_decode(packed, header) != STATUS_OK) {
        fmt_add(error, "the header page has no magic 0xA8404166 or an impossible image size");
        return STATUS_INVALID;
    }
    if (image_packed_size(header->firmware_size) != packed.size) {
        fmt_add(error, "the header page says %lu bytes of image, which is another file's size",
                (unsigned long)header->firmware_size);
        return STATUS_INVALID;
    }
    return STATUS_OK;
}

// What was given and what the image says must agree; what was not given is taken from the image.
static enum status choose(const char *what, const char *given, const char *inside, bool overrule,
                          char *to, size_t capacity, struct fmt *error)
{
    if (given == NULL && inside[0] == '\0') {
        fmt_add(error, "the image does not say its %s; give one", what);
        return STATUS_INVALID;
    }
    if (given != NULL && inside[0] != '\0' && !overrule && strcmp(given, inside) != 0) {
        fmt_add(
            error,
            "the image says %s '%s', not '%s': nodes would report it and be offered it again for "
            "ever",
            what, inside, given);
        return STATUS_INVALID;
    }
    int size = snprintf(to, capacity, "%s", given != NULL ? given : inside);
    if (size < 0 || (size_t)size >= capacity) {
        fmt_add(error, "%s '%s' is too long: %lu characters are the most", what,
                given != NULL ? given : inside, (unsigned long)capacity - 1);
        return STATUS_INVALID;
    }
    return STATUS_OK;
}

static enum status describe(const struct upload *upload, struct span plain, struct db_image *image,
                            struct fmt *error)
{
    struct image_info info = {.title = "", .version = ""};
    enum status found = info_decode(plain, &info);

    if (found != STATUS_OK && found != STATUS_NOT_FOUND) {
        fmt_add(error, "the info block inside the image is damaged or of an unknown format");
        return STATUS_INVALID;
    }
    image->has_info = found == STATUS_OK;
    image->product_id = image->has_info ? info.product_id : 0;
    image->hardware_id = image->has_info ? info.hardware_id : 0;
    enum status status = choose("title", upload->title, image->has_info ? info.title : "",
                                upload->overrule, image->title, sizeof image->title, error);
    return status == STATUS_OK
               ? choose("version", upload->version, image->has_info ? info.version : "",
                        upload->overrule, image->version, sizeof image->version, error)
               : status;
}

static enum status look_inside(const struct upload *upload, struct db_image *image,
                               struct fmt *error)
{
    struct image_header header;
    enum status status = check_pieces(upload->packed, error);

    if (status == STATUS_OK) {
        status = check_header(upload->packed, &header, error);
    }
    if (status != STATUS_OK) {
        return status;
    }
    uint8_t *plain = unpack(upload->packed, header.firmware_size);
    if (plain == NULL) {
        fmt_add(error, "out of memory");
        return STATUS_IO;
    }
    if (crc32_update(0, plain, header.firmware_size) != header.firmware_crc32) {
        fmt_add(error, "the CRC32 of the image is not the one in its header page");
        status = STATUS_INVALID;
    } else {
        status = describe(upload, span_of(plain, header.firmware_size), image, error);
    }
    free(plain);
    return status;
}

static enum status set_checksum(const struct upload *upload, struct db_image *image,
                                struct fmt *error)
{
    const char *algorithm = upload->algorithm != NULL ? upload->algorithm : "CRC32";
    char crc[9];
    bool is_crc = strcmp(algorithm, "CRC32") == 0;

    if (!is_crc && strcmp(algorithm, "SHA256") != 0) {
        fmt_add(error, "checksum algorithm '%s' is not one of CRC32, SHA256", algorithm);
        return STATUS_INVALID;
    }
    checksum_crc32_text(crc32_update(0, upload->packed.data, upload->packed.size), crc);
    (void)snprintf(image->algorithm, sizeof image->algorithm, "%s", algorithm);
    (void)snprintf(image->checksum, sizeof image->checksum, "%s", is_crc ? crc : image->sha256);
    return STATUS_OK;
}

enum status upload_image(struct db *db, const char *data, const struct upload *upload,
                         struct db_image *image, struct fmt *warnings, struct fmt *error)
{
    memset(image, 0, sizeof *image);
    image->size = (int64_t)upload->packed.size;
    image->added_ms = upload->now_ms;
    store_name(upload->packed, image->sha256);
    enum status status = look_inside(upload, image, error);
    if (status == STATUS_OK) {
        status = set_checksum(upload, image, error);
    }
    if (status == STATUS_OK) {
        status = store_put(data, upload->packed, image->sha256, error);
    }
    if (status != STATUS_OK) {
        return status;
    }
    status = db_image_add(db, image, &image->id, warnings);
    if (status != STATUS_OK) {
        fmt_add(error, "%s", db_error_text(db));
    }
    return status;
}
