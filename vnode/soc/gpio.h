// SPDX-License-Identifier: Apache-2.0
// The ports A..E and H, RM0376 section 9. The path from a BSRR store to the NOR's pins is the hot one of a download.
#ifndef NBOTA_VNODE_SOC_GPIO_H
#define NBOTA_VNODE_SOC_GPIO_H

#include <stdbool.h>
#include <stdint.h>

struct machine;

enum gpio_port { PORT_A, PORT_B, PORT_C, PORT_D, PORT_E, PORT_H = 7, PORTS };

struct gpio_pins {
    uint32_t moder, otyper, ospeedr, pupdr, odr, lckr, afr[2];
    uint16_t outputs;  // pins in output mode
    uint16_t analog;   // pins in analog mode read 0
    uint16_t level;    // what the board sees of this port's outputs
    uint16_t external; // what the board puts on pins that are not driven
};

struct gpio {
    struct gpio_pins port[PORTS];
    // Of every change of an output and of what a pin is, the NOR's bus left out, in order and without time.
    uint64_t pin_hash;
};

// Pins analog, levels kept where the board's parts hold them.
void gpio_reset(struct machine *self, unsigned port);
uint32_t gpio_read(struct machine *self, unsigned port, uint32_t offset);
void gpio_write(struct machine *self, unsigned port, uint32_t offset, uint32_t value);
// True when the pin is switched to alternate function `function`.
bool gpio_has_function(const struct machine *self, enum gpio_port port, unsigned pin,
                       unsigned function);
// The board puts a level on an input; edges go to EXTI.
void gpio_input(struct machine *self, enum gpio_port port, unsigned pin, bool high);

#endif
