// SPDX-License-Identifier: Apache-2.0
// The board as one struct: processor, STM32L072 peripherals and the chips on its pins.
// Strict: whatever silicon might forgive stops the run with a text (ARCHITECTURE.md, "Decisions", 2).
#ifndef NBOTA_VNODE_SOC_MACHINE_H
#define NBOTA_VNODE_SOC_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "vnode/chip/nor.h"
#include "vnode/chip/sht31.h"
#include "vnode/cpu/cpu.h"
#include "vnode/soc/soc.h"
#include "vnode/soc/wear.h"

enum machine_uart { MACHINE_UART_MODEM, MACHINE_UART_CONSOLE, MACHINE_UART_SENSOR, MACHINE_UARTS };

enum machine_stop {
    MACHINE_BUDGET,   // ran until the time asked for
    MACHINE_SLEEPING, // nothing to do before machine_next_ns(); the caller advances time
    MACHINE_POWER_CUT,
    MACHINE_MISUSE, // see machine->cpu.misuse
    MACHINE_LOCKUP,
    MACHINE_BREAKPOINT,
    MACHINE_PAUSED, // before the instruction `pause_at_instruction`
};

// A write to something that keeps its content without power, for cuts, traces and wear.
enum nvm_kind {
    NVM_FLASH_ERASE,
    NVM_FLASH_WORD,
    NVM_FLASH_HALF_PAGE,
    NVM_EEPROM,
    NVM_NOR_PROGRAM,
    NVM_NOR_ERASE,
    NVM_OPTION,
    NVM_KINDS,
};

// What leaves the board. Called from inside machine_run(); must not call machine_run().
struct machine_ports {
    void *context;
    // One character has left the MCU completely at `now_ns` on `uart`, sent at `baud`.
    void (*uart_sent)(void *context, enum machine_uart uart, uint8_t byte, uint32_t baud,
                      uint64_t now_ns);
    // Level of PB2 changed; `low` true = pulled low. It is the modem's reset pin, or the transistor of its key.
    void (*modem_reset_pin)(void *context, bool low, uint64_t now_ns);
    // A persistent operation begins; `data` as for machine_operation(). NULL: nobody asks.
    void (*operation)(void *context, enum nvm_kind kind, uint32_t address, struct span data);
    // The processor starts anew, at power-on too; `cause` as RCC_CSR will show it. NULL: nobody asks.
    void (*restarted)(void *context, uint32_t cause);
    // The firmware moved the vector table: a bootloader's last act before it jumps to `base`. NULL: nobody asks.
    void (*jumped)(void *context, uint32_t base);
};

// Everything lies flat in here but the NOR's content, which the chip owns: machine_copy() takes a snapshot.
struct machine {
    struct cpu cpu; // first: the bus functions get it and see the machine around it
    struct soc soc;
    struct nor_chip nor;
    struct sht31 sht31;
    struct machine_ports ports;
    bool powered;
    uint32_t reset_cause;  // for RCC_CSR, of a reset that the bus asked for
    unsigned access_size;  // bytes of the bus access under way
    bool modem_has_key;    // PB2 rests low, as a BG95-M2's PWRKEY
    uint32_t unique_id[3]; // words of 1FF80050, 54 and 64
    uint64_t seed;
    uint64_t power_ons;
    uint64_t
        instructions_before; // executed before the last power-on; machine_instructions() adds them up

    uint64_t nvm_operations;           // persistent operations begun since the machine was made
    uint64_t operations_of[NVM_KINDS]; // the same by kind
    uint64_t cut_at_operation;         // cut power inside this operation (1 = first); 0 = never
    uint32_t cut_fraction;             // of its duration, in 1/65536
    uint64_t cut_at_instruction;   // cut before this instruction since power-on; UINT64_MAX = never
    uint64_t pause_at_instruction; // likewise: stop, for a debugger's steps
    struct wear wear;
    uint64_t trace_hash; // of every persistent operation (kind, address, data) in order
};

