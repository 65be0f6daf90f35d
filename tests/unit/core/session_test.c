// SPDX-License-Identifier: Apache-2.0
// The update as lists of events: a world of server, modem and NOR answers each action, and counts.
#include "base/endian.h"
#include "node/core/session.h"
#include "tests/fake/firmware.h"
#include "tests/host/cmocka_all.h"
#include "wire/device_api.h"
#include "wire/image.h"
#include "wire/topic.h"

enum { IMAGE_SIZE = 3000, PIECES = 7, TRACE_MAX = 32768, NEVER = 1000 };

#define ANSWER                                                                                     \
    "{\"shared\":{\"fw_title\":\"s31-nb\",\"fw_version\":\"v1.1.0\",\"fw_size\":7124,"             \
    "\"fw_checksum_algorithm\":\"CRC32\",\"fw_checksum\":\"b3ab1052\"}}"
#define CURRENT "{\"current_fw_title\": \"s31-nb\", \"current_fw_version\": \"v1.0.0\""

enum harm {
    HARM_NONE,
    HARM_CORRUPT,
    HARM_LOSE,
    HARM_EMPTY,
    HARM_SHORT,
    HARM_ERROR_TOPIC,
    HARM_CLOSE
};

static struct {
    // ---- what the world is like ----
    const char *answer; // NULL: none
    const char *error;  // text on the error topic
    enum session_event_kind storage, wake, open, connect, subscribe, publish, erase, store, verify,
        order;
    enum harm harm;
    uint32_t harmed;      // chunk
    unsigned harm_times;  // how often
    unsigned answers_due; // attribute requests until one is answered
    // ---- what it has seen ----
    unsigned wakes, opens, asks, erases, loads, orders, disconnects, sleeps;
    unsigned requests[PIECES];
    unsigned stores[PIECES];
    char trace[TRACE_MAX]; // published: topic, payload
    char console[TRACE_MAX];
    struct fmt published;
    struct fmt log;
    uint32_t now_ms;
    // ---- on its way ----
    char topic[64];
    uint8_t payload[WIRE_CHUNK_SIZE];
    size_t payload_size;
    bool pending;
    bool closing;
} world;

static struct session session;
static uint8_t image[IMAGE_SIZE];
static uint8_t page[WIRE_HEADER_PAGE_SIZE];

static struct session_config config(void)
{
    return (struct session_config){true, "s31-nb", "v1.0.0", 7, OTA_NONE, 1};
}

static int setup(void **state)
{
    (void)state;
    memset(&world, 0, sizeof world);
    fmt_init(&world.published, world.trace, sizeof world.trace);
    fmt_init(&world.log, world.console, sizeof world.console);
    world.answer = ANSWER;
    world.error = "FAILURE";
    world.storage = world.wake = world.open = world.connect = world.subscribe = world.publish =
        SESSION_OK;
    world.erase = world.store = world.verify = world.order = SESSION_OK;
    world.now_ms = UINT32_MAX - 5000; // the clock wraps on the way
    for (unsigned i = 0; i < IMAGE_SIZE; i++) {
        image[i] = (uint8_t)(7 * i + 3);
    }
    struct image_header header = image_header_of(span_of(image, IMAGE_SIZE));
    memset(page, 0, sizeof page);
    image_header_encode(&header, page);
    return 0;
}

// ---- the server ----

static void send(const char *topic, struct span payload)
{
    struct fmt out;

    fmt_init(&out, world.topic, sizeof world.topic);
    fmt_add(&out, "%s", topic);
    memcpy(world.payload, payload.data, payload.size);
    world.payload_size = payload.size;
    world.pending = true;
}

static void serve_attributes(void)
{
    world.asks++;
    if (world.answers_due > 0) {
        world.answers_due--;
    } else if (world.answer != NULL) {
        send(TOPIC_ATTRIBUTES_RESPONSE, span_of_text(world.answer));
    }
}

static void do_harm(enum harm harm)
{
    switch (harm) {
    case HARM_CORRUPT:
        world.payload[17] ^= 0x40;
        break;
    case HARM_LOSE:
        world.pending = false;
        break;
    case HARM_EMPTY:
        world.payload_size = 0;
        break;
    case HARM_SHORT:
        world.payload_size--;
        break;
    case HARM_ERROR_TOPIC:
        send(TOPIC_FIRMWARE_ERROR, span_of_text(world.error));
        break;
    case HARM_CLOSE:
        world.pending = false;
        world.closing = true;
        break;
    case HARM_NONE:
    default:
        break;
    }
}

