// SPDX-License-Identifier: Apache-2.0
#include "cli/node_play.h"

#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/message.h"
#include "cli/node_debug.h"
#include "vnode/run/scenario.h"

#define LOOK_EVERY_NS 1000000000U

int node_play_complain(const struct node_session *session)
{
    message_error("the firmware did what the chip forbids: %s", board_complaint(session->board));
    message_hint("this is a fault of the firmware; the same --seed shows it again");
    return EXIT_FAILED;
}

// Never longer than a second: an interruption is looked for in between.
static uint64_t until_ns(const struct node_session *session, const struct scenario *scenario)
{
    uint64_t wanted_ns = scenario_until_ns(scenario, session->board);
    uint64_t soon_ns = board_now_ns(session->board) + LOOK_EVERY_NS;

    return wanted_ns < soon_ns ? wanted_ns : soon_ns;
}

// One stretch of time. False when the run is over for a reason that `result` holds.
static bool advance(struct node_session *session, struct scenario *scenario, int *result)
{
    if (interrupt_came()) {
        message_error("interrupted");
        *result = EXIT_FAILED;
        return false;
    }
    if (node_session_keep(session) != STATUS_OK) {
        *result = EXIT_FAILED;
        return false;
    }
    enum board_outcome outcome;
    if (!node_debug_run(session, until_ns(session, scenario), &outcome)) {
        message_error("the debugger has ended the node");
        *result = EXIT_FAILED;
        return false;
    }
    switch (outcome) {
    case BOARD_POWER_CUT:
        scenario_power_was_cut(scenario, session->board);
        return true;
    case BOARD_BREAKPOINT:
    case BOARD_STOPPED:
        *result = node_play_complain(session);
        return false;
    case BOARD_TIME:
    case BOARD_CHUNK:
    case BOARD_PAUSED:
    default:
        return true;
    }
}

static int play(struct node_session *session, struct scenario *scenario)
{
    enum scenario_state state = SCENARIO_RUNNING;
    int result = EXIT_OK;

    board_power_on(session->board);
    do {
        state = scenario_step(scenario, session->board, &session->console);
    } while (state == SCENARIO_RUNNING && advance(session, scenario, &result));
    if (state == SCENARIO_FAILED) {
        message_error("scenario %s", scenario_error(scenario));
        result = EXIT_FAILED;
    }
    return result;
}

int node_play(struct node_session *session, const char *name, const char *text)
{
    char error[SCENARIO_ERROR_MAX];
    char password[NODE_PASSWORD_SIZE];
    struct scenario *scenario;

    if (scenario_parse(text, &scenario, error) != STATUS_OK) {
        message_error("'%s' %s", name, error);
        return EXIT_FAILED;
    }
    node_folder_password(&session->folder, password);
    scenario_set_password(scenario, password);
    scenario_set_echo(scenario, session->on_typed, session->context);
    int result = play(session, scenario);
    scenario_destroy(scenario);
    return result;
}
