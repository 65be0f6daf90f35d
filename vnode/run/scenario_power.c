// SPDX-License-Identifier: Apache-2.0
// A supply that comes and goes at random.
#include <math.h>

#include "vnode/run/scenario_parts.h"

#define WHOLE 4294967296.0 // of torn_random()

// As likely between 0.1 s and 1 s as between 1 s and 10 s.
static uint64_t draw(struct random_power *self, const struct statement_range *range)
{
    double share = torn_random(&self->random) / WHOLE;

    return (uint64_t)((double)range->low_ns *
                      pow((double)range->high_ns / (double)range->low_ns, share));
}

static void begin(struct scenario_turn *turn)
{
    struct random_power *power = &turn->scenario->power;

    power->is_under_way = true;
    power->random = (turn->statement->number + 1) * 0x9E3779B97F4A7C15ULL;
    power->cuts = 0;
    power->next_ns = board_now_ns(turn->board) + draw(power, &turn->statement->on);
}

static void change(struct scenario_turn *turn)
{
    struct random_power *power = &turn->scenario->power;
    bool was_on = board_is_on(turn->board);
    const struct statement_range *range = was_on ? &turn->statement->off : &turn->statement->on;

    if (was_on) {
        board_power_off(turn->board);
        power->cuts++;
    } else {
        board_power_on(turn->board);
    }
    power->next_ns = board_now_ns(turn->board) + draw(power, range);
}

static bool is_over(const struct scenario_turn *turn)
{
    const struct statement *statement = turn->statement;
    uint64_t passed_ns = board_now_ns(turn->board) - turn->scenario->began_ns;

    return board_is_on(turn->board) &&
           (statement->count > 0 ? turn->scenario->power.cuts >= statement->count
                                 : passed_ns >= statement->duration_ns);
}

// Over when power has come back for good.
bool scenario_random_power(struct scenario_turn *turn)
{
    struct random_power *power = &turn->scenario->power;

    if (!power->is_under_way) {
        begin(turn);
    }
    if (board_now_ns(turn->board) >= power->next_ns) {
        change(turn);
    }
    power->is_under_way = !is_over(turn);
    return !power->is_under_way;
}
