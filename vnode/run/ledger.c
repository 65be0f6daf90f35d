// SPDX-License-Identifier: Apache-2.0
#include "vnode/run/ledger.h"

#define NS               1e9
#define SECONDS_PER_HOUR 3600.0
#define HOURS_PER_DAY    24.0
#define DAYS_PER_YEAR    365.25
#define UA_PER_MA        1000.0
#define AWAKE_SHARE      0.4 // of the connected current, ledger.def

const struct ledger_figure ledger_figures[LEDGER_ROWS] = {
#define LEDGER(row, consumer, state, unit, value, source)                                          \
    [LEDGER_##row] = {consumer, state, LEDGER_##unit, value, source},
#include "vnode/run/ledger.def"
#undef LEDGER
};

static double seconds(uint64_t to_ns, uint64_t from_ns)
{
    return (double)(to_ns - from_ns) / NS;
}

static void add_at(struct ledger_sum *sum, enum ledger_row row, double time_s, double ua)
{
    sum->seconds_in[row] += time_s;
    sum->charge_uas[row] += time_s * ua;
}

static void add(struct ledger_sum *sum, enum ledger_row row, double time_s)
{
    add_at(sum, row, time_s, ledger_figures[row].value);
}

// µA/MHz · cycles / 10⁶ = µA·s.
static void add_cycles(struct ledger_sum *sum, enum ledger_row row, double time_s, uint64_t cycles)
{
    sum->seconds_in[row] += time_s;
    sum->charge_uas[row] += ledger_figures[row].value * (double)cycles / 1e6;
}

static void add_mcu(struct ledger_sum *sum, const struct ledger_sample *a,
                    const struct ledger_sample *b)
{
    double all_s = seconds(b->now_ns, a->now_ns);
    double off_s = seconds(b->spent.off_ns, a->spent.off_ns);
    double stop_s = seconds(b->spent.stop_ns, a->spent.stop_ns);
    double sleep_s = seconds(b->spent.sleep_ns, a->spent.sleep_ns);
    uint64_t slept = b->spent.sleep_cycles - a->spent.sleep_cycles;

    add_cycles(sum, LEDGER_MCU_RUN, all_s - off_s - stop_s - sleep_s,
               b->cycles - a->cycles - slept);
    add_cycles(sum, LEDGER_MCU_SLEEP, sleep_s, slept);
    add(sum, LEDGER_MCU_STOP, stop_s);
    add(sum, LEDGER_MCU_HSI, seconds(b->spent.stop_hsi_ns, a->spent.stop_hsi_ns));
    add(sum, LEDGER_MCU_CRYSTAL, b->has_crystal ? all_s - off_s : 0);
    add(sum, LEDGER_MCU_LSI, b->has_lsi ? all_s - off_s : 0);
}

static void add_nor(struct ledger_sum *sum, const struct ledger_sample *a,
                    const struct ledger_sample *b)
{
    static const struct {
        enum nor_draw draw;
        enum ledger_row row;
    } rows[] = {
        {NOR_DRAW_DEEP, LEDGER_NOR_DEEP},         {NOR_DRAW_STANDBY, LEDGER_NOR_STANDBY},
        {NOR_DRAW_SELECTED, LEDGER_NOR_SELECTED}, {NOR_DRAW_PROGRAM, LEDGER_NOR_PROGRAM},
        {NOR_DRAW_ERASE, LEDGER_NOR_ERASE},       {NOR_DRAW_FLOATING, LEDGER_NOR_FLOATING},
    };

    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        add(sum, rows[i].row, seconds(b->nor_ns[rows[i].draw], a->nor_ns[rows[i].draw]));
    }
}

static void add_sensor(struct ledger_sum *sum, const struct ledger_sample *a,
                       const struct ledger_sample *b)
{
    double on_s = seconds(b->now_ns, a->now_ns) - seconds(b->spent.off_ns, a->spent.off_ns);
    double measured_s = seconds(b->sensor_ns, a->sensor_ns);

    add(sum, LEDGER_SENSOR_MEASURES, measured_s);
    add(sum, LEDGER_SENSOR_IDLE, b->has_sensor ? on_s - measured_s : 0);
    add(sum, LEDGER_SUPPLY_5V, seconds(b->supply_ns, a->supply_ns));
}

