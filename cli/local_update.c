// SPDX-License-Identifier: Apache-2.0
#include "cli/local_update.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "cli/interrupt.h"
#include "cli/message.h"
#include "cli/progress.h"
#include "cli/serial_line.h"
#include "vnode/run/pace.h"
#include "vnode/run/xmodem.h"

enum {
    KB = 1024,
    HEARD_MAX = 4096,
    LOOK_MS = 20,
    ASK_EVERY_MS = 10000, // the node to restart: it may be busy, or deaf after a wrong password
    SIGN_EVERY_MS = 500,
    PASSWORD_MS = 600, // the console needs for it
    VERDICT_MS = 8000,
    TRANSFERS = 3,
};
#define BANNER    "nbota boot "
#define OFFER     "packed image by xmodem: "
#define INSTALLED "update installed"
#define REFUSED   "update refused: "
#define LOST      "update lost: "
#define CANCEL    "\x18\x18\x18\x18\x18"

struct talk {
    const struct local_update *job;
    char heard[HEARD_MAX + 1]; // the newest, terminated
    size_t size;
    size_t taken;       // …of it by the sender
    enum status status; // of the line
};

static uint64_t now_ms(void)
{
    return pace_real_ns() / 1000000;
}

// ---- the line ----

static void keep(struct talk *self, uint8_t byte)
{
    if (self->size == HEARD_MAX) {
        memmove(self->heard, self->heard + HEARD_MAX / 2, HEARD_MAX / 2);
        self->size = HEARD_MAX / 2;
        self->taken -= self->taken < self->size ? self->taken : self->size;
    }
    self->heard[self->size++] = byte == 0 ? '?' : (char)byte;
    self->heard[self->size] = '\0';
}

static void forget(struct talk *self)
{
    self->size = self->taken = 0;
    self->heard[0] = '\0';
}

static void say(struct talk *self, const char *text)
{
    enum status status = serial_line_send(self->job->line, span_of_text(text));

    self->status = status == STATUS_OK ? self->status : status;
}

// What comes within `wait_ms` is kept.
static void hear(struct talk *self, int wait_ms)
{
    uint8_t bytes[256];
    size_t size;
    enum status status = serial_line_receive(self->job->line, wait_ms, bytes, sizeof bytes, &size);

    self->status = status == STATUS_OK ? self->status : status;
    for (size_t i = 0; i < size; i++) {
        keep(self, bytes[i]);
    }
}

static bool is_over(const struct talk *self)
{
    return interrupt_came() || self->status != STATUS_OK;
}

static enum status complain(struct talk *self)
{
    if (interrupt_came()) {
        say(self, CANCEL);
        message_error("interrupted");
        message_hint("a node that had begun has no application until an update succeeds");
        return STATUS_IO;
    }
    message_error("the serial line is gone or does not take anything");
    return STATUS_IO;
}

// ---- until the bootloader offers to take it ----

static void ask_to_restart(struct talk *self)
{
    char text[64];

    snprintf(text, sizeof text, "\rAT+PIN=%s\r", self->job->password);
    say(self, text); // taken whether or not the console is locked
    for (uint64_t began_ms = now_ms(); now_ms() - began_ms < PASSWORD_MS && !is_over(self);) {
        hear(self, LOOK_MS);
    }
    say(self, "ATZ\r");
}

static enum status complain_of_silence(const struct talk *self)
{
    if (strstr(self->heard, BANNER) != NULL) {
        message_error("the node restarts, but its bootloader does not listen on this line");
        message_hint(
            "an older bootloader: update it by SWD, or switch SW1 to ISP (docs/local-update.md)");
    } else {
        message_error("no bootloader answers within %u s", self->job->wait_s);
        message_hint(
            "press RESET on the board while this command waits; check TX, RX, GND and the port");
    }
    return STATUS_TIMEOUT;
}

// The sign goes out as soon as the bootloader is heard, and now and then for one that has been waiting.
static enum status wait_for_offer(struct talk *self)
{
    uint64_t began_ms = now_ms();
    uint64_t signed_ms = 0;
    uint64_t asked_ms = 0;
    size_t banner_at = 0;

