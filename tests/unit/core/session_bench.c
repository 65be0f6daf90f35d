// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/core/session_bench.h"

#include "wire/topic.h"

struct session_world world;
struct session session;
uint8_t image[IMAGE_SIZE];
uint8_t page[WIRE_HEADER_PAGE_SIZE];

struct session_config bench_config(void)
{
    return (struct session_config){true, "s31-nb", "v1.0.0", 7, OTA_NONE, 1};
}

int bench_setup(void **state)
{
    (void)state;
    memset(&world, 0, sizeof world);
    fmt_init(&world.published, world.trace, sizeof world.trace);
    fmt_init(&world.log, world.console, sizeof world.console);
    world.answer = ANSWER;
    world.error = "FAILURE";
    world.storage = world.wake = world.open = world.connect = world.subscribe = world.publish =
        SESSION_OK;
    world.erase = world.compare = world.store = world.verify = world.order = SESSION_OK;
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

static void load_map(void)
{
    world.loads++;
    for (uint32_t i = 0; i < PIECES; i++) {
        if ((world.held >> i & 1) != 0) {
            session_note_piece(&session, i);
        }
    }
}

static enum session_event_kind compare_piece(void)
{
    world.compares++;
    assert_int_equal(session.index, 0);
    assert_int_equal(session.piece.size, WIRE_PIECE_SIZE);
    assert_memory_equal(session.piece.data, page, WIRE_PIECE_SIZE);
    return world.compare;
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

struct session_event bench_carry_out(const struct session_action *action)
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
        world.held = 0;
        return (struct session_event){.kind = world.erase};
    case SESSION_LOAD_MAP:
        load_map();
        return (struct session_event){.kind = SESSION_OK};
    case SESSION_COMPARE_PIECE:
        return (struct session_event){.kind = compare_piece()};
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

enum ota_code bench_run_on(void)
{
    struct session_event event = {.kind = SESSION_START};

    for (unsigned steps = 0; steps < 2000; steps++) {
        struct session_action action = session_step(&session, world.now_ms, &event, &world.log);
        if (action.kind == SESSION_END) {
            return action.code;
        }
        event = bench_carry_out(&action);
    }
    fail_msg("the session never ends");
    return OTA_NONE;
}

enum ota_code bench_run(void)
{
    struct session_config whole = bench_config();
    struct session_target none = {0};

    session_init(&session, &whole, &none);
    return bench_run_on();
}

struct session_target bench_target(void)
{
    return (struct session_target){"s31-nb", "v1.1.0", 7124, "b3ab1052"};
}

enum ota_code bench_run_with_open_download(void)
{
    struct session_config whole = bench_config();
    struct session_target open = bench_target();

    session_init(&session, &whole, &open);
    return bench_run_on();
}

unsigned bench_count(const char *text, const char *wanted)
{
    unsigned found = 0;

    for (const char *at = strstr(text, wanted); at != NULL; at = strstr(at + 1, wanted)) {
        found++;
    }
    return found;
}

void bench_expect_console(const char *line)
{
    assert_int_equal(bench_count(world.console, line), 1);
}

void bench_expect_nor_untouched(void)
{
    assert_int_equal(world.erases + world.loads + world.orders + world.stores[0], 0);
}
