// SPDX-License-Identifier: Apache-2.0
// Signatures that fulfil the equation of RFC 8032 though no signer made them: with keys and with R of small order, spelt as
// they should be and otherwise.
#ifndef NBOTA_TESTS_UNIT_BASE_FORGER_H
#define NBOTA_TESTS_UNIT_BASE_FORGER_H

#include <stdint.h>

enum forgery_kind { FORGED_KEY, FORGED_MISSPELT_KEY, FORGED_R, FORGED_MISSPELT_R, FORGED_KINDS };

struct forgery {
    uint8_t key[32];
    uint8_t signature[64];
    uint8_t message[4];
};

// How many there are of a kind.
unsigned forger_count(enum forgery_kind kind);
// OpenSSL takes all but those of the last kind, which is looked at here.
void forger_make(struct forgery *self, enum forgery_kind kind, unsigned number);
// Not forged: made in the same way, with an R of the full order.
void forger_make_genuine(struct forgery *self);

#endif