static void serve_chunk(uint32_t index)
{
    uint8_t chunk[WIRE_CHUNK_SIZE];
    char topic[64];
    struct fmt out;

    assert_in_range(index, 0, PIECES - 1);
    assert_string_equal(session.text, "1028");
    world.requests[index]++;
    fmt_init(&out, topic, sizeof topic);
    fmt_add(&out, "v2/fw/response/1/chunk/%lu", (unsigned long)index);
    uint32_t size =
        image_pack_chunk(span_of(page, sizeof page), span_of(image, IMAGE_SIZE), index, chunk);
    send(topic, span_of(chunk, size));
    if (index == world.harmed && world.harm_times > 0) {
        world.harm_times--;
        do_harm(world.harm);
    }
}

static enum session_event_kind take_publish(void)
{
    struct api_publish publish = api_parse(span_of_text(session.topic));

    fmt_add(&world.published, "%s %s\n", session.topic, session.text);
    if (publish.kind == API_ATTRIBUTE_REQUEST) {
        serve_attributes();
    } else if (publish.kind == API_FIRMWARE_REQUEST) {
        assert_int_equal(publish.request_id, 1);
        serve_chunk(publish.index);
    }
    return world.publish;
}

static enum session_event_kind take_piece(void)
{
    world.stores[session.index]++;
    assert_int_equal(session.piece.size, image_piece_size(7124, session.index));
    return world.store;
}

// ---- the loop ----

static struct session_event wait(uint32_t deadline_ms)
{
    if (world.closing) {
        world.closing = false;
        return (struct session_event){.kind = SESSION_LOST};
    }
    if (world.pending) {
        world.pending = false;
        return (struct session_event){SESSION_MESSAGE, span_of_text(world.topic),
                                      span_of(world.payload, world.payload_size)};
    }
    world.now_ms = deadline_ms;
    return (struct session_event){.kind = SESSION_TICK};
}

static struct session_event carry_out(const struct session_action *action)
{
    switch (action->kind) {
    case SESSION_WAIT:
        return wait(action->deadline_ms);
    case SESSION_CHECK_STORAGE:
        return (struct session_event){.kind = world.storage};
    case SESSION_WAKE:
        world.wakes++;
        return (struct session_event){.kind = world.wake};
    case SESSION_OPEN:
        world.opens++;
        return (struct session_event){.kind = world.open};
    case SESSION_CONNECT:
        return (struct session_event){.kind = world.connect};
    case SESSION_SUBSCRIBE:
        fmt_add(&world.published, "subscribe %s\n", session.topic);
        return (struct session_event){.kind = world.subscribe};
    case SESSION_PUBLISH:
        return (struct session_event){.kind = take_publish()};
    case SESSION_ERASE:
        world.erases++;
        return (struct session_event){.kind = world.erase};
    case SESSION_LOAD_MAP:
        world.loads++;
        return (struct session_event){.kind = SESSION_OK};
    case SESSION_STORE_PIECE:
        return (struct session_event){.kind = take_piece()};
    case SESSION_VERIFY:
        return (struct session_event){.kind = world.verify};
    case SESSION_ORDER_INSTALL:
        world.orders++;
        return (struct session_event){.kind = world.order};
    case SESSION_DISCONNECT:
        world.disconnects++;
        world.pending = false;
        return (struct session_event){.kind = SESSION_FAILED}; // its outcome does not matter
    case SESSION_SLEEP:
        world.sleeps++;
        return (struct session_event){.kind = SESSION_FAILED};
    case SESSION_END:
    default:
        return (struct session_event){.kind = SESSION_START};
    }
}

static enum ota_code run_on(void)
{
    struct session_event event = {.kind = SESSION_START};

    for (unsigned steps = 0; steps < 2000; steps++) {
        struct session_action action = session_step(&session, world.now_ms, &event, &world.log);
        if (action.kind == SESSION_END) {
            return action.code;
        }
        event = carry_out(&action);
    }
    fail_msg("the session never ends");
    return OTA_NONE;
}

static enum ota_code run(void)
{
    struct session_config whole = config();
    struct session_target none = {0};

    session_init(&session, &whole, &none);
    return run_on();
}

static struct session_target target(void)
{
    return (struct session_target){"s31-nb", "v1.1.0", 7124, "b3ab1052"};
}

static enum ota_code run_with_open_download(void)
{
    struct session_config whole = config();
    struct session_target open = target();

    session_init(&session, &whole, &open);
    return run_on();
}

static unsigned count(const char *text, const char *wanted)
{
    unsigned found = 0;

    for (const char *at = strstr(text, wanted); at != NULL; at = strstr(at + 1, wanted)) {
        found++;
    }
    return found;
}

static void expect_console(const char *line)
{
    assert_int_equal(count(world.console, line), 1);
}

