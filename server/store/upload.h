// SPDX-License-Identifier: Apache-2.0
// The one way an image comes in: check the packed file, hash it, put it into the store, record it.
#ifndef NBOTA_SERVER_STORE_UPLOAD_H
#define NBOTA_SERVER_STORE_UPLOAD_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/fmt.h"
#include "base/span.h"
#include "base/status.h"
#include "server/db/db.h"

struct upload {
    struct span packed;    // the file as devices will get it (wire/image.h)
    const char *title;     // NULL: from the image's info block
    const char *version;   // likewise
    const char *algorithm; // "CRC32" or "SHA256"; NULL: CRC32, what the fleet's nodes get
    int64_t now_ms;
    bool overrule; // title and version given may differ from the image's own; the caller has warned
};

// Fills `image` with what was recorded. `warnings` (or NULL) as in db_image_add(); `error` one line.
// STATUS_INVALID: no packed file (the text names the first bad piece), no title or version given and none in the
// image, title or version other than in its info block (unless overruled), or not acceptable. STATUS_REFUSED: title and version exist.
// Others from store_put() and the database.
MUST_USE enum status upload_image(struct db *db, const char *data, const struct upload *upload,
                                  struct db_image *image, struct fmt *warnings, struct fmt *error);

#endif
