// SPDX-License-Identifier: Apache-2.0
// Every verdict, and that the first reason in the order of verify.h is the one that is given.
#include "node/boot/verify.h"

#include "base/endian.h"
#include "node/boot/boot.h"
#include "tests/fake/firmware.h"
#include "tests/host/cmocka_all.h"
#include "tests/unit/boot/signer.h"

enum { SIZE = 3001 };

const uint8_t boot_hardware_id = 1;

static uint8_t file[WIRE_HEADER_PAGE_SIZE + SIZE]; // as it lies unpacked
static struct manifest manifest;
static struct verify_work work;
static uint32_t readable; // bytes of the file
static unsigned feeds;
static struct security_record security;

static uint8_t *image(void)
{
    return file + WIRE_HEADER_PAGE_SIZE;
}

static enum status read(void *context, uint32_t offset, void *buffer, size_t size)
{
    assert_ptr_equal(context, &security);
    assert_true(offset + size <= sizeof file);
    memcpy(buffer, file + offset, size);
    return offset + size <= readable ? STATUS_OK : STATUS_IO;
}

static void feed(void)
{
    feeds++;
}

static void put_page(void)
{
    signer_put_page(file, span_of(image(), SIZE), &manifest);
}

static void sign(enum signer signer)
{
    signer_sign(&manifest, signer);
    put_page();
}

static void make_manifest(void)
{
    assert_int_equal(manifest_of(span_of(image(), SIZE), &manifest), STATUS_OK);
    sign(SIGNER_FIRST);
}

static int setup(void **state)
{
    (void)state;
    firmware_make(image(), SIZE, "s31-nb", "v1.1.0");
    make_manifest();
    readable = sizeof file;
    security = (struct security_record){0};
    feeds = 0;
    return 0;
}

static struct bootloader_request request(void)
{
    return (struct bootloader_request){
        .read = read,
        .feed = feed,
        .context = &security,
        .work = &work,
        .work_size = sizeof work,
        .counter = security.counter,
        .revoked = security.revoked,
    };
}

static void expect(enum verdict verdict)
{
    struct bootloader_request asked = request();

    assert_int_equal(verify_for_application(&asked), verdict);
}

static void a_signed_candidate_is_good_and_its_manifest_is_known(void **state)
{
    (void)state;
    expect(VERDICT_GOOD);
    assert_true(feeds > SIZE / VERIFY_READ_SIZE);
    assert_true(work.subject.has_manifest);
    assert_int_equal(work.subject.header.firmware_size, SIZE);
    assert_string_equal(work.subject.manifest.version, "v1.1.0");
    sign(SIGNER_SECOND);
    expect(VERDICT_GOOD);
}

static void what_cannot_be_read_says_nothing_about_the_candidate(void **state)
{
    (void)state;
    readable = 10;
    expect(VERDICT_UNREADABLE);
    readable = WIRE_HEADER_PAGE_SIZE;
    expect(VERDICT_UNREADABLE);
    readable = sizeof file - 1;
    expect(VERDICT_UNREADABLE);
}

static void an_application_that_provides_no_room_gets_no_verdict(void **state)
{
    (void)state;
    struct bootloader_request asked = request();

    asked.work_size = sizeof work - 1;
    assert_int_equal(verify_for_application(&asked), VERDICT_UNREADABLE);
    asked = request();
    asked.work = (uint8_t *)&work + 1;
    assert_int_equal(verify_for_application(&asked), VERDICT_UNREADABLE);
}

static void what_is_no_packed_image_is_refused(void **state)
{
    (void)state;
    file[0] ^= 1;
    expect(VERDICT_CONTAINER);
    put_page();
    store_le32(file + 13, WIRE_SLOT_SIZE + 1);
    expect(VERDICT_CONTAINER);
}

static void a_manifest_of_another_format_is_refused(void **state)
{
    (void)state;
    file[MANIFEST_OFFSET + 4]++;
    expect(VERDICT_MANIFEST);
}

static void with_keys_an_image_must_be_signed(void **state)
{
    (void)state;
    signer_put_page(file, span_of(image(), SIZE), NULL);
    expect(VERDICT_UNSIGNED);
    memset(manifest.key_id, 0, sizeof manifest.key_id);
    put_page();
    expect(VERDICT_UNSIGNED);
}

static void a_strangers_signature_is_refused(void **state)
{
    (void)state;
    sign(SIGNER_STRANGER);
    expect(VERDICT_UNKNOWN_KEY);
}

