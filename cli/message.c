// SPDX-License-Identifier: Apache-2.0
#include "cli/message.h"

#include <stdarg.h>
#include <stdio.h>

FORMAT_LIKE_PRINTF(2, 0)
static void say(const char *prefix, const char *format, va_list arguments)
{
    fflush(stdout); // keeps the order when both go to one place
    fprintf(stderr, "%s: ", prefix);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
}

void message_error(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    say("nbota", format, arguments);
    va_end(arguments);
}

void message_warning(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    say("warning", format, arguments);
    va_end(arguments);
}

void message_note(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    say("note", format, arguments);
    va_end(arguments);
}

void message_hint(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    say("hint", format, arguments);
    va_end(arguments);
}
