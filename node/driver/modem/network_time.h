// SPDX-License-Identifier: Apache-2.0
// The answer to AT+CCLK? (3GPP TS 27.007 section 8.15): local time and its distance from UTC.
#ifndef NBOTA_NODE_DRIVER_MODEM_NETWORK_TIME_H
#define NBOTA_NODE_DRIVER_MODEM_NETWORK_TIME_H

#include <stdint.h>

// Reads `yy/MM/dd,hh:mm:ss±zz`, in quotes or not, zz in quarter hours and optional. Returns seconds since 1970 UTC;
// 0 when that is no time, or one before 2024: a clock that no network has set yet begins in 1970, 1980 or 2000.
uint32_t network_time_read(const char *text);

#endif
