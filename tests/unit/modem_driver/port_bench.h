// SPDX-License-Identifier: Apache-2.0
// The modem port above the BC660K-GL's dialogue; the test is the module and lets the time pass.
#ifndef NBOTA_TESTS_UNIT_MODEM_DRIVER_PORT_BENCH_H
#define NBOTA_TESTS_UNIT_MODEM_DRIVER_PORT_BENCH_H

#include <stdint.h>

#include "node/port/modem.h"

extern const struct modem_network port_network;
extern uint32_t port_now_ms;
extern unsigned port_resets; // of the module, since the setup

int port_setup(void **state); // begins to wake the module
void port_go_online(void);
void port_go_online_again(void); // awake already
void port_begin_open(void);      // awake, and the command is sent
void port_begin_publish(void);   // online, and the command is sent

// What the module says.
void port_say(const char *text);
enum modem_event_kind port_poll(void);
// Lets time pass until the request ends.
enum modem_event_kind port_pass(uint32_t ms);
// Runs the request under way to its end, or up to and including the command that begins with `stop`; a healthy, attached
// module answers.
enum modem_event_kind port_run_until(const char *stop);

void port_expect_sent(const char *command);
void port_expect_reply_leads_to(const char *reply, const char *next_command);
void port_expect_end(const char *reply, enum modem_event_kind kind);

#endif
