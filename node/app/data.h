// SPDX-License-Identifier: Apache-2.0
// What is known of the last data session; its duties stand in node/app/app.h.
#ifndef NBOTA_NODE_APP_DATA_H
#define NBOTA_NODE_APP_DATA_H

#include <stdbool.h>

#include "base/fmt.h"

// Appends the last uplink as text, without rows of the data log; false when there was none since the reset.
bool data_add_last(struct fmt *out);

#endif
