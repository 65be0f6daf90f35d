// SPDX-License-Identifier: Apache-2.0
// Where a node's charge goes: how long each part of the board was in which state, and what it drew there. The figures
// with their sources are in ledger.def. Pure: it is told what the parts have counted (ledger_sample.c).
#ifndef NBOTA_VNODE_RUN_LEDGER_H
#define NBOTA_VNODE_RUN_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "link/class.h"
#include "vnode/chip/modem_activity.h"
#include "vnode/soc/nor_meter.h"
#include "vnode/soc/time.h"

enum ledger_row {
#define LEDGER(row, consumer, state, unit, value, source) LEDGER_##row,
#include "vnode/run/ledger.def"
#undef LEDGER
    LEDGER_ROWS
};

enum ledger_unit { LEDGER_UA, LEDGER_UA_PER_MHZ, LEDGER_CLASS };

struct ledger_figure {
    const char *consumer, *state;
    enum ledger_unit unit;
    double value;
    const char *source;
};
extern const struct ledger_figure ledger_figures[LEDGER_ROWS];

// What the parts have counted since they were made.
struct ledger_sample {
    uint64_t now_ns;
    struct time_spent spent;
    bool has_sensor;
    bool has_crystal; // LSE and LSI run
    bool has_lsi;
    uint64_t cycles; // of the processor, asleep or not
    uint64_t nor_ns[NOR_DRAWS];
    uint64_t sensor_ns;    // measuring
    uint64_t supply_ns;    // 5 V on
    uint64_t tx_ns, rx_ns; // of the modem's radio
};

struct ledger_sum {
    double seconds; // in all
    double seconds_in[LEDGER_ROWS];
    double charge_uas[LEDGER_ROWS]; // µA·s
};

struct ledger {
    const struct link_class *class;
    struct ledger_sample last;
    struct ledger_sum whole;
    struct ledger_sum rest; // of it while the modem was asleep or off: between uplinks
};

// Begins with empty sums; `class` outlives it.
void ledger_start(struct ledger *self, const struct link_class *class,
                  const struct ledger_sample *sample);
// Books the time since the last sample, in which the modem did `activity`.
void ledger_book(struct ledger *self, const struct ledger_sample *sample,
                 enum modem_activity activity);

// Average current of the whole in µA; 0 when no time has passed.
double ledger_average_ua(const struct ledger_sum *sum);
double ledger_charge_uas(const struct ledger_sum *sum);
// Days until `capacity_mah` are gone at `average_ua`, with `self_discharge` of it lost in a year (0.01 = 1 %).
double ledger_battery_days(double average_ua, double capacity_mah, double self_discharge);

#endif
