// SPDX-License-Identifier: Apache-2.0
#include "cli/printable.h"

void printable_make(char *text)
{
    for (; *text != '\0'; text++) {
        if (*text < ' ' || *text > '~') {
            *text = '?';
        }
    }
}
