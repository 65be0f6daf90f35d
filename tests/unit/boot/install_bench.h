// SPDX-License-Identifier: Apache-2.0
// A node with an old application and its settings, and a new one in NOR that was ordered.
#ifndef NBOTA_TESTS_UNIT_BOOT_INSTALL_BENCH_H
#define NBOTA_TESTS_UNIT_BOOT_INSTALL_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "node/boot/boot.h"
#include "wire/image.h"
#include "wire/manifest.h"

enum { BENCH_OLD_SIZE = 9000, BENCH_NEW_SIZE = 10001, BENCH_IMAGE_AT = WIRE_HEADER_PAGE_SIZE };

extern uint8_t bench_old[WIRE_SLOT_SIZE];
extern uint8_t bench_new[WIRE_SLOT_SIZE];

// Anything that can start, with half pages of zeros; without an info block.
void bench_make_image(uint8_t *image, size_t size, uint32_t seed);
// Fresh memories: bench_old in the slot, bench_new as the candidate without a manifest, its order and the settings in the
// journal.
void bench_begin(size_t new_size);
// The same with both images made as nbota's are, and with a manifest, which `tries` an image.
void bench_begin_trial(void);
// Puts the candidate's page anew; NULL: no manifest.
void bench_put_page(size_t new_size, const struct manifest *manifest);
void bench_manifest(struct manifest *manifest); // of bench_new, unsigned

struct install_record bench_order(size_t new_size);
void bench_write_install(const struct install_record *record);
// Writes the record `id` as text.
void bench_set(uint8_t id, const char *text);
bool bench_is_set(uint8_t id, const char *text);

// Power is back or the watchdog has bitten: a start.
enum boot_outcome bench_boot(void);
enum verdict bench_verdict(void); // of the last start
enum install_state bench_state(void);
bool bench_old_runs(void);
bool bench_new_runs(size_t size);

// ---- cuts ----

enum bench_memory { BENCH_FLASH, BENCH_EEPROM, BENCH_NOR, BENCH_MEMORIES };
// The `operation`-th operation of that memory from now loses power.
void bench_cut(enum bench_memory memory, uint32_t operation, uint32_t seed);
bool bench_was_cut(void);

#endif
