// SPDX-License-Identifier: Apache-2.0
// Reads a log: a serial console's, or what a client of the data server printed. Bounded memory for any size and content.
#ifndef NBOTA_CLI_LOG_READER_H
#define NBOTA_CLI_LOG_READER_H

#include <stdio.h>

#include "base/status.h"
#include "cli/flow.h"

enum { LOG_SAMPLE_SIZE = 61 };

// What was read and what was not. A line is one that begins with a number in an editor.
struct log_count {
    unsigned long lines;
    unsigned long read;                         // a node's console, or a node's messages
    unsigned long damaged;                      // not read, and not all of it text
    unsigned long foreign;                      // not read, text of somebody else
    unsigned long first_damaged, first_foreign; // line numbers, 0 for none
    char foreign_text[LOG_SAMPLE_SIZE];         // of first_foreign, printable
};

// Reads `in` to its end into `flow`, which was begun. STATUS_IO: reading failed, errno says why.
enum status log_read(FILE *in, struct flow *flow, struct log_count *count);

#endif
