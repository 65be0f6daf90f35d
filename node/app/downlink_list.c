// SPDX-License-Identifier: Apache-2.0
// The commands of a Config list, in order and without the password. What they set counts in one commit at the end of
// the list: a cut inside it leaves all old values or all new ones.
#include "node/app/app.h"
#include "node/app/commands.h"
#include "node/app/downlink.h"
#include "node/app/outbox.h"
#include "node/app/values.h"

struct run {
    struct config_reader reader;
    char *text; // the commands, decoded: what is set is borrowed from here
    size_t used;
    unsigned failed; // number of the first command that failed
    bool upgrades;
};

static void note_failure(struct run *self, unsigned number)
{
    log_line("Downlink command %u failed", number);
    if (self->failed == 0) {
        self->failed = number;
    }
}

// AT+UPGRADE waits for the end: it is dropped when any other command fails.
static bool run_next(struct run *self)
{
    struct fmt command = {.text = self->text + self->used, .capacity = DOWNLINK_MAX - self->used};

    if (!config_next(&self->reader, &command)) {
        return false;
    }
    self->used +=
        command.length + 1; // never more than it takes in the payload, its ';' for the NUL
    if (config_is_upgrade(fmt_span(&command))) {
        self->upgrades = true;
    } else if (!commands_execute(command.text, command.length, COMMAND_FROM_DOWNLINK)) {
        note_failure(self, self->reader.number);
    }
    return true;
}

static void upgrade(void)
{
    char line[] = "AT+UPGRADE";

    log_line("Downlink command:%s",
             line); // the beginning of the list that the log shows may not hold it
    (void)commands_execute(line, strlen(line), COMMAND_FROM_DOWNLINK);
}

void downlink_run_list(const struct config *config, char workspace[DOWNLINK_MAX])
{
    struct run run = {.reader = {.rest = config->list}, .text = workspace};
    struct values_stage stage;

    values_stage_begin(&stage);
    while (run_next(&run)) {
    }
    if (values_stage_commit() != STATUS_OK) {
        note_failure(&run, 1); // none of what was set counts
    }
    if (run.upgrades && run.failed == 0) {
        upgrade();
    }
    outbox_put_ack(run.failed);
}
