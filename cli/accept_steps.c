// SPDX-License-Identifier: Apache-2.0
// The table of accept_steps.def.
#include "cli/accept.h"

#define CASE(section, title, need) {ACCEPT_CASE, section, title, NEED_##need},
#define TYPE(text)                 {ACCEPT_TYPE, text, NULL, 0},
#define SEE(text)                  {ACCEPT_SEE, text, NULL, 0},
#define WAIT(text)                 {ACCEPT_WAIT, text, NULL, 0},
#define HEAR(text)                 {ACCEPT_HEAR, text, NULL, 0},
#define UPLINK(text)               {ACCEPT_UPLINK, text, NULL, 0},
#define ANSWER(text)               {ACCEPT_ANSWER, text, NULL, 0},
#define ANSWER_HEX(digits)         {ACCEPT_ANSWER_HEX, digits, NULL, 0},
#define OFFER(what)                {ACCEPT_OFFER, "", NULL, OFFER_##what},
#define RESTART()                  {ACCEPT_RESTART, "", NULL, 0},
#define PROBE()                    {ACCEPT_PROBE, "", NULL, 0},
#define PRODUCT_IS_KNOWN()         {ACCEPT_PRODUCT, "", NULL, 0},
#define LABEL()                    {ACCEPT_LABEL, "", NULL, 0},
#define THRESHOLDS()               {ACCEPT_THRESHOLDS, "", NULL, 0},
#define STEPS()                    {ACCEPT_STEPS, "", NULL, 0},
#define FORMS()                    {ACCEPT_FORMS, "", NULL, 0},
#define EYE(text)                  {ACCEPT_EYE, text, NULL, 0},

const struct accept_step accept_steps[] = {
#include "cli/accept_steps.def"
};

const size_t accept_step_count = sizeof accept_steps / sizeof accept_steps[0];
