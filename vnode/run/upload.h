// SPDX-License-Identifier: Apache-2.0
// A file on its way into a node, by XMODEM over the console line, in the node's time.
#ifndef NBOTA_VNODE_RUN_UPLOAD_H
#define NBOTA_VNODE_RUN_UPLOAD_H

#include "base/status.h"
#include "vnode/run/board.h"
#include "vnode/run/transcript.h"
#include "vnode/run/xmodem.h"

struct upload {
    struct xmodem_sender sender;
    uint8_t *bytes; // of the file, heap; NULL = none under way
    size_t heard;   // how much of the transcript the sender has seen
};

// Reads the file; the sender listens from now on. STATUS_NOT_FOUND, STATUS_TOO_BIG: more than 1 MB.
enum status upload_begin(struct upload *self, const char *path, const struct board *board,
                         const struct transcript *console);
// Says what was heard to the sender, types what it answers.
enum xmodem_sending upload_step(struct upload *self, struct board *board,
                                const struct transcript *console);
void upload_end(struct upload *self);

#endif
