// SPDX-License-Identifier: Apache-2.0
// docs/performance.md, "Check values": every one to half a percent, beyond half a unit of its last printed digit.
#include "tests/host/cmocka_all.h"

#include <math.h>
#include <stdio.h>

#include "link/air.h"
#include "link/estimate.h"

enum { CLASSES = 5, REFERENCE = 112504 };
static const char *const names[CLASSES] = {"nb1-ce0", "nb2-ce0", "nb-ce1", "nb-ce2", "lte-m"};
static const double tolerance = 0.005;

static struct link_estimate estimate(const char *name, struct link_transfer transfer)
{
    struct link_estimate out;

    assert_int_equal(link_estimate(link_class_find(name), &transfer, &out), STATUS_OK);
    return out;
}

// `unit` is the last printed digit of `expected`.
static void assert_near(double value, double expected, double unit, const char *what)
{
    double slack = expected * tolerance + unit / 2;

    if (fabs(value - expected) > slack) {
        fail_msg("%s: %.4f, expected %.4f", what, value, expected);
    }
}

struct cell {
    double time_s, ratio, total_mah;
};

struct row {
    const char *name;
    uint32_t size_bytes, piece_bytes, window, burst, baud;
    bool hex, qos1;
    double time_unit;
    struct cell cell[CLASSES];
};

#define PLAIN REFERENCE, 1024
#define TEXT  false, false
// Laid out as the document lays it out.
// clang-format off
static const struct row rows[] = {
    {"stop-and-wait 9600 hex", PLAIN, 1, 1, 9600, true, false, 1,
     {{338, 6.66, 1.92}, {303, 19.55, 1.72}, {570, 3.01, 6.35}, {3706, 1.62, 51.03}, {268, 66.59, 2.68}}},
    {"9600 text", PLAIN, 1, 1, 9600, TEXT, 1,
     {{221, 4.34, 1.46}, {186, 11.97, 1.26}, {453, 2.39, 5.89}, {3705, 1.62, 51.02}, {151, 37.41, 1.63}}},
    {"115200 hex", PLAIN, 1, 1, 115200, true, false, 1,
     {{111, 2.20, 1.04}, {77, 4.95, 0.84}, {414, 2.18, 5.74}, {3704, 1.62, 51.02}, {42, 10.36, 0.66}}},
    {"115200 text", PLAIN, 1, 1, 115200, TEXT, 1,
     {{102, 2.00, 0.85}, {67, 4.31, 0.65}, {334, 1.76, 4.21}, {3113, 1.36, 40.47}, {32, 7.92, 0.55}}},
    {"QoS 1", PLAIN, 1, 1, 115200, false, true, 1,
     {{109, 2.15, 1.04}, {75, 4.83, 0.85}, {429, 2.27, 5.92}, {3886, 1.70, 53.24}, {35, 8.80, 0.62}}},
    {"1248-byte pieces", REFERENCE, 1248, 1, 1, 115200, TEXT, 1,
     {{95, 1.87, 0.79}, {61, 3.90, 0.59}, {311, 1.64, 3.84}, {2978, 1.30, 37.92}, {28, 6.97, 0.50}}},
    {"4096-byte pieces", REFERENCE, 4096, 1, 1, 115200, TEXT, 1,
     {{70, 1.38, 0.61}, {35, 2.27, 0.41}, {243, 1.29, 2.91}, {2613, 1.14, 31.45}, {18, 4.47, 0.39}}},
    {"W2 B1", PLAIN, 2, 1, 115200, TEXT, 1,
     {{75, 1.48, 0.75}, {41, 2.62, 0.55}, {308, 1.62, 4.11}, {3087, 1.35, 40.37}, {17, 4.27, 0.42}}},
    {"W2 B2", PLAIN, 2, 2, 115200, TEXT, 1,
     {{81, 1.60, 0.73}, {47, 3.01, 0.53}, {283, 1.49, 3.64}, {2866, 1.25, 37.27}, {22, 5.44, 0.45}}},
    {"W4 B1", PLAIN, 4, 1, 115200, TEXT, 1,
     {{75, 1.48, 0.75}, {41, 2.61, 0.55}, {307, 1.62, 4.10}, {3084, 1.35, 40.35}, {11, 2.78, 0.36}}},
    {"W4 B2", PLAIN, 4, 2, 115200, TEXT, 1,
     {{66, 1.30, 0.67}, {34, 2.18, 0.48}, {268, 1.42, 3.59}, {2856, 1.25, 37.30}, {12, 2.99, 0.36}}},
    {"W5 B2", PLAIN, 5, 2, 115200, TEXT, 1,
     {{66, 1.30, 0.67}, {34, 2.18, 0.48}, {268, 1.42, 3.59}, {2856, 1.25, 37.30}, {10, 2.60, 0.35}}},
    {"W8 B4", PLAIN, 8, 4, 115200, TEXT, 1,
     {{67, 1.32, 0.69}, {36, 2.32, 0.50}, {273, 1.44, 3.73}, {2891, 1.26, 38.38}, {11, 2.62, 0.34}}},
    {"W4 B2 9600 text", PLAIN, 4, 2, 9600, TEXT, 1,
     {{124, 2.45, 0.97}, {124, 7.98, 0.90}, {270, 1.43, 3.61}, {3153, 1.38, 42.47}, {123, 30.57, 1.36}}},
    {"W4 B2 460800", PLAIN, 4, 2, 460800, TEXT, 1,
     {{66, 1.30, 0.67}, {31, 2.03, 0.47}, {268, 1.42, 3.59}, {2856, 1.25, 37.30}, {9, 2.33, 0.34}}},
    {"LZSS W4 B2", 75378, 1024, 4, 2, 115200, TEXT, 1,
     {{45, 0.88, 0.49}, {23, 1.47, 0.36}, {181, 0.95, 2.50}, {1918, 0.84, 25.41}, {8, 2.02, 0.30}}},
    {"LZMA W4 B2", 54339, 1024, 4, 2, 115200, TEXT, 1,
     {{32, 0.64, 0.39}, {17, 1.07, 0.30}, {131, 0.69, 1.89}, {1388, 0.61, 18.72}, {6, 1.47, 0.27}}},
    {"delta 13040 W4 B2", 13040, 1024, 4, 2, 115200, TEXT, 1,
     {{8, 0.16, 0.19}, {4, 0.28, 0.17}, {33, 0.17, 0.67}, {341, 0.15, 5.40}, {2, 0.39, 0.21}}},
    {"delta 3486 stop-and-wait", 3486, 1024, 1, 1, 115200, TEXT, 0.1,
     {{3.4, 0.07, 0.15}, {2.3, 0.15, 0.15}, {11.2, 0.06, 0.39}, {102.5, 0.04, 2.37}, {1.1, 0.27, 0.20}}},
    {"delta 3486 W4 B2", 3486, 1024, 4, 2, 115200, TEXT, 0.1,
     {{2.6, 0.05, 0.15}, {1.5, 0.09, 0.14}, {10.0, 0.05, 0.39}, {98.8, 0.04, 2.35}, {0.6, 0.14, 0.20}}},
};
// clang-format on

