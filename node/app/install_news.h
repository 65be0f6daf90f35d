// SPDX-License-Identifier: Apache-2.0
// What became of the last install: the state that the bootloader left, the reports it calls for, and the end of a trial.
#ifndef NBOTA_NODE_APP_INSTALL_NEWS_H
#define NBOTA_NODE_APP_INSTALL_NEWS_H

#include <stdbool.h>

#include "base/status.h"
#include "node/store/record.h"
#include "wire/codes.h"
#include "wire/image.h"

// At start, once: reports what became of it; in the same commit an image that had no trial raises and revokes what its
// manifest asks for. With `settings_dropped` nothing is reported: the server is not known any more.
void install_adopt(bool settings_dropped);

// What is to be told to the OTA server: OTA_NONE: nothing. Fills title and version.
enum ota_code install_news(char title[WIRE_TEXT_MAX + 1], char version[WIRE_TEXT_MAX + 1]);
void install_news_told(void);

// ---- this application on trial ----

void install_note_trial(const struct trial_record *record);
// One commit: this application stays and reports success; what it was installed with is raised and revoked; the backup of
// what ran before counts no more. STATUS_IO, STATUS_TOO_BIG: nothing of it counts.
enum status install_confirm(void);
// The bootloader is to bring back what ran before.
enum status install_give_up(void);

#endif
