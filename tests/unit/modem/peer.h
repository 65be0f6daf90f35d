// SPDX-License-Identifier: Apache-2.0
// Servers of the tests' own, each a child process: one that follows a script of bytes, and one that answers chunk
// requests from behind a broker.
#ifndef NBOTA_TESTS_UNIT_MODEM_PEER_H
#define NBOTA_TESTS_UNIT_MODEM_PEER_H

#include <stddef.h>
#include <sys/types.h>

struct peer {
    pid_t pid;
    unsigned port;
};

// One exchange: waits for `expect_size` bytes, then writes `answer_size` bytes.
struct peer_step {
    size_t expect_size;
    const char *answer;
    size_t answer_size;
};

// Accepts one connection, walks through the steps, then waits for its end.
void peer_script(struct peer *peer, const struct peer_step *steps, size_t count);
// Answers v2/fw/request/1/chunk/<n> with 1028 bytes that depend on n alone, `delay_ms` of real time later.
void peer_responder(struct peer *peer, unsigned broker_port, unsigned delay_ms);
void peer_end(struct peer *peer);
// The bytes of chunk n.
void peer_chunk(unsigned n, unsigned char chunk[1028]);

#endif
