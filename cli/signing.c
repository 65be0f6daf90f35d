// SPDX-License-Identifier: Apache-2.0
#include "cli/signing.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/fmt.h"
#include "cli/file.h"
#include "cli/message.h"
#include "cli/signing_key.h"

// ---- what the manifest is to say ----

static enum status find_image(const struct anatomy *anatomy, struct manifest *manifest)
{
    if (manifest_of(anatomy->image, manifest) == STATUS_OK) {
        return STATUS_OK;
    }
    message_error("the image has no info block: nothing says what would be signed");
    message_hint("images of nbota's own builds have one; others can be served unsigned only");
    return STATUS_INVALID;
}

// One number of "0,2"; false when it is none.
static bool revoke_one(struct span word, uint32_t *revoked)
{
    uint32_t number;

    if (!fmt_parse_u32(word, &number) || number >= MANIFEST_KEYS_MAX) {
        message_error("--revoke wants numbers of keys, 0 to %d, as in '0,2'; not '%.*s'",
                      MANIFEST_KEYS_MAX - 1, (int)word.size, (const char *)word.data);
        return false;
    }
    *revoked |= 1U << number;
    return true;
}

static bool read_revoked(const char *list, uint32_t *revoked)
{
    bool is_good = true;

    *revoked = 0;
    for (;;) {
        size_t size = strcspn(list, ",");
        is_good = is_good && revoke_one(span_of(list, size), revoked);
        if (list[size] == '\0') {
            return is_good;
        }
        list += size + 1;
    }
}

static bool set_counter(const struct signing *self, uint32_t lowest, struct manifest *manifest)
{
    if (self->counter == NULL) {
        return true;
    }
    if (*self->counter < lowest) {
        message_error("--counter %" PRIu32 " is lower than the image's own: %" PRIu32,
                      *self->counter, lowest);
        message_hint("the info block says what the image may not be taken below");
        return false;
    }
    manifest->security_counter = *self->counter;
    return true;
}

static bool may_raise(const struct signing *self, const struct manifest *manifest)
{
    if (self->raise && manifest->security_counter == 0) {
        message_error("--raise does nothing with the security counter 0: no image has a lower one");
        message_hint("name the counter that nodes are to keep, as in '--raise --counter 1'");
        return false;
    }
    return true;
}

// No bootloader has a key that is not among these.
static void warn_of_all(const struct signing *self, const struct manifest *manifest)
{
    if (self->revoke != NULL && manifest->revoked == (1U << MANIFEST_KEYS_MAX) - 1) {
        message_warning("no node will revoke a key: a list that leaves it none is ignored");
        message_hint("leave out the number of a key that stays, as in '--revoke 0,1,2'");
    }
}

static bool has_readable_manifest(const struct anatomy *anatomy)
{
    return anatomy->form == FORM_PACKED && anatomy->manifest_status == STATUS_OK;
}

enum status signing_plan(const struct signing *self, const struct anatomy *anatomy,
                         struct manifest *manifest)
{
    enum status status = find_image(anatomy, manifest);

    if (status != STATUS_OK) {
        return status;
    }
    uint32_t lowest = manifest->security_counter;
    if (has_readable_manifest(anatomy)) {
        manifest->flags = anatomy->manifest.flags;
        manifest->security_counter = anatomy->manifest.security_counter;
        manifest->revoked = anatomy->manifest.revoked;
    }
    if (self->raise) {
        manifest->flags |= MANIFEST_RAISES_COUNTER;
    }
    bool is_good = set_counter(self, lowest, manifest) && may_raise(self, manifest) &&
                   (self->revoke == NULL || read_revoked(self->revoke, &manifest->revoked));
    if (is_good) {
        warn_of_all(self, manifest);
    }
    return is_good ? STATUS_OK : STATUS_INVALID;
}

// ---- the signature ----

static struct span text_of(const struct manifest *manifest, uint8_t bytes[MANIFEST_SIZE])
{
    manifest_encode(manifest, bytes);
    return span_of(bytes, MANIFEST_SIGNED_SIZE);
}

static enum status read_signature(const char *path, uint8_t signature[MANIFEST_SIGNATURE_SIZE])
{
    struct file file;
    enum status status = file_read(path, 1 << 16, &file);

    if (status != STATUS_OK) {
        return status;
    }
    if (file.size == MANIFEST_SIGNATURE_SIZE) {
        memcpy(signature, file.data, MANIFEST_SIGNATURE_SIZE);
    } else {
        message_error("'%s' has %zu bytes; a signature has %d, as 'openssl pkeyutl -sign -rawin' "
                      "writes it",
                      path, file.size, MANIFEST_SIGNATURE_SIZE);
        status = STATUS_INVALID;
    }
    file_free(&file);
    return status;
}

// What another machine signed: the wrong key or other bytes would be found out by the nodes only.
static enum status take_signature(const struct signing *self, const struct signing_key *key,
                                  struct manifest *manifest)
{
    uint8_t bytes[MANIFEST_SIZE];
    enum status status = read_signature(self->signature, manifest->signature);

    if (status == STATUS_OK &&
        !signing_key_verify(key, text_of(manifest, bytes), manifest->signature)) {
        message_error("'%s' is no signature of this manifest by key %s", self->signature,
                      key->id_text);
        message_hint("sign the very file that '--detached-out' wrote, and change nothing after it");
        status = STATUS_CORRUPT;
    }
    return status;
}

static enum status sign(const struct signing *self, const struct signing_key *key,
                        struct manifest *manifest)
{
    uint8_t bytes[MANIFEST_SIZE];
    enum status status = self->signature == NULL
                             ? signing_key_sign(key, text_of(manifest, bytes), manifest->signature)
                             : take_signature(self, key, manifest);

    memcpy(manifest->key_id, key->id, sizeof manifest->key_id);
    return status;
}

enum status signing_carry_out(const struct signing *self, struct manifest *manifest)
{
    uint8_t bytes[MANIFEST_SIZE];
    struct signing_key key;

    if (self->detached_out != NULL) {
        return file_write(self->detached_out, text_of(manifest, bytes));
    }
    enum signing_key_wish wish = self->signature == NULL ? SIGNING_KEY_PRIVATE : SIGNING_KEY_PUBLIC;
    enum status status = signing_key_open(&key, self->key, wish);
    if (status == STATUS_OK) {
        status = sign(self, &key, manifest);
        signing_key_close(&key);
    }
    return status;
}
