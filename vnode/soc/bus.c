// SPDX-License-Identifier: Apache-2.0
#include "vnode/soc/bus.h"

#include "vnode/soc/factory.h"
#include "vnode/soc/machine.h"

enum { WORD = 4, HALF_WORD = 2, BYTE = 1, ANY = WORD | HALF_WORD | BYTE };

struct block {
    const char *name;
    uint32_t base, size;
    uint8_t sizes; // of accesses, sums of WORD, HALF_WORD and BYTE
    enum rcc_gate gate;
    uint8_t bit; // in the gate's registers
    uint8_t index;
    uint32_t (*read)(struct machine *self, unsigned index, uint32_t offset);
    void (*write)(struct machine *self, unsigned index, uint32_t offset, uint32_t value);
    void (*reset)(struct machine *self, unsigned index);
};

// RM0376 section 2.2.2; sizes from each block's own section, but a DMA may move bytes of
// USART and I2C. A node's most used blocks come first.
static const struct block blocks[] = {
    {"GPIOB", 0x50000400, 0x2C, ANY, GATE_IOP, 1, PORT_B, gpio_read, gpio_write, gpio_reset},
    {"GPIOH", 0x50001C00, 0x2C, ANY, GATE_IOP, 7, PORT_H, gpio_read, gpio_write, gpio_reset},
    {"DMA1", 0x40020000, 0xAC, ANY, GATE_AHB, 0, 0, dma_read, dma_write, dma_reset},
    {"LPUART1", 0x40004800, 0x2C, ANY, GATE_APB1, 18, MACHINE_UART_MODEM, usart_read, usart_write,
     usart_reset},
    {"USART2", 0x40004400, 0x2C, ANY, GATE_APB1, 17, MACHINE_UART_CONSOLE, usart_read, usart_write,
     usart_reset},
    {"LPTIM1", 0x40007C00, 0x20, WORD, GATE_APB1, 31, 0, lptim_read, lptim_write, lptim_reset},
    {"FLASH", 0x40022000, 0x84, ANY, GATE_AHB, 8, 0, nvm_read, nvm_write, NULL},
    {"IWDG", 0x40003000, 0x14, WORD | HALF_WORD, GATE_NONE, 0, 0, iwdg_read, iwdg_write, NULL},
    {"RCC", 0x40021000, 0x54, ANY, GATE_NONE, 0, 0, rcc_read, rcc_write, NULL},
    {"PWR", 0x40007000, 0x08, WORD | HALF_WORD, GATE_APB1, 28, 0, pwr_read, pwr_write, pwr_reset},
    {"GPIOA", 0x50000000, 0x2C, ANY, GATE_IOP, 0, PORT_A, gpio_read, gpio_write, gpio_reset},
    {"GPIOC", 0x50000800, 0x2C, ANY, GATE_IOP, 2, PORT_C, gpio_read, gpio_write, gpio_reset},
    {"GPIOD", 0x50000C00, 0x2C, ANY, GATE_IOP, 3, PORT_D, gpio_read, gpio_write, gpio_reset},
    {"GPIOE", 0x50001000, 0x2C, ANY, GATE_IOP, 4, PORT_E, gpio_read, gpio_write, gpio_reset},
    {"USART1", 0x40013800, 0x2C, ANY, GATE_APB2, 14, MACHINE_UART_SENSOR, usart_read, usart_write,
     usart_reset},
    {"I2C1", 0x40005400, 0x2C, ANY, GATE_APB1, 21, 0, i2c_read, i2c_write, i2c_reset},
    {"RTC", 0x40002800, 0x64, WORD, GATE_NONE, 0, 0, rtc_read, rtc_write, NULL},
    {"SYSCFG", 0x40010000, 0x24, WORD, GATE_APB2, 0, 0, syscfg_read, syscfg_write, syscfg_reset},
    {"EXTI", 0x40010400, 0x18, WORD, GATE_NONE, 0, 0, exti_read, exti_write, exti_reset},
    {"ADC", 0x40012400, 0x30C, WORD, GATE_APB2, 9, 0, adc_read, adc_write, adc_reset},
    {"CRC", 0x40023000, 0x18, ANY, GATE_AHB, 12, 0, crc_read, crc_write, crc_reset},
};

