// SPDX-License-Identifier: Apache-2.0
// The products and what tells them apart on the wire.
#ifndef NBOTA_WIRE_PRODUCTS_H
#define NBOTA_WIRE_PRODUCTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct product {
    const char *name;      // as the console's banner says it
    const char *ota_title; // default of AT+OTATITLE
    uint8_t id;            // decides whether settings survive an update
    uint8_t hardware_id;   // board and modem an image must fit
};

enum product_index {
#define PRODUCT(identifier, name, title, id, hardware_id) PRODUCT_##identifier,
#include "wire/products.def"
#undef PRODUCT
    PRODUCT_COUNT
};

extern const struct product products[PRODUCT_COUNT];

// NULL when there is none with that id.
const struct product *product_by_id(uint8_t id);

// What a node of it has beside what all have; commands and settings name what they need.
enum capability {
    NEEDS_ALL = 0,
    NEEDS_BG95 = 0x80, // the modem
};
unsigned product_capabilities(const struct product *product);
static inline bool capability_fits(unsigned capabilities, unsigned needs)
{
    return (capabilities & needs) == needs;
}

#endif
