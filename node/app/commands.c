// SPDX-License-Identifier: Apache-2.0
// What each command answers (docs/protocol.md, "AT console").
#include "node/app/commands.h"

#include "base/contract.h"
#include "node/app/app.h"
#include "node/app/passage.h"
#include "node/port/clock.h"
#include "node/port/power.h"

// What a downlink ordered: it waits until the session that brought it is over.
static struct {
    bool upgrade;
    bool restart;
    bool reset_all;
    bool reset_but_identity;
} noted;

void command_say(const char *text)
{
    log_raw(span_of_text(text));
}

void command_say_line(const char *text)
{
    command_say(text);
    command_say("\r\n");
}

static unsigned capabilities(void)
{
    return product_capabilities(app_identity.product);
}

// ---- what ends in a reset ----

static void restart(void)
{
    log_flush();
    power_reset();
}

static enum command_result reset_settings(const struct command_call *call, bool keeps_identity,
                                          bool *note)
{
    if (call->origin == COMMAND_FROM_DOWNLINK) {
        *note = true;
        return RESULT_NOTED;
    }
    if (values_reset(keeps_identity) != STATUS_OK) {
        return RESULT_ERROR;
    }
    restart();
    return RESULT_NOTED;
}

enum command_result command_reset_all(const struct command_call *call)
{
    return reset_settings(call, false, &noted.reset_all);
}

enum command_result command_reset_but_identity(const struct command_call *call)
{
    return reset_settings(call, true, &noted.reset_but_identity);
}

static enum command_result run_reset(const struct command_call *call)
{
    if (call->origin == COMMAND_FROM_DOWNLINK) {
        noted.restart = true;
    } else {
        restart();
    }
    return RESULT_NOTED;
}

enum command_result command_upgrade(const struct command_call *call)
{
    if (call->origin == COMMAND_FROM_DOWNLINK) {
        noted.upgrade = true;
        if (!ota_may_repeat(clock_now_ms())) {
            log_line("The update waits: one was tried less than AT+TDC seconds ago");
        }
        return RESULT_OK;
    }
    if (data_is_running() || ota_is_running()) {
        log_line("The device is busy.");
    }
    ota_request();
    return RESULT_OK;
}

void commands_run_noted(void)
{
    if (noted.upgrade && ota_may_repeat(clock_now_ms())) {
        noted.upgrade = false;
        ota_request();
    }
    if (ota_is_wanted()) {
        return; // what it needs to know would be gone
    }
    bool resets = noted.reset_all || noted.reset_but_identity;
    if (resets && values_reset(!noted.reset_all) != STATUS_OK) {
        log_line("EEPROM write failed");
    }
    if (resets || noted.restart) {
        restart();
    }
}

// ---- the table ----

static enum command_result print_help(void)
{
    command_say("\r\nAT+<CMD>?        : Help on <CMD>\r\nAT+<CMD>         : Run <CMD>\r\n"
                "AT+<CMD>=<value> : Set the value\r\nAT+<CMD>=?       : Get the value\r\n");
    for (unsigned i = 0; i < COMMAND_ROWS; i++) {
        if (capability_fits(capabilities(), command_rows[i].needs)) {
            command_say_line(command_rows[i].help);
        }
    }
    for (unsigned i = 0; i < SETTING_COUNT; i++) {
        if (capability_fits(capabilities(), setting_rows[i].needs)) {
            command_say_line(setting_rows[i].help);
        }
    }
    return RESULT_OK;
}

// Direct calls and no pointers, so that the compiler's call graph stays exact.
static enum command_result run_row(enum command_verb verb, const struct command_call *call)
{
    if (call->form == FORM_HELP) {
        command_say_line(command_rows[verb].help);
        return RESULT_OK;
    }
    switch ((unsigned)verb) {
#define COMMAND(name, forms, needs, function, help)                                                \
    case COMMAND_##name:                                                                           \
        return command_##function(call);
#include "node/core/commands.def"
#undef COMMAND
    default:
        CONTRACT_BROKEN("no row");
    }
}

// What begins with AT and is nobody's name here may be the module's.
static enum command_result pass_on(struct span line, const struct command_call *call)
{
    bool is_command = line.size > 2 && (line.data[0] | 0x20) == 'a' && (line.data[1] | 0x20) == 't';

    if (!is_command || call->origin == COMMAND_FROM_DOWNLINK) {
        return RESULT_ERROR;
    }
    return passage_begin(line) ? RESULT_NOTED : RESULT_BUSY;
}

static enum command_result run(const struct command *command, const struct command_call *call,
                               struct span line)
{
    switch ((unsigned)command->verb) {
    case COMMAND_NOTHING:
        return RESULT_OK;
    case COMMAND_HELP:
        return print_help();
    case COMMAND_RESET:
        return run_reset(call);
    case COMMAND_SETTING:
        return setting_execute(command->setting, call);
    case COMMAND_MISUSED:
        return RESULT_ERROR;
    case COMMAND_UNKNOWN:
        return pass_on(line, call);
    default:
        return run_row(command->verb, call);
    }
}

static void print_result(enum command_result result)
{
    static const char *const texts[] = {
        [RESULT_OK] = "\r\nOK\r\n",
        [RESULT_ERROR] = "\r\nERROR\r\n",
        [RESULT_PARAM_ERROR] = "\r\nAT_PARAM_ERROR\r\n",
        [RESULT_BUSY] = "\r\nAT_BUSY_ERROR\r\n",
        [RESULT_NOTED] = "",
    };

    command_say(texts[result]);
}

bool commands_execute(char *line, size_t size, enum command_origin origin)
{
    struct command command = command_parse(span_of(line, size), capabilities());
    struct command_call call = {command.form, command.value, line, origin};

    if (command.verb != COMMAND_UNKNOWN && command.value.size > 0) {
        call.text = line + (command.value.data - (const uint8_t *)line);
        call.value.size = setting_strip_blanks(call.text, command.value.size);
    }
    enum command_result result = run(&command, &call, span_of(line, size));
    print_result(result);
    return result == RESULT_OK || result == RESULT_NOTED;
}
