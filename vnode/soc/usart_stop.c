// SPDX-License-Identifier: Apache-2.0
// The lines in Stop mode, RM0376 section 29.5.17: a receiver on HSI16 or LSE goes on, for its clock starts with a start
// bit. A character that arrived is complete when the processor wakes; that a wake-up by the start bit alone comes a
// character earlier is not modelled.
#include "vnode/soc/machine.h"
#include "vnode/soc/usart_line.h"

enum {
    KERNEL_HSI = 2, // of CCIPR
    KERNEL_LSE = 3,
    HSI_WAKE_NS = 8100, // from the start bit until HSI16 clocks the receiver; datasheet, t_WUUSART
    TOLERANCE_DIVIDER = 30, // 3.3 % of a character's bits: RM0376 table 143, 8N1
    BITS_TO_SAMPLE = 11,
};

bool usart_hears_in_stop(const struct machine *self, unsigned index)
{
    const struct usart_part *part = &usart_parts[index];
    unsigned clock = rcc_selection(self, part->ccipr_shift);

    return (self->soc.usart[index].cr1 & USART_CR1_UESM) != 0 &&
           (clock == KERNEL_HSI || clock == KERNEL_LSE) && exti_is_open(self, part->exti);
}

// RM0376 section 29.5.17: the delay, spread over eleven bits, has to stay within the receiver's tolerance.
bool usart_wakes_too_late(const struct machine *self, unsigned index)
{
    uint64_t bit_ns = usart_frame_ns(self, index) / 10;

    return rcc_selection(self, usart_parts[index].ccipr_shift) == KERNEL_HSI &&
           !rcc_hsi_stays_on(self) && HSI_WAKE_NS * TOLERANCE_DIVIDER > BITS_TO_SAMPLE * bit_ns;
}

void usart_enter_stop(struct machine *self)
{
    for (unsigned i = 0; i < MACHINE_UARTS; i++) {
        const struct usart *usart = &self->soc.usart[i];
        bool wakes = (usart->cr1 & USART_CR1_UE) != 0 && (usart->cr1 & USART_CR1_UESM) != 0;
        if (usart->shifting) {
            soc_misuse(self, "Stop mode while %s sends", usart_name(i));
        } else if (wakes && (usart->cr3 & USART_CR3_DMAR) != 0) {
            soc_misuse(self, "Stop mode with DMA reception of %s on", usart_name(i));
        }
    }
}

void usart_leave_stop(struct machine *self)
{
    for (unsigned i = 0; i < MACHINE_UARTS; i++) {
        if ((self->soc.usart[i].isr & USART_ISR_RXNE) != 0 && usart_baud(self, i) != 0) {
            time_due(self, EVENT_UART_IDLE + i, time_now_ns(self) + usart_frame_ns(self, i));
        }
        usart_offer_dma(self, i);
        usart_update(self, i);
    }
}
