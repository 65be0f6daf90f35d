// SPDX-License-Identifier: Apache-2.0
// Whether what lies in NOR is what was ordered. Only what was read and does not match counts against the candidate; a
// chip that cannot be read says nothing about it.
#include "node/boot/boot.h"

#include "base/crc32.h"
#include "node/port/nor.h"
#include "node/port/watchdog.h"
#include "wire/image.h"
#include "wire/info.h"

enum { READ_SIZE = 256 };

static enum status check_header(const struct install_record *record)
{
    uint8_t bytes[WIRE_HEADER_SIZE];
    struct image_header header;
    enum status status = nor_read(0, bytes, sizeof bytes);

    if (status != STATUS_OK) {
        return status;
    }
    bool agrees = image_header_decode(span_of(bytes, sizeof bytes), &header) == STATUS_OK &&
                  header.firmware_size == record->size_bytes &&
                  header.firmware_crc32 == record->crc32;
    return agrees ? STATUS_OK : STATUS_CORRUPT;
}

static enum status check_beginning(const struct install_record *record)
{
    uint8_t bytes[INFO_END];
    size_t size = record->size_bytes < INFO_END ? record->size_bytes : INFO_END;
    enum status status = nor_read(WIRE_HEADER_PAGE_SIZE, bytes, size);

    if (status != STATUS_OK) {
        return status;
    }
    bool agrees = size >= IMAGE_VECTORS_SIZE && image_can_start(bytes) &&
                  info_allows(span_of(bytes, size), record->size_bytes, boot_hardware_id);
    return agrees ? STATUS_OK : STATUS_CORRUPT;
}

static enum status check_content(const struct install_record *record)
{
    uint8_t bytes[READ_SIZE];
    uint32_t crc = 0;

    for (uint32_t done = 0; done < record->size_bytes; done += READ_SIZE) {
        uint32_t left = record->size_bytes - done;
        uint32_t taken = left < READ_SIZE ? left : READ_SIZE;
        enum status status = nor_read(WIRE_HEADER_PAGE_SIZE + done, bytes, taken);
        if (status != STATUS_OK) {
            return status;
        }
        crc = crc32_update(crc, bytes, taken);
        watchdog_feed();
    }
    return crc == record->crc32 ? STATUS_OK : STATUS_CORRUPT;
}

enum status boot_check_candidate(const struct install_record *record)
{
    enum status status = check_header(record);

    if (status == STATUS_OK) {
        status = check_beginning(record);
    }
    return status == STATUS_OK ? check_content(record) : status;
}
