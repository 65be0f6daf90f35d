// SPDX-License-Identifier: Apache-2.0
// What the AT+QMT commands share. Private to the module.
#ifndef NBOTA_VNODE_CHIP_BC660K_QMT_H
#define NBOTA_VNODE_CHIP_BC660K_QMT_H

#include "vnode/chip/bc660k_command.h"

void qmt_config_reset(struct module_mqtt_config *config);
bool qmt_is_client_0(const struct command_line *line);
// Data mode of AT+QMTPUB.
void qmt_take_data(struct modem *self, uint8_t byte);
void qmt_begin_data(struct modem *self);
void qmt_on_data_timer(struct modem *self);

#endif
