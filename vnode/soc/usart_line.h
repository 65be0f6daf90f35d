// SPDX-License-Identifier: Apache-2.0
// What the line (usart.c) and the registers (usart_registers.c) share; nobody else includes it.
#ifndef NBOTA_VNODE_SOC_USART_LINE_H
#define NBOTA_VNODE_SOC_USART_LINE_H

#include "vnode/soc/machine.h"

#define USART_CR1_UE    (1U << 0)
#define USART_CR1_UESM  (1U << 1)
#define USART_CR1_RE    (1U << 2)
#define USART_CR1_TE    (1U << 3)
#define USART_CR1_PS    (1U << 9)
#define USART_CR1_PCE   (1U << 10)
#define USART_CR1_M0    (1U << 12)
#define USART_CR3_EIE   (1U << 0)
#define USART_CR3_DMAR  (1U << 6)
#define USART_CR3_DMAT  (1U << 7)
#define USART_CR3_WUS   (3U << 20)
#define USART_CR3_WUFIE (1U << 22)
#define USART_ISR_RXNE  (1U << 5)
#define USART_ISR_TC    (1U << 6)
#define USART_ISR_TXE   (1U << 7)
#define USART_ISR_WUF   (1U << 20)

struct usart_part {
    const char *name;
    enum rcc_gate gate;
    uint8_t clock_bit, ccipr_shift, irq, dma_request;
    uint8_t exti; // line that wakes from Stop
    bool fine;    // LPUART: BRR in 1/256
    enum gpio_port port;
    uint8_t tx_pin, rx_pin, function;
};
extern const struct usart_part usart_parts[MACHINE_UARTS];

// Frequency in Hz of the clock that BRR divides, 0 while it is off.
uint32_t usart_kernel_hz(const struct machine *self, unsigned index);
// The interrupt line follows flags and enables.
void usart_update(struct machine *self, unsigned index);
// Lets the DMA take what was received and bring what is to be sent.
void usart_offer_dma(struct machine *self, unsigned index);
// Time of one character, start and stop bit included.
uint64_t usart_frame_ns(const struct machine *self, unsigned index);
// Whether the receiver works in Stop: its kernel clock starts by itself for a start bit, and its line wakes.
bool usart_hears_in_stop(const struct machine *self, unsigned index);
// …and whether a character is garbled because that clock comes too late for its first bits.
bool usart_wakes_too_late(const struct machine *self, unsigned index);
// A store to TDR.
void usart_send(struct machine *self, unsigned index, uint8_t byte);

#endif
