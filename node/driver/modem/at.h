// SPDX-License-Identifier: Apache-2.0
// Cuts what a modem says into lines and messages. How a message looks is told by forms (dialogue.h); it is framed by
// the length in its header where there is one, never by a quote or a line end inside: an image holds every byte
// sequence there is. What goes wrong is counted (node/port/counters.h).
#ifndef NBOTA_NODE_DRIVER_MODEM_AT_H
#define NBOTA_NODE_DRIVER_MODEM_AT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "node/driver/modem/mailbox.h"
#include "node/port/modem.h"

enum {
    AT_LINE_MAX = 256, // longest line that is understood; a longer one is cut
    AT_TOPIC_MAX = 128,
    AT_CODE_MAX = 8,
};

enum at_event {
    AT_NOTHING,
    AT_LINE,    // self->line holds a complete line without its end
    AT_MESSAGE, // a message was put into the mailbox
    AT_PROMPT,  // `>`, only while self->wants_prompt, which is then over
};

enum at_body {
    AT_QUOTED, // …,<length>,"<bytes>"; without a length up to a quote that the line's end follows
    AT_HEX,    // the last text in quotes, two digits a byte
    AT_BEHIND, // …,<length> and the bytes on a line of their own
};

struct at_form {
    const char *prefix; // of the line; NULL ends the list
    uint8_t body;       // enum at_body
    // Which quote of the line opens the bytes (AT_HEX: the first that may). From 3 on the first quoted text of an
    // AT_QUOTED is the topic.
    uint8_t quote;
    // Which field of the line, counted from 0, says what became of a request; it is the message's topic. Such a line is a
    // message without bytes too. 0 = none does.
    uint8_t code;
};

enum at_state {
    AT_IN_LINE,
    AT_IN_BODY,  // `remaining` bytes are to come
    AT_AT_QUOTE, // …and then a quote
    AT_IN_OPEN,  // bytes of a body whose length is unknown
    AT_IN_HEX,
    AT_AT_END, // the quote behind hex digits came: the line's end shows that they were the last text
    AT_AT_LF,  // the rest of the line's end before bytes that stand behind it
};

struct at {
    const struct at_form *forms;
    const struct at_form *form; // of the message under way
    char line[AT_LINE_MAX + 1];
    uint16_t length;
    uint8_t state;  // enum at_state
    uint8_t quotes; // in a message's header so far
    uint8_t ending; // AT_IN_OPEN: so many characters of quote, CR, LF came
    uint8_t digit;  // AT_IN_HEX: 16 and the high digit, 0 = none
    bool dropping;  // the message is not kept
    bool is_cut;    // the line has more bytes than are understood
    bool wants_prompt;
    uint16_t expected;  // bytes of the answer that is awaited, 0 = unknown
    uint16_t kept;      // bytes of the message that are kept
    uint32_t remaining; // payload bytes to come

    struct mailbox mailbox;
};

// Forgets everything.
void at_reset(struct at *self, const struct at_form *forms);
// Forgets messages, also the one that is arriving: the rest of it is let pass.
void at_forget_messages(struct at *self);
// Takes one byte.
enum at_event at_feed(struct at *self, uint8_t byte);
// Nothing has come for `silent_ms`: what may be complete is; what lacks bytes for AT_SILENCE_MS is given up.
enum at_event at_note_silence(struct at *self, uint32_t silent_ms);
// Ms of silence after which that has to be called; UINT32_MAX = never.
uint32_t at_patience_ms(const struct at *self);

#endif
