// SPDX-License-Identifier: Apache-2.0
#include "node/core/clocklog.h"

#include "base/fmt.h"

enum { FIELDS = 4, MINUTE_S = 60, HOUR_S = 3600 };

// Cuts off the number before the next comma.
static bool take_number(struct span *rest, uint32_t *number)
{
    size_t size = 0;

    while (size < rest->size && rest->data[size] != ',') {
        size++;
    }
    bool is_number = fmt_parse_u32(span_of(rest->data, size), number);
    *rest = span_after(*rest, size < rest->size ? size + 1 : size);
    return is_number;
}

struct clocklog clocklog_read(struct span value)
{
    uint32_t fields[FIELDS];

    for (unsigned i = 0; i < FIELDS; i++) {
        if (!take_number(&value, &fields[i])) {
            return (struct clocklog){0};
        }
    }
    return (struct clocklog){
        .is_on = fields[0] == 1,
        .start_s = fields[1],
        .period_s = MINUTE_S * (fields[2] == 0 ? 1 : fields[2]),
        .rows = (uint8_t)fields[3],
    };
}

uint32_t clocklog_first_s(const struct clocklog *self, uint32_t unix_s)
{
    if (self->start_s == CLOCKLOG_FROM_NOW || unix_s == 0) {
        return self->period_s;
    }
    // A period that divides the hour has the same seconds in each; any other begins with the next start.
    uint32_t cycle_s = HOUR_S % self->period_s == 0 ? self->period_s : HOUR_S;
    return (HOUR_S + self->start_s - unix_s % HOUR_S) % cycle_s;
}
