// SPDX-License-Identifier: Apache-2.0
// The AT console: lines, the password gate, and what each command does. One table serves every way in.
#include "node/app/app.h"
#include "node/core/command.h"
#include "node/port/clock.h"
#include "node/port/power.h"
#include "node/port/uart.h"

enum {
    LINE_MAX = 300,
    LOCK_AFTER_MS = 5 * 60 * 1000,
    WRONG_PASSWORD_MS = 1000, // each wrong line makes the next one wait
    PASSWORD_MAX = 8,
};

static struct {
    char line[LINE_MAX];
    uint16_t length;
    bool overflow;
    bool unlocked;
    uint32_t last_command_ms;
    uint32_t deaf_until_ms;
    bool deaf;
} console;

static void say(const char *text)
{
    log_raw(span_of_text(text));
}

// ---- settings ----

static const char *verdict_text(enum setting_verdict verdict)
{
    if (verdict == SETTING_BAD_ADDRESS) {
        say("NOTE:SERVADDR FORMAT ERROR\r\n");
    }
    return verdict == SETTING_GOOD ? "\r\nOK\r\n" : "\r\nAT_PARAM_ERROR\r\n";
}

static bool is_masked(enum setting setting)
{
    return setting_rows[setting].kind == SETTING_KIND_SECRET ||
           setting_rows[setting].kind == SETTING_KIND_PASSWORD;
}

static void print_settings(void)
{
    char value[VALUE_SIZE];

    for (unsigned i = 0; i < SETTING_COUNT; i++) {
        say("AT+");
        say(setting_rows[i].name);
        say("=");
        say(is_masked((enum setting)i) ? "****" : value_get((uint8_t)i, value));
        say("\r\n");
    }
}

// AT+OTAVER=NULL and AT+OTATITLE=NULL… only the version goes back to what is running.
static enum status store(enum setting setting, struct span value)
{
    bool back = setting == SETTING_OTAVER && span_equals(value, span_of_text("NULL"));

    return back ? value_clear((uint8_t)setting) : value_set((uint8_t)setting, value);
}

static const char *set_setting(const struct command *command)
{
    char value[LINE_MAX];
    size_t size = command->value.size;

    memcpy(value, command->value.data, size);
    size = setting_strip_blanks(value, size);
    enum setting_verdict verdict = setting_check(command->setting, span_of(value, size));
    if (verdict == SETTING_GOOD && store(command->setting, span_of(value, size)) != STATUS_OK) {
        return "\r\nERROR\r\n";
    }
    return verdict_text(verdict);
}

static const char *run_setting(const struct command *command)
{
    char value[VALUE_SIZE];

    switch (command->form) {
    case FORM_SET:
        return set_setting(command);
    case FORM_GET:
        say(value_get((uint8_t)command->setting, value));
        break;
    case FORM_HELP:
        say(setting_rows[command->setting].help);
        break;
    case FORM_RUN:
    default:
        return "\r\nERROR\r\n";
    }
    say("\r\n");
    return "\r\nOK\r\n";
}

// ---- other commands ----

static void print_help(void)
{
    say("\r\nAT+<CMD>?        : Help on <CMD>\r\nAT+<CMD>         : Run <CMD>\r\n"
        "AT+<CMD>=<value> : Set the value\r\nAT+<CMD>=?       : Get the value\r\n");
    for (unsigned i = 0; i < COMMAND_ROWS; i++) {
        say(command_rows[i].help);
        say("\r\n");
    }
    for (unsigned i = 0; i < SETTING_COUNT; i++) {
        say(setting_rows[i].help);
        say("\r\n");
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
    say(app_identity.product->ota_title);
    say(",");
    say(app_identity.version);
    say("\r\n");
}

static const char *run_command(const struct command *command)
{
    if (command->verb < COMMAND_RESET && command->form == FORM_HELP) {
        say(command_rows[command->verb].help);
        say("\r\n");
        return "\r\nOK\r\n";
    }
    switch (command->verb) {
    case COMMAND_UPGRADE:
        upgrade();
        break;
    case COMMAND_CFG:
        print_settings();
        break;
    case COMMAND_MODEL:
        print_model();
        break;
    case COMMAND_HELP:
        print_help();
        break;
    case COMMAND_SETTING:
        return run_setting(command);
    case COMMAND_RESET:
        power_reset();
    case COMMAND_NOTHING:
        break;
    case COMMAND_UNKNOWN:
    default:
        return "\r\nERROR\r\n";
    }
    return "\r\nOK\r\n";
}

// ---- the gate ----

// Takes as long for a wrong first character as for a wrong last one.
static bool is_password(struct span line)
{
    char password[VALUE_SIZE];
    size_t size = strlen(value_get(SETTING_PWORD, password));
    size_t difference = size ^ line.size;

    for (size_t i = 0; i < PASSWORD_MAX; i++) {
        uint8_t given = i < line.size ? line.data[i] : 0;
        difference |= (size_t)(given ^ (uint8_t)(i < size ? password[i] : 0));
    }
    return difference == 0;
}

static bool gate_is_open(void)
{
    char password[VALUE_SIZE];

    return console.unlocked || strcmp(value_get(SETTING_PWORD, password), "0") == 0;
}

static void try_password(struct span line, uint32_t now_ms)
{
    if (line.size > PASSWORD_MAX && !span_starts_with(line, span_of_text("AT"))) {
        return; // the Bluetooth module talks on this line too
    }
    console.unlocked = is_password(line);
    say(console.unlocked ? "Password Correct\r\n" : "Password Incorrect\r\n");
    if (!console.unlocked) {
        console.deaf = true;
        console.deaf_until_ms = now_ms + WRONG_PASSWORD_MS;
    }
}

static void take_line(uint32_t now_ms)
{
    struct span line = span_of(console.line, console.length);

    if (!gate_is_open()) {
        try_password(line, now_ms);
        return;
    }
    struct command command = command_parse(line);
    console.last_command_ms = now_ms;
    say(run_command(&command));
}

// ---- lines ----

static void end_line(uint32_t now_ms)
{
    bool overflow = console.overflow;

    console.overflow = false;
    if (overflow) {
        say("\r\nAT_TEST_PARAM_OVERFLOW\r\n");
    } else if (console.length > 0) {
        take_line(now_ms);
    }
    console.length = 0;
}

static void take_byte(uint8_t byte, uint32_t now_ms)
{
    if (byte == '\r' || byte == '\n') {
        end_line(now_ms);
    } else if (console.length == LINE_MAX) {
        console.overflow = true;
    } else {
        console.line[console.length++] = (char)byte;
    }
}

uint32_t console_run(uint32_t now_ms)
{
    uint8_t byte;

    if (console.deaf && (int32_t)(now_ms - console.deaf_until_ms) < 0) {
        return console.deaf_until_ms - now_ms;
    }
    console.deaf = false;
    while (!console.deaf && uart_receive(UART_CONSOLE, &byte, 1) == 1) {
        take_byte(byte, now_ms);
    }
    if (!console.unlocked) {
        return UINT32_MAX;
    }
    if (now_ms - console.last_command_ms >= LOCK_AFTER_MS) {
        console.unlocked = false;
        say("Password timeout\r\n");
        return UINT32_MAX;
    }
    return LOCK_AFTER_MS - (now_ms - console.last_command_ms);
}
