// SPDX-License-Identifier: Apache-2.0
// The modem port: what is asked for. How a request proceeds stands in engine.c and its fellows, what is said to which
// module in the dialogue tables.
#include "node/port/modem.h"

#include "base/contract.h"
#include "base/fmt.h"
#include "node/driver/modem/engine.h"
#include "node/port/uart.h"

static struct engine modem = {.identity = {.signal = 99}};

// What waits belongs to an earlier connection.
static void forget_connection(void)
{
    at_forget_messages(&modem.at);
    modem.at.expected = 0;
    modem.told = false;
    modem.lost = false;
    modem.is_open = false;
    modem.online = false;
}

static void open_line(void)
{
    uart_open(UART_MODEM, modem_dialogue->baud);
    at_reset(&modem.at, modem_dialogue->messages);
    modem.speaks = true;
}

void modem_wake(const struct modem_network *network)
{
    open_line();
    forget_connection();
    modem.identity.signal = 99;
    modem.identity.unix_s = 0;
    modem.owed = false;
    engine_begin_request(&modem, DIALOGUE_WAKE);
    modem.values.network = network;
}

static void note_server(const char *host, const char *port)
{
    struct fmt out;

    fmt_init(&out, modem.values.port, sizeof modem.values.port);
    fmt_add(&out, "%s", port);
    fmt_init(&out, modem.values.address, sizeof modem.values.address);
    fmt_add(&out, "%s", engine_is_address(host) ? host : "");
}

void modem_open(enum modem_channel channel, const char *host, const char *port)
{
    forget_connection();
    engine_begin_request(&modem, (uint8_t)(DIALOGUE_OPEN + channel));
    modem.channel = (uint8_t)channel;
    modem.values.text[0] = host;
    modem.values.text[1] = port;
    note_server(host, port);
}

void modem_connect(const char *client, const char *user, const char *password)
{
    engine_begin_request(&modem, DIALOGUE_CONNECT);
    modem.values.text[0] = client;
    modem.values.text[1] = user;
    modem.values.text[2] = password;
}

void modem_subscribe(const char *topic, unsigned qos)
{
    engine_begin_request(&modem, DIALOGUE_SUBSCRIBE);
    modem.values.text[0] = topic;
    modem.values.qos = (uint8_t)qos;
}

void modem_publish(const char *topic, struct span payload, unsigned qos)
{
    CONTRACT(payload.size <= MODEM_PUBLISH_MAX);
    engine_begin_request(&modem, DIALOGUE_PUBLISH);
    modem.values.text[0] = topic;
    modem.values.qos = (uint8_t)qos;
    modem.values.payload = payload;
}

void modem_expect(size_t size)
{
    modem.at.expected = size < MODEM_PAYLOAD_MAX ? (uint16_t)size : 0;
}

void modem_send(struct span payload, const char *const *options)
{
    CONTRACT(payload.size > 0 && payload.size <= MODEM_SEND_MAX);
    engine_begin_request(&modem, (uint8_t)(DIALOGUE_SEND + modem.channel));
    modem.values.payload = payload;
    modem.values.options = options;
    modem.values.id =
        (uint16_t)(modem.values.id + modem.last_byte_ms + 1); // no peer has seen it lately
}

void modem_pass(struct span line)
{
    if (!modem.speaks) {
        open_line();
    }
    engine_begin_request(&modem, DIALOGUE_PASS);
    modem.values.payload = line;
}

// From here on nothing that the module says of a connection is news.
void modem_disconnect(void)
{
    engine_begin_request(&modem, (uint8_t)(DIALOGUE_CLOSE + modem.channel));
    modem.is_open = false;
    modem.lost = false;
}

void modem_sleep(void)
{
    if (!modem.speaks) {
        open_line();
    }
    engine_begin_request(&modem, DIALOGUE_SLEEP);
    modem.is_open = false;
    modem.online = false;
}

void modem_cancel(void)
{
    engine_cancel(&modem);
}

struct modem_event modem_poll(uint32_t now_ms)
{
    return engine_poll(&modem, now_ms);
}

bool modem_is_busy(void)
{
    return modem.phase != PHASE_IDLE;
}

uint32_t modem_next_ms(uint32_t now_ms)
{
    return engine_next_ms(&modem, now_ms);
}

const char *modem_address(void)
{
    return modem.values.address;
}

const struct modem_identity *modem_identity(void)
{
    return &modem.identity;
}
