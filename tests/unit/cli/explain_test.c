// SPDX-License-Identifier: Apache-2.0
// What `nbota explain` finds in logs: those that real runs left (tests/golden/console), and broken ones.
#include "tests/host/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/demo_steps.h"
#include "cli/diagnosis.h"
#include "cli/log_reader.h"

static struct flow flow;
static struct log_count count;

static void read_stream(FILE *in)
{
    assert_non_null(in);
    flow_begin(&flow);
    assert_int_equal(log_read(in, &flow, &count), STATUS_OK);
    fclose(in);
}

static void read_text(const char *text)
{
    char *copy = strdup(text);

    read_stream(fmemopen(copy, strlen(copy), "r"));
    free(copy);
}

static FILE *open_golden(const char *name)
{
    char path[512];

    snprintf(path, sizeof path, "%s/console/%s.log", NBOTA_GOLDEN, name);
    return fopen(path, "r");
}

static const struct attempt *last(void)
{
    assert_true(flow.count > 0);
    return flow_attempt(&flow, flow.count);
}

// One letter a step: . not reached, i implied, b begun, D done, s skipped, F failed.
static const char *marks(const struct attempt *attempt)
{
    static char text[STEP_COUNT + 1];

    for (unsigned i = 0; i < STEP_COUNT; i++) {
        text[i] = ".ibDsF"[attempt->marks[i]];
    }
    return text;
}

static void facts(const struct attempt *attempt, char text[300])
{
    struct fmt out;

    fmt_init(&out, text, 300);
    diagnosis_add_facts(&out, attempt);
}

// ---- logs of real runs ----

static const struct {
    const char *name;
    enum outcome outcome;
    int code;
    const char *marks;
    const char *cause; // a part of it
    const char *facts; // a part of them
} golden[] = {
    {"success", OUTCOME_UPDATED, 100, "DDDDDDDDDD", "the new firmware runs", ""},
    {"downlink", OUTCOME_UPDATED, 100, "DDDDDDDDDD", "the new firmware runs", ""},
    {"code-1", OUTCOME_FAILED, 1, "DDDDF.....", "another title than AT+OTATITLE", ""},
    {"code-2", OUTCOME_FAILED, 2, "DF........", "no SPI flash", ""},
    {"code-3", OUTCOME_FAILED, 3, "F.........", "is not F901", ""},
    {"code-4-settings", OUTCOME_FAILED, 4, "DD.F......", "AT+OTASER has no server", ""},
    {"code-4-closed-port", OUTCOME_FAILED, 4, "DDDF......", "nothing answers at the address",
     "3 retries of the session"},
    {"code-4-token", OUTCOME_FAILED, 4, "DDDF......", "refuses the connection", ""},
    {"code-5", OUTCOME_FAILED, 5, "DDDDF.....", "nothing is assigned", ""},
    {"code-6", OUTCOME_FAILED, 6, "DDDDF.....", "the version that AT+OTAVER says", ""},
    {"code-7-chunk", OUTCOME_FAILED, 7, "DDDDDDFb..", "damaged every time",
     "16 CRC errors, the last at chunk 3 (received EFB5AF2E, computed 237E92ED), 16 times there; "
     "stopped at chunk 3 of 45; 3 retries of the session; 3 resumes, the last at chunk 3"},
    {"code-7-image", OUTCOME_FAILED, 7, "DDDDDDDDF.", "the whole is not what", ""},
    {"one-bad-chunk", OUTCOME_UPDATED, 100, "DDDDDDDDDD", "the new firmware runs",
     "1 CRC error, the last at chunk 3 (received EFB5AF2E, computed 237E92ED)"},
    {"power-cut", OUTCOME_UPDATED, 100, "DDDDDDDDDD", "the new firmware runs",
     "1 reset in between (POR/PDR!); 1 resume, the last at chunk 20"},
    {"broker-killed", OUTCOME_UPDATED, 100, "DDDDDDDDDD", "the new firmware runs",
     "1 retry of the session; 1 resume, the last at chunk 21"},
    {"shipped-success", OUTCOME_UPDATED, 100, "DDDDDDDDDD", "the new firmware runs", ""},
    {"shipped-title", OUTCOME_FAILED, 1, "DDDDF.....", "another title than AT+OTATITLE", ""},
    {"shipped-silence", OUTCOME_FAILED, 4, "iDDDF.....", "is not answered", ""},
};

