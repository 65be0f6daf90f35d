// SPDX-License-Identifier: Apache-2.0
// What waits to be sent to the data server beside the data: answers to downlinks in the order of their coming, then the
// report of the last update, then the log if it was asked for. Answers are kept in RAM until the module has taken
// them, so one that has no session left goes out in the next; the report is kept until it was delivered
// (node/app/report.h).
#ifndef NBOTA_NODE_APP_OUTBOX_H
#define NBOTA_NODE_APP_OUTBOX_H

#include <stdbool.h>

#include "base/fmt.h"

enum {
    OUTBOX_ANSWERS_MAX = 16, // a downlink that wants one more is refused
};

// One more answer has room.
bool outbox_has_room(void);
// The acknowledgement of a Config list; `failed`: number of the first command that failed, 0: none did. Needs room.
void outbox_put_ack(unsigned failed);
// The node's state. Needs room.
void outbox_put_status(void);

// Begins `out` with the message whose turn it is, the same again until outbox_sent(); false when nothing waits.
// `out` is empty and has at least 220 bytes; a piece of the log takes what there is, at most 1,024.
bool outbox_next(struct fmt *out);
// The module took that message, which may not have left it yet.
void outbox_sent(void);

// The rest concerns the report, which must not be forgotten before it has arrived.
void outbox_begin(void);     // a session begins
void outbox_lost(void);      // the connection broke: what the module took may not have left it
void outbox_delivered(void); // the module has left the network behind it
#endif
