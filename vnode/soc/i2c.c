// SPDX-License-Identifier: Apache-2.0
// A transfer is a row of events: address and each byte take nine bits, a stop one. SCL is stretched while the firmware
// owes or has not fetched a byte.
#include "vnode/soc/i2c.h"

#include "vnode/soc/machine.h"

enum {
    CR1 = 0x00,
    CR2 = 0x04,
    OAR1 = 0x08,
    OAR2 = 0x0C,
    TIMINGR = 0x10,
    TIMEOUTR = 0x14,
    ISR = 0x18,
    ICR = 0x1C,
    RXDR = 0x24,
    TXDR = 0x28,
    IRQ_I2C1 = 23,
    CCIPR_SHIFT = 12,
    PIN_SCL = 6,
    PIN_SDA = 7,
    FUNCTION = 1,
    BYTE_BITS = 9,
};

#define CR1_PE      (1U << 0)
#define CR1_ENABLES 0x7EU // TXIE RXIE ADDRIE NACKIE STOPIE TCIE
#define CR2_READ    (1U << 10)
#define CR2_ADD10   (1U << 11)
#define CR2_START   (1U << 13)
#define CR2_STOP    (1U << 14)
#define CR2_RELOAD  (1U << 24)
#define CR2_AUTOEND (1U << 25)
#define ISR_TXE     (1U << 0)
#define ISR_TXIS    (1U << 1)
#define ISR_RXNE    (1U << 2)
#define ISR_NACKF   (1U << 4)
#define ISR_STOPF   (1U << 5)
#define ISR_TC      (1U << 6)
#define ISR_BUSY    (1U << 15)
#define ICR_MASK    0x3F38U

void i2c_reset(struct machine *self, unsigned index)
{
    (void)index;
    self->soc.i2c = (struct i2c){.isr = ISR_TXE};
    time_due(self, EVENT_I2C, TIME_NEVER);
    soc_irq(self, IRQ_I2C1, false);
}

// Bits of CR1 enable the flags of ISR at the same position.
static void update(struct machine *self)
{
    const struct i2c *i2c = &self->soc.i2c;

    soc_irq(self, IRQ_I2C1, (i2c->isr & i2c->cr1 & CR1_ENABLES) != 0);
}

static void wait_bits(struct machine *self, unsigned bits)
{
    uint32_t timing = self->soc.i2c.timingr;
    uint32_t periods = ((timing & 0xFF) + 1) + ((timing >> 8 & 0xFF) + 1); // SCLL, SCLH
    uint32_t hz = rcc_kernel_hz(self, CCIPR_SHIFT, GATE_APB1);

    if (hz == 0) {
        soc_misuse(self, "I2C is at work, but its clock source is off");
        return;
    }
    uint64_t bit_ns = time_of_periods((uint64_t)periods * ((timing >> 28) + 1), hz);

    time_due(self, EVENT_I2C, time_now_ns(self) + bits * bit_ns);
}

static void enter(struct machine *self, enum i2c_phase phase, unsigned bits)
{
    self->soc.i2c.phase = phase;
    wait_bits(self, bits);
}

static void stop(struct machine *self)
{
    enter(self, I2C_STOPPING, 1);
}

static void next_byte(struct machine *self)
{
    struct i2c *i2c = &self->soc.i2c;

    if (i2c->left == 0) {
        if ((i2c->cr2 & CR2_AUTOEND) != 0) {
            stop(self);
        } else {
            i2c->phase = I2C_HELD;
            i2c->isr |= ISR_TC;
        }
    } else if ((i2c->cr2 & CR2_READ) != 0) {
        enter(self, I2C_BYTE, BYTE_BITS);
    } else {
        i2c->phase = I2C_WAIT_DATA;
        i2c->isr |= ISR_TXIS | ISR_TXE;
    }
}

static void refuse(struct machine *self)
{
    self->soc.i2c.isr |= ISR_NACKF;
    self->soc.i2c.isr &= ~ISR_TXIS;
    stop(self); // a master sends it by itself after a NACK of the address, and with AUTOEND
}

static void byte_done(struct machine *self)
{
    struct i2c *i2c = &self->soc.i2c;

    i2c->left--;
    if ((i2c->cr2 & CR2_READ) != 0) {
        i2c->rx = sht31_get(&self->sht31);
        i2c->isr |= ISR_RXNE;
        i2c->phase = I2C_WAIT_DATA; // the next one begins when this one was fetched
        if (i2c->left == 0) {
            next_byte(self);
        }
    } else if (sht31_put(&self->sht31, i2c->tx, time_now_ns(self))) {
        next_byte(self);
    } else {
        refuse(self);
    }
}

void i2c_event(struct machine *self)
{
    struct i2c *i2c = &self->soc.i2c;
    uint8_t address = i2c->cr2 >> 1 & 0x7F;
    bool reads = (i2c->cr2 & CR2_READ) != 0;

    switch (i2c->phase) {
    case I2C_ADDRESS:
        i2c->cr2 &= ~CR2_START;
        if (sht31_start(&self->sht31, address, reads, time_now_ns(self))) {
            next_byte(self);
        } else {
            refuse(self);
        }
        break;
    case I2C_BYTE:
        byte_done(self);
        break;
    case I2C_STOPPING:
        sht31_stop(&self->sht31);
        i2c->phase = I2C_FREE;
        i2c->isr = (i2c->isr & ~ISR_BUSY) | ISR_STOPF;
        i2c->cr2 &= ~CR2_STOP;
        break;
    case I2C_FREE:
    case I2C_WAIT_DATA:
    case I2C_HELD:
        break;
    }
    update(self);
}