static struct link_transfer transfer_of(const struct row *row)
{
    return (struct link_transfer){
        .size_bytes = row->size_bytes,
        .piece_bytes = row->piece_bytes,
        .window = row->window,
        .burst = row->burst,
        .baud = row->baud,
        .hex = row->hex,
        .qos1 = row->qos1,
    };
}

static void check_cell(const struct row *row, unsigned column)
{
    // The table compares every row with the limit of the reference image in plain pieces.
    struct link_transfer plain = transfer_of(&rows[0]);
    double limit_s = estimate(names[column], plain).limit_s;
    struct link_estimate out = estimate(names[column], transfer_of(row));
    const struct cell *expected = &row->cell[column];
    char what[96];

    snprintf(what, sizeof what, "%s, %s, seconds", row->name, names[column]);
    assert_near(out.time_s, expected->time_s, row->time_unit, what);
    snprintf(what, sizeof what, "%s, %s, times the limit", row->name, names[column]);
    assert_near(out.time_s / limit_s, expected->ratio, 0.01, what);
    snprintf(what, sizeof what, "%s, %s, mAh", row->name, names[column]);
    assert_near(out.total_mah, expected->total_mah, 0.01, what);
}

static void every_case_of_the_table_agrees(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (unsigned column = 0; column < CLASSES; column++) {
            check_cell(&rows[i], column);
        }
    }
}

static const struct link_transfer baseline = {REFERENCE, 1024, 1, 1, 115200, false, false};
static const struct link_transfer paired = {REFERENCE, 1024, 4, 2, 115200, false, false};

struct fine {
    double limit_s, limit_unit;
    double time_s[2], mah[2], tx_s[2];
    uint32_t bursts[2];
};
static const struct fine fine[CLASSES] = {
    {50.8, 0.1, {101.7, 66.2}, {0.852, 0.671}, {10.39, 8.79}, {110, 56}},
    {15.5, 0.1, {67.0, 33.8}, {0.651, 0.479}, {8.20, 6.59}, {110, 56}},
    {189.4, 0.1, {333.9, 268.5}, {4.211, 3.594}, {84.23, 70.89}, {110, 56}},
    {2287.8, 0.1, {3113.2, 2856.1}, {40.474, 37.304}, {815.69, 735.97}, {110, 56}},
    {4.03, 0.01, {31.9, 12.1}, {0.547, 0.359}, {0.90, 0.68}, {110, 55}},
};

