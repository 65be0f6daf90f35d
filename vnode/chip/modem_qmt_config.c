// SPDX-License-Identifier: Apache-2.0
// AT+QMTCFG="<key>",0[,values]: one row a key, with the modules that know it. Lost by deep sleep and reset.
#include "vnode/chip/module.h"

enum { KEEP_ALIVE_DEFAULT_S = 120 };

void qmt_config_reset(struct modem *self)
{
    self->session.config = (struct module_mqtt_config){
        .connect = {.is_311 = true, .clean_session = true, .keep_alive_s = KEEP_ALIVE_DEFAULT_S},
        .packet_timeout_s = self->variant->packet_timeout_s,
        .retries = self->variant->retries,
    };
}

struct setting {
    const char *key;
    bool only_closed;                         // has to come before AT+QMTOPEN
    enum { BOTH, PUSHING, BUFFERING } module; // BC660K-GL pushes, BG95-M2 buffers
    enum cme (*set)(struct modem *self, const struct command_line *line);
    void (*show)(struct modem *self, struct fmt *out);
};

static enum cme set_flag(const struct command_line *line, unsigned index, bool *flag)
{
    uint32_t value;

    if (!command_number(line, index, 0, 1, &value)) {
        return CME_PARAMETER;
    }
    *flag = value == 1;
    return CME_NONE;
}

static void show_flag(struct fmt *out, bool flag)
{
    fmt_add(out, "%d", flag ? 1 : 0);
}

static enum cme set_version(struct modem *self, const struct command_line *line)
{
    uint32_t value;

    if (!command_number(line, 2, self->variant->version_31, self->variant->version_311, &value)) {
        return CME_PARAMETER;
    }
    self->session.config.connect.is_311 = value == self->variant->version_311;
    return CME_NONE;
}

static void show_version(struct modem *self, struct fmt *out)
{
    bool is_311 = self->session.config.connect.is_311;

    fmt_add(out, "%u", (unsigned)(is_311 ? self->variant->version_311 : self->variant->version_31));
}

static enum cme set_keep_alive(struct modem *self, const struct command_line *line)
{
    uint32_t value;

    if (!command_number(line, 2, 0, 3600, &value)) {
        return CME_PARAMETER;
    }
    self->session.config.connect.keep_alive_s = (uint16_t)value;
    return CME_NONE;
}

static void show_keep_alive(struct modem *self, struct fmt *out)
{
    fmt_add(out, "%u", (unsigned)self->session.config.connect.keep_alive_s);
}

static enum cme set_session(struct modem *self, const struct command_line *line)
{
    return set_flag(line, 2, &self->session.config.connect.clean_session);
}

static void show_session(struct modem *self, struct fmt *out)
{
    show_flag(out, self->session.config.connect.clean_session);
}

static enum cme set_timeout(struct modem *self, const struct command_line *line)
{
    uint32_t timeout_s, retries, notice;

    if (!command_number(line, 2, 1, 60, &timeout_s) || !command_number(line, 3, 0, 10, &retries) ||
        !command_number(line, 4, 0, 1, &notice)) {
        return CME_PARAMETER;
    }
    self->session.config.packet_timeout_s = timeout_s;
    self->session.config.retries = retries;
    return CME_NONE;
}

static void show_timeout(struct modem *self, struct fmt *out)
{
    fmt_add(out, "%lu,%lu,0", (unsigned long)self->session.config.packet_timeout_s,
            (unsigned long)self->session.config.retries);
}

static enum cme set_will(struct modem *self, const struct command_line *line)
{
    struct module_mqtt_config *config = &self->session.config;
    uint32_t flag, qos, retain;

    if (command_number(line, 2, 0, 0, &flag)) {
        config->connect.has_will = false;
        return CME_NONE;
    }
    if (!command_number(line, 2, 1, 1, &flag) || !command_number(line, 3, 0, 2, &qos) ||
        !command_number(line, 4, 0, 1, &retain) || !command_has(line, 5) ||
        !command_text(line, 5, config->will_topic, sizeof config->will_topic) ||
        !command_text(line, 6, config->will_message, sizeof config->will_message)) {
        return CME_PARAMETER;
    }
    config->connect.has_will = true;
    config->connect.will_qos = (uint8_t)qos;
    config->connect.will_retain = retain == 1;
    return CME_NONE;
}

