// SPDX-License-Identifier: Apache-2.0
// The engine that walks through a dialogue, shared by its sources: engine.c moves from step to step, lines.c says what
// a line means, modem.c owns time, the line and the port.
#ifndef NBOTA_NODE_DRIVER_MODEM_ENGINE_H
#define NBOTA_NODE_DRIVER_MODEM_ENGINE_H

#include "node/driver/modem/at.h"
#include "node/driver/modem/dialogue.h"
#include "node/driver/modem/template.h"
#include "node/port/modem.h"

enum {
    ENGINE_COMMAND_MAX = MODEM_PUBLISH_MAX + MODEM_TEXT_MAX + 64,
};

enum engine_phase {
    PHASE_IDLE,
    PHASE_SENDING,  // the command goes out as the line takes it
    PHASE_ANSWER,   // waits for the final result
    PHASE_OUTCOME,  // waits for the outcome URC
    PHASE_PAUSE,    // before a command
    PHASE_RESET,    // reset line pulled
    PHASE_STARTING, // after the reset
};

struct engine {
    struct at at;
    struct modem_values values;
    struct modem_identity identity;
    enum engine_phase phase;
    uint8_t request;
    uint8_t step;
    const struct dialogue_step *remedy; // under way in the step's place, NULL = none
    uint16_t attempts;                  // of the step
    uint8_t busy_repeats;               // of the step: the module said that it is busy
    bool begun;                         // the request's first command may go out
    bool answered;                      // the answer line of the step came and was good
    bool was_reset;                     // in this request
    bool was_remedied;                  // likewise
    bool refused;
    bool doomed;           // the connection went while a command waits for its final result
    bool online;           // connected to the server as far as is known
    bool lost;             // to be told when no request is under way
    bool told;             // the first message of the mailbox was handed out
    uint32_t since_ms;     // when the phase began
    uint32_t pause_ms;     // length of PHASE_PAUSE
    uint32_t last_byte_ms; // when the module last said something
    char command[ENGINE_COMMAND_MAX];
    uint16_t command_size;
    uint16_t sent;
};

const struct dialogue_step *engine_step(const struct engine *self);
// First step at or behind `step` that is not left out.
uint8_t engine_next_step(const struct engine *self, uint8_t step);
void engine_enter(struct engine *self, enum engine_phase phase, uint32_t now_ms);
void engine_pause(struct engine *self, uint32_t duration_ms, uint32_t now_ms);
void engine_begin_command(struct engine *self, uint32_t now_ms);

// Each returns the request's outcome, or MODEM_NOTHING while it goes on.
struct modem_event engine_nothing(void);
struct modem_event engine_finish(struct engine *self, enum modem_event_kind kind);
struct modem_event engine_succeed(struct engine *self, uint32_t now_ms); // the step is done
struct modem_event engine_fail(struct engine *self, uint32_t now_ms); // this attempt of it is not
struct modem_event engine_give_up(struct engine *self, uint32_t now_ms); // nor will another be
struct modem_event engine_reset_module(struct engine *self, uint32_t now_ms);
struct modem_event engine_on_line(struct engine *self, const char *line, uint32_t now_ms);

#endif