static void expect_nor_untouched(void)
{
    assert_int_equal(world.erases + world.loads + world.orders + world.stores[0], 0);
}

// ---- the way that ends well ----

static void session_downloads_in_the_documented_order(void **state)
{
    (void)state;
    assert_int_equal(run(), OTA_SUCCESS);
    assert_string_equal(world.trace,
                        "v1/devices/me/telemetry " CURRENT "}\n"
                        "subscribe v1/devices/me/attributes/response/+\n"
                        "subscribe v2/fw/response/+/chunk/+\n"
                        "subscribe v2/fw/error\n"
                        "v1/devices/me/attributes/request/1 {\"sharedKeys\": "
                        "\"fw_checksum,fw_checksum_algorithm,fw_size,fw_title,fw_version\"}\n"
                        "v1/devices/me/telemetry " CURRENT ", \"fw_state\": \"DOWNLOADING\"}\n"
                        "v2/fw/request/1/chunk/0 1028\nv2/fw/request/1/chunk/1 1028\n"
                        "v2/fw/request/1/chunk/2 1028\nv2/fw/request/1/chunk/3 1028\n"
                        "v2/fw/request/1/chunk/4 1028\nv2/fw/request/1/chunk/5 1028\n"
                        "v2/fw/request/1/chunk/6 1028\n"
                        "v1/devices/me/telemetry " CURRENT ", \"fw_state\": \"UPDATING\"}\n");
    assert_string_equal(
        world.console,
        "FW check\nSuccessfully awakened module\nMQTT open success\nMQTT connect success\n"
        "Upload firmware information successfully\n"
        "Upload request firmware information successfully\nInconsistent firmware version\n"
        "server_fw_title s31-nb\nserver_fw_version v1.1.0\nserver_fw_size 7124\n"
        "Please wait for the erase to complete\nRequest download successfully\nDownloading 0%\n"
        "Downloading 14%\nDownloading 28%\nDownloading 42%\nDownloading 57%\nDownloading 71%\n"
        "Downloading 85%\nDownloading 100%\n"
        "ota 100:Firmware download completed, waiting for device reboot\n"
        "uploading 100%,the device will disconnect MQTT server and power off NB module\n"
        "Close OTA upgrade\n");
    assert_int_equal(world.orders, 1);
    assert_int_equal(world.disconnects, 1);
    assert_int_equal(world.sleeps, 1);
}

static void session_does_not_need_its_subscriptions_nor_the_last_telemetry(void **state)
{
    (void)state;
    world.subscribe = SESSION_REFUSED;
    assert_int_equal(run(), OTA_SUCCESS);
    assert_int_equal(count(world.console, "Subscribe refused:"), 3);
    expect_console("Subscribe refused:v2/fw/response/+/chunk/+\n");
}

static void session_asks_again_when_the_answer_does_not_come(void **state)
{
    (void)state;
    world.answers_due = 3;
    assert_int_equal(run(), OTA_SUCCESS);
    assert_int_equal(world.asks, 4);
    assert_int_equal(world.opens, 1);
}

// ---- the codes ----

static void session_without_flash_chip_reports_code_2_and_leaves_the_modem_alone(void **state)
{
    (void)state;
    world.storage = SESSION_FAILED;
    assert_int_equal(run(), OTA_HARDWARE);
    assert_string_equal(world.console,
                        "FW check\nHardware Not Support\nota error 2:Hardware not supported\n"
                        "Close OTA upgrade\n");
    assert_int_equal(world.wakes + world.disconnects + world.sleeps, 0);
}

static void session_without_settings_reports_code_4_and_leaves_the_modem_alone(void **state)
{
    (void)state;
    struct session_config whole = config();

    whole.settings_complete = false;
    session_init(&session, &whole, &(struct session_target){0});
    assert_int_equal(run_on(), OTA_TIMEOUT);
    expect_console(
        "OTA parameter configuration error\nota error 4:OTA server connection timeout\n");
    assert_int_equal(world.wakes + world.sleeps, 0);
}

static void session_that_finds_no_network_reports_code_4_after_four_attempts(void **state)
{
    (void)state;
    world.wake = SESSION_FAILED;
    assert_int_equal(run(), OTA_TIMEOUT);
    assert_int_equal(world.wakes, 4);
    assert_int_equal(world.sleeps, 1);
    expect_console("OTA retry 3/3\n");
    expect_console("ota error 4:OTA server connection timeout\n");
    expect_console("Close OTA upgrade\n");
}

