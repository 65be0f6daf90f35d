// SPDX-License-Identifier: Apache-2.0
// The sensor line as the settings have it.
#include "node/port/rs485.h"

#include "node/app/values.h"
#include "node/core/question.h"
#include "node/core/settings.h"

enum { ANSWER_WAIT_MS = 500 }; // with AT+CMDDLx=0

_Static_assert(SETTING_COMMAND1 + RS485_QUESTIONS == SETTING_DATACUT1, "one row a question");
_Static_assert(SETTING_DATACUT1 + RS485_QUESTIONS == SETTING_CMDDL1, "one row a question");
_Static_assert((int)QUESTION_SIZE_MAX == (int)RS485_QUESTION_MAX, "the same bytes");
_Static_assert((int)QUESTION_ANSWER_MAX == (int)RS485_ANSWER_MAX, "the same bytes");

void rs485_format(struct line_format *format)
{
    format->baud = value_number(SETTING_BAUDR);
    format->parity = (uint8_t)value_number(SETTING_PARITY);
    format->stop = (uint8_t)value_number(SETTING_STOPBIT);
}

uint32_t rs485_supply_ms(void)
{
    return value_number(SETTING_5VT);
}

static void read_question(unsigned index, struct question *question)
{
    char text[VALUE_SIZE];

    (void)question_read(span_of_text(value_get((uint8_t)(SETTING_COMMAND1 + index), text)),
                        question);
}

static void read_cut(unsigned index, struct question_cut *cut)
{
    char text[VALUE_SIZE];

    (void)question_read_cut(span_of_text(value_get((uint8_t)(SETTING_DATACUT1 + index), text)),
                            cut);
}

size_t rs485_question(unsigned index, uint8_t bytes[RS485_QUESTION_MAX])
{
    struct question question;

    read_question(index, &question);
    memcpy(bytes, question.bytes, question.size);
    return question.size;
}

uint32_t rs485_wait_ms(unsigned index)
{
    uint32_t wait_ms = value_number((uint8_t)(SETTING_CMDDL1 + index));

    return wait_ms == 0 ? ANSWER_WAIT_MS : wait_ms;
}

bool rs485_is_answer(unsigned index, struct span answer)
{
    struct question question;

    read_question(index, &question);
    return question_is_answered(&question, answer);
}

size_t rs485_values(unsigned index, struct span answer, uint8_t *values, size_t capacity)
{
    struct question question;
    struct question_cut cut;

    read_question(index, &question);
    read_cut(index, &cut);
    return question_values(&question, &cut, value_number(SETTING_MBFUN) == 1, answer, values,
                           capacity);
}
