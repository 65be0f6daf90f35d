// SPDX-License-Identifier: Apache-2.0
// 32 characters, 5 bits each: no i, l, o, u, which are read or typed wrongly (Crockford's base 32).
#include "cli/token.h"

#include <string.h>
#include <sys/random.h>

bool token_make(char token[TOKEN_SIZE + 1])
{
    static const char letters[] = "0123456789abcdefghjkmnpqrstvwxyz";
    unsigned char random[TOKEN_SIZE];

    _Static_assert(sizeof letters == 32 + 1, "5 bits choose a letter");
    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random) {
        return false;
    }
    for (int i = 0; i < TOKEN_SIZE; i++) {
        token[i] = letters[random[i] % 32];
    }
    token[TOKEN_SIZE] = '\0';
    return true;
}

const char *token_fault(const char *token)
{
    if (strlen(token) > TOKEN_TYPED_MAX) {
        return "AT+OTACLT takes at most 44 characters";
    }
    if (strpbrk(token, ";]\"\\") != NULL) {
        return "a node's settings cannot hold ; ] \" or \\";
    }
    if (strcmp(token, "NULL") == 0) {
        return "NULL means 'not set' to a node";
    }
    return NULL;
}
