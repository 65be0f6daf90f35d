// SPDX-License-Identifier: Apache-2.0
// What an update leaves in the EEPROM, and in which order: the open download, the install order, the report. What became
// of an install is node/app/install_news.h's.
#ifndef NBOTA_NODE_APP_OTA_RECORD_H
#define NBOTA_NODE_APP_OTA_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "node/core/session.h"

// The download that NOR holds pieces of; size 0: none, or one whose erase was not finished.
void ota_record_read_open(struct session_target *open);

// Around the erase: before it the download is open and no order stands, after it its pieces count.
enum status ota_record_begin(const struct session_target *target);
enum status ota_record_erased(const struct session_target *target);
// The download goes on: after a reset it starts again by itself. Costs a write only when the record says otherwise.
enum status ota_record_resumed(const struct session_target *open);
// A piece was stored: the boots without progress count from zero again. Costs a write only then.
enum status ota_record_progress(const struct session_target *open);

// One commit: the download is closed, the install ordered.
enum status ota_record_order(const struct session_target *target, uint32_t image_size,
                             uint32_t image_crc32);

// One commit: the failure `code` is to be reported, the download waits for a trigger (size 0: is closed).
void ota_record_end(const struct session_target *open, enum ota_code code);

// A trigger that a reset would forget.
void ota_record_keep_trigger(void);
bool ota_record_has_trigger(void);
// True when there is one, which is dropped.
bool ota_record_take_trigger(void);

// At start, once: mends counter and revoked keys, reports what became of the last install; true when an interrupted
// download is to go on.
// With `settings_dropped` an install is not reported: its server is not known any more.
bool ota_record_adopt(bool settings_dropped);

#endif
