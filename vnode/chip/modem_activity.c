// SPDX-License-Identifier: Apache-2.0
#include "vnode/chip/modem_activity.h"

#include "vnode/chip/module.h"

static enum modem_activity awake(const struct modem *self)
{
    if (self->cfun != 1) {
        return MODEM_IS_AWAKE;
    }
    if (!self->is_attached) {
        return MODEM_ATTACHES;
    }
    return link_radio_is_connected(&self->radio, self->now_ns) ? MODEM_IS_CONNECTED
                                                               : MODEM_IS_AWAKE;
}

enum modem_activity modem_activity(const struct modem *self)
{
    static const enum modem_activity otherwise[] = {
        [POWER_OFF] = MODEM_IS_OFF,        [POWER_DOWN] = MODEM_IS_OFF,
        [POWER_BOOTING] = MODEM_IS_AWAKE,  [POWER_AWAKE] = MODEM_IS_AWAKE,
        [POWER_LIGHT_SLEEP] = MODEM_DOZES, [POWER_DEEP_SLEEP] = MODEM_SLEEPS,
        [POWER_WAKING] = MODEM_IS_AWAKE,   [POWER_STOPPING] = MODEM_IS_AWAKE,
    };

    return self->power == POWER_AWAKE ? awake(self) : otherwise[self->power];
}

const struct link_class *modem_link_class(const struct modem *self)
{
    return self->class;
}
