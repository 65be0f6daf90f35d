// SPDX-License-Identifier: Apache-2.0
#include "cli/log_reader.h"

#include <string.h>

#include "cli/lines.h"
#include "cli/node_report.h"
#include "cli/printable.h"

enum { ESCAPE = 0x1b };

struct reader {
    struct flow *flow;
    struct log_count *count;
    unsigned long number; // of the line
};

// Takes the colours of a terminal out.
static void drop_escapes(char *text)
{
    char *out = text;

    for (const char *in = text; *in != '\0'; in++) {
        if (in[0] == ESCAPE && in[1] == '[') {
            in += 2 + strspn(in + 2, "0123456789;?");
            if (*in == '\0') {
                break;
            }
        } else {
            *out++ = *in;
        }
    }
    *out = '\0';
}

static bool is_text(const char *text)
{
    for (; *text != '\0'; text++) {
        if ((*text < ' ' && *text != '\t') || *text > '~') {
            return false;
        }
    }
    return true;
}

static void trim(char *text)
{
    size_t size = strlen(text);

    while (size > 0 && (text[size - 1] == ' ' || text[size - 1] == '\t')) {
        text[--size] = '\0';
    }
}

// {"IMEI":"…", "Message": "…"}, behind a topic perhaps.
static bool take_message(struct reader *self, const char *text)
{
    const char *object = strchr(text, '{');

    if (object == NULL || strstr(object, "\"IMEI\"") == NULL) {
        return false;
    }
    enum ota_code code = node_report_code(span_of_text(object));
    if (code != OTA_NONE) {
        flow_take_report(self->flow, code, self->number);
    }
    return true;
}

// Lines that have run into each other are parted where a node's time begins.
static bool take_text(struct reader *self, char *text)
{
    struct log_time outer;
    struct log_time time;
    const char *rest = log_time_read(text, &outer);
    bool is_read = rest[0] == '\0';

    time = outer;
    while (rest[0] != '\0') {
        char piece[LINES_MAX + 1];
        const char *next = log_time_next(rest);
        size_t size = next != NULL ? (size_t)(next - rest) : strlen(rest);
        memcpy(piece, rest, size);
        piece[size] = '\0';
        trim(piece);
        is_read = take_message(self, piece) || flow_take(self->flow, piece, time, self->number) ||
                  is_read;
        rest = next != NULL ? log_time_read(next, &time) : "";
        time = outer.clock == CLOCK_UPTIME || outer.clock == CLOCK_NONE ? time : outer;
    }
    return is_read;
}

static void count_unread(struct reader *self, const char *text, bool was_text)
{
    struct log_count *count = self->count;

    if (!was_text) {
        count->damaged++;
        count->first_damaged = count->first_damaged == 0 ? self->number : count->first_damaged;
        return;
    }
    count->foreign++;
    if (count->first_foreign == 0) {
        count->first_foreign = self->number;
        snprintf(count->foreign_text, sizeof count->foreign_text, "%.*s", LOG_SAMPLE_SIZE - 1,
                 text);
    }
}

static void take_line(struct reader *self, char *text)
{
    drop_escapes(text);
    trim(text);
    if (text[0] == '\0') {
        return;
    }
    bool was_text = is_text(text);
    printable_make(text);
    if (take_text(self, text)) {
        self->count->read++;
    } else {
        count_unread(self, text, was_text);
    }
}

enum status log_read(FILE *in, struct flow *flow, struct log_count *count)
{
    struct reader self = {.flow = flow, .count = count};
    struct lines lines;

    memset(count, 0, sizeof *count);
    lines_begin(&lines, in);
    while (lines_next(&lines)) {
        self.number = lines.number;
        take_line(&self, lines.text);
    }
    count->lines = lines.number;
    flow_end(flow);
    return ferror(in) ? STATUS_IO : STATUS_OK;
}
