// SPDX-License-Identifier: Apache-2.0
// Commands about the network. BC660K-GL&BC950K-GL AT Commands Manual V1.4.
#include "vnode/chip/module.h"

#include <string.h>

static bool is_radio_command(const struct modem *self)
{
    return self->is_registered && !self->is_uncovered;
}

static void radio_on(struct modem *self)
{
    if (self->cfun != 1) {
        self->cfun = 1;
        network_start(self);
    }
}

// Detaching takes a message of its own behind everything that still waits; its end ends the command.
static void radio_off(struct modem *self, uint8_t cfun)
{
    enum { DETACH_BOUND_S = 20 };
    struct air_message detach = {
        .channel = AIR_NETWORK,
        .kind = UPLINK_DETACH,
        .ip_bytes = air_uplink_bytes(UPLINK_DETACH, 0, false),
    };

    self->next_cfun = cfun;
    self->is_detaching = true;
    if (is_radio_command(self) && air_send(self, &detach, 0) == STATUS_OK) {
        self->reply_ns = self->now_ns + DETACH_BOUND_S * MODULE_S;
    }
}

enum cme at_functionality(struct modem *self, const struct command_line *line)
{
    uint32_t cfun, reset = 0;

    if (line->form == FORM_READ) {
        command_add(self, "+CFUN: %u", (unsigned)self->cfun);
        return CME_NONE;
    }
    if (!command_number(line, 0, 0, 4, &cfun) || cfun == 2 || cfun == 3 ||
        (command_has(line, 1) && !command_number(line, 1, 0, 1, &reset))) {
        return CME_PARAMETER;
    }
    if (reset == 1) {
        self->after_reply = AFTER_RESET;
    } else if (cfun == 1) {
        radio_on(self);
    } else if (cfun != self->cfun) {
        radio_off(self, (uint8_t)cfun);
    }
    return CME_NONE;
}

enum cme at_registration(struct modem *self, const struct command_line *line)
{
    unsigned stat = network_cereg_stat(self);

    if (line->form == FORM_SET) {
        return command_small_number(self, line, "CEREG", 5, &self->nvram.cereg);
    }
    if (self->nvram.cereg >= 2 && self->is_registered) {
        command_add(self, "+CEREG: %u,%u,%s,%u", (unsigned)self->nvram.cereg, stat, network_cell,
                    network_technology(self));
    } else {
        command_add(self, "+CEREG: %u,%u", (unsigned)self->nvram.cereg, stat);
    }
    return CME_NONE;
}

enum cme at_attachment(struct modem *self, const struct command_line *line)
{
    uint32_t on;

    if (line->form == FORM_READ) {
        command_add(self, "+CGATT: %d", self->is_attached ? 1 : 0);
        return CME_NONE;
    }
    if (!command_number(line, 0, 0, 1, &on) || self->cfun != 1) {
        return CME_PARAMETER;
    }
    if (on == 0) {
        network_forget(self);
        network_stop(self);
    } else if (!self->is_registered) {
        network_start(self);
    } else if (!self->is_attached) {
        network_attach(self);
    }
    return CME_NONE;
}

enum cme at_signal_strength(struct modem *self, const struct command_line *line)
{
    (void)line;
    command_add(self, "+CSQ: %u,0", is_radio_command(self) ? (unsigned)self->csq : 99U);
    return CME_NONE;
}

enum cme at_extended_signal(struct modem *self, const struct command_line *line)
{
    (void)line;
    if (is_radio_command(self)) {
        command_add(self, "+CESQ: %u,0,255,255,20,%u", (unsigned)self->csq, 30U + self->csq);
    } else {
        command_add(self, "+CESQ: 99,99,255,255,255,255");
    }
    return CME_NONE;
}

enum cme at_address(struct modem *self, const struct command_line *line)
{
    uint32_t context;

    if (line->form == FORM_SET && !command_number(line, 0, 0, 10, &context)) {
        return CME_PARAMETER;
    }
    if (self->is_attached) {
        command_add(self, "+CGPADDR: %u,\"%s\"", (unsigned)self->variant->context, network_address);
    } else {
        command_add(self, "+CGPADDR: %u", (unsigned)self->variant->context);
    }
    return CME_NONE;
}

// Coverage level as the radio class implies.
static unsigned coverage_level(const struct modem *self)
{
    const char *name = self->class->name;

    return strstr(name, "ce2") != NULL ? 2 : strstr(name, "ce1") != NULL ? 1 : 0;
}

enum cme at_cell_information(struct modem *self, const struct command_line *line)
{
    uint32_t mode;

