// SPDX-License-Identifier: Apache-2.0
// One run of a virtual node: its folder, its board, its console, and the summary at the end.
#ifndef NBOTA_CLI_NODE_SESSION_H
#define NBOTA_CLI_NODE_SESSION_H

#include <stdint.h>
#include <stdio.h>

#include "cli/node_folder.h"
#include "vnode/run/devices.h"
#include "vnode/run/gdb.h"
#include "vnode/run/pty.h"
#include "vnode/run/stack_meter.h"
#include "vnode/run/transcript.h"

#define NODE_BOOT_SECTORS 0x7FU // of 4 KB, a bit each: docs/memory.md, "Internal flash"

struct node_session {
    struct node_folder folder;
    struct board *board;
    struct devices devices; // on the board
    struct transcript console;
    struct stack_meter stack;
    struct pty *pty;           // console bytes go there too; NULL without
    struct gdb *gdb;           // a debugger's door; NULL without
    FILE *log;                 // …and there; NULL without
    transcript_line *on_typed; // as in the configuration
    void *context;
    uint64_t kept_ns,
        kept_operations; // when the memories were last saved, and what had been done to them
    bool forgets;        // as in the configuration
    const struct nor_part *fitted; // when the run began
};

struct node_session_config {
    const char *data_dir;
    const char *name;
    const char *link; // radio class; NULL = as in the node's file
    // Application of a node that has none yet; NULL = the product's first version.
    const char *firmware;
    const char *boot; // bootloader of such a node; NULL = the one that was built here
    double speed;     // see board.h
    uint64_t seed;
    bool forgets;       // the memories on disk stay as they are: end it with node_session_abandon()
    bool bare;          // a node without firmware gets none: the caller programs it
    bool without_flash; // for this run nothing is soldered there
    transcript_line *on_line;  // each line the node prints; may be NULL
    transcript_line *on_typed; // each line a scenario types; may be NULL
    void *context;             // of both
};

// Opens the folder (made when it is not there), loads the memories, programs a new node's firmware. The board is
// still off. On failure stderr has said why and nothing is left open.
enum status node_session_open(struct node_session *self, const struct node_session_config *config);
// Saves the memories when they have changed, at most once a second: what a killed process loses. Call it often.
enum status node_session_keep(struct node_session *self);
// Powers off, saves the memories, closes. STATUS_IO: stderr has said why.
enum status node_session_close(struct node_session *self);

// The same without saving: the memories on disk are as before the run.
void node_session_abandon(struct node_session *self);

// The bootloader that was built here for the node's modem. It need not exist.
void node_session_find_boot(const struct node_folder *folder, char path[PATH_MAX]);

// The device's label, for a person: name, flash, IMEI, serial number, password.
void node_session_print_label(const struct node_folder *folder);
// Node, product, modem, serial number, IMEI and flash as members of a JSON object, without its braces.
void node_session_print_identity(const struct node_folder *folder, FILE *out);
// Which sectors nobody writes and who may read, for a person; two lines.
void node_session_print_protection(struct node_session *self);
// The same and counters of the run as one JSON object and a newline.
void node_session_print_json(struct node_session *self, FILE *out);

#endif