static bool pins_are_right(const struct machine *self)
{
    uint32_t drains = 1U << PIN_SCL | 1U << PIN_SDA;

    return gpio_has_function(self, PORT_B, PIN_SCL, FUNCTION) &&
           gpio_has_function(self, PORT_B, PIN_SDA, FUNCTION) &&
           (self->soc.gpio.port[PORT_B].otyper & drains) == drains;
}

static void write_cr2(struct machine *self, uint32_t value)
{
    struct i2c *i2c = &self->soc.i2c;
    bool starts = (value & CR2_START) != 0;

    if ((i2c->cr1 & CR1_PE) == 0) {
        soc_misuse(self, "I2C_CR2 written while the unit is off");
    } else if (starts && i2c->phase != I2C_FREE && i2c->phase != I2C_HELD) {
        soc_misuse(self, "I2C start inside a transfer");
    } else if (starts && !pins_are_right(self)) {
        soc_misuse(self, "I2C start, but PB6 and PB7 are not open drain on AF1");
    } else if ((value & (CR2_ADD10 | CR2_RELOAD)) != 0) {
        soc_misuse(self, "I2C with 10-bit addresses or RELOAD is not modelled");
    } else if (starts) {
        i2c->cr2 = value;
        i2c->left = (uint8_t)(value >> 16);
        i2c->isr = (i2c->isr & ~ISR_TC) | ISR_BUSY;
        enter(self, I2C_ADDRESS, 1 + BYTE_BITS);
    } else {
        i2c->cr2 = value;
        if ((value & CR2_STOP) != 0 && i2c->phase == I2C_HELD) {
            i2c->isr &= ~ISR_TC;
            stop(self);
        }
    }
}

static void write_txdr(struct machine *self, uint8_t value)
{
    struct i2c *i2c = &self->soc.i2c;

    if (i2c->phase != I2C_WAIT_DATA || (i2c->isr & ISR_TXIS) == 0) {
        soc_misuse(self, "I2C_TXDR written before TXIS");
        return;
    }
    i2c->tx = value;
    i2c->isr &= ~ISR_TXIS;
    enter(self, I2C_BYTE, BYTE_BITS);
}

static uint8_t take_rxdr(struct machine *self)
{
    struct i2c *i2c = &self->soc.i2c;

    if ((i2c->isr & ISR_RXNE) == 0) {
        soc_misuse(self, "I2C_RXDR read before RXNE");
        return 0;
    }
    i2c->isr &= ~ISR_RXNE;
    if (i2c->phase == I2C_WAIT_DATA) {
        next_byte(self);
    }
    update(self);
    return i2c->rx;
}

static void write_cr1(struct machine *self, uint32_t value)
{
    struct i2c *i2c = &self->soc.i2c;

    if ((value & CR1_PE) != 0 && rcc_kernel_hz(self, CCIPR_SHIFT, GATE_APB1) == 0) {
        soc_misuse(self, "I2C enabled, but its clock source is off");
    }
    i2c->cr1 = value;
    if ((value & CR1_PE) == 0) { // lets go of the bus
        sht31_stop(&self->sht31);
        i2c->phase = I2C_FREE;
        i2c->isr = ISR_TXE;
        i2c->cr2 &= ~(CR2_START | CR2_STOP);
        time_due(self, EVENT_I2C, TIME_NEVER);
    }
}

uint32_t i2c_read(struct machine *self, unsigned index, uint32_t offset)
{
    const struct i2c *i2c = &self->soc.i2c;

    (void)index;
    switch (offset) {
    case CR1:
        return i2c->cr1;
    case CR2:
        return i2c->cr2;
    case OAR1:
    case OAR2:
        return i2c->oar[(offset - OAR1) / 4];
    case TIMINGR:
        return i2c->timingr;
    case TIMEOUTR:
        return i2c->timeoutr;
    case ISR:
        return i2c->isr;
    case RXDR:
        return take_rxdr(self);
    case TXDR:
        return i2c->tx;
    default:
        return 0;
    }
}

void i2c_write(struct machine *self, unsigned index, uint32_t offset, uint32_t value)
{
    struct i2c *i2c = &self->soc.i2c;

    (void)index;
    switch (offset) {
    case CR1:
        write_cr1(self, value);
        break;
    case CR2:
        write_cr2(self, value);
        break;
    case TIMINGR:
        if ((i2c->cr1 & CR1_PE) != 0) {
            soc_misuse(self, "I2C_TIMINGR written while the unit is on");
        }
        i2c->timingr = value;
        break;
    case ISR: // only TXE and TXIS can be set by software, which flushes
        break;
    case ICR:
        i2c->isr &= ~(value & ICR_MASK);
        break;
    case TXDR:
        write_txdr(self, (uint8_t)value);
        break;
    default:
        soc_misuse(self, "I2C register +%02X written, which is not modelled", offset);
    }
    update(self);
}
