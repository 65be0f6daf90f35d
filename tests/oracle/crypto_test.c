// SPDX-License-Identifier: Apache-2.0
// The cryptography as it is built for the node (another field arithmetic than on a host of 64 bits), run on our
// processor: published vectors, OpenSSL's signatures, and what it takes in cycles, stack and flash.
#include <stdio.h>
#include <stdlib.h>

#include "base/endian.h"
#include "tests/host/cmocka_all.h"
#include "tests/images/crypto.h"
#include "tests/oracle/random.h"
#include "tests/unit/base/fips180.h"
#include "tests/unit/base/forger.h"
#include "tests/unit/base/hex.h"
#include "tests/unit/base/rfc8032.h"
#include "tests/unit/base/second_opinion.h"
#include "vnode/cpu/cpu.h"

enum {
    VECTORS = sizeof rfc8032_vectors / sizeof rfc8032_vectors[0],
    SIGNATURES = 12,
    HASHED_MAX = 300,
    INSTRUCTIONS_MAX = 100000000,
    FRESH = 0xA5,
    // Budgets, in cycles at 32 MHz with its wait state, bytes of stack, bytes of flash.
    CYCLES_MAX = 25000000,
    STACK_MAX = 2600,
    FLASH_MAX = 12 * 1024,
};

static struct cpu cpu;
static struct crypto_mailbox mail;
static size_t image_size;
static uint64_t cycles; // of the last order
static uint32_t stack;  // bytes, of the last order

static void run_to_breakpoint(void)
{
    enum cpu_stop stop = cpu_run(&cpu, INSTRUCTIONS_MAX);

    if (stop != CPU_STOP_BREAKPOINT) {
        fail_msg("stopped with %d (%s) at 0x%08X", (int)stop, cpu.misuse, (unsigned)cpu.r[15]);
    }
}

static int start(void **state)
{
    (void)state;
    char path[4096];

    snprintf(path, sizeof path, "%s/../tests/crypto.bin", getenv("NBOTA_FIRMWARE"));
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fprintf(stderr, "cannot read %s: build it with 'make firmware'\n", path);
        return 1;
    }
    image_size = fread(cpu.flash, 1, sizeof cpu.flash, file);
    fclose(file);
    cpu.next_event = UINT64_MAX;
    cpu.flash_wait_states = 1; // at 32 MHz
    cpu_reset(&cpu);
    run_to_breakpoint();
    return 0;
}

static void measure_stack(uint32_t top)
{
    uint32_t deepest = sizeof mail;

    while (cpu.ram[deepest] == FRESH) {
        deepest++;
    }
    stack = top - (CPU_RAM_BASE + deepest);
}

// The structure has the same layout on both sides: words and bytes only.
static void carry_out(enum crypto_order order)
{
    uint64_t before = cpu.cycles;
    uint32_t top = cpu.r[13];

    mail.order = order;
    memcpy(cpu.ram, &mail, sizeof mail);
    memset(cpu.ram + sizeof mail, FRESH, top - CPU_RAM_BASE - sizeof mail);
    cpu.r[15] += 2;
    run_to_breakpoint();
    cycles = cpu.cycles - before;
    measure_stack(top);
    memcpy(&mail, cpu.ram, sizeof mail);
}

static bool is_good(void)
{
    mail.is_good = 2;
    carry_out(CRYPTO_VERIFY);
    assert_in_range(mail.is_good, 0, 1);
    return mail.is_good == 1;
}

static void take_vector(const struct rfc8032_vector *row)
{
    hex_bytes(mail.public_key, row->public_key);
    hex_bytes(mail.signature, row->signature);
    mail.size = (uint32_t)hex_bytes(mail.message, row->message);
}

static void node_takes_the_signatures_of_rfc_8032_within_its_budget(void **state)
{
    (void)state;
    uint64_t slowest = 0;
    uint32_t deepest = 0;

    for (unsigned i = 0; i < VECTORS; i++) {
        take_vector(&rfc8032_vectors[i]);
        assert_true(is_good());
        slowest = cycles > slowest ? cycles : slowest;
        deepest = stack > deepest ? stack : deepest;
    }
    printf("verification: %llu cycles, %u bytes of stack\n", (unsigned long long)slowest,
           (unsigned)deepest);
    assert_in_range(slowest, 1000000, CYCLES_MAX);
    assert_in_range(deepest, 1000, STACK_MAX);
}

static void node_refuses_them_with_a_bit_changed(void **state)
{
    (void)state;
    uint8_t *const places[] = {mail.signature + 5, mail.signature + 40, mail.public_key + 7,
                               mail.message};

    for (unsigned i = 0; i < sizeof places / sizeof places[0]; i++) {
        take_vector(&rfc8032_vectors[2]);
        *places[i] ^= 0x10;
        assert_false(is_good());
    }
}

static bool takes(const struct forgery *forgery)
{
    memcpy(mail.public_key, forgery->key, sizeof mail.public_key);
    memcpy(mail.signature, forgery->signature, sizeof mail.signature);
    memcpy(mail.message, forgery->message, sizeof forgery->message);
    mail.size = sizeof forgery->message;
    return is_good();
}

