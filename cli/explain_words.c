// SPDX-License-Identifier: Apache-2.0
// Words on the line: a code, a report, or one line of a console.
#include <stdlib.h>
#include <string.h>

#include "base/fmt.h"
#include "cli/command.h"
#include "cli/explain.h"
#include "cli/message.h"
#include "cli/node_report.h"
#include "cli/printable.h"
#include "cli/suggest.h"

enum { IMEI_SIZE = 33 };

static int explain_code(enum ota_code code, const char *imei, const struct explain_options *options)
{
    if (options->json) {
        return explain_put_json(explain_code_object(code, imei));
    }
    explain_print_code(stdout, code, imei);
    return EXIT_OK;
}

static bool read_number(const char *words, unsigned long *number)
{
    static const char *const prefixes[] = {"ota error ", "code ", "error ", ""};
    uint32_t value = 0;

    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        size_t size = strlen(prefixes[i]);
        if (strncmp(words, prefixes[i], size) == 0 &&
            fmt_parse_u32(span_of_text(words + size), &value)) {
            *number = value;
            return true;
        }
    }
    return false;
}

static int refuse_code(unsigned long number)
{
    message_error("%lu is no code of an update", number);
    message_hint("the codes are 1 to 8 and 100; 'nbota explain 1' explains one");
    return EXIT_FAILED;
}

static void read_imei(const char *object, char imei[IMEI_SIZE])
{
    json_t *message = json_loads(object, 0, NULL);
    const char *text = json_string_value(json_object_get(message, "IMEI"));

    snprintf(imei, IMEI_SIZE, "%.*s", IMEI_SIZE - 1, text != NULL ? text : "");
    printable_make(imei);
    json_decref(message);
}

// The code that a line names; OTA_NONE when it names none.
static enum ota_code named_code(const struct console_row *row, const char *rest)
{
    unsigned long number = row->kind == LINE_CODE ? strtoul(rest, NULL, 10) : 0;

    if (row->kind == LINE_UPDATED) {
        return OTA_SUCCESS;
    }
    if (row->kind == LINE_ROLLED_BACK) {
        return OTA_ROLLED_BACK;
    }
    return code_is_known(number) ? (enum ota_code)number : OTA_NONE;
}

// One line of a console. What it would mean for an attempt of which nothing else is known.
static int explain_line(const char *text, const struct console_row *row,
                        const struct explain_options *options)
{
    static struct flow flow;

    flow_begin(&flow);
    (void)flow_take(&flow, text, (struct log_time){CLOCK_NONE, 0}, 1);
    const struct attempt *attempt = flow_attempt(&flow, flow.count);
    if (options->json) {
        return explain_put_json(explain_line_object(text, row, attempt));
    }
    explain_print_line(stdout, text, row, attempt);
    return EXIT_OK;
}

static int refuse_words(const char *words)
{
    struct suggestion nearest = {.word = words};

    for (unsigned number = 1; number <= OTA_SUCCESS; number++) {
        if (code_is_known(number)) {
            suggestion_offer(&nearest, code_text((enum ota_code)number));
            suggestion_offer(&nearest, code_shipped_text((enum ota_code)number));
        }
    }
    message_error("'%s' is no file, no code and nothing that a node says of an update", words);
    if (suggestion_get(&nearest) != NULL) {
        message_hint("did you mean '%s'?", suggestion_get(&nearest));
    }
    return EXIT_FAILED;
}

int explain_words(char *words, const struct explain_options *options)
{
    const struct console_row *row;
    struct log_time time;
    unsigned long number;
    const char *rest;
    char imei[IMEI_SIZE] = "";

    if (read_number(words, &number)) {
        return code_is_known(number) ? explain_code((enum ota_code)number, imei, options)
                                     : refuse_code(number);
    }
    const char *object = strchr(words, '{');
    if (object != NULL && node_report_code(span_of_text(object)) != OTA_NONE) {
        read_imei(object, imei);
        return explain_code(node_report_code(span_of_text(object)), imei, options);
    }
    if (code_of_report(words) != OTA_NONE) {
        return explain_code(code_of_report(words), imei, options);
    }
    printable_make(words);
    const char *text = log_time_read(words, &time);
    row = console_line_find(text, &rest);
    if (row == NULL) {
        return refuse_words(words);
    }
    return named_code(row, rest) != OTA_NONE ? explain_code(named_code(row, rest), imei, options)
                                             : explain_line(text, row, options);
}
