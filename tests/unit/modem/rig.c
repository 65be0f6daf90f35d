// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "tests/unit/modem/rig.h"

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

enum { WAIT_MS = 2 };

void rig_begin_with(struct rig *rig, struct modem *(*create)(const struct modem_config *config),
                    const char *link_class, uint64_t seed)
{
    struct modem_config config = {
        .imei = "866207053462705",
        .imsi = "460045267607155",
        .link_class = link_class,
        .seed = seed,
    };

    *rig = (struct rig){.modem = create(&config), .hash = 1};
    rig->seen = malloc(RIG_SEEN_MAX);
    assert_non_null(rig->modem);
    assert_non_null(rig->seen);
}

void rig_begin(struct rig *rig, const char *link_class, uint64_t seed)
{
    rig_begin_with(rig, bc660k_create, link_class, seed);
}

void rig_end(struct rig *rig)
{
    modem_destroy(rig->modem);
    free(rig->seen);
}

static void take_output(struct rig *rig)
{
    uint8_t byte;

    while (modem_output(rig->modem, rig->now_ns, &byte)) {
        assert_true(rig->seen_size < RIG_SEEN_MAX);
        rig->seen[rig->seen_size++] = byte;
        rig->hash = (rig->hash ^ byte ^ rig->now_ns) * UINT64_C(0x100000001B3);
    }
}

void rig_step(struct rig *rig, uint64_t until_ns)
{
    modem_poll(rig->modem, rig->now_ns);
    take_output(rig);
    if (rig->now_ns >= until_ns) {
        return;
    }
    if (!modem_net_quiet(rig->modem, rig->now_ns)) {
        modem_wait(rig->modem, WAIT_MS);
        return;
    }
    uint64_t next_ns = modem_next_ns(rig->modem);
    assert_true(next_ns > rig->now_ns);
    rig->now_ns = next_ns < until_ns ? next_ns : until_ns;
    modem_poll(rig->modem, rig->now_ns);
    take_output(rig);
}

void rig_run(struct rig *rig, uint64_t until_ns)
{
    while (rig->now_ns < until_ns) {
        rig_step(rig, until_ns);
    }
}

void rig_type_bytes(struct rig *rig, const void *bytes, size_t size, uint32_t baud)
{
    const uint8_t *at = bytes;

    for (size_t i = 0; i < size; i++) {
        rig_run(rig, rig->now_ns + 10 * RIG_S / baud);
        modem_input(rig->modem, at[i], baud, rig->now_ns);
    }
}

void rig_type(struct rig *rig, const char *text)
{
    rig_type_bytes(rig, text, strlen(text), RIG_BAUD);
    rig_type_bytes(rig, "\r\n", 2, RIG_BAUD);
}

static bool find(struct rig *rig, const void *bytes, size_t size)
{
    const uint8_t *at = memmem(rig->seen + rig->read, rig->seen_size - rig->read, bytes, size);

    if (at != NULL) {
        rig->read = (size_t)(at - rig->seen) + size;
        rig->arrived_ns = rig->now_ns;
    }
    return at != NULL;
}

void rig_expect_bytes(struct rig *rig, const void *bytes, size_t size, uint64_t bound_ms)
{
    uint64_t until_ns = rig->now_ns + bound_ms * RIG_MS;

    while (!find(rig, bytes, size)) {
        if (rig->now_ns >= until_ns) {
            fail_msg("expected within %lu ms: %.*s\nsince the last: %.*s", (unsigned long)bound_ms,
                     (int)size, (const char *)bytes, (int)(rig->seen_size - rig->read),
                     (const char *)rig->seen + rig->read);
        }
        rig_step(rig, until_ns);
    }
}

void rig_expect(struct rig *rig, const char *text, uint64_t bound_ms)
{
    rig_expect_bytes(rig, text, strlen(text), bound_ms);
}

void rig_expect_not(struct rig *rig, const char *text, uint64_t ms)
{
    rig_run(rig, rig->now_ns + ms * RIG_MS);
    if (memmem(rig->seen + rig->read, rig->seen_size - rig->read, text, strlen(text)) != NULL) {
        fail_msg("not expected: %s", text);
    }
}

