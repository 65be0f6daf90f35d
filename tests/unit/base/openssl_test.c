// SPDX-License-Identifier: Apache-2.0
// Hashes and signatures against OpenSSL, on random input that is the same in every run.
#include "base/ed25519.h"
#include "base/sha256.h"
#include "base/sha512.h"

#include <stdio.h>

#include "tests/host/cmocka_all.h"
#include "tests/oracle/random.h"
#include "tests/unit/base/second_opinion.h"

enum { HASHES = 500, KEYS = 1000, BYTES_MAX = 700 };

static void fill(struct random *random, uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (uint8_t)random_word(random);
    }
}

static void sha256_agrees_with_openssl_for_any_length_and_division(void **state)
{
    (void)state;
    struct random random = {256};
    uint8_t message[BYTES_MAX], digest[SHA256_SIZE], expected[SHA256_SIZE];

    for (unsigned i = 0; i < HASHES; i++) {
        size_t size = random_below(&random, BYTES_MAX),
               cut = random_below(&random, (uint32_t)size + 1);
        struct sha256 sha;
        fill(&random, message, size);
        sha256_init(&sha);
        sha256_update(&sha, message, cut);
        sha256_update(&sha, message + cut, size - cut);
        sha256_final(&sha, digest);
        openssl_hash("SHA256", span_of(message, size), expected);
        assert_memory_equal(digest, expected, sizeof digest);
    }
}

static void sha512_agrees_with_openssl_for_any_length_and_division(void **state)
{
    (void)state;
    struct random random = {512};
    uint8_t message[BYTES_MAX], digest[SHA512_SIZE], expected[SHA512_SIZE];

    for (unsigned i = 0; i < HASHES; i++) {
        size_t size = random_below(&random, BYTES_MAX),
               cut = random_below(&random, (uint32_t)size + 1);
        struct sha512 sha;
        fill(&random, message, size);
        sha512_init(&sha);
        sha512_update(&sha, message, cut);
        sha512_update(&sha, message + cut, size - cut);
        sha512_final(&sha, digest);
        openssl_hash("SHA512", span_of(message, size), expected);
        assert_memory_equal(digest, expected, sizeof digest);
    }
}

struct signed_message {
    uint8_t key[32];
    uint8_t signature[64];
    uint8_t message[BYTES_MAX];
    size_t size; // ≥ 1
};

static void flip_bit(struct random *random, uint8_t *bytes, size_t size)
{
    bytes[random_below(random, (uint32_t)size)] ^= (uint8_t)(1U << random_below(random, 8));
}

// What is done to a good signature.
static void leave(struct random *random, struct signed_message *self)
{
    (void)random;
    (void)self;
}

static void flip_r(struct random *random, struct signed_message *self)
{
    flip_bit(random, self->signature, 32);
}

static void flip_s(struct random *random, struct signed_message *self)
{
    flip_bit(random, self->signature + 32, 32);
}

static void flip_key(struct random *random, struct signed_message *self)
{
    flip_bit(random, self->key, sizeof self->key);
}

static void flip_message(struct random *random, struct signed_message *self)
{
    flip_bit(random, self->message, self->size);
}

static void shorten(struct random *random, struct signed_message *self)
{
    self->size = random_below(random, (uint32_t)self->size);
}

static void add_order(struct random *random, struct signed_message *self)
{
    (void)random;
    openssl_add_order(self->signature + 32, self->signature + 32);
}

static void invent_signature(struct random *random, struct signed_message *self)
{
    fill(random, self->signature, sizeof self->signature);
    self->signature[63] &= 0x0f; // else S ≥ L would be all that is judged
}

static const struct {
    const char *name;
    void (*change)(struct random *random, struct signed_message *self);
    bool stays_good;
} changes[] = {
    {"none", leave, true},
    {"bit of R", flip_r, false},
    {"bit of S", flip_s, false},
    {"bit of the key", flip_key, false},
    {"bit of the message", flip_message, false},
    {"shorter message", shorten, false},
    {"S + L", add_order, false},
    {"random signature", invent_signature, false},
};
enum { CHANGES = sizeof changes / sizeof changes[0] };

static struct signed_message make(struct random *random)
{
    struct signed_message self;
    uint8_t seed[32];

    fill(random, seed, sizeof seed);
    self.size = 1 + random_below(random, BYTES_MAX - 1);
    fill(random, self.message, self.size);
    openssl_public_key(self.key, seed);
    openssl_sign(self.signature, span_of(self.message, self.size), seed);
    return self;
}

// 0 when ours, OpenSSL and the table say the same.
static unsigned disagreement(const struct signed_message *self, unsigned change)
{
    struct span message = span_of(self->message, self->size);
    bool ours = ed25519_verify(self->signature, message, self->key);
    bool theirs = openssl_verify(self->signature, message, self->key);

    if (ours == theirs && ours == changes[change].stays_good) {
        return 0;
    }
    printf("%s: ours %d, OpenSSL %d, message of %zu bytes\n", changes[change].name, ours, theirs,
           self->size);
    return 1;
}

// Each key signs, and each signature is judged as it is and with one change. Where our rules are stricter no random
// input comes: ed25519_forged_test.c.
static void ed25519_agrees_with_openssl_on_signatures_good_and_changed(void **state)
{
    (void)state;
    struct random random = {25519};
    unsigned disagreements = 0;

    for (unsigned i = 0; i < KEYS; i++) {
        unsigned change = 1 + i % (CHANGES - 1);
        struct signed_message message = make(&random);
        disagreements += disagreement(&message, 0);
        changes[change].change(&random, &message);
        disagreements += disagreement(&message, change);
    }
    assert_int_equal(disagreements, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_agrees_with_openssl_for_any_length_and_division),
        cmocka_unit_test(sha512_agrees_with_openssl_for_any_length_and_division),
        cmocka_unit_test(ed25519_agrees_with_openssl_on_signatures_good_and_changed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
