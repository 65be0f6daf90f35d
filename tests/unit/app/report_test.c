// SPDX-License-Identifier: Apache-2.0
// Reports while the EEPROM refuses what it is given: each is sent, and once.
#include <string.h>

#include "node/store/record.h"
#include "tests/fake/eeprom.h"
#include "tests/host/cmocka_all.h"
#include "tests/unit/app/node_bench.h"
#include "wire/codes.h"

enum { SESSIONS = 4, SOME_SESSIONS_MS = 25000 * 1000 };

static void keep_report(enum ota_code code)
{
    struct report_record report = {.code = (uint8_t)code};
    struct record_change change;

    record_change_init(&change);
    record_put_report(&change, &report);
    assert_int_equal(record_commit(&change), STATUS_OK);
}

static void boot_for_some_sessions(struct world world)
{
    fake_eeprom_break(true);
    world.limit_ms = SOME_SESSIONS_MS;
    bench_boot(world);
    fake_eeprom_break(false);
}

static void a_report_that_cannot_be_deleted_is_sent_once_in_a_start(void **state)
{
    (void)state;
    bench_boot(world_usual()); // learns its IMEI
    keep_report(OTA_HARDWARE);
    boot_for_some_sessions(world_usual());
    bench_expect_published(REPORT("Hardware not supported"), 1);
}

// A wrong downlink at the end of each session: its report is put while the one before is on its way.
static void a_report_that_cannot_be_kept_does_not_end_with_the_one_before(void **state)
{
    (void)state;
    static const char downlink[] = "{\"Config\":\"[AT+OTAPWD=pass;word;AT+UPGRADE]\"}";
    struct world world = world_usual();

    bench_boot(world_usual());
    world.downlink = downlink;
    world.downlink_size = strlen(downlink);
    world.downlink_is_late = true;
    world.downlink_repeats = true;
    boot_for_some_sessions(world);
    bench_expect_published(REPORT("Command format error"), SESSIONS - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_report_that_cannot_be_deleted_is_sent_once_in_a_start,
                               bench_setup),
        cmocka_unit_test_setup(a_report_that_cannot_be_kept_does_not_end_with_the_one_before,
                               bench_setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
