// SPDX-License-Identifier: Apache-2.0
// An application that has its bootloader verify a candidate, and does it wrong: too little room for the work, room that is
// not aligned, a memory that cannot be read at first or later. It says each verdict at the console, then it rests.
#include "node/port/bootloader.h"
#include "node/stm32l0/registers.h"
#include "wire/image.h"

enum { BAUD_9600 = 1667 }; // of HSI16, as the bootloader has left it

void reset_handler(void);
extern uint32_t layout_stack_top[];

static void open_console(void)
{
    RCC_APB1ENR |= RCC_APB1ENR_USART2;
    USART_CR1(USART2_BASE) = 0;
    USART_BRR(USART2_BASE) = BAUD_9600;
    USART_CR1(USART2_BASE) = USART_CR1_UE | USART_CR1_TE;
}

static void say(const char *text)
{
    for (; *text != '\0'; text++) {
        while ((USART_ISR(USART2_BASE) & USART_ISR_TXE) == 0) {
        }
        USART_TDR(USART2_BASE) = (uint8_t)*text;
    }
}

static enum status read_nothing(void *context, uint32_t offset, void *buffer, size_t size)
{
    (void)context;
    (void)offset;
    (void)buffer;
    (void)size;
    return STATUS_IO;
}

static enum status read_header(void *context, uint32_t offset, void *buffer, size_t size)
{
    const struct image_header header = {.firmware_size = WIRE_PIECE_SIZE};

    (void)context;
    for (size_t i = 0; i < size; i++) {
        ((uint8_t *)buffer)[i] = 0;
    }
    image_header_encode(&header, buffer);
    return offset == 0 ? STATUS_OK : STATUS_IO;
}

static void feed(void)
{
}

static void ask(const char *what, const struct bootloader_request *request)
{
    const struct bootloader_block *block =
        (const struct bootloader_block *)(FLASH_BEGIN + BOOTLOADER_BLOCK_OFFSET);
    char digits[] = "verdict 00\r\n";
    uint32_t verdict = block->verify(request);

    digits[8] = (char)('0' + verdict / 10 % 10);
    digits[9] = (char)('0' + verdict % 10);
    say(what);
    say(digits);
}

void reset_handler(void)
{
    _Alignas(8) uint8_t work[BOOTLOADER_WORK_SIZE + 8];
    struct bootloader_request request = {
        .read = read_nothing, .feed = feed, .work = work, .work_size = BOOTLOADER_WORK_SIZE};

    open_console();
    ask("nothing to read: ", &request);
    request.read = read_header;
    ask("nothing behind the header: ", &request);
    request.work_size = 8;
    ask("too little room: ", &request);
    request.work_size = BOOTLOADER_WORK_SIZE;
    request.work = work + 4;
    ask("room that is not aligned: ", &request);
    say("done\r\n");
    for (;;) {
    }
}

typedef void (*vector)(void);

__attribute__((section(".vectors"), used)) static const vector vectors[16] = {
    (vector)(uintptr_t)layout_stack_top,
    reset_handler,
};