static void node_refuses_forgeries_and_takes_what_was_made_the_same_way_by_the_rules(void **state)
{
    (void)state;
    struct forgery forgery;

    for (int kind = 0; kind < FORGED_KINDS; kind++) {
        for (unsigned i = 0; i < forger_count((enum forgery_kind)kind); i++) {
            forger_make(&forgery, (enum forgery_kind)kind, i);
            assert_false(takes(&forgery));
        }
    }
    forger_make_genuine(&forgery);
    assert_true(takes(&forgery));
}

static void node_refuses_s_that_is_not_below_the_group_order(void **state)
{
    (void)state;
    for (unsigned i = 0; i < VECTORS; i++) {
        take_vector(&rfc8032_vectors[i]);
        do { // as often as it fits into 32 bytes
            openssl_add_order(mail.signature + 32, mail.signature + 32);
            assert_false(is_good());
        } while (mail.signature[63] < 0xe0);
    }
}

static void fill(struct random *random, uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (uint8_t)random_word(random);
    }
}

static void node_agrees_with_openssl_on_signatures_good_and_changed(void **state)
{
    (void)state;
    struct random random = {8032};
    uint8_t seed[32];

    for (unsigned i = 0; i < SIGNATURES; i++) {
        struct span message = span_of(mail.message, random_below(&random, 400));
        mail.size = (uint32_t)message.size;
        fill(&random, seed, sizeof seed);
        fill(&random, mail.message, mail.size);
        openssl_public_key(mail.public_key, seed);
        openssl_sign(mail.signature, message, seed);
        assert_true(is_good());
        mail.signature[random_below(&random, 63)] ^= (uint8_t)(1U << random_below(&random, 8));
        assert_int_equal(is_good(), openssl_verify(mail.signature, message, mail.public_key));
    }
}

static void expect_hashes(enum crypto_order order, const char *name, size_t digest_size)
{
    struct random random = {180};
    uint8_t expected[64];

    for (mail.size = 0; mail.size <= HASHED_MAX; mail.size++) {
        fill(&random, mail.message, mail.size);
        carry_out(order);
        openssl_hash(name, span_of(mail.message, mail.size), expected);
        assert_memory_equal(mail.digest, expected, digest_size);
    }
}

static void expect_digest(enum crypto_order order, const char *text, const char *digest)
{
    uint8_t expected[64];
    size_t size;

    if (digest != NULL) {
        mail.size = (uint32_t)strlen(text);
        memcpy(mail.message, text, mail.size);
        carry_out(order);
        size = hex_bytes(expected, digest);
        assert_memory_equal(mail.digest, expected, size);
    }
}

// All but the one of a million letters, which do not fit into the node.
static void node_agrees_with_the_published_examples_of_hashes(void **state)
{
    (void)state;
    for (unsigned i = 0; i < FIPS180_EXAMPLES; i++) {
        const struct fips180_example *example = &fips180_examples[i];
        if (example->repeat == 1) {
            expect_digest(CRYPTO_SHA256, example->text, example->sha256);
            expect_digest(CRYPTO_SHA512, example->text, example->sha512);
        }
    }
}

static uint64_t cycles_for(enum crypto_order order, uint32_t size)
{
    mail.size = size;
    carry_out(order);
    return cycles;
}

// Without what begin and end take.
static void print_rate(enum crypto_order order, const char *name)
{
    uint64_t tenths = 10 * (cycles_for(order, 4096) - cycles_for(order, 0)) / 4096;

    printf("%s: %u.%u cycles a byte, %u bytes of stack\n", name, (unsigned)(tenths / 10),
           (unsigned)(tenths % 10), (unsigned)stack);
}

static void node_agrees_with_openssl_on_hashes(void **state)
{
    (void)state;
    expect_hashes(CRYPTO_SHA256, "SHA256", 32);
    expect_hashes(CRYPTO_SHA512, "SHA512", 64);
    print_rate(CRYPTO_SHA256, "SHA-256");
    print_rate(CRYPTO_SHA512, "SHA-512");
}

// The image holds little else: vectors, the loop that takes orders, SHA-256, memcpy and its kin.
static void cryptography_keeps_within_its_budget_of_flash(void **state)
{
    (void)state;
    printf("image: %zu bytes\n", image_size);
    assert_in_range(image_size, 1000, FLASH_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(node_takes_the_signatures_of_rfc_8032_within_its_budget),
        cmocka_unit_test(node_refuses_them_with_a_bit_changed),
        cmocka_unit_test(node_refuses_forgeries_and_takes_what_was_made_the_same_way_by_the_rules),
        cmocka_unit_test(node_refuses_s_that_is_not_below_the_group_order),
        cmocka_unit_test(node_agrees_with_openssl_on_signatures_good_and_changed),
        cmocka_unit_test(node_agrees_with_the_published_examples_of_hashes),
        cmocka_unit_test(node_agrees_with_openssl_on_hashes),
        cmocka_unit_test(cryptography_keeps_within_its_budget_of_flash),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
