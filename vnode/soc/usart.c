// SPDX-License-Identifier: Apache-2.0
#include "vnode/soc/usart.h"

#include "vnode/soc/machine.h"

enum {
    CR1 = 0x00,
    CR2 = 0x04,
    CR3 = 0x08,
    BRR = 0x0C,
    RQR = 0x18,
    ISR = 0x1C,
    ICR = 0x20,
    RDR = 0x24,
    TDR = 0x28,
    FRAME_BITS = 10, // start, eight data, stop
};

#define CR1_UE        (1U << 0)
#define CR1_UESM      (1U << 1)
#define CR1_RE        (1U << 2)
#define CR1_TE        (1U << 3)
#define CR1_IDLEIE    (1U << 4)
#define CR1_RXNEIE    (1U << 5)
#define CR1_TCIE      (1U << 6)
#define CR1_TXEIE     (1U << 7)
#define CR1_NOT_8N1   (1U << 28 | 1U << 15 | 1U << 12 | 1U << 10) // M1, OVER8, M0, PCE
#define CR3_EIE       (1U << 0)
#define CR3_DMAR      (1U << 6)
#define CR3_DMAT      (1U << 7)
#define CR3_OVRDIS    (1U << 12)
#define ISR_FE        (1U << 1)
#define ISR_ORE       (1U << 3)
#define ISR_IDLE      (1U << 4)
#define ISR_RXNE      (1U << 5)
#define ISR_TC        (1U << 6)
#define ISR_TXE       (1U << 7)
#define ISR_TEACK     (1U << 21)
#define ISR_REACK     (1U << 22)
#define ISR_CLEARABLE 0x0012185FU

static const struct part {
    const char *name;
    enum rcc_gate gate;
    uint8_t clock_bit, ccipr_shift, irq, dma_request;
    bool fine; // LPUART: BRR in 1/256
    enum gpio_port port;
    uint8_t tx_pin, rx_pin, function;
} parts[MACHINE_UARTS] = {
    [MACHINE_UART_MODEM] = {"LPUART1", GATE_APB1, 18, 10, 29, 5, true, PORT_B, 10, 11, 7},
    [MACHINE_UART_CONSOLE] = {"USART2", GATE_APB1, 17, 2, 28, 4, false, PORT_A, 2, 3, 4},
    [MACHINE_UART_SENSOR] = {"USART1", GATE_APB2, 14, 0, 27, 3, false, PORT_A, 9, 10, 4},
};

const char *usart_name(unsigned index)
{
    return parts[index].name;
}

void usart_reset(struct machine *self, unsigned index)
{
    self->soc.usart[index] = (struct usart){.isr = ISR_TC | ISR_TXE};
    time_due(self, EVENT_UART_SENT + index, TIME_NEVER);
    time_due(self, EVENT_UART_IDLE + index, TIME_NEVER);
    soc_irq(self, parts[index].irq, false);
}

static uint32_t kernel_hz(const struct machine *self, unsigned index)
{
    const struct part *part = &parts[index];

    if (!rcc_is_open(self, part->gate, part->clock_bit)) {
        return 0;
    }
    return rcc_kernel_hz(self, part->ccipr_shift, part->gate);
}

uint32_t usart_baud(const struct machine *self, unsigned index)
{
    const struct usart *usart = &self->soc.usart[index];
    uint64_t hz = kernel_hz(self, index);

    if ((usart->cr1 & CR1_UE) == 0 || usart->brr == 0) {
        return 0;
    }
    return (uint32_t)((parts[index].fine ? 256 * hz : hz) / usart->brr);
}

static uint64_t frame_ns(const struct machine *self, unsigned index)
{
    uint64_t hz = kernel_hz(self, index);
    uint64_t divider = (uint64_t)self->soc.usart[index].brr * FRAME_BITS * NS_PER_S;

    return divider / (parts[index].fine ? 256 * hz : hz);
}

