// SPDX-License-Identifier: Apache-2.0
// What a session says of itself, for a person and as JSON.
#include <inttypes.h>

#include "cli/node_identity.h"
#include "cli/node_session.h"

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

// How deep each program's stack was, and how much it has.
static void print_stack_json(struct node_session *self, FILE *out)
{
    static const char *const names[STACK_OWNERS] = {"bootloader", "application"};

    stack_meter_settle(&self->stack, &board_machine(self->board)->cpu);
    fprintf(out, ",\"stack\":{");
    for (int i = 0; i < STACK_OWNERS; i++) {
        const struct stack_depth *depth = &self->stack.depths[i];
        fprintf(out, "%s\"%s\":{\"deepest\":%" PRIu32 ",\"size\":%" PRIu32 "}", i > 0 ? "," : "",
                names[i], depth->deepest, depth->size);
    }
    fprintf(out, "}");
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
    print_stack_json(self, out);
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
