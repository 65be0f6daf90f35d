// SPDX-License-Identifier: Apache-2.0
// The packets about registers, memory and breakpoints.
#include "vnode/run/gdb_command_parts.h"

enum { READ_MAX = GDB_PAYLOAD_MAX / 2 };

void gdb_answer_whether(struct gdb_reply *reply, bool done)
{
    gdb_reply_add(reply, done ? "OK" : GDB_FAILED);
}

// "address,length"; NULL when that is not what stands there.
const char *gdb_read_range(const char *text, uint32_t *address, uint32_t *size)
{
    text = gdb_read_number(text, address);
    return text == NULL || *text != ',' ? NULL : gdb_read_number(text + 1, size);
}

// ---- registers ----

enum gdb_order gdb_read_registers(struct gdb_target *target, const char *rest,
                                  struct gdb_reply *reply)
{
    (void)rest;
    for (unsigned i = 0; i < GDB_REGISTERS; i++) {
        uint32_t value = gdb_target_register(target, i);
        gdb_reply_add_hex(reply, &value, sizeof value);
    }
    return GDB_STAY;
}

enum gdb_order gdb_write_registers(struct gdb_target *target, const char *rest,
                                   struct gdb_reply *reply)
{
    uint32_t value;

    for (unsigned i = 0; i < GDB_REGISTERS && rest != NULL && *rest != '\0'; i++) {
        rest = gdb_read_hex(rest, &value, sizeof value);
        if (rest != NULL) {
            gdb_target_set_register(target, i, value);
        }
    }
    gdb_answer_whether(reply, rest != NULL && *rest == '\0');
    return GDB_STAY;
}

enum gdb_order gdb_read_register(struct gdb_target *target, const char *rest,
                                 struct gdb_reply *reply)
{
    uint32_t index;

    if (gdb_read_number(rest, &index) == NULL || index >= GDB_REGISTERS) {
        gdb_reply_add(reply, GDB_FAILED);
    } else {
        uint32_t value = gdb_target_register(target, index);
        gdb_reply_add_hex(reply, &value, sizeof value);
    }
    return GDB_STAY;
}

enum gdb_order gdb_write_register(struct gdb_target *target, const char *rest,
                                  struct gdb_reply *reply)
{
    uint32_t index;
    uint32_t value;
    const char *text = gdb_read_number(rest, &index);
    bool good = text != NULL && *text == '=' &&
                gdb_read_hex(text + 1, &value, sizeof value) != NULL &&
                gdb_target_set_register(target, index, value);

    gdb_answer_whether(reply, good);
    return GDB_STAY;
}

// ---- memory ----

enum gdb_order gdb_read_memory(struct gdb_target *target, const char *rest, struct gdb_reply *reply)
{
    uint8_t bytes[READ_MAX];
    uint32_t address;
    uint32_t size;

    if (gdb_read_range(rest, &address, &size) == NULL || size > sizeof bytes ||
        !gdb_target_read(target, address, bytes, size)) {
        gdb_reply_add(reply, GDB_FAILED);
    } else {
        gdb_reply_add_hex(reply, bytes, size);
    }
    return GDB_STAY;
}

enum gdb_order gdb_write_memory(struct gdb_target *target, const char *rest,
                                struct gdb_reply *reply)
{
    uint8_t bytes[READ_MAX];
    uint32_t address;
    uint32_t size;
    const char *data = gdb_read_range(rest, &address, &size);
    bool good = data != NULL && *data == ':' && size <= sizeof bytes &&
                gdb_read_hex(data + 1, bytes, size) != NULL &&
                gdb_target_write(target, address, bytes, size);

    gdb_answer_whether(reply, good);
    return GDB_STAY;
}

// ---- breakpoints: Z0 of software and Z1 of hardware are the same here, "kind" follows ----

static bool read_breakpoint(const char *rest, uint32_t *address)
{
    uint32_t kind;

    return *rest == ',' && gdb_read_range(rest + 1, address, &kind) != NULL;
}

enum gdb_order gdb_set_breakpoint(struct gdb_target *target, const char *rest,
                                  struct gdb_reply *reply)
{
    uint32_t address;

    gdb_answer_whether(reply, read_breakpoint(rest, &address) &&
                                  gdb_target_set_breakpoint(target, address));
    return GDB_STAY;
}

enum gdb_order gdb_clear_breakpoint(struct gdb_target *target, const char *rest,
                                    struct gdb_reply *reply)
{
    uint32_t address;
    bool good = read_breakpoint(rest, &address);

    if (good) {
        gdb_target_clear_breakpoint(target, address);
    }
    gdb_answer_whether(reply, good);
    return GDB_STAY;
}
