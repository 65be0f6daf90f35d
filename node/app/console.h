// SPDX-License-Identifier: Apache-2.0
// What the two halves of the console share: console.c reads lines and keeps the gate, console_commands.c executes.
#ifndef NBOTA_NODE_APP_CONSOLE_H
#define NBOTA_NODE_APP_CONSOLE_H

#include "base/span.h"

enum { CONSOLE_LINE_MAX = 300 }; // characters of a line

void console_say(const char *text);
// Executes a line of an open console and prints its result.
void console_execute(struct span line);

#endif
