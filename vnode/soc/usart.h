// SPDX-License-Identifier: Apache-2.0
// USART1, USART2 and LPUART1 as lines with eight data bits, RM0376 sections 28 and 29.
#ifndef NBOTA_VNODE_SOC_USART_H
#define NBOTA_VNODE_SOC_USART_H

#include <stdbool.h>
#include <stdint.h>

struct machine;

struct usart {
    uint32_t cr1, cr2, cr3, brr, isr;
    uint8_t tdr, rdr, shift;
    bool shifting; // a character is on its way out
    uint64_t lost; // characters that arrived while the receiver was off
};

// Eight data bits in any case.
struct usart_frame {
    char parity;            // 'N', 'O', 'E'
    uint8_t stop_half_bits; // 2, 3 or 4
};

void usart_reset(struct machine *self, unsigned index);
uint32_t usart_read(struct machine *self, unsigned index, uint32_t offset);
void usart_write(struct machine *self, unsigned index, uint32_t offset, uint32_t value);
void usart_sent(struct machine *self, unsigned index); // EVENT_UART_SENT + index
void usart_idle(struct machine *self, unsigned index); // EVENT_UART_IDLE + index
void usart_receive(struct machine *self, unsigned index, uint8_t byte, bool framing_error);
// Complains about what Stop mode would break.
void usart_enter_stop(struct machine *self);
// The clocks are back: what came meanwhile is offered to the DMA.
void usart_leave_stop(struct machine *self);
// Offers the DMA what waits, after a channel was enabled.
void usart_serve_dma(struct machine *self);
uint32_t usart_baud(const struct machine *self, unsigned index); // 0 when it is off
struct usart_frame usart_frame(const struct machine *self, unsigned index);
const char *usart_name(unsigned index);

#endif
