// SPDX-License-Identifier: Apache-2.0
// The controller's registers, its keys and the operations themselves; which store means which operation is nvm_store.c.
#include "vnode/soc/nvm.h"

#include <string.h>

#include "vnode/soc/machine.h"
#include "vnode/soc/nvm_operation.h"

enum {
    ACR = 0x00,
    PECR = 0x04,
    PDKEYR = 0x08,
    PEKEYR = 0x0C,
    PRGKEYR = 0x10,
    OPTKEYR = 0x14,
    SR = 0x18,
    OPTR = 0x1C,
    WRPR = 0x20,
    WRPR2 = 0x80,
    IRQ_FLASH = 3,
    KEYS_WRONG = 0xFF,
    SHAKE_NS = 1700 * NS_PER_US,
    EEPROM_BANK_SIZE = NVM_EEPROM_SIZE / 2,
};

#define PECR_KNOWN 0x000FFFFFU // what is modelled, checked at the store

static uint32_t bank_of(uint32_t address)
{
    if (options_hold(address)) {
        return 0;
    }
    if (address >= NVM_EEPROM_BASE) {
        return (address - NVM_EEPROM_BASE) / EEPROM_BANK_SIZE;
    }
    return (address - CPU_FLASH_BASE) / CPU_FLASH_BANK_SIZE;
}

uint8_t *nvm_bytes(struct machine *self, uint32_t address)
{
    if (options_hold(address)) {
        return self->soc.nvm.options.bytes + (address - OPTION_BASE);
    }
    if (address >= NVM_EEPROM_BASE) {
        return self->soc.nvm.eeprom + (address - NVM_EEPROM_BASE);
    }
    self->cpu.flash_changed = true; // whoever asks may write
    return self->cpu.flash + (address - CPU_FLASH_BASE);
}

bool nvm_same_bank(uint32_t a, uint32_t b)
{
    return nvm_holds(a) && nvm_holds(b) && bank_of(a) == bank_of(b);
}

bool nvm_has_wait_state(const struct machine *self)
{
    return (self->soc.nvm.acr & 1) != 0;
}

bool nvm_is_busy(const struct machine *self)
{
    return self->soc.nvm.size != 0 && time_now_ns(self) < self->soc.nvm.end_ns;
}

void nvm_clock_changed(struct machine *self)
{
    struct nvm *nvm = &self->soc.nvm;

    self->cpu.flash_busy_until[0] = self->cpu.flash_busy_until[1] = 0;
    if (nvm->size != 0) {
        self->cpu.flash_busy_until[bank_of(nvm->address)] = time_cycle_at(self, nvm->end_ns);
    }
}

// The weak words of what is rewritten hold what was last read of them.
void nvm_begin(struct machine *self, enum nvm_kind kind, uint32_t address, const uint32_t *words,
               uint32_t size, uint32_t duration_ns)
{
    struct nvm *nvm = &self->soc.nvm;
    uint8_t *bytes = nvm_bytes(self, address);

    nvm->address = address;
    nvm->size = size;
    memcpy(nvm->old, bytes, size);
    memcpy(nvm->new, words, size);
    memcpy(bytes, words, size);
    weak_forget(&nvm->weak, address, size);
    nvm->begin_ns = time_now_ns(self);
    nvm->end_ns = nvm->begin_ns + duration_ns;
    nvm->sr &= ~NVM_SR_EOP;
    nvm_clock_changed(self);
    time_due(self, EVENT_NVM, nvm->end_ns);
    machine_operation(self, kind, address, span_of(words, size), duration_ns);
}

void nvm_done(struct machine *self)
{
    struct nvm *nvm = &self->soc.nvm;

    if (nvm_is_worn(self, nvm->address)) {
        nvm_leave_worn(self);
    }
    nvm->size = 0;
    nvm->sr |= NVM_SR_EOP;
    soc_irq(self, IRQ_FLASH, (nvm->pecr & NVM_PECR_EOPIE) != 0);
}

// An EEPROM word that was not zero passes through zero.
static void leave_word(struct machine *self, uint32_t i, uint32_t fraction)
{
    struct nvm *nvm = &self->soc.nvm;
    struct weak_word word = {nvm->address + 4 * i, nvm->old[i], nvm->new[i], fraction};

    if (nvm->erases_first && fraction < TORN_WHOLE / 2) {
        word.new = 0;
        word.fraction = 2 * fraction;
    } else if (nvm->erases_first) {
        word.old = 0;
        word.fraction = 2 * fraction - TORN_WHOLE;
    }
    uint32_t content = torn_leave(&nvm->weak, &self->soc.random, &word);
    memcpy(nvm_bytes(self, word.address), &content, sizeof content);
}

void nvm_cut(struct machine *self)
{
    struct nvm *nvm = &self->soc.nvm;

    if (nvm_is_busy(self)) {
        uint64_t passed_ns = time_now_ns(self) - nvm->begin_ns;
        uint32_t fraction = (uint32_t)(passed_ns * TORN_WHOLE / (nvm->end_ns - nvm->begin_ns));
        for (uint32_t i = 0; i < nvm->size / 4; i++) {
            leave_word(self, i, fraction);
        }
    }
    nvm->size = 0;
}

