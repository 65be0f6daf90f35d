// SPDX-License-Identifier: Apache-2.0
// Sizes and numbers that all files of the modules share. Origin: docs/modems.md.
#ifndef NBOTA_VNODE_CHIP_MODEM_LIMITS_H
#define NBOTA_VNODE_CHIP_MODEM_LIMITS_H

#include <stdint.h>

enum {
    MODULE_LINE_MAX = 1600,     // longest command; a longer one is an error (assumed)
    MODULE_OUT_MAX = 64 * 1024, // characters waiting for the host
    MODULE_FIELDS_MAX = 12,
    MODULE_TEXT_MAX = 256,     // topic, user, password
    MODULE_PUBLISH_MAX = 1460, // AT+QMTPUB, text
    MODULE_INBOUND_MAX = 1060, // largest message that is handed to the host (assumed)
    MODULE_OPERATIONS_MAX = 5,
    MODULE_LATER_MAX = 16,
    MODULE_INSTEAD_MAX = 4,
    MODULE_URC_MAX = 128,
    MODULE_REPLY_MAX = 32768, // five buffered messages
    MODULE_DATA_MAX = 4096,   // bytes behind a prompt
};
#define MODULE_MS UINT64_C(1000000)
#define MODULE_S  UINT64_C(1000000000)

// Numbers of +CME ERROR (AT manual, table of error codes; 85xx MQTT note).
enum cme {
    CME_NONE = 0,
    CME_NOT_ALLOWED = 3,
    CME_NOT_SUPPORTED = 4,
    CME_NO_SIM = 10,
    CME_PARAMETER = 50,
    CME_MQTT_LINK = 8503,
    CME_MQTT_BUFFER = 8508,
};

#endif
