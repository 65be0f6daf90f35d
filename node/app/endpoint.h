// SPDX-License-Identifier: Apache-2.0
// The server of the session under way. Its settings are copied when the session begins, so that what is set meanwhile
// counts for the next one; where it is stands in node/app/address.h. There is one, because only one session is under
// way at a time.
#ifndef NBOTA_NODE_APP_ENDPOINT_H
#define NBOTA_NODE_APP_ENDPOINT_H

#include <stdbool.h>

#include "base/span.h"
#include "node/core/protocol.h"

// Copies the settings of the OTA server or of the data server; false when no server, or no place on it, is set.
bool endpoint_take_ota(void);
bool endpoint_take_data(void);
bool endpoint_subscribes(void); // a downlink topic is set

// AT+PRO as it is set now.
struct protocol endpoint_protocol(void);
// Whether a data session could send anything now: server and, with MQTT and CoAP, the place on it. Copies nothing.
bool endpoint_has_data_server(void);

// Requests to the modem with what was taken (node/port/modem.h).
void endpoint_open(void);
void endpoint_connect(void);
void endpoint_subscribe(void);
void endpoint_send(struct span payload); // borrowed until the outcome

#endif
