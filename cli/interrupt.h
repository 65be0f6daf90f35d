// SPDX-License-Identifier: Apache-2.0
// Ctrl-C and its kin as a question that loops ask, so that nothing is left half done.
#ifndef NBOTA_CLI_INTERRUPT_H
#define NBOTA_CLI_INTERRUPT_H

#include <stdbool.h>

// From here on SIGINT, SIGTERM and SIGHUP are noted instead of ending the process; SIGPIPE is ignored.
void interrupt_catch(void);
// Also when nobody reads stdout any more, as behind `| head`: noticed once something was to be printed there.
bool interrupt_came(void);

#endif