static void session_that_cannot_open_waits_longer_each_time_and_reports_code_4(void **state)
{
    (void)state;
    uint32_t begun_ms = world.now_ms;

    world.open = SESSION_FAILED;
    assert_int_equal(run(), OTA_TIMEOUT);
    assert_int_equal(world.opens, 4);
    assert_int_equal(count(world.console, "Failed to open the OTA client network\n"), 4);
    assert_in_range(world.now_ms - begun_ms, 48750, 81250); // 5 + 15 + 45 s ± 25 %
}

static void session_refused_by_the_server_reports_code_4_at_once(void **state)
{
    (void)state;
    world.connect = SESSION_REFUSED;
    assert_int_equal(run(), OTA_TIMEOUT);
    assert_int_equal(world.opens, 1);
    expect_console("Failed to connect to ota server\n");
}

static void session_that_cannot_connect_tries_four_times(void **state)
{
    (void)state;
    world.connect = SESSION_FAILED;
    assert_int_equal(run(), OTA_TIMEOUT);
    assert_int_equal(world.opens, 4);
}

static void session_without_answer_reports_code_4_after_four_requests(void **state)
{
    (void)state;
    uint32_t begun_ms = world.now_ms;

    world.answer = NULL;
    assert_int_equal(run(), OTA_TIMEOUT);
    assert_int_equal(world.asks, 4);
    assert_int_equal(world.opens, 1);
    assert_int_equal(world.now_ms - begun_ms, 240000);
    assert_int_equal(count(world.trace, "FAILED"),
                     0); // the server has not answered: nobody is told
}

static void expect_final(const char *answer, enum ota_code code, unsigned told)
{
    setup(NULL);
    world.answer = answer;
    assert_int_equal(run(), code);
    assert_int_equal(world.opens, 1);
    assert_int_equal(world.asks, 1);
    assert_int_equal(world.sleeps, 1);
    assert_int_equal(count(world.trace, "\"fw_state\": \"FAILED\""), told);
    expect_nor_untouched();
}

static void session_title_mismatch_reports_code_1(void **state)
{
    (void)state;
    expect_final(
        "{\"shared\":{\"fw_title\":\"S31-nb\",\"fw_version\":\"v1.1.0\",\"fw_size\":7124}}",
        OTA_TITLE, 1);
    expect_console("Inconsistent firmware title\nota error 1:Firmware title mismatch\n");
    assert_int_equal(count(world.trace,
                           CURRENT ", \"fw_state\": \"FAILED\", \"fw_error\": \"Firmware title "
                                   "mismatch\"}\n"),
                     1);
    expect_final(
        "{\"shared\":{\"fw_title\":\"s31-nb2\",\"fw_version\":\"v1.1.0\",\"fw_size\":7124}}",
        OTA_TITLE, 1);
    expect_final("{\"shared\":{\"fw_title\":\"s31-n\"}}", OTA_TITLE, 1); // row 2 comes before row 3
    expect_final(
        "{\"shared\":{\"fw_title\":\"s31-nb0123456789012345678901234567890123456789012345678"
        "901234567890123456789\"}}",
        OTA_TITLE, 1); // longer than any node's
    expect_final("{\"shared\":{\"fw_title\":\"s31-nb\\u0000\"}}", OTA_TITLE, 1);
}

static void session_same_version_reports_code_6_and_is_no_failure_to_the_server(void **state)
{
    (void)state;
    expect_final(
        "{\"shared\":{\"fw_title\":\"s31-nb\",\"fw_version\":\"v1.0.0\",\"fw_size\":7124}}",
        OTA_VERSION, 0);
    expect_console("Consistent firmware\nota error 6:Firmware version match\n");
}

static void session_nothing_assigned_or_no_valid_answer_reports_code_5(void **state)
{
    (void)state;
    static const char *const answers[] = {
        "{}",
        "{\"shared\":{}}",
        "no json",
        "",
        "{\"shared\":{\"fw_title\":\"\",\"fw_version\":\"v1\",\"fw_size\":7124}}",
        "{\"shared\":{\"fw_title\":\"s31-nb\",\"fw_size\":7124}}",
        "{\"shared\":{\"fw_title\":\"s31-nb\",\"fw_version\":\"\",\"fw_size\":7124}}",
        "{\"shared\":{\"fw_title\":\"s31-nb\",\"fw_version\":\"v1.1.0\"}}",
        "{\"shared\":{\"fw_title\":\"s31-nb\",\"fw_version\":\"v1.1.0\",\"fw_size\":0}}",
        "{\"shared\":{\"fw_title\":\"s31-nb\",\"fw_version\":\"v1.1.0\",\"fw_size\":-7124}}",
        "{\"shared\":{\"fw_title\":\"s31-nb\",\"fw_version\":\"v1.1.0\",\"fw_size\":127473}}",
        "{\"shared\":{\"fw_title\":\"s31-nb\",\"fw_version\":\"v1.1.0\",\"fw_size\":5143}}",
    };

    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        expect_final(answers[i], OTA_NO_TITLE, 1);
        expect_console("ota error 5:Firmware title not found\n");
    }
}

