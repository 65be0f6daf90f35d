// SPDX-License-Identifier: Apache-2.0
// A run with a debugger beside it (`nbota node run --gdb`), or without one.
#ifndef NBOTA_CLI_NODE_DEBUG_H
#define NBOTA_CLI_NODE_DEBUG_H

#include "cli/node_session.h"

// Opens the door for a debugger and says how to come in; node_session_close() closes it. STATUS_IO: stderr has said why.
enum status node_debug_open(struct node_session *session, uint32_t port);

// As board_run(), but does not pass time while a debugger looks at the node. False when the debugger killed it.
bool node_debug_run(struct node_session *session, uint64_t until_ns, enum board_outcome *outcome);

#endif
