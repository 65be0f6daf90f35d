// SPDX-License-Identifier: Apache-2.0
// One serial number is explained, several are a table: one line each.
#include <stdio.h>

#include "cli/hardware_commands.h"

// ---- one ----

static void row(const char *name, const char *text)
{
    if (text != NULL) {
        printf("  %-10s %s\n", name, text);
    }
}

static void print_cell(const struct compatibility *cell)
{
    printf("\n  %s%s%s\n", cell->firmware, cell->scenario != NULL ? ": scenario " : "",
           cell->scenario != NULL ? cell->scenario : "");
    row("  matrix", cell->statement);
    row("  behavior", cell->behavior);
    row("  impact", cell->impact);
    row("  risk", cell->risk);
    row("  action", cell->action);
}

void hardware_print(const struct hardware_answer *answer, const struct hardware_question *question)
{
    const struct serial_family *family = answer->serial.family;

    if (answer->fault != SERIAL_GOOD) {
        printf("%s: unknown\n", answer->text);
        return;
    }
    bool has_flash = serial_has_flash(&answer->serial);
    printf("%s: %s\n", answer->text, compatibility_flash_text(has_flash));
    printf("  %-10s %s: %s\n", "series", family->series, family->models);
    printf("  %-10s %s%lu and above WITH flash\n", "threshold", family->prefix,
           (unsigned long)family->first_flashed);
    row("by eye", compatibility_eye_text(has_flash));
    row("note", has_flash ? compatibility_flash_note : NULL);
    for (unsigned i = 0; i < FIRMWARE_KINDS; i++) {
        if (question->asks[i]) {
            print_cell(compatibility_of((enum firmware_kind)i, has_flash));
        }
    }
}

// ---- several ----

void hardware_print_head(const struct hardware_question *question)
{
    printf("%-18s %-10s %-8s %-4s", "SERIAL", "MODEM", "FLASH", "OTA");
    printf("%s%s\n", question->asks[FIRMWARE_OTA] ? "  OTA FIRMWARE              " : "",
           question->asks[FIRMWARE_OLD] ? "  OLD FIRMWARE" : "");
}

// The scenario and whether it is good, short enough for a column.
static const char *brief(const struct compatibility *cell)
{
    if (cell->scenario == NULL) {
        return "compatible";
    }
    switch (cell->scenario[0]) {
    case 'A':
        return "A: safe, update by cable";
    case 'B':
        return "B: BATTERY DRAINS, UPGRADE";
    default:
        return "C: fully compatible";
    }
}

void hardware_print_row(const struct hardware_answer *answer,
                        const struct hardware_question *question)
{
    if (answer->fault != SERIAL_GOOD) {
        printf("%-18s unknown: %s\n", answer->text, serial_fault_text(answer->fault));
        return;
    }
    bool has_flash = serial_has_flash(&answer->serial);
    printf("%-18s %-10s %-8s %-4s", answer->text, answer->serial.family->modem,
           has_flash ? "with" : "without", has_flash ? "yes" : "no");
    if (question->asks[FIRMWARE_OTA]) {
        const char *text = brief(compatibility_of(FIRMWARE_OTA, has_flash));
        printf(question->asks[FIRMWARE_OLD] ? "  %-26s" : "  %s", text);
    }
    if (question->asks[FIRMWARE_OLD]) {
        printf("  %s", brief(compatibility_of(FIRMWARE_OLD, has_flash)));
    }
    putchar('\n');
}

// ---- for scripts ----

static void set(json_t *object, const char *key, const char *text)
{
    if (text != NULL) {
        json_object_set_new(object, key, json_string(text));
    }
}

static json_t *cell_object(enum firmware_kind kind, bool has_flash)
{
    const struct compatibility *cell = compatibility_of(kind, has_flash);
    json_t *object =
        json_pack("{s:s, s:b, s:s}", "firmware", kind == FIRMWARE_OTA ? "ota" : "old", "compatible",
                  (int)cell->is_compatible, "statement", cell->statement);

    set(object, "scenario", cell->scenario);
    set(object, "behavior", cell->behavior);
    set(object, "impact", cell->impact);
    set(object, "risk", cell->risk);
    set(object, "action", cell->action);
    return object;
}

json_t *hardware_object(const struct hardware_answer *answer,
                        const struct hardware_question *question)
{
    bool known = answer->fault == SERIAL_GOOD;
    json_t *object = json_pack("{s:s, s:b}", "serial", answer->text, "known", (int)known);

    if (!known) {
        set(object, "problem", serial_fault_text(answer->fault));
        set(object, "advice", serial_fault_advice(answer->fault));
        return object;
    }
    bool has_flash = serial_has_flash(&answer->serial);
    json_t *cells = json_array();
    set(object, "modem", answer->serial.family->modem);
    set(object, "network", answer->serial.family->network);
    set(object, "series", answer->serial.family->series);
    json_object_set_new(object, "flash", json_boolean(has_flash));
    json_object_set_new(object, "ota_capable", json_boolean(has_flash));
    set(object, "by_eye", compatibility_eye_text(has_flash));
    for (unsigned i = 0; i < FIRMWARE_KINDS; i++) {
        if (question->asks[i]) {
            json_array_append_new(cells, cell_object((enum firmware_kind)i, has_flash));
        }
    }
    json_object_set_new(object, "firmware", cells);
    return object;
}
