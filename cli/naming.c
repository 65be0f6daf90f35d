// SPDX-License-Identifier: Apache-2.0
#include "cli/naming.h"

#include <stdio.h>
#include <string.h>

enum { REMARK_SIZE = 160 };

static bool is_legal(const char *text)
{
    for (; *text != '\0'; text++) {
        unsigned char character = (unsigned char)*text;
        // Quote, braces and the like end a value in a node; ; and ] end a command in a JSON downlink.
        if (character <= ' ' || character >= 0x7F || strchr("{},\":;]\\", *text) != NULL) {
            return false;
        }
    }
    return true;
}

static void check_text(const char *what, const char *text, size_t size_max, naming_remark *remark,
                       void *context)
{
    char line[REMARK_SIZE];

    if (text[0] == '\0') {
        snprintf(line, sizeof line, "the %s is empty", what);
        remark(context, FINDING_PROBLEM, line, "a node answers with code 5: give it one");
    }
    if (strlen(text) > size_max) {
        snprintf(line, sizeof line, "the %s '%.70s' is longer than %zu bytes", what, text,
                 size_max);
        remark(context, FINDING_PROBLEM, line,
               "it would overrun a buffer of shipped nodes: shorten it");
    }
    if (!is_legal(text)) {
        snprintf(line, sizeof line, "the %s '%.70s' holds a character that nodes cannot read", what,
                 text);
        remark(context, FINDING_PROBLEM, line,
               "use letters, digits, - . _ only; no blank and none of { } , \" : ; ] \\");
    }
}

void naming_check(const char *title, const char *version, naming_remark *remark, void *context)
{
    char line[REMARK_SIZE];
    size_t size = strlen(version);

    check_text("title", title, NAMING_TITLE_MAX, remark, context);
    check_text("version", version, NAMING_VERSION_MAX, remark, context);
    if (size > NAMING_VERSION_SETTABLE && size <= NAMING_VERSION_MAX) {
        snprintf(line, sizeof line, "the version '%s' is longer than %d bytes", version,
                 NAMING_VERSION_SETTABLE);
        remark(context, FINDING_WARNING, line,
               "AT+OTAVER cannot be set to it by hand; shorter is safer");
    }
}
