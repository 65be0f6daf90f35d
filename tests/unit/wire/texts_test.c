// SPDX-License-Identifier: Apache-2.0
// Strings and topics, byte for byte.
#include "tests/host/cmocka_all.h"

#include "wire/report.h"
#include "wire/telemetry.h"
#include "wire/topic.h"

static char text[300];
static struct fmt out;

static void begin(void)
{
    fmt_init(&out, text, sizeof text);
}

static void telemetry_has_the_blanks_of_shipped_nodes(void **state)
{
    (void)state;
    begin();
    telemetry_build(&out, "s31-nb", "v1.0.0", NULL, NULL);
    assert_string_equal(text,
                        "{\"current_fw_title\": \"s31-nb\", \"current_fw_version\": \"v1.0.0\"}");
    begin();
    telemetry_build(&out, "s31-nb", "v1.0.0", "DOWNLOADING", NULL);
    assert_string_equal(text, "{\"current_fw_title\": \"s31-nb\", \"current_fw_version\": "
                              "\"v1.0.0\", \"fw_state\": \"DOWNLOADING\"}");
}

static void reports_are_those_of_the_seed(void **state)
{
    (void)state;
    begin();
    report_build(&out, "866207053462705", OTA_TITLE, "", "");
    assert_string_equal(text,
                        "{\"IMEI\":\"866207053462705\", \"Message\": \"Firmware title mismatch\"}");
    begin();
    report_build(&out, "866207053462705", OTA_SUCCESS, "s31-nb", "v1.1.0");
    assert_string_equal(text, "{\"IMEI\":\"866207053462705\", \"Message\": \"OTA Update OK, "
                              "Firmware Title: s31-nb Ver: v1.1.0\"}");
}

static void an_answers_chunk_topic_matches_exactly(void **state)
{
    (void)state;
    uint32_t index = 0;
    static const char *const bad[] = {
        "v2/fw/response/1/chunk/4294967296", "v2/fw/response/1/chunk/",
        "v2/fw/response/1/chunk/1x",         "v2/fw/response/1/chunk/00000000001",
        "v2/fw/response/2/chunk/1",          "xv2/fw/response/1/chunk/1",
        "v2/fw/response/1/chunk/-1",         "v2/fw/request/1/chunk/1"};

    assert_true(topic_parse_chunk_response(span_of_text("v2/fw/response/1/chunk/109"), &index));
    assert_int_equal(index, 109);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(topic_parse_chunk_response(span_of_text(bad[i]), &index));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(telemetry_has_the_blanks_of_shipped_nodes),
        cmocka_unit_test(reports_are_those_of_the_seed),
        cmocka_unit_test(an_answers_chunk_topic_matches_exactly),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
