// SPDX-License-Identifier: Apache-2.0
// The duty of an update: carries out what the session decides, and feeds the outcome back as the next event. What needs
// no waiting stands in ota_steps.c.
#include "base/contract.h"
#include "base/crc32.h"
#include "node/app/app.h"
#include "node/app/endpoint.h"
#include "node/app/install_news.h"
#include "node/app/network.h"
#include "node/app/ota_record.h"
#include "node/app/ota_steps.h"
#include "node/app/seconds.h"
#include "node/app/trial.h"
#include "node/core/session.h"
#include "node/core/settings.h"
#include "node/port/clock.h"
#include "node/port/modem.h"
#include "node/port/nor.h"
#include "node/port/power.h"

enum { LOG_SIZE = 320 }; // the longest step: what the server offers, five lines

static struct {
    struct session session;
    struct session_action action;
    bool wanted;  // a trigger waits for the next idle moment
    bool running; // an update or an announcement
    bool tells;   // it is an announcement
    bool has_news;
    bool has_ended;   // an attempt since the reset,
    uint32_t ended_s; // …then
} ota;

// What comes while an update runs has its update already. A trial may end with a reset at any moment, and nobody would
// trigger again.
void ota_request(void)
{
    if (ota.wanted || (ota.running && !ota.tells)) {
        return;
    }
    ota.wanted = true;
    if (trial_is_on()) {
        ota_record_keep_trigger();
    }
}

bool ota_may_repeat(uint32_t now_ms)
{
    return !ota.has_ended || seconds_since_reset(now_ms) - ota.ended_s >= value_number(SETTING_TDC);
}

bool ota_is_wanted(void)
{
    return ota.wanted;
}

bool ota_is_running(void)
{
    return ota.running;
}

bool ota_has_news(void)
{
    return ota.has_news;
}

static void step(uint32_t now_ms, const struct session_event *event)
{
    char text[LOG_SIZE];
    struct fmt lines;

    fmt_init(&lines, text, sizeof text);
    ota.action = session_step(&ota.session, now_ms, event, &lines);
    log_lines(fmt_span(&lines));
}

// ---- start and end ----

static void copy_setting(uint8_t setting, char *to, size_t capacity)
{
    char value[VALUE_SIZE];
    struct fmt out;

    fmt_init(&out, to, capacity);
    fmt_add(&out, "%s", value_get(setting, value));
}

static void read_config(struct session_config *config)
{
    char value[VALUE_SIZE];
    const char *imei = value_get(SETTING_DEUI, value);

    *config = (struct session_config){.seed = crc32_update(0, imei, strlen(imei)),
                                      .hardware_id = app_identity.product->hardware_id};
    config->settings_complete = endpoint_take_ota() && !value_is_null(SETTING_OTATITLE);
    copy_setting(SETTING_OTATITLE, config->title, sizeof config->title);
    copy_setting(SETTING_OTAVER, config->version, sizeof config->version);
}

static void begin(uint32_t now_ms, const struct session_config *config)
{
    struct session_target open;

    ota_record_read_open(&open);
    session_init(&ota.session, config, &open);
    ota.running = true;
    ota.tells = config->announce != OTA_NONE;
    step(now_ms, &(struct session_event){.kind = SESSION_START});
}

void ota_begin(uint32_t now_ms)
{
    struct session_config config;

    ota.wanted = false;
    (void)ota_record_take_trigger();
    read_config(&config);
    begin(now_ms, &config);
}

void ota_begin_news(uint32_t now_ms)
{
    struct session_config config;

    read_config(&config);
    config.announce = install_news(config.title, config.version);
    if (config.announce == OTA_NONE) {
        ota.has_news = false;
    } else {
        begin(now_ms, &config);
    }
}

static void end(void)
{
    enum ota_code code = ota.action.code;

    nor_sleep();
    ota.running = false;
    if (code == OTA_SUCCESS) {
        log_flush();
        power_reset();
    }
    if (ota.tells) { // heard or not: it was tried
        ota.has_news = false;
        install_news_told();
        return;
    }
    ota.has_ended = true;
    ota.ended_s = seconds_since_reset(clock_now_ms());
    ota_record_end(&ota.session.open, code);
    data_request();
}

// ---- what the modem is asked for ----

static void ask_modem(enum session_action_kind kind)
{
    const struct session *session = &ota.session;

    switch ((unsigned)kind) {
    case SESSION_WAKE:
        network_wake();
        break;
    case SESSION_OPEN:
        endpoint_open();
        break;
    case SESSION_CONNECT:
        endpoint_connect();
        break;
    case SESSION_SUBSCRIBE:
        modem_subscribe(session->topic, 0);
        break;
    case SESSION_PUBLISH:
        modem_expect(session_answer_size(session));
        modem_publish(session->topic, span_of_text(session->text), 0);
        break;
    case SESSION_DISCONNECT:
        modem_disconnect();
        break;
    case SESSION_SLEEP:
        modem_sleep();
        break;
    default:
        CONTRACT_BROKEN("no action of the modem");
    }
}

// ---- the duty ----

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
    case MODEM_TEXT:
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
            end();
        } else if (ota_step(&ota.session, ota.action.kind, &outcome)) {
            step(clock_now_ms(), &(struct session_event){.kind = outcome});
        } else {
            ask_modem(ota.action.kind);
        }
    }
}

uint32_t ota_run(uint32_t now_ms)
{
    do {
        advance();
        now_ms = clock_now_ms();
    } while (ota.running && feed(now_ms));
    if (!ota.running) {
        return 0;
    }
    uint32_t next_ms = modem_next_ms(now_ms);
    uint32_t left_ms =
        ota.action.kind == SESSION_WAIT ? ota.action.deadline_ms - now_ms : UINT32_MAX;
    return left_ms < next_ms ? left_ms : next_ms;
}

void ota_keep(void)
{
    if (ota.wanted) {
        ota_record_keep_trigger();
    }
}

void ota_adopt(bool settings_dropped)
{
    ota.wanted = trial_is_on() ? ota_record_has_trigger() : ota_record_take_trigger();
    ota.wanted = ota_record_adopt(settings_dropped) || ota.wanted;
    ota.has_news = true; // whether there is any is read when its turn comes
}
