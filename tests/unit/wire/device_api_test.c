// SPDX-License-Identifier: Apache-2.0
#include "tests/host/cmocka_all.h"

#include "wire/device_api.h"

static struct api_publish parse(const char *topic)
{
    return api_parse(span_of_text(topic));
}

static void every_topic_a_device_publishes_is_understood(void **state)
{
    (void)state;
    static const struct {
        const char *topic;
        enum api_kind kind;
    } good[] = {
        {"v1/devices/me/telemetry", API_TELEMETRY},
        {"v2/t", API_TELEMETRY},
        {"v2/t/j", API_TELEMETRY},
        {"v1/devices/me/attributes", API_ATTRIBUTES},
        {"v2/a", API_ATTRIBUTES},
        {"v1/devices/me/attributes/request/1", API_ATTRIBUTE_REQUEST},
        {"v2/a/req/4294967295", API_ATTRIBUTE_REQUEST},
        {"v2/a/req/j/7", API_ATTRIBUTE_REQUEST},
        {"v1/devices/me/rpc/request/1", API_RPC_REQUEST},
        {"v1/devices/me/rpc/response/1", API_RPC_RESPONSE},
        {"v2/r/res/j/1", API_RPC_RESPONSE},
        {"v2/fw/request/1/chunk/0", API_FIRMWARE_REQUEST},
        {"v2/sw/request/1/chunk/0", API_SOFTWARE_REQUEST},
    };

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_int_equal(parse(good[i].topic).kind, good[i].kind);
    }
    struct api_publish chunk = parse("v2/fw/request/12/chunk/345");
    assert_int_equal(chunk.request_id, 12);
    assert_int_equal(chunk.index, 345);
    assert_true(parse("v2/a/req/p/1").is_protobuf);
    assert_false(parse("v2/a/req/j/1").is_protobuf);
}

static void near_misses_are_unknown(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "v2",
                                      "v2/t/",
                                      "v2/tt",
                                      "v2/fw/request/1/chunk/",
                                      "v2/fw/request/1/chunk/x",
                                      "v2/fw/request/1/chunk/1/",
                                      "v2/fw/request/1/chunk/-1",
                                      "v2/fw/request/4294967296/chunk/1",
                                      "v2/fw/request/1/chunk/00000000001",
                                      "v2/fw/response/1/chunk/1",
                                      "v2/fw/error",
                                      "/v2/t",
                                      "v1/devices/me/attributes/request/",
                                      "v1/devices/me/attributes/response/1",
                                      "v1/devices/me/telemetry "};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(parse(bad[i]).kind, API_UNKNOWN);
    }
}

static void an_answer_has_the_form_and_the_digits_of_its_request(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"v1/devices/me/attributes/request/007", "v1/devices/me/attributes/response/007"},
        {"v2/a/req/1", "v2/a/res/1"},
        {"v2/a/req/j/1", "v2/a/res/j/1"},
        {"v1/devices/me/rpc/request/9", "v1/devices/me/rpc/response/9"},
        {"v2/sw/request/1/chunk/2", "v2/sw/response/1/chunk/2"},
        {"v2/fw/request/4294967295/chunk/4294967295", "v2/fw/response/4294967295/chunk/4294967295"},
    };
    char answer[API_TOPIC_SIZE];

    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        api_answer_topic(span_of_text(pairs[i][0]), answer);
        assert_string_equal(answer, pairs[i][1]);
    }
}

static void what_devices_publish_is_readable_to_none(void **state)
{
    (void)state;
    static const char *const hidden[] = {"v1/devices/me/telemetry",
                                         "v1/devices/me/attributes",
                                         "v2/t",
                                         "v2/a",
                                         "v2/a/req/1",
                                         "v1/devices/me/attributes/request/1",
                                         "v1/devices/me/rpc/request/1",
                                         "v1/devices/me/rpc/response/1",
                                         "v2/fw/request/1/chunk/0",
                                         "v2/r/req/1",
                                         "other"};

    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++) {
        assert_false(api_may_read(span_of_text(hidden[i])));
    }
    assert_true(api_may_read(span_of_text("v2/fw/response/1/chunk/0")));
    assert_true(api_may_read(span_of_text("v1/devices/me/attributes/response/1")));
}

static bool matches(const char *filter, const char *topic)
{
    return api_filter_matches(span_of_text(filter), span_of_text(topic));
}

static void filters_match_as_the_standard_says(void **state)
{
    (void)state;
    assert_true(matches("a/b", "a/b"));
    assert_true(matches("a/+", "a/b"));
    assert_true(matches("a/+", "a/"));
    assert_true(matches("a/#", "a/b/c"));
    assert_true(matches("a/#", "a")); // the parent level belongs to it
    assert_true(matches("+/+", "/a"));
    assert_true(matches("#", "a/b"));
    assert_false(matches("a/+", "a"));
    assert_false(matches("a/+", "a/b/c"));
    assert_false(matches("a/b", "a/c"));
    assert_false(matches("a", "a/b"));
    assert_false(matches("a/b/", "a/b"));
    assert_true(matches("v2/fw/response/+/chunk/+", "v2/fw/response/1/chunk/0"));
    assert_false(matches("v2/fw/response/+", "v2/fw/response/1/chunk/0"));
}

static void subscriptions_stay_below_the_apis_prefixes(void **state)
{
    (void)state;
    assert_true(api_may_subscribe(span_of_text("v2/fw/#")));
    assert_true(api_may_subscribe(span_of_text("v2/a")));
    assert_true(api_may_subscribe(span_of_text("v1/devices/me/rpc/request/+")));
    assert_false(api_may_subscribe(span_of_text("#")));
    assert_false(api_may_subscribe(span_of_text("v2/#")));
    assert_false(api_may_subscribe(span_of_text("v2/fwx")));
    assert_false(api_may_subscribe(span_of_text("v2/fw/request/#")));
    assert_false(api_may_subscribe(span_of_text("$share/g/v2/fw/#")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_topic_a_device_publishes_is_understood),
        cmocka_unit_test(near_misses_are_unknown),
        cmocka_unit_test(an_answer_has_the_form_and_the_digits_of_its_request),
        cmocka_unit_test(what_devices_publish_is_readable_to_none),
        cmocka_unit_test(filters_match_as_the_standard_says),
        cmocka_unit_test(subscriptions_stay_below_the_apis_prefixes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
