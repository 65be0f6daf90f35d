// SPDX-License-Identifier: Apache-2.0
#include "cli/interrupt.h"

#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

static volatile sig_atomic_t came;

static void on_signal(int number)
{
    (void)number;
    came = 1;
}

void interrupt_catch(void)
{
    struct sigaction action = {.sa_handler = on_signal};

    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

// A full disk is no reason to end, so the stream's error alone does not count: poll() knows a pipe without a reader.
static bool is_unheard(void)
{
    struct pollfd out = {.fd = STDOUT_FILENO};

    return ferror(stdout) && poll(&out, 1, 0) > 0 && (out.revents & POLLERR) != 0;
}

bool interrupt_came(void)
{
    return came != 0 || is_unheard();
}
