// SPDX-License-Identifier: Apache-2.0
// What an image file is and what is wrong with it. Pure: bytes in, findings out; pack, inspect and verify say the
// same because all three read this.
#ifndef NBOTA_CLI_ANATOMY_H
#define NBOTA_CLI_ANATOMY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/span.h"
#include "base/status.h"
#include "wire/image.h"
#include "wire/info.h"
#include "wire/manifest.h"

enum anatomy_form {
    FORM_UNKNOWN, // neither of the others; the findings say what it may be
    FORM_PLAIN,   // an application image as the linker made it
    FORM_PACKED,  // header page and image in pieces with their CRC
};

enum finding_level {
    FINDING_NOTE,    // worth knowing
    FINDING_WARNING, // works, but some nodes or some updates will have trouble
    FINDING_PROBLEM, // no node will run this
};

enum { NO_PIECE = -1 };

struct finding {
    enum finding_level level;
    long piece;       // index of the piece it is about, NO_PIECE
    uint32_t offset;  // in the file, with a piece
    char text[160];   // lower case, what is wrong
    char advice[160]; // what to do; empty when there is nothing to do
};

// More than these are counted only. Bad pieces beyond BAD_PIECES_LISTED share one finding.
enum { FINDINGS_MAX = 20, BAD_PIECES_LISTED = 8 };

struct anatomy {
    enum anatomy_form form;
    struct span file;  // borrowed from the caller
    struct span image; // the application image: inside `file`, or `unpacked`; empty when unknown
    struct image_header header; // FORM_PACKED; all zero when its page is broken
    bool has_header;
    bool has_more;               // FORM_PACKED: something behind the 21 bytes of the header
    enum status manifest_status; // as manifest_decode(); STATUS_NOT_FOUND when not packed
    struct manifest manifest;
    uint32_t expected_size; // FORM_PACKED: of the file, by its header page
    uint32_t pieces;        // of the packed file, or of the file that packing would make
    uint32_t bad_pieces;
    uint32_t image_crc;      // CRC32 of `image`
    uint32_t initial_sp;     // first two words of `image`; 0 when it is shorter
    uint32_t reset_vector;   // with its Thumb bit
    bool is_application;     // the vector table fits the application slot
    enum status info_status; // as info_decode(); STATUS_NOT_FOUND without a block
    struct image_info info;
    struct finding findings[FINDINGS_MAX];
    uint32_t finding_count;
    // The first of them: what is about the container, not the image in it.
    uint32_t container_finding_count;
    uint8_t unpacked[WIRE_SLOT_SIZE];
};

// Explains `file`, any bytes of any size. `self` is large: keep it off the stack. It refers to itself and to
// `file`: do not copy it, keep the bytes alive.
void anatomy_read(struct anatomy *self, struct span file);

// The first finding of that level or a worse one, NULL when there is none.
const struct finding *anatomy_first(const struct anatomy *self, enum finding_level level);

// One chunk of a packed file.
struct piece {
    struct span chunk; // 1..1028 bytes, CRC included
    uint32_t offset;   // in the file
    uint32_t received; // CRC32 in the chunk, 0 when it is too short for one
    uint32_t computed;
    bool is_good;
};

// Chunk `index` of `file`; the caller keeps index below image_piece_count(file.size).
struct piece anatomy_piece(struct span file, uint32_t index);

// Whether a problem concerns the container. Without one the file can be served and stored by a node, whatever
// image is inside.
bool anatomy_container_is_good(const struct anatomy *self);

// "plain image", …
const char *anatomy_form_text(enum anatomy_form form);

// Adds a finding and returns it, so that piece and offset can be set; advice is set by anatomy_advise().
// Beyond FINDINGS_MAX the last one is overwritten.
struct finding *anatomy_find(struct anatomy *self, enum finding_level level, const char *format,
                             ...) FORMAT_LIKE_PRINTF(3, 4);
void anatomy_advise(struct finding *finding, const char *format, ...) FORMAT_LIKE_PRINTF(2, 3);

#endif
