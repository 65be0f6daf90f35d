// SPDX-License-Identifier: Apache-2.0
// Identity, general settings and reset. BC660K-GL&BC950K-GL AT Commands Manual V1.4.
#include "vnode/chip/module.h"

#include <string.h>

static const char revision[] = "Revision: BC660KGLAAR01A05";

// ---- identity ----

enum cme at_nothing(struct modem *self, const struct command_line *line)
{
    (void)self;
    (void)line;
    return CME_NONE;
}

enum cme at_echo_off(struct modem *self, const struct command_line *line)
{
    (void)line;
    self->nvram.echo = false;
    return CME_NONE;
}

enum cme at_echo_on(struct modem *self, const struct command_line *line)
{
    (void)line;
    self->nvram.echo = true;
    return CME_NONE;
}

enum cme at_module_name(struct modem *self, const struct command_line *line)
{
    (void)line;
    command_add(self, "Quectel_BC660K-GL");
    return CME_NONE;
}

enum cme at_module_revision(struct modem *self, const struct command_line *line)
{
    (void)line;
    command_add(self, "%s", revision);
    return CME_NONE;
}

enum cme at_identification(struct modem *self, const struct command_line *line)
{
    (void)line;
    fmt_add(&self->reply, "\r\nQuectel_Ltd\r\nQuectel_BC660K-GL\r\n%s\r\n", revision);
    return CME_NONE;
}

enum cme at_serial_number(struct modem *self, const struct command_line *line)
{
    uint32_t kind = 0;

    if (line->form == FORM_SET && !command_number(line, 0, 0, 3, &kind)) {
        return CME_PARAMETER;
    }
    switch (kind) {
    case 1:
        command_add(self, "+CGSN: %s", self->imei);
        break;
    case 2: // IMEISV: the check digit gives way to the software version
        command_add(self, "+CGSN: %.*s01", 14, self->imei);
        break;
    case 3:
        command_add(self, "+CGSN: 01");
        break;
    default:
        command_add(self, "MPA0B1%.*s", 6, self->imei + 8);
        break;
    }
    return CME_NONE;
}

enum cme at_subscriber(struct modem *self, const struct command_line *line)
{
    (void)line;
    if (fault_is_on(self, FAULT_NO_SIM)) {
        return CME_NO_SIM;
    }
    command_add(self, "%s", self->imsi);
    return CME_NONE;
}

enum cme at_card_number(struct modem *self, const struct command_line *line)
{
    (void)line;
    if (fault_is_on(self, FAULT_NO_SIM)) {
        return CME_NO_SIM;
    }
    command_add(self, "+QCCID: 8944%s0", self->imsi);
    return CME_NONE;
}

enum cme at_card_state(struct modem *self, const struct command_line *line)
{
    (void)line;
    if (fault_is_on(self, FAULT_NO_SIM)) {
        return CME_NO_SIM;
    }
    command_add(self, "+CPIN: READY");
    return CME_NONE;
}

enum cme at_supply(struct modem *self, const struct command_line *line)
{
    (void)line;
    command_add(self, "+CBC: 3600");
    return CME_NONE;
}

// ---- settings with one small number ----

enum cme command_small_number(struct modem *self, const struct command_line *line, const char *name,
                              uint32_t high, uint8_t *value)
{
    uint32_t number;

    if (line->form == FORM_READ) {
        command_add(self, "+%s: %u", name, (unsigned)*value);
        return CME_NONE;
    }
    if (!command_number(line, 0, 0, high, &number)) {
        return CME_PARAMETER;
    }
    *value = (uint8_t)number;
    return CME_NONE;
}

enum cme at_error_form(struct modem *self, const struct command_line *line)
{
    return command_small_number(self, line, "CMEE", 2, &self->nvram.cmee);
}

enum cme at_sleep_mode(struct modem *self, const struct command_line *line)
{
    return command_small_number(self, line, "QSCLK", 2, &self->qsclk);
}

enum cme at_connection_reports(struct modem *self, const struct command_line *line)
{
    if (line->form == FORM_READ) {
        command_add(self, "+CSCON: %u,%d", (unsigned)self->nvram.cscon,
                    self->was_connected ? 1 : 0);
        return CME_NONE;
    }
    return command_small_number(self, line, "CSCON", 1, &self->nvram.cscon);
}

enum cme at_psm_reports(struct modem *self, const struct command_line *line)
{
    uint32_t kind, on;

    if (!command_number(line, 0, 0, 1, &on) || !command_number(line, 1, 1, 1, &kind)) {
        return CME_PARAMETER;
    }
    self->nvram.psm_events = on == 1;
    return CME_NONE;
}

enum cme at_baud_rate(struct modem *self, const struct command_line *line)
{
    static const uint32_t rates[] = {2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800};
    uint32_t value;

    if (line->form == FORM_READ) {
        command_add(self, "+IPR: %lu", (unsigned long)self->nvram.baud);
        return CME_NONE;
    }
    for (unsigned i = 0; i < sizeof rates / sizeof rates[0]; i++) {
        if (command_number(line, 0, rates[i], rates[i], &value)) {
            self->new_baud = value == self->nvram.baud ? 0 : value;
            return CME_NONE;
        }
    }
    return CME_PARAMETER;
}

enum cme at_restart(struct modem *self, const struct command_line *line)
{
    uint32_t one;

    if (!command_number(line, 0, 1, 1, &one)) {
        return CME_PARAMETER;
    }
    self->after_reply = AFTER_RESET;
    return CME_NONE;
}

// ---- AT+QCFG="<key>"[,<value>] ----

enum cme at_general_setting(struct modem *self, const struct command_line *line)
{
    const struct {
        const char *key;
        uint32_t high;
        uint8_t *number;
        bool *flag;
    } rows[] = {
        {"dsevent", 1, NULL, &self->nvram.sleep_events},
        {"slplocktimes", 30, &self->nvram.sleep_lock_s, NULL},
        {"wakeupRXD", 1, NULL, &self->nvram.wake_by_line},
        {"NBcategory", 2, &self->nvram.nb_category, NULL},
    };
    uint32_t value;

    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (!span_equals(line->field[0].text, span_of_text(rows[i].key))) {
            continue;
        }
        if (line->fields == 1) {
            unsigned now = rows[i].flag != NULL ? (*rows[i].flag ? 1U : 0U) : *rows[i].number;
            command_add(self, "+QCFG: \"%s\",%u", rows[i].key, now);
            return CME_NONE;
        }
        if (!command_number(line, 1, 0, rows[i].high, &value)) {
            return CME_PARAMETER;
        }
        if (rows[i].flag != NULL) {
            *rows[i].flag = value == 1;
        } else {
            *rows[i].number = (uint8_t)value;
        }
        return CME_NONE;
    }
    return CME_PARAMETER;
}