static void show_will(struct modem *self, struct fmt *out)
{
    show_flag(out, self->session.config.connect.has_will);
}

static enum cme set_length(struct modem *self, const struct command_line *line)
{
    return set_flag(line, 2, &self->session.config.with_length);
}

static void show_length(struct modem *self, struct fmt *out)
{
    show_flag(out, self->session.config.with_length);
}

static enum cme set_format(struct modem *self, const struct command_line *line)
{
    enum cme result = set_flag(line, 2, &self->session.config.send_hex);

    return result != CME_NONE ? result : set_flag(line, 3, &self->session.config.receive_hex);
}

static void show_format(struct modem *self, struct fmt *out)
{
    fmt_add(out, "%d,%d", self->session.config.send_hex ? 1 : 0,
            self->session.config.receive_hex ? 1 : 0);
}

// "recv/mode",0,<0 push, 1 buffer>,<with length>
static enum cme set_receive_mode(struct modem *self, const struct command_line *line)
{
    enum cme result = set_flag(line, 2, &self->session.config.is_buffered);

    if (result != CME_NONE || line->fields < 4) {
        return result;
    }
    return set_flag(line, 3, &self->session.config.with_length);
}

static void show_receive_mode(struct modem *self, struct fmt *out)
{
    fmt_add(out, "%d,%d", self->session.config.is_buffered ? 1 : 0,
            self->session.config.with_length ? 1 : 0);
}

// Data mode echoes nothing here; the setting is accepted.
static enum cme set_echo(struct modem *self, const struct command_line *line)
{
    bool flag;

    (void)self;
    return set_flag(line, 2, &flag);
}

static void show_off(struct modem *self, struct fmt *out)
{
    (void)self;
    fmt_add(out, "0");
}

// TLS ends in the module; this one has none.
static enum cme set_ssl(struct modem *self, const struct command_line *line)
{
    bool flag;
    enum cme result = set_flag(line, 2, &flag);

    (void)self;
    return result == CME_NONE && flag ? CME_NOT_SUPPORTED : result;
}

static enum cme set_context(struct modem *self, const struct command_line *line)
{
    uint32_t context;

    return command_number(line, 2, self->variant->context, self->variant->context, &context)
               ? CME_NONE
               : CME_PARAMETER;
}

static void show_context(struct modem *self, struct fmt *out)
{
    fmt_add(out, "%u", (unsigned)self->variant->context);
}

static const struct setting settings[] = {
    {"version", true, BOTH, set_version, show_version},
    {"keepalive", true, BOTH, set_keep_alive, show_keep_alive},
    {"session", true, BOTH, set_session, show_session},
    {"timeout", false, BOTH, set_timeout, show_timeout},
    {"will", true, BOTH, set_will, show_will},
    {"ssl", true, BOTH, set_ssl, show_off},
    {"showrecvlen", false, PUSHING, set_length, show_length},
    {"dataformat", false, PUSHING, set_format, show_format},
    {"echomode", false, PUSHING, set_echo, show_off},
    {"pdpcid", true, BUFFERING, set_context, show_context},
    {"recv/mode", false, BUFFERING, set_receive_mode, show_receive_mode},
};

static const struct setting *find_setting(const struct modem *self, struct span key)
{
    for (unsigned i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        bool is_known = settings[i].module == BOTH ||
                        (settings[i].module == BUFFERING) == self->variant->buffers_messages;
        if (is_known && span_equals(key, span_of_text(settings[i].key))) {
            return &settings[i];
        }
    }
    return NULL;
}

static void show(struct modem *self, const struct setting *setting)
{
    char text[64];
    struct fmt out;

    fmt_init(&out, text, sizeof text);
    setting->show(self, &out);
    if (self->variant->shows_key) {
        command_add(self, "+QMTCFG: \"%s\",%s", setting->key, text);
    } else {
        command_add(self, "+QMTCFG: %s", text);
    }
}

enum cme qmt_configure(struct modem *self, const struct command_line *line)
{
    const struct setting *setting = find_setting(self, line->field[0].text);
    uint32_t index;

    if (setting == NULL || !command_number(line, 1, 0, 0, &index)) {
        return CME_PARAMETER;
    }
    if (line->fields == 2) {
        show(self, setting);
        return CME_NONE;
    }
    if (setting->only_closed && self->session.state != SESSION_CLOSED) {
        return CME_NOT_ALLOWED;
    }
    return setting->set(self, line);
}
