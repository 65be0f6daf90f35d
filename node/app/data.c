// SPDX-License-Identifier: Apache-2.0
// Carries out the data session: the uplink, the listening window, what waits in the outbox.
#include "base/crc32.h"
#include "node/app/app.h"
#include "node/app/downlink.h"
#include "node/app/endpoint.h"
#include "node/app/outbox.h"
#include "node/app/payload.h"
#include "node/core/settings.h"
#include "node/core/uplink.h"
#include "node/port/clock.h"
#include "node/port/modem.h"

enum {
    LOG_SIZE = 200,
    PAYLOAD_SIZE = 400,
};

static struct {
    struct uplink uplink;
    struct uplink_action action;
    bool running;
    bool wanted;
    bool acted;          // the present action was started
    bool is_asleep;      // the modem was put to sleep since the reset
    uint32_t counted_ms; // seconds since the last session began, counted up to this moment
    uint32_t rest_ms;
    uint32_t waited_s;
    char payload[PAYLOAD_SIZE];
} data = {.wanted = true}; // a session follows every reset

bool data_is_running(void)
{
    return data.running;
}

// AT+TDC may be 194 days, the clock wraps after 50: so seconds are counted, at every round of the loop.
static void count_seconds(uint32_t now_ms)
{
    data.rest_ms += now_ms - data.counted_ms;
    data.counted_ms = now_ms;
    data.waited_s += data.rest_ms / 1000;
    data.rest_ms %= 1000;
}

bool data_is_due(uint32_t now_ms)
{
    count_seconds(now_ms);
    return data.wanted || data.waited_s >= value_number(SETTING_TDC);
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
    log_lines(fmt_span(&lines));
}

void data_begin(uint32_t now_ms)
{
    char value[VALUE_SIZE];
    const char *deui = value_get(SETTING_DEUI, value);
    struct uplink_config config = {.seed = crc32_update(0, deui, strlen(deui))};

    config.complete = endpoint_take_data();
    config.subscribes = endpoint_subscribes();
    config.window_ms = value_number(SETTING_RXDL);
    config.modem_sleeps = data.is_asleep;
    count_seconds(now_ms);
    data.waited_s = 0;
    data.running = true;
    data.wanted = false;
    outbox_begin();
    uplink_init(&data.uplink, &config);
    step(now_ms, UPLINK_START);
}

static void send_data(void)
{
    struct fmt out;

    fmt_init(&out, data.payload, sizeof data.payload);
    payload_build(&out);
    endpoint_publish(fmt_span(&out));
}

static void send_waiting(uint32_t now_ms)
{
    struct fmt out;

    fmt_init(&out, data.payload, sizeof data.payload);
    if (outbox_next(&out)) {
        endpoint_publish(fmt_span(&out));
    } else {
        step(now_ms, UPLINK_OK);
    }
}

static void start_action(uint32_t now_ms)
{
    switch (data.action.kind) {
    case UPLINK_WAKE:
        data.is_asleep = false;
        endpoint_wake();
        break;
    case UPLINK_OPEN:
        endpoint_open();
        break;
    case UPLINK_CONNECT:
        endpoint_connect();
        break;
    case UPLINK_SUBSCRIBE:
        endpoint_subscribe();
        break;
    case UPLINK_SEND_DATA:
        send_data();
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
    case UPLINK_GAVE_UP:
        data.running = false;
        break;
    case UPLINK_LISTEN:
    case UPLINK_PAUSE:
    default:
        break;
    }
}

static void on_done(uint32_t now_ms)
{
    if (data.action.kind == UPLINK_WAKE) {
        value_note_imei(modem_identity()->imei);
    }
    if (data.action.kind == UPLINK_SLEEP) {
        outbox_delivered();
    }
    if (data.action.kind == UPLINK_SEND_REPORT) { // again, until nothing waits
        outbox_sent();
        data.acted = false;
    } else {
        step(now_ms, UPLINK_OK);
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
        step(now_ms, UPLINK_FAILED);
        return true;
    case MODEM_MESSAGE:
        downlink_take(event->payload);
        return true;
    case MODEM_LOST:
        outbox_lost();
        step(now_ms, UPLINK_LOST);
        return true;
    case MODEM_TEXT:
    case MODEM_NOTHING:
    default:
        return false;
    }
}

static bool take_time(uint32_t now_ms)
{
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
    return left_ms < next_ms ? left_ms : next_ms;
}
