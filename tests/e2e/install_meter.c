// SPDX-License-Identifier: Apache-2.0
// How long an install takes, in virtual time: runs a virtual node from power-on until its bootloader jumps into the
// application, and says when the operations on the slot began and ended. The node's files stay as they are.
//
//   usage: install_meter DATA_DIR NODE [SAMPLE_US]      every SAMPLE_US also where the processor is: time, address
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/node_folder.h"
#include "wire/image.h"

enum {
    OPERATION_NS = 3200000, // a page or half page of flash: docs/memory.md, "Flash and EEPROM"
    STEP_NS = 10000000,
};
#define FOR_EVER_NS 120000000000U

struct meter {
    struct board *board;
    uint64_t first_ns;         // begin of the first operation on the slot
    uint64_t last_ns;          // end of the last one
    uint64_t jump_ns;          // 0 = not yet
    unsigned begun[NVM_KINDS]; // operations from the first of these on
    unsigned of[NVM_KINDS];    // …up to the last
};

static bool is_in_slot(uint32_t address)
{
    return address >= WIRE_SLOT_BASE && address < WIRE_SLOT_BASE + WIRE_SLOT_SIZE;
}

static void on_operation(void *context, enum nvm_kind kind, uint32_t address, struct span data)
{
    (void)data;
    struct meter *self = context;
    uint64_t now_ns = board_now_ns(self->board);
    bool is_copy = is_in_slot(address) && (kind == NVM_FLASH_ERASE || kind == NVM_FLASH_HALF_PAGE);

    if (is_copy && self->first_ns == 0) {
        self->first_ns = now_ns;
    }
    self->begun[kind] += self->first_ns != 0;
    if (is_copy) {
        self->last_ns = now_ns + OPERATION_NS;
        memcpy(self->of, self->begun, sizeof self->of);
    }
}

static void on_jumped(void *context, uint32_t base)
{
    struct meter *self = context;

    if (base == WIRE_SLOT_BASE) {
        self->jump_ns = board_now_ns(self->board);
    }
}

static void on_console(void *context, uint8_t byte, uint64_t now_ns)
{
    (void)context;
    (void)now_ns;
    fputc(byte, stderr);
}

static enum status open(struct meter *self, const char *data_dir, const char *name)
{
    const struct board_ports ports = {
        .context = self, .console = on_console, .operation = on_operation, .jumped = on_jumped};
    struct node_folder folder;
    enum status status = node_folder_look(&folder, data_dir, name);

    if (status != STATUS_OK) {
        return status;
    }
    struct board_config config = {
        .modem = {.module = "bc660k-gl", .link_class = folder.link},
        .flash = folder.flash->name,
        .seed = 1,
    };
    self->board = board_create(&config, &ports);
    return self->board == NULL ? STATUS_IO : node_folder_load(&folder, board_machine(self->board));
}

static bool run(struct meter *self, uint64_t sample_ns)
{
    uint64_t begin_ns = board_now_ns(self->board);
    enum board_outcome outcome = BOARD_TIME;

    for (uint64_t until_ns = begin_ns; outcome == BOARD_TIME && self->jump_ns == 0;) {
        until_ns += sample_ns == 0 ? STEP_NS : sample_ns;
        outcome = board_run(self->board, until_ns);
        if (sample_ns != 0) {
            printf("%" PRIu64 " %08" PRIX32 "\n", board_now_ns(self->board),
                   board_machine(self->board)->cpu.r[15]);
        }
        if (board_now_ns(self->board) - begin_ns > FOR_EVER_NS) {
            return false;
        }
    }
    return self->jump_ns != 0;
}

static void print(const struct meter *self)
{
    printf("{\"jump_ns\":%" PRIu64 ",\"before_ns\":%" PRIu64 ",\"copy_ns\":%" PRIu64
           ",\"erases\":%u,\"half_pages\":%u,\"words\":%u}\n",
           self->jump_ns, self->first_ns, self->last_ns - self->first_ns, self->of[NVM_FLASH_ERASE],
           self->of[NVM_FLASH_HALF_PAGE], self->of[NVM_EEPROM]);
}

int main(int argc, char **argv)
{
    struct meter meter = {0};

    if (argc < 3 || open(&meter, argv[1], argv[2]) != STATUS_OK) {
        fprintf(stderr, "usage: install_meter DATA_DIR NODE [SAMPLE_US]\n");
        return 2;
    }
    board_power_on(meter.board);
    bool has_jumped = run(&meter, argc > 3 ? strtoull(argv[3], NULL, 10) * 1000 : 0);
    print(&meter);
    board_destroy(meter.board);
    return has_jumped ? 0 : 1;
}
