// SPDX-License-Identifier: Apache-2.0
#include "tests/fake/input.h"

static struct {
    enum input_sense sense;
    bool low;
} inputs[INPUTS];
static uint8_t edges;

void fake_input_reset(void)
{
    for (unsigned i = 0; i < INPUTS; i++) {
        inputs[i].sense = INPUT_OFF;
        inputs[i].low = false;
    }
    edges = 0;
}

void fake_input_drive(enum input input, bool high)
{
    enum input_sense sense = inputs[input].sense;
    bool falls = !high && !inputs[input].low;
    bool rises = high && inputs[input].low;

    inputs[input].low = !high;
    if ((falls && (sense == INPUT_BOTH || sense == INPUT_FALLING)) ||
        (rises && (sense == INPUT_BOTH || sense == INPUT_RISING))) {
        edges |= (uint8_t)(1U << input);
    }
}

enum input_sense fake_input_sense(enum input input)
{
    return inputs[input].sense;
}

void input_set(enum input input, enum input_sense sense)
{
    inputs[input].sense = sense;
    edges &= (uint8_t) ~(1U << input);
}

bool input_is_high(enum input input)
{
    return inputs[input].sense != INPUT_OFF && !inputs[input].low;
}

uint8_t input_take_edges(void)
{
    uint8_t taken = edges;

    edges = 0;
    return taken;
}
