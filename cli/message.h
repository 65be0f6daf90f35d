// SPDX-License-Identifier: Apache-2.0
// What the command says besides its result, all on stderr. Lower case, what first, the subject in quotes; then a hint
// that says what to do. No line ends in a full stop or holds a newline.
#ifndef NBOTA_CLI_MESSAGE_H
#define NBOTA_CLI_MESSAGE_H

#include "base/attr.h"

void message_error(const char *format, ...) FORMAT_LIKE_PRINTF(1, 2);   // nbota: cannot read 'x'
void message_warning(const char *format, ...) FORMAT_LIKE_PRINTF(1, 2); // warning: …
void message_note(const char *format, ...) FORMAT_LIKE_PRINTF(1, 2);    // note: …
void message_hint(const char *format, ...) FORMAT_LIKE_PRINTF(1, 2);    // hint: …

#endif
