// SPDX-License-Identifier: Apache-2.0
// The whole test as one file to keep: it loads nothing, and it is well-formed XML too, so that tools can read it.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/accept.h"
#include "cli/message.h"

enum { LINES_SHOWN = 600 };

// By the number of the document's sections.
static const char *const chapters[] = {
    [2] = "Hardware prerequisites and identification",
    [3] = "Hardware compatibility",
    [4] = "Software requirements",
    [5] = "OTA server configuration",
    [6] = "Triggering an update",
    [7] = "Update process flow",
    [8] = "Error handling and reports",
    [9] = "Important considerations",
    [10] = "Debugging and logs",
};
enum { CHAPTERS = sizeof chapters / sizeof chapters[0] };

static const char style[] =
#include "cli/accept_style.def"
    ;

// One letter each, as classes of the style.
static const char verdict_letters[VERDICTS] = {
    [VERDICT_PASSED] = 'p',
    [VERDICT_FAILED] = 'f',
    [VERDICT_LEFT_OUT] = 'l',
    [VERDICT_BY_EYE] = 'e',
};

static void put_text(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '&':
            fputs("&amp;", out);
            break;
        default:
            fputc(*text, out);
        }
    }
}

// ---- one case ----

static void put_line(FILE *out, const struct dialogue_line *line)
{
    static const struct {
        const char *mark;
        const char *class_name;
    } kinds[] = {
        [SAID_BY_NODE] = {"  ", "n"},
        [TYPED] = {"&gt; ", "t"},
        [UPLINK] = {"\xE2\x86\x91 ", "u"},   // arrow up
        [DOWNLINK] = {"\xE2\x86\x93 ", "d"}, // arrow down
    };

    fprintf(out, "<span class=\"%s\">%s", kinds[line->kind].class_name, kinds[line->kind].mark);
    put_text(out, line->text);
    fputs("</span>\n", out);
}

static void put_dialogue(FILE *out, const struct accept *self, const struct accept_result *result)
{
    size_t count = result->end_line - result->first_line;
    size_t first = count > LINES_SHOWN ? result->end_line - LINES_SHOWN : result->first_line;

    fputs("<pre>", out);
    if (first > result->first_line) {
        fprintf(out, "<span class=\"c\">… %zu lines before</span>\n", first - result->first_line);
    }
    for (size_t i = first; i < result->end_line; i++) {
        const struct dialogue_line *line = dialogue_line(&self->dialogue, i);
        if (line != NULL) {
            put_line(out, line);
        }
    }
    fputs("</pre>", out);
}

static void put_summary(FILE *out, const struct accept *self, const struct accept_result *result)
{
    char title[ACCEPT_TEXT_SIZE];

    accept_expand(self, result->step->title, title);
    fprintf(out, "<span class=\"s\">%s</span><span class=\"w\">", result->step->text);
    put_text(out, title);
    if (result->reason[0] != '\0') {
        fputs("<span class=\"r\">", out);
        put_text(out, result->reason);
        fputs("</span>", out);
    }
    fputs("</span><span class=\"m\">", out);
    if (result->took_ms >= 100) {
        fprintf(out, "%u.%u s", (unsigned)(result->took_ms / 1000),
                (unsigned)(result->took_ms % 1000 / 100));
    }
    fprintf(out, "</span><span class=\"b\">%s</span>", accept_verdict_word(result->verdict));
}

// What went wrong is open at once.
static void put_case(FILE *out, const struct accept *self, const struct accept_result *result)
{
    char letter = verdict_letters[result->verdict];

    if (result->end_line == result->first_line) {
        fprintf(out, "<div class=\"case %c\">", letter);
        put_summary(out, self, result);
        fputs("</div>\n", out);
        return;
    }
    fprintf(out, "<details class=\"%c\"%s><summary class=\"case\">", letter,
            result->verdict == VERDICT_FAILED ? " open=\"open\"" : "");
    put_summary(out, self, result);
    fputs("</summary>", out);
    put_dialogue(out, self, result);
    fputs("</details>\n", out);
}

