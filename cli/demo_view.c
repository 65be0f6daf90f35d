// SPDX-License-Identifier: Apache-2.0
#include "cli/demo_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vnode/run/pace.h"
#include "wire/image.h"

// Readable on a dark and on a light background.
#define BOLD  "\033[1m"
#define GREEN "\033[32m"
#define PLAIN "\033[0m"

static bool takes_colours(void)
{
    const char *term = getenv("TERM");
    const char *refused = getenv("NO_COLOR"); // https://no-color.org

    return isatty(STDOUT_FILENO) != 0 && (refused == NULL || refused[0] == '\0') && term != NULL &&
           strcmp(term, "dumb") != 0;
}

void demo_view_begin(struct demo_view *self)
{
    *self = (struct demo_view){.has_colours = takes_colours(), .real_start_ns = pace_real_ns()};
}

double demo_view_real_s(const struct demo_view *self)
{
    return (double)(pace_real_ns() - self->real_start_ns) / 1e9;
}

static const char *paint(const struct demo_view *self, const char *colour)
{
    return self->has_colours ? colour : "";
}

void demo_view_heading(const struct demo_view *self, const char *text)
{
    printf("\n%s%s%s\n", paint(self, BOLD), text, paint(self, PLAIN));
    fflush(stdout);
}

// ---- the console ----

static void show_typed(struct demo_view *self)
{
    printf("%8.1f  > %s%s%s\n", (double)self->typed_ns / 1e9, paint(self, BOLD), self->typed,
           paint(self, PLAIN));
    if (strcmp(self->typed, "ATZ") == 0) {
        demo_view_heading(self, "Restart. The node sends a reading; the waiting trigger answers it "
                                "with F901.");
    }
    self->typed = NULL;
}

void demo_view_typed(struct demo_view *self, const char *line, uint64_t now_ns)
{
    if (self->typed != NULL) {
        show_typed(self);
    }
    self->typed = line;
    self->typed_ns = now_ns;
}

static void show_step(struct demo_view *self, unsigned step, uint64_t now_ns)
{
    self->step_ns[step] = now_ns;
    printf("%s[%2u/10] %-43s virtual %5.1f s, real %4.1f s%s\n", paint(self, BOLD), step + 1,
           demo_steps[step].title, (double)now_ns / 1e9, demo_view_real_s(self),
           paint(self, PLAIN));
}

// What the update comes to: worth finding among the rest.
static bool is_outcome(const char *line)
{
    static const char *const marks[] = {
        "Image Version: ", "Received downlink", "Inconsistent",
        "ota 100:",        "installed",         "OTA Update OK",
    };

    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (strstr(line, marks[i]) != NULL) {
            return true;
        }
    }
    return false;
}

static void show_line(struct demo_view *self, const char *line, uint64_t began_ns)
{
    const char *colour = is_outcome(line) ? GREEN : "";

    printf("%8.1f  %s%s%s\n", (double)began_ns / 1e9, paint(self, colour), line,
           paint(self, PLAIN));
}

// Lines of percentages become the bar.
static bool show_download(struct demo_view *self, const char *line, uint32_t chunks_done)
{
    if (strstr(line, "Downloading ") == NULL || self->chunks == 0) {
        return false;
    }
    if (!self->is_downloading) {
        self->is_downloading = true;
        progress_begin(&self->progress, stdout, "  chunks", self->chunks);
    }
    progress_set(&self->progress, chunks_done);
    return true;
}

static void note_size(struct demo_view *self, const char *line)
{
    static const char mark[] = "server_fw_size ";
    const char *found = strstr(line, mark);

    if (found != NULL) {
        unsigned long size = strtoul(found + strlen(mark), NULL, 10);
        self->chunks = (uint32_t)((size + WIRE_CHUNK_SIZE - 1) / WIRE_CHUNK_SIZE);
    }
}

void demo_view_line(struct demo_view *self, const char *line, uint64_t began_ns,
                    uint32_t chunks_done)
{
    bool is_step = demo_flow_take(&self->flow, line);

    if (self->typed != NULL && self->typed_ns <= began_ns) {
        show_typed(self);
    }
    note_size(self, line);
    if (is_step) {
        progress_clear(&self->progress);
        show_step(self, self->flow.next - 1, began_ns);
    }
    if (!show_download(self, line, chunks_done)) {
        progress_clear(&self->progress);
        show_line(self, line, began_ns);
    }
    fflush(stdout);
}

// ---- the data server ----

void demo_view_message(const struct demo_view *self, const char *message, bool is_report)
{
    printf("  %s%s%s%s\n", paint(self, is_report ? BOLD : ""), paint(self, is_report ? GREEN : ""),
           message, paint(self, PLAIN));
}
