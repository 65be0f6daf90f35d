// SPDX-License-Identifier: Apache-2.0
// The words of a scenario's line. A reader returns what stands behind its word and the blanks that follow, NULL when
// something else stands there.
#ifndef NBOTA_VNODE_RUN_WORDS_H
#define NBOTA_VNODE_RUN_WORDS_H

#include <stdbool.h>
#include <stdint.h>

const char *words_skip(const char *text); // blanks
// The whole word `word`.
const char *words_behind(const char *text, const char *word);
const char *words_number(const char *text, uint64_t *number);
// 0x1000 or 4096; below 2^32.
const char *words_address(const char *text, uint32_t *address);
// 250ms, 1.5s, 5m, 2h
const char *words_duration(const char *text, uint64_t *duration_ns);
// True at the end of the line; false for NULL.
bool words_end(const char *text);

#endif
