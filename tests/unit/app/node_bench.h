// SPDX-License-Identifier: Apache-2.0
// What tests of whole boots share: a node whose settings are all set, both servers there (tests/unit/app/world.h).
#ifndef NBOTA_TESTS_UNIT_APP_NODE_BENCH_H
#define NBOTA_TESTS_UNIT_APP_NODE_BENCH_H

#include "node/core/settings.h"
#include "node/store/record.h"
#include "tests/unit/app/world.h"

// The first line of a world: unlocks the console.
#define UNLOCK                                                                                     \
    {                                                                                              \
        "reboot error:", "a1b2c3\r\n"                                                              \
    }
#define REPORT(text) "data up {\"IMEI\":\"866207053462705\", \"Message\": \"" text "\"}\n"

int bench_setup(void **state); // everything set
void bench_store(enum setting setting, const char *value);
void bench_forget(enum setting setting); // back to its default
void bench_set_install_state(enum install_state install_state);

void bench_boot(struct world world);
struct world bench_with_lines(const struct world_line *lines, size_t count);
// A usual world and these lines.
#define WITH(...)                                                                                  \
    bench_with_lines((const struct world_line[]){__VA_ARGS__},                                     \
                     sizeof((const struct world_line[]){__VA_ARGS__}) / sizeof(struct world_line))
struct world bench_with_upgrade(void); // AT+UPGRADE is typed

// Of the last boot.
void bench_expect_said(const char *text); // once
void bench_expect_published(const char *text, unsigned times);
void bench_expect_asleep(void); // module and flash chip

#endif
