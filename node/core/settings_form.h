// SPDX-License-Identifier: Apache-2.0
// The forms that values can have, each as one question. Printable characters and length were looked at before.
#ifndef NBOTA_NODE_CORE_SETTINGS_FORM_H
#define NBOTA_NODE_CORE_SETTINGS_FORM_H

#include "node/core/settings.h"

bool form_is_null(struct span value);
bool form_is_number(struct span value, uint32_t low, uint32_t high);
bool form_is_address(struct span value);
// How `value` fits the kind of its row.
enum setting_verdict form_check(const struct setting_row *row, struct span value);

#endif
