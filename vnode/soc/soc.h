// SPDX-License-Identifier: Apache-2.0
// The STM32L072 around its processor: every peripheral's registers as plain data, and what they share.
// Peripherals get the whole machine, since an access to one may end in another (a UART's byte in a DMA's transfer).
#ifndef NBOTA_VNODE_SOC_SOC_H
#define NBOTA_VNODE_SOC_SOC_H

#include "base/attr.h"
#include "vnode/soc/adc.h"
#include "vnode/soc/crc.h"
#include "vnode/soc/dma.h"
#include "vnode/soc/exti.h"
#include "vnode/soc/gpio.h"
#include "vnode/soc/i2c.h"
#include "vnode/soc/iwdg.h"
#include "vnode/soc/lptim.h"
#include "vnode/soc/nor_meter.h"
#include "vnode/soc/nvm.h"
#include "vnode/soc/pwr.h"
#include "vnode/soc/rcc.h"
#include "vnode/soc/rtc.h"
#include "vnode/soc/supply_meter.h"
#include "vnode/soc/time.h"
#include "vnode/soc/usart.h"

// Why the bus ended cpu_run().
enum soc_request { SOC_NOTHING, SOC_UNTIL, SOC_CUT, SOC_RESET };

struct soc {
    enum soc_request request;
    bool misused;    // something was wrong while the processor did not run; ends the next run
    uint64_t random; // state of the generator behind torn content and weak words
    uint64_t stop_entered_ns; // while time.stopped
    uint32_t vdda_mv;         // what the ADC measures against; 3300 unless a test says otherwise
    uint32_t battery_mv;      // of rechargeable cells behind a divider on PA1; 0 = not fitted
    struct timebase time;
    struct rcc rcc;
    struct pwr pwr;
    struct nvm nvm;
    struct gpio gpio;
    struct nor_meter nor_meter;
    struct supply_meter supply_meter;
    struct exti exti;
    struct usart usart[3]; // enum machine_uart
    struct dma dma;
    struct i2c i2c;
    struct lptim lptim;
    struct rtc rtc;
    struct iwdg iwdg;
    struct adc adc;
    struct crc crc;
};

// Every register at its value after a power-on (`cold`) or a system reset, which spares the RTC domain.
void soc_reset(struct machine *self, bool cold, uint32_t cause);
// What an event of time.h means.
void soc_serve(struct machine *self, enum soc_event event);
// Level of interrupt `number` (RM0376 table 53).
void soc_irq(struct machine *self, unsigned number, bool asserted);
// Ends cpu_run() for `request`.
void soc_stop(struct machine *self, enum soc_request request);
// Stops the run with a text, to which the program counter is added.
void soc_misuse(struct machine *self, const char *format, ...) FORMAT_LIKE_PRINTF(2, 3);

// WFI with SLEEPDEEP: clocks off but LSE and LSI. Leaving takes 5 µs and lands on MSI or HSI16.
void soc_enter_stop(struct machine *self);
void soc_leave_stop(struct machine *self);

#endif
