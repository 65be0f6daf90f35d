// SPDX-License-Identifier: Apache-2.0
// The parts of the prover that need no firmware: states, tapes, servers, names. That it finds what is wrong with a firmware
// is shown by tests/e2e/prove_test.py.
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/host/cmocka_all.h"
#include "vnode/net/mqtt.h"
#include "vnode/prove/case.h"
#include "vnode/prove/known.h"
#include "vnode/prove/server.h"
#include "vnode/prove/settings.h"
#include "vnode/prove/state.h"
#include "vnode/prove/tape.h"

// ---- states ----

static struct prove_state first, other; // large

static int erased(void **state)
{
    (void)state;
    memset(&first, 0, sizeof first);
    memset(first.nor, 0xFF, sizeof first.nor);
    other = first;
    return 0;
}

static void states_differ_by_any_byte_and_any_weak_word(void **state)
{
    uint64_t hash = prove_state_hash(&first);

    (void)state;
    assert_int_equal(prove_state_hash(&other), hash);
    other.flash[CPU_FLASH_SIZE - 1] ^= 1;
    assert_int_not_equal(prove_state_hash(&other), hash);
    other = first;
    other.eeprom[0] ^= 0x80;
    assert_int_not_equal(prove_state_hash(&other), hash);
    other = first;
    other.nor[PROVE_NOR_SIZE - 1] ^= 1;
    assert_int_not_equal(prove_state_hash(&other), hash);
    other = first;
    other.nor_weak.count = 1;
    assert_int_not_equal(prove_state_hash(&other), hash);
}

static void a_machine_keeps_the_state_that_was_put_into_it(void **state)
{
    static struct machine machine;
    const struct machine_ports ports = {.context = NULL};

    (void)state;
    machine_init(&machine, &ports, true, 1);
    first.flash[5] = 1;
    first.eeprom[6] = 2;
    first.nor[7] = 3;
    first.mcu_weak.count = 1;
    first.mcu_weak.word[0].address = CPU_FLASH_BASE;
    prove_state_write(&first, &machine);
    prove_state_read(&other, &machine);
    assert_int_equal(prove_state_hash(&other), prove_state_hash(&first));
    machine_free(&machine);
}

// ---- tapes ----

static struct prove_tape tape;

static void record(enum nvm_kind kind, uint32_t address, const void *data, size_t size)
{
    const struct prove_operation operation = {.kind = kind, .address = address};

    prove_tape_add(&tape, &operation, span_of(data, size));
}

static void a_tape_plays_to_any_place(void **state)
{
    uint8_t half_page[64], page[NOR_PAGE];
    uint32_t word = 0x11223344, sector = 4096;

    (void)state;
    memset(half_page, 7, sizeof half_page);
    memset(page, 0xF0, sizeof page);
    prove_tape_init(&tape, &first);
    record(NVM_FLASH_HALF_PAGE, CPU_FLASH_BASE + 64, half_page, sizeof half_page);
    record(NVM_EEPROM, NVM_EEPROM_BASE + 8, &word, sizeof word);
    record(NVM_NOR_PROGRAM, 256, page, sizeof page);
    record(NVM_NOR_ERASE, 0, &sector, sizeof sector);
    assert_false(tape.failed);
    prove_tape_play(&tape, &other, 0, 3);
    assert_int_equal(other.flash[64], 7);
    assert_int_equal(other.eeprom[8], 0x44);
    assert_int_equal(other.nor[256], 0xF0);
    assert_int_equal(other.nor[255], 0xFF);
    prove_tape_play(&tape, &other, 3, 4);
    assert_int_equal(other.nor[256], 0xFF);
    prove_tape_release(&tape);
}

