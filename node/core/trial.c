// SPDX-License-Identifier: Apache-2.0
#include "node/core/trial.h"

static bool has_passed(const struct trial_evidence *evidence)
{
    bool network = evidence->other_product ? evidence->modem_answers : evidence->attached;

    return network && evidence->settings_readable && evidence->nor_answers;
}

bool trial_is_overdue(const struct trial_evidence *evidence)
{
    uint32_t periods = evidence->since_reset_s / evidence->period_s;

    return periods >= TRIAL_PERIODS && evidence->since_reset_s >= TRIAL_AT_LEAST_S;
}

enum trial_verdict trial_judge(const struct trial_evidence *evidence)
{
    if (has_passed(evidence)) {
        return TRIAL_CONFIRMED;
    }
    return !evidence->attached && trial_is_overdue(evidence) ? TRIAL_GIVEN_UP : TRIAL_WAITS;
}
