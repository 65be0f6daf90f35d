// SPDX-License-Identifier: Apache-2.0
// Who a virtual node is: node.json, made once, like the label on a device and the ids inside its chips.
#ifndef NBOTA_CLI_NODE_IDENTITY_H
#define NBOTA_CLI_NODE_IDENTITY_H

#include "cli/node_folder.h"

// Draws what `wish` leaves open: IMEI, IMSI, unique id; a serial number on the flash's side of the threshold (vendor
// 2.3.1), or the flash that the serial number promises.
void node_identity_invent(struct node_folder *self, const struct node_wish *wish);

// STATUS_IO: stderr has said why.
enum status node_identity_write(const struct node_folder *self);
// Also of folders from before products and flash sizes were kept: an S31-NB. STATUS_INVALID: stderr has said why.
enum status node_identity_read(struct node_folder *self);

// The serial numbers of boards with the modem that `product` has.
const struct serial_family *node_identity_family(const struct product *product);

#endif
