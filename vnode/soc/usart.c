// SPDX-License-Identifier: Apache-2.0
// Characters on their way out and in: their time, DMA, interrupts. The registers are in usart_registers.c.
#include "vnode/soc/machine.h"
#include "vnode/soc/usart_line.h"

enum { FRAME_HALF_BITS = 20 }; // start, eight data, stop

#define CR1_IDLEIE (1U << 4)
#define CR1_RXNEIE (1U << 5)
#define CR1_TCIE   (1U << 6)
#define CR1_TXEIE  (1U << 7)
#define CR3_OVRDIS (1U << 12)
#define ISR_FE     (1U << 1)
#define ISR_ORE    (1U << 3)
#define ISR_IDLE   (1U << 4)

static const uint8_t stop_half_bits[4] = {2, 1, 4, 3};

const struct usart_part usart_parts[MACHINE_UARTS] = {
    [MACHINE_UART_MODEM] = {"LPUART1", GATE_APB1, 18, 10, 29, 5, 28, true, PORT_B, 10, 11, 7},
    [MACHINE_UART_CONSOLE] = {"USART2", GATE_APB1, 17, 2, 28, 4, 26, false, PORT_A, 2, 3, 4},
    [MACHINE_UART_SENSOR] = {"USART1", GATE_APB2, 14, 0, 27, 3, 25, false, PORT_A, 9, 10, 4},
};

const char *usart_name(unsigned index)
{
    return usart_parts[index].name;
}

void usart_reset(struct machine *self, unsigned index)
{
    self->soc.usart[index] = (struct usart){.isr = USART_ISR_TC | USART_ISR_TXE};
    time_due(self, EVENT_UART_SENT + index, TIME_NEVER);
    time_due(self, EVENT_UART_IDLE + index, TIME_NEVER);
    soc_irq(self, usart_parts[index].irq, false);
}

uint32_t usart_kernel_hz(const struct machine *self, unsigned index)
{
    const struct usart_part *part = &usart_parts[index];

    if (!rcc_is_open(self, part->gate, part->clock_bit)) {
        return 0;
    }
    return rcc_kernel_hz(self, part->ccipr_shift, part->gate);
}

uint32_t usart_baud(const struct machine *self, unsigned index)
{
    const struct usart *usart = &self->soc.usart[index];
    uint64_t hz = usart_kernel_hz(self, index);

    if ((usart->cr1 & USART_CR1_UE) == 0 || usart->brr == 0) {
        return 0;
    }
    return (uint32_t)((usart_parts[index].fine ? 256 * hz : hz) / usart->brr);
}

struct usart_frame usart_frame(const struct machine *self, unsigned index)
{
    const struct usart *usart = &self->soc.usart[index];
    bool checked = (usart->cr1 & USART_CR1_PCE) != 0;

    return (struct usart_frame){
        .parity = !checked                           ? 'N'
                  : (usart->cr1 & USART_CR1_PS) != 0 ? 'O'
                                                     : 'E',
        .stop_half_bits = stop_half_bits[usart->cr2 >> 12 & 3],
    };
}

uint64_t usart_frame_ns(const struct machine *self, unsigned index)
{
    uint64_t hz = usart_kernel_hz(self, index);
    struct usart_frame frame = usart_frame(self, index);
    uint64_t half_bits =
        FRAME_HALF_BITS - 2U + frame.stop_half_bits + (frame.parity != 'N' ? 2 : 0);
    uint64_t divider = (uint64_t)self->soc.usart[index].brr * half_bits * NS_PER_S;

    return divider / (usart_parts[index].fine ? 512 * hz : 2 * hz);
}

void usart_update(struct machine *self, unsigned index)
{
    const struct usart *usart = &self->soc.usart[index];
    uint32_t cr1 = usart->cr1;
    uint32_t isr = usart->isr;
    bool asserted = ((cr1 & CR1_IDLEIE) != 0 && (isr & ISR_IDLE) != 0) ||
                    ((cr1 & CR1_RXNEIE) != 0 && (isr & (USART_ISR_RXNE | ISR_ORE)) != 0) ||
                    ((cr1 & CR1_TCIE) != 0 && (isr & USART_ISR_TC) != 0) ||
                    ((cr1 & CR1_TXEIE) != 0 && (isr & USART_ISR_TXE) != 0) ||
                    ((usart->cr3 & USART_CR3_WUFIE) != 0 && (isr & USART_ISR_WUF) != 0) ||
                    ((usart->cr3 & USART_CR3_EIE) != 0 && (isr & (ISR_FE | ISR_ORE)) != 0);

    soc_irq(self, usart_parts[index].irq, asserted && (cr1 & USART_CR1_UE) != 0);
}

