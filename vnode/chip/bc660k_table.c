// SPDX-License-Identifier: Apache-2.0
// Every command the module knows, one row each, and the handlers that are a line or two. Answers and maximum times:
// BC660K-GL&BC950K-GL AT Commands Manual V1.4.
#include "vnode/chip/bc660k.h"

#include <string.h>

static const char revision[] = "Revision: BC660KGLAAR01A05";

// ---- identity ----

static enum cme nothing(struct modem *self, const struct command_line *line)
{
    (void)self;
    (void)line;
    return CME_NONE;
}

static enum cme echo_off(struct modem *self, const struct command_line *line)
{
    (void)line;
    self->nvram.echo = false;
    return CME_NONE;
}

static enum cme echo_on(struct modem *self, const struct command_line *line)
{
    (void)line;
    self->nvram.echo = true;
    return CME_NONE;
}

static enum cme module_name(struct modem *self, const struct command_line *line)
{
    (void)line;
    command_add(self, "Quectel_BC660K-GL");
    return CME_NONE;
}

static enum cme module_revision(struct modem *self, const struct command_line *line)
{
    (void)line;
    command_add(self, "%s", revision);
    return CME_NONE;
}

static enum cme identification(struct modem *self, const struct command_line *line)
{
    (void)line;
    fmt_add(&self->reply, "\r\nQuectel_Ltd\r\nQuectel_BC660K-GL\r\n%s\r\n", revision);
    return CME_NONE;
}

static enum cme serial_number(struct modem *self, const struct command_line *line)
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

static enum cme subscriber(struct modem *self, const struct command_line *line)
{
    (void)line;
    command_add(self, "%s", self->imsi);
    return CME_NONE;
}

static enum cme card_number(struct modem *self, const struct command_line *line)
{
    (void)line;
    command_add(self, "+QCCID: 8944%s0", self->imsi);
    return CME_NONE;
}

static enum cme card_state(struct modem *self, const struct command_line *line)
{
    (void)line;
    command_add(self, "+CPIN: READY");
    return CME_NONE;
}

static enum cme supply(struct modem *self, const struct command_line *line)
{
    (void)line;
    command_add(self, "+CBC: 3600");
    return CME_NONE;
}

// ---- settings with one small number ----

static enum cme number_setting(struct modem *self, const struct command_line *line,
                               const char *name, uint32_t high, uint8_t *value)
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

static enum cme error_form(struct modem *self, const struct command_line *line)
{
    return number_setting(self, line, "CMEE", 2, &self->nvram.cmee);
}

static enum cme sleep_mode(struct modem *self, const struct command_line *line)
{
    return number_setting(self, line, "QSCLK", 2, &self->qsclk);
}

static enum cme connection_reports(struct modem *self, const struct command_line *line)
{
    if (line->form == FORM_READ) {
        command_add(self, "+CSCON: %u,%d", (unsigned)self->nvram.cscon,
                    self->was_connected ? 1 : 0);
        return CME_NONE;
    }
    return number_setting(self, line, "CSCON", 1, &self->nvram.cscon);
}

static enum cme psm_reports(struct modem *self, const struct command_line *line)
{
    uint32_t kind, on;

    if (!command_number(line, 0, 0, 1, &on) || !command_number(line, 1, 1, 1, &kind)) {
        return CME_PARAMETER;
    }
    self->nvram.psm_events = on == 1;
    return CME_NONE;
}

static enum cme baud_rate(struct modem *self, const struct command_line *line)
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

static enum cme restart(struct modem *self, const struct command_line *line)
{
    uint32_t one;

    if (!command_number(line, 0, 1, 1, &one)) {
        return CME_PARAMETER;
    }
    self->after_reply = AFTER_RESET;
    return CME_NONE;
}

// ---- AT+QCFG="<key>"[,<value>] ----

static enum cme general_setting(struct modem *self, const struct command_line *line)
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

// ---- network ----

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

    self->next_cfun = cfun;
    self->is_detaching = true;
    if (is_radio_command(self) &&
        session_send(self, UPLINK_DETACH, span_of(NULL, 0), 0) == STATUS_OK) {
        self->reply_ns = self->now_ns + DETACH_BOUND_S * BC660K_S;
    }
}

static enum cme functionality(struct modem *self, const struct command_line *line)
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

