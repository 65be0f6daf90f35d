// SPDX-License-Identifier: Apache-2.0
#include "vnode/soc/iwdg.h"

#include "vnode/soc/machine.h"

enum {
    KR = 0x00,
    PR = 0x04,
    RLR = 0x08,
    SR = 0x0C,
    WINR = 0x10,
    KEY_FEED = 0xAAAA,
    KEY_UNLOCK = 0x5555,
    KEY_START = 0xCCCC,
    RELOAD_MAX = 4095,
    TAKE_OVER_PERIODS = 5, // of the LSI, until a new value holds
};

void iwdg_reset(struct machine *self)
{
    self->soc.iwdg = (struct iwdg){.reload = RELOAD_MAX, .window = RELOAD_MAX};
    time_due(self, EVENT_IWDG, TIME_NEVER);
}

static void feed(struct machine *self)
{
    const struct iwdg *iwdg = &self->soc.iwdg;
    uint32_t divider = 4U << (iwdg->prescaler > 6 ? 6 : iwdg->prescaler);

    if (iwdg->running) {
        uint64_t periods = (uint64_t)(iwdg->reload + 1) * divider;
        time_due(self, EVENT_IWDG,
                 time_now_ns(self) + time_of_periods(periods, self->soc.rcc.lsi_hz));
    }
}

void iwdg_expired(struct machine *self)
{
    // A reset from inside pulls NRST too.
    self->reset_cause = RCC_CSR_IWDG_RESET | RCC_CSR_PIN_RESET;
    soc_stop(self, SOC_RESET);
}

static void write_key(struct machine *self, uint32_t key)
{
    struct iwdg *iwdg = &self->soc.iwdg;

    iwdg->unlocked = key == KEY_UNLOCK;
    if (key == KEY_START) {
        iwdg->running = true;
        rcc_start_lsi(self);
    }
    if (key == KEY_START || key == KEY_FEED) {
        feed(self);
    } else if (key != KEY_UNLOCK) {
        soc_misuse(self, "IWDG_KR written with %04X, which is no key", key);
    }
}

static void set(struct machine *self, uint32_t *place, uint64_t *ready_ns, uint32_t value)
{
    uint64_t now_ns = time_now_ns(self);

    if (!self->soc.iwdg.unlocked) {
        soc_misuse(self, "IWDG_PR or IWDG_RLR written without the key 5555");
    } else if (now_ns < *ready_ns) {
        soc_misuse(self, "IWDG_PR or IWDG_RLR written before the last value was taken over");
    } else {
        *place = value;
        *ready_ns = now_ns + time_of_periods(TAKE_OVER_PERIODS, self->soc.rcc.lsi_hz);
    }
}

uint32_t iwdg_read(struct machine *self, unsigned index, uint32_t offset)
{
    const struct iwdg *iwdg = &self->soc.iwdg;
    uint64_t now_ns = time_now_ns(self);

    (void)index;
    switch (offset) {
    case PR:
        return iwdg->prescaler;
    case RLR:
        return iwdg->reload;
    case SR:
        return (now_ns < iwdg->prescaler_ready_ns ? 1U : 0) |
               (now_ns < iwdg->reload_ready_ns ? 2U : 0);
    case WINR:
        return iwdg->window;
    default:
        return 0;
    }
}

void iwdg_write(struct machine *self, unsigned index, uint32_t offset, uint32_t value)
{
    struct iwdg *iwdg = &self->soc.iwdg;

    (void)index;
    switch (offset) {
    case KR:
        write_key(self, value);
        break;
    case PR:
        set(self, &iwdg->prescaler, &iwdg->prescaler_ready_ns, value & 7);
        break;
    case RLR:
        set(self, &iwdg->reload, &iwdg->reload_ready_ns, value & RELOAD_MAX);
        break;
    default:
        soc_misuse(self, "IWDG register +%02X written, which is not modelled", offset);
    }
}
