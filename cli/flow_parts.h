// SPDX-License-Identifier: Apache-2.0
// Between flow.c (attempts begin and end), flow_lines.c (which line goes where) and flow_trigger.c, flow_session.c,
// flow_start.c (what each line says). Nobody else includes it.
#ifndef NBOTA_CLI_FLOW_PARTS_H
#define NBOTA_CLI_FLOW_PARTS_H

#include "cli/flow.h"

struct flow_line {
    const struct console_row *row;
    const char *rest; // behind the row's text
    struct log_time time;
    unsigned long number;
};

// The attempt that goes on; NULL when none does.
struct attempt *flow_open_attempt(struct flow *self);
// The last one, also an ended one; NULL before the first.
struct attempt *flow_last_attempt(struct flow *self);
// A new one; the one that went on ends as it stands.
struct attempt *flow_begin_attempt(struct flow *self, const struct flow_line *line);
// The last attempt has ended; its outcome is set already, or is inferred.
void flow_close_attempt(struct flow *self, const struct flow_line *line);
// …with a code.
void flow_fail_attempt(struct flow *self, enum ota_code code, const struct flow_line *line);

// `text` up to its end or its last character that is no blank, cut and made printable.
void flow_copy_text(char out[ATTEMPT_TEXT_SIZE], const char *text);
// The attempt has come to the step that the line's row names.
void flow_reach(struct attempt *attempt, enum mark mark, const struct flow_line *line);

void flow_take_row(struct flow *self, const struct flow_line *line);

// One for each kind of line.
typedef void flow_taker(struct flow *self, const struct flow_line *line);
flow_taker take_downlink, take_upgrade, take_busy, take_check, take_begun, take_done, take_trouble,
    take_title, take_version, take_size, take_erase, take_resume, take_percent, take_crc,
    take_retry, take_completed, take_code, take_closed, take_boot, take_banner, take_install,
    take_image, take_reset, take_updated, take_rolled_back, take_fault;

#endif
