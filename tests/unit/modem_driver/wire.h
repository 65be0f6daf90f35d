// SPDX-License-Identifier: Apache-2.0
// The board between the driver and an emulated module, in virtual time: a serial line of real speed, the reset pin or
// the power key, STATUS. Behind the module are real servers.
#ifndef NBOTA_TESTS_UNIT_MODEM_DRIVER_WIRE_H
#define NBOTA_TESTS_UNIT_MODEM_DRIVER_WIRE_H

#include <stdint.h>

#include "vnode/chip/modem_fault.h"

// `module` "bc660k-gl" or "bg95-m2". Powered; nobody has spoken to it yet.
void wire_begin(const char *module, const char *link_class, uint64_t seed);
void wire_end(void);
uint32_t wire_now_ms(void);
// Lets virtual time pass until the driver may have something to do, at most `duration_ms`.
void wire_pass(uint32_t duration_ms);
// Lets real time pass, until something comes from the network, at most 50 ms.
void wire_rest(void);
struct modem_faults *wire_faults(void);
// The next command that begins so is answered with `result` instead.
void wire_answer(const char *command, const char *result);
// The module has another rate of its line stored.
void wire_set_module_baud(uint32_t baud);
// Commands that were said so far, and those that the module could not hear because one was under way.
uint64_t wire_commands(void);
uint64_t wire_commands_while_busy(void);
// What was said in both directions since the last call, a line each: `> AT` and `< OK`.
const char *wire_log(void);

#endif
