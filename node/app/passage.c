// SPDX-License-Identifier: Apache-2.0
#include "node/app/passage.h"

#include "node/app/app.h"
#include "node/app/attach.h"
#include "node/port/modem.h"

static struct {
    bool running;
    bool answered; // the module has said something
} passage;

bool passage_begin(struct span line)
{
    if (passage.running || data_is_running() || ota_is_running() || attach_is_running()) {
        return false;
    }
    passage.running = true;
    passage.answered = false;
    modem_pass(line);
    return true;
}

bool passage_is_running(void)
{
    return passage.running;
}

static void end(void)
{
    passage.running = false;
    if (!passage.answered) {
        log_raw(span_of_text("\r\nERROR\r\n"));
    }
}

uint32_t passage_run(uint32_t now_ms)
{
    while (passage.running) {
        struct modem_event event = modem_poll(now_ms);
        if (event.kind == MODEM_NOTHING) {
            return modem_next_ms(now_ms);
        }
        if (event.kind == MODEM_TEXT) {
            passage.answered = true;
            log_raw(event.payload);
            log_raw(span_of_text("\r\n"));
        } else if (event.kind == MODEM_DONE || event.kind == MODEM_FAILED) {
            end();
        }
    }
    return 0;
}