    if (!command_number(line, 0, 0, 3, &mode)) {
        return CME_PARAMETER;
    }
    if (is_radio_command(self)) {
        int rssi = -113 + 2 * self->csq;
        command_add(self, "+QENG: 0,6352,2,102,\"0001A2B3\",%d,-11,%d,9,20,\"3039\",%u,12,0",
                    rssi - 10, rssi, coverage_level(self));
    }
    return CME_NONE;
}

enum cme at_operator_selection(struct modem *self, const struct command_line *line)
{
    uint32_t mode;

    if (line->form == FORM_READ) {
        if (self->is_registered) {
            command_add(self, "+COPS: %u,2,\"%s\",%u", (unsigned)self->nvram.cops,
                        self->nvram.plmn[0] != '\0' ? self->nvram.plmn : "23415",
                        network_technology(self));
        } else {
            command_add(self, "+COPS: %u", (unsigned)self->nvram.cops);
        }
        return CME_NONE;
    }
    if (!command_number(line, 0, 0, 2, &mode) ||
        (command_has(line, 2) &&
         !command_text(line, 2, self->nvram.plmn, sizeof self->nvram.plmn))) {
        return CME_PARAMETER;
    }
    if (mode == 2) {
        network_forget(self);
        network_stop(self);
    } else {
        self->nvram.cops = (uint8_t)mode;
    }
    return CME_NONE;
}

enum cme at_bands(struct modem *self, const struct command_line *line)
{
    if (line->form == FORM_READ) {
        command_add(self, "+QBAND: %s", self->nvram.bands);
        return CME_NONE;
    }
    if (line->rest.size == 0 || line->rest.size >= sizeof self->nvram.bands) {
        return CME_PARAMETER;
    }
    memcpy(self->nvram.bands, line->rest.data, line->rest.size);
    self->nvram.bands[line->rest.size] = '\0';
    if (self->cfun == 1) { // it detaches and attaches again
        network_forget(self);
        network_stop(self);
        network_start(self);
    }
    return CME_NONE;
}

enum cme at_context(struct modem *self, const struct command_line *line)
{
    uint32_t cid;

    if (line->form == FORM_READ) {
        command_add(self, "+CGDCONT: %u,\"IPV4V6\",\"%s\"", (unsigned)self->variant->context,
                    self->nvram.apn);
        return CME_NONE;
    }
    return command_number(line, 0, 0, 10, &cid) ? CME_NONE : CME_PARAMETER;
}

enum cme at_default_context(struct modem *self, const struct command_line *line)
{
    if (line->form == FORM_READ) {
        command_add(self, "+QCGDEFCONT: \"IPV4V6\",\"%s\"", self->nvram.apn);
        return CME_NONE;
    }
    if (line->fields > 1 && !command_text(line, 1, self->nvram.apn, sizeof self->nvram.apn)) {
        return CME_PARAMETER;
    }
    return CME_NONE;
}

static bool is_bits(const struct command_line *line, unsigned index, size_t size)
{
    if (!command_has(line, index) || line->field[index].text.size != size) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        if ((line->field[index].text.data[i] & ~1U) != '0') {
            return false;
        }
    }
    return true;
}

enum cme at_power_saving(struct modem *self, const struct command_line *line)
{
    struct module_nvram *nvram = &self->nvram;
    uint32_t mode;

    if (line->form == FORM_READ) {
        command_add(self, "+CPSMS: %d,,,\"%s\",\"%s\"", nvram->psm ? 1 : 0, nvram->tau,
                    nvram->active);
        return CME_NONE;
    }
    if (!command_number(line, 0, 0, 2, &mode) || (command_has(line, 3) && !is_bits(line, 3, 8)) ||
        (command_has(line, 4) && !is_bits(line, 4, 8))) {
        return CME_PARAMETER;
    }
    nvram->psm = mode == 1;
    if (command_has(line, 3)) {
        (void)command_text(line, 3, nvram->tau, sizeof nvram->tau);
    }
    if (command_has(line, 4)) {
        (void)command_text(line, 4, nvram->active, sizeof nvram->active);
    }
    return CME_NONE;
}

enum cme at_discontinuous(struct modem *self, const struct command_line *line)
{
    uint32_t mode;

    if (line->form == FORM_READ) {
        command_add(self, "+CEDRXS: 5,\"%s\"", self->nvram.edrx);
        return CME_NONE;
    }
    if (!command_number(line, 0, 0, 3, &mode) || (command_has(line, 2) && !is_bits(line, 2, 4))) {
        return CME_PARAMETER;
    }
    if (command_has(line, 2)) {
        (void)command_text(line, 2, self->nvram.edrx, sizeof self->nvram.edrx);
    }
    return CME_NONE;
}