static void update(struct machine *self, unsigned index)
{
    const struct usart *usart = &self->soc.usart[index];
    uint32_t cr1 = usart->cr1;
    uint32_t isr = usart->isr;
    bool asserted = ((cr1 & CR1_IDLEIE) != 0 && (isr & ISR_IDLE) != 0) ||
                    ((cr1 & CR1_RXNEIE) != 0 && (isr & (ISR_RXNE | ISR_ORE)) != 0) ||
                    ((cr1 & CR1_TCIE) != 0 && (isr & ISR_TC) != 0) ||
                    ((cr1 & CR1_TXEIE) != 0 && (isr & ISR_TXE) != 0) ||
                    ((usart->cr3 & CR3_EIE) != 0 && (isr & (ISR_FE | ISR_ORE)) != 0);

    soc_irq(self, parts[index].irq, asserted && (cr1 & CR1_UE) != 0);
}

static void shift_out(struct machine *self, unsigned index, uint8_t byte)
{
    struct usart *usart = &self->soc.usart[index];

    usart->shift = byte;
    usart->shifting = true;
    usart->isr = (usart->isr & ~ISR_TC) | ISR_TXE;
    time_due(self, EVENT_UART_SENT + index, time_now_ns(self) + frame_ns(self, index));
}

static void write_tdr(struct machine *self, unsigned index, uint8_t byte)
{
    struct usart *usart = &self->soc.usart[index];
    const struct part *part = &parts[index];

    if ((usart->cr1 & CR1_UE) == 0 || (usart->cr1 & CR1_TE) == 0) {
        soc_misuse(self, "%s.TDR written with the transmitter off", part->name);
    } else if (!gpio_has_function(self, part->port, part->tx_pin, part->function)) {
        soc_misuse(self, "%s sends, but its pin is not on AF%u", part->name, part->function);
    } else if ((usart->isr & ISR_TXE) == 0) {
        soc_misuse(self, "%s.TDR written before TXE: a character is lost", part->name);
    } else if (usart->shifting) {
        usart->tdr = byte;
        usart->isr &= ~(ISR_TXE | ISR_TC);
    } else {
        shift_out(self, index, byte);
    }
}

static void offer_dma(struct machine *self, unsigned index)
{
    struct usart *usart = &self->soc.usart[index];
    unsigned request = parts[index].dma_request;

    if ((usart->cr1 & CR1_UE) == 0) {
        return;
    }
    if ((usart->cr3 & CR3_DMAR) != 0 && (usart->isr & ISR_RXNE) != 0) {
        dma_request(self, request, false);
    }
    while ((usart->cr3 & CR3_DMAT) != 0 && (usart->cr1 & CR1_TE) != 0 &&
           (usart->isr & ISR_TXE) != 0 && dma_request(self, request, true)) {
    }
}

void usart_serve_dma(struct machine *self)
{
    for (unsigned i = 0; i < MACHINE_UARTS; i++) {
        offer_dma(self, i);
        update(self, i);
    }
}

void usart_sent(struct machine *self, unsigned index)
{
    struct usart *usart = &self->soc.usart[index];

    usart->shifting = false;
    if (self->ports.uart_sent != NULL) {
        self->ports.uart_sent(self->ports.context, (enum machine_uart)index, usart->shift,
                              usart_baud(self, index), time_now_ns(self));
    }
    if ((usart->isr & ISR_TXE) == 0) {
        shift_out(self, index, usart->tdr);
    } else {
        usart->isr |= ISR_TC;
    }
    offer_dma(self, index);
    update(self, index);
}

void usart_idle(struct machine *self, unsigned index)
{
    self->soc.usart[index].isr |= ISR_IDLE;
    update(self, index);
}

void usart_receive(struct machine *self, unsigned index, uint8_t byte, bool framing_error)
{
    struct usart *usart = &self->soc.usart[index];
    const struct part *part = &parts[index];
    bool listens = (usart->cr1 & CR1_RE) != 0 && usart_baud(self, index) != 0 &&
                   gpio_has_function(self, part->port, part->rx_pin, part->function);

    if (!listens || self->soc.time.stopped) {
        usart->lost++;
        return;
    }
    if ((usart->isr & ISR_RXNE) != 0 && (usart->cr3 & CR3_OVRDIS) == 0) {
        usart->isr |= ISR_ORE; // the new character is lost
    } else {
        usart->rdr = byte;
        usart->isr |= ISR_RXNE | (framing_error ? ISR_FE : 0);
    }
    time_due(self, EVENT_UART_IDLE + index, time_now_ns(self) + frame_ns(self, index));
    offer_dma(self, index);
    update(self, index);
}

