// SPDX-License-Identifier: Apache-2.0
// An update that comes over the console line: a packed image as a stream of blocks. It goes straight into the slot, on
// boards with and without NOR alike: there is nowhere else on some, it also saves a node whose chip is broken, and an
// unfinished download in NOR stays what it is. Whoever sends it stands beside the node and can send it again.
//
// The checks are those of an update over the air (node/boot/verify.h): header page, manifest, signature, CRC of each
// piece, vector table, info block and hardware id before anything is erased, CRC32 and SHA-256 of the whole image before
// it may start. There is no trial: a board without NOR has no room for the old image. No password is asked, so a
// bootloader without keys takes an image from whoever is at the line.
//
// Whatever the moment a cut comes: before the first erase the journal says INSTALL_RECEIVING, and as long as it does no
// application is started and the bootloader listens for the next try.
#ifndef NBOTA_NODE_BOOT_LOCAL_UPDATE_H
#define NBOTA_NODE_BOOT_LOCAL_UPDATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "node/boot/page.h"
#include "node/boot/unpack.h"
#include "node/boot/verify.h"

enum local_verdict {
    LOCAL_MORE,      // so far so good
    LOCAL_INSTALLED, // verified, may start; what follows is ignored
    // Refused, for good; local_update_reason() says why.
    LOCAL_UNFIT, // as `why` says
    LOCAL_PLAIN,
    LOCAL_DAMAGED,
    LOCAL_MEMORY,
    LOCAL_SHORT,
};

// The caller's, zeroed to begin with; the fields are private.
struct local_update {
    struct unpack unpack;
    enum local_verdict verdict;
    enum verdict why;               // with LOCAL_UNFIT
    struct verify_subject subject;  // from the first erase on
    uint32_t size;                  // bytes of the image so far
    uint32_t words[2 * PAGE_WORDS]; // its first page, written last, and the page under way
};

// Takes what comes next. Blocks 95 ms at most for 1024 bytes; about a second more when the journal is full and for a
// signature, up to 4 s for the last block. journal_open() comes before it.
enum local_verdict local_update_take(struct local_update *self, struct span bytes);
// Nothing more will come.
enum local_verdict local_update_end(struct local_update *self);
// Why it was refused; without the letters that start a sender ('C', 'G').
const char *local_update_reason(const struct local_update *self);

#endif
