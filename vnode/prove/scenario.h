// SPDX-License-Identifier: Apache-2.0
// What is proved: a table of scenarios. Scripts are those of vnode/run/scenario.h, with words to fill in:
//   $TITLE    title that is offered          $NEW          version that is offered
//   $FILE     path of the packed file        $DONE, $BACK  the reports of success and of the way back
#ifndef NBOTA_VNODE_PROVE_SCENARIO_H
#define NBOTA_VNODE_PROVE_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>

#include "vnode/prove/bench.h"

struct prove_scenario {
    const char *name, *summary;
    const char *flash;   // name of a fitting
    const char *to;      // image that is offered when nobody names one
    const char *prepare; // before the recording, behind the settings that all have
    unsigned times;      // the preparation is played so often; 0 = once
    bool compacts;       // the recording has to contain a compaction of the journal
    bool changes;        // `former` is assigned until the recording begins
    const char *act;     // what is recorded
    const char *rest;    // until the node is at rest, behind the recording
    // What a person does when the cut took the trigger with it and nothing was begun; NULL = nobody does anything.
    const char *again;
    bool insists;       // …or whenever the node has not done by itself what it should
    bool hangs;         // the image that is offered does so when it first speaks to its modem
    bool takes_new;     // the new image is in the slot at the end; otherwise the old one
    bool confirms;      // …and has confirmed itself: the security record is what it asks for
    const char *report; // what the data server hears in the end; NULL = nothing
    bool sets; // each setting may have its old or its new value; otherwise all are as before
};

// NULL behind the last.
const struct prove_scenario *prove_scenario_at(size_t index);
const struct prove_scenario *prove_scenario_find(const char *name);

// The settings that all scenarios begin with, as a script.
extern const char prove_common_settings[];
// What a person types to see all settings, as a script.
extern const char prove_ask_settings[];

// `text` with its words filled in; heap, NULL without memory.
char *prove_script(const char *text, const struct prove_setup *setup);

#endif
