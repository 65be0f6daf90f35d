// SPDX-License-Identifier: Apache-2.0
// The chunk size of a request id and the bytes an index means (docs/server.md, "Chunk service", K1–K14).
#ifndef NBOTA_SERVER_GATEWAY_GRID_H
#define NBOTA_SERVER_GATEWAY_GRID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "server/db/db.h"

enum {
    GRID_SIZE_MAX = 65536,    // K7
    GRID_WHOLE_MAX = 1 << 20, // K3: the most that goes out in one answer, bytes
    GRID_SIZE_DEFAULT = 1028, // K6: what shipped nodes ask
};
#define GRID_WHOLE UINT32_MAX // struct db_grid: the view in one answer

enum size_kind { SIZE_GIVEN, SIZE_ABSENT, SIZE_GARBLED };

struct size_request {
    enum size_kind kind;
    uint32_t size; // of SIZE_GIVEN: ≥ 1; UINT32_MAX for anything beyond
};

// Reads the payload of a chunk request: a decimal, with quotes, blanks, line ends and NULs around it ignored.
// Empty, zero and negative count as absent.
struct size_request size_parse(struct span payload);

struct grid {
    uint32_t size;         // bytes of a chunk in force
    bool is_new;           // the pin's table changed and wants storing
    bool resized;          // another size than before under the same id
    bool notice_too_large; // PAYLOAD_TOO_LARGE is due, once per request id
};

// Settles the size of `request_id` for a view of `view_size` bytes and remembers it in the pin; the oldest id makes
// room for a ninth.
struct grid grid_settle(struct db_pin *pin, uint32_t request_id, struct size_request request,
                        uint32_t view_size);

// Bytes [index·size, …) of the view; empty behind its end, never empty before it.
struct span grid_slice(struct span view, uint32_t size, uint32_t index);

#endif
