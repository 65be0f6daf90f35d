// SPDX-License-Identifier: Apache-2.0
// bench_mqtt_load MODE PORT PID WINDOW SECONDS FILE: keeps a broker busy with 100 MQTT 3.1.1 clients, each with WINDOW
// messages under way, and says in one line of JSON what the broker's process PID spent on it.
//   chunks  asks the gateway for the 1028-byte chunks of FILE, client i with token LOAD-i, and compares every byte
//   echo    publishes 1028 bytes of FILE to a topic of its own that it has subscribed to, and compares likewise
// Half a second of warming up does not count. A wrong byte ends it with status 1.
#define _POSIX_C_SOURCE 200809L // clock_getcpuclockid(), clock_gettime()
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    CLIENTS = 100,
    CHUNK = 1028,
    WINDOW_MAX = 16,
    BUFFER_SIZE = 32768, // of what a client has received; holds WINDOW_MAX answers
    FILE_MAX = 1 << 20,
    TIMES_MAX = 1 << 22, // answers whose time is kept
};
#define WARM_UP_S 0.5

struct client {
    int socket;
    unsigned number;
    unsigned asked; // messages sent
    unsigned heard; // and come back; in order
    double sent_at[WINDOW_MAX];
    uint8_t buffer[BUFFER_SIZE];
    size_t size;
};

static struct client clients[CLIENTS];
static uint8_t content[FILE_MAX];
static unsigned chunk_count;
static bool is_echo;
static unsigned window;
static float times[TIMES_MAX];
static size_t time_count;
static uint64_t answers;

