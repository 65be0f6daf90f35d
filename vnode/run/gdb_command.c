// SPDX-License-Identifier: Apache-2.0
// The table of packets, and those about running and about ourselves.
#include "vnode/run/gdb_command_parts.h"

#include <stdio.h>
#include <string.h>

// ---- running ----

// An address to go on from may follow.
static void take_address(struct gdb_target *target, const char *rest)
{
    uint32_t address;

    if (gdb_read_number(rest, &address) != NULL) {
        gdb_target_set_register(target, 15, address);
    }
}

static enum gdb_order go(struct gdb_target *target, const char *rest, struct gdb_reply *reply)
{
    (void)reply;
    take_address(target, rest);
    return GDB_GO;
}

static enum gdb_order step(struct gdb_target *target, const char *rest, struct gdb_reply *reply)
{
    (void)reply;
    take_address(target, rest);
    return GDB_STEP;
}

// With a signal, which a processor does not have.
static enum gdb_order go_with_signal(struct gdb_target *target, const char *rest,
                                     struct gdb_reply *reply)
{
    const char *address = strchr(rest, ';');

    return go(target, address == NULL ? "" : address + 1, reply);
}

static enum gdb_order step_with_signal(struct gdb_target *target, const char *rest,
                                       struct gdb_reply *reply)
{
    const char *address = strchr(rest, ';');

    return step(target, address == NULL ? "" : address + 1, reply);
}

// "c" or "s", perhaps of one thread: there is only one.
static enum gdb_order run_thread(struct gdb_target *target, const char *rest,
                                 struct gdb_reply *reply)
{
    (void)target;
    (void)reply;
    return *rest == 's' || *rest == 'S' ? GDB_STEP : GDB_GO;
}

static enum gdb_order tell_status(struct gdb_target *target, const char *rest,
                                  struct gdb_reply *reply)
{
    (void)target, (void)rest, (void)reply;
    return GDB_STATUS;
}

static enum gdb_order detach(struct gdb_target *target, const char *rest, struct gdb_reply *reply)
{
    (void)rest;
    gdb_target_clear_breakpoints(target);
    gdb_reply_add(reply, "OK");
    return GDB_DETACH;
}

static enum gdb_order kill_node(struct gdb_target *target, const char *rest,
                                struct gdb_reply *reply)
{
    (void)target, (void)rest, (void)reply;
    return GDB_KILL;
}

// ---- what a person types behind `monitor` ----

static enum gdb_order monitor(struct gdb_target *target, const char *rest, struct gdb_reply *reply)
{
    static const char help[] = "monitor reset   pulls NRST; the node stands before its first "
                               "instruction then\n";
    struct machine *machine = board_machine(target->board);
    char command[64] = "";
    size_t size = strlen(rest) / 2;

    if (size >= sizeof command || gdb_read_hex(rest, command, size) == NULL) {
        gdb_reply_add(reply, GDB_FAILED);
    } else if (strncmp(command, "reset", strlen("reset")) != 0) {
        gdb_reply_add_hex(reply, help, sizeof help - 1);
    } else if (!machine->powered) {
        gdb_reply_add_hex(reply, "the node has no power\n", strlen("the node has no power\n"));
    } else {
        machine_reset_pin(machine);
        gdb_reply_add(reply, "OK");
    }
    return GDB_STAY;
}

// ---- what the debugger wants to know ----

static enum gdb_order say_supported(struct gdb_target *target, const char *rest,
                                    struct gdb_reply *reply)
{
    char text[96];

    (void)target, (void)rest;
    snprintf(text, sizeof text, "PacketSize=%x;qXfer:features:read+;swbreak+;hwbreak+",
             GDB_PAYLOAD_MAX - 1);
    gdb_reply_add(reply, text);
    return GDB_STAY;
}

static enum gdb_order say_description(struct gdb_target *target, const char *rest,
                                      struct gdb_reply *reply)
{
    const char *text = gdb_target_description();
    uint32_t offset;
    uint32_t size;
    char part[GDB_PAYLOAD_MAX];

    (void)target;
    if (gdb_read_range(rest, &offset, &size) == NULL || offset > strlen(text)) {
        gdb_reply_add(reply, GDB_FAILED);
        return GDB_STAY;
    }
    size = size < sizeof part - 1 ? size : (uint32_t)sizeof part - 1;
    snprintf(part, size + 1, "%s", text + offset);
    gdb_reply_add(reply, strlen(text + offset) > size ? "m" : "l");
    gdb_reply_add(reply, part);
    return GDB_STAY;
}

// Answers that never change.
static const struct {
    const char *packet, *answer;
} constants[] = {
    {"qAttached", "1"},
    {"qC", "QC1"},
    {"qfThreadInfo", "m1"},
    {"qsThreadInfo", "l"},
    {"vCont?", "vCont;c;C;s;S"},
    {"H", "OK"},
    {"T", "OK"},
};

// The longer of two that begin alike first.
static const struct {
    const char *prefix;
    enum gdb_order (*run)(struct gdb_target *target, const char *rest, struct gdb_reply *reply);
} commands[] = {
    {"qXfer:features:read:target.xml:", say_description},
    {"qSupported", say_supported},
    {"qRcmd,", monitor},
    {"vCont;", run_thread},
    {"vKill", kill_node},
    {"Z0", gdb_set_breakpoint},
    {"Z1", gdb_set_breakpoint},
    {"z0", gdb_clear_breakpoint},
    {"z1", gdb_clear_breakpoint},
    {"?", tell_status},
    {"g", gdb_read_registers},
    {"G", gdb_write_registers},
    {"p", gdb_read_register},
    {"P", gdb_write_register},
    {"m", gdb_read_memory},
    {"M", gdb_write_memory},
    {"c", go},
    {"C", go_with_signal},
    {"s", step},
    {"S", step_with_signal},
    {"D", detach},
    {"k", kill_node},
};

enum gdb_order gdb_command(struct gdb_target *target, const char *packet, struct gdb_reply *reply)
{
    for (size_t i = 0; i < sizeof constants / sizeof constants[0]; i++) {
        size_t size = strlen(constants[i].packet);
        if (strncmp(packet, constants[i].packet, size) == 0) {
            gdb_reply_add(reply, constants[i].answer);
            return GDB_STAY;
        }
    }
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        size_t size = strlen(commands[i].prefix);
        if (strncmp(packet, commands[i].prefix, size) == 0) {
            return commands[i].run(target, packet + size, reply);
        }
    }
    return GDB_STAY;
}
