// SPDX-License-Identifier: Apache-2.0
#include "wire/products.h"

const struct product products[PRODUCT_COUNT] = {
#define PRODUCT(identifier, name, title, id, hardware_id) {name, title, id, hardware_id},
#include "wire/products.def"
#undef PRODUCT
};

const struct product *product_by_id(uint8_t id)
{
    for (size_t i = 0; i < PRODUCT_COUNT; i++) {
        if (products[i].id == id) {
            return &products[i];
        }
    }
    return NULL;
}

unsigned product_capabilities(const struct product *product)
{
    enum { HARDWARE_BG95 = 2 };

    return product->hardware_id == HARDWARE_BG95 ? NEEDS_BG95 : NEEDS_ALL;
}