static void a_tape_tells_how_many_commands_were_answered_before_an_operation(void **state)
{
    const uint32_t word = 0;

    (void)state;
    prove_tape_init(&tape, &first);
    for (uint32_t i = 0; i < 2; i++) {
        const struct prove_operation operation = {
            .kind = NVM_EEPROM, .address = NVM_EEPROM_BASE, .answers = 3 + i};
        prove_tape_add(&tape, &operation, span_of((const uint8_t *)&word, sizeof word));
    }
    tape.answers = 9;
    assert_int_equal(prove_tape_answers(&tape, 0), 3);
    assert_int_equal(prove_tape_answers(&tape, 1), 4);
    assert_int_equal(prove_tape_answers(&tape, 2), 9);
    prove_tape_release(&tape);
}

static void a_program_of_the_nor_only_clears_bits(void **state)
{
    uint8_t page[NOR_PAGE];

    (void)state;
    memset(page, 0xF0, sizeof page);
    memset(first.nor, 0x3C, NOR_PAGE);
    prove_tape_init(&tape, &first);
    record(NVM_NOR_PROGRAM, 0, page, sizeof page);
    other = first;
    prove_tape_play(&tape, &other, 0, 1);
    assert_int_equal(other.nor[0], 0x30);
    prove_tape_release(&tape);
}

static void a_tape_fails_behind_what_a_state_keeps(void **state)
{
    uint8_t page[NOR_PAGE] = {0};

    (void)state;
    prove_tape_init(&tape, &first);
    record(NVM_NOR_PROGRAM, PROVE_NOR_SIZE, page, sizeof page);
    assert_true(tape.failed);
    prove_tape_release(&tape);
}

// ---- names of cases ----

static void the_name_of_a_case_is_read_back(void **state)
{
    const struct prove_case cases[] = {{1234, PROVE_TORN_2, 0, PROVE_BEFORE},
                                       {1, PROVE_AFTER, 57, PROVE_TORN_3}};
    const char *const names[] = {"o1234:torn-2", "o1:after+57:torn-3"};
    char name[PROVE_CASE_NAME_SIZE];
    struct prove_case read;

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        prove_case_name(&cases[i], name);
        assert_string_equal(name, names[i]);
        assert_true(prove_case_parse(name, &read));
        assert_memory_equal(&read, &cases[i], sizeof read);
    }
}

static void what_is_no_name_of_a_case_is_refused(void **state)
{
    const char *const wrong[] = {"",
                                 "o",
                                 "o7",
                                 "7:before",
                                 "o0:before",
                                 "o7:torn-5",
                                 "o7:before+",
                                 "o7:before+0:after",
                                 "o7:before x",
                                 "o99999999999:before"};
    struct prove_case read;

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_false(prove_case_parse(wrong[i], &read));
    }
}

// ---- known moments ----

static void a_moment_that_a_worker_learned_is_known_to_all(void **state)
{
    struct prove_known *known = prove_known_create();

    (void)state;
    assert_non_null(known);
    assert_false(prove_known_has(known, 42));
    pid_t worker = fork();
    if (worker == 0) {
        prove_known_add(known, 42);
        _exit(0);
    }
    assert_int_equal(waitpid(worker, NULL, 0), worker);
    assert_true(prove_known_has(known, 42));
    assert_false(prove_known_has(known, 43));
    prove_known_destroy(known);
}

// ---- servers ----

static struct prove_server server;
static const struct net_peer *peer;
static uint8_t answer[4096];

static int connected(void **state)
{
    static const uint8_t packed[] = "abcdefghij";
    struct fwinfo offer = {.title = "s31-nb", .version = "v9", .size = 10};
    const struct mqtt_connect connect = {.is_311 = true, .client = {(const uint8_t *)"n", 1}};

    (void)state;
    prove_server_init(&server, &offer, span_of(packed, 10));
    peer = &server.broker.peer;
    assert_int_equal(peer->connect(peer->context, "127.0.0.1", PROVE_OTA_PORT), STATUS_OK);
    peer->take(peer->context, span_of(answer, mqtt_put_connect(&connect, answer, sizeof answer)));
    assert_int_equal(peer->give(peer->context, answer, sizeof answer), 4); // CONNACK
    return 0;
}

