// SPDX-License-Identifier: Apache-2.0
// Any bytes as what a module says: cut into lines and messages, with gaps. Messages must come out whole.
#include "node/driver/modem/at.h"
#include "node/driver/modem/dialogue.h"
#include "tests/fuzz/fuzz.h"

static void take_messages(struct at *at)
{
    struct span topic;
    struct span payload;

    while (mailbox_first(&at->mailbox, &topic, &payload)) {
        CONTRACT(topic.size <= AT_TOPIC_MAX && payload.size <= MODEM_PAYLOAD_MAX);
        mailbox_drop_first(&at->mailbox);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct at at;

    at_reset(&at, bc660k_dialogue.messages);
    for (size_t i = 0; i < size; i++) {
        enum at_event event = at_feed(&at, data[i]);
        CONTRACT(event != AT_LINE || strlen(at.line) <= AT_LINE_MAX);
        if (event == AT_MESSAGE && (i & 1) != 0) { // sometimes several wait
            take_messages(&at);
        }
    }
    (void)at_note_silence(&at, UINT32_MAX);
    take_messages(&at);
    return 0;
}