static void every_end_of_an_update_is_told_from_its_log(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof golden / sizeof golden[0]; i++) {
        char seen[300];
        print_message("%s\n", golden[i].name);
        read_stream(open_golden(golden[i].name));
        assert_int_equal(flow.count, 1);
        assert_int_equal(last()->outcome, golden[i].outcome);
        assert_int_equal(last()->code, golden[i].code);
        assert_string_equal(marks(last()), golden[i].marks);
        assert_non_null(strstr(diagnosis_of(last())->cause, golden[i].cause));
        assert_true(diagnosis_of(last())->next[0] != '\0');
        facts(last(), seen);
        assert_string_equal(seen, golden[i].facts);
        assert_int_equal(count.damaged + count.foreign, 0);
    }
}

static void an_nbota_node_prints_its_code_a_shipped_one_does_not(void **state)
{
    (void)state;
    read_stream(open_golden("code-1"));
    assert_true(last()->is_code_printed);
    assert_int_equal(last()->report, DELIVERY_SENT);
    read_stream(open_golden("shipped-title"));
    assert_false(last()->is_code_printed);
    assert_int_equal(last()->trigger, TRIGGER_CONSOLE);
}

static void triggers_and_offers_are_remembered(void **state)
{
    (void)state;
    read_stream(open_golden("downlink"));
    assert_int_equal(last()->trigger, TRIGGER_DOWNLINK);
    assert_string_equal(last()->title, "s31-nb");
    assert_string_equal(last()->version, "v1.1.0");
    assert_string_equal(last()->before, "v1.0.0");
    assert_int_equal(last()->size_bytes, 46188);
    assert_int_equal(attempt_chunks(last()), 45);
    read_text(
        "[1]Received downlink data:{\"Config\":\"[AT+OTATITLE=x;AT+UPGRADE]\"}\n[2]FW check\n");
    assert_int_equal(flow.count, 1);
    assert_int_equal(last()->trigger, TRIGGER_CONFIG);
    read_text("[1]Received downlink data:{\"Config\":\"[AT+OTATITLE=x;...\n"
              "[1]Downlink command:AT+UPGRADE\n[2]FW check\n");
    assert_int_equal(flow.count, 1);
    assert_int_equal(last()->trigger, TRIGGER_CONFIG);
}

static void regression_the_list_of_commands_triggers_nothing(void **state)
{
    (void)state;
    read_text("AT+UPGRADE  : OTA upgrade.\nAT+UPGRADE?\nAT+CFG     : Print all settings\n");
    assert_int_equal(flow.count, 0);
    read_text("AT+UPGRADE\n[1]FW check\n");
    assert_int_equal(flow.count, 1);
    assert_int_equal(last()->trigger, TRIGGER_CONSOLE);
}

static void an_image_that_is_refused_before_the_order_fails_at_completion(void **state)
{
    (void)state;
    read_text("[1]FW check\n[9]Downloading 100%\n[10]Image refused: signature does not match\n"
              "[11]ota error 7:Firmware checksum error\n[12]Close OTA upgrade\n");
    assert_int_equal(last()->code, OTA_CHECKSUM);
    assert_string_equal(marks(last()), "iDiiiiDDF.");
    assert_int_equal(count.foreign, 0);
}

static void the_lines_of_a_trial_are_none_of_a_stranger(void **state)
{
    (void)state;
    read_text("[1]FW check\n[2]On trial, Firmware Title: s31-nb Ver: v1.1.0\n"
              "[3]On trial: looking for the network\n"
              "[4]The new firmware is confirmed\n"
              "[5]No network on trial: the firmware of before comes back\n"
              "In the flash chip: good\ns31-nb v1.1.0, not signed\nIt is what runs\n");
    assert_int_equal(count.foreign, 0);
}

// Every line that a log can end behind gives an answer, and none that says more than it knows.
static void a_log_may_end_and_begin_anywhere(void **state)
{
    (void)state;
    static char text[8192];
    FILE *in = open_golden("success");
    size_t size = fread(text, 1, sizeof text - 1, in);

    fclose(in);
    for (size_t cut = 1; cut < size; cut++) {
        read_stream(fmemopen(text, cut, "r"));
        assert_true(flow.count <= 1);
        assert_int_equal(flow.failed, 0);
        read_stream(fmemopen(text + cut, size - cut, "r"));
        assert_true(flow.count <= 1);
        assert_int_equal(flow.failed, 0);
    }
}

