// SPDX-License-Identifier: Apache-2.0
// Plays a golden transcript of a host and its modem against the emulated module. One file, line by line:
//
//   module bc660k nb1-ce0 5       which module, radio class and seed; first of all
//   > AT+CSQ                      the host types this and CR LF
//   >> abc\x1A                    …these bytes alone
//   < OK                          the next line that the module says must be this; `*` stands for anything.
//                                 At most 200 s of virtual time, or as many as `<30` allows
//   <> '>'                        the prompt
//   ? +CEREG: *                   may come, once, at this place
//   any +QMTPUB: 0,0,0            …the next or one behind it, for lines whose order is open
//   drain                         forgets what the module has said
//   wait 5s                       nobody types; the module may say something
//   silent 5s                     …and must not
//   power on | power off | pin high | pin low | status high | status low
//   fault NAME [TIMES]            orders a fault of vnode/chip/modem_fault.h; TIMES 0 undoes it, `always`
//   # comment
//
// $udp, $tcp, $coap and $mqtt are the ports of the test's servers.
#ifndef NBOTA_TESTS_UNIT_MODEM_SCRIPT_H
#define NBOTA_TESTS_UNIT_MODEM_SCRIPT_H

struct script_ports {
    unsigned udp, tcp, coap, mqtt;
};

// Plays the file at `path`; fails the test at the first line that does not hold, with what the module said instead.
void script_play(const char *path, const struct script_ports *ports);

#endif
