// SPDX-License-Identifier: Apache-2.0
// The commands of the group `nbota image`, and what they share.
#ifndef NBOTA_CLI_IMAGE_COMMANDS_H
#define NBOTA_CLI_IMAGE_COMMANDS_H

#include "cli/anatomy.h"
#include "cli/command.h"
#include "cli/file.h"

extern const struct cli_command cli_image_pack;
extern const struct cli_command cli_image_inspect;
extern const struct cli_command cli_image_verify;
extern const struct cli_command cli_image_sign;

// A file of the length of the NOR is the largest that is worth a look (docs/memory.md).
enum { IMAGE_FILE_MAX = 4 * 1024 * 1024 };

struct image_file {
    struct file file;
    struct anatomy *anatomy;
};

// Reads and explains `path`. On failure stderr has said why and there is nothing to close.
enum status image_file_open(struct image_file *self, const char *path);
void image_file_close(struct image_file *self);

// "s31.bin" → "s31.packed.bin"; on the heap, NULL without memory.
char *image_packed_name(const char *in);

// Says a finding of `path` on stderr: the level decides how, the advice becomes the hint.
void image_say_finding(const char *path, const struct finding *finding);

#endif
