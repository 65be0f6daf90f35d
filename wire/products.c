// SPDX-License-Identifier: Apache-2.0
#include "wire/products.h"

#include <stdbool.h>

const struct product products[PRODUCT_COUNT] = {
#define PRODUCT(identifier, name, title, id, hardware_id, modem, sensors, supply, capabilities,    \
                interrupts)                                                                        \
    {name,                                                                                         \
     title,                                                                                        \
     interrupts,                                                                                   \
     id,                                                                                           \
     hardware_id,                                                                                  \
     PRODUCT_MODEM_##modem,                                                                        \
     PRODUCT_SENSORS_##sensors,                                                                    \
     PRODUCT_SUPPLY_##supply,                                                                      \
     PRODUCT_CAN_##capabilities},
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

static char lower(char character)
{
    return character >= 'A' && character <= 'Z' ? (char)(character | 0x20) : character;
}

static bool is_same_word(const char *a, const char *b)
{
    while (*a != '\0' && lower(*a) == lower(*b)) {
        a++;
        b++;
    }
    return *a == *b;
}

// A title is its product's name in small letters.
const struct product *product_by_name(const char *name)
{
    for (size_t i = 0; i < PRODUCT_COUNT; i++) {
        if (is_same_word(products[i].name, name)) {
            return &products[i];
        }
    }
    return NULL;
}

unsigned product_capabilities(const struct product *product)
{
    unsigned of_modem = product->modem == PRODUCT_MODEM_BG95 ? NEEDS_BG95 : NEEDS_ALL;

    return product->capabilities | of_modem;
}
