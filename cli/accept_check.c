// SPDX-License-Identifier: Apache-2.0
// What is judged from what is known already: label, the ten steps, the form of reports.
#include <stdio.h>
#include <string.h>

#include "cli/accept.h"
#include "cli/demo_steps.h"
#include "cli/node_report.h"
#include "wire/serial.h"

bool accept_check_product(struct accept *self, struct accept_result *result)
{
    return self->product != NULL || accept_fail(result, "no product of vendor 2.1", self->title);
}

// ---- the label ----

// That of the product's modem.
static const struct serial_family *family_of(const struct product *product)
{
    const char *modem = product->modem == PRODUCT_MODEM_BC660K ? "BC660K-GL" : "BG95-M2";

    for (unsigned i = 0; i < SERIAL_FAMILIES; i++) {
        if (strcmp(serial_families[i].modem, modem) == 0) {
            return &serial_families[i];
        }
    }
    return NULL;
}

bool accept_check_label(struct accept *self, struct accept_result *result)
{
    struct serial serial;

    if (serial_parse(span_of_text(self->serial), &serial) != SERIAL_GOOD) {
        return accept_fail(result, "no serial number of vendor 2.3.1", self->serial);
    }
    if (self->product != NULL && serial.family != family_of(self->product)) {
        return accept_fail(result, self->serial, "is of the other modem's family");
    }
    if (serial_has_flash(&serial) != self->has_flash) {
        return accept_fail(result, self->serial,
                           self->has_flash ? "says without flash, but there is one"
                                           : "says with flash, but none answers");
    }
    return true;
}

// Below, at, and above the first number of each family.
bool accept_check_thresholds(struct accept *self, struct accept_result *result)
{
    (void)self;
    for (unsigned i = 0; i < SERIAL_FAMILIES; i++) {
        for (int distance = -1; distance <= 1; distance++) {
            char text[32];
            struct serial serial;
            snprintf(text, sizeof text, "%s%08u", serial_families[i].prefix,
                     (unsigned)((int)serial_families[i].first_flashed + distance));
            if (serial_parse(span_of_text(text), &serial) != SERIAL_GOOD ||
                serial_has_flash(&serial) != (distance >= 0)) {
                return accept_fail(result, "wrong answer for", text);
            }
        }
    }
    return true;
}

// ---- the ten steps ----

bool accept_check_steps(struct accept *self, struct accept_result *result)
{
    struct demo_flow flow = {0};

    for (size_t i = self->update_begin; i < self->dialogue.count; i++) {
        const struct dialogue_line *line = dialogue_line(&self->dialogue, i);
        if (line != NULL && line->kind == SAID_BY_NODE) {
            (void)demo_flow_take(&flow, line->text);
        }
    }
    return flow.next == DEMO_STEPS ||
           accept_fail(result, "not shown, or not in order", demo_steps[flow.next].title);
}

// ---- reports ----

// {"IMEI":"<imei>", "Message": "<text>"}, and the text is one of vendor 8.1.
static bool is_report(const struct accept *self, const char *message)
{
    char begin[ACCEPT_VALUE_SIZE + 40];
    size_t size = strlen(message);

    snprintf(begin, sizeof begin, "{\"IMEI\":\"%s\", \"Message\": \"", self->imei);
    return strncmp(message, begin, strlen(begin)) == 0 && size > strlen(begin) + 2 &&
           strcmp(message + size - 2, "\"}") == 0 &&
           node_report_code(span_of_text(message)) != OTA_NONE;
}

bool accept_check_forms(struct accept *self, struct accept_result *result)
{
    unsigned reports = 0;

    for (size_t i = 0; i < self->dialogue.count; i++) {
        const struct dialogue_line *line = dialogue_line(&self->dialogue, i);
        if (line == NULL || line->kind != UPLINK || strstr(line->text, "\"Message\"") == NULL) {
            continue;
        }
        if (!is_report(self, line->text)) {
            return accept_fail(result, "another form", line->text);
        }
        reports++;
    }
    return reports > 0 || accept_fail(result, "data server", "no report has come");
}