// The version goes into reports and modem commands.
static void session_version_that_would_break_a_command_reports_code_5(void **state)
{
    (void)state;
    expect_final("{\"shared\":{\"fw_title\":\"s31-nb\",\"fw_version\":\"v2\r\nAT+QRST=1\",\"fw_"
                 "size\":7124}}",
                 OTA_NO_TITLE, 1);
    expect_final(
        "{\"shared\":{\"fw_title\":\"s31-nb\",\"fw_version\":\"v2\\\"\",\"fw_size\":7124}}",
        OTA_NO_TITLE, 1);
}

static void
session_older_version_and_longer_name_of_the_same_prefix_are_other_versions(void **state)
{
    (void)state;
    world.answer =
        "{\"shared\":{\"fw_title\":\"s31-nb\",\"fw_version\":\"v0.9\",\"fw_size\":\"7124\"}}";
    assert_int_equal(run(), OTA_SUCCESS);
    setup(state);
    world.answer =
        "{\"shared\":{\"fw_title\":\"s31-nb\",\"fw_version\":\"v1.0.01\",\"fw_size\":7124}}";
    assert_int_equal(run(), OTA_SUCCESS);
}

// ---- pieces ----

static void harm(enum harm kind, uint32_t index, unsigned times)
{
    setup(NULL);
    world.harm = kind;
    world.harmed = index;
    world.harm_times = times;
}

static void session_fetches_a_corrupt_chunk_again(void **state)
{
    (void)state;
    harm(HARM_CORRUPT, 3, 3);
    assert_int_equal(run(), OTA_SUCCESS);
    assert_int_equal(world.requests[3], 4);
    assert_int_equal(world.stores[3], 1);
    assert_int_equal(world.opens, 1);
    assert_int_equal(count(world.console, "CRC error "), 3);
}

static void
session_chunk_corrupt_every_time_reports_code_7_after_four_attempts_of_four_requests(void **state)
{
    (void)state;
    harm(HARM_CORRUPT, 3, NEVER);
    assert_int_equal(run(), OTA_CHECKSUM);
    assert_int_equal(world.opens, 4);
    assert_int_equal(world.requests[3], 16);
    assert_int_equal(world.requests[2], 1);
    assert_int_equal(world.erases, 1);
    assert_int_equal(world.orders, 0);
    assert_int_equal(count(world.console, "ota error "), 1);
    expect_console("ota error 7:Firmware checksum error\n");
    assert_int_equal(count(world.trace, "\"fw_error\": \"Firmware checksum error\""), 1);
    assert_int_equal(session.open.size_bytes, 7124); // what was stored is kept for the next trigger
}

static void session_lost_chunk_is_requested_again_every_minute_and_ends_with_code_4(void **state)
{
    (void)state;
    harm(HARM_LOSE, 0, 3);
    assert_int_equal(run(), OTA_SUCCESS);
    assert_int_equal(world.requests[0], 4);
    harm(HARM_LOSE, 0, NEVER);
    assert_int_equal(run(), OTA_TIMEOUT);
    assert_int_equal(world.requests[0], 16);
    assert_int_equal(world.opens, 4);
}

static void session_takes_an_empty_chunk_as_lost_and_a_short_one_as_bad(void **state)
{
    (void)state;
    harm(HARM_EMPTY, 6, NEVER);
    assert_int_equal(run(), OTA_TIMEOUT);
    assert_int_equal(world.requests[6], 16);
    harm(HARM_SHORT, 6, NEVER);
    assert_int_equal(run(), OTA_CHECKSUM);
    assert_int_equal(world.requests[6], 16);
    assert_int_equal(world.stores[6], 0);
}

static void session_package_not_found_reports_code_5_and_other_errors_are_retried(void **state)
{
    (void)state;
    harm(HARM_ERROR_TOPIC, 2, NEVER);
    world.error = "NOT_FOUND";
    assert_int_equal(run(), OTA_NO_TITLE);
    assert_int_equal(world.requests[2], 1);
    harm(HARM_ERROR_TOPIC, 2, 1);
    assert_int_equal(run(), OTA_SUCCESS);
    assert_int_equal(world.opens, 2);
    harm(HARM_ERROR_TOPIC, 2, NEVER);
    assert_int_equal(run(), OTA_TIMEOUT);
    assert_int_equal(world.opens, 4);
}

