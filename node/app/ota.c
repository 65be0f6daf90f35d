// SPDX-License-Identifier: Apache-2.0
// Carries out what the session decides: modem requests, NOR work, records. Its outcome is the next event.
#include "base/crc32.h"
#include "node/app/app.h"
#include "node/core/session.h"
#include "node/core/settings.h"
#include "node/port/clock.h"
#include "node/port/modem.h"
#include "node/port/nor.h"
#include "node/port/power.h"
#include "node/store/record.h"
#include "wire/image.h"

enum {
    LOG_SIZE = 256,
    BOOTS_WITHOUT_PROGRESS = 3, // then an open download is given up and reported
    RESET_PAUSE_MS = 1000,      // lets the last console line out
};

static struct {
    struct session session;
    bool wanted;
    bool running;
    struct session_action action;
    char host[VALUE_SIZE];
    char port[6];
    char client[VALUE_SIZE];
    char user[VALUE_SIZE];
    char password[VALUE_SIZE];
    uint32_t image_size;
    uint32_t image_crc;
} ota;

void ota_request(void)
{
    ota.wanted = true;
}

bool ota_is_wanted(void)
{
    return ota.wanted;
}

bool ota_is_running(void)
{
    return ota.running;
}

// ---- records ----

static void commit(const struct record_change *change)
{
    if (record_commit(change) != STATUS_OK) {
        log_line("EEPROM write failed");
    }
}

static void put_open_download(struct record_change *change, const struct session_target *target,
                              uint8_t boots, uint8_t told)
{
    struct download_record record = {
        .size_bytes = target->size_bytes,
        .boots = boots,
        .told = told,
    };

    memcpy(record.title, target->title, sizeof record.title);
    memcpy(record.version, target->version, sizeof record.version);
    memcpy(record.checksum, target->checksum, sizeof record.checksum);
    record_put_download(change, &record);
}

static void note_download(const struct session_target *target, uint8_t boots, uint8_t told)
{
    struct record_change change;

    record_change_init(&change);
    put_open_download(&change, target, boots, told);
    commit(&change);
}

static enum status order_install(void)
{
    struct record_change change;
    struct install_record install = {
        .state = INSTALL_ORDERED,
        .size_bytes = ota.image_size,
        .crc32 = ota.image_crc,
    };

    memcpy(install.title, ota.session.target.title, sizeof install.title);
    memcpy(install.version, ota.session.target.version, sizeof install.version);
    record_change_init(&change);
    record_put_download(&change, &(struct download_record){0});
    record_put_install(&change, &install);
    return record_commit(&change);
}

// ---- start ----

static void copy_value(uint8_t setting, char buffer[VALUE_SIZE])
{
    (void)value_get(setting, buffer);
}

static void read_config(struct session_config *config)
{
    char value[VALUE_SIZE];

    memset(config, 0, sizeof *config);
    copy_value(SETTING_OTACLT, ota.client);
    copy_value(SETTING_OTAUNAME, ota.user);
    copy_value(SETTING_OTAPWD, ota.password);
    bool has_server =
        setting_split_address(span_of_text(value_get(SETTING_OTASER, value)), ota.host, ota.port);
    config->settings_complete = has_server && !value_is_null(SETTING_OTATITLE);
    memcpy(config->title, value_get(SETTING_OTATITLE, value), sizeof config->title - 1);
    memcpy(config->version, value_get(SETTING_OTAVER, value), sizeof config->version - 1);
    const char *imei = value_get(SETTING_DEUI, value);
    config->seed = crc32_update(0, imei, strlen(imei));
}

static void read_open_download(struct session_target *open)
{
    struct download_record record;

    record_read_download(&record);
    memset(open, 0, sizeof *open);
    open->size_bytes = record.size_bytes;
    memcpy(open->title, record.title, sizeof open->title);
    memcpy(open->version, record.version, sizeof open->version);
    memcpy(open->checksum, record.checksum, sizeof open->checksum);
}

static void step(uint32_t now_ms, const struct session_event *event)
{
    char text[LOG_SIZE];
    struct fmt lines;

    fmt_init(&lines, text, sizeof text);
    ota.action = session_step(&ota.session, now_ms, event, &lines);
    log_lines(fmt_span(&lines));
}

// ---- what each action does: at once (its outcome is known), or with the modem ----

static const char *unless_null(const char *value)
{
    return strcmp(value, "NULL") == 0 ? NULL : value;
}

static void end_update(void)
{
    enum ota_code code = ota.action.code;

    nor_sleep();
    ota.running = false;
    if (code == OTA_SUCCESS) {
        log_line("reset");
        clock_wait_us(RESET_PAUSE_MS * 1000U);
        power_reset();
    }
    if (ota.session.open.size_bytes != 0 && code == OTA_CHECKSUM &&
        ota.session.state == STATE_IDLE && ota.image_size != 0) {
        ota.session.open.size_bytes = 0; // complete, and wrong as a whole: nothing of it is of use
    }
    note_download(&ota.session.open, 0, 1);
    report_set(code, "", "");
    data_request();
}

static enum session_event_kind store_piece(void)
{
    if (storage_write_piece(ota.session.index, ota.session.piece) != STATUS_OK) {
        return SESSION_FAILED;
    }
    return SESSION_OK;
}

static enum session_event_kind erase(void)
{
    note_download(&ota.session.target, 0, 0);
    return storage_erase() == STATUS_OK ? SESSION_OK : SESSION_FAILED;
}

static enum session_event_kind load_map(void)
{
    uint32_t size = ota.session.target.size_bytes;
    uint32_t pieces = (size + WIRE_CHUNK_SIZE - 1) / WIRE_CHUNK_SIZE;

