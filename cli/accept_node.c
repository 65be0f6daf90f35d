// SPDX-License-Identifier: Apache-2.0
// Meeting the node: what it is, what it is set to; and leaving it as it was.
#include <stdio.h>
#include <string.h>

#include "cli/accept.h"
#include "cli/interrupt.h"
#include "cli/message.h"

enum { ANSWER_MS = 20000, BANNER_MS = 60000, PASSWORD_TRIES = 3, KEPT = 15 };
#define IMAGE_VERSION "Image Version: "

// Set for the test where there is a text with the letters of accept_steps.def, and all set back behind it. The data server
// comes last, so that nothing is sent to it in the name of somebody else.
static const struct {
    const char *name;
    const char *text;
} kept[KEPT] = {
    {"OTASER", NULL},
    {"OTACLT", NULL},
    {"OTAUNAME", NULL},
    {"OTAPWD", NULL},
    {"OTATITLE", NULL},
    {"OTAVER", NULL},
    {"TDC", "7200"},
    {"RXDL", "0"},
    {"CLIENT", "nbota"},
    {"UNAME", "NULL"},
    {"PWD", "NULL"},
    {"PUBTOPIC", "accept/up"},
    {"SUBTOPIC", "accept/down"},
    {"PRO", "3,5"},
    {"SERVADDR", "$H,$D"},
};
static char before[KEPT][ACCEPT_TEXT_SIZE];

void accept_node_observe(struct accept *self, const char *line)
{
    const char *version = strstr(line, IMAGE_VERSION);

    if (version != NULL) {
        snprintf(self->version, sizeof self->version, "%s", version + strlen(IMAGE_VERSION));
        self->is_locked = true;
    } else if (strstr(line, "Password timeout") != NULL) {
        self->is_locked = true;
    }
}

// ---- one setting ----

// Asks for the value: the line behind what was typed, before OK. Lines of the log begin with '['.
static enum status ask(struct accept *self, const char *name, char *value, size_t capacity)
{
    char line[40];

    snprintf(line, sizeof line, "AT+%s=?", name);
    value[0] = '\0';
    if (!accept_type(self, line)) {
        return STATUS_IO;
    }
    size_t first = self->dialogue.count;
    if (!accept_see(self, "OK", ANSWER_MS)) {
        return STATUS_IO;
    }
    for (size_t i = first; i + 1 < self->dialogue.seen; i++) {
        const struct dialogue_line *answer = dialogue_line(&self->dialogue, i);
        if (answer != NULL && answer->kind == SAID_BY_NODE && answer->text[0] != '[') {
            snprintf(value, capacity, "%s", answer->text);
            break;
        }
    }
    return STATUS_OK;
}

static bool set(struct accept *self, const char *name, const char *value)
{
    char line[ACCEPT_TEXT_SIZE + 16];

    snprintf(line, sizeof line, "AT+%s=%s", name, value);
    return accept_type(self, line) && accept_see(self, "OK", ANSWER_MS);
}

// ---- meeting ----

static enum status open_console(struct accept *self)
{
    for (unsigned i = 0; i < PASSWORD_TRIES && self->end == ACCEPT_GOES_ON; i++) {
        if (accept_unlock(self)) {
            return STATUS_OK;
        }
    }
    if (self->end == ACCEPT_GOES_ON) {
        message_error("the node does not take the password");
        message_hint("--password has the six digits of the label; does anything answer on '%s'?",
                     self->port);
    }
    return STATUS_REFUSED;
}

static enum status read_model(struct accept *self)
{
    char model[ACCEPT_VALUE_SIZE];

    if (ask(self, "MODEL", model, sizeof model) != STATUS_OK || strchr(model, ',') == NULL) {
        message_error("the node does not say its model");
        message_hint("AT+MODEL=? is for firmware that knows OTA updates (vendor 3)");
        return STATUS_IO;
    }
    *strchr(model, ',') = '\0';
    snprintf(self->title, sizeof self->title, "%s", model);
    snprintf(self->version, sizeof self->version, "%s", model + strlen(model) + 1);
    snprintf(self->first_version, sizeof self->first_version, "%s", self->version);
    self->product = product_by_name(self->title);
    return STATUS_OK;
}

static enum status read_settings(struct accept *self)
{
    for (unsigned i = 0; i < KEPT; i++) {
        if (ask(self, kept[i].name, before[i], sizeof before[i]) != STATUS_OK) {
            message_error("the node does not say its AT+%s", kept[i].name);
            return STATUS_IO;
        }
        // Not set by hand: it is to follow the running firmware.
        if (strcmp(kept[i].name, "OTAVER") == 0 && strcmp(before[i], self->version) == 0) {
            snprintf(before[i], sizeof before[i], "NULL");
        }
    }
    return STATUS_OK;
}

static enum status use_servers(struct accept *self)
{
    char text[ACCEPT_TEXT_SIZE];

    for (unsigned i = 0; i < KEPT; i++) {
        if (kept[i].text == NULL) {
            continue;
        }
        accept_expand(self, kept[i].text, text);
        if (!set(self, kept[i].name, text)) {
            message_error("the node does not take 'AT+%s=%s'", kept[i].name, text);
            return STATUS_IO;
        }
    }
    return accept_node_set_up(self) ? STATUS_OK : STATUS_IO;
}

bool accept_node_set_up(struct accept *self)
{
    char server[ACCEPT_TEXT_SIZE];

    accept_expand(self, "$H,$O", server);
    return set(self, "OTASER", server) && set(self, "OTACLT", self->token) &&
           set(self, "OTAUNAME", self->token) && set(self, "OTAPWD", "NULL") &&
           set(self, "OTATITLE", self->title) && set(self, "OTAVER", "NULL");
}

bool accept_node_restart(struct accept *self)
{
    self->heard_from = self->dialogue.count;
    return accept_type(self, "ATZ") && accept_see(self, "Protocol in Used", BANNER_MS) &&
           accept_unlock(self);
}

// The IMEI is known once the module was awake.
static enum status read_imei(struct accept *self)
{
    if (!accept_node_restart(self) || !accept_see(self, "End of upload", self->patience_ms)) {
        message_error("the node does not end a data session");
        return STATUS_IO;
    }
    return ask(self, "DEUI", self->imei, sizeof self->imei);
}

enum status accept_node_meet(struct accept *self)
{
    enum status status = open_console(self);

    if (status == STATUS_OK) {
        status = read_model(self);
    }
    if (status == STATUS_OK) {
        status = read_settings(self);
    }
    if (status == STATUS_OK) {
        status = use_servers(self);
    }
    return status == STATUS_OK ? read_imei(self) : status;
}

// ---- leaving ----

static void complain(unsigned first)
{
    message_error("the node's settings could not be set back; these are still the test's");
    for (unsigned i = first; i < KEPT; i++) {
        message_hint("AT+%s", kept[i].name);
    }
}

void accept_node_leave(struct accept *self)
{
    self->is_leaving = true;
    if (before[0][0] == '\0') {
        return; // nothing was changed
    }
    for (unsigned i = 0; i < KEPT; i++) {
        // Once more: the node may just have started.
        if (before[i][0] != '\0' && !set(self, kept[i].name, before[i]) &&
            !set(self, kept[i].name, before[i])) {
            complain(i);
            return;
        }
    }
    if (!accept_type(self, "ATZ") || !accept_see(self, "Protocol in Used", BANNER_MS)) {
        message_warning("the node does not restart: AT+PRO takes effect after ATZ");
    }
}
