// SPDX-License-Identifier: Apache-2.0
#include "wire/downlink.h"

enum {
    OPCODE_OTA = 0xF9,
    OTA_START = 0x01,
};

static uint8_t upper(uint8_t character)
{
    return character >= 'a' && character <= 'z' ? (uint8_t)(character & ~0x20U) : character;
}

static bool begins_with_hex_f9(struct span payload)
{
    return payload.size >= 2 && upper(payload.data[0]) == 'F' && payload.data[1] == '9';
}

static bool is_start(struct span payload)
{
    if (payload.data[0] == OPCODE_OTA) {
        return payload.size == 2 && payload.data[1] == OTA_START;
    }
    return payload.size == 4 && payload.data[2] == '0' && payload.data[3] == '1';
}

void downlink_decode(struct span payload, struct downlink *downlink)
{
    bool is_ota =
        payload.size > 0 && (payload.data[0] == OPCODE_OTA || begins_with_hex_f9(payload));

    downlink->kind = DOWNLINK_UNKNOWN;
    if (is_ota) {
        downlink->kind = is_start(payload) ? DOWNLINK_OTA : DOWNLINK_OTA_MALFORMED;
    }
}
