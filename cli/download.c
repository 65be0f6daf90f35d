// SPDX-License-Identifier: Apache-2.0
#include "cli/download.h"

#include "wire/image.h"

enum status download_read(struct download *self, struct database *database, int64_t device_id)
{
    struct db_pin pin;
    struct db_image image;
    enum status status = db_pin_get(database->db, device_id, &pin);

    if (status == STATUS_OK) {
        status = db_image_by_id(database->db, pin.image_id, &image);
    }
    if (status != STATUS_OK) {
        return status;
    }
    // Before the first chunk nobody knows the size it will have; nodes ask for a piece.
    *self = (struct download){
        .image_id = pin.image_id,
        .used_ms = pin.used_ms,
        .done = pin.done,
        .total = pin.total != 0 ? pin.total : image_piece_count((uint32_t)image.size),
    };
    return STATUS_OK;
}
