// SPDX-License-Identifier: Apache-2.0
// `nbota accept`: the vendor's document as an acceptance test of a node. The cases are data (accept_steps.def); this is what
// they are carried out with and what became of them.
#ifndef NBOTA_CLI_ACCEPT_H
#define NBOTA_CLI_ACCEPT_H

#include <limits.h>
#include <stdint.h>

#include "cli/bench.h"
#include "cli/data_server.h"
#include "cli/token.h"
#include "cli/dialogue.h"
#include "wire/products.h"

// What a case needs so that it is run; else it is left out.
enum accept_need {
    NEED_ANY,
    NEED_LABEL,      // the serial number was given
    NEED_FLASH,      // a flash chip, and an image to go to
    NEED_FLASH_SAME, // …and the image that runs
    NEED_NO_FLASH,
};

enum accept_kind {
#define STEP_KIND(name, act) ACCEPT_##name,
#include "cli/accept_kinds.def"
#undef STEP_KIND
};

enum accept_offer { OFFER_NOTHING, OFFER_SAME, OFFER_OTHER, OFFER_FOREIGN };

struct accept_step {
    enum accept_kind kind;
    const char *text; // with $ in it; of a case: its section
    const char *title;
    int what; // enum accept_need or enum accept_offer
};

extern const struct accept_step accept_steps[];
extern const size_t accept_step_count;

enum accept_verdict { VERDICT_PASSED, VERDICT_FAILED, VERDICT_LEFT_OUT, VERDICT_BY_EYE };
enum { VERDICTS = 4 };

enum { ACCEPT_CASES_MAX = 60, ACCEPT_REASON_SIZE = 320 };

struct accept_result {
    const struct accept_step *step; // of kind ACCEPT_CASE
    enum accept_verdict verdict;
    char reason[ACCEPT_REASON_SIZE]; // "" when it passed
    size_t first_line, end_line;     // of the dialogue, meanwhile
    uint32_t took_ms;
};

// Why the test does not go on.
enum accept_end {
    ACCEPT_GOES_ON,
    ACCEPT_INTERRUPTED,
    ACCEPT_GONE,   // the line has no other end any more
    ACCEPT_SILENT, // the node does not come back after a case that failed
};

enum { ACCEPT_VALUE_SIZE = 80, ACCEPT_TEXT_SIZE = DIALOGUE_TEXT_SIZE };

struct accept {
    // as given
    const char *port;      // name or path
    const char *serial;    // of the label; NULL
    const char *host;      // by which the node reaches the servers
    const char *listen;    // where they listen
    const char *images[2]; // where updates lead: another version, and the one that runs; NULL
    char password[16];
    uint32_t patience_ms; // that a case waits at most
    bool is_quiet;        // prints no table

    // servers
    struct bench bench;
    uint16_t ota_port, data_port;
    char token[TOKEN_SIZE + 1];
    struct child data_broker, ota_server;
    struct data_server_config config;
    struct data_server *server;

    // the node
    int line;
    struct dialogue dialogue;
    size_t observed; // lines of the dialogue below have been looked at
    bool is_locked;
    const struct product *product; // NULL: none of ours
    char imei[ACCEPT_VALUE_SIZE], title[ACCEPT_VALUE_SIZE];
    char version[ACCEPT_VALUE_SIZE], first_version[ACCEPT_VALUE_SIZE]; // that runs, that ran first
    char versions[2][ACCEPT_VALUE_SIZE];                               // of the images
    bool has_flash;

    // meanwhile
    const char *offered;              // version; NULL = none
    uint8_t answer[ACCEPT_TEXT_SIZE]; // is sent when the next uplink arrives
    size_t answer_size;               // 0 = nothing
    size_t heard_from;                // uplinks of earlier lines do not count
    size_t update_begin;              // line at which the update that ANSWER has started began
    uint64_t case_began_ns, case_end_ns;
    const struct accept_step *now; // case that runs; NULL
    uint64_t sign_ns; // when the sign of waiting was drawn; 0 = it does not stand there
    enum accept_end end;
    bool is_leaving; // Ctrl-C has come and gone

    struct accept_result results[ACCEPT_CASES_MAX];
    unsigned result_count;
};

// accept_servers.c. On failure stderr has said why.
enum status accept_servers_open(struct accept *self);
void accept_servers_close(struct accept *self);
// STATUS_IO, STATUS_NOT_FOUND (no such image).
enum status accept_offer_image(struct accept *self, enum accept_offer what);

// accept_images.c. STATUS_INVALID: stderr has said why.
enum status accept_find_images(struct accept *self);
// Writes the image that leads on, but for hardware that no node has, into `path`.
enum status accept_make_foreign(const struct accept *self, const char *path);

// accept_wait.c. All are false too when the node is gone or a person has interrupted: `end` says so then.
// Moves bytes and messages until `done` says so, for `timeout_ms` at most and not beyond the end of the case.
bool accept_until(struct accept *self, bool (*done)(struct accept *self, const char *text),
                  const char *text, uint32_t timeout_ms);
// Until the console prints a line that holds `text`.
bool accept_see(struct accept *self, const char *text, uint32_t timeout_ms);
// Types a line; the password before it when the console is locked. What was printed before does not count any more.
bool accept_type(struct accept *self, const char *text);
bool accept_unlock(struct accept *self);

// accept_node.c: what the node is set to is read before and set again behind.
enum status accept_node_meet(struct accept *self);
void accept_node_leave(struct accept *self);
// What a line of its console tells of the node.
void accept_node_observe(struct accept *self, const char *line);
// Settings of the OTA server as the cases expect them.
bool accept_node_set_up(struct accept *self);
bool accept_node_restart(struct accept *self);

// accept_act.c: carries out one step; the reason is in `result` when it failed.
bool accept_act(struct accept *self, const struct accept_step *step, struct accept_result *result);
// accept_text.c: `format` with the values of its $ letters.
void accept_expand(const struct accept *self, const char *format, char text[ACCEPT_TEXT_SIZE]);
// accept_check.c: what is judged without the node.
bool accept_check_product(struct accept *self, struct accept_result *result);
bool accept_check_label(struct accept *self, struct accept_result *result);
bool accept_check_thresholds(struct accept *self, struct accept_result *result);
bool accept_check_steps(struct accept *self, struct accept_result *result);
bool accept_check_forms(struct accept *self, struct accept_result *result);
// Always false: sets the reason, "<what>: <text>".
bool accept_fail(struct accept_result *result, const char *what, const char *text);

// accept_run.c: all cases from top to bottom.
void accept_run(struct accept *self);

// accept_print.c
void accept_print_head(const struct accept *self);
void accept_print_result(struct accept *self, const struct accept_result *result);
void accept_print_sum(const struct accept *self);
void accept_print_waiting(
    struct accept *self); // on a terminal: what is waited for, redrawn now and then
unsigned accept_count(const struct accept *self, enum accept_verdict verdict);
bool accept_is_good(const struct accept *self); // nothing failed, and all of it was run
const char *accept_verdict_word(enum accept_verdict verdict);

// accept_json.c, accept_html.c. STATUS_IO: stderr has said why.
void accept_print_json(const struct accept *self);
enum status accept_write_html(const struct accept *self, const char *path);

#endif