static void session_resumes_after_a_lost_connection_without_erasing(void **state)
{
    (void)state;
    harm(HARM_CLOSE, 4, 1);
    assert_int_equal(run(), OTA_SUCCESS);
    assert_int_equal(world.opens, 2);
    assert_int_equal(world.erases, 1);
    assert_int_equal(world.loads, 1);
    assert_int_equal(world.requests[3], 1);
    assert_int_equal(world.requests[4], 2);
    assert_int_equal(count(world.trace, "DOWNLOADING"), 2);
    expect_console("Resume download at chunk 4\n");
}

static void session_counts_its_retries_from_the_last_stored_piece(void **state)
{
    (void)state;
    harm(HARM_CLOSE, 4, 3);
    assert_int_equal(run(), OTA_SUCCESS);
    assert_int_equal(world.opens, 4);
    harm(HARM_CLOSE, 4, 4);
    assert_int_equal(run(), OTA_TIMEOUT);
    assert_int_equal(world.opens, 4);
}

static void session_starts_over_when_the_assignment_changed(void **state)
{
    (void)state;
    struct session_config whole = config();
    struct session_target others[4] = {target(), target(), target(), target()};

    others[0].version[1] = '2';
    others[1].size_bytes = 8152;
    others[2].checksum[0] = 'c';
    others[3].title[0] = 'S';
    for (unsigned i = 0; i < 4; i++) {
        setup(state);
        session_init(&session, &whole, &others[i]);
        assert_int_equal(run_on(), OTA_SUCCESS);
        assert_int_equal(world.erases, 1);
        assert_int_equal(world.loads, 0);
    }
}

static void session_keeps_an_open_download_when_the_server_refuses(void **state)
{
    (void)state;
    static const char *const answers[] = {
        "{}", "{\"shared\":{\"fw_title\":\"x\"}}",
        "{\"shared\":{\"fw_title\":\"s31-nb\",\"fw_version\":\"v1.0.0\"}}"};

    for (unsigned i = 0; i < 3; i++) {
        setup(state);
        world.answer = answers[i];
        assert_int_not_equal(run_with_open_download(), OTA_SUCCESS);
        expect_nor_untouched();
        assert_int_equal(session.open.size_bytes, 7124);
    }
}

static void session_whose_erase_fails_reports_code_2_and_trusts_nothing_in_nor(void **state)
{
    (void)state;
    struct session_config whole = config();
    struct session_target open = target();

    open.version[1] = '9';
    world.erase = SESSION_FAILED;
    session_init(&session, &whole, &open);
    assert_int_equal(run_on(), OTA_HARDWARE);
    assert_int_equal(session.open.size_bytes, 0);
}

static void session_that_cannot_store_reports_code_2(void **state)
{
    (void)state;
    world.store = SESSION_FAILED;
    assert_int_equal(run(), OTA_HARDWARE);
    assert_int_equal(world.stores[0], 1);
    assert_int_equal(session.open.size_bytes, 7124);
}

static void session_piece_0_that_is_no_image_of_that_size_reports_code_7_at_once(void **state)
{
    (void)state;
    page[0] ^= 1;
    assert_int_equal(run(), OTA_CHECKSUM);
    assert_int_equal(world.requests[0], 1);
    assert_int_equal(world.stores[0], 0);
    assert_int_equal(session.open.size_bytes, 0);
    setup(state);
    store_le32(page + 13, IMAGE_SIZE + 1);
    assert_int_equal(run(), OTA_CHECKSUM);
    assert_int_equal(world.requests[0], 1);
}

static void session_complete_but_wrong_reports_code_7_and_marks_the_content_unusable(void **state)
{
    (void)state;
    world.verify = SESSION_REFUSED;
    assert_int_equal(run(), OTA_CHECKSUM);
    assert_int_equal(world.orders, 0);
    assert_int_equal(session.open.size_bytes, 0);
    assert_int_equal(world.opens, 1);
}

static void session_that_cannot_read_its_download_reports_code_2_and_keeps_it(void **state)
{
    (void)state;
    world.verify = SESSION_FAILED;
    assert_int_equal(run(), OTA_HARDWARE);
    assert_int_equal(session.open.size_bytes, 7124);
}

static void session_that_cannot_order_reports_code_2(void **state)
{
    (void)state;
    world.order = SESSION_FAILED;
    assert_int_equal(run(), OTA_HARDWARE);
}

static void session_publish_that_does_not_leave_is_retried_without_telling_anybody(void **state)
{
    (void)state;
    world.publish = SESSION_FAILED;
    assert_int_equal(run(), OTA_TIMEOUT);
    assert_int_equal(world.opens, 4);
    assert_int_equal(count(world.trace, "FAILED"), 0);
    assert_int_equal(count(world.console, "Failed to Set firmware information\n"), 4);
}

