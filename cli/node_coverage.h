// SPDX-License-Identifier: Apache-2.0
// The file of a run's branch coverage (--coverage): what it held before stays in it.
#ifndef NBOTA_CLI_NODE_COVERAGE_H
#define NBOTA_CLI_NODE_COVERAGE_H

#include "base/status.h"
#include "vnode/run/board.h"

// Begins to collect on `board`, starting from what `path` holds, if it is there. Not STATUS_OK: stderr has said why, and
// there is nothing to end.
enum status node_coverage_begin(struct board *board, const char *path);
// Writes `path` and ends it. STATUS_IO: stderr has said why.
enum status node_coverage_end(struct board *board, const char *path);

#endif
