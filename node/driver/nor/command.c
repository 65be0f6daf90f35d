// SPDX-License-Identifier: Apache-2.0
#include "node/driver/nor/command.h"

#include "node/port/clock.h"
#include "node/port/counters.h"
#include "node/port/nor_bus.h"

enum {
    POLL_US = 100,
    POLLS_PER_MS = 10,
};

static void send(enum nor_opcode opcode)
{
    uint8_t byte = (uint8_t)opcode;

    nor_bus_select(true);
    nor_bus_write(&byte, 1);
}

static void send_with_address(enum nor_opcode opcode, uint32_t address)
{
    uint8_t bytes[] = {(uint8_t)(address >> 16), (uint8_t)(address >> 8), (uint8_t)address};

    send(opcode);
    nor_bus_write(bytes, sizeof bytes);
}

void nor_command(enum nor_opcode opcode)
{
    send(opcode);
    nor_bus_select(false);
}

void nor_command_read(enum nor_opcode opcode, void *answer, size_t size)
{
    send(opcode);
    nor_bus_read(answer, size);
    nor_bus_select(false);
}

void nor_command_out(enum nor_opcode opcode, uint32_t address, const void *bytes, size_t size)
{
    send_with_address(opcode, address);
    nor_bus_write(bytes, size);
    nor_bus_select(false);
}

void nor_command_in(enum nor_opcode opcode, uint32_t address, void *bytes, size_t size)
{
    send_with_address(opcode, address);
    nor_bus_read(bytes, size);
    nor_bus_select(false);
}

uint8_t nor_status(void)
{
    uint8_t status;

    nor_command_read(NOR_READ_STATUS, &status, 1);
    return status;
}

enum status nor_wait_ready(uint32_t bound_ms)
{
    for (uint32_t polls = bound_ms * POLLS_PER_MS; polls > 0; polls--) {
        if ((nor_status() & NOR_STATUS_BUSY) == 0) {
            return STATUS_OK;
        }
        clock_wait_us(POLL_US);
    }
    counter_add(COUNTER_NOR);
    return STATUS_TIMEOUT;
}