// ---- single events ----

static struct session_action give(enum session_event_kind kind, const char *topic,
                                  const char *payload)
{
    struct session_event event = {kind, span_of_text(topic), span_of_text(payload)};

    return session_step(&session, world.now_ms, &event, &world.log);
}

static void serve_for_hardware(uint8_t hardware_id)
{
    firmware_mark(image, IMAGE_SIZE, hardware_id);
    struct image_header header = image_header_of(span_of(image, IMAGE_SIZE));
    image_header_encode(&header, page);
}

static void session_image_of_other_hardware_reports_code_7_before_the_rest_is_fetched(void **state)
{
    (void)state;
    serve_for_hardware(2);
    assert_int_equal(run(), OTA_CHECKSUM);
    expect_console("Image is not for this hardware\n");
    assert_int_equal(world.requests[4], 1);
    assert_int_equal(world.stores[4] + world.requests[5] + world.orders, 0);
    assert_int_equal(session.open.size_bytes, 0); // the next update starts over
}

static void session_image_of_its_own_hardware_is_ordered(void **state)
{
    (void)state;
    serve_for_hardware(1);
    assert_int_equal(run(), OTA_SUCCESS);
    assert_int_equal(world.orders, 1);
}

static void session_drops_what_it_did_not_ask_for(void **state)
{
    (void)state;
    harm(HARM_LOSE, 0, NEVER);
    session_init(&session, &(struct session_config){true, "s31-nb", "v1.0.0", 7, OTA_NONE, 1},
                 &(struct session_target){0});
    struct session_event event = {.kind = SESSION_START};

    for (;;) {
        struct session_action action = session_step(&session, world.now_ms, &event, &world.log);
        if (action.kind == SESSION_WAIT && session.state == STATE_CHUNK) {
            break;
        }
        event = carry_out(&action);
    }
    static const char *const topics[] = {"v2/fw/response/1/chunk/1",
                                         "v2/fw/response/2/chunk/0",
                                         "v1/devices/me/attributes/response/1",
                                         "v2/fw/response/1/chunk/",
                                         "",
                                         "v2/fw/response/1/chunk/4294967296"};
    for (size_t i = 0; i < sizeof topics / sizeof *topics; i++) {
        assert_int_equal(give(SESSION_MESSAGE, topics[i], "x").kind, SESSION_WAIT);
    }
    assert_int_equal(give(SESSION_TICK, "", "").kind, SESSION_WAIT); // too early
}

static void regression_message_during_the_pause_does_not_burn_a_retry(void **state)
{
    (void)state;
    struct session_config whole = config();

    session_init(&session, &whole, &(struct session_target){0});
    (void)give(SESSION_START, "", "");
    (void)give(SESSION_OK, "", "");
    assert_int_equal(give(SESSION_FAILED, "", "").kind, SESSION_DISCONNECT);
    struct session_action pause = give(SESSION_OK, "", "");
    assert_int_equal(pause.kind, SESSION_WAIT);
    for (unsigned i = 0; i < 10; i++) {
        assert_int_equal(give(SESSION_MESSAGE, "v2/fw/error", "x").deadline_ms, pause.deadline_ms);
        assert_int_equal(give(SESSION_LOST, "", "").deadline_ms, pause.deadline_ms);
    }
    world.now_ms = pause.deadline_ms;
    assert_int_equal(give(SESSION_TICK, "", "").kind, SESSION_WAKE);
    assert_int_equal(session.retries, 1);
}

// ---- the short session ----

static enum ota_code announce(enum ota_code code)
{
    struct session_config whole = config();

    whole.announce = code;
    memcpy(whole.version, "v1.1.0", 7);
    session_init(&session, &whole, &(struct session_target){0});
    return run_on();
}

static void session_announces_an_install_and_does_nothing_else(void **state)
{
    (void)state;
    assert_int_equal(announce(OTA_SUCCESS), OTA_NONE);
    assert_string_equal(world.trace,
                        "v1/devices/me/telemetry {\"current_fw_title\": \"s31-nb\", "
                        "\"current_fw_version\": \"v1.1.0\", \"fw_state\": \"UPDATED\"}\n");
    assert_int_equal(world.sleeps, 1);
    expect_nor_untouched();
    setup(state);
    assert_int_equal(announce(OTA_CHECKSUM), OTA_NONE);
    assert_int_equal(
        count(world.trace, "\"fw_state\": \"FAILED\", \"fw_error\": \"Firmware checksum error\"}"),
        1);
}