static enum cme registration(struct modem *self, const struct command_line *line)
{
    unsigned stat = network_cereg_stat(self);

    if (line->form == FORM_SET) {
        return number_setting(self, line, "CEREG", 5, &self->nvram.cereg);
    }
    if (self->nvram.cereg >= 2 && self->is_registered) {
        command_add(self, "+CEREG: %u,%u,%s", (unsigned)self->nvram.cereg, stat, network_cell);
    } else {
        command_add(self, "+CEREG: %u,%u", (unsigned)self->nvram.cereg, stat);
    }
    return CME_NONE;
}

static enum cme attachment(struct modem *self, const struct command_line *line)
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
    }
    return CME_NONE;
}

static enum cme signal_strength(struct modem *self, const struct command_line *line)
{
    (void)line;
    command_add(self, "+CSQ: %u,0", is_radio_command(self) ? (unsigned)self->csq : 99U);
    return CME_NONE;
}

static enum cme extended_signal(struct modem *self, const struct command_line *line)
{
    (void)line;
    if (is_radio_command(self)) {
        command_add(self, "+CESQ: %u,0,255,255,20,%u", (unsigned)self->csq, 30U + self->csq);
    } else {
        command_add(self, "+CESQ: 99,99,255,255,255,255");
    }
    return CME_NONE;
}

static enum cme address(struct modem *self, const struct command_line *line)
{
    uint32_t context;

    if (line->form == FORM_SET && !command_number(line, 0, 0, 10, &context)) {
        return CME_PARAMETER;
    }
    if (self->is_attached) {
        command_add(self, "+CGPADDR: 0,\"10.64.0.2\"");
    } else {
        command_add(self, "+CGPADDR: 0");
    }
    return CME_NONE;
}

// Coverage level as the radio class implies.
static unsigned coverage_level(const struct modem *self)
{
    const char *name = self->class->name;

    return strstr(name, "ce2") != NULL ? 2 : strstr(name, "ce1") != NULL ? 1 : 0;
}

static enum cme cell_information(struct modem *self, const struct command_line *line)
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

static enum cme operator_selection(struct modem *self, const struct command_line *line)
{
    uint32_t mode;

