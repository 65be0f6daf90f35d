// SPDX-License-Identifier: Apache-2.0
// A modem on a bench: the test plays the host on its line, in virtual time; the network behind it is real.
#ifndef NBOTA_TESTS_UNIT_MODEM_RIG_H
#define NBOTA_TESTS_UNIT_MODEM_RIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "vnode/chip/modem.h"

enum { RIG_SEEN_MAX = 1 << 20, RIG_BAUD = 115200 };
#define RIG_MS UINT64_C(1000000)
#define RIG_S  UINT64_C(1000000000)

struct rig {
    struct modem *modem;
    uint64_t now_ns;
    uint8_t *seen; // everything the modem said
    size_t seen_size;
    size_t read;         // …of it already expected
    uint64_t hash;       // over all bytes and their times
    uint64_t arrived_ns; // virtual time of the last byte of what rig_expect() found
};

void rig_begin(struct rig *rig, const char *link_class, uint64_t seed);
// The same with any module.
void rig_begin_with(struct rig *rig, struct modem *(*create)(const struct modem_config *config),
                    const char *link_class, uint64_t seed);
void rig_end(struct rig *rig);
// Lets virtual time go on to until_ns; real time passes only while the network is not quiet.
void rig_run(struct rig *rig, uint64_t until_ns);
// One step of virtual time towards until_ns, or a moment of real time.
void rig_step(struct rig *rig, uint64_t until_ns);
// Types `text` and CR at the line's rate.
void rig_type(struct rig *rig, const char *text);
void rig_type_bytes(struct rig *rig, const void *bytes, size_t size, uint32_t baud);
// Runs until `text` comes, at most `bound_ms` of virtual time; fails the test when it does not.
void rig_expect(struct rig *rig, const char *text, uint64_t bound_ms);
void rig_expect_bytes(struct rig *rig, const void *bytes, size_t size, uint64_t bound_ms);
// Runs `ms` and fails when `text` comes.
void rig_expect_not(struct rig *rig, const char *text, uint64_t ms);
// The same for the line's end: types, then expects OK within 5 s.
void rig_ok(struct rig *rig, const char *command);
void rig_error(struct rig *rig, const char *command);
// Power, RDY, ATE0, CMEE=1.
void rig_boot(struct rig *rig);
// …and attached.
void rig_attach(struct rig *rig);
// …and connected to 127.0.0.1:port as `client`, with showrecvlen.
void rig_connect(struct rig *rig, unsigned port, const char *client);

// A mosquitto of the test's own.
struct broker_process {
    pid_t pid;
    unsigned port;
    char folder[64];
};
// `extra` are more lines of its configuration.
void broker_start(struct broker_process *broker, const char *extra);
// …again on the same port after broker_kill().
void broker_restart(struct broker_process *broker);
void broker_kill(struct broker_process *broker, int signal_number);
// Ends it and removes its folder.
void broker_end(struct broker_process *broker);

#endif
