// SPDX-License-Identifier: Apache-2.0
// Identity, supply and settings of the BG95-M2. BG95&BG77&BG600L Series AT Commands Manual V2.0.
#include "vnode/chip/module.h"

static const char revision[] = "BG95M2LAR02A04";

enum cme bg95_name(struct modem *self, const struct command_line *line)
{
    (void)line;
    command_add(self, "BG95-M2");
    return CME_NONE;
}

enum cme bg95_revision(struct modem *self, const struct command_line *line)
{
    (void)line;
    command_add(self, "%s", revision);
    return CME_NONE;
}

enum cme bg95_identification(struct modem *self, const struct command_line *line)
{
    (void)line;
    fmt_add(&self->reply, "\r\nQuectel\r\nBG95-M2\r\nRevision: %s\r\n", revision);
    return CME_NONE;
}

enum cme bg95_serial_number(struct modem *self, const struct command_line *line)
{
    (void)line;
    command_add(self, "%s", self->imei);
    return CME_NONE;
}

enum cme bg95_supply(struct modem *self, const struct command_line *line)
{
    (void)line;
    command_add(self, "+CBC: 0,82,3600"); // not charging, percent, mV
    return CME_NONE;
}

enum cme bg95_save(struct modem *self, const struct command_line *line)
{
    (void)line;
    self->saved = self->nvram;
    return CME_NONE;
}

// AT+QPOWD[=<0|1>]
enum cme bg95_power_down(struct modem *self, const struct command_line *line)
{
    uint32_t mode;

    if (line->form == FORM_SET && !command_number(line, 0, 0, 1, &mode)) {
        return CME_PARAMETER;
    }
    self->after_reply = AFTER_POWER_DOWN;
    return CME_NONE;
}

// AT+QURCCFG="urcport"[,"uart1"]: the only port that the board wires.
enum cme bg95_urc_port(struct modem *self, const struct command_line *line)
{
    if (!span_equals(line->field[0].text, span_of_text("urcport"))) {
        return CME_PARAMETER;
    }
    if (line->fields == 1) {
        command_add(self, "+QURCCFG: \"urcport\",\"uart1\"");
        return CME_NONE;
    }
    return span_equals(line->field[1].text, span_of_text("uart1")) ? CME_NONE : CME_NOT_SUPPORTED;
}

// ---- AT+QCFG="<key>"[,…]: kept and shown; the radio model has one cell, whatever is searched ----

// Everything behind the key, copied; false when it is too long.
static bool keep_rest(const struct command_line *line, char *to, size_t capacity)
{
    const uint8_t *comma = memchr(line->rest.data, ',', line->rest.size);
    size_t size = line->rest.size - (size_t)(comma - line->rest.data) - 1;

    if (size >= capacity) {
        return false;
    }
    memcpy(to, comma + 1, size);
    to[size] = '\0';
    return true;
}

static enum cme set_bands(struct modem *self, const struct command_line *line)
{
    if (line->fields == 1) {
        command_add(self, "+QCFG: \"band\",%s", self->nvram.band_masks);
        return CME_NONE;
    }
    if (line->fields < 4 ||
        !keep_rest(line, self->nvram.band_masks, sizeof self->nvram.band_masks)) {
        return CME_PARAMETER;
    }
    memcpy(self->saved.band_masks, self->nvram.band_masks, sizeof self->saved.band_masks);
    return CME_NONE;
}

static enum cme set_operating_mode(struct modem *self, const struct command_line *line)
{
    uint32_t mode;

    if (line->fields == 1) {
        command_add(self, "+QCFG: \"iotopmode\",%u", (unsigned)self->nvram.operating_mode);
        return CME_NONE;
    }
    if (!command_number(line, 1, 0, 2, &mode)) {
        return CME_PARAMETER;
    }
    self->nvram.operating_mode = self->saved.operating_mode = (uint8_t)mode;
    return CME_NONE;
}

static enum cme set_ignored(struct modem *self, const struct command_line *line)
{
    (void)self;
    return line->fields > 1 ? CME_NONE : CME_NOT_SUPPORTED;
}

enum cme bg95_setting(struct modem *self, const struct command_line *line)
{
    static const struct {
        const char *key;
        enum cme (*run)(struct modem *self, const struct command_line *line);
    } rows[] = {
        {"band", set_bands},        {"iotopmode", set_operating_mode}, {"nwscanmode", set_ignored},
        {"nwscanseq", set_ignored}, {"psm/urc", set_ignored},
    };

    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (span_equals(line->field[0].text, span_of_text(rows[i].key))) {
            return rows[i].run(self, line);
        }
    }
    return CME_PARAMETER;
}
