// SPDX-License-Identifier: Apache-2.0
// What the peripherals share: reset, interrupt lines, events, Stop mode and the complaint that ends a run.
#include "vnode/soc/soc.h"

#include <stdarg.h>
#include <stdio.h>

#include "vnode/soc/bus.h"
#include "vnode/soc/machine.h"

void soc_misuse(struct machine *self, const char *format, ...)
{
    char text[sizeof self->cpu.misuse];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    self->soc.misused = true;
    cpu_misuse(&self->cpu, "%.*s (pc %08X)", (int)sizeof text - 16, text, self->cpu.r[15] - 2);
}

void soc_reset(struct machine *self, bool cold, uint32_t cause)
{
    time_restart(self, 65536U << 5); // MSI range 5
    rcc_reset(self, cold, cause);
    bus_reset_all(self);
    iwdg_reset(self);
    nvm_reset(self);
    if (cold || self->soc.nvm.options.launches) {
        options_load(self);
    }
    if (cold) {
        rtc_reset(self);
    } else {
        rtc_restart(self);
    }
    nor_mcu_reset(&self->nor);
    self->soc.request = SOC_NOTHING;
}

void soc_irq(struct machine *self, unsigned number, bool asserted)
{
    cpu_set_line(&self->cpu, number, asserted);
}

void soc_stop(struct machine *self, enum soc_request request)
{
    self->soc.request = request;
    cpu_request_stop(&self->cpu, CPU_STOP_BUS);
}

void soc_serve(struct machine *self, enum soc_event event)
{
    static void (*const handlers[SOC_EVENTS])(struct machine *) = {
        [EVENT_NVM] = nvm_done,  [EVENT_WEAK] = nvm_shake,    [EVENT_LPTIM] = lptim_event,
        [EVENT_RTC] = rtc_event, [EVENT_IWDG] = iwdg_expired, [EVENT_I2C] = i2c_event,
        [EVENT_ADC] = adc_event,
    };

    if (event == EVENT_UNTIL) {
        soc_stop(self, SOC_UNTIL);
    } else if (event == EVENT_CUT) {
        soc_stop(self, SOC_CUT);
    } else if (event >= EVENT_UART_SENT && event <= EVENT_UART_SENT_LAST) {
        usart_sent(self, event - EVENT_UART_SENT);
    } else if (event >= EVENT_UART_IDLE && event <= EVENT_UART_IDLE_LAST) {
        usart_idle(self, event - EVENT_UART_IDLE);
    } else {
        handlers[event](self);
    }
}

void soc_enter_stop(struct machine *self)
{
    if (pwr_is_standby(self)) {
        soc_misuse(self, "Standby mode is not modelled");
        return;
    }
    usart_enter_stop(self);
    if (self->soc.i2c.phase != I2C_FREE) {
        soc_misuse(self, "Stop mode inside an I2C transfer");
    } else if (self->soc.time.due[EVENT_ADC] != TIME_NEVER) {
        soc_misuse(self, "Stop mode while the ADC works");
    }
    if (self->soc.misused) {
        return;
    }
    if (nvm_is_busy(self)) { // the processor stops when the operation is over, RM0376 section 6.3.8
        time_jump(self, self->soc.nvm.end_ns);
    }
    time_enter_stop(self);
    self->soc.stop_entered_ns = time_now_ns(self);
}

void soc_leave_stop(struct machine *self)
{
    uint32_t hz = rcc_wake(self);

    time_jump(self, time_now_ns(self) + pwr_wake_ns(self));
    time_leave_stop(self, self->soc.stop_entered_ns, hz);
    rcc_check(self);
    usart_leave_stop(self);
}