// Cases ran in another order than the document's: those of one section stay in theirs.
static unsigned sort(const struct accept *self, const struct accept_result *sorted[])
{
    for (unsigned i = 0; i < self->result_count; i++) {
        const struct accept_result *result = &self->results[i];
        unsigned at = i;
        while (at > 0 && strverscmp(sorted[at - 1]->step->text, result->step->text) > 0) {
            sorted[at] = sorted[at - 1];
            at--;
        }
        sorted[at] = result;
    }
    return self->result_count;
}

static void put_chapters(FILE *out, const struct accept *self)
{
    const struct accept_result *sorted[ACCEPT_CASES_MAX];
    unsigned count = sort(self, sorted);
    int chapter = 0;

    for (unsigned i = 0; i < count; i++) {
        int next = atoi(sorted[i]->step->text);
        if (next != chapter && next < CHAPTERS) {
            chapter = next;
            fprintf(out, "<h2><span>%d</span>%s</h2>\n", chapter, chapters[chapter]);
        }
        put_case(out, self, sorted[i]);
    }
}

// ---- the head ----

static void put_fact(FILE *out, const char *name, const char *value)
{
    if (value != NULL && value[0] != '\0') {
        fprintf(out, "<div><dt>%s</dt><dd>", name);
        put_text(out, value);
        fputs("</dd></div>", out);
    }
}

static void put_facts(FILE *out, const struct accept *self)
{
    char when[40];
    char firmware[3 * ACCEPT_VALUE_SIZE];
    time_t now = time(NULL);

    strftime(when, sizeof when, "%Y-%m-%d %H:%M UTC", gmtime(&now));
    snprintf(firmware, sizeof firmware, "%s %s", self->title, self->first_version);
    fputs("<dl>", out);
    put_fact(out, "Firmware", firmware);
    put_fact(out, "IMEI", self->imei);
    put_fact(out, "Serial number", self->serial);
    put_fact(out, "SPI flash", self->has_flash ? "yes" : "no");
    put_fact(out, "Console", self->port);
    put_fact(out, "Tested", when);
    fputs("</dl>\n", out);
}

static const char *verdict_of_all(const struct accept *self)
{
    if (accept_count(self, VERDICT_FAILED) > 0) {
        return "Failed";
    }
    return accept_is_good(self) ? "Passed" : "Not complete";
}

static void put_head(FILE *out, const struct accept *self)
{
    const char *name = self->product != NULL ? self->product->name : self->title;

    fputs("<header><p class=\"k\">Acceptance test · OTA firmware update</p><h1>", out);
    put_text(out, name);
    fprintf(out, "<span class=\"v %c\">%s</span></h1>\n", accept_is_good(self) ? 'p' : 'f',
            verdict_of_all(self));
    put_facts(out, self);
    fputs("<ul>", out);
    for (unsigned i = 0; i < VERDICTS; i++) {
        unsigned count = accept_count(self, (enum accept_verdict)i);
        fprintf(out, "<li class=\"%c%s\"><b>%u</b>%s</li>", verdict_letters[i],
                count == 0 ? " z" : "", count, accept_verdict_word((enum accept_verdict)i));
    }
    fputs("</ul></header>\n", out);
}

static void put_page(FILE *out, const struct accept *self)
{
    fputs("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>",
          out);
    put_text(out, self->title);
    fprintf(out, ": %s</title>\n<style>%s</style></head>\n<body>\n", verdict_of_all(self), style);
    put_head(out, self);
    fputs("<main>\n", out);
    put_chapters(out, self);
    fputs("</main>\n<footer>Sections are those of the vendor's document. In the logs: "
          "<i>&gt;</i> typed, <i>↑</i> arrived at the data server, <i>↓</i> sent from there; all "
          "else was printed on the console. Made by nbota accept.</footer>\n</body></html>\n",
          out);
}

enum status accept_write_html(const struct accept *self, const char *path)
{
    FILE *out = fopen(path, "w");

    if (out == NULL) {
        message_error("cannot write '%s': %s", path, strerror(errno));
        return STATUS_IO;
    }
    put_page(out, self);
    if (fclose(out) != 0) {
        message_error("cannot write '%s': %s", path, strerror(errno));
        return STATUS_IO;
    }
    message_note("'%s' has the whole table, with the log of each case", path);
    return STATUS_OK;
}
