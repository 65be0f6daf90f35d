// SPDX-License-Identifier: Apache-2.0
#include "tests/host/cmocka_all.h"

#include "wire/fwinfo.h"

static struct fwinfo info;

static enum status decode(const char *json)
{
    return fwinfo_decode(span_of_text(json), &info);
}

static void an_answer_is_read_in_any_order_and_with_blanks(void **state)
{
    (void)state;
    assert_int_equal(decode("{\"client\":{\"x\":[1,{\"y\":2}]}, \"shared\" : { \"fw_size\" : 7124, "
                            "\"other\":{\"fw_title\":\"no\"}, \"fw_version\":\"v1.5.1\","
                            "\"fw_title\":\"s31-nb\",\"fw_checksum\":\"b3ab1052\","
                            "\"fw_checksum_algorithm\":\"CRC32\"}}"),
                     STATUS_OK);
    assert_string_equal(info.title, "s31-nb");
    assert_string_equal(info.version, "v1.5.1");
    assert_int_equal(info.size, 7124);
    assert_string_equal(info.algorithm, "CRC32");
    assert_string_equal(info.checksum, "b3ab1052");
}

static void size_may_be_a_text_of_digits(void **state)
{
    (void)state;
    assert_int_equal(decode("{\"shared\":{\"fw_size\":\"7124\"}}"), STATUS_OK);
    assert_int_equal(info.size, 7124);
    assert_int_equal(decode("{\"shared\":{\"fw_size\":-7124}}"), STATUS_OK);
    assert_int_equal(info.size, 0);
    assert_int_equal(decode("{\"shared\":{\"fw_size\":7124.5}}"), STATUS_OK);
    assert_int_equal(info.size, 0);
}

static void nothing_assigned_gives_an_empty_info(void **state)
{
    (void)state;
    assert_int_equal(decode("{}"), STATUS_OK);
    assert_string_equal(info.title, "");
    assert_int_equal(decode("{\"client\":{}}"), STATUS_OK);
    assert_string_equal(info.title, "");
    assert_int_equal(decode("{\"shared\":7}"), STATUS_OK);
    assert_string_equal(info.title, "");
}

static void what_is_no_object_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "", "[]", "7", "\"x\"", "{\"shared\":", "\xff\xfe", "{\"shared\":{]}"};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(decode(bad[i]), STATUS_INVALID);
        assert_string_equal(info.title, "");
    }
}

#define TEN        "0123456789"
#define SIXTY_FOUR TEN TEN TEN TEN TEN TEN "0123"

static void texts_longer_than_can_match_are_cut_and_still_there(void **state)
{
    (void)state;
    assert_int_equal(decode("{\"shared\":{\"fw_title\":\"" SIXTY_FOUR
                            "\",\"fw_version\":\"" SIXTY_FOUR
                            "5\",\"fw_checksum_algorithm\":\"" SIXTY_FOUR "\"}}"),
                     STATUS_OK);
    assert_string_equal(info.title, SIXTY_FOUR);
    assert_string_equal(info.version, SIXTY_FOUR);
    assert_string_equal(info.algorithm, TEN "01234");
}

static void expect_title(const char *escaped, const char *title)
{
    char text[128];
    struct fmt out;

    fmt_init(&out, text, sizeof text);
    fmt_add(&out, "{\"shared\":{\"fw_title\":\"%s\"}}", escaped);
    assert_int_equal(decode(text), STATUS_OK);
    assert_string_equal(info.title, title);
}

static void escapes_are_decoded(void **state)
{
    (void)state;
    expect_title("\\u00733\\u0031-\\u006E\\u006eb", "s31-nnb");
    expect_title("a\\/b\\\\c\\\"d", "a/b\\c\"d");
    expect_title("\\b\\f\\n\\r\\t", "\b\f\n\r\t");
    expect_title("\\u00e9\\u20ac", "\xc3\xa9\xe2\x82\xac");
    expect_title("s31-nb\\u0000x", "s31-nb\xef\xbf\xbdx"); // a NUL hides nothing
}

static void every_short_answer_of_odd_bytes_is_survived(void **state)
{
    (void)state;
    static const char alphabet[] = "{}[]\":,\\u0 s";
    char text[64] = "{\"shared\":{\"fw_title\":\"";
    size_t begin = strlen(text);
    uint32_t random = 1;

    for (unsigned run = 0; run < 20000; run++) {
        size_t size = begin + run % 30;
        for (size_t i = begin; i < size; i++) {
            random = random * 1664525 + 1013904223;
            text[i] = alphabet[(random >> 16) % (sizeof alphabet - 1)];
        }
        (void)fwinfo_decode(span_of(text, size), &info);
        assert_in_range(strlen(info.title), 0, WIRE_TEXT_MAX);
    }
}

static void encoding_is_compact_and_reads_back(void **state)
{
    (void)state;
    char text[256];
    struct fmt out;
    struct fwinfo given = {.title = "s31-nb",
                           .version = "v1.1.0",
                           .size = 7124,
                           .algorithm = "CRC32",
                           .checksum = "b3ab1052"};

    fmt_init(&out, text, sizeof text);
    fwinfo_encode(&given, &out);
    assert_string_equal(text, "{\"shared\":{\"fw_title\":\"s31-nb\",\"fw_version\":\"v1.1.0\","
                              "\"fw_size\":7124,\"fw_checksum_algorithm\":\"CRC32\","
                              "\"fw_checksum\":\"b3ab1052\"}}");
    assert_int_equal(decode(text), STATUS_OK);
    assert_memory_equal(&info, &given, sizeof info);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_is_read_in_any_order_and_with_blanks),
        cmocka_unit_test(size_may_be_a_text_of_digits),
        cmocka_unit_test(nothing_assigned_gives_an_empty_info),
        cmocka_unit_test(what_is_no_object_is_refused),
        cmocka_unit_test(texts_longer_than_can_match_are_cut_and_still_there),
        cmocka_unit_test(escapes_are_decoded),
        cmocka_unit_test(every_short_answer_of_odd_bytes_is_survived),
        cmocka_unit_test(encoding_is_compact_and_reads_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