static void subscribe(const char *topic)
{
    const struct mqtt_filter filter = {span_of_text(topic), 0};

    peer->take(peer->context,
               span_of(answer, mqtt_put_subscribe(1, &filter, 1, answer, sizeof answer)));
    assert_int_equal(peer->give(peer->context, answer, sizeof answer), 5); // SUBACK
    assert_int_equal(answer[4], 0);
}

static struct mqtt_packet publish(const char *topic, const char *payload, uint8_t qos)
{
    const struct mqtt_publish wanted = {span_of_text(topic), span_of_text(payload), 7, qos, false};
    struct mqtt_packet packet = {.size = 0};
    uint8_t bytes[512];
    size_t size = mqtt_put_publish(&wanted, bytes, sizeof bytes);

    peer->take(peer->context, span_of(bytes, 3)); // in two portions
    peer->take(peer->context, span_of(bytes + 3, size - 3));
    long count = peer->give(peer->context, answer, sizeof answer);
    assert_true(count >= 0);
    (void)!mqtt_decode(span_of(answer, (size_t)count), &packet);
    return packet;
}

static void the_ota_server_answers_with_what_it_offers(void **state)
{
    (void)state;
    subscribe("v1/devices/me/attributes/response/+");
    struct mqtt_packet packet = publish("v1/devices/me/attributes/request/1", "{}", 0);
    assert_int_equal(packet.type, MQTT_PUBLISH);
    struct fwinfo info;
    assert_int_equal(fwinfo_decode(packet.payload, &info), STATUS_OK);
    assert_string_equal(info.title, "s31-nb");
    assert_int_equal(info.size, 10);
}

static void chunks_are_cut_from_the_packed_file(void **state)
{
    (void)state;
    subscribe("v2/fw/response/+/chunk/+");
    struct mqtt_packet packet = publish("v2/fw/request/1/chunk/2", "4", 0);
    assert_true(span_equals(packet.topic, span_of_text("v2/fw/response/1/chunk/2")));
    assert_true(span_equals(packet.payload, span_of_text("ij")));
    assert_int_equal(server.chunks, 1);
}

static void who_has_not_subscribed_hears_nothing(void **state)
{
    (void)state;
    assert_int_equal(publish("v2/fw/request/1/chunk/0", "4", 0).size, 0);
    assert_int_equal(server.chunks, 1);
}

static void the_data_server_keeps_reports_and_counts_the_rest(void **state)
{
    (void)state;
    assert_int_equal(peer->connect(peer->context, "127.0.0.1", PROVE_DATA_PORT), STATUS_OK);
    struct mqtt_packet packet =
        publish("node/up", "{\"IMEI\":\"1\", \"Message\": \"OTA Update OK, x\"}", 1);
    assert_int_equal(packet.type, MQTT_PUBACK);
    assert_int_equal(packet.id, 7);
    (void)publish("node/up", "{\"temperature\":1}", 0);
    assert_int_equal(server.report_count, 1);
    assert_string_equal(server.reports[0], "OTA Update OK, x");
    assert_int_equal(server.uplinks, 1);
}

static void a_packet_that_no_client_sends_ends_the_connection(void **state)
{
    static const uint8_t connack[] = {0x20, 2, 0, 0};

    (void)state;
    peer->take(peer->context, span_of(connack, sizeof connack));
    assert_int_equal(peer->give(peer->context, answer, sizeof answer), STATUS_IO);
    assert_int_equal(peer->connect(peer->context, "127.0.0.1", PROVE_OTA_PORT), STATUS_OK);
    assert_int_equal(peer->give(peer->context, answer, sizeof answer), 0);
}

// ---- settings ----

static const struct prove_settings old = {"AT+A=1\nAT+B=x\nAT+OTAVER=v1\n"};
static const struct prove_settings new = {"AT+A=2\nAT+B=y\nAT+OTAVER=v2\n"};

