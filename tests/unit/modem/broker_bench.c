// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/modem/broker_bench.h"

#include <stdio.h>

struct broker_process bench_broker;
struct rig bench_rig;

int bench_start_broker(void **state)
{
    (void)state;
    broker_start(&bench_broker, "");
    return 0;
}

int bench_stop_broker(void **state)
{
    (void)state;
    broker_end(&bench_broker);
    return 0;
}

int bench_begin(void **state)
{
    (void)state;
    rig_begin(&bench_rig, "nb1-ce0", 11);
    return 0;
}

int bench_end(void **state)
{
    (void)state;
    rig_end(&bench_rig);
    return 0;
}

void bench_subscribe(const char *topic, unsigned qos)
{
    char command[300];

    snprintf(command, sizeof command, "AT+QMTSUB=0,1,\"%s\",%u", topic, qos);
    rig_ok(&bench_rig, command);
    snprintf(command, sizeof command, "\r\n+QMTSUB: 0,1,0,%u\r\n", qos);
    rig_expect(&bench_rig, command, 10000);
}
