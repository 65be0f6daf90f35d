// SPDX-License-Identifier: Apache-2.0
// The last look before an install is ordered. The packed file is rebuilt piece by piece, content from NOR and then its
// CRC as the server cut it, because fw_checksum covers that file.
#include "base/crc32.h"
#include "base/endian.h"
#include "base/sha256.h"
#include "node/app/app.h"
#include "node/app/storage.h"
#include "node/port/nor.h"
#include "node/port/watchdog.h"
#include "wire/checksum.h"
#include "wire/image.h"
#include "wire/info.h"

struct packed_hash {
    uint32_t crc;
    struct sha256 sha;
};

static void feed(struct packed_hash *hash, const uint8_t *bytes, size_t size)
{
    hash->crc = crc32_update(hash->crc, bytes, size);
    sha256_update(&hash->sha, bytes, size);
}

static enum status hash_piece(struct packed_hash *hash, uint32_t address, uint32_t size_bytes)
{
    uint8_t read[STORAGE_READ_SIZE];
    uint32_t piece_crc = 0;

    for (uint32_t done = 0; done < size_bytes; done += STORAGE_READ_SIZE) {
        uint32_t left = size_bytes - done;
        uint32_t taken = left < STORAGE_READ_SIZE ? left : STORAGE_READ_SIZE;
        enum status status = nor_read(address + done, read, taken);
        if (status != STATUS_OK) {
            return status;
        }
        piece_crc = crc32_update(piece_crc, read, taken);
        feed(hash, read, taken);
    }
    store_le32(read, piece_crc);
    feed(hash, read, WIRE_CRC_SIZE);
    watchdog_feed();
    return STATUS_OK;
}

static enum status hash_packed(struct packed_hash *hash, uint32_t packed_size_bytes)
{
    uint32_t count = image_piece_count(packed_size_bytes);
    enum status status = STATUS_OK;

    hash->crc = 0;
    sha256_init(&hash->sha);
    for (uint32_t i = 0; i < count && status == STATUS_OK; i++) {
        status = hash_piece(hash, i * WIRE_PIECE_SIZE, image_piece_size(packed_size_bytes, i));
    }
    return status;
}

static bool agrees(struct packed_hash *hash, const struct fwinfo *info)
{
    uint8_t digest[SHA256_SIZE];

    if (info->checksum[0] == '\0') {
        return true;
    }
    if (strcmp(info->algorithm, "CRC32") == 0) {
        return checksum_crc32_matches(info->checksum, hash->crc);
    }
    if (strcmp(info->algorithm, "SHA256") == 0) {
        sha256_final(&hash->sha, digest);
        return checksum_hex_matches(info->checksum, span_of(digest, sizeof digest));
    }
    log_line("fw_checksum not checked: %s is unknown here", info->algorithm);
    return true;
}

static enum status check_checksum(const struct fwinfo *info)
{
    struct packed_hash hash;
    enum status status = hash_packed(&hash, info->size);

    if (status != STATUS_OK) {
        return status;
    }
    return agrees(&hash, info) ? STATUS_OK : STATUS_CORRUPT;
}

static enum status check_header(const struct fwinfo *info, struct image_found *found)
{
    uint8_t bytes[WIRE_HEADER_SIZE];
    struct image_header header;
    enum status status = nor_read(0, bytes, sizeof bytes);

    if (status != STATUS_OK) {
        return status;
    }
    if (image_header_decode(span_of(bytes, sizeof bytes), &header) != STATUS_OK ||
        image_packed_size(header.firmware_size) != info->size) {
        return STATUS_CORRUPT;
    }
    *found = (struct image_found){header.firmware_size, header.firmware_crc32};
    return STATUS_OK;
}

static bool is_for_this_node(struct span beginning, uint32_t image_size)
{
    if (info_allows(beginning, image_size, app_identity.product->hardware_id)) {
        return true;
    }
    log_line("Image is not for this hardware");
    return false;
}

static enum status check_image(const struct image_found *found)
{
    uint8_t beginning[INFO_END];
    size_t size = found->size_bytes < INFO_END ? found->size_bytes : INFO_END;
    uint32_t crc = 0;

    if (size < IMAGE_VECTORS_SIZE) {
        return STATUS_CORRUPT;
    }
    enum status status = nor_read(WIRE_HEADER_PAGE_SIZE, beginning, size);

    if (status == STATUS_OK) {
        status = storage_crc(WIRE_HEADER_PAGE_SIZE, found->size_bytes, &crc);
    }
    if (status != STATUS_OK) {
        return status;
    }
    bool good = crc == found->crc32 && image_can_start(beginning) &&
                is_for_this_node(span_of(beginning, size), found->size_bytes);
    return good ? STATUS_OK : STATUS_CORRUPT;
}

enum status storage_verify(const struct fwinfo *info, struct image_found *found)
{
    enum status status = check_header(info, found);

    if (status == STATUS_OK) {
        status = check_image(found);
    }
    return status == STATUS_OK ? check_checksum(info) : status;
}
