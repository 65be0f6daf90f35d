// SPDX-License-Identifier: Apache-2.0
#include "node/app/outbox.h"

#include "base/contract.h"
#include "node/app/app.h"
#include "node/app/log_uplink.h"
#include "node/app/report.h"
#include "node/core/settings.h"

enum turn { TURN_ANSWER, TURN_REPORT, TURN_LOG };

enum { ANSWER_STATUS = 0xFF }; // every smaller number is an acknowledgement's `failed`

static struct {
    uint8_t answers[OUTBOX_ANSWERS_MAX];
    uint8_t count;
    enum turn turn;     // what outbox_next() gave last
    bool report_is_out; // in this session
} outbox;

// ---- answers ----

bool outbox_has_room(void)
{
    return outbox.count < OUTBOX_ANSWERS_MAX;
}

static void put(uint8_t answer)
{
    CONTRACT(outbox_has_room());
    outbox.answers[outbox.count++] = answer;
}

void outbox_put_ack(unsigned failed)
{
    CONTRACT(failed < ANSWER_STATUS);
    put((uint8_t)failed);
}

void outbox_put_status(void)
{
    put(ANSWER_STATUS);
}

static void drop_answer(void)
{
    outbox.count--;
    memmove(outbox.answers, outbox.answers + 1, outbox.count);
}

// ---- messages ----

static void add_ack(unsigned failed, struct fmt *out)
{
    fmt_add(out, ",\"Downklink_Ack\":\""); // the field's spelling
    fmt_add(out, failed == 0 ? "success" : "fail:%u", failed);
    fmt_add(out, "\"}");
}

static void add_status(struct fmt *out)
{
    fmt_add(out, ",\"Image Version\":\"%s\",\"NB-IoT Stack\":\"%s\",\"Model\":\"%s\"}",
            app_identity.version, app_stack_text(), app_identity.product->ota_title);
}

static void add_answer(uint8_t answer, struct fmt *out)
{
    char deui[VALUE_SIZE];

    fmt_add(out, "{\"IMEI\":\"%s\"", value_get(SETTING_DEUI, deui));
    if (answer == ANSWER_STATUS) {
        add_status(out);
    } else {
        add_ack(answer, out);
    }
}

bool outbox_next(struct fmt *out)
{
    if (outbox.count > 0) {
        outbox.turn = TURN_ANSWER;
        add_answer(outbox.answers[0], out);
        return true;
    }
    if (!outbox.report_is_out && report_take(out)) {
        outbox.turn = TURN_REPORT;
        return true;
    }
    outbox.turn = TURN_LOG;
    return log_uplink_next(out);
}

void outbox_sent(void)
{
    switch (outbox.turn) {
    case TURN_REPORT:
        outbox.report_is_out = true;
        break;
    case TURN_LOG:
        log_uplink_sent();
        break;
    case TURN_ANSWER:
    default:
        drop_answer();
        break;
    }
}

// ---- the report ----

void outbox_begin(void)
{
    outbox.report_is_out = false;
}

void outbox_lost(void)
{
    outbox.report_is_out = false;
}

// With QoS 0 the outcome of a publish only says that the module has the message. That it went out shows when the module
// has left the network behind it; a cut or a lost connection before that makes the next session report again.
void outbox_delivered(void)
{
    if (outbox.report_is_out) {
        report_delivered();
    }
}
