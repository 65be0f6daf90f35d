// SPDX-License-Identifier: Apache-2.0
// A virtual node on disk: who it is (node.json, made once, like the label on a device) and what its memories hold
// (flash.bin, eeprom.bin, nor.bin, the option bytes in options.bin, and the words among them that an interrupted write left weak in weak.txt), which
// persist between runs.
#ifndef NBOTA_CLI_NODE_FOLDER_H
#define NBOTA_CLI_NODE_FOLDER_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "vnode/run/board.h"
#include "vnode/run/fitting.h"
#include "wire/products.h"
#include "wire/serial.h"

enum { NODE_NAME_MAX = 40, NODE_PASSWORD_SIZE = 7 };

struct node_folder {
    char name[NODE_NAME_MAX + 1];
    char path[PATH_MAX / 2]; // of the folder
    char imei[16];           // 15 digits
    char imsi[16];
    char serial[24]; // as on the label
    uint32_t uid[3]; // the MCU's unique id words 0, 1, 2
    char link[16];   // radio class, see `nbota node run --help`
    const struct product *product;
    const struct fitting *flash; // what is soldered onto the board
    bool is_new;                 // made by this call
    int lock;                    // descriptor that keeps a second process out, -1 = not held
};

// What a new node is to be.
struct node_wish {
    const struct product *product;
    const char *serial;          // as on the label, a good one of the product's family; NULL = any
    const struct fitting *flash; // NULL = what the serial number promises, 4 MB without one
};

// Opens node `name` below `data_dir`, making it when it is not there: an S31-NB with a random identity and empty
// memories. Takes the lock: STATUS_BUSY when another process runs it. On any failure stderr has said why.
enum status node_folder_open(struct node_folder *self, const char *data_dir, const char *name);
// Makes it as wished and opens it; STATUS_INVALID when it is there already.
enum status node_folder_create(struct node_folder *self, const char *data_dir, const char *name,
                               const struct node_wish *wish);
// The same without lock and without making one: for reading the label. STATUS_NOT_FOUND.
enum status node_folder_look(struct node_folder *self, const char *data_dir, const char *name);
void node_folder_close(struct node_folder *self);
// Whether a process holds the lock now. `self` is one that node_folder_look() has filled in.
bool node_folder_is_running(const struct node_folder *self);

// Copies files into memories and back. A missing file leaves the memory erased. STATUS_IO: stderr has said why. A
// process that is killed inside leaves the files as they were, but for the instant in which they take their places.
enum status node_folder_load(const struct node_folder *self, struct machine *machine);
enum status node_folder_save(const struct node_folder *self, struct machine *machine);
// Removes the memories: the next run finds a chip without firmware and settings.
enum status node_folder_erase(const struct node_folder *self);

// The console's password as printed on the label (docs/protocol.md, "password").
void node_folder_password(const struct node_folder *self, char password[NODE_PASSWORD_SIZE]);
// <folder>/<file>
void node_folder_file(const struct node_folder *self, const char *file, char path[PATH_MAX]);

#endif
