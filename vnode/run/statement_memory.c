// SPDX-License-Identifier: Apache-2.0
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "vnode/run/fitting.h"
#include "vnode/run/statement_parts.h"
#include "vnode/run/words.h"

// ---- one reader for each word behind `flash`; false = not understood ----

typedef bool flash_reader(const char *rest, struct statement *statement);

static bool read_well(const char *rest, struct statement *statement)
{
    (void)statement;
    return words_end(rest);
}

static bool read_absent(const char *rest, struct statement *statement)
{
    statement->flash.silent = true;
    return words_end(rest);
}

static bool read_low(const char *rest, struct statement *statement)
{
    statement->flash.held_low = true;
    return read_absent(rest, statement);
}

static bool read_busy(const char *rest, struct statement *statement)
{
    const char *duration = words_behind(rest, "for");

    statement->flash.stuck_busy = duration == NULL;
    return words_end(duration == NULL ? rest : words_duration(duration, &statement->duration_ns));
}

static bool read_deaf(const char *rest, struct statement *statement)
{
    statement->flash.deaf = true;
    return words_end(rest);
}

static bool read_protected(const char *rest, struct statement *statement)
{
    statement->action = DO_FLASH_PROTECT;
    return words_end(rest);
}

static bool read_locked(const char *rest, struct statement *statement)
{
    statement->flash.locked = true;
    return words_end(rest);
}

// Six hexadecimal digits.
static bool read_id(const char *rest, struct statement *statement)
{
    char *end;
    unsigned long id = strtoul(rest, &end, 16);

    for (unsigned i = 0; i < 3; i++) {
        statement->flash.id[i] = (uint8_t)(id >> 8 * (2 - i));
    }
    return isxdigit((unsigned char)*rest) && end - rest == 6 && *end == '\0' && id != 0;
}

// "0x1000..0x1FFF", both included
static const char *read_range(const char *text, struct statement *statement)
{
    uint32_t last = 0;
    const char *rest = words_address(text, &statement->address);

    if (rest == NULL || strncmp(rest, "..", 2) != 0) {
        return NULL;
    }
    rest = words_address(rest + 2, &last);
    statement->size = last - statement->address + 1;
    return last >= statement->address ? rest : NULL;
}

// "8 in 0x0..0x1FFFF seed 7"
static bool read_flips(const char *rest, struct statement *statement)
{
    rest = words_number(rest, &statement->count);
    rest = rest == NULL ? NULL : words_behind(rest, "in");
    rest = rest == NULL ? NULL : read_range(rest, statement);
    rest = rest == NULL ? NULL : words_behind(rest, "seed");
    rest = rest == NULL ? NULL : words_number(rest, &statement->number);
    statement->action = DO_FLASH_FLIP_SOME;
    return words_end(rest);
}

// "0x1234 bit 3", or some
static bool read_flip(const char *rest, struct statement *statement)
{
    const char *bit = words_address(rest, &statement->address);
    uint64_t number = 0;

    bit = bit == NULL ? NULL : words_behind(bit, "bit");
    if (bit == NULL) {
        return read_flips(rest, statement);
    }
    bool good = words_end(words_number(bit, &number)) && number < 8;
    statement->bit = (unsigned)number;
    statement->action = DO_FLASH_FLIP;
    return good;
}

// "0x1000..0x1FFF mask 0x81 low"
static bool read_stuck(const char *rest, struct statement *statement)
{
    struct nor_stuck *stuck = &statement->flash.stuck;
    uint32_t mask = 0;

    rest = read_range(rest, statement);
    rest = rest == NULL ? NULL : words_behind(rest, "mask");
    rest = rest == NULL ? NULL : words_address(rest, &mask);
    if (rest == NULL || mask == 0 || mask > 0xFF) {
        return false;
    }
    *stuck = (struct nor_stuck){statement->address, statement->size, (uint8_t)mask, 0};
    stuck->level = strcmp(rest, "high") == 0 ? 0xFF : 0;
    return stuck->level != 0 || strcmp(rest, "low") == 0;
}

static bool read_replace(const char *rest, struct statement *statement)
{
    if (fitting_find(rest) == NULL) {
        return false;
    }
    strcpy(statement->text, rest);
    statement->action = DO_FLASH_REPLACE;
    return true;
}

static const struct {
    const char *word;
    flash_reader *read;
} flash_words[] = {
    {"well", read_well},     {"absent", read_absent},   {"low", read_low},
    {"busy", read_busy},     {"deaf", read_deaf},       {"protected", read_protected},
    {"locked", read_locked}, {"id", read_id},           {"flip", read_flip},
    {"stuck", read_stuck},   {"replace", read_replace},
};

const char *statement_read_flash(const char *rest, struct statement *statement)
{
    for (size_t i = 0; i < sizeof flash_words / sizeof flash_words[0]; i++) {
        const char *behind = words_behind(rest, flash_words[i].word);
        if (behind != NULL && flash_words[i].read(behind, statement)) {
            return NULL;
        }
    }
    return "flash busy [for 5s] | absent | low | deaf | protected | locked | id EF4016 | "
           "flip 0x1000 bit 3 | flip 8 in 0x0..0xFFF seed 7 | stuck 0x0..0xFFF mask 0x80 low | "
           "replace 2M | well";
}

// ---- the MCU's own cells ----

const char *statement_read_mcu(const char *rest, struct statement *statement)
{
    static const struct {
        const char *word;
        enum statement_cell cell;
    } words[] = {{"weak", CELL_WEAK}, {"spoil", CELL_SPOILED}, {"worn", CELL_WORN}};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        const char *address = words_behind(rest, words[i].word);
        if (address != NULL && words_end(words_address(address, &statement->address))) {
            statement->cell = words[i].cell;
            return NULL;
        }
    }
    statement->cell = CELLS_WELL;
    return strcmp(rest, "well") == 0 ? NULL
                                     : "mcu weak ADDRESS | spoil ADDRESS | worn ADDRESS | well";
}
