// SPDX-License-Identifier: Apache-2.0
#include "cli/node_session.h"

#include <inttypes.h>
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
    struct board_ports ports = {.context = self, .console = on_console};

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

void node_session_print_label(const struct node_folder *folder)
{
    char password[NODE_PASSWORD_SIZE];

    node_folder_password(folder, password);
    printf("node      %s (%s, %s)\n", folder->name, folder->product->name,
           node_identity_family(folder->product)->modem);
    printf("flash     %s: %s\n", folder->flash->name, folder->flash->help);
    printf("IMEI      %s\n", folder->imei);
    printf("serial    %s\n", folder->serial);
    printf("password  %s\n", password);
}

void node_session_print_protection(struct node_session *self)
{
    static const char *const levels[] = {
        "level 0: a cable reads and programs everything",
        "level 1: no cable reads or programs it; the way back erases it",
        "level 2: closed for ever",
    };
    const struct option_bytes *options = &board_machine(self->board)->soc.nvm.options;
    uint64_t sectors = options_protected(options);

    if (sectors == 0) {
        printf("writing   no sector is protected\n");
    } else if (sectors == NODE_BOOT_SECTORS) {
        printf("writing   nobody writes the bootloader's sectors, 08000000 to 08006FFF\n");
    } else {
        printf("writing   nobody writes these sectors of 4 KB: %012" PRIx64 "\n", sectors);
    }
    printf("reading   %s\n", levels[options_readout(options)]);
}

void node_session_print_identity(const struct node_folder *folder, FILE *out)
{
    fprintf(out, "\"node\":\"%s\",\"product\":\"%s\",\"modem\":\"%s\"", folder->name,
            folder->product->name, node_identity_family(folder->product)->modem);
    fprintf(out, ",\"serial\":\"%s\",\"imei\":\"%s\",\"flash\":\"%s\"", folder->serial,
            folder->imei, folder->flash->name);
}

static void print_wear_json(const struct machine *machine, FILE *out)
{
    struct wear_most most;

    fprintf(out, ",\"wear\":{");
    for (unsigned i = 0; (most = wear_most(&machine->wear, i)).name != NULL; i++) {
        fprintf(out, "%s\"%s\":{\"most\":%" PRIu32 ",\"at\":\"%08" PRIx32 "\"}", i > 0 ? "," : "",
                most.name, most.count, most.address);
    }
    fprintf(out, "}");
}

static void print_protection_json(const struct machine *machine, FILE *out)
{
    const struct option_bytes *options = &machine->soc.nvm.options;

    fprintf(out, ",\"protected_sectors\":\"%012" PRIx64 "\",\"readout\":%u",
            options_protected(options), options_readout(options));
    fprintf(out, ",\"refused_stores\":%" PRIu32, machine->soc.nvm.refused);
}

void node_session_print_json(struct node_session *self, FILE *out)
{
    const struct modem_counters *air = modem_counters(board_modem(self->board));
    const struct machine *machine = board_machine(self->board);

    fprintf(out, "{");
    node_session_print_identity(&self->folder, out);
    fprintf(out, ",\"virtual_s\":%.3f,\"instructions\":%" PRIu64 ",\"nvm_operations\":%" PRIu64,
            (double)board_now_ns(self->board) / 1e9, machine_instructions(machine),
            machine->nvm_operations);
    fprintf(out, ",\"power_ons\":%" PRIu64, machine->power_ons);
    print_protection_json(machine, out);
    print_wear_json(machine, out);
    fprintf(out, ",\"bytes_up\":%" PRIu64 ",\"bytes_down\":%" PRIu64, air->bytes_up,
            air->bytes_down);
    fprintf(out, ",\"mqtt_bytes_up\":%" PRIu64 ",\"mqtt_bytes_down\":%" PRIu64, air->mqtt_bytes_up,
            air->mqtt_bytes_down);
    fprintf(out, ",\"chunk_requests\":%" PRIu64 ",\"chunk_replies\":%" PRIu64, air->chunk_requests,
            air->chunk_replies);
    fprintf(out, ",\"lost_packets\":%" PRIu64, air->lost_packets);
    fprintf(out, ",\"modem_commands\":%" PRIu64 ",\"modem_faults\":%" PRIu64, air->commands,
            air->faults);
    fprintf(out,
            ",\"console_hash\":\"%016" PRIx64 "\",\"nvm_hash\":\"%016" PRIx64
            "\",\"pin_hash\":\"%016" PRIx64 "\"}\n",
            self->console.hash, machine->trace_hash, machine->soc.gpio.pin_hash);
}