static void each_setting_may_be_old_or_new(void **state)
{
    const struct prove_settings mixed = {"AT+A=2\nAT+B=x\nAT+OTAVER=v3\n"};
    char wrong[80] = "";

    (void)state;
    assert_true(prove_settings_are_of(&mixed, &old, &new, wrong, sizeof wrong));
    assert_false(prove_settings_are_of(&mixed, &old, &old, wrong, sizeof wrong));
    assert_string_equal(wrong, "AT+A=2");
}

// Two commands and one that sets nothing, which is the second.
static const char script[] =
    "type AT+A=2\nexpect OK within 30s\ntype AT+CFG\nexpect OK within 30s\n"
    "type AT+B=y\nexpect OK within 30s\n";

static bool follows(const char *text, uint32_t answered, char wrong[80])
{
    const struct prove_commands commands = {script, answered, &old, &new};
    struct prove_settings found;

    snprintf(found.text, sizeof found.text, "%s", text);
    wrong[0] = '\0';
    return prove_settings_follow(&found, &commands, wrong, 80);
}

static void a_command_that_was_answered_has_its_new_value(void **state)
{
    char wrong[80];

    (void)state;
    assert_int_equal(prove_settings_commands(script), 3);
    assert_true(follows("AT+A=2\nAT+B=x\n", 1, wrong));
    assert_false(follows("AT+A=1\nAT+B=x\n", 1, wrong));
    assert_string_equal(wrong, "AT+A=1, not 2");
    assert_true(follows("AT+A=2\nAT+B=y\n", 3, wrong));
    assert_false(follows("AT+A=2\nAT+B=x\n", 3, wrong));
    assert_string_equal(wrong, "AT+B=x, not y");
}

static void a_command_without_an_answer_yet_may_have_either(void **state)
{
    char wrong[80];

    (void)state;
    assert_true(follows("AT+A=1\nAT+B=x\n", 0, wrong));
    assert_true(follows("AT+A=2\nAT+B=x\n", 0, wrong));
    assert_true(follows("AT+A=2\nAT+B=y\n", 2, wrong));
}

static void a_command_that_was_not_yet_typed_has_its_old_value(void **state)
{
    char wrong[80];

    (void)state;
    assert_false(follows("AT+A=2\nAT+B=y\n", 1, wrong));
    assert_string_equal(wrong, "AT+B=y, not x");
}

static void a_setting_that_is_missing_is_noticed(void **state)
{
    const struct prove_settings fewer = {"AT+A=1\nAT+OTAVER=v1\n"};
    char wrong[80] = "";

    (void)state;
    assert_false(prove_settings_are_of(&fewer, &old, &new, wrong, sizeof wrong));
    assert_string_equal(wrong, "2 settings instead of 3");
}

#define STATE(name)  cmocka_unit_test_setup(name, erased)
#define SERVER(name) cmocka_unit_test_setup(name, connected)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STATE(states_differ_by_any_byte_and_any_weak_word),
        STATE(a_machine_keeps_the_state_that_was_put_into_it),
        STATE(a_tape_plays_to_any_place),
        STATE(a_tape_tells_how_many_commands_were_answered_before_an_operation),
        STATE(a_program_of_the_nor_only_clears_bits),
        STATE(a_tape_fails_behind_what_a_state_keeps),
        cmocka_unit_test(the_name_of_a_case_is_read_back),
        cmocka_unit_test(what_is_no_name_of_a_case_is_refused),
        cmocka_unit_test(a_moment_that_a_worker_learned_is_known_to_all),
        SERVER(the_ota_server_answers_with_what_it_offers),
        SERVER(chunks_are_cut_from_the_packed_file),
        SERVER(who_has_not_subscribed_hears_nothing),
        SERVER(the_data_server_keeps_reports_and_counts_the_rest),
        SERVER(a_packet_that_no_client_sends_ends_the_connection),
        cmocka_unit_test(each_setting_may_be_old_or_new),
        cmocka_unit_test(a_command_that_was_answered_has_its_new_value),
        cmocka_unit_test(a_command_without_an_answer_yet_may_have_either),
        cmocka_unit_test(a_command_that_was_not_yet_typed_has_its_old_value),
        cmocka_unit_test(a_setting_that_is_missing_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
