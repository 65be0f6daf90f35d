// SPDX-License-Identifier: Apache-2.0
// What makes a module a BC660K-GL: its commands, its settings as shipped, its limits. docs/modems.md.
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
#include "vnode/chip/bc660k_commands.def"
#undef COMMAND
};

static const struct module_variant bc660k = {
    .commands = commands,
    .command_count = sizeof commands / sizeof commands[0],
    .power = &bc660k_power,
    .version_31 = 0,
    .version_311 = 1,
    .packet_timeout_s = 30,
    .retries = 0,
    .publishes_inline = true,
    .publish_max = 1460,
    .inbound_max = MODULE_INBOUND_MAX,
    .topics_max = 1, // several: assumed not to work
    .context = 0,
    .socket_words = &bc660k_socket_words,
    .say_coap = bc660k_say_coap,
    .factory =
        {
            .echo = true,
            .baud = 115200,
            .nb_category = 2,
            .wake_by_line = true,
            .sleep_lock_s = 10,
            .tau = "11100000",
            .active = "11100000",
            .edrx = "0000",
            .bands = "0,1,2,3,4,5,8,12,13,17,18,19,20,25,28,66,70,85",
        },
};

struct modem *bc660k_create(const struct modem_config *config)
{
    return module_create(&bc660k, config);
}
