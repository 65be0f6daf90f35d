// SPDX-License-Identifier: Apache-2.0
// The port to the broker, on mosquitto 2.0.
#include "server/gateway/broker.h"

#include "server/gateway/wake.h"

#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>

#include <mosquitto.h>
#include <mosquitto_broker.h>

void broker_send(const char *client_id, const char *topic, struct span payload, int qos)
{
    // Only lack of memory fails; the device asks again.
    (void)mosquitto_broker_publish_copy(client_id, topic, (int)payload.size, payload.data, qos,
                                        false, NULL);
}

void broker_close(const char *client_id)
{
    (void)mosquitto_kick_client_by_clientid(client_id, false);
}

// The broker waits in epoll_wait(), which a signal ends and no SA_RESTART resumes. SIGURG is ignored by default and
// used by nothing in mosquitto; every other call that it meets is resumed.
static pthread_t loop_thread;
static struct sigaction action_before;
static bool can_wake;

static void do_nothing(int signal_number)
{
    (void)signal_number;
}

void wake_prepare(void)
{
    struct sigaction action = {.sa_handler = do_nothing, .sa_flags = SA_RESTART};

    (void)sigemptyset(&action.sa_mask);
    loop_thread = pthread_self();
    can_wake = sigaction(SIGURG, &action, &action_before) == 0;
}

void wake_end(void)
{
    if (can_wake) {
        (void)sigaction(SIGURG, &action_before, NULL);
    }
    can_wake = false;
}

void broker_wake(void)
{
    if (can_wake) {
        (void)pthread_kill(loop_thread, SIGURG);
    }
}

void broker_log(enum broker_log level, const char *format, ...)
{
    static const int levels[] = {[BROKER_LOG_INFO] = MOSQ_LOG_NOTICE,
                                 [BROKER_LOG_WARNING] = MOSQ_LOG_WARNING,
                                 [BROKER_LOG_ERROR] = MOSQ_LOG_ERR};
    char text[600];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    mosquitto_log_printf(levels[level], "nbota: %s", text);
}
