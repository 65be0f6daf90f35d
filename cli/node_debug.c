// SPDX-License-Identifier: Apache-2.0
#include "cli/node_debug.h"

#include <errno.h>
#include <string.h>

#include "cli/message.h"
#include "cli/places.h"
#include "wire/image.h"
#include "wire/info.h"

// The ELF beside the image that the node runs, when the image says what it is.
static bool find_elf(struct machine *machine, char path[PATH_MAX])
{
    const uint8_t *slot = machine->cpu.flash + (WIRE_SLOT_BASE - CPU_FLASH_BASE);
    struct info_block block;
    struct image_info info;
    char name[64];

    memcpy(&block, slot + INFO_OFFSET, sizeof block);
    if (block.image_size > WIRE_SLOT_SIZE ||
        info_decode(span_of(slot, block.image_size), &info) != STATUS_OK) {
        return false;
    }
    snprintf(name, sizeof name, "%s-%s.elf", info.title, info.version);
    places_firmware(name, path, PATH_MAX);
    return true;
}

enum status node_debug_open(struct node_session *session, uint32_t port)
{
    char elf[PATH_MAX];

    if (port == 0 || port > UINT16_MAX ||
        gdb_open(&session->gdb, session->board, (uint16_t)port) != STATUS_OK) {
        message_error("cannot wait for a debugger on port %u: %s", (unsigned)port,
                      port == 0 || port > UINT16_MAX ? "not a port" : strerror(errno));
        message_hint("--gdb takes a free port from 1 to 65535, such as 3333");
        return STATUS_IO;
    }
    bool has_elf = find_elf(board_machine(session->board), elf);
    printf("debugger  gdb-multiarch %s -ex 'target remote :%u'\n",
           has_elf ? places_seen_from_here(elf) : "FIRMWARE.elf", (unsigned)port);
    printf("          the node waits for it before its first instruction\n");
    fflush(stdout);
    return STATUS_OK;
}

bool node_debug_run(struct node_session *session, uint64_t until_ns, enum board_outcome *outcome)
{
    enum gdb_state state = session->gdb == NULL ? GDB_BOARD_RUNS : gdb_attend(session->gdb);

    *outcome = BOARD_TIME;
    if (state == GDB_BOARD_RUNS) {
        *outcome = board_run(session->board, until_ns);
        if (session->gdb != NULL && gdb_board_stopped(session->gdb, *outcome)) {
            *outcome = BOARD_TIME;
        }
    }
    return state != GDB_BOARD_ENDS;
}
