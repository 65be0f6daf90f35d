// SPDX-License-Identifier: Apache-2.0
#include "tests/fake/bootloader.h"

#include "node/boot/boot.h"
#include "node/boot/keys.h"
#include "node/boot/verify.h"

bool fake_bootloader_is_missing;
uint8_t fake_bootloader_keys;
uint32_t fake_bootloader_verdict;
const uint8_t boot_hardware_id = 1;
const uint8_t boot_key_count = 0;
const uint8_t boot_keys[1][MANIFEST_PUBLIC_KEY_SIZE];

static uint32_t verify(const struct bootloader_request *request)
{
    return fake_bootloader_verdict != VERDICT_GOOD ? fake_bootloader_verdict
                                                   : verify_for_application(request);
}

const struct bootloader_block *bootloader_find(void)
{
    static struct bootloader_block ours = {
        .magic = BOOTLOADER_MAGIC,
        .format = BOOTLOADER_FORMAT,
        .hardware_id = 1,
        .work_size = sizeof(struct verify_work),
        .verify = verify,
    };

    ours.key_count = fake_bootloader_keys;
    return fake_bootloader_is_missing ? NULL : &ours;
}

uint32_t bootloader_verify(const struct bootloader_block *block,
                           const struct bootloader_request *request)
{
    return block->verify(request);
}
