// SPDX-License-Identifier: Apache-2.0
#include "vnode/run/ledger_sample.h"

#include <string.h>

struct ledger_sample ledger_sample_of(struct machine *machine, const struct modem *modem)
{
    struct ledger_sample sample = {
        .now_ns = machine_now_ns(machine),
        .spent = machine->soc.time.spent,
        .has_sensor = !machine->sht31.absent,
        .has_crystal = rcc_lse_hz(machine) != 0,
        .has_lsi = rcc_lsi_hz(machine) != 0,
        .cycles = machine->cpu.cycles,
        .sensor_ns = machine->sht31.measured_ns,
        .tx_ns = modem_counters(modem)->tx_ns,
        .rx_ns = modem_counters(modem)->rx_ns,
    };

    nor_meter_book(machine);
    supply_meter_look(machine);
    sample.supply_ns = machine->soc.supply_meter.on_ns;
    memcpy(sample.nor_ns, machine->soc.nor_meter.ns, sizeof sample.nor_ns);
    return sample;
}