    return storage_load_map(ota.session.stored, pieces, size) == STATUS_OK ? SESSION_OK
                                                                           : SESSION_FAILED;
}

static enum session_event_kind verify(void)
{
    return storage_verify(ota.session.target.size_bytes, ota.session.info.algorithm,
                          ota.session.info.checksum, &ota.image_size, &ota.image_crc) == STATUS_OK
               ? SESSION_OK
               : SESSION_FAILED;
}

// Starts the present action. True when its outcome is known already and stands in `outcome`.
static bool start_action(enum session_event_kind *outcome)
{
    struct session *session = &ota.session;

    *outcome = SESSION_OK;
    switch (ota.action.kind) {
    case SESSION_CHECK_STORAGE:
        *outcome = storage_check() == STATUS_OK ? SESSION_OK : SESSION_FAILED;
        return true;
    case SESSION_WAKE:
        modem_wake();
        return false;
    case SESSION_OPEN:
        modem_open(ota.host, ota.port);
        return false;
    case SESSION_CONNECT:
        modem_connect(ota.client, unless_null(ota.user), unless_null(ota.password));
        return false;
    case SESSION_SUBSCRIBE:
        modem_subscribe(session->topic, 0);
        return false;
    case SESSION_PUBLISH:
        modem_publish(session->topic, span_of_text(session->text), 0);
        return false;
    case SESSION_DISCONNECT:
        modem_disconnect();
        return false;
    case SESSION_ERASE:
        *outcome = erase();
        return true;
    case SESSION_LOAD_MAP:
        *outcome = load_map();
        return true;
    case SESSION_STORE_PIECE:
        *outcome = store_piece();
        return true;
    case SESSION_VERIFY:
        *outcome = verify();
        return true;
    case SESSION_ORDER_INSTALL:
        *outcome = order_install() == STATUS_OK ? SESSION_OK : SESSION_FAILED;
        return true;
    case SESSION_WAIT:
    case SESSION_END:
    default:
        return false;
    }
}

// ---- the duty ----

void ota_begin(uint32_t now_ms)
{
    struct session_config config;
    struct session_target open;

    read_config(&config);
    read_open_download(&open);
    session_init(&ota.session, &config, &open);
    ota.wanted = false;
    ota.running = true;
    ota.image_size = 0;
    step(now_ms, &(struct session_event){.kind = SESSION_START});
}

static enum session_event_kind outcome_of(enum modem_event_kind kind)
{
    switch (kind) {
    case MODEM_DONE:
        return SESSION_OK;
    case MODEM_REFUSED:
        return SESSION_REFUSED;
    case MODEM_MESSAGE:
        return SESSION_MESSAGE;
    case MODEM_LOST:
        return SESSION_LOST;
    case MODEM_FAILED:
    case MODEM_NOTHING:
    default:
        return SESSION_FAILED;
    }
}

// Feeds one modem event or a passed deadline into the session. False when there is nothing to feed.
static bool feed(uint32_t now_ms)
{
    struct modem_event event = modem_poll(now_ms);

    if (event.kind != MODEM_NOTHING) {
        if (event.kind == MODEM_DONE && ota.action.kind == SESSION_WAKE) {
            value_note_imei(modem_identity()->imei);
        }
        step(now_ms, &(struct session_event){outcome_of(event.kind), event.topic, event.payload});
        return true;
    }
    if (ota.action.kind == SESSION_WAIT && (int32_t)(now_ms - ota.action.deadline_ms) >= 0) {
        step(now_ms, &(struct session_event){.kind = SESSION_TICK});
        return true;
    }
    return false;
}

// Starts actions until one has to be waited for.
static void advance(void)
{
    enum session_event_kind outcome;

    while (ota.running && ota.action.kind != SESSION_WAIT && !modem_is_busy()) {
        if (ota.action.kind == SESSION_END) {
            end_update();
        } else if (start_action(&outcome)) {
            step(clock_now_ms(), &(struct session_event){.kind = outcome});
        } else {
            return;
        }
    }
}

uint32_t ota_run(uint32_t now_ms)
{
    uint32_t next_ms = modem_next_ms(now_ms);

    do {
        advance();
    } while (ota.running && feed(clock_now_ms()));
    if (!ota.running) {
        return 0;
    }
    if (ota.action.kind == SESSION_WAIT) {
        uint32_t left = ota.action.deadline_ms - now_ms;
        return left < next_ms ? left : next_ms;
    }
    return modem_next_ms(now_ms);
}

// ---- at start ----

static void report_install(struct install_record *install)
{
    struct record_change change;
    struct report_record report = {0};

    if (install->state == INSTALL_DONE) {
        report.code = OTA_SUCCESS;
        memcpy(report.title, install->title, sizeof report.title);
        memcpy(report.version, install->version, sizeof report.version);
        (void)value_clear(SETTING_OTAVER); // the running version counts again
    } else {
        report.code = OTA_CHECKSUM;
    }
    install->state = INSTALL_NONE;
    record_change_init(&change);
    record_put_install(&change, install);
    record_put_report(&change, &report);
    commit(&change);
}

void ota_adopt(void)
{
    struct install_record install;
    struct download_record download;

    record_read_install(&install);
    if (install.state == INSTALL_DONE || install.state == INSTALL_REFUSED) {
        report_install(&install);
    }
    record_read_download(&download);
    if (download.size_bytes == 0 || download.told != 0) {
        return;
    }
    struct session_target target;
    read_open_download(&target);
    if (download.boots >= BOOTS_WITHOUT_PROGRESS) {
        target.size_bytes = 0;
        note_download(&target, 0, 0);
        report_set(OTA_TIMEOUT, "", "");
        return;
    }
    note_download(&target, (uint8_t)(download.boots + 1), 0);
    ota_request();
}
