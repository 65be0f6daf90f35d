// SPDX-License-Identifier: Apache-2.0
// nbota image: the group, and opening a file with its explanation.
#include "cli/image_commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/message.h"

static const struct cli_command *const commands[] = {
    &cli_image_pack, &cli_image_sign, &cli_image_inspect, &cli_image_verify, NULL,
};

const struct cli_command cli_image = {
    .name = "image",
    .summary = "pack, sign, inspect and verify firmware images",
    .help = "usage: nbota image COMMAND …\n"
            "\n"
            "A node is served a packed image: a header page and the image, cut in pieces of\n"
            "1024 bytes, each with its CRC32. These commands make one and explain any.\n"
            "\n"
            "example: nbota image inspect vendor.bin\n",
    .commands = commands,
};

enum status image_file_open(struct image_file *self, const char *path)
{
    enum status status = file_read(path, IMAGE_FILE_MAX, &self->file);

    if (status != STATUS_OK) {
        return status;
    }
    self->anatomy = malloc(sizeof *self->anatomy);
    if (self->anatomy == NULL) {
        message_error("cannot read '%s': out of memory", path);
        file_free(&self->file);
        return STATUS_IO;
    }
    anatomy_read(self->anatomy, span_of(self->file.data, self->file.size));
    return STATUS_OK;
}

void image_file_close(struct image_file *self)
{
    free(self->anatomy);
    file_free(&self->file);
}

char *image_packed_name(const char *in)
{
    size_t size = strlen(in);
    size_t stem = size > 4 && strcmp(in + size - 4, ".bin") == 0 ? size - 4 : size;
    char *name = malloc(stem + sizeof ".packed.bin");

    if (name != NULL) {
        sprintf(name, "%.*s.packed.bin", (int)stem, in);
    }
    return name;
}

static void say_text(const char *path, const struct finding *finding)
{
    switch (finding->level) {
    case FINDING_NOTE:
        message_note("'%s': %s", path, finding->text);
        break;
    case FINDING_WARNING:
        message_warning("'%s': %s", path, finding->text);
        break;
    case FINDING_PROBLEM:
        message_error("'%s': %s", path, finding->text);
        break;
    }
}

void image_say_finding(const char *path, const struct finding *finding)
{
    say_text(path, finding);
    if (finding->advice[0] != '\0') {
        message_hint("%s", finding->advice);
    }
}