static void a_revoked_key_signs_no_more_and_the_other_does(void **state)
{
    (void)state;
    security.revoked = 1;
    expect(VERDICT_REVOKED_KEY);
    sign(SIGNER_SECOND);
    expect(VERDICT_GOOD);
    security.revoked = 2;
    expect(VERDICT_REVOKED_KEY);
}

static void every_bit_of_what_is_signed_and_of_the_signature_matters(void **state)
{
    (void)state;
    for (unsigned bit = 0; bit < 8 * MANIFEST_SIZE; bit += 5) {
        uint8_t *byte = file + MANIFEST_OFFSET + bit / 8;
        *byte ^= (uint8_t)(1U << bit % 8);
        struct bootloader_request asked = request();
        uint32_t verdict = verify_for_application(&asked);
        assert_true(verdict == VERDICT_SIGNATURE || verdict == VERDICT_UNKNOWN_KEY ||
                    verdict == VERDICT_MANIFEST || verdict == VERDICT_UNSIGNED);
        *byte ^= (uint8_t)(1U << bit % 8);
    }
    expect(VERDICT_GOOD);
}

static void a_signature_of_another_key_under_this_ones_name_is_refused(void **state)
{
    (void)state;
    uint8_t id[MANIFEST_KEY_ID_SIZE];

    memcpy(id, manifest.key_id, sizeof id);
    sign(SIGNER_SECOND);
    memcpy(manifest.key_id, id, sizeof id);
    put_page();
    expect(VERDICT_SIGNATURE);
}

static void an_image_for_other_hardware_is_refused(void **state)
{
    (void)state;
    manifest.hardware_id = boot_hardware_id + 1;
    sign(SIGNER_FIRST);
    expect(VERDICT_HARDWARE);
    firmware_mark(image(), SIZE, boot_hardware_id + 1); // its info block says it too
    make_manifest();
    expect(VERDICT_HARDWARE);
    manifest.hardware_id = boot_hardware_id;
    sign(SIGNER_FIRST);
    expect(VERDICT_HARDWARE);
}

static void an_image_for_another_address_is_refused(void **state)
{
    (void)state;
    manifest.load_address += 128;
    sign(SIGNER_FIRST);
    expect(VERDICT_ADDRESS);
}

static void an_image_below_the_security_counter_is_refused(void **state)
{
    (void)state;
    manifest.security_counter = 6;
    sign(SIGNER_FIRST);
    security.counter = 7;
    expect(VERDICT_COUNTER);
    security.counter = 6;
    expect(VERDICT_GOOD);
}

static void an_image_that_cannot_start_is_refused(void **state)
{
    (void)state;
    store_le32(image() + 4, 0x08000101);
    make_manifest();
    expect(VERDICT_START);
}

static void a_content_that_is_not_the_manifests_is_refused(void **state)
{
    (void)state;
    image()[SIZE - 1] ^= 1;
    expect(VERDICT_CHECKSUM); // by the CRC
    put_page();
    expect(VERDICT_CHECKSUM); // by the digest alone
    image()[SIZE - 1] ^= 1;
    manifest.image_size--;
    sign(SIGNER_FIRST);
    expect(VERDICT_CHECKSUM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_signed_candidate_is_good_and_its_manifest_is_known, setup),
        cmocka_unit_test_setup(what_cannot_be_read_says_nothing_about_the_candidate, setup),
        cmocka_unit_test_setup(an_application_that_provides_no_room_gets_no_verdict, setup),
        cmocka_unit_test_setup(what_is_no_packed_image_is_refused, setup),
        cmocka_unit_test_setup(a_manifest_of_another_format_is_refused, setup),
        cmocka_unit_test_setup(with_keys_an_image_must_be_signed, setup),
        cmocka_unit_test_setup(a_strangers_signature_is_refused, setup),
        cmocka_unit_test_setup(a_revoked_key_signs_no_more_and_the_other_does, setup),
        cmocka_unit_test_setup(every_bit_of_what_is_signed_and_of_the_signature_matters, setup),
        cmocka_unit_test_setup(a_signature_of_another_key_under_this_ones_name_is_refused, setup),
        cmocka_unit_test_setup(an_image_for_other_hardware_is_refused, setup),
        cmocka_unit_test_setup(an_image_for_another_address_is_refused, setup),
        cmocka_unit_test_setup(an_image_below_the_security_counter_is_refused, setup),
        cmocka_unit_test_setup(an_image_that_cannot_start_is_refused, setup),
        cmocka_unit_test_setup(a_content_that_is_not_the_manifests_is_refused, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
