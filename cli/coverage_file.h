// SPDX-License-Identifier: Apache-2.0
// A file of branch coverage (--coverage; vnode/cpu/coverage.h): what it held before stays in it. Several processes may end
// with the same file at the same time.
#ifndef NBOTA_CLI_COVERAGE_FILE_H
#define NBOTA_CLI_COVERAGE_FILE_H

#include "base/status.h"
#include "vnode/run/board.h"

// An empty collection, to be destroyed by the caller; NULL: stderr has said why `path` cannot take it.
struct coverage *coverage_file_begin(const char *path);
// Adds `coverage` to `path`, and what `path` holds to `coverage`. STATUS_IO: stderr has said why.
enum status coverage_file_add(struct coverage *coverage, const char *path);

#endif
