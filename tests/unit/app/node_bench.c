// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/app/node_bench.h"

#include <string.h>

#include "node/store/journal.h"
#include "node/store/record.h"
#include "tests/host/cmocka_all.h"

void bench_store(enum setting setting, const char *value)
{
    struct journal_item item = {setting_rows[setting].id, span_of_text(value)};

    assert_int_equal(journal_commit(&item, 1), STATUS_OK);
}

void bench_forget(enum setting setting)
{
    bench_store(setting, "");
}

int bench_setup(void **state)
{
    (void)state;
    world_begin();
    assert_int_equal(journal_open(), STATUS_OK);
    bench_store(SETTING_OTASER, "ota,1885");
    bench_store(SETTING_OTACLT, "token");
    bench_store(SETTING_OTAUNAME, "token");
    bench_store(SETTING_SERVADDR, "data,1883");
    bench_store(SETTING_CLIENT, "node");
    bench_store(SETTING_PUBTOPIC, "up");
    bench_store(SETTING_SUBTOPIC, "down");
    return 0;
}

void bench_set_install_state(enum install_state install_state)
{
    struct install_record install;
    struct record_change change;

    record_read_install(&install);
    install.state = install_state;
    record_change_init(&change);
    record_put_install(&change, &install);
    assert_int_equal(record_commit(&change), STATUS_OK);
}

void bench_boot(struct world world)
{
    world_boot(&world);
}

struct world bench_with_lines(const struct world_line *lines, size_t count)
{
    struct world world = world_usual();

    memcpy(world.lines, lines, count * sizeof *lines);
    return world;
}

struct world bench_with_upgrade(void)
{
    return WITH(UNLOCK, {"Correct", "AT+UPGRADE\r\n"});
}

void bench_expect_said(const char *text)
{
    if (world_count(world_result.console, text) != 1) {
        fail_msg("\"%s\" not once in:\n%s", text, world_result.console);
    }
}

void bench_expect_published(const char *text, unsigned times)
{
    if (world_count(world_result.published, text) != times) {
        fail_msg("\"%s\" not %u times in:\n%s", text, times, world_result.published);
    }
}

void bench_expect_asleep(void)
{
    assert_true(world_result.modem_asleep);
    assert_true(world_result.nor_asleep);
}
