// SPDX-License-Identifier: Apache-2.0
// Which steps are left out.
#include "node/driver/modem/engine.h"

enum { SHORT_MAX = 256 }; // AT+QISENDEX takes 512 digits

static bool is_quotable(struct span payload)
{
    return payload_is_plain(payload) && !payload_has(payload, '"') && payload.size <= SHORT_MAX;
}

static bool network_holds(const struct modem_network *network, unsigned condition)
{
    switch (condition) {
    case WHEN_APN:
        return network->apn != NULL;
    case WHEN_DNS:
        return network->dns != NULL;
    case WHEN_OPERATOR:
        return network->operator_code != NULL;
    case WHEN_NO_OPERATOR:
        return network->operator_code == NULL;
    case WHEN_NTP:
    default:
        return network->ntp != NULL;
    }
}

static bool payload_holds(struct span payload, unsigned condition)
{
    switch (condition) {
    case WHEN_PLAIN:
        return payload_is_plain(payload);
    case WHEN_BINARY:
        return !payload_is_plain(payload);
    case WHEN_QUOTABLE:
        return is_quotable(payload);
    case WHEN_UNQUOTABLE:
        return !is_quotable(payload);
    case WHEN_SHORT:
        return payload.size <= SHORT_MAX;
    case WHEN_LONG:
    default:
        return payload.size > SHORT_MAX;
    }
}

static bool holds(const struct engine *self, unsigned condition)
{
    switch (condition) {
    case WHEN_ALWAYS:
        return true;
    case WHEN_ONLINE:
        return self->online;
    case WHEN_NAME:
        return self->values.address[0] == '\0';
    case WHEN_FIRST:
        return self->is_fresh;
    case WHEN_APN:
    case WHEN_DNS:
    case WHEN_OPERATOR:
    case WHEN_NO_OPERATOR:
    case WHEN_NTP:
        return network_holds(self->values.network, condition);
    default:
        return payload_holds(self->values.payload, condition);
    }
}

bool engine_is_left_out(const struct engine *self, const struct dialogue_step *step)
{
    const char *const *options = self->values.options;
    bool lacks_option =
        (step->flags & STEP_EACH_OPTION) != 0 && (options == NULL || options[0] == NULL);

    return lacks_option || !holds(self, step->when);
}
