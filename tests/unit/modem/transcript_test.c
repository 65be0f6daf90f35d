// SPDX-License-Identifier: Apache-2.0
// Golden transcripts of both modules against servers of the test's own: every file of tests/golden/modem is a case.
#define _GNU_SOURCE
#include "tests/host/cmocka_all.h"

#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/modem/rig.h"
#include "tests/unit/modem/script.h"

enum { CASES_MAX = 64 };

static struct broker_process broker;
static struct script_ports ports;
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
    assert_int_equal(sscanf(line, "udp=%u tcp=%u coap=%u", &ports.udp, &ports.tcp, &ports.coap), 3);
    fclose(file);
}

static int start_servers(void **state)
{
    (void)state;
    start_peers();
    broker_start(&broker, "");
    ports.mqtt = broker.port;
    return 0;
}

static int stop_servers(void **state)
{
    (void)state;
    broker_end(&broker);
    close(peers_input);
    waitpid(peers_pid, NULL, 0);
    return 0;
}

static void transcript_holds(void **state)
{
    script_play(*state, &ports);
}

int main(void)
{
    static struct CMUnitTest tests[CASES_MAX];
    glob_t files;
    size_t count = 0;

    if (glob(MODEM_GOLDEN "/*.txt", 0, NULL, &files) != 0) {
        fprintf(stderr, "no transcripts in %s\n", MODEM_GOLDEN);
        return 1;
    }
    for (; count < files.gl_pathc && count < CASES_MAX; count++) {
        tests[count] = (struct CMUnitTest){.name = strrchr(files.gl_pathv[count], '/') + 1,
                                           .test_func = transcript_holds,
                                           .initial_state = files.gl_pathv[count]};
    }
    int failed = _cmocka_run_group_tests("transcripts", tests, count, start_servers, stop_servers);
    globfree(&files);
    return failed;
}
