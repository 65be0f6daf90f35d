// SPDX-License-Identifier: Apache-2.0
// The module's MQTT commands against a mosquitto of the test's own.
#include "tests/host/cmocka_all.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/modem/rig.h"

static struct broker_process broker;

static int start_broker(void **state)
{
    (void)state;
    broker_start(&broker, "");
    return 0;
}

static int stop_broker(void **state)
{
    (void)state;
    broker_kill(&broker, SIGTERM);
    return 0;
}

static void what_is_published_comes_back_to_its_subscriber(void **state)
{
    (void)state;
    struct rig rig;

    rig_begin(&rig, "nb1-ce0", 1);
    rig_connect(&rig, broker.port, "one");
    rig_ok(&rig, "AT+QMTSUB=0,1,\"a/+\",0");
    rig_expect(&rig, "\r\n+QMTSUB: 0,1,0,0\r\n", 10000);
    rig_ok(&rig, "AT+QMTPUB=0,0,0,0,\"a/b\",4,\"1028\"");
    rig_expect(&rig, "\r\n+QMTRECV: 0,0,\"a/b\",4,\"1028\"\r\n", 5000);
    rig_ok(&rig, "AT+QMTDISC=0");
    rig_expect(&rig, "\r\n+QMTDISC: 0,0\r\n", 500);
    rig_error(&rig, "AT+QMTCLOSE=0");
    rig_end(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_published_comes_back_to_its_subscriber),
    };
    return cmocka_run_group_tests(tests, start_broker, stop_broker);
}
