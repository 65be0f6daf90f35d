// SPDX-License-Identifier: Apache-2.0
#include "cli/local_update.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "cli/interrupt.h"
#include "cli/message.h"
#include "cli/progress.h"
#include "cli/talk.h"
#include "vnode/run/pace.h"
#include "vnode/run/xmodem.h"

enum {
    KB = 1024,
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

struct update {
    const struct local_update *job;
    struct talk talk;
};

static uint64_t now_ms(void)
{
    return pace_real_ns() / 1000000;
}

static bool is_over(const struct update *self)
{
    return interrupt_came() || self->talk.status != STATUS_OK;
}

static enum status complain(struct update *self)
{
    if (interrupt_came()) {
        talk_say(&self->talk, CANCEL);
        message_error("interrupted");
        message_hint("a node that had begun has no application until an update succeeds");
        return STATUS_IO;
    }
    message_error("the serial line is gone or does not take anything");
    return STATUS_IO;
}

// ---- until the bootloader offers to take it ----

static void ask_to_restart(struct update *self)
{
    char text[64];

    snprintf(text, sizeof text, "\rAT+PIN=%s\r", self->job->password);
    talk_say(&self->talk, text); // taken whether or not the console is locked
    for (uint64_t began_ms = now_ms(); now_ms() - began_ms < PASSWORD_MS && !is_over(self);) {
        talk_hear(&self->talk, LOOK_MS);
    }
    talk_say(&self->talk, "ATZ\r");
}

static enum status complain_of_silence(const struct update *self)
{
    if (strstr(self->talk.heard, BANNER) != NULL) {
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
static enum status wait_for_offer(struct update *self)
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
        talk_hear(&self->talk, LOOK_MS);
        if (strstr(self->talk.heard, OFFER) != NULL) {
            return STATUS_OK;
        }
        const char *banner = strstr(self->talk.heard + banner_at, BANNER);
        if (banner != NULL || now_ms() - signed_ms > SIGN_EVERY_MS) {
            banner_at = banner == NULL ? banner_at : (size_t)(banner - self->talk.heard) + 1;
            signed_ms = now_ms();
            talk_say(&self->talk, "uuu");
        }
    }
    return is_over(self) ? complain(self) : complain_of_silence(self);
}

// ---- the transfer ----

// What the node's words are about; it may have said them although its last answer was lost.
static bool has_verdict(struct update *self)
{
    return strstr(self->talk.heard, INSTALLED) != NULL ||
           strstr(self->talk.heard, REFUSED) != NULL || strstr(self->talk.heard, LOST) != NULL;
}

static void exchange(struct update *self, struct xmodem_sender *sender)
{
    struct span answer = xmodem_sender_wait(sender, now_ms());
    uint8_t byte;

    while (answer.size == 0 && talk_take(&self->talk, &byte)) {
        answer = xmodem_sender_take(sender, now_ms(), byte);
    }
    if (answer.size > 0) {
        talk_send(&self->talk, answer);
    } else {
        talk_hear(&self->talk, LOOK_MS);
    }
}

static enum xmodem_sending transfer(struct update *self)
{
    static struct xmodem_sender sender;
    struct progress progress;

    xmodem_sender_init(&sender, self->job->packed, now_ms());
    progress_begin(&progress, stdout, self->job->label,
                   (uint32_t)((self->job->packed.size + KB - 1) / KB));
    talk_forget(&self->talk);
    while (sender.state == XMODEM_SENDING && !is_over(self) && !has_verdict(self)) {
        exchange(self, &sender);
        progress_set(&progress, (uint32_t)((sender.done + KB - 1) / KB));
    }
    progress_clear(&progress);
    return sender.state;
}

static enum status take_verdict(struct update *self)
{
    const char *why;

    for (uint64_t began_ms = now_ms(); now_ms() - began_ms < VERDICT_MS && !is_over(self);) {
        if (talk_find_line(&self->talk, INSTALLED) != NULL) {
            return STATUS_OK;
        }
        if ((why = talk_find_line(&self->talk, REFUSED)) != NULL) {
            message_error("the node refuses the update: %s", why);
            message_hint("nbota image inspect FILE.bin: is it made for this board");
            return STATUS_REFUSED;
        }
        if ((why = talk_find_line(&self->talk, LOST)) != NULL) {
            message_note("the transfer broke off: %s", why);
            return STATUS_AGAIN;
        }
        talk_hear(&self->talk, LOOK_MS);
    }
    return STATUS_AGAIN;
}

static enum status try_once(struct update *self)
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
    static struct update update;
    enum status status = STATUS_AGAIN;

    update = (struct update){.job = job, .talk = {.line = job->line}};
    for (unsigned i = 0; i < TRANSFERS && status == STATUS_AGAIN; i++) {
        talk_forget(&update.talk);
        status = try_once(&update);
    }
    if (status == STATUS_AGAIN) {
        message_error("the node took %d transfers and installed none", TRANSFERS);
        message_hint("it goes on listening: check the line and start this command again");
        return STATUS_TIMEOUT;
    }
    return status;
}
