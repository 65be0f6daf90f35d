// SPDX-License-Identifier: Apache-2.0
// Two lines, the same code: the DMA fills a ring, so that nothing is lost while an EEPROM write stalls the
// processor; sending goes by interrupt. A sleeping processor is woken by an idle line, and by every half of the ring:
// who pastes a page of commands leaves no gap. That bytes were overwritten unread is told.
#include "node/port/uart.h"

#include "node/stm32l0/registers.h"
#include "node/stm32l0/system.h"

enum {
    CONSOLE_RECEIVE = 1024, // a second: the EEPROM journal compacts for as long
    MODEM_RECEIVE = 2304,   // a chunk's URC is 1077 bytes; twice that and a margin
    SEND_SIZE = 512,
    LINES = 2,
};

static uint8_t console_ring[CONSOLE_RECEIVE];
static uint8_t modem_ring[MODEM_RECEIVE];

// What tells the two lines apart. DMA channels and requests: RM0376 table 51.
struct line {
    uint32_t base;
    uint8_t *ring;
    uint16_t ring_size;
    uint8_t channel;
    uint8_t request;
    uint8_t irq;
    uint8_t dma_irq;
    uint16_t divider_scale; // the LPUART divides 256 times finer
    uint32_t gpio;
    uint8_t pin; // TX; RX is the next one
    uint8_t function;
};

static const struct line lines[LINES] = {
    [UART_CONSOLE] = {USART2_BASE, console_ring, CONSOLE_RECEIVE, 5, 4, IRQ_USART2, IRQ_DMA_4_7, 1,
                      GPIO_A, 2, 4},
    [UART_MODEM] = {LPUART1_BASE, modem_ring, MODEM_RECEIVE, 3, 5, IRQ_LPUART1, IRQ_DMA_2_3, 256,
                    GPIO_B, 10, 7},
};

static struct {
    uint8_t send[SEND_SIZE];
    volatile uint16_t head; // written by uart_send
    volatile uint16_t tail; // written by the interrupt
    volatile uint32_t laps; // of the DMA around its ring, counted by the interrupt
    uint32_t consumed;      // bytes since the line was opened, may wrap
    uint16_t taken;         // position in the receive ring
    uint16_t told;          // position that uart_has_news() saw last
    uint16_t quiet;         // position when the line was last seen idle
    bool overrun;
} states[LINES];

enum { CLOCK_HZ = 16000000 }; // HSI16, also for a console that must not depend on the PLL

static void set_pin(uint32_t gpio, unsigned pin, unsigned function)
{
    unsigned shift = 4 * (pin % 8);

    if (pin < 8) {
        GPIO_AFRL(gpio) = (GPIO_AFRL(gpio) & ~(15UL << shift)) | (uint32_t)function << shift;
    } else {
        GPIO_AFRH(gpio) = (GPIO_AFRH(gpio) & ~(15UL << shift)) | (uint32_t)function << shift;
    }
    GPIO_MODER(gpio) = (GPIO_MODER(gpio) & ~(3UL << 2 * pin)) | 2UL << 2 * pin;
}

static void start_receiving(const struct line *line)
{
    uint32_t shift = 4U * (line->channel - 1U);

    DMA_CCR(line->channel) = 0;
    DMA_CSELR = (DMA_CSELR & ~(15UL << shift)) | (uint32_t)line->request << shift;
    DMA_CPAR(line->channel) = USART_RDR(line->base);
    DMA_CMAR(line->channel) = (uint32_t)(uintptr_t)line->ring;
    DMA_CNDTR(line->channel) = line->ring_size;
    DMA_IFCR = DMA_TC(line->channel) | DMA_HT(line->channel);
    DMA_CCR(line->channel) = DMA_CCR_MINC | DMA_CCR_CIRC | DMA_CCR_HTIE | DMA_CCR_TCIE | DMA_CCR_EN;
}

// HSI16 / baud for the USART, 256 times that for the LPUART; rounded. 16 MHz · 256 does not fit 32 bits twice.
static uint32_t divider(const struct line *line, uint32_t baud)
{
    uint32_t clock = line->divider_scale == 1 ? CLOCK_HZ : CLOCK_HZ / 16 * 256;
    uint32_t rate = line->divider_scale == 1 ? baud : baud / 16;

    return (clock + rate / 2) / rate;
}

