// SPDX-License-Identifier: Apache-2.0
#include "vnode/run/gdb_command.h"

#include <stdio.h>
#include <string.h>

#define FAILED "E01"

enum { READ_MAX = GDB_PAYLOAD_MAX / 2 };

static void answer_whether(struct gdb_reply *reply, bool done)
{
    gdb_reply_add(reply, done ? "OK" : FAILED);
}

// "address,length"; NULL when that is not what stands there.
static const char *read_range(const char *text, uint32_t *address, uint32_t *size)
{
    text = gdb_read_number(text, address);
    return text == NULL || *text != ',' ? NULL : gdb_read_number(text + 1, size);
}

// ---- registers ----

static enum gdb_order read_registers(struct gdb_target *target, const char *rest,
                                     struct gdb_reply *reply)
{
    (void)rest;
    for (unsigned i = 0; i < GDB_REGISTERS; i++) {
        uint32_t value = gdb_target_register(target, i);
        gdb_reply_add_hex(reply, &value, sizeof value);
    }
    return GDB_STAY;
}

static enum gdb_order write_registers(struct gdb_target *target, const char *rest,
                                      struct gdb_reply *reply)
{
    uint32_t value;

    for (unsigned i = 0; i < GDB_REGISTERS && rest != NULL && *rest != '\0'; i++) {
        rest = gdb_read_hex(rest, &value, sizeof value);
        if (rest != NULL) {
            gdb_target_set_register(target, i, value);
        }
    }
    answer_whether(reply, rest != NULL && *rest == '\0');
    return GDB_STAY;
}

static enum gdb_order read_register(struct gdb_target *target, const char *rest,
                                    struct gdb_reply *reply)
{
    uint32_t index;

    if (gdb_read_number(rest, &index) == NULL || index >= GDB_REGISTERS) {
        gdb_reply_add(reply, FAILED);
    } else {
        uint32_t value = gdb_target_register(target, index);
        gdb_reply_add_hex(reply, &value, sizeof value);
    }
    return GDB_STAY;
}

static enum gdb_order write_register(struct gdb_target *target, const char *rest,
                                     struct gdb_reply *reply)
{
    uint32_t index;
    uint32_t value;
    const char *text = gdb_read_number(rest, &index);
    bool good = text != NULL && *text == '=' &&
                gdb_read_hex(text + 1, &value, sizeof value) != NULL &&
                gdb_target_set_register(target, index, value);

    answer_whether(reply, good);
    return GDB_STAY;
}

// ---- memory ----

static enum gdb_order read_memory(struct gdb_target *target, const char *rest,
                                  struct gdb_reply *reply)
{
    uint8_t bytes[READ_MAX];
    uint32_t address;
    uint32_t size;

    if (read_range(rest, &address, &size) == NULL || size > sizeof bytes ||
        !gdb_target_read(target, address, bytes, size)) {
        gdb_reply_add(reply, FAILED);
    } else {
        gdb_reply_add_hex(reply, bytes, size);
    }
    return GDB_STAY;
}

static enum gdb_order write_memory(struct gdb_target *target, const char *rest,
                                   struct gdb_reply *reply)
{
    uint8_t bytes[READ_MAX];
    uint32_t address;
    uint32_t size;
    const char *data = read_range(rest, &address, &size);
    bool good = data != NULL && *data == ':' && size <= sizeof bytes &&
                gdb_read_hex(data + 1, bytes, size) != NULL &&
                gdb_target_write(target, address, bytes, size);

    answer_whether(reply, good);
    return GDB_STAY;
}

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

// ---- breakpoints: Z0 of software and Z1 of hardware are the same here, "kind" follows ----

static bool read_breakpoint(const char *rest, uint32_t *address)
{
    uint32_t kind;

    return *rest == ',' && read_range(rest + 1, address, &kind) != NULL;
}

static enum gdb_order set_breakpoint(struct gdb_target *target, const char *rest,
                                     struct gdb_reply *reply)
{
    uint32_t address;

    answer_whether(reply,
                   read_breakpoint(rest, &address) && gdb_target_set_breakpoint(target, address));
    return GDB_STAY;
}

static enum gdb_order clear_breakpoint(struct gdb_target *target, const char *rest,
                                       struct gdb_reply *reply)
{
    uint32_t address;
    bool good = read_breakpoint(rest, &address);

    if (good) {
        gdb_target_clear_breakpoint(target, address);
    }
    answer_whether(reply, good);
    return GDB_STAY;
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
        gdb_reply_add(reply, FAILED);
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
    if (read_range(rest, &offset, &size) == NULL || offset > strlen(text)) {
        gdb_reply_add(reply, FAILED);
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
    {"Z0", set_breakpoint},
    {"Z1", set_breakpoint},
    {"z0", clear_breakpoint},
    {"z1", clear_breakpoint},
    {"?", tell_status},
    {"g", read_registers},
    {"G", write_registers},
    {"p", read_register},
    {"P", write_register},
    {"m", read_memory},
    {"M", write_memory},
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
