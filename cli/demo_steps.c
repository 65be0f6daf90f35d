// SPDX-License-Identifier: Apache-2.0
#include "cli/demo_steps.h"

#include <string.h>

const struct demo_step demo_steps[DEMO_STEPS] = {
    {"trigger: the downlink F901 has arrived", "Received downlink data:", 1},
    {"hardware check: the SPI flash answers", "FW check", 1},
    {"modem awake, attached to the network", "Successfully awakened module", 1},
    {"connected to the OTA server", "MQTT connect success", 1},
    {"version verified: same title, other version", "Inconsistent firmware version", 1},
    {"storage preparation: SPI flash is erased", "Please wait for the erase", 1},
    {"chunk download: 1024 bytes + CRC32 each", "Downloading ", 1},
    {"flash writing: checked, written, read back", "Downloading ", 1},
    {"download completed: whole image verified", "ota 100:", 1},
    {"activation: bootloader copies and starts it", "nbota boot ", 1},
};

bool demo_flow_take(struct demo_flow *self, const char *line)
{
    if (self->next == DEMO_STEPS || strstr(line, demo_steps[self->next].line) == NULL) {
        return false;
    }
    self->times++;
    if (self->times < demo_steps[self->next].times) {
        return false;
    }
    self->next++;
    self->times = 0;
    return true;
}
