// SPDX-License-Identifier: Apache-2.0
#include "server/gateway/grid.h"

#include "base/fmt.h"

static bool is_padding(uint8_t byte)
{
    return byte == '"' || byte == '\'' || byte == ' ' || byte == '\t' || byte == '\r' ||
           byte == '\n' || byte == '\0';
}

static struct span strip(struct span text)
{
    while (text.size > 0 && is_padding(text.data[0])) {
        text = span_after(text, 1);
    }
    while (text.size > 0 && is_padding(text.data[text.size - 1])) {
        text.size--;
    }
    return text;
}

static bool all_digits(struct span text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
    }
    return text.size > 0;
}

static struct span without_zeros(struct span digits)
{
    while (digits.size > 1 && digits.data[0] == '0') {
        digits = span_after(digits, 1);
    }
    return digits;
}

struct size_request size_parse(struct span payload)
{
    struct size_request request = {.kind = SIZE_ABSENT};
    struct span text = strip(payload);
    bool negative = text.size > 0 && text.data[0] == '-';

    if (text.size == 0) {
        return request;
    }
    text = negative ? span_after(text, 1) : text;
    if (!all_digits(text)) {
        request.kind = SIZE_GARBLED;
    } else if (!negative) {
        if (!fmt_parse_u32(without_zeros(text), &request.size)) {
            request.size = UINT32_MAX; // more digits than fit: too large is what it means
        }
        request.kind = request.size == 0 ? SIZE_ABSENT : SIZE_GIVEN;
    }
    return request;
}

static struct db_grid *find(struct db_pin *pin, uint32_t request_id)
{
    for (uint32_t i = 0; i < pin->grid_count; i++) {
        if (pin->grids[i].request_id == request_id) {
            return &pin->grids[i];
        }
    }
    return NULL;
}

static void remember(struct db_pin *pin, uint32_t request_id, uint32_t size)
{
    if (pin->grid_count == DB_GRIDS_MAX) {
        pin->grid_count--;
        memmove(pin->grids, pin->grids + 1, pin->grid_count * sizeof pin->grids[0]);
    }
    pin->grids[pin->grid_count++] = (struct db_grid){request_id, size};
}

// The size to use; `known` is 0 without an earlier one.
static uint32_t decide(struct size_request request, uint32_t known, uint32_t view_size)
{
    if (request.kind == SIZE_GIVEN) {
        return request.size > GRID_SIZE_MAX ? GRID_SIZE_MAX : request.size;
    }
    if (known != 0) {
        return known;
    }
    if (request.kind == SIZE_GARBLED) {
        return GRID_SIZE_DEFAULT;
    }
    return view_size <= GRID_WHOLE_MAX ? GRID_WHOLE : GRID_SIZE_MAX;
}

struct grid grid_settle(struct db_pin *pin, uint32_t request_id, struct size_request request,
                        uint32_t view_size)
{
    struct db_grid *entry = find(pin, request_id);
    uint32_t known = entry == NULL ? 0 : entry->size;
    struct grid grid = {.size = decide(request, known, view_size)};

    grid.is_new = grid.size != known;
    grid.resized = grid.is_new && known != 0;
    grid.notice_too_large =
        grid.is_new && request.kind == SIZE_GIVEN && request.size > GRID_SIZE_MAX;
    if (entry == NULL) {
        remember(pin, request_id, grid.size);
    } else {
        entry->size = grid.size;
    }
    return grid;
}

struct span grid_slice(struct span view, uint32_t size, uint32_t index)
{
    uint64_t offset = (uint64_t)index * size;

    if (offset >= view.size) {
        return span_of(NULL, 0);
    }
    struct span rest = span_after(view, (size_t)offset);
    return span_of(rest.data, rest.size < size ? rest.size : size);
}
