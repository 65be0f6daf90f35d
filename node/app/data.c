// SPDX-License-Identifier: Apache-2.0
// Carries out the data session: the uplink, the listening window, the report that waits.
#include "base/crc32.h"
#include "node/app/app.h"
#include "node/core/settings.h"
#include "node/core/uplink.h"
#include "node/port/battery.h"
#include "node/port/clock.h"
#include "node/port/modem.h"
#include "node/port/sensor.h"
#include "node/store/record.h"
#include "wire/downlink.h"
#include "wire/report.h"

enum {
    LOG_SIZE = 200,
    PAYLOAD_SIZE = 400,
};

static struct {
    struct uplink uplink;
    struct uplink_action action;
    bool running;
    bool wanted;
    bool acted;             // the present action was started
    uint32_t last_ms;       // when the last session began
    char first[VALUE_SIZE]; // texts of the request under way
    char second[VALUE_SIZE];
    char third[VALUE_SIZE];
    char payload[PAYLOAD_SIZE];
    uint8_t reported;      // code of the report under way, 0 = none
} data = {.wanted = true}; // a session follows every reset

bool data_is_running(void)
{
    return data.running;
}

bool data_is_due(uint32_t now_ms)
{
    // TDC may be 194 days; beyond 24 a 32-bit count of ms would overflow, so seconds are compared.
    return data.wanted || (now_ms - data.last_ms) / 1000 >= value_number(SETTING_TDC);
}

void data_request(void)
{
    data.wanted = true;
}

// ---- what is sent ----

static void add_sensor(struct fmt *out)
{
    struct sensor_reading reading;

    if (sht31_read(&reading) != STATUS_OK) {
        fmt_add(out, "\"temperature\":null,\"humidity\":null}");
        return;
    }
    int tenths = reading.temperature_centi / 10;
    fmt_add(out, "\"temperature\":%s%d.%d,", tenths < 0 ? "-" : "",
            (tenths < 0 ? -tenths : tenths) / 10, (tenths < 0 ? -tenths : tenths) % 10);
    fmt_add(out, "\"humidity\":%u.%u}", (unsigned)reading.humidity_centi / 100,
            (unsigned)reading.humidity_centi / 10 % 10);
}

static void build_uplink(struct fmt *out)
{
    char deui[VALUE_SIZE];
    unsigned battery_mv = battery_read_mv();

    fmt_add(out, "{\"IMEI\":\"%s\",\"IMSI\":\"%s\",\"Model\":\"%s\",\"mod\":1,",
            value_get(SETTING_DEUI, deui), modem_identity()->imsi, app_identity.product->name);
    fmt_add(out, "\"battery\":%u.%02u,\"signal\":%d,\"time\":\"1970/01/01 00:00:00\",",
            battery_mv / 1000, battery_mv / 10 % 100, modem_identity()->signal);
    fmt_add(out, "\"interrupt\":0,\"interrupt_level\":0,");
    add_sensor(out);
}

static void publish(void)
{
    modem_publish(value_get(SETTING_PUBTOPIC, data.first), span_of_text(data.payload),
                  value_number(SETTING_MQOS));
}

// False when no report waits.
static bool send_report(void)
{
    struct report_record report;
    char deui[VALUE_SIZE];
    struct fmt out;

    record_read_report(&report);
    data.reported = report.code;
    if (report.code == 0) {
        return false;
    }
    fmt_init(&out, data.payload, sizeof data.payload);
    report_build(&out, value_get(SETTING_DEUI, deui), (enum ota_code)report.code, report.title,
                 report.version);
    publish();
    return true;
}

static void clear_report(void)
{
    struct record_change change;

    record_change_init(&change);
    record_put_report(&change, &(struct report_record){0});
    (void)record_commit(&change);
    data.reported = 0;
}

// ---- what arrives ----

static void take_downlink(struct span payload)
{
    struct downlink downlink;
    size_t shown = payload.size < 64 ? payload.size : 64;

    log_line("Received downlink data:%.*s", (int)shown, (const char *)payload.data);
    downlink_decode(payload, &downlink);
    switch (downlink.kind) {
    case DOWNLINK_OTA:
        ota_request();
        break;
    case DOWNLINK_OTA_MALFORMED:
        report_set(OTA_FORMAT, "", "");
        break;
    case DOWNLINK_UNKNOWN:
    default:
        log_line("Downstream parameter error");
        break;
    }
}

