// SPDX-License-Identifier: Apache-2.0
// The user's key and the three interrupt inputs. An edge that was asked for ends a sleep, Stop too. Bound at link time.
#ifndef NBOTA_NODE_PORT_INPUT_H
#define NBOTA_NODE_PORT_INPUT_H

#include <stdbool.h>
#include <stdint.h>

// docs/memory.md, "Board". A pressed key is low.
enum input { INPUT_KEY, INPUT_1, INPUT_2, INPUT_3, INPUTS };

// The numbers of AT+INTMOD.
enum input_sense {
    INPUT_OFF,     // the pin is analog and takes no current
    INPUT_BOTH,    // either edge; no pull, the sensor drives both levels
    INPUT_FALLING, // pulled up, as an open contact wants it
    INPUT_RISING,  // pulled down
};

// From now on edges of `sense` are noted; those that came before are forgotten. The key is pulled up in any case.
void input_set(enum input input, enum input_sense sense);
// False for an input that is off.
bool input_is_high(enum input input);
// The level of an input that may be off: it is pulled up for the moment of the look, 0.1 ms.
bool input_look(enum input input);
// Bit n: an edge came on enum input n since the last call.
uint8_t input_take_edges(void);

#endif
