// SPDX-License-Identifier: Apache-2.0
// AT+CMDEAR: commands of the RS485 line back to nothing, with their cuts and times.
#include "node/app/commands.h"
#include "node/app/values.h"
#include "node/core/question.h"
#include "node/port/rs485.h"

static enum status erase(struct question_range numbers)
{
    static const uint8_t firsts[] = {SETTING_COMMAND1, SETTING_DATACUT1, SETTING_CMDDL1};
    enum status status = STATUS_OK;

    for (unsigned number = numbers.first; number <= numbers.last && number <= RS485_QUESTIONS;
         number++) {
        for (unsigned i = 0; i < sizeof firsts && status == STATUS_OK; i++) {
            status = value_clear((uint8_t)(firsts[i] + number - 1));
        }
    }
    return status;
}

// All at once, as part of a list that is being collected or by itself.
enum command_result command_erase_questions(const struct command_call *call)
{
    struct values_stage stage;
    struct question_range numbers;

    if (!question_read_numbers(call->value, &numbers)) {
        return RESULT_PARAM_ERROR;
    }
    if (call->origin == COMMAND_FROM_DOWNLINK) {
        return erase(numbers) == STATUS_OK ? RESULT_OK : RESULT_ERROR;
    }
    values_stage_begin(&stage);
    enum status status = erase(numbers);
    enum status committed = values_stage_commit();
    return status == STATUS_OK && committed == STATUS_OK ? RESULT_OK : RESULT_ERROR;
}
