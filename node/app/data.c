// SPDX-License-Identifier: Apache-2.0
// Carries out the data session: the uplink, the listening window, what waits in the outbox.
#include "base/crc32.h"
#include "node/app/address.h"
#include "node/app/app.h"
#include "node/app/content.h"
#include "node/app/downlink.h"
#include "node/app/endpoint.h"
#include "node/app/inputs.h"
#include "node/app/network.h"
#include "node/app/outbox.h"
#include "node/app/seconds.h"
#include "node/app/trial.h"
#include "node/core/settings.h"
#include "node/core/uplink.h"
#include "node/port/clock.h"
#include "node/port/modem.h"
#include "node/store/journal.h"

enum {
    LOG_SIZE = 200,
    ANSWER_MS = 20000, // to a CoAP POST: two round trips of NB-IoT in poor coverage
};

static struct {
    struct uplink uplink;
    struct uplink_action action;
    struct protocol protocol; // of the session
    bool running;
    bool wanted;
    bool acted;            // the present action was started
    bool awaits;           // CoAP: the module took the POST, its answer is to come…
    uint32_t answer_by_ms; // …until then
    bool is_asleep;        // the modem was put to sleep since the reset
    uint32_t begun_s;      // when the last session began, since the reset
    uint32_t period_s;     // AT+TDC as it was…
    uint32_t mark;         // …at this journal_mark()
} data = {.wanted = true}; // a session follows every reset

bool data_is_running(void)
{
    return data.running;
}

static uint32_t period_s(void)
{
    if (data.mark != journal_mark()) {
        data.mark = journal_mark();
        data.period_s = value_number(SETTING_TDC);
    }
    return data.period_s;
}

bool data_is_due(uint32_t now_ms)
{
    return data.wanted || seconds_since_reset(now_ms) - data.begun_s >= period_s();
}

uint32_t data_next_ms(uint32_t now_ms)
{
    enum { SOON_S = 60 };

    if (data_is_due(now_ms)) {
        return 0;
    }
    uint32_t left_s = period_s() - (seconds_since_reset(now_ms) - data.begun_s);
    return (left_s < SOON_S ? left_s : SOON_S) * 1000 - seconds_rest_ms();
}

void data_request(void)
{
    data.wanted = true;
}

static void step(uint32_t now_ms, enum uplink_event_kind event)
{
    char text[LOG_SIZE];
    struct fmt lines;

    fmt_init(&lines, text, sizeof text);
    data.action = uplink_step(&data.uplink, now_ms, event, &lines);
    data.acted = false;
    data.awaits = false;
    log_lines(fmt_span(&lines));
}

void data_begin(uint32_t now_ms)
{
    char value[VALUE_SIZE];
    const char *deui = value_get(SETTING_DEUI, value);
    struct uplink_config config = {.seed = crc32_update(0, deui, strlen(deui))};

    data.protocol = endpoint_protocol();
    config.channel = data.protocol.channel;
    config.complete = endpoint_take_data();
    config.subscribes = endpoint_subscribes();
    config.window_ms = value_number(SETTING_RXDL);
    config.modem_sleeps = data.is_asleep;
    data.begun_s = seconds_since_reset(now_ms);
    data.running = true;
    data.wanted = false;
    content_begin(data.protocol);
    outbox_begin();
    inputs_begin_uplink();
    uplink_init(&data.uplink, &config);
    step(now_ms, UPLINK_START);
}

static void send_waiting(uint32_t now_ms)
{
    struct span message;

    if (content_waiting(&message)) {
        endpoint_send(message);
    } else {
        step(now_ms, UPLINK_NOTHING);
    }
}

static void end(enum uplink_action_kind kind)
{
    data.running = false;
    if (data.uplink.config.complete) {
        content_end(kind == UPLINK_DELIVERED);
    }
}

static void open(void)
{
    log_line(address_needs_resolving() ? "Resolving domain name..." : "No DNS resolution required");
    endpoint_open();
}

static void start_action(uint32_t now_ms)
{
    switch (data.action.kind) {
    case UPLINK_WAKE:
        data.is_asleep = false;
        trial_note_sought(now_ms);
        network_wake();
        break;
    case UPLINK_OPEN:
        open();
        break;
    case UPLINK_CONNECT:
        endpoint_connect();
        break;
    case UPLINK_SUBSCRIBE:
        endpoint_subscribe();
        break;
    case UPLINK_SEND_DATA:
        endpoint_send(content_data());
        break;
    case UPLINK_SEND_REPORT:
        send_waiting(now_ms);
        break;
    case UPLINK_CLOSE:
        modem_disconnect();
        break;
    case UPLINK_SLEEP:
        data.is_asleep = true;
        modem_sleep();
        break;
    case UPLINK_DELIVERED:
        inputs_end_uplink();
        end(UPLINK_DELIVERED);
        break;
    case UPLINK_GAVE_UP:
        end(UPLINK_GAVE_UP);
        break;
    case UPLINK_LISTEN:
    case UPLINK_GAP:
    case UPLINK_PAUSE:
    default:
        break;
    }
}