void nvm_shake(struct machine *self)
{
    struct nvm *nvm = &self->soc.nvm;

    for (uint32_t i = 0; i < nvm->weak.count; i++) {
        uint32_t address = nvm->weak.word[i].address;
        uint32_t value = 0;
        if (weak_read(&nvm->weak, &self->soc.random, address, &value)) {
            memcpy(nvm_bytes(self, address), &value, sizeof value);
        }
    }
    if (nvm->weak.count != 0) {
        time_due(self, EVENT_WEAK, time_now_ns(self) + SHAKE_NS);
    }
}

void nvm_reset(struct machine *self)
{
    struct nvm *nvm = &self->soc.nvm;

    nvm_cut(self);
    nvm->acr = 0;
    self->cpu.flash_wait_states = 0;
    nvm->pecr = NVM_PECR_PELOCK | NVM_PECR_PRGLOCK | NVM_PECR_OPTLOCK;
    nvm->sr = 0;
    nvm->pe_keys = nvm->program_keys = nvm->options.keys = 0;
    nvm->half_page_words = 0;
    nvm_clock_changed(self);
    nvm_shake(self);
}

// `given` counts the right keys; both open `lock`.
static void take_key(struct machine *self, uint8_t *given, const uint32_t keys[2], uint32_t key,
                     uint32_t lock)
{
    if (*given == KEYS_WRONG || key != keys[*given]) {
        *given = KEYS_WRONG;
        soc_misuse(self, "flash: wrong key %08X, shut until the next reset", key);
        return;
    }
    if (++*given == 2) {
        self->soc.nvm.pecr &= ~lock;
        *given = 0;
    }
}

static void write_pecr(struct machine *self, uint32_t value)
{
    struct nvm *nvm = &self->soc.nvm;
    uint32_t locks = NVM_PECR_PELOCK | NVM_PECR_PRGLOCK | NVM_PECR_OPTLOCK;

    if ((nvm->pecr & NVM_PECR_PELOCK) != 0) {
        if ((value & NVM_PECR_PELOCK) == 0 || value != nvm->pecr) {
            soc_misuse(self, "FLASH_PECR written while PELOCK is set");
        }
        return;
    }
    if (nvm_is_busy(self)) {
        soc_misuse(self, "FLASH_PECR written while an operation runs");
        return;
    }
    if (nvm->half_page_words != 0 && (value & NVM_PECR_FPRG) == 0) {
        soc_misuse(self, "half page abandoned after %u words", nvm->half_page_words);
        return;
    }
    if ((value & NVM_PECR_PELOCK) != 0) {
        nvm->pecr = (value & PECR_KNOWN) | locks;
        return;
    }
    if ((value & NVM_PECR_LAUNCH) != 0) {
        options_launch(self);
        return;
    }
    // Locks are set by writing one and opened by keys only.
    nvm->pecr = ((nvm->pecr | value) & locks) | (value & PECR_KNOWN & ~locks);
}

uint32_t nvm_read(struct machine *self, unsigned index, uint32_t offset)
{
    const struct nvm *nvm = &self->soc.nvm;

    (void)index;
    switch (offset) {
    case ACR:
        return nvm->acr;
    case PECR:
        return nvm->pecr;
    case SR:
        self->cpu.steady_read = true; // the end is an event
        return nvm->sr | (nvm_is_busy(self) ? NVM_SR_BSY : NVM_SR_ENDHV) | NVM_SR_READY;
    case OPTR:
        return nvm->options.optr;
    case WRPR:
        return nvm->options.wrpr;
    case WRPR2:
        return nvm->options.wrpr2;
    default:
        soc_misuse(self, "flash register +%02X read, which is write-only or reserved", offset);
        return 0;
    }
}

void nvm_write(struct machine *self, unsigned index, uint32_t offset, uint32_t value)
{
    static const uint32_t pe_keys[2] = {0x89ABCDEF, 0x02030405};
    static const uint32_t program_keys[2] = {0x8C9DAEBF, 0x13141516};
    static const uint32_t option_keys[2] = {0xFBEAD9C8, 0x24252627};
    struct nvm *nvm = &self->soc.nvm;

    (void)index;
    switch (offset) {
    case ACR:
        nvm->acr = value & 0x7B;
        self->cpu.flash_wait_states = value & 1;
        rcc_check(self);
        break;
    case PECR:
        write_pecr(self, value);
        break;
    case PEKEYR:
        take_key(self, &nvm->pe_keys, pe_keys, value, NVM_PECR_PELOCK);
        break;
    case PRGKEYR:
        if ((nvm->pecr & NVM_PECR_PELOCK) != 0) {
            soc_misuse(self, "FLASH_PRGKEYR written while PELOCK is set");
            break;
        }
        take_key(self, &nvm->program_keys, program_keys, value, NVM_PECR_PRGLOCK);
        break;
    case OPTKEYR:
        if ((nvm->pecr & NVM_PECR_PELOCK) != 0) {
            soc_misuse(self, "FLASH_OPTKEYR written while PELOCK is set");
            break;
        }
        take_key(self, &nvm->options.keys, option_keys, value, NVM_PECR_OPTLOCK);
        break;
    case SR:
        nvm->sr &= ~(value & (NVM_SR_ERRORS | NVM_SR_EOP));
        soc_irq(self, IRQ_FLASH, false);
        break;
    default:
        soc_misuse(self, "flash register +%02X written, which is not modelled", offset);
    }
}