void rig_ok(struct rig *rig, const char *command)
{
    rig_type(rig, command);
    rig_expect(rig, "\r\nOK\r\n", 5000);
}

void rig_error(struct rig *rig, const char *command)
{
    rig_type(rig, command);
    rig_expect(rig, "ERROR", 5000);
}

void rig_boot(struct rig *rig)
{
    modem_power_on(rig->modem, rig->now_ns);
    rig_expect(rig, "\r\nRDY\r\n", 5100);
    rig_ok(rig, "ATE0");
    rig_ok(rig, "AT+CMEE=1");
    rig_ok(rig, "AT+QSCLK=0");
}

void rig_attach(struct rig *rig)
{
    rig_boot(rig);
    rig_ok(rig, "AT+CFUN=1");
    rig_run(rig, rig->now_ns + 100 * RIG_S);
    rig_ok(rig, "AT+CGATT?");
}

void rig_connect(struct rig *rig, unsigned port, const char *client)
{
    char command[256];

    rig_attach(rig);
    rig_ok(rig, "AT+QMTCFG=\"version\",0,1");
    rig_ok(rig, "AT+QMTCFG=\"showrecvlen\",0,1");
    snprintf(command, sizeof command, "AT+QMTOPEN=0,\"127.0.0.1\",%u", port);
    rig_ok(rig, command);
    rig_expect(rig, "\r\n+QMTOPEN: 0,0\r\n", 30000);
    snprintf(command, sizeof command, "AT+QMTCONN=0,\"%s\"", client);
    rig_ok(rig, command);
    rig_expect(rig, "\r\n+QMTCONN: 0,0,0\r\n", 35000);
}

// ---- mosquitto ----

static unsigned free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, size), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    close(fd);
    return ntohs(address.sin_port);
}

static bool answers(unsigned port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bool connected = connect(fd, (struct sockaddr *)&address, sizeof address) == 0;

    close(fd);
    return connected;
}

// False when it ends by itself, since somebody else took its port.
static bool run(struct broker_process *broker)
{
    char path[128];

    snprintf(path, sizeof path, "%s/conf", broker->folder);
    broker->pid = fork();
    assert_true(broker->pid >= 0);
    if (broker->pid == 0) {
        if (freopen("/dev/null", "w", stderr) == NULL ||
            freopen("/dev/null", "w", stdout) == NULL) {
            _exit(127);
        }
        execlp("mosquitto", "mosquitto", "-c", path, (char *)NULL);
        execl("/usr/sbin/mosquitto", "mosquitto", "-c", path, (char *)NULL);
        _exit(127);
    }
    for (int i = 0; i < 6000; i++) {
        if (waitpid(broker->pid, NULL, WNOHANG) == broker->pid) {
            return false;
        }
        if (answers(broker->port)) {
            return true;
        }
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    }
    return false;
}

void broker_restart(struct broker_process *broker)
{
    if (!run(broker)) {
        fail_msg("mosquitto did not start: is the package mosquitto installed?");
    }
}

static void write_conf(const struct broker_process *broker, const char *extra)
{
    char path[128];

    snprintf(path, sizeof path, "%s/conf", broker->folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "listener %u 127.0.0.1\nallow_anonymous true\n%s", broker->port, extra);
    fclose(file);
}

void broker_start(struct broker_process *broker, const char *extra)
{
    snprintf(broker->folder, sizeof broker->folder, "/tmp/nbota-modem-XXXXXX");
    assert_non_null(mkdtemp(broker->folder));
    for (int tries = 0; tries < 5; tries++) {
        broker->port = free_port();
        write_conf(broker, extra);
        if (run(broker)) {
            return;
        }
    }
    fail_msg("mosquitto did not start: is the package mosquitto installed?");
}

void broker_kill(struct broker_process *broker, int signal_number)
{
    kill(broker->pid, signal_number);
    waitpid(broker->pid, NULL, 0);
}

void broker_end(struct broker_process *broker)
{
    char path[128];

    broker_kill(broker, SIGTERM);
    snprintf(path, sizeof path, "%s/conf", broker->folder);
    unlink(path);
    rmdir(broker->folder);
}
