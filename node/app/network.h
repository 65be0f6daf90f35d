// SPDX-License-Identifier: Apache-2.0
// What the settings ask of the network.
#ifndef NBOTA_NODE_APP_NETWORK_H
#define NBOTA_NODE_APP_NETWORK_H

// Wakes the modem and attaches (node/port/modem.h, modem_wake) with AT+APN, AT+DNSCFG, AT+QCOPS, AT+NTP; AT+CSQTIME
// bounds the search. The settings are those of this moment.
void network_wake(void);

#endif
