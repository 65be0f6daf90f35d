// SPDX-License-Identifier: Apache-2.0
// Access tokens: what a device shows at CONNECT, and what a person types into its console.
#ifndef NBOTA_CLI_TOKEN_H
#define NBOTA_CLI_TOKEN_H

#include <stdbool.h>

enum {
    TOKEN_SIZE = 20,      // characters of a token made here: 100 bits of chance
    TOKEN_TYPED_MAX = 44, // AT+OTACLT and AT+OTAUNAME take no more
};

// Writes a random token. False when the system gives no randomness.
bool token_make(char token[TOKEN_SIZE + 1]);

// NULL, or why a node's console cannot be given this token.
const char *token_fault(const char *token);

#endif