static void on_awake(uint32_t now_ms)
{
    const struct modem_identity *modem = modem_identity();

    value_note_imei(modem->imei);
    if (modem->unix_s != 0) {
        seconds_set_utc(modem->unix_s, modem->read_ms, now_ms);
    }
    log_line("The IMEI number is:%s.", modem->imei);
    log_line("The IMSI number is:%s.", modem->imsi);
    log_line("Signal Strength:%d", modem->signal);
    trial_note_attached();
    trial_run(now_ms); // a confirmation's report goes out in this session
}

// Whether more waits shows here, so that the pause between two messages is not spent behind the last one.
static enum uplink_event_kind on_sent(void)
{
    return content_sent() ? UPLINK_OK : UPLINK_LAST;
}

// Nobody confirms a POST of this kind but its answer.
static bool needs_answer(enum uplink_action_kind done)
{
    return data.protocol.channel == UPLINK_COAP && !data.awaits &&
           (done == UPLINK_SEND_DATA || done == UPLINK_SEND_REPORT);
}

static void on_done(uint32_t now_ms)
{
    enum uplink_action_kind done = data.action.kind;

    if (needs_answer(done)) {
        data.awaits = true;
        data.answer_by_ms = now_ms + ANSWER_MS;
        return;
    }
    if (done == UPLINK_SLEEP) {
        outbox_delivered();
    }
    step(now_ms, done == UPLINK_SEND_REPORT ? on_sent() : UPLINK_OK);
    if (done == UPLINK_WAKE) { // behind the line that says so
        on_awake(now_ms);
    }
}

// The name may not be known to its server, or the server gone: the next try goes to the other address.
static void on_failed(uint32_t now_ms)
{
    if (data.action.kind == UPLINK_OPEN) {
        address_change();
    }
    step(now_ms, UPLINK_FAILED);
}

// Behind a stream or a datagram the module's word stands for its arrival: a server may close as soon as it has it.
static void on_lost(uint32_t now_ms)
{
    if (data.protocol.channel == UPLINK_MQTT) {
        outbox_lost();
    }
    step(now_ms, UPLINK_LOST);
}

// CoAP answers every POST, most with nothing; what a refusal holds is for people (RFC 7252 section 5.5.2). While a message
// comes no request is under way, so the place of what is sent is free.
static void take_message(const struct modem_event *event, uint32_t now_ms)
{
    bool is_coap = data.protocol.channel == UPLINK_COAP;
    bool refuses = is_coap && event->topic.size > 0 && event->topic.data[0] >= '4';
    bool settles = data.awaits;

    if (!refuses && (event->payload.size > 0 || data.protocol.channel == UPLINK_MQTT)) {
        downlink_take(event->payload, content_buffer());
    }
    if (settles && refuses) {
        on_failed(now_ms);
    } else if (settles) {
        on_done(now_ms);
    }
}

static bool take_event(const struct modem_event *event, uint32_t now_ms)
{
    switch (event->kind) {
    case MODEM_DONE:
        on_done(now_ms);
        return true;
    case MODEM_FAILED:
    case MODEM_REFUSED:
        on_failed(now_ms);
        return true;
    case MODEM_MESSAGE:
        take_message(event, now_ms);
        return true;
    case MODEM_LOST:
        on_lost(now_ms);
        return true;
    case MODEM_TEXT:
    case MODEM_NOTHING:
    default:
        return false;
    }
}

static bool take_time(uint32_t now_ms)
{
    if (data.awaits && (int32_t)(now_ms - data.answer_by_ms) >= 0) {
        on_failed(now_ms);
        return true;
    }
    if (!data.action.has_deadline || (int32_t)(now_ms - data.action.deadline_ms) < 0) {
        return false;
    }
    modem_cancel();
    step(now_ms, UPLINK_TICK);
    return true;
}

// What has arrived comes before the next action: the close would throw it away.
static bool advance(uint32_t now_ms)
{
    struct modem_event event = modem_poll(now_ms);

    if (take_event(&event, now_ms) || take_time(now_ms)) {
        return true;
    }
    if (data.acted || modem_is_busy()) {
        return false;
    }
    data.acted = true;
    start_action(now_ms);
    return true;
}

uint32_t data_run(uint32_t now_ms)
{
    while (data.running && advance(now_ms)) {
        now_ms = clock_now_ms();
    }
    if (!data.running) {
        return 0;
    }
    uint32_t next_ms = modem_next_ms(now_ms);
    uint32_t left_ms = data.action.has_deadline ? data.action.deadline_ms - now_ms : UINT32_MAX;
    uint32_t answer_ms = data.awaits ? data.answer_by_ms - now_ms : UINT32_MAX;
    left_ms = left_ms < answer_ms ? left_ms : answer_ms;
    return left_ms < next_ms ? left_ms : next_ms;
}
