// SPDX-License-Identifier: Apache-2.0
#include "cli/prove_replay.h"

#include <stdio.h>

#include "cli/command.h"
#include "cli/message.h"
#include "vnode/prove/case.h"

static void print_line(void *context, const char *line, uint64_t began_ns)
{
    (void)context;
    printf("%9.3f  %s\n", (double)began_ns / 1e9, line);
}

static bool read_case(const struct prove_base *base, const char *name, struct prove_case *which)
{
    if (!prove_case_parse(name, which)) {
        message_error("'%s' is no case", name);
        message_hint("o1234:torn-2 is one; before, torn-1 to torn-4, after");
        return false;
    }
    if (which->operation > base->tape.count) {
        message_error("the scenario has %zu operations, there is no o%u", base->tape.count,
                      (unsigned)which->operation);
        return false;
    }
    return true;
}

int prove_replay(const struct prove_base *base, const char *name, uint16_t gdb_port)
{
    struct prove_case which;
    struct prove_result result;

    if (!read_case(base, name, &which)) {
        return EXIT_FAILED;
    }
    if (gdb_port != 0) {
        printf("debugger  gdb-multiarch FIRMWARE.elf -ex 'target remote :%u'\n",
               (unsigned)gdb_port);
        fflush(stdout);
    }
    const struct prove_view view = {print_line, NULL, gdb_port};
    prove_case_run(base, &which, NULL, &view, &result);
    printf("%s: %s%s\n", name, result.failed ? "FAILED: " : "in order", result.why);
    if (which.second != 0 && !result.second_came) {
        printf("  its second cut did not come: there were %u operations\n",
               (unsigned)result.recovery);
    }
    printf("  %.0f s of virtual time, %u resets, %.2f s\n", (double)result.virtual_ns / 1e9,
           (unsigned)result.resets, (double)result.processor_ns / 1e9);
    return result.failed ? EXIT_FAILED : EXIT_OK;
}
