// SPDX-License-Identifier: Apache-2.0
#include "cli/compatibility.h"

#include <stddef.h>

#define NEW_VERSION "New Version (OTA Support)"
#define OLD_VERSION "Old Version (none ota / flash support)"

static const struct compatibility cells[FIRMWARE_KINDS][2] = {
    [FIRMWARE_OTA] =
        {
            {
                .firmware = NEW_VERSION,
                .statement =
                    "Safe but OTA not available - Reports \"Hardware not supported\" error",
                .scenario = "A",
                .behavior = "Device safely rejects OTA commands, error code 2 (\"Hardware not "
                            "supported\")",
                .impact = "Normal sensor operation unaffected",
                .action = "The device is still usable, but users need to use the original update "
                          "method - BLE or UART connection - for firmware updates.",
                .is_compatible = true,
            },
            {
                .firmware = NEW_VERSION,
                .statement = "Fully Compatible - OTA updates work correctly",
                .scenario = "C",
                .behavior = "Full OTA functionality available",
                .impact = "Optimal performance and power efficiency",
                .action = "Use OTA updates",
                .is_compatible = true,
            },
        },
    [FIRMWARE_OLD] =
        {
            {
                .firmware = OLD_VERSION,
                .statement = "Compatible - Normal operation",
                .is_compatible = true,
            },
            {
                .firmware = OLD_VERSION,
                .statement = "NOT Compatible - High power consumption - Battery drains quickly",
                .scenario = "B",
                .behavior = "Software does not recognize Flash hardware",
                .impact = "HIGH POWER CONSUMPTION - Battery drains rapidly",
                .risk = "Device may become unusable within days/weeks instead of years",
                .action = "Must upgrade to OTA-capable firmware immediately",
            },
        },
};

const char compatibility_flash_note[] =
    "Devices with serial numbers at or after the threshold must "
    "use new firmware (with Flash support) to avoid abnormal "
    "power consumption.";

const struct compatibility *compatibility_of(enum firmware_kind firmware, bool has_flash)
{
    return &cells[firmware][has_flash];
}

const char *compatibility_flash_text(bool has_flash)
{
    return has_flash ? "WITH 4MB Flash (OTA capable)" : "WITHOUT Flash (OTA not available)";
}

const char *compatibility_eye_text(bool has_flash)
{
    return has_flash ? "PCB has 8-pin SOIC chip"
                     : "No Flash chip present in the designated footprint";
}
