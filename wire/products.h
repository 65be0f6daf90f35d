// SPDX-License-Identifier: Apache-2.0
// The products: what tells them apart on the wire, and what is fitted to their boards.
#ifndef NBOTA_WIRE_PRODUCTS_H
#define NBOTA_WIRE_PRODUCTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum product_modem {
    PRODUCT_MODEM_BC660K, // BC660K-GL, NB-IoT
    PRODUCT_MODEM_BG95,   // BG95-M2, LTE-M
};

enum product_sensors {
    PRODUCT_SENSORS_SHT31, // temperature and humidity on I2C
    PRODUCT_SENSORS_RS485, // what AT+COMMANDx asks on the RS485 line
    PRODUCT_SENSORS_WSC2,  // a weather station on the RS485 line
    PRODUCT_SENSORS_POM01, // whether mains are there, two inputs
};

// Where the battery's voltage is to be found.
enum product_supply {
    PRODUCT_SUPPLY_CELL, // it is the supply of the MCU
    PRODUCT_SUPPLY_DIVIDER, // a sixth of it is on an input of the converter: rechargeable cells behind a regulator
};

// What a node of it has beside what all have, a mask; commands and settings name what they need.
enum capability {
    NEEDS_ALL = 0,
    NEEDS_BG95 = 1,     // the modem
    NEEDS_LINE = 2,     // a serial line to sensors with rate, parity and stop bits
    NEEDS_COMMANDS = 4, // …and commands of the user's own to send on it
};

enum {
    PRODUCT_CAN_NONE = 0,
    PRODUCT_CAN_LINE = NEEDS_LINE,
    PRODUCT_CAN_COMMANDS = NEEDS_LINE | NEEDS_COMMANDS,
};

struct product {
    const char *name;       // as the console's banner says it
    const char *ota_title;  // default of AT+OTATITLE
    const char *interrupts; // default of AT+INTMOD
    uint8_t id;             // decides whether settings survive an update
    uint8_t hardware_id;    // board and modem an image must fit
    uint8_t modem;          // enum product_modem
    uint8_t sensors;        // enum product_sensors
    uint8_t supply;         // enum product_supply
    uint8_t capabilities;   // mask of enum capability: PRODUCT_CAN_…
};

enum product_index {
#define PRODUCT(identifier, ...) PRODUCT_##identifier,
#include "wire/products.def"
#undef PRODUCT
    PRODUCT_COUNT
};

extern const struct product products[PRODUCT_COUNT];

// NULL when there is none with that id.
const struct product *product_by_id(uint8_t id);
// NULL when there is none with that name or default title; letter case is ignored.
const struct product *product_by_name(const char *name);

// Of enum capability: those of the row and those that come with the modem.
unsigned product_capabilities(const struct product *product);
static inline bool capability_fits(unsigned capabilities, unsigned needs)
{
    return (capabilities & needs) == needs;
}

#endif
