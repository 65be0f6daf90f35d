// SPDX-License-Identifier: Apache-2.0
// Between the two halves of the flash controller only: bits of its registers and the beginning of an operation.
#ifndef NBOTA_VNODE_SOC_NVM_OPERATION_H
#define NBOTA_VNODE_SOC_NVM_OPERATION_H

#include <stdbool.h>
#include <stdint.h>

#include "vnode/soc/machine.h"

#define NVM_PECR_PELOCK   (1U << 0)
#define NVM_PECR_PRGLOCK  (1U << 1)
#define NVM_PECR_OPTLOCK  (1U << 2)
#define NVM_PECR_PROG     (1U << 3)
#define NVM_PECR_DATA     (1U << 4)
#define NVM_PECR_FIX      (1U << 8)
#define NVM_PECR_ERASE    (1U << 9)
#define NVM_PECR_FPRG     (1U << 10)
#define NVM_PECR_PARALLEL (1U << 15)
#define NVM_PECR_EOPIE    (1U << 16)
#define NVM_PECR_LAUNCH   (1U << 18)
#define NVM_SR_BSY        (1U << 0)
#define NVM_SR_EOP        (1U << 1)
#define NVM_SR_ENDHV      (1U << 2)
#define NVM_SR_READY      (1U << 3)
#define NVM_SR_WRPERR     (1U << 8)
#define NVM_SR_PGAERR     (1U << 9)
#define NVM_SR_SIZERR     (1U << 10)
#define NVM_SR_OPTVERR    (1U << 11)
#define NVM_SR_NOTZEROERR (1U << 16)
#define NVM_SR_FWWERR     (1U << 17)
#define NVM_SR_ERRORS     0x00032F00U

uint8_t *nvm_bytes(struct machine *self, uint32_t address);
bool nvm_same_bank(uint32_t a, uint32_t b);
void nvm_begin(struct machine *self, enum nvm_kind kind, uint32_t address, const uint32_t *words,
               uint32_t size, uint32_t duration_ns);

#endif
