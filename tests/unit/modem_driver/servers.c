// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "tests/unit/modem_driver/servers.h"

#include "tests/host/cmocka_all.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/modem/rig.h"

struct server_ports server_ports;

static struct broker_process broker;
static pid_t peers_pid;
static int peers_input; // closed at the end: that ends them

static void start_peers(void)
{
    int in[2], out[2];
    char line[256];

    assert_int_equal(pipe(in), 0);
    assert_int_equal(pipe(out), 0);
    peers_pid = fork();
    assert_true(peers_pid >= 0);
    if (peers_pid == 0) {
        dup2(in[0], STDIN_FILENO);
        dup2(out[1], STDOUT_FILENO);
        close(in[1]);
        execlp("python3", "python3", MODEM_PEERS, (char *)NULL);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    peers_input = in[1];
    FILE *file = fdopen(out[0], "r");
    assert_non_null(fgets(line, sizeof line, file));
    assert_int_equal(sscanf(line, "udp=%u tcp=%u coap=%u", &server_ports.udp, &server_ports.tcp,
                            &server_ports.coap),
                     3);
    fclose(file);
}

int servers_start(void **state)
{
    (void)state;
    start_peers();
    broker_start(&broker, "");
    server_ports.mqtt = broker.port;
    return 0;
}

int servers_stop(void **state)
{
    (void)state;
    broker_end(&broker);
    close(peers_input);
    waitpid(peers_pid, NULL, 0);
    return 0;
}
