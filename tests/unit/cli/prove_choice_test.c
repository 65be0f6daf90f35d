// SPDX-License-Identifier: Apache-2.0
#include "cli/prove_choice.h"
#include "tests/host/cmocka_all.h"

static struct prove_operation operations[] = {
    {.kind = NVM_EEPROM},          {.kind = NVM_NOR_ERASE}, {.kind = NVM_NOR_PROGRAM},
    {.kind = NVM_FLASH_HALF_PAGE}, {.kind = NVM_EEPROM},
};
enum { COUNT = sizeof operations / sizeof operations[0] };

static struct prove_tape tape; // large

// The chosen ones as digits from 1; 6 is the state behind the last.
static void chooses(const struct prove_choice *choice, const char *expected)
{
    char found[COUNT + 2] = "";
    size_t size = 0;

    tape.operations = operations;
    tape.count = COUNT;
    for (size_t i = 0; i <= COUNT; i++) {
        if (prove_choice_has(choice, &tape, i)) {
            found[size++] = (char)('1' + i);
        }
    }
    assert_string_equal(found, expected);
}

static void without_a_wish_all_are_chosen(void **state)
{
    (void)state;
    chooses(&(struct prove_choice){.every = 1}, "123456");
}

static void a_sample_begins_with_the_first(void **state)
{
    (void)state;
    chooses(&(struct prove_choice){.every = 3}, "146");
}

static void a_memory_is_chosen_by_its_name(void **state)
{
    static const struct {
        const char *name, *chosen;
    } rows[] = {{"all", "123456"}, {"flash", "4"}, {"eeprom", "156"}, {"nor", "23"}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct prove_choice choice = {.every = 1};
        assert_true(prove_choice_read_memory(&choice, rows[i].name));
        chooses(&choice, rows[i].chosen);
    }
    assert_false(prove_choice_read_memory(&(struct prove_choice){.every = 1}, "luck"));
}

static void a_range_holds_both_ends_and_nothing_behind(void **state)
{
    struct prove_choice choice = {.every = 1};

    (void)state;
    assert_true(prove_choice_read_range(&choice, "2-5"));
    chooses(&choice, "2345");
}

static void what_is_no_range_is_refused(void **state)
{
    static const char *const wrong[] = {"", "7", "-7", "7-", "0-7", "9-7", "a-b", "1-2-3"};

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_false(prove_choice_read_range(&(struct prove_choice){.every = 1}, wrong[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_wish_all_are_chosen),
        cmocka_unit_test(a_sample_begins_with_the_first),
        cmocka_unit_test(a_memory_is_chosen_by_its_name),
        cmocka_unit_test(a_range_holds_both_ends_and_nothing_behind),
        cmocka_unit_test(what_is_no_range_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
