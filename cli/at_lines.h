// SPDX-License-Identifier: Apache-2.0
// The commands that point a node at this OTA server (docs/protocol.md, "OTA commands"), as a person types them.
#ifndef NBOTA_CLI_AT_LINES_H
#define NBOTA_CLI_AT_LINES_H

#include <stdint.h>
#include <stdio.h>

struct at_settings {
    const char *host; // name or address the node can reach, or a placeholder
    uint16_t port;
    const char *token;
    const char *title; // NULL: the node's own default stays
};

// One command a line, indented.
void at_lines_print(FILE *out, const struct at_settings *settings);

#endif
