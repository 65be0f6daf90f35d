// SPDX-License-Identifier: Apache-2.0
// CONTRACT(x): a programmer's error when x is false, never an input error. It does not return.
#ifndef NBOTA_BASE_CONTRACT_H
#define NBOTA_BASE_CONTRACT_H

#include "base/attr.h"

// Each binary binds its own: the host aborts with the text, the node resets and counts.
NO_RETURN void contract_failed(const char *condition, const char *file, int line);

#define CONTRACT(x) ((x) ? (void)0 : contract_failed(#x, __FILE__, __LINE__))

// For a place that no right caller reaches; `text` says what it found.
#define CONTRACT_BROKEN(text) contract_failed(text, __FILE__, __LINE__)

#endif