void uart_open(enum uart_port port, uint32_t baud)
{
    const struct line *line = &lines[port];

    set_pin(line->gpio, line->pin, line->function);
    set_pin(line->gpio, line->pin + 1U, line->function);
    USART_CR1(line->base) = 0;
    states[port].head = states[port].tail = 0;
    states[port].taken = states[port].told = states[port].quiet = 0;
    states[port].laps = states[port].consumed = 0;
    states[port].overrun = false;
    start_receiving(line);
    USART_BRR(line->base) = divider(line, baud);
    USART_CR3(line->base) = USART_CR3_DMAR | USART_CR3_OVRDIS | USART_CR3_WUS_RXNE;
    USART_CR1(line->base) = USART_CR1_UE | USART_CR1_RE | USART_CR1_TE | USART_CR1_IDLEIE;
    NVIC_ISER = BIT(line->irq) | BIT(line->dma_irq);
}

static uint16_t next_index(uint16_t index)
{
    return (uint16_t)((index + 1U) % SEND_SIZE);
}

size_t uart_send(enum uart_port port, struct span bytes)
{
    size_t count = 0;
    uint16_t head = states[port].head;

    while (count < bytes.size && next_index(head) != states[port].tail) {
        states[port].send[head] = bytes.data[count++];
        head = next_index(head);
    }
    if (count > 0) {
        uint32_t mask = interrupts_save(); // the handler changes the same register
        states[port].head = head;
        USART_CR1(lines[port].base) |= USART_CR1_TXEIE;
        interrupts_restore(mask);
    }
    return count;
}

static uint16_t received_to(enum uart_port port)
{
    const struct line *line = &lines[port];

    uint32_t left = DMA_CNDTR(line->channel); // 1..ring_size, 0 for a moment at the wrap

    return (uint16_t)(left == 0 ? 0 : line->ring_size - left);
}

// How far the DMA has come.
struct reach {
    uint32_t bytes; // since the line was opened, may wrap
    uint16_t at;    // position in the ring
};

// A lap that ends while this looks is counted by its flag or not at all.
static struct reach reach_of(enum uart_port port)
{
    const struct line *line = &lines[port];
    uint32_t mask = interrupts_save();
    bool ended;
    uint16_t at;

    do {
        ended = (DMA_ISR & DMA_TC(line->channel)) != 0;
        at = received_to(port);
    } while (ended != ((DMA_ISR & DMA_TC(line->channel)) != 0));
    uint32_t laps = states[port].laps + (ended ? 1U : 0U);
    interrupts_restore(mask);
    return (struct reach){laps * line->ring_size + at, at};
}

// What the DMA has overwritten is lost, and what is left begins amidst a line: all of it goes.
static void drop_if_overrun(enum uart_port port, struct reach reach)
{
    if (reach.bytes - states[port].consumed > lines[port].ring_size) {
        states[port].overrun = true;
        states[port].consumed = reach.bytes;
        states[port].taken = reach.at;
    }
}

size_t uart_receive(enum uart_port port, uint8_t *buffer, size_t capacity)
{
    const struct line *line = &lines[port];
    struct reach reach = reach_of(port);
    size_t count = 0;

    drop_if_overrun(port, reach);
    memory_changed();
    while (states[port].taken != reach.at && count < capacity) {
        buffer[count++] = line->ring[states[port].taken++];
        if (states[port].taken == line->ring_size) {
            states[port].taken = 0;
        }
    }
    states[port].consumed += count;
    return count;
}

bool uart_take_error(enum uart_port port)
{
    uint32_t base = lines[port].base;
    uint32_t errors = USART_ISR(base) & (USART_ISR_FE | USART_ISR_NE);

    if (errors != 0) {
        USART_ICR(base) = errors; // the same bits clear them (RM0376 section 29.8.9)
    }
    return errors != 0;
}

bool uart_take_loss(enum uart_port port)
{
    bool overrun = states[port].overrun;

    states[port].overrun = false;
    return overrun;
}

bool uart_is_idle(enum uart_port port)
{
    return states[port].head == states[port].tail &&
           (USART_ISR(lines[port].base) & USART_ISR_TC) != 0;
}

