// SPDX-License-Identifier: Apache-2.0
// Forgeries (forger.h). OpenSSL takes most of them, which shows that it is our rule that refuses them, and not a mistake in
// how they were made.
#include "base/ed25519.h"
#include "tests/host/cmocka_all.h"
#include "tests/unit/base/forger.h"

static bool is_good(const struct forgery *self)
{
    return ed25519_verify(self->signature, span_of(self->message, sizeof self->message), self->key);
}

static void expect_refused(enum forgery_kind kind)
{
    struct forgery forgery;

    assert_true(forger_count(kind) > 0);
    for (unsigned i = 0; i < forger_count(kind); i++) {
        forger_make(&forgery, kind, i);
        assert_false(is_good(&forgery));
    }
}

static void ed25519_refuses_keys_of_small_order(void **state)
{
    (void)state;
    expect_refused(FORGED_KEY);
}

static void ed25519_refuses_keys_that_are_not_encoded_as_they_should_be(void **state)
{
    (void)state;
    expect_refused(FORGED_MISSPELT_KEY);
}

static void ed25519_refuses_r_of_small_order(void **state)
{
    (void)state;
    expect_refused(FORGED_R);
}

static void ed25519_refuses_r_that_is_not_encoded_as_it_should_be(void **state)
{
    (void)state;
    expect_refused(FORGED_MISSPELT_R);
}

// So the tests above do not pass because nothing passes.
static void ed25519_takes_what_was_made_the_same_way_by_the_rules(void **state)
{
    (void)state;
    struct forgery genuine;

    forger_make_genuine(&genuine);
    assert_true(is_good(&genuine));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ed25519_refuses_keys_of_small_order),
        cmocka_unit_test(ed25519_refuses_keys_that_are_not_encoded_as_they_should_be),
        cmocka_unit_test(ed25519_refuses_r_of_small_order),
        cmocka_unit_test(ed25519_refuses_r_that_is_not_encoded_as_it_should_be),
        cmocka_unit_test(ed25519_takes_what_was_made_the_same_way_by_the_rules),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
