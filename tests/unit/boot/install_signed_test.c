// SPDX-License-Identifier: Apache-2.0
// Installs by a bootloader with keys: only what is signed, and still so after every cut.
#include <string.h>

#include "tests/fake/flash.h"
#include "tests/fake/nor.h"
#include "tests/host/cmocka_all.h"
#include "tests/unit/boot/install_bench.h"
#include "tests/unit/boot/signer.h"

static struct manifest manifest;

static void sign(enum signer signer)
{
    signer_sign(&manifest, signer);
    bench_put_page(BENCH_NEW_SIZE, &manifest);
}

static int setup(void **state)
{
    (void)state;
    bench_begin_trial();
    bench_manifest(&manifest);
    sign(SIGNER_FIRST);
    return 0;
}

static void expect_refused(enum verdict verdict)
{
    assert_int_equal(bench_boot(), BOOT_REFUSED);
    assert_int_equal(bench_verdict(), verdict);
    assert_int_equal(bench_state(), INSTALL_REFUSED);
    assert_true(bench_old_runs() && boot_application_may_start());
    assert_int_equal(fake_flash_operations() + fake_nor_area_operations(), 0);
}

static void a_signed_candidate_is_tried(void **state)
{
    (void)state;
    assert_int_equal(bench_boot(), BOOT_ON_TRIAL);
    assert_true(bench_new_runs(BENCH_NEW_SIZE));
}

static void a_candidate_that_nobody_signed_is_refused(void **state)
{
    (void)state;
    bench_put_page(BENCH_NEW_SIZE, NULL);
    expect_refused(VERDICT_UNSIGNED);
}

static void a_candidate_below_the_nodes_counter_or_of_a_revoked_key_is_refused(void **state)
{
    (void)state;
    struct security_record security = {1, 0};
    struct record_change change;

    record_change_init(&change);
    record_put_security(&change, &security);
    assert_int_equal(record_commit(&change), STATUS_OK);
    expect_refused(VERDICT_COUNTER);
    setup(NULL);
    security = (struct security_record){0, 1};
    record_change_init(&change);
    record_put_security(&change, &security);
    assert_int_equal(record_commit(&change), STATUS_OK);
    expect_refused(VERDICT_REVOKED_KEY);
}

// The candidate is exchanged for one of the same CRC32 while the copy is half done.
static void a_candidate_that_is_exchanged_amidst_the_copy_goes_back(void **state)
{
    (void)state;
    for (uint32_t operation = 0; operation < 230; operation += 17) {
        setup(NULL);
        fake_flash_cut(operation, operation);
        assert_int_equal(boot_install(&(enum verdict){0}), BOOT_FAILED);
        sign(SIGNER_STRANGER);
        assert_int_equal(bench_boot(), BOOT_ROLLED_BACK);
        assert_true(bench_old_runs() && boot_application_may_start());
    }
}

static void a_signed_install_that_is_cut_anywhere_is_finished(void **state)
{
    (void)state;
    for (int memory = 0; memory < BENCH_MEMORIES; memory++) {
        bool cut = true;
        for (uint32_t operation = 0; cut; operation += 3) {
            setup(NULL);
            bench_cut((enum bench_memory)memory, operation, operation);
            (void)boot_install(&(enum verdict){0});
            cut = bench_was_cut();
            assert_true(bench_old_runs() || bench_new_runs(BENCH_NEW_SIZE) ||
                        !boot_application_may_start());
            (void)bench_boot();
            assert_true(bench_new_runs(BENCH_NEW_SIZE) && boot_application_may_start());
            assert_int_equal(bench_state(), INSTALL_TRIAL);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_signed_candidate_is_tried, setup),
        cmocka_unit_test_setup(a_candidate_that_nobody_signed_is_refused, setup),
        cmocka_unit_test_setup(a_candidate_below_the_nodes_counter_or_of_a_revoked_key_is_refused,
                               setup),
        cmocka_unit_test_setup(a_candidate_that_is_exchanged_amidst_the_copy_goes_back, setup),
        cmocka_unit_test_setup(a_signed_install_that_is_cut_anywhere_is_finished, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
