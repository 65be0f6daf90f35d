// SPDX-License-Identifier: Apache-2.0
// What each command does and answers (docs/protocol.md, "AT console").
#include "node/app/app.h"
#include "node/app/console.h"
#include "node/core/command.h"
#include "node/port/power.h"

static const char ok[] = "\r\nOK\r\n";
static const char error[] = "\r\nERROR\r\n";

static void say_line(const char *text)
{
    console_say(text);
    console_say("\r\n");
}

// ---- settings ----

static bool is_masked(enum setting setting)
{
    return setting_rows[setting].kind == SETTING_KIND_SECRET ||
           setting_rows[setting].kind == SETTING_KIND_PASSWORD;
}

static void print_settings(void)
{
    char value[VALUE_SIZE];

    for (unsigned i = 0; i < SETTING_COUNT; i++) {
        console_say("AT+");
        console_say(setting_rows[i].name);
        console_say("=");
        say_line(is_masked((enum setting)i) ? "****" : value_get((uint8_t)i, value));
    }
}

// AT+OTAVER=NULL goes back to the version that runs; every other NULL is kept as what it says: not set.
static enum status store(enum setting setting, struct span value)
{
    bool back = setting == SETTING_OTAVER && span_equals(value, span_of_text("NULL"));

    return back ? value_clear((uint8_t)setting) : value_set((uint8_t)setting, value);
}

static const char *set_setting(enum setting setting, struct span given)
{
    char value[CONSOLE_LINE_MAX];
    struct fmt out;

    fmt_init(&out, value, sizeof value);
    fmt_add_bytes(&out, given);
    struct span stripped = span_of(value, setting_strip_blanks(value, out.length));
    enum setting_verdict verdict = setting_check(setting, stripped);
    if (verdict == SETTING_BAD_ADDRESS) {
        say_line("NOTE:SERVADDR FORMAT ERROR");
    }
    if (verdict != SETTING_GOOD) {
        return "\r\nAT_PARAM_ERROR\r\n";
    }
    if (store(setting, stripped) != STATUS_OK) {
        return error;
    }
    if (setting_rows[setting].kind == SETTING_KIND_PROTOCOL) {
        say_line("Attention:Take effect after ATZ");
    }
    return ok;
}

static const char *run_setting(const struct command *command)
{
    char value[VALUE_SIZE];

    switch (command->form) {
    case FORM_SET:
        return set_setting(command->setting, command->value);
    case FORM_GET:
        say_line(value_get((uint8_t)command->setting, value));
        return ok;
    case FORM_HELP:
        say_line(setting_rows[command->setting].help);
        return ok;
    case FORM_RUN:
    default:
        return error;
    }
}

// ---- other commands ----

static void print_help(void)
{
    console_say("\r\nAT+<CMD>?        : Help on <CMD>\r\nAT+<CMD>         : Run <CMD>\r\n"
                "AT+<CMD>=<value> : Set the value\r\nAT+<CMD>=?       : Get the value\r\n");
    for (unsigned i = 0; i < COMMAND_ROWS; i++) {
        say_line(command_rows[i].help);
    }
    for (unsigned i = 0; i < SETTING_COUNT; i++) {
        say_line(setting_rows[i].help);
    }
}

static void upgrade(void)
{
    if (data_is_running() || ota_is_running()) {
        log_line("The device is busy.");
    }
    ota_request();
}

static void print_model(void)
{
    console_say(app_identity.product->ota_title);
    console_say(",");
    say_line(app_identity.version);
}

static const char *run_command(const struct command *command)
{
    if (command->verb < COMMAND_RESET && command->form == FORM_HELP) {
        say_line(command_rows[command->verb].help);
        return ok;
    }
    switch (command->verb) {
    case COMMAND_UPGRADE:
        upgrade();
        return ok;
    case COMMAND_CFG:
        print_settings();
        return ok;
    case COMMAND_MODEL:
        print_model();
        return ok;
    case COMMAND_HELP:
        print_help();
        return ok;
    case COMMAND_SETTING:
        return run_setting(command);
    case COMMAND_RESET:
        power_reset();
    case COMMAND_NOTHING:
        return ok;
    case COMMAND_UNKNOWN:
    default:
        return error;
    }
}

void console_execute(struct span line)
{
    struct command command = command_parse(line);

    console_say(run_command(&command));
}
