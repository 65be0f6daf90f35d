// SPDX-License-Identifier: Apache-2.0
#include "cli/progress.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/contract.h"

enum { BAR_WIDTH = 30 };
#define NEVER UINT32_MAX

#define WIPE_LINE "\r\033[K"

void progress_begin(struct progress *self, FILE *out, const char *label, uint32_t total)
{
    CONTRACT(total >= 1);
    *self = (struct progress){.out = out, .total = total, .done = NEVER};
    snprintf(self->label, sizeof self->label, "%s", label);
    self->is_terminal = isatty(fileno(out)) == 1;
}

static uint32_t share_of(uint32_t done, uint32_t total, uint32_t whole)
{
    return (uint32_t)((uint64_t)done * whole / total);
}

void progress_format(const struct progress *self, uint32_t done, char *line)
{
    char bar[BAR_WIDTH + 1];
    uint32_t filled = share_of(done < self->total ? done : self->total, self->total, BAR_WIDTH);

    memset(bar, ' ', BAR_WIDTH);
    memset(bar, '#', filled);
    bar[BAR_WIDTH] = '\0';
    snprintf(line, PROGRESS_LINE_SIZE, "%s [%s] %3" PRIu32 " %%  %" PRIu32 "/%" PRIu32, self->label,
             bar, share_of(done, self->total, 100), done, self->total);
}

static void draw(struct progress *self, uint32_t done)
{
    char line[PROGRESS_LINE_SIZE];

    progress_format(self, done, line);
    fprintf(self->out, WIPE_LINE "%s%s", line, done >= self->total ? "\n" : "");
    self->is_drawn = done < self->total;
    fflush(self->out);
}

static bool is_new_tenth(const struct progress *self, uint32_t done)
{
    return self->done == NEVER || done >= self->total ||
           share_of(done, self->total, 10) != share_of(self->done, self->total, 10);
}

void progress_set(struct progress *self, uint32_t done)
{
    if (done == self->done) {
        return;
    }
    if (self->is_terminal) {
        draw(self, done);
    } else if (is_new_tenth(self, done)) {
        fprintf(self->out, "%s %" PRIu32 " %% %" PRIu32 "/%" PRIu32 "\n", self->label,
                share_of(done, self->total, 100), done, self->total);
        fflush(self->out);
    }
    self->done = done;
}

void progress_clear(struct progress *self)
{
    if (self->is_drawn) {
        fputs(WIPE_LINE, self->out);
        fflush(self->out);
        self->is_drawn = false;
        self->done = NEVER;
    }
}