    while (!is_over(self) && now_ms() - began_ms < self->job->wait_s * 1000ULL) {
        if (self->job->password != NULL && (asked_ms == 0 || now_ms() - asked_ms > ASK_EVERY_MS)) {
            ask_to_restart(self);
            asked_ms = now_ms();
        }
        hear(self, LOOK_MS);
        if (strstr(self->heard, OFFER) != NULL) {
            return STATUS_OK;
        }
        const char *banner = strstr(self->heard + banner_at, BANNER);
        if (banner != NULL || now_ms() - signed_ms > SIGN_EVERY_MS) {
            banner_at = banner == NULL ? banner_at : (size_t)(banner - self->heard) + 1;
            signed_ms = now_ms();
            say(self, "uuu");
        }
    }
    return is_over(self) ? complain(self) : complain_of_silence(self);
}

// ---- the transfer ----

// What the node's words are about; it may have said them although its last answer was lost.
static bool has_verdict(struct talk *self)
{
    return strstr(self->heard, INSTALLED) != NULL || strstr(self->heard, REFUSED) != NULL ||
           strstr(self->heard, LOST) != NULL;
}

static void exchange(struct talk *self, struct xmodem_sender *sender)
{
    struct span answer = xmodem_sender_wait(sender, now_ms());

    while (answer.size == 0 && self->taken < self->size) {
        answer = xmodem_sender_take(sender, now_ms(), (uint8_t)self->heard[self->taken++]);
    }
    if (answer.size > 0) {
        self->status = serial_line_send(self->job->line, answer);
    } else {
        hear(self, LOOK_MS);
    }
}

static enum xmodem_sending transfer(struct talk *self)
{
    static struct xmodem_sender sender;
    struct progress progress;

    xmodem_sender_init(&sender, self->job->packed, now_ms());
    progress_begin(&progress, stdout, self->job->label,
                   (uint32_t)((self->job->packed.size + KB - 1) / KB));
    forget(self);
    while (sender.state == XMODEM_SENDING && !is_over(self) && !has_verdict(self)) {
        exchange(self, &sender);
        progress_set(&progress, (uint32_t)((sender.done + KB - 1) / KB));
    }
    progress_clear(&progress);
    return sender.state;
}

// The line that begins with `word`, without it, once its end has come; NULL before.
static const char *find_line(struct talk *self, const char *word)
{
    char *begin = strstr(self->heard, word);
    char *end = begin == NULL ? NULL : strpbrk(begin, "\r\n");

    if (end == NULL) {
        return NULL;
    }
    *end = '\0';
    return begin + strlen(word);
}

static enum status take_verdict(struct talk *self)
{
    const char *why;

    for (uint64_t began_ms = now_ms(); now_ms() - began_ms < VERDICT_MS && !is_over(self);) {
        if (find_line(self, INSTALLED) != NULL) {
            return STATUS_OK;
        }
        if ((why = find_line(self, REFUSED)) != NULL) {
            message_error("the node refuses the update: %s", why);
            message_hint("nbota image inspect FILE.bin: is it made for this board");
            return STATUS_REFUSED;
        }
        if ((why = find_line(self, LOST)) != NULL) {
            message_note("the transfer broke off: %s", why);
            return STATUS_AGAIN;
        }
        hear(self, LOOK_MS);
    }
    return STATUS_AGAIN;
}

static enum status try_once(struct talk *self)
{
    enum status status = wait_for_offer(self);

    if (status != STATUS_OK) {
        return status;
    }
    enum xmodem_sending sending = transfer(self);
    if (is_over(self)) {
        return complain(self);
    }
    if (sending == XMODEM_SILENT) {
        message_note("the node has stopped answering");
    }
    return take_verdict(self);
}

enum status local_update_run(const struct local_update *job)
{
    static struct talk talk;
    enum status status = STATUS_AGAIN;

    talk = (struct talk){.job = job};
    for (unsigned i = 0; i < TRANSFERS && status == STATUS_AGAIN; i++) {
        forget(&talk);
        status = try_once(&talk);
    }
    if (status == STATUS_AGAIN) {
        message_error("the node took %d transfers and installed none", TRANSFERS);
        message_hint("it goes on listening: check the line and start this command again");
        return STATUS_TIMEOUT;
    }
    return status;
}
