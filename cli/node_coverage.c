// SPDX-License-Identifier: Apache-2.0
#include "cli/node_coverage.h"

#include <errno.h>
#include <string.h>

#include "cli/message.h"

static enum status read_before(struct coverage *coverage, const char *path)
{
    FILE *file = fopen(path, "r");

    if (file == NULL && errno == ENOENT) {
        return STATUS_OK;
    }
    if (file == NULL) {
        message_error("cannot read '%s': %s", path, strerror(errno));
        return STATUS_IO;
    }
    bool is_good = coverage_read(coverage, file);
    fclose(file);
    if (!is_good) {
        message_error("'%s' is no coverage file", path);
        message_hint("delete it, or name another file");
        return STATUS_INVALID;
    }
    return STATUS_OK;
}

enum status node_coverage_begin(struct board *board, const char *path)
{
    struct coverage *coverage = coverage_create();
    enum status status = read_before(coverage, path);

    if (status != STATUS_OK) {
        coverage_destroy(coverage);
        return status;
    }
    board_cover(board, coverage);
    return STATUS_OK;
}

enum status node_coverage_end(struct board *board, const char *path)
{
    struct coverage *coverage = board_machine(board)->cpu.coverage;
    FILE *file = fopen(path, "w");
    bool is_written = file != NULL && coverage_write(coverage, file);

    if (file != NULL && fclose(file) != 0) {
        is_written = false;
    }
    board_cover(board, NULL);
    coverage_destroy(coverage);
    if (!is_written) {
        message_error("cannot write '%s': %s", path, strerror(errno));
        return STATUS_IO;
    }
    return STATUS_OK;
}
