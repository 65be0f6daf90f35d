// SPDX-License-Identifier: Apache-2.0
// A W25Q32-class flash chip behind port/nor_bus.h, with its own time (clock_wait_us) and the watchdog's. It does what the
// datasheets say also to a driver that does wrong: a command while asleep or busy is ignored and counted, a
// program wraps inside its page and only clears bits.
#ifndef NBOTA_TESTS_FAKE_NOR_CHIP_H
#define NBOTA_TESTS_FAKE_NOR_CHIP_H

#include <stdbool.h>
#include <stdint.h>

enum { FAKE_NOR_SIZE = 4 * 1024 * 1024 };

enum fake_nor_line { FAKE_NOR_FITTED, FAKE_NOR_FLOATING_HIGH, FAKE_NOR_HELD_LOW };

struct fake_nor {
    // ---- the test sets ----
    enum fake_nor_line line;
    uint32_t id;           // three bytes as 9F gives them
    uint32_t busy_us;      // rest of the operation under way
    bool asleep;           // in deep power-down
    bool needs_reset;      // gives no id before 66 99
    uint8_t protection;    // status bits 2..4
    bool protection_stays; // writing the status does not clear them
    bool refuses_enable;   // WEL does not come up while protection is set
    uint8_t sfdp[80];
    uint32_t page_us; // how long a program takes
    uint32_t erase_us;
    // ---- the test reads ----
    uint8_t *bytes;   // FAKE_NOR_SIZE
    unsigned ignored; // commands that came while asleep or busy
    unsigned wakes;   // AB commands
    bool bus_open;    // MISO is an input
    bool selected;
    uint64_t now_us;
    uint64_t longest_unfed_us; // longest time without watchdog_feed()
};

extern struct fake_nor fake_nor;

// A fitted, erased ZB25VQ32 in deep power-down.
void fake_nor_reset(void);

#endif
