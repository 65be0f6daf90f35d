// SPDX-License-Identifier: Apache-2.0
// The application: one loop that runs what core decides. Duties take turns: a data session and an update both
// want the modem, so at most one of them is under way.
#ifndef NBOTA_NODE_APP_H
#define NBOTA_NODE_APP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/fmt.h"
#include "base/status.h"
#include "wire/codes.h"
#include "wire/products.h"

// What this binary is; bound by the composition root.
struct app_identity {
    const struct product *product;
    const char *version; // running version, "v1.0.0"
};
extern const struct app_identity app_identity;

// Runs for ever. Everything below node/port is initialised before.
NO_RETURN void app_run(void);

// ---- log.c: the console as a log ----

// Prints lines: each gets the uptime in brackets in front and CR LF behind. Blocks while the line is full.
void log_lines(struct span lines);
void log_line(const char *format, ...) FORMAT_LIKE_PRINTF(1, 2);
// Prints text as it is.
void log_raw(struct span text);

// ---- values.c: settings as the store keeps them ----

enum { VALUE_SIZE = 201 };
// The value in force, its default when none was set; terminated. Returns `buffer`.
const char *value_get(uint8_t setting, char buffer[VALUE_SIZE]);
uint32_t value_number(uint8_t setting);
enum status value_set(uint8_t setting, struct span value);
// Back to the default.
enum status value_clear(uint8_t setting);
bool value_is_null(uint8_t setting);
// Takes over what the modem says it is; written once.
void value_note_imei(const char *imei);
// At start: settings of another product are dropped, AT+OTAVER after an update likewise.
void value_adopt(void);

// ---- duties ----

// A trigger from anywhere: starts at the next idle moment; while one is queued or running it changes nothing.
void ota_request(void);
bool ota_is_wanted(void);
bool ota_is_running(void);
void ota_begin(uint32_t now_ms);
// Runs the update as far as it goes without waiting; returns ms until it must be called again.
uint32_t ota_run(uint32_t now_ms);
// At start: an open download queues the update again, a finished install is reported.
void ota_adopt(void);

bool data_is_running(void);
bool data_is_due(uint32_t now_ms);
void data_request(void);
void data_begin(uint32_t now_ms);
uint32_t data_run(uint32_t now_ms);

void report_set(enum ota_code code, const char *title, const char *version);

// Reads the console line; returns ms until it must be called again.
uint32_t console_run(uint32_t now_ms);

// ---- storage.c: the download area in NOR ----

enum status storage_check(void);
enum status storage_erase(void);
enum status storage_write_piece(uint32_t index, struct span piece);
// Sets bit n of `stored` for every piece that lies in NOR with the CRC that the map notes.
enum status storage_load_map(uint8_t *stored, uint32_t piece_count, uint32_t packed_size_bytes);
// Container, image CRC and fw_checksum over what lies in NOR; `size_bytes` and `crc` of the image.
enum status storage_verify(uint32_t packed_size_bytes, const char *algorithm, const char *checksum,
                           uint32_t *size_bytes, uint32_t *crc);

#endif
