// SPDX-License-Identifier: Apache-2.0
#include "vnode/soc/machine.h"
#include "vnode/soc/usart_line.h"

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
};

#define CR1_NOT_8     (1U << 28 | 1U << 15) // M1, OVER8
#define CR3_ANY_TIME  (USART_CR3_DMAR | USART_CR3_DMAT | USART_CR3_EIE | USART_CR3_WUFIE)
#define ISR_TEACK     (1U << 21)
#define ISR_REACK     (1U << 22)
#define ISR_CLEARABLE 0x0012185FU

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
        return usart->isr | ((usart->cr1 & USART_CR1_TE) != 0 ? ISR_TEACK : 0) |
               ((usart->cr1 & USART_CR1_RE) != 0 ? ISR_REACK : 0);
    case RDR:
        usart->isr &= ~USART_ISR_RXNE;
        usart_update(self, index);
        return usart->rdr;
    case TDR:
        return usart->tdr;
    case RQR:
    case ICR:
        return 0;
    default:
        soc_misuse(self, "%s register +%02X is not modelled", usart_parts[index].name, offset);
        return 0;
    }
}

// A parity bit needs the ninth bit, and a half stop bit is for smart cards.
static bool has_eight_bits(const struct usart *usart)
{
    bool has_ninth = (usart->cr1 & USART_CR1_M0) != 0;
    bool has_parity = (usart->cr1 & USART_CR1_PCE) != 0;

    return (usart->cr1 & CR1_NOT_8) == 0 && has_ninth == has_parity && (usart->cr2 >> 12 & 3) != 1;
}

static void check_enable(struct machine *self, unsigned index)
{
    const struct usart *usart = &self->soc.usart[index];
    const struct usart_part *part = &usart_parts[index];
    uint32_t smallest = part->fine ? 0x300 : 16;

    if (usart_kernel_hz(self, index) == 0) {
        soc_misuse(self, "%s enabled, but its clock source is off", part->name);
    } else if (usart->brr < smallest) {
        soc_misuse(self, "%s enabled with BRR %u, less than %u", part->name, usart->brr, smallest);
    } else if (!has_eight_bits(usart)) {
        soc_misuse(self, "%s set to something else than eight data bits", part->name);
    }
}

static void write_cr1(struct machine *self, unsigned index, uint32_t value)
{
    struct usart *usart = &self->soc.usart[index];
    uint32_t old = usart->cr1;

    if (usart->shifting && ((value & USART_CR1_UE) == 0 || (value & USART_CR1_TE) == 0)) {
        soc_misuse(self, "%s switched off inside a character", usart_parts[index].name);
        return;
    }
    usart->cr1 = value;
    if ((value & USART_CR1_UE) != 0 && (old & USART_CR1_UE) == 0) {
        check_enable(self, index);
    } else if ((value & USART_CR1_UE) == 0) {
        usart->isr = USART_ISR_TC | USART_ISR_TXE;
        time_due(self, EVENT_UART_IDLE + index, TIME_NEVER);
    }
}

static void set_up(struct machine *self, unsigned index, uint32_t *place, uint32_t value)
{
    if ((self->soc.usart[index].cr1 & USART_CR1_UE) != 0 && *place != value) {
        soc_misuse(self, "%s set up while it is enabled", usart_parts[index].name);
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
    case CR3:
        if (((usart->cr3 ^ value) & ~CR3_ANY_TIME) != 0) {
            set_up(self, index, &usart->cr3, value);
        } else {
            usart->cr3 = value;
        }
        break;
    case BRR:
        set_up(self, index, &usart->brr, value);
        break;
    case RQR:
        usart->isr &= (value & 1U << 3) != 0 ? ~USART_ISR_RXNE : ~0U;
        break;
    case ICR:
        usart->isr &= ~(value & ISR_CLEARABLE);
        break;
    case TDR:
        usart_send(self, index, (uint8_t)value);
        break;
    default:
        soc_misuse(self, "%s register +%02X is not modelled", usart_parts[index].name, offset);
    }
    usart_offer_dma(self, index);
    usart_update(self, index);
}
