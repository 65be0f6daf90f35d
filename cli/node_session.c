// SPDX-License-Identifier: Apache-2.0
#include "cli/node_session.h"

#include <stdlib.h>
#include <string.h>

#include "cli/firmware.h"
#include "cli/message.h"
#include "cli/node_identity.h"
#include "cli/places.h"
#include "vnode/run/pace.h"

#define KEEP_EVERY_NS 1000000000U

static void on_console(void *context, uint8_t byte, uint64_t now_ns)
{
    struct node_session *self = context;

    transcript_add(&self->console, byte, now_ns);
    if (self->pty != NULL) {
        pty_write(self->pty, &byte, 1);
    }
    if (self->log != NULL) {
        fputc(byte, self->log);
    }
}

static void on_restarted(void *context, uint32_t cause)
{
    struct node_session *self = context;

    stack_meter_restart(&self->stack, &board_machine(self->board)->cpu, cause);
}

static void on_jumped(void *context, uint32_t base)
{
    struct node_session *self = context;

    stack_meter_jump(&self->stack, &board_machine(self->board)->cpu, base);
}

static struct board_config board_config_of(const struct node_folder *folder,
                                           const struct node_session_config *config)
{
    struct board_config board = {
        .seed = config->seed,
        .flash = config->without_flash ? "none" : folder->flash->name,
        .speed = config->speed,
    };

    memcpy(board.modem.imei, folder->imei, sizeof board.modem.imei);
    memcpy(board.modem.imsi, folder->imsi, sizeof board.modem.imsi);
    memcpy(board.uid, folder->uid, sizeof board.uid);
    board.modem.module = folder->product->modem == PRODUCT_MODEM_BG95 ? "bg95-m2" : "bc660k-gl";
    board.modem.link_class = config->link == NULL ? folder->link : config->link;
    // The module's own small variations belong to the device, not to what its processor finds in RAM.
    board.modem.seed = strtoull(folder->imei, NULL, 10);
    return board;
}

static enum status make_board(struct node_session *self, const struct node_session_config *config)
{
    struct board_config board = board_config_of(&self->folder, config);
    struct board_ports ports = {
        .context = self, .console = on_console, .restarted = on_restarted, .jumped = on_jumped};

    self->board = board_create(&board, &ports);
    if (self->board == NULL) {
        message_error("there is no radio link '%s'", board.modem.link_class);
        message_hint("use nb1-ce0, nb2-ce0, nb-ce1, nb-ce2 or lte-m");
        return STATUS_INVALID;
    }
    self->fitted = board_machine(self->board)->nor.part;
    devices_fit(&self->devices, self->board, self->folder.product);
    return STATUS_OK;
}

void node_session_find_boot(const struct node_folder *folder, char path[PATH_MAX])
{
    places_firmware(folder->product->modem == PRODUCT_MODEM_BG95 ? "boot-bg95.bin"
                                                                 : "boot-bc660k.bin",
                    path, PATH_MAX);
}

static void find_first_app(const struct node_folder *folder, char path[PATH_MAX])
{
    char name[64];

    snprintf(name, sizeof name, "%s-v1.0.0.bin", folder->product->ota_title);
    places_firmware(name, path, PATH_MAX);
}

static enum status fill_memories(struct node_session *self,
                                 const struct node_session_config *config)
{
    char boot[PATH_MAX];
    char first_app[PATH_MAX];
    struct machine *machine = board_machine(self->board);
    enum status status = node_folder_load(&self->folder, machine);

    bool has_firmware = machine->cpu.flash[7] != 0; // the reset vector is there
    if (status != STATUS_OK || has_firmware || config->bare) {
        return status;
    }
    node_session_find_boot(&self->folder, boot);
    find_first_app(&self->folder, first_app);
    struct firmware firmware = {.boot = config->boot == NULL ? boot : config->boot,
                                .app = config->firmware == NULL ? first_app : config->firmware,
                                .hardware_id = self->folder.product->hardware_id};
    return firmware_program(machine, &firmware);
}

enum status node_session_open(struct node_session *self, const struct node_session_config *config)
{
    memset(self, 0, sizeof *self);
    enum status status = node_folder_open(&self->folder, config->data_dir, config->name);
    if (status != STATUS_OK) {
        return status;
    }
    transcript_init(&self->console, config->on_line, config->context);
    self->on_typed = config->on_typed;
    self->context = config->context;
    self->forgets = config->forgets;
    status = make_board(self, config);
    if (status == STATUS_OK) {
        status = fill_memories(self, config);
    }
    if (status != STATUS_OK) {
        board_destroy(self->board);
        self->board = NULL;
        node_folder_close(&self->folder);
    }
    return status;
}

// A scenario has replaced the chip: the node's file says so from now on.
static enum status note_fitted(struct node_session *self)
{
    const struct nor_part *part = board_machine(self->board)->nor.part;

    if (part == self->fitted) {
        return STATUS_OK;
    }
    self->fitted = part;
    self->folder.flash = fitting_of(part);
    return node_identity_write(&self->folder);
}

static enum status save(struct node_session *self)
{
    enum status status = note_fitted(self);

    return status == STATUS_OK ? node_folder_save(&self->folder, board_machine(self->board))
                               : status;
}

enum status node_session_keep(struct node_session *self)
{
    struct machine *machine = board_machine(self->board);
    uint64_t now_ns = pace_real_ns();

    if (self->forgets || machine->nvm_operations == self->kept_operations ||
        now_ns - self->kept_ns < KEEP_EVERY_NS) {
        return STATUS_OK;
    }
    self->kept_operations = machine->nvm_operations;
    self->kept_ns = now_ns;
    return save(self);
}

void node_session_abandon(struct node_session *self)
{
    board_destroy(self->board);
    transcript_release(&self->console);
    node_folder_close(&self->folder);
}

enum status node_session_close(struct node_session *self)
{
    gdb_close(self->gdb);
    board_power_off(self->board);
    enum status status = save(self);
    node_session_abandon(self);
    return status;
}