static void a_log_that_ends_early_is_unfinished(void **state)
{
    (void)state;
    read_text("[1]FW check\n[2]Successfully awakened module\n[3]MQTT open success\n");
    assert_int_equal(last()->outcome, OUTCOME_OPEN);
    assert_string_equal(marks(last()), "iDDb......");
}

static void a_log_that_begins_late_implies_what_came_before(void **state)
{
    (void)state;
    read_text("[9]Downloading 40%\n[10]CRC error 00000001 00000002\n[11]Downloading 41%\n");
    assert_string_equal(marks(last()), "iiiiiibb..");
    assert_false(last()->is_bad_chunk_known);
    char seen[300];
    facts(last(), seen);
    assert_string_equal(seen,
                        "1 CRC error, the last at 41% (received 00000001, computed 00000002)");
}

// ---- what stands between, runs together, or is damaged ----

static void lines_of_the_bluetooth_module_do_not_matter(void **state)
{
    (void)state;
    read_text("[1]FW check\r\n+CONNECTED>>0x1\r\nAT+PWRM2\r\nOK\r\nOK[2]Hardware Not Support\r\n"
              "ERROR[3]Close OTA upgrade\r\n");
    assert_int_equal(last()->code, OTA_HARDWARE);
    assert_int_equal(count.foreign, 0);
}

static void lines_that_ran_together_are_parted(void **state)
{
    (void)state;
    read_text("[1]FW check[20]Successfully awakened module[31]MQTT open success\n");
    assert_string_equal(marks(last()), "iDDb......");
    assert_int_equal(last()->times[STEP_WAKE].ms, 20);
}

static void damaged_and_foreign_lines_are_counted_and_named(void **state)
{
    (void)state;
    read_text("[1]FW check\n[2]Succ\xff\xfe"
              "sfully aw\x01kened module\nhello from cron\n\n"
              "\x1b[1m[3]MQTT open success\x1b[0m\n");
    assert_int_equal(count.lines, 5);
    assert_int_equal(count.read, 2);
    assert_int_equal(count.damaged, 1);
    assert_int_equal(count.first_damaged, 2);
    assert_int_equal(count.foreign, 1);
    assert_int_equal(count.first_foreign, 3);
    assert_string_equal(count.foreign_text, "hello from cron");
    assert_string_equal(marks(last()), "iDib......");
}

static void random_bytes_are_survived(void **state)
{
    (void)state;
    static uint8_t noise[1 << 16];
    uint32_t random = 1;

    for (size_t i = 0; i < sizeof noise; i++) {
        random = random * 1664525U + 1013904223U;
        noise[i] = (uint8_t)(random >> 24);
    }
    read_stream(fmemopen(noise, sizeof noise, "r"));
    assert_int_equal(flow.count, 0);
    assert_true(count.damaged > 0);
}

// One byte after the other is spoiled: nothing else may happen than that a line is not understood.
static void a_spoiled_byte_anywhere_is_survived(void **state)
{
    (void)state;
    static char text[8192];
    FILE *in = open_golden("power-cut");
    size_t size = fread(text, 1, sizeof text - 1, in);

    fclose(in);
    for (size_t i = 0; i < size; i++) {
        char kept = text[i];
        text[i] = (char)0xff;
        read_stream(fmemopen(text, size, "r"));
        assert_true(flow.count >= 1 && flow.count <= 2);
        assert_int_equal(flow.failed, 0);
        text[i] = kept;
    }
}

static void a_line_of_any_length_is_read_in_pieces(void **state)
{
    (void)state;
    static char text[10000];

    memset(text, 'x', sizeof text - 1);
    memcpy(text + sizeof text - 13, "\n[1]FW check", 13);
    read_text(text);
    assert_int_equal(count.lines, 2);
    assert_int_equal(flow.count, 1);
}

// ---- several attempts ----

static void only_the_last_attempts_are_kept_and_all_are_counted(void **state)
{
    (void)state;
    static char text[64 * 1000];
    size_t size = 0;

    for (unsigned i = 0; i < 1000; i++) {
        size += (size_t)snprintf(text + size, sizeof text - size,
                                 "FW check\nHardware Not Support\nClose OTA upgrade\n");
    }
    read_text(text);
    assert_int_equal(flow.count, 1000);
    assert_int_equal(flow.failed, 1000);
    assert_null(flow_attempt(&flow, 1000 - FLOW_KEPT));
    assert_int_equal(flow_attempt(&flow, 1001 - FLOW_KEPT)->number, 1001 - FLOW_KEPT);
    assert_null(flow_attempt(&flow, 0));
    assert_null(flow_attempt(&flow, 1001));
}

