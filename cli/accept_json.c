// SPDX-License-Identifier: Apache-2.0
// One object for scripts (docs/cli.md, "JSON").
#include <jansson.h>
#include <stdio.h>

#include "cli/accept.h"

static json_t *case_object(const struct accept *self, const struct accept_result *result)
{
    char title[ACCEPT_TEXT_SIZE];

    accept_expand(self, result->step->title, title);
    json_t *object =
        json_pack("{s:s, s:s, s:s, s:I}", "section", result->step->text, "title", title, "verdict",
                  accept_verdict_word(result->verdict), "took_ms", (json_int_t)result->took_ms);
    if (result->reason[0] != '\0') {
        json_object_set_new(object, "reason", json_string(result->reason));
    }
    return object;
}

static void set(json_t *object, const char *key, const char *text)
{
    if (text != NULL && text[0] != '\0') {
        json_object_set_new(object, key, json_string(text));
    }
}

static json_t *sum_object(const struct accept *self)
{
    json_t *object =
        json_pack("{s:s, s:s, s:b, s:b, s:b, s:i, s:i, s:i, s:i}", "title", self->title, "version",
                  self->version, "flash", self->has_flash, "good", accept_is_good(self), "complete",
                  self->end == ACCEPT_GOES_ON, "passed", (int)accept_count(self, VERDICT_PASSED),
                  "failed", (int)accept_count(self, VERDICT_FAILED), "left_out",
                  (int)accept_count(self, VERDICT_LEFT_OUT), "by_eye",
                  (int)accept_count(self, VERDICT_BY_EYE));

    set(object, "product", self->product != NULL ? self->product->name : NULL);
    set(object, "imei", self->imei);
    set(object, "serial", self->serial);
    return object;
}

void accept_print_json(const struct accept *self)
{
    json_t *object = sum_object(self);
    json_t *cases = json_array();

    for (unsigned i = 0; i < self->result_count; i++) {
        json_array_append_new(cases, case_object(self, &self->results[i]));
    }
    json_object_set_new(object, "cases", cases);
    json_dumpf(object, stdout, 0);
    json_decref(object);
    putchar('\n');
}
