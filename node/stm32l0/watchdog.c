// SPDX-License-Identifier: Apache-2.0
#include "node/port/watchdog.h"

#include "node/stm32l0/registers.h"

enum {
    KEY_START = 0xCCCC,
    KEY_UNLOCK = 0x5555,
    KEY_FEED = 0xAAAA,
    PRESCALER_256 = 6,
    RELOAD_MAX = 4095,
};

void watchdog_start(void)
{
    IWDG_KR = KEY_START;
    IWDG_KR = KEY_UNLOCK;
    IWDG_PR = PRESCALER_256;
    IWDG_RLR = RELOAD_MAX;
    while (IWDG_SR != 0) { // some LSI periods
    }
    IWDG_KR = KEY_FEED;
}

void watchdog_feed(void)
{
    IWDG_KR = KEY_FEED;
}