static void a_second_trigger_while_an_update_runs_begins_no_other(void **state)
{
    (void)state;
    read_text("Received downlink data:F901\nReceived downlink data:f901\nFW check\n"
              "The device is busy.\nSuccessfully awakened module\n");
    assert_int_equal(flow.count, 1);
}

static void an_attempt_whose_begin_was_lost_is_still_another_one(void **state)
{
    (void)state;
    read_text("FW check\nHardware Not Support\nClose OTA upgrade\n"
              "Successfully awakened module\nFailed to open the OTA client network\n"
              "Close OTA upgrade\n");
    assert_int_equal(flow.count, 2);
    assert_string_equal(marks(last()), "iiDF......");
}

static void telling_the_server_of_the_new_version_is_no_attempt(void **state)
{
    (void)state;
    read_text("FW check\nota 100:Firmware\nClose OTA upgrade\nnbota boot v1\ninstalled\n"
              "Image Version: v2\nOTA Update OK, Firmware Title: a Ver: v2\n"
              "Successfully awakened module\nMQTT open success\nMQTT connect success\n"
              "Upload firmware information successfully\n");
    assert_int_equal(flow.count, 1);
    assert_int_equal(last()->outcome, OUTCOME_UPDATED);
    assert_string_equal(last()->version, "v2");
}

// ---- after the download ----

static void the_former_firmware_after_a_download_is_no_success(void **state)
{
    (void)state;
    static const char begin[] = "Image Version: v1\nFW check\nInconsistent firmware version\n"
                                "server_fw_version v2\nota 100:Firmware\nClose OTA upgrade\n"
                                "nbota boot v1\n";
    char text[512];

    snprintf(text, sizeof text, "%sImage Version: v1\n", begin);
    read_text(text);
    assert_int_equal(last()->outcome, OUTCOME_DOWNLOADED);
    assert_int_equal(last()->trouble, TROUBLE_OLD_VERSION);
    snprintf(text, sizeof text,
             "%sinstall refused: the candidate does not match its order\nImage Version: v1\n"
             "[2]ota error 7:Firmware checksum error\n",
             begin);
    read_text(text);
    assert_int_equal(last()->code, OTA_CHECKSUM);
    assert_int_equal(last()->failed, STEP_ACTIVATION);
    assert_non_null(strstr(diagnosis_of(last())->cause, "bootloader refuses"));
}

static void the_signal_before_a_failure_is_told(void **state)
{
    (void)state;
    char seen[300];
    read_text("[1]Signal Strength:4\n[2]FW check\n[3]ota error 4:OTA server connection timeout\n"
              "[4]Close OTA upgrade\n");
    facts(last(), seen);
    assert_string_equal(seen, "signal strength 4 of 31");
    assert_int_equal(last()->failed, STEP_WAKE);
    read_text("[1]Signal Strength:99\n[2]FW check\n[3]Hardware Not Support\n");
    facts(last(), seen);
    assert_string_equal(seen, "");
}

static void a_roll_back_is_code_8(void **state)
{
    (void)state;
    read_text("[5]OTA rolled back, Firmware Title: s31-nb Ver: v1.1.0\n");
    assert_int_equal(last()->code, OTA_ROLLED_BACK);
    assert_string_equal(last()->title, "s31-nb");
    assert_string_equal(last()->version, "v1.1.0");
}

static void reports_in_a_log_are_found(void **state)
{
    (void)state;
    read_text("node/up {\"IMEI\":\"1\", \"Message\": \"Firmware Title Mismatch\"}\n"
              "node/up {\"IMEI\":\"1\",\"temperature\":23.4}\n"
              "{\"IMEI\":\"1\", \"Message\": \"OTA Update OK, Firmware Title: a Ver: b\"}\n");
    assert_int_equal(flow.report_count, 2);
    assert_int_equal(flow.reports[0].code, OTA_TITLE);
    assert_int_equal(flow.reports[1].code, OTA_SUCCESS);
    assert_int_equal(flow.reports[1].line, 3);
    assert_int_equal(flow.count, 0);
}

// ---- times ----