__attribute__((format(printf, 1, 2), noreturn)) static void fail(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    fputs("bench_mqtt_load: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(1);
}

static double seconds_of(clockid_t clock)
{
    struct timespec time;

    if (clock_gettime(clock, &time) != 0) {
        fail("the broker has ended");
    }
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

// --- MQTT, as little as is needed

static void put(struct client *self, const void *bytes, size_t size)
{
    if (write(self->socket, bytes, size) != (ssize_t)size) {
        fail("client %u cannot write", self->number);
    }
}

static size_t put_text(uint8_t *to, const char *text)
{
    size_t size = strlen(text);

    to[0] = (uint8_t)(size >> 8);
    to[1] = (uint8_t)size;
    memcpy(to + 2, text, size);
    return size + 2;
}

static size_t topic_of(const struct client *self, const char *kind, char *topic, size_t capacity)
{
    unsigned index = self->asked % chunk_count;

    if (is_echo) {
        return (size_t)snprintf(topic, capacity, "load/%u", self->number);
    }
    if (kind[2] == 's') { // of an answer
        index = self->heard % chunk_count;
    }
    return (size_t)snprintf(topic, capacity, "v2/fw/%s/1/chunk/%u", kind, index);
}

static void ask(struct client *self, double now)
{
    uint8_t packet[CHUNK + 100];
    char topic[60];
    size_t body = topic_of(self, "request", topic, sizeof topic) + 2;
    size_t payload = is_echo ? CHUNK : 4;
    size_t at = 1;

    packet[0] = 0x30;
    body += payload;
    for (size_t rest = body; rest > 0 || at == 1; rest >>= 7) {
        packet[at++] = (uint8_t)((rest & 0x7F) | (rest > 0x7F ? 0x80 : 0));
    }
    at += put_text(packet + at, topic);
    memcpy(packet + at, is_echo ? content : (const uint8_t *)"1028", payload);
    self->sent_at[self->asked % WINDOW_MAX] = now;
    put(self, packet, at + payload);
    self->asked++;
}

static void check(struct client *self, const uint8_t *body, size_t size)
{
    char topic[60];
    size_t length = topic_of(self, "response", topic, sizeof topic);
    const uint8_t *expected =
        is_echo ? content : content + (size_t)(self->heard % chunk_count) * CHUNK;

    if (size != 2 + length + CHUNK || memcmp(body + 2, topic, length) != 0 ||
        memcmp(body + 2 + length, expected, CHUNK) != 0) {
        fail("a wrong answer for client %u, number %u", self->number, self->heard);
    }
}

static void take_answer(struct client *self, const uint8_t *body, size_t size, double now)
{
    check(self, body, size);
    if (time_count < TIMES_MAX) {
        times[time_count++] = (float)(now - self->sent_at[self->heard % WINDOW_MAX]);
    }
    self->heard++;
    answers++;
    ask(self, now);
}

// One whole packet at `at`: its size, 0 when it is not all there; `body` is behind the fixed header.
static size_t packet_at(const struct client *self, size_t at, size_t *body)
{
    size_t size = 0;
    unsigned shift = 0;
    size_t end = at + 1;

    do {
        if (end >= self->size) {
            return 0;
        }
        size |= (size_t)(self->buffer[end] & 0x7F) << shift;
        shift += 7;
    } while ((self->buffer[end++] & 0x80) != 0);
    *body = end;
    return end + size <= self->size ? end + size - at : 0;
}

static void receive(struct client *self)
{
    size_t at = 0;
    size_t body;
    size_t size;
    ssize_t got = read(self->socket, self->buffer + self->size, sizeof self->buffer - self->size);

    if (got <= 0) {
        fail("the broker has closed client %u", self->number);
    }
    self->size += (size_t)got;
    double now = seconds_of(CLOCK_MONOTONIC);
    while ((size = packet_at(self, at, &body)) > 0) {
        if (self->buffer[at] >> 4 == 3) {
            take_answer(self, self->buffer + body, at + size - body, now);
        }
        at += size;
    }
    memmove(self->buffer, self->buffer + at, self->size - at);
    self->size -= at;
}

// --- connecting

static void await(struct client *self, uint8_t first, const char *what)
{
    uint8_t answer[5];
    size_t size = first == 0x20 ? 4 : 5; // CONNACK, SUBACK

    if (recv(self->socket, answer, size, MSG_WAITALL) != (ssize_t)size || answer[0] != first ||
        answer[size - 1] != 0) {
        fail("client %u: %s is refused", self->number, what);
    }
}

static void connect_one(struct client *self, unsigned number, uint16_t port)
{
    static const uint8_t head[] = {0, 4, 'M', 'Q', 'T', 'T', 4, 0x82, 0, 0};
    struct sockaddr_in there = {.sin_family = AF_INET, .sin_port = htons(port)};
    uint8_t packet[100] = {0x10};
    char token[20];
    int yes = 1;
    size_t size = 2;

    self->number = number;
    self->socket = socket(AF_INET, SOCK_STREAM, 0);
    there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(self->socket, (struct sockaddr *)&there, sizeof there) != 0) {
        fail("no broker on port %u", (unsigned)port);
    }
    setsockopt(self->socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    snprintf(token, sizeof token, "LOAD-%u", number);
    memcpy(packet + size, head, sizeof head);
    size += sizeof head;
    size += put_text(packet + size, token);
    size += put_text(packet + size, token);
    packet[1] = (uint8_t)(size - 2);
    put(self, packet, size);
    await(self, 0x20, "CONNECT");
}

static void subscribe(struct client *self)
{
    uint8_t packet[40] = {0x82, 0, 0, 1};
    char topic[20];
    size_t size = 4;

    snprintf(topic, sizeof topic, "load/%u", self->number);
    size += put_text(packet + size, topic);
    packet[size++] = 0;
    packet[1] = (uint8_t)(size - 2);
    put(self, packet, size);
    await(self, 0x90, "SUBSCRIBE");
}

static int connect_all(uint16_t port)
{
    int poll = epoll_create1(0);

    for (unsigned i = 0; i < CLIENTS; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &clients[i]};
        connect_one(&clients[i], i, port);
        if (is_echo) {
            subscribe(&clients[i]);
        }
        if (epoll_ctl(poll, EPOLL_CTL_ADD, clients[i].socket, &event) != 0) {
            fail("cannot poll");
        }
    }
    return poll;
}

// --- a run

static void run_until(int poll, double end)
{
    struct epoll_event events[CLIENTS];

    while (seconds_of(CLOCK_MONOTONIC) < end) {
        int count = epoll_wait(poll, events, CLIENTS, 100);
        for (int i = 0; i < count; i++) {
            receive(events[i].data.ptr);
        }
    }
}

static int by_time(const void *a, const void *b)
{
    float x = *(const float *)a;
    float y = *(const float *)b;

    return (x > y) - (x < y);
}

static void measure(int poll, clockid_t broker, double length)
{
    double begin = seconds_of(CLOCK_MONOTONIC);

    for (unsigned i = 0; i < CLIENTS * window; i++) {
        ask(&clients[i % CLIENTS], begin);
    }
    run_until(poll, begin + WARM_UP_S);
    answers = 0;
    time_count = 0;
    double wall = seconds_of(CLOCK_MONOTONIC);
    double broker_cpu = seconds_of(broker);
    double own_cpu = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    run_until(poll, wall + length);
    wall = seconds_of(CLOCK_MONOTONIC) - wall;
    broker_cpu = seconds_of(broker) - broker_cpu;
    own_cpu = seconds_of(CLOCK_PROCESS_CPUTIME_ID) - own_cpu;
    if (time_count == 0) {
        fail("no answers");
    }
    qsort(times, time_count, sizeof times[0], by_time);
    printf("{\"answers\": %llu, \"wall_s\": %.4f, \"broker_s\": %.4f, \"own_s\": %.4f, "
           "\"p50_us\": %.0f, \"p99_us\": %.0f}\n",
           (unsigned long long)answers, wall, broker_cpu, own_cpu,
           (double)times[time_count / 2] * 1e6, (double)times[time_count * 99 / 100] * 1e6);
}

static void read_content(const char *name)
{
    FILE *file = fopen(name, "rb");
    size_t size = file == NULL ? 0 : fread(content, 1, sizeof content, file);

    chunk_count = (unsigned)(size / CHUNK); // whole ones
    if (chunk_count == 0) {
        fail("'%s' holds no chunk", name);
    }
    fclose(file);
}

int main(int count, char **arguments)
{
    clockid_t broker;

    if (count != 7) {
        fail("usage: bench_mqtt_load chunks|echo PORT PID WINDOW SECONDS FILE");
    }
    is_echo = strcmp(arguments[1], "echo") == 0;
    window = (unsigned)strtoul(arguments[4], NULL, 10);
    if (window < 1 || window > WINDOW_MAX) {
        fail("a window of 1 to %d", (int)WINDOW_MAX);
    }
    if (clock_getcpuclockid((pid_t)strtol(arguments[3], NULL, 10), &broker) != 0) {
        fail("there is no process %s", arguments[3]);
    }
    read_content(arguments[6]);
    int poll = connect_all((uint16_t)strtoul(arguments[2], NULL, 10));
    measure(poll, broker, strtod(arguments[5], NULL));
    return 0;
}