static void session_announcement_is_tried_four_times_and_reports_nothing(void **state)
{
    (void)state;
    world.open = SESSION_FAILED;
    assert_int_equal(announce(OTA_SUCCESS), OTA_NONE);
    assert_int_equal(world.opens, 4);
    assert_int_equal(world.sleeps, 1);
    assert_int_equal(count(world.console, "ota error"), 0);
    setup(state);
    world.connect = SESSION_REFUSED;
    assert_int_equal(announce(OTA_SUCCESS), OTA_NONE);
    assert_int_equal(world.opens, 1);
    setup(state);
    world.publish = SESSION_FAILED;
    assert_int_equal(announce(OTA_SUCCESS), OTA_NONE);
    assert_int_equal(world.opens, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(session_downloads_in_the_documented_order, setup),
        cmocka_unit_test_setup(session_does_not_need_its_subscriptions_nor_the_last_telemetry,
                               setup),
        cmocka_unit_test_setup(session_asks_again_when_the_answer_does_not_come, setup),
        cmocka_unit_test_setup(session_without_flash_chip_reports_code_2_and_leaves_the_modem_alone,
                               setup),
        cmocka_unit_test_setup(session_without_settings_reports_code_4_and_leaves_the_modem_alone,
                               setup),
        cmocka_unit_test_setup(session_that_finds_no_network_reports_code_4_after_four_attempts,
                               setup),
        cmocka_unit_test_setup(session_that_cannot_open_waits_longer_each_time_and_reports_code_4,
                               setup),
        cmocka_unit_test_setup(session_refused_by_the_server_reports_code_4_at_once, setup),
        cmocka_unit_test_setup(session_that_cannot_connect_tries_four_times, setup),
        cmocka_unit_test_setup(session_without_answer_reports_code_4_after_four_requests, setup),
        cmocka_unit_test_setup(session_title_mismatch_reports_code_1, setup),
        cmocka_unit_test_setup(session_same_version_reports_code_6_and_is_no_failure_to_the_server,
                               setup),
        cmocka_unit_test_setup(session_nothing_assigned_or_no_valid_answer_reports_code_5, setup),
        cmocka_unit_test_setup(session_version_that_would_break_a_command_reports_code_5, setup),
        cmocka_unit_test_setup(
            session_older_version_and_longer_name_of_the_same_prefix_are_other_versions, setup),
        cmocka_unit_test_setup(session_fetches_a_corrupt_chunk_again, setup),
        cmocka_unit_test_setup(
            session_chunk_corrupt_every_time_reports_code_7_after_four_attempts_of_four_requests,
            setup),
        cmocka_unit_test_setup(
            session_lost_chunk_is_requested_again_every_minute_and_ends_with_code_4, setup),
        cmocka_unit_test_setup(session_takes_an_empty_chunk_as_lost_and_a_short_one_as_bad, setup),
        cmocka_unit_test_setup(
            session_package_not_found_reports_code_5_and_other_errors_are_retried, setup),
        cmocka_unit_test_setup(session_resumes_after_a_lost_connection_without_erasing, setup),
        cmocka_unit_test_setup(session_counts_its_retries_from_the_last_stored_piece, setup),
        cmocka_unit_test_setup(session_starts_over_when_the_assignment_changed, setup),
        cmocka_unit_test_setup(session_keeps_an_open_download_when_the_server_refuses, setup),
        cmocka_unit_test_setup(session_whose_erase_fails_reports_code_2_and_trusts_nothing_in_nor,
                               setup),
        cmocka_unit_test_setup(session_that_cannot_store_reports_code_2, setup),
        cmocka_unit_test_setup(session_piece_0_that_is_no_image_of_that_size_reports_code_7_at_once,
                               setup),
        cmocka_unit_test_setup(
            session_complete_but_wrong_reports_code_7_and_marks_the_content_unusable, setup),
        cmocka_unit_test_setup(session_that_cannot_read_its_download_reports_code_2_and_keeps_it,
                               setup),
        cmocka_unit_test_setup(session_that_cannot_order_reports_code_2, setup),
        cmocka_unit_test_setup(
            session_publish_that_does_not_leave_is_retried_without_telling_anybody, setup),
        cmocka_unit_test_setup(
            session_image_of_other_hardware_reports_code_7_before_the_rest_is_fetched, setup),
        cmocka_unit_test_setup(session_image_of_its_own_hardware_is_ordered, setup),
        cmocka_unit_test_setup(session_drops_what_it_did_not_ask_for, setup),
        cmocka_unit_test_setup(regression_message_during_the_pause_does_not_burn_a_retry, setup),
        cmocka_unit_test_setup(session_announces_an_install_and_does_nothing_else, setup),
        cmocka_unit_test_setup(session_announcement_is_tried_four_times_and_reports_nothing, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
