// SPDX-License-Identifier: Apache-2.0
// What comes in and goes out as text: attribute requests, telemetry, the broker's configuration.
#include "tests/host/cmocka_all.h"

#include "server/gateway/attributes.h"
#include "server/gateway/config.h"
#include "server/gateway/telemetry.h"

static bool malformed;

static unsigned wanted(const char *payload)
{
    malformed = false;
    return attributes_wanted(span_of_text(payload), &malformed);
}

static void keys_are_trimmed_and_unknown_ones_ignored(void **state)
{
    (void)state;
    assert_int_equal(wanted("{\"sharedKeys\":\"fw_title , fw_size,other,\"}"),
                     ATTRIBUTE_TITLE | ATTRIBUTE_SIZE);
    assert_int_equal(wanted("{\"sharedKeys\": \"fw_checksum,fw_checksum_algorithm,fw_size,"
                            "fw_title,fw_version\"}"),
                     ATTRIBUTES_ALL);
    assert_int_equal(wanted("{}"), ATTRIBUTES_ALL);
    assert_int_equal(wanted("{\"clientKeys\":\"fw_title\"}"), 0);
    assert_false(malformed);
}

static void what_is_no_request_wants_nothing_and_is_counted(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "[]", "7", "{\"sharedKeys\":[]}", "{", "nonsense"};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(wanted(bad[i]), 0);
        assert_true(malformed);
    }
}

static const struct db_image image = {.title = "s31-nb",
                                      .version = "v1.1.0",
                                      .size = 7124,
                                      .algorithm = "CRC32",
                                      .checksum = "b3ab1052"};

static void the_answer_has_its_fixed_order_and_no_blanks(void **state)
{
    (void)state;
    char text[ATTRIBUTES_ANSWER_SIZE];
    struct fmt out;

    fmt_init(&out, text, sizeof text);
    attributes_answer(&image, ATTRIBUTES_ALL, &out);
    assert_string_equal(text, "{\"shared\":{\"fw_title\":\"s31-nb\",\"fw_version\":\"v1.1.0\","
                              "\"fw_size\":7124,\"fw_checksum_algorithm\":\"CRC32\","
                              "\"fw_checksum\":\"b3ab1052\"}}");
    fmt_init(&out, text, sizeof text);
    attributes_answer(NULL, ATTRIBUTES_ALL, &out);
    assert_string_equal(text, "{}");
}

static void a_push_is_flat_and_names_what_was_deleted(void **state)
{
    (void)state;
    char text[ATTRIBUTES_ANSWER_SIZE];
    struct fmt out;

    fmt_init(&out, text, sizeof text);
    attributes_push(&image, &out);
    assert_string_equal(text, "{\"fw_title\":\"s31-nb\",\"fw_version\":\"v1.1.0\",\"fw_size\":7124,"
                              "\"fw_checksum_algorithm\":\"CRC32\",\"fw_checksum\":\"b3ab1052\"}");
    fmt_init(&out, text, sizeof text);
    attributes_push(NULL, &out);
    assert_non_null(strstr(text, "{\"deleted\":[\"fw_title\""));
}

static struct telemetry said;

static bool read(const char *payload)
{
    return telemetry_read(span_of_text(payload), &said);
}

static void telemetry_is_read_in_all_its_layouts(void **state)
{
    (void)state;
    static const char *const layouts[] = {
        "{\"current_fw_title\":\"t\",\"current_fw_version\":\"v1\",\"x\":1}",
        "[{\"current_fw_title\":\"t\"},{\"current_fw_version\":\"v1\"}]",
        "{\"ts\":1,\"values\":{\"current_fw_title\":\"t\",\"current_fw_version\":\"v1\"}}",
        "[{\"ts\":1,\"values\":{\"current_fw_title\":\"t\",\"current_fw_version\":\"v1\"}}]",
    };

    for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++) {
        assert_true(read(layouts[i]));
        assert_true(said.has_title && said.has_version && !said.has_state);
        assert_string_equal(said.title, "t");
        assert_string_equal(said.version, "v1");
    }
}

static void a_version_in_both_fields_says_no_title(void **state)
{
    (void)state;
    assert_true(read("{\"current_fw_title\": \"v1\", \"current_fw_version\": \"v1\"}"));
    assert_false(said.has_title);
    assert_true(said.has_version);
}

static void hostile_telemetry_is_cut_and_cleaned(void **state)
{
    (void)state;
    assert_true(
        read("{\"fw_state\":\"0123456789abcdefOVER\",\"fw_error\":\"a\\u001b[2Jb\\u00e9\"}"));
    assert_string_equal(said.state, "0123456789abcdef");
    assert_string_equal(said.error, "a?[2Jb??");
    assert_true(read("{\"fw_state\":7,\"current_fw_title\":null}"));
    assert_false(said.has_state || said.has_title);
    assert_true(read("[7,[],null,\"x\"]"));
    assert_false(read(""));
    assert_false(read("{\"fw_state\":"));
    assert_false(telemetry_read(span_of("\xff\xfe\0", 3), &said));
}

static void a_configuration_names_everything_once(void **state)
{
    (void)state;
    static char text[CONFIG_TEXT_SIZE];
    struct fmt out;
    struct config config = {.address = "127.0.0.1",
                            .port = 1885,
                            .data = "/var/lib/nbota",
                            .plugin = "/usr/lib/nbota_gateway.so",
                            .user = "nbota"};

    fmt_init(&out, text, sizeof text);
    assert_int_equal(config_write(&config, &out), STATUS_OK);
    const char *listener = strstr(text, "\nlistener 1885 127.0.0.1\n");
    assert_non_null(listener);
    assert_non_null(strstr(listener, "\nmax_qos 1\n")); // before it, it would open port 1883
    assert_non_null(strstr(text, "\nuser nbota\n"));
    assert_non_null(strstr(text, "\nplugin_opt_data /var/lib/nbota\n"));
    assert_null(strstr(text, "unlimited"));
}

static void a_configuration_takes_no_line_breaks(void **state)
{
    (void)state;
    static char text[CONFIG_TEXT_SIZE];
    struct fmt out;
    struct config config = {.port = 1885, .data = "/a\nallow_anonymous true", .plugin = "/p"};

    fmt_init(&out, text, sizeof text);
    assert_int_equal(config_write(&config, &out), STATUS_INVALID);
    config.data = "/a";
    config.port = 0;
    assert_int_equal(config_write(&config, &out), STATUS_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_trimmed_and_unknown_ones_ignored),
        cmocka_unit_test(what_is_no_request_wants_nothing_and_is_counted),
        cmocka_unit_test(the_answer_has_its_fixed_order_and_no_blanks),
        cmocka_unit_test(a_push_is_flat_and_names_what_was_deleted),
        cmocka_unit_test(telemetry_is_read_in_all_its_layouts),
        cmocka_unit_test(a_version_in_both_fields_says_no_title),
        cmocka_unit_test(hostile_telemetry_is_cut_and_cleaned),
        cmocka_unit_test(a_configuration_names_everything_once),
        cmocka_unit_test(a_configuration_takes_no_line_breaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
