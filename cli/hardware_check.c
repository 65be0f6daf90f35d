// SPDX-License-Identifier: Apache-2.0
// nbota hardware check: the tables of vendor 2.3.1, 3.1 and 3.2 for one serial number or a fleet's list.
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/hardware_commands.h"
#include "cli/line.h"
#include "cli/lines.h"
#include "cli/message.h"
#include "cli/printable.h"

// How the answers come out; they are written one by one, so a list may be as long as it likes.
struct run {
    struct hardware_question question;
    bool json, table;
    unsigned long good, unknown;
};

static void answer_make(struct hardware_answer *out, const char *text)
{
    out->fault = serial_parse(span_of_text(text), &out->serial);
    snprintf(out->text, sizeof out->text, "%.*s", SERIAL_TEXT_MAX, text);
    printable_make(out->text);
}

static void put_json(const struct run *run, const struct hardware_answer *answer)
{
    json_t *object = hardware_object(answer, &run->question);

    fputs(run->good + run->unknown == 0 ? "[\n" : ",\n", stdout);
    json_dumpf(object, stdout, JSON_INDENT(2));
    json_decref(object);
}

static void put(struct run *run, const char *text)
{
    struct hardware_answer answer;

    answer_make(&answer, text);
    if (run->json) {
        put_json(run, &answer);
    } else if (run->table) {
        hardware_print_row(&answer, &run->question);
    } else {
        hardware_print(&answer, &run->question);
    }
    if (answer.fault == SERIAL_GOOD) {
        run->good++;
        return;
    }
    run->unknown++;
    if (!run->json) {
        message_error("'%s' is no serial number: %s", answer.text, serial_fault_text(answer.fault));
        message_hint("%s", serial_fault_advice(answer.fault));
    }
}

// One serial number a line; empty lines and what follows a '#' do not count.
static bool put_list(struct run *run, FILE *in)
{
    struct lines lines;

    lines_begin(&lines, in);
    while (lines_next(&lines)) {
        char *text = lines.text + strspn(lines.text, " \t");
        text[strcspn(text, "#")] = '\0';
        for (size_t size = strlen(text); size > 0 && strchr(" \t", text[size - 1]); size--) {
            text[size - 1] = '\0';
        }
        if (text[0] != '\0' && !lines.is_rest) {
            put(run, text);
        }
    }
    if (ferror(in)) {
        message_error("cannot read the list: %s", strerror(errno));
        return false;
    }
    return true;
}

static bool put_all(struct run *run, int count, char **words)
{
    bool good = true;

    if (run->table && !run->json) {
        hardware_print_head(&run->question);
    }
    for (int i = 0; i < count; i++) {
        if (strcmp(words[i], "-") == 0) {
            good = put_list(run, stdin) && good;
        } else {
            put(run, words[i]);
        }
    }
    if (run->json) {
        fputs(run->good + run->unknown == 0 ? "[]\n" : "\n]\n", stdout);
    }
    return good;
}

static bool read_firmware(const char *word, struct hardware_question *out)
{
    bool all = word == NULL;

    out->asks[FIRMWARE_OTA] = all || strcmp(word, "ota") == 0;
    out->asks[FIRMWARE_OLD] = all || strcmp(word, "old") == 0;
    return out->asks[FIRMWARE_OTA] || out->asks[FIRMWARE_OLD];
}

static int finish(const struct run *run, bool read)
{
    if (read && run->good + run->unknown == 0) {
        message_error("the list holds no serial number");
        return EXIT_FAILED;
    }
    if (fflush(stdout) != 0) {
        message_error("cannot write the answer: %s", strerror(errno));
        return EXIT_FAILED;
    }
    return read && run->unknown == 0 ? EXIT_OK : EXIT_FAILED;
}

static int run(int argc, char **argv)
{
    struct run run = {0};
    const char *firmware = NULL;
    const struct line_option rows[] = {
        {.name = "firmware", .letter = 'f', .text = &firmware},
        {.name = "json", .letter = 'j', .flag = &run.json},
    };
    const struct line line = {&hardware_check, rows, sizeof rows / sizeof rows[0], 1, argc};
    int first = line_parse(&line, argc, argv);

    if (first == LINE_WRONG) {
        return EXIT_USAGE;
    }
    if (!read_firmware(firmware, &run.question)) {
        return line_refuse(&hardware_check, "--firmware is 'ota' or 'old', not", firmware);
    }
    run.table = argc - first > 1 || strcmp(argv[first], "-") == 0;
    return finish(&run, put_all(&run, argc - first, argv + first));
}

const struct cli_command hardware_check = {
    .name = "check",
    .summary = "with or without flash, OTA or not, what each firmware does on it",
    .help = "usage: nbota hardware check SERIAL… [--firmware ota|old] [--json]\n"
            "\n"
            "Says what the serial number on a device's label means: whether its board has the\n"
            "SPI flash that an update over the air needs, and how firmware with and without\n"
            "OTA support behaves on it. '-' reads a list from standard input, one serial\n"
            "number a line, '#' begins a comment. Ends with status 1 when one is unknown.\n"
            "\n"
            "  -f, --firmware ota|old  only the firmware that runs on it\n"
            "  -j, --json              an array of JSON objects\n"
            "\n"
            "example: nbota hardware check BC660GL26110001\n"
            "         nbota hardware check - < inventory.txt\n",
    .run = run,
};
