// SPDX-License-Identifier: Apache-2.0
#include "vnode/cpu/coverage.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/endian.h"
#include "vnode/cpu/pages.h"

_Static_assert(COVERAGE_PAGE == (int)PAGE_SIZE, "notes are made where code is unpacked");

#define HEADER "nbota coverage 1\n"

struct coverage {
    uint64_t number;
    struct coverage_page *pages[PAGES_OF_FLASH];
};

static void *make(size_t size)
{
    void *made = calloc(1, size);

    if (made == NULL) {
        abort();
    }
    return made;
}

struct coverage *coverage_create(void)
{
    static atomic_ullong made;
    struct coverage *self = make(sizeof *self);

    self->number = atomic_fetch_add(&made, 1) + 1;
    return self;
}

void coverage_destroy(struct coverage *self)
{
    for (unsigned i = 0; self != NULL && i < PAGES_OF_FLASH; i++) {
        while (self->pages[i] != NULL) {
            struct coverage_page *page = self->pages[i];

            self->pages[i] = page->next;
            free(page);
        }
    }
    free(self);
}

uint64_t coverage_number(const struct coverage *self)
{
    return self->number;
}

struct coverage_page *coverage_page(struct coverage *self, uint32_t offset, const uint8_t *bytes)
{
    struct coverage_page **first = &self->pages[offset / COVERAGE_PAGE];
    struct coverage_page *page = *first;

    while (page != NULL && memcmp(page->bytes, bytes, COVERAGE_PAGE) != 0) {
        page = page->next;
    }
    if (page == NULL) {
        page = make(sizeof *page);
        page->next = *first;
        page->offset = offset;
        memcpy(page->bytes, bytes, COVERAGE_PAGE);
        *first = page;
    }
    return page;
}

// ---- file ----

// `size` bytes in hex and what ends them.
static bool read_hex(FILE *file, uint8_t *bytes, size_t size, int end)
{
    for (size_t i = 0; i < size; i++) {
        char digits[3] = {(char)fgetc(file), (char)fgetc(file), '\0'};
        char *behind;

        bytes[i] = (uint8_t)strtoul(digits, &behind, 16);
        if (behind != digits + 2) {
            return false;
        }
    }
    return fgetc(file) == end;
}

static bool add_page(struct coverage *self, FILE *file, uint32_t offset)
{
    struct coverage_page read;
    struct coverage_page *page;

    if (offset >= CPU_FLASH_SIZE || offset % COVERAGE_PAGE != 0 ||
        !read_hex(file, read.bytes, sizeof read.bytes, ' ') ||
        !read_hex(file, read.taken, sizeof read.taken, ' ') ||
        !read_hex(file, read.passed, sizeof read.passed, '\n')) {
        return false;
    }
    page = coverage_page(self, offset, read.bytes);
    for (unsigned i = 0; i < COVERAGE_MAP; i++) {
        page->taken[i] |= read.taken[i];
        page->passed[i] |= read.passed[i];
    }
    return true;
}

bool coverage_read(struct coverage *self, FILE *file)
{
    char header[sizeof HEADER] = "";
    uint8_t offset[4];
    int next;

    if (fgets(header, sizeof header, file) == NULL || strcmp(header, HEADER) != 0) {
        return false;
    }
    while ((next = fgetc(file)) != EOF) {
        if (ungetc(next, file) == EOF || !read_hex(file, offset, sizeof offset, ' ') ||
            !add_page(self, file, load_be32(offset))) {
            return false;
        }
    }
    return true;
}

static void write_hex(FILE *file, const uint8_t *bytes, size_t size, int end)
{
    for (size_t i = 0; i < size; i++) {
        fprintf(file, "%02x", bytes[i]);
    }
    fputc(end, file);
}

static void write_page(const struct coverage_page *page, FILE *file)
{
    static const uint8_t none[COVERAGE_MAP];

    if (memcmp(page->taken, none, sizeof none) == 0 &&
        memcmp(page->passed, none, sizeof none) == 0) {
        return;
    }
    fprintf(file, "%08x ", (unsigned)page->offset);
    write_hex(file, page->bytes, sizeof page->bytes, ' ');
    write_hex(file, page->taken, sizeof page->taken, ' ');
    write_hex(file, page->passed, sizeof page->passed, '\n');
}

bool coverage_write(const struct coverage *self, FILE *file)
{
    fputs(HEADER, file);
    for (unsigned i = 0; i < PAGES_OF_FLASH; i++) {
        for (const struct coverage_page *page = self->pages[i]; page != NULL; page = page->next) {
            write_page(page, file);
        }
    }
    return fflush(file) == 0 && ferror(file) == 0;
}
