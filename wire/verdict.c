// SPDX-License-Identifier: Apache-2.0
#include "wire/verdict.h"

const char *verdict_text(uint32_t number)
{
    switch (number) {
#define VERDICT(value, name, text)                                                                 \
    case VERDICT_##name:                                                                           \
        return text;
#include "wire/verdicts.def"
#undef VERDICT
    default:
        return "refused";
    }
}
