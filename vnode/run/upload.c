// SPDX-License-Identifier: Apache-2.0
#include "vnode/run/upload.h"

#include <stdio.h>
#include <stdlib.h>

enum { FILE_MAX = 1 << 20, NS_IN_MS = 1000000 };

static uint64_t now_ms(const struct board *board)
{
    return board_now_ns(board) / NS_IN_MS;
}

static enum status read_file(const char *path, uint8_t **bytes, size_t *size)
{
    FILE *file = fopen(path, "rb");
    enum status status = STATUS_TOO_BIG;

    if (file == NULL) {
        return STATUS_NOT_FOUND;
    }
    *bytes = malloc(FILE_MAX);
    if (*bytes != NULL) {
        *size = fread(*bytes, 1, FILE_MAX, file);
        status = *size < FILE_MAX ? STATUS_OK : STATUS_TOO_BIG;
    }
    fclose(file);
    return status;
}

enum status upload_begin(struct upload *self, const char *path, const struct board *board,
                         const struct transcript *console)
{
    size_t size = 0;
    enum status status = read_file(path, &self->bytes, &size);

    if (status != STATUS_OK) {
        upload_end(self);
        return status;
    }
    self->heard = console->size;
    xmodem_sender_init(&self->sender, span_of(self->bytes, size), now_ms(board));
    return STATUS_OK;
}

enum xmodem_sending upload_step(struct upload *self, struct board *board,
                                const struct transcript *console)
{
    struct span answer = xmodem_sender_wait(&self->sender, now_ms(board));

    while (answer.size == 0 && self->heard < console->size) {
        uint8_t byte = (uint8_t)console->text[self->heard++];
        answer = xmodem_sender_take(&self->sender, now_ms(board), byte);
    }
    (void)board_type(board, answer.data, answer.size); // what does not fit is missed and sent again
    return self->sender.state;
}

void upload_end(struct upload *self)
{
    free(self->bytes);
    self->bytes = NULL;
}