// An idle line may have become so before the sleep began, its interrupt already served: only the
// position tells.
bool uart_has_news(void)
{
    bool news = false;

    for (unsigned i = 0; i < LINES; i++) {
        uint16_t end = DMA_CCR(lines[i].channel) == 0 ? 0 : received_to((enum uart_port)i);
        news = news || (end != states[i].told && end != states[i].taken);
        states[i].told = end;
    }
    return news;
}

// ---- Stop ----

void uart_expect(enum uart_port port, bool expected)
{
    if (port != UART_MODEM) {
        return; // slow enough
    }
    RCC_CR = expected ? RCC_CR | RCC_CR_HSIKERON : RCC_CR & ~RCC_CR_HSIKERON;
}

static bool is_open(enum uart_port port)
{
    return (USART_CR1(lines[port].base) & USART_CR1_UE) != 0;
}

static bool is_quiet(enum uart_port port)
{
    return uart_is_idle(port) && (USART_ISR(lines[port].base) & USART_ISR_BUSY) == 0 &&
           received_to(port) == states[port].quiet;
}

bool uart_may_stop(void)
{
    bool quiet = true;

    for (unsigned i = 0; i < LINES; i++) {
        quiet = quiet && (!is_open((enum uart_port)i) || is_quiet((enum uart_port)i));
    }
    return quiet;
}

// The DMA has no clock in Stop and its requests must be off (RM0376 section 29.5.17). It is the whole character that
// wakes, not its start bit: noise does not, and the way back into Stop never cuts one.
void uart_before_stop(void)
{
    for (unsigned i = 0; i < LINES; i++) {
        uint32_t base = lines[i].base;
        if (is_open((enum uart_port)i)) {
            USART_ICR(base) = USART_ICR_WUCF;
            USART_CR1(base) |= USART_CR1_UESM;
            USART_CR3(base) = (USART_CR3(base) & ~USART_CR3_DMAR) | USART_CR3_WUFIE;
        }
    }
}

// A character that waits is taken by the DMA as soon as it may.
void uart_after_stop(void)
{
    for (unsigned i = 0; i < LINES; i++) {
        uint32_t base = lines[i].base;
        if (is_open((enum uart_port)i)) {
            USART_CR3(base) = (USART_CR3(base) & ~USART_CR3_WUFIE) | USART_CR3_DMAR;
            USART_CR1(base) &= ~USART_CR1_UESM;
        }
    }
}

static void note_idle(enum uart_port port)
{
    uint32_t base = lines[port].base;

    if ((USART_ISR(base) & USART_ISR_IDLE) != 0) {
        USART_ICR(base) = USART_ICR_IDLE;
        states[port].quiet = received_to(port);
    }
}

// Behind the last character one more interrupt comes, when it has left: from then on the clocks may stop.
static void serve(enum uart_port port)
{
    uint32_t base = lines[port].base;
    uint32_t ready = USART_CR1(base) & USART_ISR(base); // enables and flags have the same places

    note_idle(port);
    if ((ready & USART_CR1_TCIE) != 0) {
        USART_CR1(base) &= ~USART_CR1_TCIE;
    }
    if ((ready & USART_CR1_TXEIE) == 0) {
        return;
    }
    if (states[port].head == states[port].tail) {
        USART_CR1(base) = (USART_CR1(base) & ~USART_CR1_TXEIE) | USART_CR1_TCIE;
        return;
    }
    USART_TDR(base) = states[port].send[states[port].tail];
    states[port].tail = next_index(states[port].tail);
}

static void serve_ring(enum uart_port port)
{
    uint32_t channel = lines[port].channel;
    uint32_t flags = DMA_ISR & (DMA_TC(channel) | DMA_HT(channel));

    DMA_IFCR = flags;
    if ((flags & DMA_TC(channel)) != 0) {
        states[port].laps++;
    }
}

void dma_2_3_handler(void)
{
    serve_ring(UART_MODEM);
}

void dma_4_7_handler(void)
{
    serve_ring(UART_CONSOLE);
}

void usart2_handler(void)
{
    serve(UART_CONSOLE);
}

void lpuart1_handler(void)
{
    serve(UART_MODEM);
}
