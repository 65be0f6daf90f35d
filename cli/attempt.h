// SPDX-License-Identifier: Apache-2.0
// One try to update a node, as far as a log shows it: the ten steps, what went wrong, what came of it. An attempt goes on
// over the node's own retries, and over resets as long as its download can be resumed.
#ifndef NBOTA_CLI_ATTEMPT_H
#define NBOTA_CLI_ATTEMPT_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/console_line.h"
#include "cli/log_time.h"
#include "wire/codes.h"

enum mark {
    MARK_NOT_REACHED,
    MARK_IMPLIED, // no line of it in the log; a later step shows that it was passed
    MARK_BEGUN,   // and its end is not in the log
    MARK_DONE,
    MARK_SKIPPED, // a resumed download needs no erase
    MARK_FAILED,
};

enum outcome {
    OUTCOME_OPEN,        // the log ends before it does
    OUTCOME_INTERRUPTED, // a reset came, and it did not go on
    OUTCOME_FAILED,      // with `code`
    OUTCOME_DOWNLOADED,  // ordered; the start of the new firmware is not in the log
    OUTCOME_UPDATED,
};

enum trigger {
    TRIGGER_UNSEEN,
    TRIGGER_DOWNLINK, // F901
    TRIGGER_CONFIG,   // a JSON downlink with AT+UPGRADE
    TRIGGER_CONSOLE,  // AT+UPGRADE
};

enum delivery {
    DELIVERY_UNSEEN,
    DELIVERY_SENT, // the data session after it went well
    DELIVERY_FAILED,
};

enum {
    ATTEMPT_TEXT_SIZE = 65, // title and version as long as a server may give them
    ATTEMPT_CHUNK_SIZE = 1028,
    ATTEMPT_SIGNAL_UNKNOWN = 99,
};

struct attempt {
    unsigned long number; // in the log, from 1
    unsigned long first_line, last_line;
    enum outcome outcome;
    enum ota_code code;   // with OUTCOME_FAILED and OUTCOME_UPDATED
    bool is_code_printed; // shipped nodes print none: it is inferred then
    enum step failed;     // with OUTCOME_FAILED, else STEP_NONE
    enum trouble trouble; // the last one that nothing has mended

    enum mark marks[STEP_COUNT];
    struct log_time times[STEP_COUNT]; // of the first line of each

    enum trigger trigger;
    bool was_busy;      // the node had to become idle first
    bool has_check;     // "FW check" was seen
    enum step expected; // where the present session stands
    char title[ATTEMPT_TEXT_SIZE],
        version[ATTEMPT_TEXT_SIZE];      // the server's; "" when not in the log
    char before[ATTEMPT_TEXT_SIZE];      // Image Version before it; "" when not in the log
    char running[ATTEMPT_TEXT_SIZE];     // Image Version at its end
    char reset_cause[ATTEMPT_TEXT_SIZE]; // of the last reset in it
    uint32_t size_bytes;                 // of the packed file; 0 when not in the log
    unsigned percent;                    // the last one printed
    unsigned long requests;              // percentages printed since `first_chunk`
    bool is_chunk_known;                 // the download's begin, or a resume, is in the log
    unsigned long first_chunk;

    unsigned long crc_errors;
    unsigned long bad_chunk;       // of the last CRC error, with is_bad_chunk_known
    unsigned long bad_chunk_tries; // CRC errors of that chunk
    bool is_bad_chunk_known;
    uint32_t crc_received, crc_computed;
    unsigned long retries; // "OTA retry" lines
    unsigned long resumes;
    unsigned long resume_chunk; // of the last one
    unsigned long resets;
    unsigned long faults; // of the firmware
    bool was_installed;   // the bootloader said so
    unsigned signal;      // the last Signal Strength before its end, 0..31; ATTEMPT_SIGNAL_UNKNOWN
    enum delivery report;
};

// Number `number` begins at `line`.
void attempt_begin(struct attempt *self, unsigned long number, unsigned long line);

// `step` has begun, or is done: earlier ones are behind it then, whatever the log shows of them.
void attempt_reach(struct attempt *self, enum step step, enum mark mark, struct log_time time);

// It ends with `code`, raised in the step that its traces name.
void attempt_fail(struct attempt *self, enum ota_code code, struct log_time time);

// The code that an attempt without a printed one ends with, by its traces; OTA_NONE when they name none.
enum ota_code attempt_infer_code(const struct attempt *self);

// Chunks of the packed file; 0 when its size is not in the log.
unsigned long attempt_chunks(const struct attempt *self);

// The chunk that was last asked for; false when the log does not say.
bool attempt_chunk(const struct attempt *self, unsigned long *index);

#endif
