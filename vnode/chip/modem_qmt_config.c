// SPDX-License-Identifier: Apache-2.0
// AT+QMTCFG="<key>",0[,values]: one row a key. Lost by deep sleep and reset.
#include "vnode/chip/module.h"

#include <string.h>

enum { KEEP_ALIVE_DEFAULT_S = 120, PACKET_TIMEOUT_DEFAULT_S = 30 };

void qmt_config_reset(struct module_mqtt_config *config)
{
    *config = (struct module_mqtt_config){
        .connect = {.is_311 = true, .clean_session = true, .keep_alive_s = KEEP_ALIVE_DEFAULT_S},
        .packet_timeout_s = PACKET_TIMEOUT_DEFAULT_S,
    };
}

struct setting {
    const char *key;
    bool only_closed; // has to come before AT+QMTOPEN
    enum cme (*set)(struct module_mqtt_config *config, const struct command_line *line);
    void (*show)(struct modem *self);
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

static enum cme set_version(struct module_mqtt_config *config, const struct command_line *line)
{
    return set_flag(line, 2, &config->connect.is_311);
}

static void show_version(struct modem *self)
{
    command_add(self, "+QMTCFG: %d", self->session.config.connect.is_311 ? 1 : 0);
}

static enum cme set_keep_alive(struct module_mqtt_config *config, const struct command_line *line)
{
    uint32_t value;

    if (!command_number(line, 2, 0, 3600, &value)) {
        return CME_PARAMETER;
    }
    config->connect.keep_alive_s = (uint16_t)value;
    return CME_NONE;
}

static void show_keep_alive(struct modem *self)
{
    command_add(self, "+QMTCFG: %u", (unsigned)self->session.config.connect.keep_alive_s);
}

static enum cme set_session(struct module_mqtt_config *config, const struct command_line *line)
{
    return set_flag(line, 2, &config->connect.clean_session);
}

static void show_session(struct modem *self)
{
    command_add(self, "+QMTCFG: %d", self->session.config.connect.clean_session ? 1 : 0);
}

static enum cme set_timeout(struct module_mqtt_config *config, const struct command_line *line)
{
    uint32_t timeout_s, retries, notice;

    if (!command_number(line, 2, 1, 60, &timeout_s) || !command_number(line, 3, 0, 10, &retries) ||
        !command_number(line, 4, 0, 1, &notice)) {
        return CME_PARAMETER;
    }
    config->packet_timeout_s = timeout_s;
    config->retries = retries;
    return CME_NONE;
}

static void show_timeout(struct modem *self)
{
    command_add(self, "+QMTCFG: %lu,%lu,0", (unsigned long)self->session.config.packet_timeout_s,
                (unsigned long)self->session.config.retries);
}

static enum cme set_will(struct module_mqtt_config *config, const struct command_line *line)
{
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

static void show_will(struct modem *self)
{
    command_add(self, "+QMTCFG: %d", self->session.config.connect.has_will ? 1 : 0);
}

static enum cme set_length(struct module_mqtt_config *config, const struct command_line *line)
{
    return set_flag(line, 2, &config->with_length);
}

static void show_length(struct modem *self)
{
    command_add(self, "+QMTCFG: %d", self->session.config.with_length ? 1 : 0);
}

static enum cme set_format(struct module_mqtt_config *config, const struct command_line *line)
{
    enum cme result = set_flag(line, 2, &config->send_hex);

    return result != CME_NONE ? result : set_flag(line, 3, &config->receive_hex);
}

static void show_format(struct modem *self)
{
    command_add(self, "+QMTCFG: %d,%d", self->session.config.send_hex ? 1 : 0,
                self->session.config.receive_hex ? 1 : 0);
}

// Data mode echoes nothing here; the setting is accepted.
static enum cme set_echo(struct module_mqtt_config *config, const struct command_line *line)
{
    bool flag;

    (void)config;
    return set_flag(line, 2, &flag);
}

static void show_off(struct modem *self)
{
    command_add(self, "+QMTCFG: 0");
}

// TLS ends in the module; this one has none.
static enum cme set_ssl(struct module_mqtt_config *config, const struct command_line *line)
{
    bool flag;
    enum cme result = set_flag(line, 2, &flag);

    (void)config;
    return result == CME_NONE && flag ? CME_NOT_SUPPORTED : result;
}

static const struct setting settings[] = {
    {"version", true, set_version, show_version},
    {"keepalive", true, set_keep_alive, show_keep_alive},
    {"session", true, set_session, show_session},
    {"timeout", false, set_timeout, show_timeout},
    {"will", true, set_will, show_will},
    {"showrecvlen", false, set_length, show_length},
    {"dataformat", false, set_format, show_format},
    {"echomode", false, set_echo, show_off},
    {"ssl", true, set_ssl, show_off},
};

static const struct setting *find_setting(struct span key)
{
    for (unsigned i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        if (span_equals(key, span_of_text(settings[i].key))) {
            return &settings[i];
        }
    }
    return NULL;
}

enum cme qmt_configure(struct modem *self, const struct command_line *line)
{
    const struct setting *setting = find_setting(line->field[0].text);
    uint32_t index;

    if (setting == NULL || !command_number(line, 1, 0, 0, &index)) {
        return CME_PARAMETER;
    }
    if (line->fields == 2) {
        setting->show(self); // without its key: that is how the module answers
        return CME_NONE;
    }
    if (setting->only_closed && self->session.state != SESSION_CLOSED) {
        return CME_NOT_ALLOWED;
    }
    return setting->set(&self->session.config, line);
}
