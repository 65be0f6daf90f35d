// SPDX-License-Identifier: Apache-2.0
#include "node/boot/verify.h"

#include "base/crc32.h"
#include "base/ed25519.h"
#include "node/boot/boot.h"
#include "node/boot/keys.h"

// ---- the header page ----

static bool is_key(const struct manifest *manifest, uint8_t n)
{
    uint8_t id[MANIFEST_KEY_ID_SIZE];

    manifest_key_id(boot_keys[n], id);
    return memcmp(id, manifest->key_id, sizeof id) == 0;
}

// Of a bootloader that trusts one key at least.
static enum verdict check_signature(struct span page, const struct manifest *manifest,
                                    uint32_t revoked)
{
    uint8_t n = 0;

    if (!manifest_is_signed(manifest)) {
        return VERDICT_UNSIGNED;
    }
    while (!is_key(manifest, n)) {
        if (++n == boot_key_count) {
            return VERDICT_UNKNOWN_KEY;
        }
    }
    if ((revoked >> n & 1) != 0) {
        return VERDICT_REVOKED_KEY;
    }
    bool is_genuine = ed25519_verify(manifest->signature, manifest_signed_part(page), boot_keys[n]);
    return is_genuine ? VERDICT_GOOD : VERDICT_SIGNATURE;
}

static enum verdict check_manifest(struct span page, const struct security_record *security,
                                   const struct manifest *manifest)
{
    enum verdict verdict = VERDICT_GOOD;

    if (boot_key_count > 0) {
        verdict = check_signature(page, manifest, security->revoked);
    }
    if (verdict != VERDICT_GOOD) {
        return verdict;
    }
    if (manifest->hardware_id != boot_hardware_id) {
        return VERDICT_HARDWARE;
    }
    if (manifest->load_address != WIRE_SLOT_BASE) {
        return VERDICT_ADDRESS;
    }
    return manifest->security_counter < security->counter ? VERDICT_COUNTER : VERDICT_GOOD;
}

enum verdict verify_page(struct span page, const struct security_record *security,
                         struct verify_subject *subject)
{
    if (image_header_decode(page, &subject->header) != STATUS_OK) {
        return VERDICT_CONTAINER;
    }
    enum status status = manifest_decode(page, &subject->manifest);
    subject->has_manifest = status == STATUS_OK;
    if (status == STATUS_NOT_FOUND) {
        return boot_key_count > 0 ? VERDICT_UNSIGNED : VERDICT_GOOD;
    }
    return status == STATUS_OK ? check_manifest(page, security, &subject->manifest)
                               : VERDICT_MANIFEST;
}

// ---- the image ----

enum verdict verify_beginning(const struct verify_subject *subject, struct span beginning)
{
    if (subject->has_manifest && subject->manifest.image_size != subject->header.firmware_size) {
        return VERDICT_CHECKSUM; // known before anything is read
    }
    if (beginning.size < IMAGE_VECTORS_SIZE || !image_can_start(beginning.data)) {
        return VERDICT_START;
    }
    return info_allows(beginning, subject->header.firmware_size, boot_hardware_id)
               ? VERDICT_GOOD
               : VERDICT_HARDWARE;
}

void verify_sum_init(struct verify_sum *sum)
{
    sum->crc = 0;
    sha256_init(&sum->hash);
}

void verify_sum_add(struct verify_sum *sum, const struct verify_subject *subject, struct span bytes)
{
    sum->crc = crc32_update(sum->crc, bytes.data, bytes.size);
    if (subject->has_manifest) {
        sha256_update(&sum->hash, bytes.data, bytes.size);
    }
}

enum verdict verify_sum_end(struct verify_sum *sum, const struct verify_subject *subject)
{
    uint8_t digest[SHA256_SIZE];

    if (sum->crc != subject->header.firmware_crc32) {
        return VERDICT_CHECKSUM;
    }
    if (!subject->has_manifest) {
        return VERDICT_GOOD;
    }
    sha256_final(&sum->hash, digest);
    bool agrees = memcmp(digest, subject->manifest.digest, sizeof digest) == 0;
    return agrees ? VERDICT_GOOD : VERDICT_CHECKSUM;
}

// ---- all of it ----

static bool read(const struct bootloader_request *request, uint32_t offset, uint32_t size)
{
    struct verify_work *work = request->work;

    request->feed();
    return request->read(request->context, offset, work->bytes, size) == STATUS_OK;
}

static enum verdict check_page(const struct bootloader_request *request)
{
    struct verify_work *work = request->work;
    struct security_record security = {request->counter, request->revoked};

    if (!read(request, 0, MANIFEST_END)) {
        return VERDICT_UNREADABLE;
    }
    return verify_page(span_of(work->bytes, MANIFEST_END), &security, &work->subject);
}

static enum verdict check_image(const struct bootloader_request *request)
{
    struct verify_work *work = request->work;
    uint32_t size = work->subject.header.firmware_size;
    enum verdict verdict = VERDICT_GOOD;

    verify_sum_init(&work->sum);
    for (uint32_t at = 0; at < size && verdict == VERDICT_GOOD; at += VERIFY_READ_SIZE) {
        uint32_t taken = size - at < VERIFY_READ_SIZE ? size - at : VERIFY_READ_SIZE;
        struct span bytes = span_of(work->bytes, taken);
        if (!read(request, WIRE_HEADER_PAGE_SIZE + at, taken)) {
            return VERDICT_UNREADABLE;
        }
        if (at == 0) {
            verdict = verify_beginning(&work->subject, bytes);
        }
        verify_sum_add(&work->sum, &work->subject, bytes);
    }
    return verdict == VERDICT_GOOD ? verify_sum_end(&work->sum, &work->subject) : verdict;
}

enum verdict verify_candidate(const struct bootloader_request *request)
{
    enum verdict verdict = check_page(request);

    return verdict == VERDICT_GOOD ? check_image(request) : verdict;
}

_Static_assert(_Alignof(struct verify_work) <= 8, "what node/port/bootloader.h asks for");

// An application may be wrong about anything: without room for the work nothing can be read.
uint32_t verify_for_application(const struct bootloader_request *request)
{
    bool has_room = request->work_size >= sizeof(struct verify_work) &&
                    (uintptr_t)request->work % _Alignof(struct verify_work) == 0;

    return has_room ? verify_candidate(request) : VERDICT_UNREADABLE;
}
