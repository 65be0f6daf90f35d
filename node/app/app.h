// SPDX-License-Identifier: Apache-2.0
// The application: one loop that runs what core decides. Duties take turns: a data session and an update both
// want the modem, so at most one of them is under way.
#ifndef NBOTA_NODE_APP_APP_H
#define NBOTA_NODE_APP_APP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/fmt.h"
#include "base/status.h"
#include "node/app/values.h"
#include "wire/products.h"

// What this binary is; bound by the composition root.
struct app_identity {
    const struct product *product;
    const char *version; // running version, "v1.0.0"
};
extern const struct app_identity app_identity;
// "nbota-<modem>-<number>", the number counts changes of the dialogue with the modem.
const char *app_stack_text(void);

// Runs for ever. Everything below node/port is initialised before.
NO_RETURN void app_run(void);

// Whether something runs that wants the modem.
bool app_has_duty(void);

// ---- log.c: the console as a log ----

// Prints lines, which are kept too (node/app/log_ring.h): each gets the uptime in brackets in front and CR LF behind.
// Blocks while the line is full.
void log_lines(struct span lines);
void log_line(const char *format, ...) FORMAT_LIKE_PRINTF(1, 2);
// Prints text as it is; it is not kept.
void log_raw(struct span text);
// Waits until everything printed has left, at most 1 s.
void log_flush(void);

// ---- duties ----

// A trigger from anywhere: starts at the next idle moment; while one is queued or an update runs it changes nothing,
// not even afterwards.
void ota_request(void);
bool ota_is_wanted(void);
// Whether a downlink may start another attempt: not within AT+TDC seconds behind the end of one since the reset. A server
// that repeats the trigger in every session, as a retained message does, would empty the battery.
bool ota_may_repeat(uint32_t now_ms);
bool ota_is_running(void); // an update, or the short session that follows an install
void ota_begin(uint32_t now_ms);
// What became of the last install may still have to be told to the OTA server, after the data server.
bool ota_has_news(void);
void ota_begin_news(uint32_t now_ms);
// Runs the session as far as it goes without waiting; returns ms until it must be called again.
uint32_t ota_run(uint32_t now_ms);
// Before a reset that the node decides on: a trigger that waits is there again behind it.
void ota_keep(void);
// At start: an open download queues the update again, a finished install is reported.
void ota_adopt(bool settings_dropped);

bool data_is_running(void);
bool data_is_due(uint32_t now_ms);
// Until the next session is due, or sooner; 0 when it is.
uint32_t data_next_ms(uint32_t now_ms);
void data_request(void);
void data_begin(uint32_t now_ms);
uint32_t data_run(uint32_t now_ms);

// Reads the console line; returns ms until it must be called again.
uint32_t console_run(uint32_t now_ms);

#endif
