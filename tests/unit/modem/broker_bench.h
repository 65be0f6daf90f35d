// SPDX-License-Identifier: Apache-2.0
// A modem on its bench (rig.h) and a mosquitto of the test's own, which serves all tests of a program.
#ifndef NBOTA_TESTS_UNIT_MODEM_BROKER_BENCH_H
#define NBOTA_TESTS_UNIT_MODEM_BROKER_BENCH_H

#include "tests/host/cmocka_all.h"
#include "tests/unit/modem/rig.h"

extern struct broker_process bench_broker;
extern struct rig bench_rig;

// For cmocka: of the program, and of each test.
int bench_start_broker(void **state);
int bench_stop_broker(void **state);
int bench_begin(void **state);
int bench_end(void **state);

#define BENCH_TEST(name) cmocka_unit_test_setup_teardown(name, bench_begin, bench_end)

// AT+QMTSUB, and its outcome.
void bench_subscribe(const char *topic, unsigned qos);

#endif
