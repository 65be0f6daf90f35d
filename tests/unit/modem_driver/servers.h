// SPDX-License-Identifier: Apache-2.0
// Real servers of the test's own: a mosquitto, and the peers of tests/unit/modem/peers.py.
#ifndef NBOTA_TESTS_UNIT_MODEM_DRIVER_SERVERS_H
#define NBOTA_TESTS_UNIT_MODEM_DRIVER_SERVERS_H

// Ports of 127.0.0.1.
struct server_ports {
    unsigned mqtt, udp, tcp, coap;
};
extern struct server_ports server_ports;

int servers_start(void **state);
int servers_stop(void **state);

#endif
