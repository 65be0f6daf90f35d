// SPDX-License-Identifier: Apache-2.0
// The four looks that anatomy_read() takes, one source file each.
#ifndef NBOTA_CLI_ANATOMY_PARTS_H
#define NBOTA_CLI_ANATOMY_PARTS_H

#include "cli/anatomy.h"

// Whether the file is something else that people confuse with an image (empty, ELF, Intel HEX, pieces without a
// header page, …); then it has its finding.
bool anatomy_is_foreign(struct anatomy *self);
// Header page and pieces; unpacks the image.
void anatomy_read_container(struct anatomy *self);
// Vector table, size and info block of `image`.
void anatomy_read_image(struct anatomy *self);
// Manifest, and whether it is of `image`.
void anatomy_read_manifest(struct anatomy *self);

#endif
