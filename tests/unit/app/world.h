// SPDX-License-Identifier: Apache-2.0
// One boot of the application at a time, in a process of its own so that its RAM begins anew, with a module, two
// servers and a person at the console around it. What is in EEPROM and NOR stays for the next boot.
#ifndef NBOTA_TESTS_UNIT_APP_WORLD_H
#define NBOTA_TESTS_UNIT_APP_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "node/port/input.h"

enum {
    WORLD_TEXT_MAX = 60000,
    WORLD_LINES_MAX = 40,
    WORLD_DOWNLINKS_MAX = 20,
    WORLD_EDGES_MAX = 16
};

// Typed once `after` has appeared on the console behind what the line before waited for; NULL: at once.
struct world_line {
    const char *after;
    const char *line;
};

// In the place of a line: some bytes arrive and are lost before the node takes them.
extern const char world_loss[];

// An input changes its level so long after the start.
struct world_edge {
    uint32_t at_ms;
    enum input input;
    bool high;
};

struct world {
    struct world_line lines[WORLD_LINES_MAX];
    struct world_edge edges[WORLD_EDGES_MAX]; // in order of time
    unsigned edge_count;
    const char *answer;   // of the OTA server to the attribute request; NULL: none
    const char *time;     // what the module says to AT+CCLK?; NULL: an error
    const void *downlink; // of the data server, to the first uplink
    size_t downlink_size;
    const char *more_downlinks[WORLD_DOWNLINKS_MAX]; // right behind it, up to the first NULL
    bool downlink_repeats;                           // it answers every uplink, as a retained one
    bool downlink_is_late;                           // it comes when the session is being closed
    const char *cut_command;    // power is cut when the module is given it; NULL: never
    bool is_lost_behind_report; // the connection breaks as soon as a report was published
    bool modem_is_dumb;         // says nothing at all
    const char *attach;         // what the module says to AT+CGATT?; NULL: attached
    bool ota_is_dead;           // cannot be opened
    bool data_is_dead;
    uint32_t corrupt_chunk; // every time; UINT32_MAX: none
    unsigned image_seed;    // another image of the same size
    uint8_t hardware_id;    // of the served image; 0: without info block
    bool no_crystal;
    bool was_reset;            // by a watchdog or software, not by the supply
    const void *running_image; // the application slot's beginning, zeros behind it
    size_t running_image_size;
    bool no_installer;      // the bootloader below is the field's
    uint8_t trusted_keys;   // what it says of its keys
    uint32_t verdict;       // what it says of a candidate; VERDICT_GOOD: what it finds
    uint32_t cut_operation; // of NOR; UINT32_MAX: none. The boot ends there
    uint32_t begin_ms;      // what the clock shows at the start
    uint32_t limit_ms;      // how long a boot lasts that does not end by itself
};

struct world_result {
    char console[WORLD_TEXT_MAX];
    char published[WORLD_TEXT_MAX]; // "<host> <topic> <payload>\n"
    bool was_reset;                 // by the application
    bool was_cut;
    bool modem_asleep;
    bool modem_expected; // when the boot ended: characters of the module
    bool nor_asleep;
    unsigned opens; // of the OTA server
};
extern struct world_result world_result;

// Both memories erased, no settings; the image that the OTA server serves.
void world_begin(void);
// A world in which everything works.
struct world world_usual(void);
void world_boot(const struct world *world);
unsigned world_count(const char *text, const char *wanted);

#endif
