// SPDX-License-Identifier: Apache-2.0
// The last look before an install is ordered. The packed file is rebuilt piece by piece, content from NOR and then its
// CRC as the server cut it, because fw_checksum covers that file.
#include "base/crc32.h"
#include "base/endian.h"
#include "base/sha256.h"
#include "node/app/app.h"
#include "node/app/storage.h"
#include "node/port/bootloader.h"
#include "node/port/nor.h"
#include "node/port/watchdog.h"
#include "node/store/record.h"
#include "wire/checksum.h"
#include "wire/image.h"
#include "wire/verdict.h"

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

// ---- the bootloader's word ----

static enum status read_file(void *context, uint32_t offset, void *buffer, size_t size)
{
    (void)context;
    return nor_read(offset, buffer, size);
}

enum verdict storage_judge(void)
{
    const struct bootloader_block *bootloader = bootloader_find();
    _Alignas(8) uint8_t work[BOOTLOADER_WORK_SIZE];
    struct security_record security;

    record_read_security(&security);
    struct bootloader_request request = {
        .read = read_file,
        .feed = watchdog_feed,
        .work = work,
        .work_size = sizeof work,
        .counter = security.counter,
        .revoked = security.revoked,
    };
    return bootloader == NULL ? VERDICT_UNREADABLE
                              : (enum verdict)bootloader_verify(bootloader, &request);
}

static enum status check_image(void)
{
    enum verdict verdict = storage_judge();

    if (verdict == VERDICT_GOOD) {
        return STATUS_OK;
    }
    log_line("Image refused: %s", verdict_text(verdict));
    return verdict == VERDICT_UNREADABLE ? STATUS_IO : STATUS_CORRUPT;
}

enum status storage_verify(const struct fwinfo *info, struct image_found *found)
{
    enum status status = check_header(info, found);

    if (status == STATUS_OK) {
        status = check_image();
    }
    return status == STATUS_OK ? check_checksum(info) : status;
}
