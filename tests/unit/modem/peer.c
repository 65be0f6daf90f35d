// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "tests/unit/modem/peer.h"

#include "tests/host/cmocka_all.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "vnode/net/broker.h"

enum { CHUNK = 1028 };

static void read_exactly(int fd, size_t size)
{
    char byte;

    while (size > 0 && read(fd, &byte, 1) == 1) {
        size--;
    }
}

static void follow(int listener, const struct peer_step *steps, size_t count)
{
    int fd = accept(listener, NULL, NULL);
    char byte;

    for (size_t i = 0; i < count; i++) {
        read_exactly(fd, steps[i].expect_size);
        if (write(fd, steps[i].answer, steps[i].answer_size) < 0) {
            _exit(1);
        }
    }
    while (read(fd, &byte, 1) == 1) {
    }
    _exit(0);
}

void peer_script(struct peer *peer, const struct peer_step *steps, size_t count)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    assert_int_equal(bind(listener, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(listener, 1), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &size), 0);
    peer->port = ntohs(address.sin_port);
    peer->pid = fork();
    assert_true(peer->pid >= 0);
    if (peer->pid == 0) {
        follow(listener, steps, count);
    }
    close(listener);
}

void peer_end(struct peer *peer)
{
    kill(peer->pid, SIGKILL);
    waitpid(peer->pid, NULL, 0);
}

// ---- responder ----

void peer_chunk(unsigned n, unsigned char chunk[CHUNK])
{
    // Everything that a line-minded reader would stumble over, then numbers.
    static const char traps[] = "\r\nOK\r\n\"\r\n+QMTSTAT: 0,1\r\nERROR\r\n\x1A\x1B,\"\0\"";

    for (unsigned i = 0; i < CHUNK; i++) {
        chunk[i] = (unsigned char)(n * 7 + i * 13 + i / 256);
    }
    memcpy(chunk + n % 32, traps, sizeof traps);
    memcpy(chunk + CHUNK - sizeof traps, traps, sizeof traps);
}

static void put(struct broker *broker, const uint8_t *packet, size_t size)
{
    if (size == 0 || broker_write(broker, span_of(packet, size), 0) != STATUS_OK) {
        _exit(1);
    }
}

static struct mqtt_packet next_packet(struct broker *broker)
{
    struct mqtt_packet packet;
    enum status status;

    while ((status = broker_read(broker, &packet, 0)) == STATUS_AGAIN) {
        broker_wait(broker, 1000);
    }
    if (status != STATUS_OK) {
        _exit(0);
    }
    return packet;
}

static void answer(struct broker *broker, const struct mqtt_packet *packet, unsigned delay_ms)
{
    static uint8_t out[2048];
    char request[128], topic[64];
    unsigned char chunk[CHUNK];

    snprintf(request, sizeof request, "%.*s", (int)packet->topic.size,
             (const char *)packet->topic.data);
    unsigned n = (unsigned)strtoul(strrchr(request, '/') + 1, NULL, 10);
    nanosleep(&(struct timespec){.tv_nsec = (long)delay_ms * 1000000}, NULL);
    snprintf(topic, sizeof topic, "v2/fw/response/1/chunk/%u", n);
    peer_chunk(n, chunk);
    struct mqtt_publish publish = {.topic = span_of_text(topic),
                                   .payload = span_of(chunk, sizeof chunk)};
    put(broker, out, mqtt_put_publish(&publish, out, sizeof out));
}

static void respond(unsigned broker_port, unsigned delay_ms, int ready)
{
    static struct broker broker;
    static uint8_t out[256];
    struct mqtt_connect connect = {
        .is_311 = true, .clean_session = true, .client = span_of_text("responder")};

    if (broker_open(&broker, "127.0.0.1", (uint16_t)broker_port, 0) != STATUS_OK) {
        _exit(1);
    }
    while (broker_connected(&broker) == STATUS_AGAIN) {
        broker_wait(&broker, 10);
    }
    put(&broker, out, mqtt_put_connect(&connect, out, sizeof out));
    (void)next_packet(&broker);
    struct mqtt_filter filter = {.topic = span_of_text("v2/fw/request/1/chunk/+")};
    put(&broker, out, mqtt_put_subscribe(1, &filter, 1, out, sizeof out));
    (void)next_packet(&broker);
    if (write(ready, "r", 1) != 1) {
        _exit(1);
    }
    for (;;) {
        struct mqtt_packet packet = next_packet(&broker);
        if (packet.type == MQTT_PUBLISH) {
            answer(&broker, &packet, delay_ms);
        }
    }
}

void peer_responder(struct peer *peer, unsigned broker_port, unsigned delay_ms)
{
    int ready[2];
    char byte;

    assert_int_equal(pipe(ready), 0);
    peer->pid = fork();
    assert_true(peer->pid >= 0);
    if (peer->pid == 0) {
        respond(broker_port, delay_ms, ready[1]);
    }
    close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
}
