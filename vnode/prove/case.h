// SPDX-License-Identifier: Apache-2.0
// One case of a proof: power goes at a persistent operation of a scenario, in one of five ways, comes back, and once more
// if the case says so. Then the node is left alone until it has come to rest, and is judged (judge.h).
#ifndef NBOTA_VNODE_PROVE_CASE_H
#define NBOTA_VNODE_PROVE_CASE_H

#include <stdbool.h>
#include <stdint.h>

#include "vnode/prove/base.h"
#include "vnode/prove/known.h"

enum prove_way {
    PROVE_BEFORE, // nothing of the operation was done
    PROVE_TORN_1, // a quarter of its time had passed
    PROVE_TORN_2, // half
    PROVE_TORN_3, // three quarters
    PROVE_TORN_4, // all but 1/512: it may read as if it were done, and otherwise the next time
    PROVE_AFTER,  // all was done, nothing more began
    PROVE_WAYS,
};

// Names: "o1234:torn-2"; with a second cut "o1234:torn-2+57:before", inside the 57th operation from there on.
struct prove_case {
    uint32_t operation; // of the tape, from 1
    enum prove_way way;
    uint32_t second; // operation of the recovery, from 1; 0 = no second cut
    enum prove_way second_way;
};

enum { PROVE_CASE_NAME_SIZE = 40 };

// `name` has PROVE_CASE_NAME_SIZE bytes.
void prove_case_name(const struct prove_case *self, char *name);
// False when it is no such name.
bool prove_case_parse(const char *name, struct prove_case *which);

enum { PROVE_WHY_SIZE = 240 };

struct prove_result {
    struct prove_case which;
    uint32_t index; // the caller's
    bool failed;
    bool
        joined; // it came to a moment from which a run is known to end well, and was not run further
    bool triggered_again; // the trigger was lost with the power, and given once more
    bool second_came;
    uint32_t recovery;     // operations that the second cut could have hit, when it did not come
    uint32_t resets;       // since the last power-on
    uint64_t instructions; // executed for it
    uint64_t virtual_ns;
    uint64_t processor_ns;    // of this process
    char why[PROVE_WHY_SIZE]; // when it failed, else empty
};

// What a person may want to see of it. All may be NULL.
struct prove_view {
    transcript_line *on_line; // each line that the node prints
    void *context;
    uint16_t gdb_port; // 0 = no debugger
};

// `known` NULL: runs to the end whatever comes, and leaves nothing behind.
void prove_case_run(const struct prove_base *base, const struct prove_case *which,
                    struct prove_known *known, const struct prove_view *view,
                    struct prove_result *result);

#endif