    if (line->form == FORM_READ) {
        if (self->is_registered) {
            command_add(self, "+COPS: %u,2,\"%s\",9", (unsigned)self->nvram.cops,
                        self->nvram.plmn[0] != '\0' ? self->nvram.plmn : "23415");
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

static enum cme bands(struct modem *self, const struct command_line *line)
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

static enum cme context(struct modem *self, const struct command_line *line)
{
    uint32_t cid;

    if (line->form == FORM_READ) {
        command_add(self, "+CGDCONT: 0,\"IPV4V6\",\"%s\"", self->nvram.apn);
        return CME_NONE;
    }
    return command_number(line, 0, 0, 10, &cid) ? CME_NONE : CME_PARAMETER;
}

static enum cme default_context(struct modem *self, const struct command_line *line)
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

static enum cme power_saving(struct modem *self, const struct command_line *line)
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

static enum cme discontinuous(struct modem *self, const struct command_line *line)
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

// ---- time and names ----

// yy/MM/dd,hh:mm:ss+00 of the network at now_ns; civil date after H. Hinnant's days_from_civil inverse.
static void add_time(const struct modem *self, struct fmt *out)
{
    uint64_t seconds = self->epoch_s + self->now_ns / BC660K_S;
    uint64_t days = seconds / 86400 + 719468;
    uint64_t era = days / 146097, day_of_era = days % 146097;
    uint64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    uint64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    uint64_t shifted = (5 * day_of_year + 2) / 153; // March is 0
    unsigned month = (unsigned)(shifted < 10 ? shifted + 3 : shifted - 9);
    unsigned year = (unsigned)(year_of_era + era * 400) + (month <= 2 ? 1U : 0U);

    fmt_add(out, "%02u/%02u/%02u,%02u:%02u:%02u+00", year % 100, month,
            (unsigned)(day_of_year - (153 * shifted + 2) / 5 + 1), (unsigned)(seconds / 3600 % 24),
            (unsigned)(seconds / 60 % 60), (unsigned)(seconds % 60));
}

static enum cme clock_time(struct modem *self, const struct command_line *line)
{
    (void)line;
    fmt_add(&self->reply, "\r\n+CCLK: ");
    add_time(self, &self->reply);
    fmt_add(&self->reply, "\r\n");
    return CME_NONE;
}

static enum cme network_time(struct modem *self, const struct command_line *line)
{
    char text[32];
    struct fmt out;

    if (line->fields < 2) {
        return CME_PARAMETER;
    }
    if (!self->is_attached) {
        return CME_NOT_ALLOWED;
    }
    fmt_init(&out, text, sizeof text);
    add_time(self, &out);
    line_say_later(self, BC660K_S, "+QNTP: 0,\"%s\"", text);
    return CME_NONE;
}

#define ANY (FORM_READ | FORM_SET)

const struct command bc660k_commands[] = {
    {"", FORM_EXECUTE, nothing, 0, 0},
    {"E0", FORM_EXECUTE, echo_off, 0, 0},
    {"E", FORM_EXECUTE, echo_off, 0, 0},
    {"E1", FORM_EXECUTE, echo_on, 0, 0},
    {"I", FORM_EXECUTE, identification, 0, 0},
    {"+CGMM", FORM_EXECUTE, module_name, 0, 0},
    {"+CGMR", FORM_EXECUTE, module_revision, 0, 0},
    {"+CGSN", FORM_EXECUTE | FORM_SET, serial_number, 0, 0},
    {"+CIMI", FORM_EXECUTE, subscriber, 0, 0},
    {"+QCCID", FORM_EXECUTE, card_number, 0, 0},
    {"+CPIN", FORM_READ, card_state, 0, 0},
    {"+CBC", FORM_EXECUTE, supply, 0, 0},
    {"+CMEE", ANY, error_form, 0, 0},
    {"+IPR", ANY, baud_rate, 0, 0},
    {"+QRST", FORM_SET, restart, 0, 0},
    {"+QSCLK", ANY, sleep_mode, 0, 0},
    {"+QCFG", FORM_SET, general_setting, 30, 300},
    {"+QNBIOTEVENT", FORM_SET, psm_reports, 0, 0},
    {"+CFUN", ANY, functionality, 200, 900},
    {"+CEREG", ANY, registration, 90, 110}, // 103 ms measured
    {"+CGATT", ANY, attachment, 0, 0},
    {"+CSCON", ANY, connection_reports, 0, 0},
    {"+CSQ", FORM_EXECUTE, signal_strength, 0, 0},
    {"+CESQ", FORM_EXECUTE, extended_signal, 0, 0},
    {"+CGPADDR", FORM_EXECUTE | FORM_SET, address, 0, 0},
    {"+CGDCONT", ANY, context, 0, 0},
    {"+QCGDEFCONT", ANY, default_context, 0, 0},
    {"+QENG", FORM_SET, cell_information, 50, 300},
    {"+COPS", ANY, operator_selection, 50, 300},
    {"+QBAND", ANY, bands, 50, 300},
    {"+CPSMS", ANY, power_saving, 0, 0},
    {"+CEDRXS", ANY, discontinuous, 0, 0},
    {"+QNBIOTRAI", FORM_SET, nothing, 0, 0},
    {"+CNMPSD", FORM_EXECUTE, nothing, 0, 0},
    {"+CCLK", FORM_READ, clock_time, 0, 0},
    {"+QNTP", FORM_SET, network_time, 0, 0},
    {"+QIDNSCFG", ANY, nothing, 0, 0},
    {"+QICFG", FORM_SET, nothing, 0, 0},
    {"+QMTCFG", FORM_SET, qmt_configure, 50, 300},
    {"+QMTOPEN", ANY, qmt_open, 0, 0},
    {"+QMTCONN", ANY, qmt_connect, 0, 0},
    {"+QMTSUB", FORM_SET, qmt_subscribe, 0, 0},
    {"+QMTUNS", FORM_SET, qmt_unsubscribe, 0, 0},
    {"+QMTPUB", FORM_SET, qmt_publish, 0, 0},
    {"+QMTDISC", FORM_SET, qmt_disconnect, 0, 0},
    {"+QMTCLOSE", FORM_SET, qmt_close, 0, 0},
};
const unsigned bc660k_command_count = sizeof bc660k_commands / sizeof bc660k_commands[0];
