// SPDX-License-Identifier: Apache-2.0
// Steps ⑦ and ⑧: which piece is asked for next, whether the answer is good, and what happens when it
// is not. A piece belongs to the index in its topic; anything else is dropped.
#include "node/core/session_steps.h"
#include "wire/chunk.h"
#include "wire/info.h"
#include "wire/topic.h"

enum { FIRST_OF_IMAGE = WIRE_HEADER_PAGE_SIZE / WIRE_PIECE_SIZE };

static uint32_t piece_count(const struct session *self)
{
    return image_piece_count(self->target.size_bytes);
}

static uint32_t next_missing(const struct session *self, uint32_t from)
{
    while (from < piece_count(self) && session_has_piece(self, from)) {
        from++;
    }
    return from;
}

// Bytes of chunk `index` on the wire, its CRC included.
static size_t chunk_size(const struct session *self, uint32_t index)
{
    return image_piece_size(self->target.size_bytes, index) + WIRE_CRC_SIZE;
}

size_t session_answer_size(const struct session *self)
{
    return self->state == STATE_REQUEST ? chunk_size(self, self->index) : 0;
}

static struct session_action request(struct session *self)
{
    struct fmt out;

    fmt_init(&out, self->text, sizeof self->text);
    fmt_add(&out, "%d", WIRE_CHUNK_SIZE);
    fmt_init(&out, self->topic, sizeof self->topic);
    fmt_add(&out, "%s%lu", TOPIC_CHUNK_REQUEST_PREFIX, (unsigned long)self->index);
    return session_go(self, STATE_REQUEST, SESSION_PUBLISH);
}

static struct session_action next_piece(struct session *self, uint32_t from, struct fmt *log)
{
    self->index = next_missing(self, from);
    self->piece_attempts = 0;
    if (self->index == piece_count(self)) {
        fmt_add(log, "Downloading 100%%\n");
        return session_go(self, STATE_VERIFY, SESSION_VERIFY);
    }
    fmt_add(log, "Downloading %lu%%\n", (unsigned long)(self->index * 100 / piece_count(self)));
    return request(self);
}

// Whether anything is stored. It may be of another image under the same name, which piece 0 tells: it names the image's
// CRC32 and holds its manifest.
static bool holds_pieces(const struct session *self)
{
    static const uint8_t none[sizeof self->stored];

    return memcmp(self->stored, none, sizeof none) != 0;
}

struct session_action session_first_piece(struct session *self, struct fmt *log)
{
    if (!holds_pieces(self)) {
        return next_piece(self, 0, log);
    }
    self->index = 0;
    self->piece_attempts = 0;
    return request(self);
}

struct session_action session_on_compare(struct session *self, uint32_t now_ms,
                                         const struct session_event *event, struct fmt *log)
{
    (void)now_ms;
    if (event->kind == SESSION_REFUSED) {
        fmt_add(log, "Piece 0 differs from the stored one: the download starts over\n");
        return session_start_over(self, log);
    }
    if (event->kind != SESSION_OK) {
        return session_fail(self, OTA_HARDWARE, log);
    }
    fmt_add(log, "Resume download at chunk %lu\n", (unsigned long)next_missing(self, 1));
    return next_piece(self, 1, log);
}

struct session_action session_on_request(struct session *self, uint32_t now_ms,
                                         const struct session_event *event, struct fmt *log)
{
    if (event->kind != SESSION_OK) {
        return session_retry_lost(self, log);
    }
    return session_wait(self, STATE_CHUNK, now_ms, SESSION_ANSWER_MS);
}

// Asks for the same piece again, or gives this connection up; `code` is what the piece suffered from.
static struct session_action ask_again(struct session *self, enum ota_code code, struct fmt *log)
{
    if (self->piece_attempts++ < SESSION_REQUEST_RETRIES) {
        return request(self);
    }
    return session_retry(self, code, log);
}

static struct session_action on_error_topic(struct session *self, struct span payload,
                                            struct fmt *log)
{
    if (span_equals(payload, span_of_text("NOT_FOUND"))) {
        return session_fail(self, OTA_NO_TITLE, log);
    }
    return session_retry(self, OTA_TIMEOUT, log);
}

// Piece 0 says what the whole is.
static bool is_container(const struct session *self, struct span piece)
{
    struct image_header header;

    return image_header_decode(piece, &header) == STATUS_OK &&
           image_packed_size(header.firmware_size) == self->target.size_bytes;
}

// The image's first piece holds its info block.
static bool fits_hardware(const struct session *self, struct span piece, struct fmt *log)
{
    uint32_t pieces_size = self->target.size_bytes - WIRE_CRC_SIZE * piece_count(self);

    if (info_allows(piece, pieces_size - WIRE_HEADER_PAGE_SIZE, self->config.hardware_id)) {
        return true;
    }
    fmt_add(log, "Image is not for this hardware\n");
    return false;
}

// What can never be installed is refused before the rest is fetched.
static bool is_welcome(const struct session *self, struct span piece, struct fmt *log)
{
    switch (self->index) {
    case 0:
        return is_container(self, piece);
    case FIRST_OF_IMAGE:
        return fits_hardware(self, piece, log);
    default:
        return true;
    }
}

static struct session_action take(struct session *self, struct span chunk, struct fmt *log)
{
    uint32_t received = 0;
    uint32_t computed = 0;

    if (chunk.size == 0) { // the server has not got it at the moment
        return ask_again(self, OTA_TIMEOUT, log);
    }
    if (chunk_check(chunk, chunk_size(self, self->index), &received, &computed) != STATUS_OK) {
        fmt_add(log, "CRC error %08lX %08lX\n", (unsigned long)received, (unsigned long)computed);
        return ask_again(self, OTA_CHECKSUM, log);
    }
    self->piece = span_of(chunk.data, chunk.size - WIRE_CRC_SIZE);
    if (!is_welcome(self, self->piece, log)) {
        self->open.size_bytes = 0;
        return session_fail(self, OTA_CHECKSUM, log);
    }
    return self->index == 0 && holds_pieces(self)
               ? session_go(self, STATE_COMPARE, SESSION_COMPARE_PIECE)
               : session_go(self, STATE_STORE, SESSION_STORE_PIECE);
}

struct session_action session_on_chunk(struct session *self, uint32_t now_ms,
                                       const struct session_event *event, struct fmt *log)
{
    uint32_t index;

    if (event->kind == SESSION_TICK) {
        return session_expired(self, now_ms) ? ask_again(self, OTA_TIMEOUT, log)
                                             : session_keep_waiting(self);
    }
    if (event->kind != SESSION_MESSAGE) {
        return session_keep_waiting(self);
    }
    if (span_equals(event->topic, span_of_text(TOPIC_FIRMWARE_ERROR))) {
        return on_error_topic(self, event->payload, log);
    }
    if (!topic_parse_chunk_response(event->topic, &index) || index != self->index) {
        return session_keep_waiting(self); // a duplicate, or an answer that came too late
    }
    return take(self, event->payload, log);
}

struct session_action session_on_store(struct session *self, uint32_t now_ms,
                                       const struct session_event *event, struct fmt *log)
{
    (void)now_ms;
    if (event->kind != SESSION_OK) {
        return session_fail(self, OTA_HARDWARE, log);
    }
    session_note_piece(self, self->index);
    self->retries = 0;
    return next_piece(self, self->index + 1, log);
}
