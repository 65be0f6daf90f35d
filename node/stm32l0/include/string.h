// SPDX-License-Identifier: Apache-2.0
// The part of string.h that the node uses; implemented in memory.c. C17 section 7.24.
#ifndef NBOTA_NODE_STM32L0_INCLUDE_STRING_H
#define NBOTA_NODE_STM32L0_INCLUDE_STRING_H

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);
int memcmp(const void *a, const void *b, size_t size);
void *memchr(const void *bytes, int value, size_t size);
size_t strlen(const char *text);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t size);
char *strchr(const char *text, int character);

#endif
