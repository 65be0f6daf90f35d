// SPDX-License-Identifier: Apache-2.0
// AT+VERIFY: what lies in NOR, what the bootloader says of it, and whether it is what runs.
#include "base/attr.h"
#include "base/sha256.h"
#include "node/app/app.h"
#include "node/app/commands.h"
#include "node/app/storage.h"
#include "node/port/bootloader.h"
#include "node/port/nor.h"
#include "node/port/running_image.h"
#include "node/port/watchdog.h"
#include "wire/image.h"
#include "wire/manifest.h"

enum { STEP = 4096 }; // bytes hashed between two feeds of the watchdog

static bool read_manifest(struct manifest *manifest)
{
    uint8_t page[MANIFEST_END];

    return nor_read(0, page, sizeof page) == STATUS_OK &&
           manifest_decode(span_of(page, sizeof page), manifest) == STATUS_OK &&
           manifest->image_size <= WIRE_SLOT_SIZE;
}

static bool runs(const struct manifest *manifest)
{
    uint8_t digest[SHA256_SIZE];
    struct sha256 hash;

    sha256_init(&hash);
    for (uint32_t at = 0; at < manifest->image_size; at += STEP) {
        uint32_t left = manifest->image_size - at;
        sha256_update(&hash, running_image() + at, left < STEP ? left : STEP);
        watchdog_feed();
    }
    sha256_final(&hash, digest);
    return memcmp(digest, manifest->digest, sizeof digest) == 0;
}

static void say_manifest(const struct manifest *manifest)
{
    char text[100];
    struct fmt out;

    fmt_init(&out, text, sizeof text);
    fmt_add(&out, "%s %s, ", manifest->title, manifest->version);
    fmt_add(&out, manifest_is_signed(manifest) ? "key " : "not signed");
    for (unsigned i = 0; manifest_is_signed(manifest) && i < MANIFEST_KEY_ID_SIZE; i++) {
        fmt_add(&out, "%02x", (unsigned)manifest->key_id[i]);
    }
    command_say_line(text);
    command_say_line(runs(manifest) ? "It is what runs" : "It is not what runs");
}

// What the bootloader says is text of its own: nothing lies on the stack beside its work area.
static void say_verdict(void)
{
    enum verdict verdict = storage_judge();

    command_say("In the flash chip: ");
    command_say_line(verdict_text(verdict));
}

NO_INLINE static void say_content(void)
{
    struct manifest manifest;

    if (read_manifest(&manifest)) {
        say_manifest(&manifest);
    } else {
        command_say_line("No manifest there");
    }
}

static void say_all(void)
{
    say_verdict();
    say_content();
}

// Three seconds are more than a session under way can spare.
enum command_result command_verify(const struct command_call *call)
{
    (void)call;
    if (app_has_duty()) {
        return RESULT_BUSY;
    }
    if (bootloader_find() == NULL || nor_open() != STATUS_OK) {
        nor_sleep();
        command_say_line("Hardware Not Support");
        return RESULT_ERROR;
    }
    say_all();
    nor_sleep();
    return RESULT_OK;
}
