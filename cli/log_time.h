// SPDX-License-Identifier: Apache-2.0
// The time that stands in front of a line of a log: the node's own, or that of the program which kept the log.
#ifndef NBOTA_CLI_LOG_TIME_H
#define NBOTA_CLI_LOG_TIME_H

#include <stdint.h>

enum log_clock {
    CLOCK_NONE,    // the line has no time
    CLOCK_UPTIME,  // "[14972]": ms since the node's reset
    CLOCK_SECONDS, // "    14.972  ": seconds of the log, as `nbota node run` prints them
    CLOCK_DAY,     // "23:40:12", with or without date, fraction and brackets: ms since midnight
};

struct log_time {
    enum log_clock clock;
    uint64_t ms;
};

// Reads the time that begins `line`, and the node's own behind it; the log's wins. Returns what follows them.
const char *log_time_read(const char *line, struct log_time *out);

// Where the next line begins that another one has run into: at a "[digits]" that does not begin `line`. NULL for none.
const char *log_time_next(const char *line);

enum { LOG_TIME_SIZE = 24 };

// "14.972 s", "23:40:12", "" without a time.
void log_time_format(struct log_time time, char text[LOG_TIME_SIZE]);

#endif
