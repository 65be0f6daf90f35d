// SPDX-License-Identifier: Apache-2.0
// All settings of a node as its own console prints them (AT+CFG).
#ifndef NBOTA_VNODE_PROVE_SETTINGS_H
#define NBOTA_VNODE_PROVE_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "vnode/prove/bench.h"

enum { PROVE_SETTINGS_SIZE = 4096 };

struct prove_settings {
    char text[PROVE_SETTINGS_SIZE]; // "AT+X=value" lines
};

// Asks the node, which is at rest; false when it does not answer: the bench's `error` says why.
bool prove_settings_ask(struct prove_settings *self, struct prove_bench *bench);
// The line that begins with "AT+X=", without it and its end, into `value`; false when there is none.
bool prove_settings_get(const struct prove_settings *self, const char *name, char *value,
                        size_t capacity);
// Whether each line of `self` is one of `old` or of `new`, and none is missing; AT+OTAVER, which the running image decides, is
// left out. Otherwise `wrong` holds the first line that is not.
bool prove_settings_are_of(const struct prove_settings *self, const struct prove_settings *old,
                           const struct prove_settings *new, char *wrong, size_t capacity);

// Commands at the console, one after the other, each when the one before was answered.
struct prove_commands {
    const char *script;                     // its lines "type AT+X=value", each X at most once
    uint32_t answered;                      // so many of them; the next one may have been typed
    const struct prove_settings *old, *new; // before the first of them and behind the last
};

// Lines of `script` that type a command.
uint32_t prove_settings_commands(const char *script);
// Whether each setting that was commanded and answered has its new value, and each that was not yet typed its old one.
// Otherwise `wrong` holds the first line that is not so.
bool prove_settings_follow(const struct prove_settings *self, const struct prove_commands *commands,
                           char *wrong, size_t capacity);

#endif
