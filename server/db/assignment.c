// SPDX-License-Identifier: Apache-2.0
// Which image a device is offered.
#include "server/db/statement.h"

// Shipped nodes compare title and version over the length they know (docs/server.md, "Limits of shipped nodes").
static void warn(const struct db_device *device, const struct db_image *image, struct fmt *warnings)
{
    struct span runs = span_of_text(device->version);

    if (runs.size != 0 && span_starts_with(span_of_text(image->version), runs)) {
        fmt_add(
            warnings,
            "the device runs '%s' and '%s' begins with it: a shipped node takes it for the same "
            "version and does not update\n",
            device->version, image->version);
    }
    // A node that reports its version in both fields has told no title.
    if (device->title[0] != '\0' && strcmp(device->title, device->version) != 0 &&
        strcmp(device->title, image->title) != 0) {
        fmt_add(warnings, "the device reports title '%s': it will refuse '%s' with code 1\n",
                device->title, image->title);
    }
}

enum status db_assign(struct db *self, int64_t device_id, int64_t image_id, struct fmt *warnings)
{
    struct db_device device;
    struct db_image image;
    enum status status = db_device_by_id(self, device_id, &device);

    if (status == STATUS_OK && image_id == DB_NONE) {
        return db_run(self, "DELETE FROM assignments WHERE device_id = ?", "i", device_id);
    }
    if (status == STATUS_OK) {
        status = db_image_by_id(self, image_id, &image);
    }
    if (status == STATUS_OK) {
        status = db_run(self, "INSERT OR REPLACE INTO assignments VALUES(?,?)", "ii", device_id,
                        image_id);
    }
    if (status == STATUS_OK && warnings != NULL) {
        warn(&device, &image, warnings);
    }
    return status;
}
