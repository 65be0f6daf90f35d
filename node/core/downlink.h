// SPDX-License-Identifier: Apache-2.0
// JSON downlinks: what they are, and the commands of a Config list one after the other. A list is looked at as a whole
// before its first command runs, so that one that cannot be right changes nothing. It executes nothing itself.
// docs/protocol.md, "Downlinks".
#ifndef NBOTA_NODE_CORE_DOWNLINK_H
#define NBOTA_NODE_CORE_DOWNLINK_H

#include <stdbool.h>

#include "base/fmt.h"
#include "base/span.h"

enum {
    CONFIG_COMMANDS_MAX = 32, // in one list
    CONFIG_COMMAND_MAX = 220, // bytes of one command, its escapes decoded
};

enum config_verdict {
    CONFIG_NONE,    // no Config downlink
    CONFIG_ENDLESS, // it has no `]`
    CONFIG_BAD,     // `bad` cannot be a command, or there are too many: nothing must run
    CONFIG_GOOD,
};

struct config {
    struct span list; // between `[` and the first `]`, inside the payload
    unsigned bad;     // CONFIG_BAD: number of the command, from 1
    bool upgrades;    // not CONFIG_NONE: AT+UPGRADE stands somewhere in the payload
};

// Recognises a Config downlink; takes any bytes. CONFIG_BAD is also a list whose first `]` stands before an AT+UPGRADE:
// it was inside a value, and the update that the operator asked for would be lost.
enum config_verdict config_find(struct span payload, struct config *config);

// Reads a list. Begin: {.rest = config.list}.
struct config_reader {
    struct span rest;
    unsigned number; // of the command last read, from 1; empty ones do not count
};

// Replaces `command`, of at least CONFIG_COMMAND_MAX + 1 bytes, by the next one: blanks around it cut, \" decoded.
// False at the end. A longer one is cut and marked as overflowed.
bool config_next(struct config_reader *self, struct fmt *command);

// The command starts an update.
bool config_is_upgrade(struct span command);

// The payload is a question for the node's state.
bool downlink_asks_status(struct span payload);

#endif
