// SPDX-License-Identifier: Apache-2.0
// The AT console: lines and the password gate. The Bluetooth module talks on the same line.
#include "node/app/app.h"
#include "node/app/commands.h"
#include "node/app/passage.h"
#include "node/core/settings.h"
#include "node/port/counters.h"
#include "node/port/uart.h"

enum {
    LINE_MAX = 300,                // characters
    LOCK_AFTER_MS = 5 * 60 * 1000, // after the last command
    WRONG_PASSWORD_MS = 1000,      // each wrong line makes the next one wait
    PASSWORD_MAX = 8,
    BACKSPACE = 0x08,
    DELETE = 0x7f, // what terminals send for the backspace key
};

static struct {
    char line[LINE_MAX];
    uint16_t length;
    bool overflow;
    bool torn; // bytes of this line, or the end of the one before, are lost
    bool unlocked;
    uint32_t last_command_ms;
    bool deaf;
    uint32_t deaf_since_ms;
} console;

// ---- the gate ----

// Takes as long for a wrong first character as for a wrong last one.
static bool is_password(struct span given)
{
    char password[VALUE_SIZE];
    size_t size = strlen(value_get(SETTING_PWORD, password));
    size_t difference = size ^ given.size;

    for (size_t i = 0; i < PASSWORD_MAX; i++) {
        uint8_t character = i < given.size ? given.data[i] : 0;
        difference |= (size_t)(character ^ (uint8_t)(i < size ? password[i] : 0));
    }
    return difference == 0;
}

static bool has_lock(void)
{
    char password[VALUE_SIZE];

    return strcmp(value_get(SETTING_PWORD, password), "0") != 0;
}

static void try_password(struct span given, uint32_t now_ms)
{
    console.unlocked = is_password(given) || !has_lock();
    if (!console.unlocked) {
        counter_add(COUNTER_PASSWORDS);
    }
    command_say(console.unlocked ? "Password Correct\r\n" : "Password Incorrect\r\n");
    console.last_command_ms = now_ms;
    console.deaf = !console.unlocked;
    console.deaf_since_ms = now_ms;
}

static bool is_prefix_of(const char *prefix, struct span line)
{
    for (size_t i = 0; prefix[i] != '\0'; i++) {
        uint8_t character = i < line.size ? line.data[i] : 0;
        if (character >= 'a' && character <= 'z') {
            character = (uint8_t)(character - 'a' + 'A');
        }
        if (character != (uint8_t)prefix[i]) {
            return false;
        }
    }
    return true;
}

static void take_locked_line(struct span line, uint32_t now_ms)
{
    // What the Bluetooth module says is no try; what a person types is, and shows that the gate is closed.
    if (line.size <= PASSWORD_MAX || is_prefix_of("AT", line)) {
        try_password(line, now_ms);
    }
}

static void take_line(struct span line, uint32_t now_ms)
{
    if (is_prefix_of("AT+PIN=", line)) {
        try_password(span_after(line, strlen("AT+PIN=")), now_ms);
    } else if (!console.unlocked && has_lock()) {
        take_locked_line(line, now_ms);
    } else {
        console.unlocked = true; // stays so when a command sets a password
        console.last_command_ms = now_ms;
        (void)commands_execute(console.line, line.size, COMMAND_FROM_CONSOLE);
    }
}

// ---- lines ----

static struct span line_read(void)
{
    size_t size = console.length;

    while (size > 0 && console.line[size - 1] == ' ') {
        size--;
    }
    return span_of(console.line, size);
}

static void end_line(uint32_t now_ms)
{
    struct span line = line_read();
    bool damaged = uart_take_error(UART_CONSOLE) && line.size > 0;

    if (console.overflow) {
        counter_add(COUNTER_CONSOLE_LONG);
        command_say("\r\nAT_TEST_PARAM_OVERFLOW\r\n");
    } else if (damaged || console.torn) {
        counter_add(COUNTER_CONSOLE_NOISE);
        command_say("\r\nAT_RX_ERROR\r\n");
    } else if (line.size > 0) {
        take_line(line, now_ms);
    }
    console.overflow = console.torn = false;
    console.length = 0;
}

static void take_byte(uint8_t byte, uint32_t now_ms)
{
    if (byte == '\r' || byte == '\n') {
        end_line(now_ms);
    } else if (byte == BACKSPACE || byte == DELETE) {
        console.length = (uint16_t)(console.length - (console.length > 0));
    } else if (console.length == LINE_MAX) {
        console.overflow = true;
    } else {
        console.line[console.length++] = (char)byte;
    }
}

static uint32_t lock_in_time(uint32_t now_ms)
{
    uint32_t passed_ms = now_ms - console.last_command_ms;

    if (!console.unlocked || !has_lock()) {
        return UINT32_MAX;
    }
    if (passed_ms < LOCK_AFTER_MS) {
        return LOCK_AFTER_MS - passed_ms;
    }
    console.unlocked = false;
    command_say("Password timeout\r\n");
    return UINT32_MAX;
}

uint32_t console_run(uint32_t now_ms)
{
    uint8_t byte;

    if (console.deaf && now_ms - console.deaf_since_ms < WRONG_PASSWORD_MS) {
        return WRONG_PASSWORD_MS - (now_ms - console.deaf_since_ms);
    }
    console.deaf = false;
    if (passage_is_running()) {
        return UINT32_MAX; // its line is the console's
    }
    while (!console.deaf && !passage_is_running() && uart_receive(UART_CONSOLE, &byte, 1) == 1) {
        take_byte(byte, now_ms);
    }
    if (uart_take_loss(UART_CONSOLE)) {
        counter_add(COUNTER_CONSOLE_OVERRUNS);
        console.torn = true;
    }
    if (console.length == 0) {
        (void)uart_take_error(UART_CONSOLE); // noise between two lines damages neither
    }
    return console.deaf ? WRONG_PASSWORD_MS : lock_in_time(now_ms);
}