static void shift_out(struct machine *self, unsigned index, uint8_t byte)
{
    struct usart *usart = &self->soc.usart[index];

    if (usart_baud(self, index) == 0) {
        soc_misuse(self, "%s sends, but its clock source is off", usart_parts[index].name);
        return;
    }
    usart->shift = byte;
    usart->shifting = true;
    usart->isr = (usart->isr & ~USART_ISR_TC) | USART_ISR_TXE;
    time_due(self, EVENT_UART_SENT + index, time_now_ns(self) + usart_frame_ns(self, index));
}

void usart_send(struct machine *self, unsigned index, uint8_t byte)
{
    struct usart *usart = &self->soc.usart[index];
    const struct usart_part *part = &usart_parts[index];

    if ((usart->cr1 & USART_CR1_UE) == 0 || (usart->cr1 & USART_CR1_TE) == 0) {
        soc_misuse(self, "%s.TDR written with the transmitter off", part->name);
    } else if (!gpio_has_function(self, part->port, part->tx_pin, part->function)) {
        soc_misuse(self, "%s sends, but its pin is not on AF%u", part->name, part->function);
    } else if ((usart->isr & USART_ISR_TXE) == 0) {
        soc_misuse(self, "%s.TDR written before TXE: a character is lost", part->name);
    } else if (usart->shifting) {
        usart->tdr = byte;
        usart->isr &= ~(USART_ISR_TXE | USART_ISR_TC);
    } else {
        shift_out(self, index, byte);
    }
}

void usart_offer_dma(struct machine *self, unsigned index)
{
    struct usart *usart = &self->soc.usart[index];
    unsigned request = usart_parts[index].dma_request;

    if ((usart->cr1 & USART_CR1_UE) == 0) {
        return;
    }
    if ((usart->cr3 & USART_CR3_DMAR) != 0 && (usart->isr & USART_ISR_RXNE) != 0) {
        dma_request(self, request, false);
    }
    while ((usart->cr3 & USART_CR3_DMAT) != 0 && (usart->cr1 & USART_CR1_TE) != 0 &&
           (usart->isr & USART_ISR_TXE) != 0 && !self->soc.misused &&
           dma_request(self, request, true)) {
    }
}

void usart_serve_dma(struct machine *self)
{
    for (unsigned i = 0; i < MACHINE_UARTS; i++) {
        usart_offer_dma(self, i);
        usart_update(self, i);
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
    if ((usart->isr & USART_ISR_TXE) == 0) {
        shift_out(self, index, usart->tdr);
    } else {
        usart->isr |= USART_ISR_TC;
    }
    usart_offer_dma(self, index);
    usart_update(self, index);
}

void usart_idle(struct machine *self, unsigned index)
{
    self->soc.usart[index].isr |= ISR_IDLE;
    usart_update(self, index);
}

static void take(struct usart *usart, uint8_t byte, bool framing_error)
{
    if ((usart->isr & USART_ISR_RXNE) != 0 && (usart->cr3 & CR3_OVRDIS) == 0) {
        usart->isr |= ISR_ORE; // the new character is lost
    } else {
        usart->rdr = byte;
        usart->isr |= USART_ISR_RXNE | (framing_error ? ISR_FE : 0);
    }
    if ((usart->cr1 & USART_CR1_UESM) != 0 && (usart->cr3 & USART_CR3_WUS) != 0) {
        usart->isr |= USART_ISR_WUF;
    }
}

static bool listens(const struct machine *self, unsigned index)
{
    const struct usart_part *part = &usart_parts[index];

    return (self->soc.usart[index].cr1 & USART_CR1_RE) != 0 && usart_baud(self, index) != 0 &&
           gpio_has_function(self, part->port, part->rx_pin, part->function) &&
           (!self->soc.time.stopped || usart_hears_in_stop(self, index));
}

void usart_receive(struct machine *self, unsigned index, uint8_t byte, bool framing_error)
{
    struct usart *usart = &self->soc.usart[index];

    if (!listens(self, index)) {
        usart->lost++;
        return;
    }
    if (self->soc.time.stopped) { // DMA and idle line follow when the clocks are back
        take(usart, byte, framing_error || usart_wakes_too_late(self, index));
    } else {
        take(usart, byte, framing_error);
        time_due(self, EVENT_UART_IDLE + index, time_now_ns(self) + usart_frame_ns(self, index));
        usart_offer_dma(self, index);
    }
    usart_update(self, index);
}
