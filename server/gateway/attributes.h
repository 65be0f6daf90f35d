// SPDX-License-Identifier: Apache-2.0
// Attribute requests: which keys are wanted, and the answer in the order and layout that small devices can read
// (docs/server.md, "Attributes").
#ifndef NBOTA_SERVER_GATEWAY_ATTRIBUTES_H
#define NBOTA_SERVER_GATEWAY_ATTRIBUTES_H

#include "base/fmt.h"
#include "base/span.h"
#include "server/db/db.h"

// Bits of a set of keys.
enum attribute {
    ATTRIBUTE_TITLE = 1,
    ATTRIBUTE_VERSION = 2,
    ATTRIBUTE_SIZE = 4,
    ATTRIBUTE_ALGORITHM = 8,
    ATTRIBUTE_CHECKSUM = 16,
    ATTRIBUTES_ALL = 31,
};

enum {
    ATTRIBUTES_ANSWER_SIZE = 513
}; // an answer fits one message of a modem driver: 512 bytes, and the NUL

// Reads {"sharedKeys":"fw_title, fw_size"}; blanks around a key do not count, unknown keys are ignored. Neither
// sharedKeys nor clientKeys: all. Only clientKeys: none. What is no JSON object or has another type there: none,
// and *malformed is set.
unsigned attributes_wanted(struct span payload, bool *malformed);

// Appends the answer for `image` (NULL: nothing assigned); `{}` when nothing is left to say.
void attributes_answer(const struct db_image *image, unsigned wanted, struct fmt *out);
// The same as a push: a flat object, or what was deleted when `image` is NULL.
void attributes_push(const struct db_image *image, struct fmt *out);

#endif
