// SPDX-License-Identifier: Apache-2.0
// What a module is busy with, as far as its current depends on it.
#ifndef NBOTA_VNODE_CHIP_MODEM_ACTIVITY_H
#define NBOTA_VNODE_CHIP_MODEM_ACTIVITY_H

struct modem;
struct link_class;

enum modem_activity {
    MODEM_IS_OFF,   // no supply, or waits for its key
    MODEM_SLEEPS,   // deep sleep, PSM
    MODEM_DOZES,    // light sleep: hears the network, its line is dead
    MODEM_IS_AWAKE, // boots, wakes, listens to its line
    MODEM_ATTACHES, // searches, registers
    MODEM_IS_CONNECTED,
};

// Now; it changes at modem_next_ns() or with what comes over the line and the pin.
enum modem_activity modem_activity(const struct modem *self);
const struct link_class *modem_link_class(const struct modem *self);

#endif
