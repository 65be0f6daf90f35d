// SPDX-License-Identifier: Apache-2.0
#include "vnode/run/devices.h"

#include <string.h>

#include "vnode/soc/gpio.h"

enum { CELLS_MV = 3900, MAINS_PIN = 15, VOLTAGE_PIN = 4 }; // PB15, PA4: docs/products.md, "POM01"

// 3.4 m/s of wind, force 2, east, 91°; 58.1 %, -5.2 °C, 41.7 dB, PM2.5 12, PM10 19, 101.3 kPa, 70,000 lx, 1.5 mm
// of rain (docs/products.md, "WSC2").
static const uint16_t weather[] = {34, 2, 2, 91, 581, 0xFFCC, 417, 12, 19, 1013, 1, 4464, 700, 15};

// The 5 V of the sensors are switched by the node.
static void look_at_supply(struct devices *self)
{
    modbus_device_supply(&self->modbus, machine_feeds_sensors(self->machine),
                         machine_now_ns(self->machine));
}

static void take(void *context, uint8_t byte, uint32_t baud, uint64_t now_ns)
{
    struct devices *self = context;
    bool has_parity = machine_uart_parity(self->machine, MACHINE_UART_SENSOR) != 'N';

    look_at_supply(self);
    modbus_device_take(&self->modbus, byte, has_parity ? 0 : baud, now_ns);
}

static bool give(void *context, uint64_t now_ns, uint32_t baud, uint8_t *byte)
{
    struct devices *self = context;

    (void)baud; // who asks at another rate is not heard in the first place
    return modbus_device_give(&self->modbus, now_ns, byte);
}

static uint64_t next_ns(void *context)
{
    struct devices *self = context;

    look_at_supply(self);
    return modbus_device_next_ns(&self->modbus);
}

static void fit_line(struct devices *self, struct board *board, bool is_station)
{
    const struct board_device device = {self, take, give, next_ns};

    modbus_device_init(&self->modbus);
    if (is_station) {
        self->modbus.first = 0x01F4;
        self->modbus.count = sizeof weather / sizeof weather[0];
        memcpy(self->modbus.registers, weather, sizeof weather);
    }
    board_fit_sensor(board, &device);
}

void devices_fit(struct devices *self, struct board *board, const struct product *product)
{
    self->machine = board_machine(board);
    if (product->supply == PRODUCT_SUPPLY_DIVIDER) {
        self->machine->soc.battery_mv = CELLS_MV;
    }
    switch ((enum product_sensors)product->sensors) {
    case PRODUCT_SENSORS_RS485:
    case PRODUCT_SENSORS_WSC2:
        fit_line(self, board, product->sensors == PRODUCT_SENSORS_WSC2);
        break;
    case PRODUCT_SENSORS_POM01:
        gpio_input(self->machine, PORT_B, MAINS_PIN, false);
        gpio_input(self->machine, PORT_A, VOLTAGE_PIN, false);
        break;
    case PRODUCT_SENSORS_SHT31: // on every board
    default:
        break;
    }
}