// Its charge is known for the whole of it and spread evenly over its time.
static double attach_ua(const struct link_class *class)
{
    double waits_s = class->attach_s - class->attach_tx_s;

    return (class->attach_tx_s * class->transmit_ma + waits_s * class->connected_ma) /
           class->attach_s * UA_PER_MA;
}

// Transmitter and receiver are counted when a burst begins, so what is left of the time may be less than nothing for a
// moment; the sums are right.
static void add_connected(struct ledger_sum *sum, const struct link_class *class,
                          const struct ledger_sample *a, const struct ledger_sample *b)
{
    double tx_s = seconds(b->tx_ns, a->tx_ns);
    double rx_s = seconds(b->rx_ns, a->rx_ns);

    add_at(sum, LEDGER_MODEM_TRANSMITS, tx_s, class->transmit_ma * UA_PER_MA);
    add_at(sum, LEDGER_MODEM_RECEIVES, rx_s, class->receive_ma * UA_PER_MA);
    add_at(sum, LEDGER_MODEM_CONNECTED, seconds(b->now_ns, a->now_ns) - tx_s - rx_s,
           class->connected_ma * UA_PER_MA);
}

static void add_modem(struct ledger_sum *sum, const struct link_class *class,
                      const struct ledger_sample *a, const struct ledger_sample *b,
                      enum modem_activity activity)
{
    double time_s = seconds(b->now_ns, a->now_ns);

    switch (activity) {
    case MODEM_IS_CONNECTED:
        add_connected(sum, class, a, b);
        break;
    case MODEM_ATTACHES:
        add_at(sum, LEDGER_MODEM_ATTACH, time_s, attach_ua(class));
        break;
    case MODEM_IS_AWAKE:
        add_at(sum, LEDGER_MODEM_AWAKE, time_s, class->connected_ma * AWAKE_SHARE * UA_PER_MA);
        break;
    case MODEM_DOZES:
        add(sum, LEDGER_MODEM_DOZE, time_s);
        break;
    case MODEM_SLEEPS:
        add(sum, LEDGER_MODEM_SLEEP, time_s);
        break;
    case MODEM_IS_OFF:
    default:
        add(sum, LEDGER_MODEM_OFF, time_s);
    }
}

static void add_all(struct ledger_sum *sum, const struct ledger *self,
                    const struct ledger_sample *sample, enum modem_activity activity)
{
    sum->seconds += seconds(sample->now_ns, self->last.now_ns);
    add_mcu(sum, &self->last, sample);
    add_nor(sum, &self->last, sample);
    add_sensor(sum, &self->last, sample);
    add_modem(sum, self->class, &self->last, sample, activity);
}

void ledger_start(struct ledger *self, const struct link_class *class,
                  const struct ledger_sample *sample)
{
    *self = (struct ledger){.class = class, .last = *sample};
}

void ledger_book(struct ledger *self, const struct ledger_sample *sample,
                 enum modem_activity activity)
{
    add_all(&self->whole, self, sample, activity);
    if (activity == MODEM_SLEEPS || activity == MODEM_IS_OFF) {
        add_all(&self->rest, self, sample, activity);
    }
    self->last = *sample;
}

double ledger_charge_uas(const struct ledger_sum *sum)
{
    double charge_uas = 0;

    for (unsigned i = 0; i < LEDGER_ROWS; i++) {
        charge_uas += sum->charge_uas[i];
    }
    return charge_uas;
}

double ledger_average_ua(const struct ledger_sum *sum)
{
    return sum->seconds > 0 ? ledger_charge_uas(sum) / sum->seconds : 0;
}

double ledger_battery_days(double average_ua, double capacity_mah, double self_discharge)
{
    double used_mah = average_ua / UA_PER_MA * HOURS_PER_DAY;
    double lost_mah = capacity_mah * self_discharge / DAYS_PER_YEAR;

    return capacity_mah / (used_mah + lost_mah);
}
