// SPDX-License-Identifier: Apache-2.0
// A mosquitto as a child process: it ends when this process ends, however that happens.
#ifndef NBOTA_CLI_BROKER_H
#define NBOTA_CLI_BROKER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/status.h"
#include "cli/address.h"

enum { BROKER_LINE_SIZE = 512 };

struct broker {
    pid_t pid;                   // 0: none
    int log;                     // read end of what it says, not blocking; -1: none
    char line[BROKER_LINE_SIZE]; // the unfinished line
    size_t size;
    int exit_status; // as waitpid() gives it, once it has ended
};

// Whether a server can listen there: tries it, for at most 2 s when the port is taken (a broker that is just ending).
// On failure stderr has said why and what to do.
enum status broker_check_address(const struct address *address);

// Starts mosquitto with the configuration file `conf`. As root it becomes `owner` first when `port` allows that, so
// that it stays bound to this process's life. STATUS_IO: stderr has said why.
enum status broker_start(struct broker *self, const char *conf, const char *owner,
                         const struct address *address);

// Waits until it accepts connections at `address`, at most 10 s. On failure stderr has said why.
enum status broker_wait_ready(struct broker *self, const struct address *address);

// Takes one whole line of its log, without the newline and mosquitto's time stamp. False: none now.
bool broker_read_line(struct broker *self, char line[BROKER_LINE_SIZE]);

// Whether it still runs.
bool broker_is_running(struct broker *self);

// Ends it: politely, after 5 s not. Nothing happens when it has ended already.
void broker_stop(struct broker *self);

#endif
