// SPDX-License-Identifier: Apache-2.0
// The records of the journal: which id holds what, in which bytes. Layouts are little-endian, drawn below; texts are
// preceded by their length byte. Both binaries read them, so a layout changes only together with FORMAT; then the security
// record of the format before is to be read as well (docs/memory.md, "Formats").
//
//   download: format u8 | boots u8 | power-ons u8 | flags u8 | size u32 | title | version | checksum   (texts)
//   install:  format u8 | state u8 | flags u8 | size u32 | crc u32 | counter u32 | revoked u32 | title | version
//   progress: format u8 | done u32
//   trial:    format u8 | boots u8 | power-ons u8 | other product u8
//   security: format u8 | counter u32 | revoked u32
//   report:   format u8 | code u8 | title | version
//   backup:   format u8 | digest 32
#ifndef NBOTA_NODE_STORE_RECORD_H
#define NBOTA_NODE_STORE_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "node/store/journal.h"

enum {
    RECORD_FORMAT = 2,
    RECORD_TEXT_MAX = 64, // title, version
    RECORD_DIGEST_SIZE = 32,
    RECORD_SETTING_FIRST = 1, // ids of settings: node/core/settings.def
    RECORD_SETTING_LAST = 63,
    RECORD_DOWNLOAD = 64,
    RECORD_INSTALL = 65,
    RECORD_REPORT = 66,
    RECORD_IMEI = 67,    // 15 digits as the modem gave them
    RECORD_PRODUCT = 68, // product id u8 whose settings these are
    RECORD_PROGRESS = 69,
    RECORD_TRIGGER = 70, // a byte: an update was asked for and waits for the next start
    RECORD_TRIAL = 71,
    RECORD_HISTORY = 72, // the first of eight: node/store/history.h
    RECORD_SECURITY = 80,
    RECORD_BACKUP = 81,
    RECORD_SECURITY_COPY =
        82, // the same once more: nothing brings it back, and one bad word takes a record
    RECORD_SETTINGS_FORMAT = 95, // format u8 of the settings; none: 1
};

// The flag that the update flow's step ⑨ clears: while it is there NOR holds an unfinished download.
struct download_record {
    uint32_t size_bytes; // of the packed file; 0 = none open
    uint8_t boots;     // since the last newly stored piece, behind a reset that is not the supply's
    uint8_t power_ons; // …and behind the supply's return
    bool told;         // its failure was reported, it waits for a trigger
    bool erased;       // the area was erased for it to the end; before that nothing in it counts
    char title[RECORD_TEXT_MAX + 1];
    char version[RECORD_TEXT_MAX + 1];
    char checksum[9];
};

enum install_state {
    INSTALL_NONE = 0,
    INSTALL_ORDERED = 1,      // the application checked the candidate and wants it
    INSTALL_COPYING = 2,      // the bootloader overwrites the application; `done` bytes are safe
    INSTALL_DONE = 3,         // copied and verified; the new application reports it
    INSTALL_REFUSED = 4,      // the candidate in NOR was not what the order says
    INSTALL_DELAYED = 5,      // as ORDERED; the last boot could not read NOR, which was reported
    INSTALL_TELL_DONE = 6,    // reported to the data server; the OTA server is to hear of it
    INSTALL_TELL_REFUSED = 7, // likewise
    INSTALL_RECEIVING = 8,    // the bootloader takes an image at the console: half an application
    INSTALL_TRIAL = 9,        // the new application runs and has not confirmed itself
    INSTALL_GIVEN_UP = 10,    // the new application asks for the old one
    INSTALL_GOING_BACK = 11,  // the bootloader overwrites it with the backup; `done` bytes are safe
    INSTALL_ROLLED_BACK = 12, // the old application and its settings are back; it reports code 8
    INSTALL_TELL_ROLLED_BACK = 13, // reported to the data server; the OTA server is to hear of it
    INSTALL_STAYED = 14,      // the trial failed, the backup is damaged: the new application stays
    INSTALL_TELL_STAYED = 15, // reported to the data server; the OTA server is to hear of it
};

struct install_record {
    enum install_state state;
    bool has_manifest;   // the image knows of trials
    bool has_backup;     // NOR holds what ran before
    uint32_t size_bytes; // of the application image
    uint32_t crc32;      // of the application image
    // What the node's security counter becomes when the image is confirmed or starts without a trial, 0 = stays; and
    // the keys that are revoked then.
    uint32_t counter;
    uint32_t revoked;
    uint32_t done_bytes;             // COPYING, GOING_BACK: copied for good; a record of its own
    char title[RECORD_TEXT_MAX + 1]; // as the server gave it
    char version[RECORD_TEXT_MAX + 1];
};

// Starts of an application on trial.
struct trial_record {
    uint8_t boots;      // behind a reset that the application may be blamed for, and the first one
    uint8_t power_ons;  // behind the supply's return
    bool other_product; // the settings of before were another product's
};

// What is refused for good. No command clears it. Kept under two ids; both only rise, so of two that differ the higher
// counter counts, and each key that either revokes.
struct security_record {
    uint32_t counter; // lowest security counter that is installed
    uint32_t revoked; // bit n: the bootloader's key n
};

// Ties the backup in NOR to this node and this install: SHA-256 of the image and of the settings behind it.
struct backup_record {
    uint8_t digest[RECORD_DIGEST_SIZE];
};

// One slot; the newest report wins.
struct report_record {
    uint8_t code; // 0 = none pending
    char title[RECORD_TEXT_MAX + 1];
    char version[RECORD_TEXT_MAX + 1];
};

// A record that is missing or of another format reads as none.
void record_read_download(struct download_record *record);
bool record_download_is_open(void);
void record_read_install(struct install_record *record);
void record_read_report(struct report_record *record);
void record_read_trial(struct trial_record *record);
void record_read_security(struct security_record *record);
// Whether both ids hold the same. If not, the application writes them anew.
bool record_security_agrees(void);
// False: there is none.
bool record_read_backup(struct backup_record *record);

// A change of several records in one commit: fill it, then commit. Each record at most once.
// The fields are private.
enum { RECORD_CHANGE_SIZE = 480, RECORD_CHANGE_ITEMS = 7 };
struct record_change {
    uint8_t bytes[RECORD_CHANGE_SIZE];
    struct journal_item items[RECORD_CHANGE_ITEMS];
    uint16_t used; // bytes
    uint8_t count;
};

void record_change_init(struct record_change *change);
void record_put_download(struct record_change *change, const struct download_record *record);
void record_put_install(struct record_change *change, const struct install_record *record);
void record_put_progress(struct record_change *change, uint32_t done_bytes);
void record_put_report(struct record_change *change, const struct report_record *record);
void record_put_trial(struct record_change *change, const struct trial_record *record);
// Two of the change's records.
void record_put_security(struct record_change *change, const struct security_record *record);
// NULL: there is none any more.
void record_put_backup(struct record_change *change, const struct backup_record *record);
// Any record, a setting too: there is none any more.
void record_drop(struct record_change *change, uint8_t id);
// Contract: the change has one record at least.
enum status record_commit(const struct record_change *change);
// Commits together with what `source` brings back (journal_restore()).
enum status record_restore(const struct record_change *change, const struct journal_source *source);

#endif
