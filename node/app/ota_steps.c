// SPDX-License-Identifier: Apache-2.0
#include "node/app/ota_steps.h"

#include "node/app/app.h"
#include "node/app/ota_record.h"
#include "node/app/storage.h"
#include "node/port/bootloader.h"
#include "node/port/nor.h"

enum { NOR_SIZE_BOTH = 2 * 128 * 1024 }; // download and copy of the running image

static struct image_found found; // by the last verification: what an order is about

// STATUS_CORRUPT: the chip works, but what lies there is not as it should be.
static enum session_event_kind kind_of(enum status status)
{
    if (status == STATUS_CORRUPT) {
        return SESSION_REFUSED;
    }
    return status == STATUS_OK ? SESSION_OK : SESSION_FAILED;
}

// A bootloader that knows no install order leaves a node that can download and never install.
static enum session_event_kind check_hardware(void)
{
    if (bootloader_find() == NULL) {
        log_line("The bootloader cannot install");
        return SESSION_FAILED;
    }
    enum status status = nor_open();
    if (status == STATUS_OK && nor_size_bytes() < NOR_SIZE_BOTH) {
        log_line("SPI flash of %u KB: no room for a roll-back copy",
                 (unsigned)(nor_size_bytes() / 1024));
    }
    return kind_of(status);
}

static enum session_event_kind erase(const struct session *session)
{
    enum status status = ota_record_begin(&session->target);

    if (status == STATUS_OK) {
        status = storage_erase();
    }
    if (status == STATUS_OK) {
        status = ota_record_erased(&session->target);
    }
    return kind_of(status);
}

static enum session_event_kind load_map(struct session *session)
{
    enum status status = storage_load_map(session->stored, session->target.size_bytes);

    if (status == STATUS_OK) {
        status = ota_record_resumed(&session->target);
    }
    return kind_of(status);
}

static enum session_event_kind store_piece(const struct session *session)
{
    enum status status = storage_write_piece(session->index, session->piece);

    if (status == STATUS_OK) {
        status = ota_record_progress(&session->target);
    }
    return kind_of(status);
}

bool ota_step(struct session *session, enum session_action_kind kind,
              enum session_event_kind *outcome)
{
    switch ((unsigned)kind) {
    case SESSION_CHECK_STORAGE:
        *outcome = check_hardware();
        return true;
    case SESSION_ERASE:
        *outcome = erase(session);
        return true;
    case SESSION_LOAD_MAP:
        *outcome = load_map(session);
        return true;
    case SESSION_COMPARE_PIECE:
        *outcome = kind_of(storage_compare_piece(session->index, session->piece));
        return true;
    case SESSION_STORE_PIECE:
        *outcome = store_piece(session);
        return true;
    case SESSION_VERIFY:
        *outcome = kind_of(storage_verify(&session->info, &found));
        return true;
    case SESSION_ORDER_INSTALL:
        *outcome = kind_of(ota_record_order(&session->target, found.size_bytes, found.crc32));
        return true;
    default:
        return false;
    }
}
