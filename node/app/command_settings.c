// SPDX-License-Identifier: Apache-2.0
// Setting, getting and listing the rows of the settings' table.
#include "base/fmt.h"
#include "node/app/address.h"
#include "node/app/app.h"
#include "node/app/commands.h"
#include "node/core/packing.h"

static const char masked[] = "****"; // what a password shows

static bool has_flag(enum setting setting, enum setting_flag flag)
{
    return (setting_rows[setting].flags & flag) != 0;
}

enum command_result command_print_settings(const struct command_call *call)
{
    char value[VALUE_SIZE];
    unsigned capabilities = product_capabilities(app_identity.product);

    (void)call;
    for (unsigned i = 0; i < SETTING_COUNT; i++) {
        if (!capability_fits(capabilities, setting_rows[i].needs)) {
            continue;
        }
        command_say("AT+");
        command_say(setting_rows[i].name);
        command_say("=");
        bool is_masked = has_flag((enum setting)i, SETTING_MASKED);
        command_say_line(is_masked ? masked : value_get((uint8_t)i, value));
    }
    return RESULT_OK;
}

// AT+OTAVER=NULL goes back to the version that runs; every other NULL is kept as what it says: not set.
static enum status store(enum setting setting, const struct command_call *call)
{
    struct span value = setting_canonical(setting, call->value);

    if (setting == SETTING_OTAVER && span_equals(value, span_of_text("NULL"))) {
        return value_clear((uint8_t)setting);
    }
    if (value.size == call->value.size) {
        value.size = packing_pack(call->text, value.size);
    }
    return value_set((uint8_t)setting, value);
}

static enum command_result set(enum setting setting, const struct command_call *call)
{
    enum setting_verdict verdict =
        setting_check(setting, call->value, call->origin == COMMAND_FROM_DOWNLINK);

    if (setting_note(verdict) != NULL) {
        command_say_line(setting_note(verdict));
    }
    if (verdict != SETTING_GOOD) {
        return RESULT_PARAM_ERROR;
    }
    if (store(setting, call) != STATUS_OK) {
        return RESULT_ERROR;
    }
    if (has_flag(setting, SETTING_AFTER_RESET)) {
        command_say_line("Attention:Take effect after ATZ");
    }
    return RESULT_OK;
}

// "1:0,2:0,3:0", each pin with its trigger.
static void print_interrupts(const char *value)
{
    char text[16];
    struct fmt out;

    fmt_init(&out, text, sizeof text);
    fmt_add(&out, "1:%c,2:%c,3:%c", value[0], value[2], value[4]);
    command_say_line(text);
}

// A name, and "(<ip>)" under it once a session has looked it up.
static void print_server(const char *value)
{
    command_say_line(value);
    const char *found = address_found(value);
    if (found != NULL) {
        command_say("(");
        command_say(found);
        command_say_line(")");
    }
}

// Who asks from afar does not read the answer; who stands at the console may be nobody who knows the password.
static enum command_result get(enum setting setting, enum command_origin origin)
{
    char value[VALUE_SIZE];
    bool is_secret = has_flag(setting, SETTING_MASKED) && origin == COMMAND_FROM_DOWNLINK;

    value_get((uint8_t)setting, value);
    if (setting == SETTING_INTMOD) {
        print_interrupts(value);
    } else if (setting == SETTING_SERVADDR) {
        print_server(value);
    } else {
        command_say_line(is_secret ? masked : value);
    }
    return RESULT_OK;
}

enum command_result setting_execute(enum setting setting, const struct command_call *call)
{
    switch (call->form) {
    case FORM_SET:
        return set(setting, call);
    case FORM_GET:
        return get(setting, call->origin);
    case FORM_HELP:
        command_say_line(setting_rows[setting].help);
        return RESULT_OK;
    case FORM_RUN:
    default:
        return RESULT_ERROR;
    }
}

enum command_result command_print_model(const struct command_call *call)
{
    (void)call;
    command_say(app_identity.product->ota_title);
    command_say(",");
    command_say_line(app_identity.version);
    return RESULT_OK;
}
