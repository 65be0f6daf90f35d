// SPDX-License-Identifier: Apache-2.0
// The prover's reader of the EEPROM against the node's own writer.
#include "node/store/record.h"
#include "tests/fake/eeprom.h"
#include "tests/host/cmocka_all.h"
#include "vnode/prove/records.h"

static struct machine machine; // large

static int formatted(void **state)
{
    const struct machine_ports ports = {.context = NULL};

    (void)state;
    machine_init(&machine, &ports, true, 1);
    fake_eeprom_reset();
    assert_int_equal(journal_open(), STATUS_OK);
    return 0;
}

static int freed(void **state)
{
    (void)state;
    machine_free(&machine);
    return 0;
}

static struct prove_records read_as(enum prove_reading reading)
{
    struct prove_records records;

    memcpy(machine.soc.nvm.eeprom, fake_eeprom_bytes(), NVM_EEPROM_SIZE);
    prove_records_read(&records, &machine, reading);
    return records;
}

static void put_counter(uint32_t counter)
{
    struct record_change change;

    record_change_init(&change);
    record_put_security(&change, &(struct security_record){.counter = counter});
    assert_int_equal(record_commit(&change), STATUS_OK);
}

static void put_text(uint8_t id, const char *text)
{
    struct journal_item item = {id, span_of_text(text)};

    assert_int_equal(journal_commit(&item, 1), STATUS_OK);
}

static uint32_t word_at(uint32_t offset)
{
    uint32_t word;

    memcpy(&word, fake_eeprom_bytes() + offset, sizeof word);
    return word;
}

static void make_weak(uint32_t offset, uint32_t old, uint32_t new)
{
    machine.soc.nvm.weak.word[0] = (struct weak_word){NVM_EEPROM_BASE + offset, old, new, 1};
    machine.soc.nvm.weak.count = 1;
}

// ---- the security record ----

static void the_newest_counter_counts(void **state)
{
    (void)state;
    assert_int_equal(read_as(PROVE_READ_NEW).security.counter, 0);
    put_counter(3);
    put_counter(7);
    assert_int_equal(read_as(PROVE_READ_NEW).security.counter, 7);
}

static void a_counter_survives_compactions(void **state)
{
    char text[] = "0";

    (void)state;
    put_counter(7);
    for (unsigned i = 0; i < 1000; i++) {
        text[0] = (char)('0' + i % 10);
        put_text(1, text);
    }
    assert_int_equal(read_as(PROVE_READ_NEW).security.counter, 7);
}

static void revoked_keys_are_read_beside_the_counter(void **state)
{
    struct record_change change;

    (void)state;
    record_change_init(&change);
    record_put_security(&change, &(struct security_record){.counter = 2, .revoked = 0xC});
    assert_int_equal(record_commit(&change), STATUS_OK);
    assert_int_equal(read_as(PROVE_READ_NEW).security.counter, 2);
    assert_int_equal(read_as(PROVE_READ_NEW).security.revoked, 0xC);
}

// A second record of the same, as a later version of the node may keep one.
static void of_two_records_the_higher_counter_and_all_revoked_keys_count(void **state)
{
    static const uint8_t copy[] = {RECORD_FORMAT, 5, 0, 0, 0, 1, 0, 0, 0};
    const struct journal_item item = {82, span_of(copy, sizeof copy)};
    struct record_change change;

    (void)state;
    record_change_init(&change);
    record_put_security(&change, &(struct security_record){.counter = 2, .revoked = 0xC});
    assert_int_equal(record_commit(&change), STATUS_OK);
    assert_int_equal(journal_commit(&item, 1), STATUS_OK);
    assert_int_equal(read_as(PROVE_READ_NEW).security.counter, 5);
    assert_int_equal(read_as(PROVE_READ_NEW).security.revoked, 0xD);
}