// Makes a board without power: flash and EEPROM zero, NOR erased (when fitted; 4 MB). `seed` fills RAM at power-on
// and decides torn content. `self` may hold anything; give back with machine_free(). Aborts without memory.
void machine_init(struct machine *self, const struct machine_ports *ports, bool with_nor,
                  uint64_t seed);
// Takes the fitted NOR off and fits `part`, erased; NULL = none. Only without power.
void machine_fit_nor(struct machine *self, const struct nor_part *part);
// PB2 leads to the transistor of a modem's power key instead of a reset pin. Only without power.
void machine_fit_modem_key(struct machine *self);
void machine_free(struct machine *self);
// Makes `to`, which was initialised, equal to `from`. Ports are copied too.
void machine_copy(struct machine *to, const struct machine *from);

// Power on: RAM is seeded garbage, every volatile register at its reset value, reset cause POR.
void machine_power_on(struct machine *self);
// Power off now; a persistent operation under way leaves torn content.
void machine_power_off(struct machine *self);
// Pulls NRST low for a moment: a reset with cause PIN. Not from inside machine_run().
void machine_reset_pin(struct machine *self);

// Runs until virtual time reaches `until_ns`, or an earlier stop. Resets (software, watchdog, pin) are
// carried out inside and do not stop it. A power cut has been carried out when it returns MACHINE_POWER_CUT.
enum machine_stop machine_run(struct machine *self, uint64_t until_ns);
// From a port's function: the run under way ends at `until_ns` at the latest, because somebody outside will have
// something to say then.
void machine_end_run(struct machine *self, uint64_t until_ns);

// Virtual time since power was first applied; goes on over power cuts.
uint64_t machine_now_ns(const struct machine *self);
// Instructions executed since the machine was made; like machine_now_ns() it goes on over power cuts.
uint64_t machine_instructions(const struct machine *self);
// When the sleeping board has something to do by itself (timer, RTC, watchdog, a character that has left),
// UINT64_MAX = never. May be early, never late.
uint64_t machine_next_ns(const struct machine *self);
// Lets a sleeping board's clock, or that of a board without power, jump to `to_ns`, at most machine_next_ns().
void machine_skip_to(struct machine *self, uint64_t to_ns);

// One character arrives complete at the MCU's receiver now. `framing_error` spoils it.
void machine_uart_receive(struct machine *self, enum machine_uart uart, uint8_t byte,
                          bool framing_error);
// Baud rate the MCU has set for `uart`, 0 when it is off.
uint32_t machine_uart_baud(const struct machine *self, enum machine_uart uart);
// 'N', 'O' or 'E', beside eight data bits.
char machine_uart_parity(const struct machine *self, enum machine_uart uart);
// Whether the switched 5 V are on.
bool machine_feeds_sensors(const struct machine *self);

// What keeps its content without power, for files that persist between runs: index 0, 1, … until false.
// The bytes stay the machine's; write them only while it has no power.
struct machine_nvm {
    uint8_t *bytes;
    size_t size;
    const char *name; // "flash", "eeprom", "nor", "options"
};
bool machine_nvm(struct machine *self, unsigned index, struct machine_nvm *nvm);

// Their words that read differently each time, of memory "mcu" (flash and EEPROM, the MCU's addresses) and "nor":
// index 0, 1, … until false. They belong to the content.
bool machine_weak(struct machine *self, unsigned index, const char **name,
                  const struct weak_words **words);
// False when there is no such memory or word, or no room. Only without power.
bool machine_add_weak(struct machine *self, const char *name, const struct weak_word *word);

// For chips and controllers: a persistent operation begins now. `data`: what is programmed, the whole page of the NOR; of
// an erase the zeros of the page, or of the NOR its size in bytes as a word.
void machine_operation(struct machine *self, enum nvm_kind kind, uint32_t address, struct span data,
                       uint64_t duration_ns);

#endif
