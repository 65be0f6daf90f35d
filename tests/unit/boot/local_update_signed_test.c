// SPDX-License-Identifier: Apache-2.0
// Local updates of a bootloader with keys: nothing is given up for an image that nobody vouches for.
#include <string.h>

#include "base/crc32.h"
#include "base/endian.h"
#include "node/boot/boot.h"
#include "node/boot/local_update.h"
#include "node/store/journal.h"
#include "tests/fake/eeprom.h"
#include "tests/fake/firmware.h"
#include "tests/fake/flash.h"
#include "tests/host/cmocka_all.h"
#include "tests/unit/boot/signer.h"

enum { SIZE = 3001, BLOCK = 1024 };

const uint8_t boot_hardware_id = 1;

static uint8_t old_image[SIZE];
static uint8_t image[SIZE];
static struct manifest manifest;
static uint8_t file[WIRE_PACKED_MAX];
static uint32_t file_size;
static struct local_update update;

static void pack(enum signer signer)
{
    signer_sign(&manifest, signer);
    file_size = signer_pack(span_of(image, SIZE), &manifest, file);
}

static int setup(void **state)
{
    (void)state;
    firmware_make(old_image, SIZE, "s31-nb", "v1.0.0");
    firmware_make(image, SIZE, "s31-nb", "v1.1.0");
    fake_eeprom_reset();
    fake_flash_reset();
    memcpy(fake_flash_slot(), old_image, SIZE);
    assert_int_equal(journal_open(), STATUS_OK);
    assert_int_equal(manifest_of(span_of(image, SIZE), &manifest), STATUS_OK);
    pack(SIGNER_FIRST);
    return 0;
}

static enum local_verdict send_file(void)
{
    enum local_verdict verdict = LOCAL_MORE;

    memset(&update, 0, sizeof update);
    for (uint32_t at = 0; at < file_size && verdict == LOCAL_MORE; at += BLOCK) {
        uint32_t left = file_size - at;
        verdict = local_update_take(&update, span_of(file + at, left < BLOCK ? left : BLOCK));
    }
    return verdict == LOCAL_MORE ? local_update_end(&update) : verdict;
}

static void expect_unfit(enum verdict why)
{
    assert_int_equal(send_file(), LOCAL_UNFIT);
    assert_int_equal(update.why, why);
    assert_int_equal(fake_flash_operations(), 0);
    assert_memory_equal(fake_flash_slot(), old_image, SIZE);
    assert_true(boot_application_may_start());
}

static void write_security(uint32_t counter, uint32_t revoked)
{
    struct security_record security = {counter, revoked};
    struct record_change change;

    record_change_init(&change);
    record_put_security(&change, &security);
    assert_int_equal(record_commit(&change), STATUS_OK);
}

static void a_signed_image_is_installed(void **state)
{
    (void)state;
    assert_int_equal(send_file(), LOCAL_INSTALLED);
    assert_memory_equal(fake_flash_slot(), image, SIZE);
    assert_true(boot_application_may_start());
}

static void an_image_that_is_not_signed_is_refused_before_anything_is_erased(void **state)
{
    (void)state;
    file_size = signer_pack(span_of(image, SIZE), NULL, file);
    expect_unfit(VERDICT_UNSIGNED);
    memset(manifest.key_id, 0, sizeof manifest.key_id);
    file_size = signer_pack(span_of(image, SIZE), &manifest, file);
    expect_unfit(VERDICT_UNSIGNED);
}

static void a_wrong_signature_is_refused_before_anything_is_erased(void **state)
{
    (void)state;
    pack(SIGNER_STRANGER);
    expect_unfit(VERDICT_UNKNOWN_KEY);
    pack(SIGNER_FIRST);
    manifest.signature[0] ^= 1;
    file_size = signer_pack(span_of(image, SIZE), &manifest, file);
    expect_unfit(VERDICT_SIGNATURE);
}

static void what_the_node_has_outgrown_is_refused_before_anything_is_erased(void **state)
{
    (void)state;
    write_security(1, 0);
    expect_unfit(VERDICT_COUNTER);
    write_security(0, 1);
    expect_unfit(VERDICT_REVOKED_KEY);
}

static void a_size_that_is_not_the_manifests_is_refused_before_anything_is_erased(void **state)
{
    (void)state;
    manifest.image_size++;
    pack(SIGNER_FIRST);
    expect_unfit(VERDICT_CHECKSUM);
}

// Its container is in order and was made anew: the digest alone tells.
static void a_content_that_was_not_signed_is_never_started(void **state)
{
    (void)state;
    image[SIZE - 1] ^= 1;
    file_size = signer_pack(span_of(image, SIZE), &manifest, file);
    assert_int_equal(send_file(), LOCAL_UNFIT);
    assert_int_equal(update.why, VERDICT_CHECKSUM);
    assert_false(boot_application_may_start());
    assert_false(boot_application_is_plausible());
    image[SIZE - 1] ^= 1;
    pack(SIGNER_SECOND);
    assert_int_equal(send_file(), LOCAL_INSTALLED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_signed_image_is_installed, setup),
        cmocka_unit_test_setup(an_image_that_is_not_signed_is_refused_before_anything_is_erased,
                               setup),
        cmocka_unit_test_setup(a_wrong_signature_is_refused_before_anything_is_erased, setup),
        cmocka_unit_test_setup(what_the_node_has_outgrown_is_refused_before_anything_is_erased,
                               setup),
        cmocka_unit_test_setup(
            a_size_that_is_not_the_manifests_is_refused_before_anything_is_erased, setup),
        cmocka_unit_test_setup(a_content_that_was_not_signed_is_never_started, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
