// SPDX-License-Identifier: Apache-2.0
// The server of the session under way. Its settings are copied when the session begins, so that what is set meanwhile
// counts for the next one. There is one, because only one session is under way at a time.
#ifndef NBOTA_NODE_APP_ENDPOINT_H
#define NBOTA_NODE_APP_ENDPOINT_H

#include <stdbool.h>

#include "base/span.h"

// Copies the settings of the OTA server or of the data server; false when no server or no topic is set.
bool endpoint_take_ota(void);
bool endpoint_take_data(void);
bool endpoint_subscribes(void); // a downlink topic is set

// Requests to the modem with what was taken (node/port/modem.h).
void endpoint_wake(void);
void endpoint_open(void);
void endpoint_connect(void);
void endpoint_subscribe(void);
void endpoint_publish(struct span payload);

#endif