static void the_node_reads_the_record_that_a_proof_begins_with(void **state)
{
    const struct prove_security begun = {1, 8};
    struct security_record read;

    (void)state;
    prove_records_begin(&machine, &begun);
    memcpy(fake_eeprom_bytes(), machine.soc.nvm.eeprom, NVM_EEPROM_SIZE);
    assert_int_equal(journal_open(), STATUS_OK);
    record_read_security(&read);
    assert_int_equal(read.counter, 1);
    assert_int_equal(read.revoked, 8);
    assert_memory_equal(fake_eeprom_bytes(), machine.soc.nvm.eeprom,
                        NVM_EEPROM_SIZE); // nothing to mend
}

// ---- what reads differently ----

enum { FIRST = 16, VALUE = FIRST + 4, CRC = FIRST + 8, SEAL = FIRST + 12, SECOND = FIRST + 16 };

static void another_value_is_another_state(void **state)
{
    (void)state;
    put_text(1, "a");
    uint64_t hash = read_as(PROVE_READ_NEW).hash;
    put_text(1, "b");
    assert_int_not_equal(read_as(PROVE_READ_NEW).hash, hash);
}

static void a_record_whose_crc_is_torn_reads_differently(void **state)
{
    (void)state;
    put_text(1, "a");
    make_weak(CRC, 0, word_at(CRC));
    assert_int_not_equal(read_as(PROVE_READ_OLD).hash, read_as(PROVE_READ_NEW).hash);
}

static void a_value_that_is_torn_in_place_reads_differently(void **state)
{
    (void)state;
    put_text(1, "a");
    make_weak(VALUE, 0, word_at(VALUE));
    assert_int_not_equal(read_as(PROVE_READ_OLD).hash, read_as(PROVE_READ_NEW).hash);
}

// The node finds the record complete or copies it: either way it counts.
static void a_torn_seal_changes_nothing(void **state)
{
    (void)state;
    put_text(1, "a");
    make_weak(SEAL, 0, word_at(SEAL));
    assert_int_equal(read_as(PROVE_READ_OLD).hash, read_as(PROVE_READ_NEW).hash);
}

static void a_torn_word_behind_the_end_changes_nothing(void **state)
{
    (void)state;
    put_text(1, "a");
    make_weak(SECOND, 0, word_at(FIRST));
    assert_int_equal(read_as(PROVE_READ_OLD).hash, read_as(PROVE_READ_NEW).hash);
}

static void what_differs_in_a_security_record_is_told_and_nothing_else(void **state)
{
    static const struct {
        struct prove_security found;
        const char *why;
    } rows[] = {
        {{1, 8}, ""},
        {{2, 8}, "the security counter is 2, not 1"},
        {{1, 0}, "the revoked keys are 0x0, not 0x8"},
        {{0, 0}, "the security counter is 0, not 1, the revoked keys are 0x0, not 0x8"},
    };
    const struct prove_security wanted = {1, 8};
    char why[100];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(prove_security_is(&rows[i].found, &wanted, why, sizeof why), i == 0);
        assert_string_equal(why, rows[i].why);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_newest_counter_counts, formatted, freed),
        cmocka_unit_test_setup_teardown(a_counter_survives_compactions, formatted, freed),
        cmocka_unit_test_setup_teardown(revoked_keys_are_read_beside_the_counter, formatted, freed),
        cmocka_unit_test_setup_teardown(
            of_two_records_the_higher_counter_and_all_revoked_keys_count, formatted, freed),
        cmocka_unit_test_setup_teardown(the_node_reads_the_record_that_a_proof_begins_with,
                                        formatted, freed),
        cmocka_unit_test_setup_teardown(another_value_is_another_state, formatted, freed),
        cmocka_unit_test_setup_teardown(a_record_whose_crc_is_torn_reads_differently, formatted,
                                        freed),
        cmocka_unit_test_setup_teardown(a_value_that_is_torn_in_place_reads_differently, formatted,
                                        freed),
        cmocka_unit_test_setup_teardown(a_torn_seal_changes_nothing, formatted, freed),
        cmocka_unit_test_setup_teardown(a_torn_word_behind_the_end_changes_nothing, formatted,
                                        freed),
        cmocka_unit_test(what_differs_in_a_security_record_is_told_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