// ---- the session ----

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
    struct uplink_config config = {
        .complete = setting_split_address(span_of_text(value_get(SETTING_SERVADDR, value)),
                                          data.first, data.third) &&
                    !value_is_null(SETTING_PUBTOPIC),
        .subscribes = !value_is_null(SETTING_SUBTOPIC),
        .window_ms = value_number(SETTING_RXDL),
    };
    const char *deui = value_get(SETTING_DEUI, value);
    config.seed = crc32_update(0, deui, strlen(deui));

    data.running = true;
    data.wanted = false;
    data.last_ms = now_ms;
    uplink_init(&data.uplink, &config);
    step(now_ms, UPLINK_START);
}

static const char *unless_null(const char *value)
{
    return strcmp(value, "NULL") == 0 ? NULL : value;
}

static void open_server(void)
{
    char value[VALUE_SIZE];

    (void)setting_split_address(span_of_text(value_get(SETTING_SERVADDR, value)), data.first,
                                data.second);
    modem_open(data.first, data.second);
}

static void connect_server(void)
{
    const char *client = value_get(SETTING_CLIENT, data.first);

    modem_connect(client, unless_null(value_get(SETTING_UNAME, data.second)),
                  unless_null(value_get(SETTING_PWD, data.third)));
}

static void send_data(void)
{
    struct fmt out;

    fmt_init(&out, data.payload, sizeof data.payload);
    build_uplink(&out);
    publish();
}

// Starts the present action; false when nothing was asked of the modem.
static bool start_action(uint32_t now_ms)
{
    switch (data.action.kind) {
    case UPLINK_WAKE:
        modem_wake();
        return true;
    case UPLINK_OPEN:
        open_server();
        return true;
    case UPLINK_CONNECT:
        connect_server();
        return true;
    case UPLINK_SUBSCRIBE:
        modem_subscribe(value_get(SETTING_SUBTOPIC, data.first), value_number(SETTING_MQOS));
        return true;
    case UPLINK_SEND_DATA:
        send_data();
        return true;
    case UPLINK_SEND_REPORT:
        if (!send_report()) {
            step(now_ms, UPLINK_OK);
            return false;
        }
        return true;
    case UPLINK_CLOSE:
        modem_disconnect();
        return true;
    case UPLINK_SLEEP:
        modem_sleep();
        return true;
    case UPLINK_DELIVERED:
    case UPLINK_GAVE_UP:
        data.running = false;
        return false;
    case UPLINK_LISTEN:
    case UPLINK_PAUSE:
    default:
        return false;
    }
}

static void on_done(uint32_t now_ms)
{
    if (data.action.kind == UPLINK_WAKE) {
        value_note_imei(modem_identity()->imei);
    }
    if (data.action.kind == UPLINK_SEND_REPORT && data.reported != 0) {
        clear_report();
    }
    step(now_ms, UPLINK_OK);
}

static bool feed(uint32_t now_ms)
{
    struct modem_event event = modem_poll(now_ms);

    switch (event.kind) {
    case MODEM_DONE:
        on_done(now_ms);
        return true;
    case MODEM_FAILED:
    case MODEM_REFUSED:
        step(now_ms, UPLINK_FAILED);
        return true;
    case MODEM_MESSAGE:
        take_downlink(event.payload);
        return true;
    case MODEM_LOST:
        step(now_ms, UPLINK_LOST);
        return true;
    case MODEM_NOTHING:
    default:
        break;
    }
    bool waits = data.action.kind == UPLINK_LISTEN || data.action.kind == UPLINK_PAUSE;
    if (waits && (int32_t)(now_ms - data.action.deadline_ms) >= 0) {
        step(now_ms, UPLINK_TICK);
        return true;
    }
    return false;
}

uint32_t data_run(uint32_t now_ms)
{
    do {
        while (data.running && !data.acted && !modem_is_busy()) {
            data.acted = true;
            (void)start_action(now_ms);
        }
    } while (data.running && feed(clock_now_ms()));
    if (!data.running) {
        return 0;
    }
    bool waits = data.action.kind == UPLINK_LISTEN || data.action.kind == UPLINK_PAUSE;
    uint32_t next_ms = modem_next_ms(now_ms);
    uint32_t left = data.action.deadline_ms - now_ms;
    return waits && left < next_ms ? left : next_ms;
}