static void the_finer_check_values_agree(void **state)
{
    (void)state;
    for (unsigned column = 0; column < CLASSES; column++) {
        for (unsigned i = 0; i < 2; i++) {
            struct link_estimate out = estimate(names[column], i == 0 ? baseline : paired);
            assert_near(out.limit_s, fine[column].limit_s, fine[column].limit_unit, "limit");
            assert_near(out.time_s, fine[column].time_s[i], 0.1, "seconds");
            assert_near(out.total_mah, fine[column].mah[i], 0.001, "mAh");
            assert_near(out.tx_s, fine[column].tx_s[i], 0.01, "transmitter seconds");
            assert_int_equal(out.bursts, fine[column].bursts[i]);
        }
    }
}

static const struct {
    uint32_t size_bytes;
    double unit;
    double time_s[CLASSES][2];
} sizes[] = {
    {65536, 1, {{59, 39}, {39, 20}, {194, 157}, {1813, 1666}, {19, 7}}},
    {116600, 0.1, {{105.4, 68.6}, {69.4, 35.1}, {346.1, 278.2}, {3226.5, 2959.8}, {33.1, 12.5}}},
    {126976, 1, {{115, 75}, {76, 38}, {377, 303}, {3513, 3222}, {36, 14}}},
};

static void other_sizes_agree(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (unsigned column = 0; column < CLASSES; column++) {
            for (unsigned j = 0; j < 2; j++) {
                struct link_transfer transfer = j == 0 ? baseline : paired;
                transfer.size_bytes = sizes[i].size_bytes;
                assert_near(estimate(names[column], transfer).time_s, sizes[i].time_s[column][j],
                            sizes[i].unit, names[column]);
            }
        }
    }
}

static void the_limit_of_the_reference_with_its_header_page_agrees(void **state)
{
    (void)state;
    static const double limit_s[CLASSES] = {52.6, 16.1, 196.2, 2370.6, 4.2};

    for (unsigned column = 0; column < CLASSES; column++) {
        struct link_transfer transfer = baseline;
        transfer.size_bytes = 116600;
        assert_near(estimate(names[column], transfer).limit_s, limit_s[column], 0.1, names[column]);
    }
}

static void fixed_charge_of_attach_and_tail_agrees(void **state)
{
    (void)state;
    static const double mah[CLASSES] = {0.13, 0.13, 0.26, 1.05, 0.19};

    for (unsigned column = 0; column < CLASSES; column++) {
        assert_near(estimate(names[column], baseline).fixed_mah, mah[column], 0.01, names[column]);
    }
}

static void a_chunk_answer_is_1099_bytes_in_one_segment(void **state)
{
    (void)state;
    assert_int_equal(link_ip_bytes(LINK_ANSWER_OVERHEAD + 1028), 1099);
    assert_int_equal(link_segments(LINK_ANSWER_OVERHEAD + 1028), 1);
    assert_int_equal(link_ip_bytes(33), LINK_REQUEST_BYTES);
    assert_int_equal(link_segments(0), 1);
    assert_int_equal(link_segments(1300), 1);
    assert_int_equal(link_segments(1301), 2);
}

static void bytes_of_a_download_are_requests_answers_and_the_dialogue(void **state)
{
    (void)state;
    struct link_estimate out = estimate("nb1-ce0", baseline);

    assert_int_equal(out.bytes_up, 73 * 110 + 40 * out.lone_acks + 1140);
    // The last of 110 pieces has 888 bytes.
    assert_int_equal(out.bytes_down, 1099 * 109 + (1099 - 1024 + 888) + 725);
}

static void a_transfer_outside_its_limits_is_invalid(void **state)
{
    (void)state;
    struct link_estimate out;
    struct link_transfer bad[7] = {baseline, baseline, baseline, baseline,
                                   baseline, baseline, baseline};

    bad[0].size_bytes = 0;
    bad[1].piece_bytes = 0;
    bad[2].window = 0;
    bad[3].burst = 2;
    bad[4].baud = 0;
    bad[5].window = LINK_WINDOW_MAX + 1;
    bad[6].size_bytes = LINK_SIZE_MAX + 1;
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(link_estimate(link_class_at(0), &bad[i], &out), STATUS_INVALID);
    }
}

static void classes_are_found_by_name_only(void **state)
{
    (void)state;
    assert_null(link_class_find("nb1"));
    assert_null(link_class_at(CLASSES));
    for (unsigned column = 0; column < CLASSES; column++) {
        assert_string_equal(link_class_at(column)->name, names[column]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_case_of_the_table_agrees),
        cmocka_unit_test(the_finer_check_values_agree),
        cmocka_unit_test(other_sizes_agree),
        cmocka_unit_test(the_limit_of_the_reference_with_its_header_page_agrees),
        cmocka_unit_test(fixed_charge_of_attach_and_tail_agrees),
        cmocka_unit_test(a_chunk_answer_is_1099_bytes_in_one_segment),
        cmocka_unit_test(bytes_of_a_download_are_requests_answers_and_the_dialogue),
        cmocka_unit_test(a_transfer_outside_its_limits_is_invalid),
        cmocka_unit_test(classes_are_found_by_name_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