enum { BLOCKS = sizeof blocks / sizeof blocks[0] };

void bus_reset_all(struct machine *self)
{
    for (unsigned i = 0; i < BLOCKS; i++) {
        if (blocks[i].reset != NULL) {
            blocks[i].reset(self, blocks[i].index);
        }
    }
}

void bus_reset_peripherals(struct machine *self, enum rcc_gate gate, uint32_t bits)
{
    for (unsigned i = 0; i < BLOCKS; i++) {
        const struct block *block = &blocks[i];
        if (block->gate == gate && (bits >> block->bit & 1) != 0 && block->reset != NULL) {
            block->reset(self, block->index);
        }
    }
}

unsigned bus_access_size(const struct machine *self)
{
    return self->access_size;
}

static const struct block *find(uint32_t address)
{
    for (unsigned i = 0; i < BLOCKS; i++) {
        if (address - blocks[i].base < blocks[i].size) {
            return &blocks[i];
        }
    }
    return NULL;
}

// A processor that has read a failed cell may go anywhere: that is no misuse.
static void miss(struct machine *self, uint32_t address, const char *verb)
{
    if (self->cpu.faults_are_misuse) {
        soc_misuse(self, "%s at %08X: nothing is there", verb, address);
    } else {
        cpu_bus_fault(&self->cpu, address);
    }
}

// The block that may be accessed so; NULL after a complaint.
static const struct block *check(struct machine *self, uint32_t address, unsigned size,
                                 const char *verb)
{
    const struct block *block = find(address);

    if (block == NULL) {
        miss(self, address, verb);
        return NULL;
    }
    uint32_t offset = address - block->base;
    if (!rcc_is_open(self, block->gate, block->bit)) {
        soc_misuse(self, "%s+%02X %s with its clock off", block->name, offset, verb);
        return NULL;
    }
    if ((block->sizes & size) == 0 || (address & (size - 1)) != 0) {
        soc_misuse(self, "%s+%02X %s with %u bytes", block->name, offset, verb, size);
        return NULL;
    }
    self->access_size = size;
    return block;
}

static bool is_factory(uint32_t address)
{
    return address - FACTORY_BASE < FACTORY_SIZE;
}

uint32_t bus_read(struct cpu *cpu, uint32_t address, unsigned size)
{
    struct machine *self = (struct machine *)cpu;

    if (nvm_holds(address)) {
        return nvm_load(self, address, size);
    }
    if (is_factory(address)) {
        return factory_read(self, address, size);
    }
    const struct block *block = check(self, address, size, "read");
    if (block == NULL) {
        return 0;
    }
    uint32_t offset = address - block->base;
    uint32_t value = block->read(self, block->index, offset & ~3U) >> 8 * (offset & 3);
    return size == 4 ? value : value & ((1U << 8 * size) - 1);
}

void bus_write(struct cpu *cpu, uint32_t address, uint32_t value, unsigned size)
{
    struct machine *self = (struct machine *)cpu;

    if (nvm_holds(address) || options_hold(address)) {
        nvm_store(self, address, value, size);
        return;
    }
    const struct block *block = check(self, address, size, "write");
    if (block == NULL) {
        return;
    }
    uint32_t offset = address - block->base;
    if ((offset & 3) != 0) {
        soc_misuse(self, "%s+%02X written in its upper bytes, which is not modelled", block->name,
                   offset);
        return;
    }
    block->write(self, block->index, offset, value);
}

void bus_event(struct cpu *cpu)
{
    time_serve((struct machine *)cpu);
}
