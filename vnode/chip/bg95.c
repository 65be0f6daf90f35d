// SPDX-License-Identifier: Apache-2.0
// What makes a module a BG95-M2: its commands, its settings as shipped, its limits. docs/modems.md.
#include "vnode/chip/module.h"

enum {
    EXECUTE = FORM_EXECUTE,
    READ = FORM_READ,
    SET = FORM_SET,
    ANY = FORM_READ | FORM_SET,
    RAW = FORM_SET | FORM_RAW
};

static const struct command commands[] = {
#define COMMAND(name, forms, run, low_ms, high_ms) {name, forms, run, low_ms, high_ms},
#include "vnode/chip/bg95_commands.def"
#undef COMMAND
};

static const struct module_variant bg95 = {
    .commands = commands,
    .command_count = sizeof commands / sizeof commands[0],
    .power = &bg95_power,
    .version_31 = 3,
    .version_311 = 4,
    .packet_timeout_s = 5,
    .retries = 3,
    .shows_key = true,
    .buffers_messages = true,
    .closes_twice = true,
    .publish_max = 4096,
    .inbound_max = 4096,
    .topics_max = MQTT_FILTERS_MAX,
    .context = 1,
    .activates_context = true,
    .socket_words = &bg95_socket_words,
    .say_coap = bg95_say_coap,
    .factory =
        {
            .echo = true,
            .baud = 115200,
            .tau = "11100000",
            .active = "11100000",
            .edrx = "0000",
            .context_type = 1,
            .operating_mode = 2,
            .band_masks = "0xF,0x100002000000000F0E189F,0x10004200000000090E189F",
        },
};

struct modem *bg95_create(const struct modem_config *config)
{
    return module_create(&bg95, config);
}
