// SPDX-License-Identifier: Apache-2.0
// The engine that walks through a dialogue, shared by its sources: engine.c moves from step to step, lines.c says what
// a line means, errors.c what an error asks for, values.c what is read out of a line, recover.c how a silent module is
// started anew, pump.c owns time and the serial line, modem.c is the port.
#ifndef NBOTA_NODE_DRIVER_MODEM_ENGINE_H
#define NBOTA_NODE_DRIVER_MODEM_ENGINE_H

#include "node/driver/modem/at.h"
#include "node/driver/modem/dialogue.h"
#include "node/driver/modem/template.h"
#include "node/port/modem.h"

enum { ENGINE_OUT_SIZE = 32 }; // bytes of a command on their way to the line

enum engine_phase {
    PHASE_IDLE,
    PHASE_SENDING, // the command goes out as the line takes it
    PHASE_PROMPT,  // waits for `>`
    PHASE_DATA,    // what follows the prompt goes out
    PHASE_ANSWER,  // waits for the final result
    PHASE_OUTCOME, // waits for the outcome URC
    PHASE_PAUSE,   // before a command
    PHASE_WIRE,    // a step that is no command
};

struct engine {
    struct at at;
    struct modem_values values;
    struct modem_identity identity;
    struct spelling spelling;
    const struct dialogue_step *remedy; // under way in the step's place, NULL = none
    uint8_t phase;                      // enum engine_phase
    uint8_t request;
    uint8_t run; // whose steps are walked: the request's, or DIALOGUE_RECOVER
    uint8_t step;
    uint8_t channel;      // of the last open
    uint16_t attempts;    // of the step
    uint8_t busy_repeats; // of the step: the module said that it is busy
    uint8_t restarts;     // of the module in a row, without an answer between
    uint8_t out_size;
    uint8_t out_sent;
    char out[ENGINE_OUT_SIZE];
    bool begun;        // the request's first command may go out
    bool speaks;       // the line was opened
    bool is_ended;     // the command's CR LF is spelled
    bool answered;     // the answer line of the step came and was good
    bool was_reset;    // in this request
    bool was_remedied; // likewise
    bool was_begun_again;
    bool refused;
    bool is_spoiled;  // a step has failed, the rest is done nonetheless
    bool doomed;      // the connection went while a command waits for its final result
    bool owed;        // a final result did not come: it may come for the next command
    bool is_open;     // a connection or socket, as far as is known
    bool online;      // connected to the server as far as is known
    bool is_fresh;    // nothing was sent since the open
    bool lost;        // to be told when no request is under way
    bool told;        // the first message of the mailbox was handed out
    bool said;        // the final result of a person's line was handed out
    bool is_blocked;  // the module is left alone…
    bool may_restart; // …and was for long enough
    uint32_t blocked_ms;
    uint32_t started_ms;   // when the module was last started
    uint32_t since_ms;     // when the phase began
    uint32_t step_ms;      // when the step began
    uint32_t pause_ms;     // length of PHASE_PAUSE
    uint32_t last_byte_ms; // when the module last said something
};

// ---- engine.c ----
const struct dialogue_step *engine_step(const struct engine *self);
void engine_begin_request(struct engine *self, uint8_t kind);
void engine_enter(struct engine *self, enum engine_phase phase, uint32_t now_ms);
void engine_pause(struct engine *self, uint32_t duration_ms, uint32_t now_ms);
void engine_begin_command(struct engine *self, uint32_t now_ms);
// Ends the request without an outcome.
void engine_cancel(struct engine *self);
bool engine_needs_connection(const struct engine *self);

// Each returns the request's outcome, or MODEM_NOTHING while it goes on.
struct modem_event engine_nothing(void);
struct modem_event engine_finish(struct engine *self, enum modem_event_kind kind);
struct modem_event engine_first_step(struct engine *self, uint32_t now_ms);
struct modem_event engine_succeed(struct engine *self, uint32_t now_ms); // the step is done
struct modem_event engine_fail(struct engine *self, uint32_t now_ms); // this attempt of it is not
struct modem_event engine_give_up(struct engine *self, uint32_t now_ms); // nor will another be
void engine_use_remedy(struct engine *self, const struct dialogue_step *remedy, uint32_t now_ms);

// ---- conditions.c ----
bool engine_is_left_out(const struct engine *self, const struct dialogue_step *step);

// ---- recover.c ----
// Starts the module anew, or leaves it alone for a while.
struct modem_event engine_recover(struct engine *self, uint32_t now_ms);
bool engine_may_wake(struct engine *self, uint32_t now_ms);
// Lets go of what a step holds.
void engine_release_wire(const struct engine *self);
void engine_begin_wire(struct engine *self, uint32_t now_ms);
// What a step that is no command does when time passes.
struct modem_event engine_watch_wire(struct engine *self, uint32_t now_ms);

// ---- lines.c, errors.c, values.c ----
struct modem_event engine_on_line(struct engine *self, const char *line, uint32_t now_ms);
struct modem_event engine_on_error(struct engine *self, const char *line, uint32_t now_ms);
const struct dialogue_step *engine_find_remedy(const struct dialogue_step *step, const char *text);
bool engine_starts_with(const char *line, const char *prefix);
// Takes the step's value out of what follows the prefix; false when there is none and it is needed.
bool engine_take_value(struct engine *self, const struct dialogue_step *step, const char *text,
                       uint32_t now_ms);
// `text` is an IPv4 address and nothing else.
bool engine_is_address(const char *text);

// ---- pump.c ----
// What the port's poll does; modem.c keeps the state.
struct modem_event engine_poll(struct engine *self, uint32_t now_ms);
uint32_t engine_next_ms(const struct engine *self, uint32_t now_ms);

#endif