uint32_t usart_read(struct machine *self, unsigned index, uint32_t offset)
{
    struct usart *usart = &self->soc.usart[index];

    switch (offset) {
    case CR1:
        return usart->cr1;
    case CR2:
        return usart->cr2;
    case CR3:
        return usart->cr3;
    case BRR:
        return usart->brr;
    case ISR:
        return usart->isr | ((usart->cr1 & CR1_TE) != 0 ? ISR_TEACK : 0) |
               ((usart->cr1 & CR1_RE) != 0 ? ISR_REACK : 0);
    case RDR:
        usart->isr &= ~ISR_RXNE;
        update(self, index);
        return usart->rdr;
    case TDR:
        return usart->tdr;
    case RQR:
    case ICR:
        return 0;
    default:
        soc_misuse(self, "%s register +%02X is not modelled", parts[index].name, offset);
        return 0;
    }
}

static void check_enable(struct machine *self, unsigned index)
{
    const struct usart *usart = &self->soc.usart[index];
    const struct part *part = &parts[index];
    uint32_t smallest = part->fine ? 0x300 : 16;

    if (kernel_hz(self, index) == 0) {
        soc_misuse(self, "%s enabled, but its clock source is off", part->name);
    } else if (usart->brr < smallest) {
        soc_misuse(self, "%s enabled with BRR %u, less than %u", part->name, usart->brr, smallest);
    } else if ((usart->cr1 & CR1_NOT_8N1) != 0 || (usart->cr2 & 3U << 12) != 0) {
        soc_misuse(self, "%s set to something else than 8N1", part->name);
    }
}

static void write_cr1(struct machine *self, unsigned index, uint32_t value)
{
    struct usart *usart = &self->soc.usart[index];
    uint32_t old = usart->cr1;

    if (usart->shifting && ((value & CR1_UE) == 0 || (value & CR1_TE) == 0)) {
        soc_misuse(self, "%s switched off inside a character", parts[index].name);
        return;
    }
    usart->cr1 = value;
    if ((value & CR1_UE) != 0 && (old & CR1_UE) == 0) {
        check_enable(self, index);
    } else if ((value & CR1_UE) == 0) {
        usart->isr = ISR_TC | ISR_TXE;
        time_due(self, EVENT_UART_IDLE + index, TIME_NEVER);
    }
}

static void set_up(struct machine *self, unsigned index, uint32_t *place, uint32_t value)
{
    if ((self->soc.usart[index].cr1 & CR1_UE) != 0 && *place != value) {
        soc_misuse(self, "%s set up while it is enabled", parts[index].name);
        return;
    }
    *place = value;
}

void usart_write(struct machine *self, unsigned index, uint32_t offset, uint32_t value)
{
    struct usart *usart = &self->soc.usart[index];

    switch (offset) {
    case CR1:
        write_cr1(self, index, value);
        break;
    case CR2:
        set_up(self, index, &usart->cr2, value);
        break;
    case CR3: // DMAR, DMAT and EIE may change any time
        if (((usart->cr3 ^ value) & ~(CR3_DMAR | CR3_DMAT | CR3_EIE)) != 0) {
            set_up(self, index, &usart->cr3, value);
        } else {
            usart->cr3 = value;
        }
        break;
    case BRR:
        set_up(self, index, &usart->brr, value);
        break;
    case RQR:
        usart->isr &= (value & 1U << 3) != 0 ? ~ISR_RXNE : ~0U;
        break;
    case ICR:
        usart->isr &= ~(value & ISR_CLEARABLE);
        break;
    case TDR:
        write_tdr(self, index, (uint8_t)value);
        break;
    default:
        soc_misuse(self, "%s register +%02X is not modelled", parts[index].name, offset);
    }
    offer_dma(self, index);
    update(self, index);
}
