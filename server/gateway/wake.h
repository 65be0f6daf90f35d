// SPDX-License-Identifier: Apache-2.0
// What broker_wake() needs of the plugin.
#ifndef NBOTA_SERVER_GATEWAY_WAKE_H
#define NBOTA_SERVER_GATEWAY_WAKE_H

// In the thread of the broker's loop, before any other thread begins.
void wake_prepare(void);
// When every other thread has ended.
void wake_end(void);

#endif
