// SPDX-License-Identifier: Apache-2.0
// A command line from its fields to its final result, bytes behind a prompt, and every command of both modules.
#ifndef NBOTA_VNODE_CHIP_MODEM_COMMAND_H
#define NBOTA_VNODE_CHIP_MODEM_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/fmt.h"
#include "base/span.h"
#include "vnode/chip/modem_limits.h"
#include "vnode/net/mqtt.h"

struct modem;

// Bytes behind a prompt; modem_data.c.
enum data_mode { DATA_NONE, DATA_PROMPT, DATA_INPUT };
struct data_request {
    bool is_fixed; // exactly `wanted` bytes, else until Ctrl-Z
    uint32_t wanted;
    uint32_t limit;                                        // more is cut; at most MODULE_DATA_MAX
    void (*finish)(struct modem *self, struct span bytes); // says the result
};
struct module_data {
    enum data_mode mode;
    struct data_request request;
    uint8_t bytes[MODULE_DATA_MAX];
    uint32_t size;
};

// ---- modem_command.c ----
enum command_form { FORM_EXECUTE = 1, FORM_READ = 2, FORM_TEST = 4, FORM_SET = 8, FORM_RAW = 16 };

struct command_field {
    struct span text; // without quotes
    bool is_quoted;
};

struct command_line {
    enum command_form form;
    struct span rest; // behind '='
    struct command_field field[MODULE_FIELDS_MAX];
    unsigned fields;
};

struct command {
    const char *name; // behind AT
    uint8_t forms; // enum command_form, or-ed; TEST is always answered; RAW: data behind the fields
    enum cme (*run)(struct modem *self, const struct command_line *line);
    uint16_t low_ms, high_ms; // until the final result; 0 = the usual 21..42 ms
};

void command_run(struct modem *self, struct span line);
void command_on_reply(struct modem *self);
// A line of the answer.
void command_add(struct modem *self, const char *format, ...) FORMAT_LIKE_PRINTF(2, 3);
// Field as a number within low..high.
bool command_number(const struct command_line *line, unsigned index, uint32_t low, uint32_t high,
                    uint32_t *value);
bool command_has(const struct command_line *line, unsigned index);
// Copies a field of at most capacity - 1 characters.
bool command_text(const struct command_line *line, unsigned index, char *to, size_t capacity);
// Splits `rest` into fields; false when there are too many or a quote stays open.
bool command_split(struct command_line *line);
// The same for `commas` fields with data of any kind behind them; data->data is NULL without it.
bool command_split_raw(const struct command_line *whole, unsigned commas, struct command_line *head,
                       struct span *data);
// Exactly `length` bytes of data, quoted or not, text or hex digits; what exceeds them is cut. False when they are
// fewer or no digits.
bool command_payload(struct span data, size_t length, bool is_hex, uint8_t *to);

// ---- modem_data.c ----
// From a command handler: its final result is the prompt, then the bytes, then request->finish().
void data_prompt(struct modem *self, const struct data_request *request);
void data_begin(struct modem *self);
void data_leave(struct modem *self);
void data_take(struct modem *self, uint8_t byte);
void data_on_timer(struct modem *self);

// ---- commands ----
void qmt_config_reset(struct modem *self);
bool qmt_is_client_0(const struct command_line *line);
// AT+QMTPUB=0,<id>,<qos>,<retain>,"<topic>": the first five fields; topic points into the line.
bool qmt_read_publish(const struct command_line *line, struct mqtt_publish *publish);
// Sends it and announces +QMTPUB.
void qmt_send_publish(struct modem *self, const struct mqtt_publish *publish);
bool coap_is_client_0(const struct command_line *line);
// A socket's number in field 0.
bool bg95_read_index(const struct command_line *line, uint32_t *index);
// A random token of `size` bytes.
void coap_draw_token(struct modem *self, uint8_t size);
// Options <number>,<value> from field `first` to the last; a value is a text in quotes or a number.
enum cme coap_add_options(struct modem *self, const struct command_line *line, unsigned first);
// yy/MM/dd,hh:mm:ss+00 of the network, now.
void time_add(const struct modem *self, struct fmt *out);
// AT+<name>? and AT+<name>=<0..high> of a one-byte setting.
enum cme command_small_number(struct modem *self, const struct command_line *line, const char *name,
                              uint32_t high, uint8_t *value);

#define COMMAND(name, forms, run, low_ms, high_ms)                                                 \
    enum cme run(struct modem *self, const struct command_line *line);
#include "vnode/chip/bc660k_commands.def"
#include "vnode/chip/bg95_commands.def"
#undef COMMAND

#endif