static void times_of_node_and_of_log_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        enum log_clock clock;
        uint64_t ms;
        const char *rest, *shown;
    } rows[] = {
        {"[14972]x", CLOCK_UPTIME, 14972, "x", "14.972 s"},
        {"    14.972  x", CLOCK_SECONDS, 14972, "x", "14.972 s"},
        {"    14.972  [99]x", CLOCK_SECONDS, 14972, "x", "14.972 s"},
        {"23:40:12 x", CLOCK_DAY, 85212000, "x", "23:40:12"},
        {"23:40:12.250 -> [5]x", CLOCK_DAY, 85212250, "x", "23:40:12"},
        {"[2026-11-24 23:40:12] x", CLOCK_DAY, 85212000, "x", "23:40:12"},
        {"2026-11-24T23:40:12,5Z x", CLOCK_DAY, 85212500, "x", "23:40:12"},
        {"24:00:00 x", CLOCK_NONE, 0, "24:00:00 x", ""},
        {"[123456789012345]x", CLOCK_NONE, 0, "[123456789012345]x", ""},
        {"[12x", CLOCK_NONE, 0, "[12x", ""},
        {"14.9  x", CLOCK_NONE, 0, "14.9  x", ""},
        {"", CLOCK_NONE, 0, "", ""},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct log_time time;
        char shown[LOG_TIME_SIZE];
        assert_string_equal(log_time_read(rows[i].line, &time), rows[i].rest);
        assert_int_equal(time.clock, rows[i].clock);
        assert_int_equal(time.ms, rows[i].ms);
        log_time_format(time, shown);
        assert_string_equal(shown, rows[i].shown);
    }
}

// ---- the demonstration follows the same lines ----

static void the_demonstration_shows_ten_steps_of_a_log(void **state)
{
    (void)state;
    struct demo_flow demo = {0};
    char line[256];
    FILE *in = open_golden("downlink");

    while (fgets(line, sizeof line, in) != NULL) {
        bool took = demo_flow_take(&demo, line);
        assert_true(!took || demo.next >= 1);
        assert_true(demo.next != STEP_WRITING + 1 || !took || strstr(line, "Downloading 2%"));
    }
    fclose(in);
    assert_int_equal(demo.next, DEMO_STEPS);
}

static void every_code_alone_has_a_cause_and_a_next_thing(void **state)
{
    (void)state;
    for (unsigned long number = 1; number <= 100; number++) {
        if (code_is_known(number)) {
            const struct diagnosis *diagnosis = diagnosis_of_code((enum ota_code)number);
            assert_true(diagnosis->cause[0] != '\0');
            assert_true(diagnosis->next[0] != '\0');
        }
    }
    assert_non_null(strstr(diagnosis_of_code(OTA_TIMEOUT)->cause, "not reached"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_end_of_an_update_is_told_from_its_log),
        cmocka_unit_test(an_nbota_node_prints_its_code_a_shipped_one_does_not),
        cmocka_unit_test(triggers_and_offers_are_remembered),
        cmocka_unit_test(regression_the_list_of_commands_triggers_nothing),
        cmocka_unit_test(an_image_that_is_refused_before_the_order_fails_at_completion),
        cmocka_unit_test(the_lines_of_a_trial_are_none_of_a_stranger),
        cmocka_unit_test(a_log_may_end_and_begin_anywhere),
        cmocka_unit_test(a_log_that_ends_early_is_unfinished),
        cmocka_unit_test(a_log_that_begins_late_implies_what_came_before),
        cmocka_unit_test(lines_of_the_bluetooth_module_do_not_matter),
        cmocka_unit_test(lines_that_ran_together_are_parted),
        cmocka_unit_test(damaged_and_foreign_lines_are_counted_and_named),
        cmocka_unit_test(random_bytes_are_survived),
        cmocka_unit_test(a_spoiled_byte_anywhere_is_survived),
        cmocka_unit_test(a_line_of_any_length_is_read_in_pieces),
        cmocka_unit_test(only_the_last_attempts_are_kept_and_all_are_counted),
        cmocka_unit_test(a_second_trigger_while_an_update_runs_begins_no_other),
        cmocka_unit_test(an_attempt_whose_begin_was_lost_is_still_another_one),
        cmocka_unit_test(telling_the_server_of_the_new_version_is_no_attempt),
        cmocka_unit_test(the_former_firmware_after_a_download_is_no_success),
        cmocka_unit_test(the_signal_before_a_failure_is_told),
        cmocka_unit_test(a_roll_back_is_code_8),
        cmocka_unit_test(reports_in_a_log_are_found),
        cmocka_unit_test(times_of_node_and_of_log_are_read),
        cmocka_unit_test(the_demonstration_shows_ten_steps_of_a_log),
        cmocka_unit_test(every_code_alone_has_a_cause_and_a_next_thing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
