// SPDX-License-Identifier: Apache-2.0
// One OTA update as a pure state machine: all ten steps of the update flow, every retry and every
// timeout. It decides and never touches a port: an event goes in, the action to carry out comes out,
// its outcome is the next event. So a session is a list of events that can be replayed on a PC.
//
//   storage → settings → wake → open → connect → hello → subscribe → ask → (erase | resume) →
//   start → chunks … → verify → order install → done → close → sleep → end
//
// Title, version, size and checksum do not tell two images apart: a resume asks for piece 0 first, compares it with the
// stored one, and erases after all when they differ.
//
// Asked to announce something it is a short session instead: wake → open → connect → announce → close → sleep → end.
// Formats and retry counts: docs/protocol.md; the numbers are in session_steps.h.
#ifndef NBOTA_NODE_CORE_SESSION_H
#define NBOTA_NODE_CORE_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fmt.h"
#include "base/span.h"
#include "wire/codes.h"
#include "wire/fwinfo.h"
#include "wire/image.h"

enum {
    SESSION_TITLE_MAX = WIRE_TEXT_MAX,   // bytes of AT+OTATITLE, or of an installed title
    SESSION_VERSION_MAX = WIRE_TEXT_MAX, // likewise
    SESSION_TEXT_MAX = 256,              // longest payload the session publishes, with its NUL
};

// What is being downloaded: the identity that decides whether stored pieces may be kept.
struct session_target {
    char title[WIRE_TEXT_MAX + 1];
    char version[WIRE_TEXT_MAX + 1];
    uint32_t size_bytes; // of the packed file; 0 = no download is open
    char checksum[9];    // first 8 characters of fw_checksum, empty when the server gave none
};

// What the session needs to know, copied at the start: later changes count for the next session.
struct session_config {
    bool settings_complete; // server, port and title are set
    char title[SESSION_TITLE_MAX + 1];
    char version[SESSION_VERSION_MAX + 1];
    uint32_t seed; // scatters the back-off; from the IMEI
    // A short session that tells the server this fw_state (and fw_error); OTA_NONE: an update. OTA_SUCCESS: UPDATED,
    // any other: FAILED with the code's text.
    enum ota_code announce;
    uint8_t hardware_id; // board and modem an image must fit (wire/products.def)
};

enum session_event_kind {
    SESSION_START,
    SESSION_OK,     // the last action succeeded
    SESSION_FAILED, // the last action failed
    SESSION_REFUSED, // …and another try is useless: the peer says no, or what was looked at is wrong
    SESSION_MESSAGE, // while waiting: a message, topic and payload borrowed for the step
    SESSION_LOST,    // while waiting: the connection is gone (an action under way fails instead)
    SESSION_TICK,    // the deadline of the last action may have passed
};

struct session_event {
    enum session_event_kind kind;
    struct span topic;   // SESSION_MESSAGE
    struct span payload; // SESSION_MESSAGE
};

enum session_action_kind {
    SESSION_WAIT,          // for a message, or SESSION_TICK once `deadline_ms` has passed
    SESSION_CHECK_STORAGE, // NOR answers and is large enough, the bootloader can install from it
    SESSION_WAKE,          // modem awake and attached
    SESSION_OPEN,          // TCP to the OTA server
    SESSION_CONNECT,       // MQTT CONNECT
    SESSION_SUBSCRIBE,     // `topic`, QoS 0
    SESSION_PUBLISH,       // `text` to `topic`, QoS 0
    SESSION_ERASE, // record `target` as open and void any install order, erase, record that it is erased
    SESSION_LOAD_MAP, // fill `stored` from the piece map in NOR
    SESSION_COMPARE_PIECE, // `piece` with what lies in NOR as number `index`; SESSION_REFUSED: they differ
    SESSION_STORE_PIECE, // write `piece` (verified) as number `index`, read it back, note it
    SESSION_VERIFY, // container, hardware, image CRC and fw_checksum over what lies in NOR; SESSION_REFUSED: wrong
    SESSION_ORDER_INSTALL, // commit: download closed, install ordered
    SESSION_DISCONNECT,    // MQTT and TCP; its outcome is ignored
    SESSION_SLEEP,         // modem off; its outcome is ignored
    SESSION_END, // finished with `code`. OTA_SUCCESS: reset now. OTA_NONE: nothing to report. Else report it, and
    // record `open` as it is now: size 0 means that nothing in NOR is of use
};

struct session_action {
    enum session_action_kind kind;
    uint32_t deadline_ms; // SESSION_WAIT, on the caller's clock
    enum ota_code code;   // SESSION_END
};

enum session_state {
    STATE_IDLE,
    STATE_STORAGE,
    STATE_WAKE,
    STATE_OPEN,
    STATE_CONNECT,
    STATE_HELLO,
    STATE_SUBSCRIBE,
    STATE_ASK,
    STATE_ANSWER,
    STATE_ERASE,
    STATE_RESUME,
    STATE_START,
    STATE_REQUEST,
    STATE_CHUNK,
    STATE_COMPARE,
    STATE_STORE,
    STATE_VERIFY,
    STATE_ORDER,
    STATE_DONE,
    STATE_ANNOUNCE,
    STATE_TELL_FAILURE,
    STATE_CLOSE,
    STATE_SLEEP,
    STATE_HANG_UP,
    STATE_BACKOFF,
    STATE_COUNT
};

// Private but complete, so that it can be static. `topic`, `text`, `piece` and `index` belong to the
// action last returned and stay until the next step.
struct session {
    enum session_state state;
    struct session_config config;
    struct session_target open;   // the download the NOR holds, from the record; size 0 = none
    struct session_target target; // what the server offers
    struct fwinfo info;           // its answer as decoded
    uint8_t stored[(WIRE_PIECES_MAX + 7) / 8]; // bit n: piece n lies checked in NOR

    char topic[48];
    char text[SESSION_TEXT_MAX];
    struct span piece;
    uint32_t index;

    uint32_t deadline_ms;
    unsigned attempts;       // of the present step
    unsigned piece_attempts; // of the present piece
    unsigned retries;        // sessions in a row without a newly stored piece
    unsigned filters;        // subscribed so far
    bool awake;              // the modem was asked to wake: it has to be put to sleep
    bool connected;          // the server can still be told
    bool answered;           // …and has answered the attribute request
    enum ota_code cause;     // what the end will report
};

// Begins. `open` is the download recorded as open (size_bytes 0: none).
void session_init(struct session *self, const struct session_config *config,
                  const struct session_target *open);

// Takes one event at `now_ms` (any monotonic clock that may wrap) and says what to do next. Console
// lines, each ended by a newline, are added to `log`.
struct session_action session_step(struct session *self, uint32_t now_ms,
                                   const struct session_event *event, struct fmt *log);

// With SESSION_PUBLISH: bytes of the answer to it, 0 when they are not known before.
size_t session_answer_size(const struct session *self);
// Whether piece `index` is known to be stored.
bool session_has_piece(const struct session *self, uint32_t index);
void session_note_piece(struct session *self, uint32_t index);

#endif
