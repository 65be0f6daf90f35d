// SPDX-License-Identifier: Apache-2.0
// The kept log (node/app/log_ring.h) as messages to the data server, in pieces.
#ifndef NBOTA_NODE_APP_LOG_UPLINK_H
#define NBOTA_NODE_APP_LOG_UPLINK_H

#include <stdbool.h>

#include "base/fmt.h"

// Appends the piece whose turn it is, the same until log_uplink_sent(); false when no log is wanted. What was logged
// when the first piece was made is sent; a log that is empty then is one empty piece. When a session breaks off, the
// next one goes on with the piece that is due.
bool log_uplink_next(struct fmt *out);
// The module took the piece.
void log_uplink_sent(void);

#endif
