// SPDX-License-Identifier: Apache-2.0
// A node's run as a scenario says: at full speed, until its end.
#ifndef NBOTA_CLI_NODE_PLAY_H
#define NBOTA_CLI_NODE_PLAY_H

#include "cli/node_session.h"

// Powers the board on and carries out the scenario's `text`; `name` is what errors call it. Returns enum exit_code; when
// it is not EXIT_OK stderr has said why.
int node_play(struct node_session *session, const char *name, const char *text);

// Says on stderr what the firmware did wrong; returns EXIT_FAILED.
int node_play_complain(const struct node_session *session);

#endif
