// SPDX-License-Identifier: Apache-2.0
// Servers that a command brings along for its own use: ordinary programs on free ports, with a temporary folder, all of
// them gone with the command.
#ifndef NBOTA_CLI_BENCH_H
#define NBOTA_CLI_BENCH_H

#include <limits.h>
#include <stdint.h>

#include "base/status.h"
#include "cli/child.h"

#define BENCH_BROKER_FILE "data-server.conf" // of bench_start_broker()

struct bench {
    char folder[64];      // temporary; "" = none
    char nbota[PATH_MAX]; // this program
    char data_dir[PATH_MAX];
    char log[PATH_MAX]; // what the children say
};

// Makes /tmp/nbota-<name>-XXXXXX and fills in the names. STATUS_IO: stderr has said why.
enum status bench_open(struct bench *self, const char *name);
// Removes the folder with all in it. A bench of zeros is allowed.
void bench_close(struct bench *self);

// A port that nobody listens on now; 0 when there is none.
uint16_t bench_free_port(void);
// Writes <folder>/<file>.
void bench_file(const struct bench *self, const char *file, char path[PATH_MAX]);

// Runs a program to its end. STATUS_IO: stderr has shown what it said, unless Ctrl-C has ended it.
enum status bench_run(const struct bench *self, const char *const *words);
// Starts a server and waits, at most 10 s, until it accepts connections at `listen` (0.0.0.0: at the loopback). STATUS_IO
// likewise; what runs then is to be ended all the same.
enum status bench_serve(const struct bench *self, struct child *server, const char *const *words,
                        const char *listen, uint16_t port);
// A plain broker without passwords.
enum status bench_start_broker(const struct bench *self, struct child *server, const char *listen,
                               uint16_t port);

#endif
