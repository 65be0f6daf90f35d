// SPDX-License-Identifier: Apache-2.0
// What leaves the MCU by its pins: the NOR's bus driven by hand, I2C, the modem's reset line, the ADC's inside.
#include "tests/unit/soc/board_bench.h"

#define GPIOB 0x50000400U
#define GPIOH 0x50001C00U
#define BSRR  0x18U
#define IDR   0x10U
#define I2C   0x40005400U
#define ADC   0x40012400U

static uint8_t shift(uint8_t out)
{
    uint8_t in = 0;

    for (unsigned bit = 0x80; bit != 0; bit >>= 1) {
        wr(GPIOB + BSRR, (out & bit) != 0 ? 1U << 13 : 1U << 29);
        wr(GPIOB + BSRR, 1U << 12);
        in = (uint8_t)((unsigned)in << 1 | (rd(GPIOB + IDR) >> 14 & 1));
        wr(GPIOB + BSRR, 1U << 28);
    }
    return in;
}

static void select_nor(bool selected)
{
    wr(GPIOH + BSRR, selected ? 1U << 16 : 1);
}

static uint32_t read_id(void)
{
    select_nor(true);
    shift(0x9F);
    uint32_t id = (uint32_t)shift(0) << 16;
    id |= (uint32_t)shift(0) << 8;
    id |= shift(0);
    select_nor(false);
    return id;
}

static void the_nor_answers_on_its_pins(void **state)
{
    (void)state;
    bench_open_pins();
    assert_int_equal(read_id(), 0x5E4016);
    assert_no_misuse();
}

static void an_analog_miso_reads_zero(void **state)
{
    (void)state;
    bench_open_pins();
    set(GPIOB, 3U << 28);
    assert_int_equal(read_id(), 0);
}

static void without_a_nor_the_line_floats_high(void **state)
{
    (void)state;
    machine_power_off(&bench.machine);
    machine_fit_nor(&bench.machine, NULL);
    machine_power_on(&bench.machine);
    bench_open_pins();
    assert_int_equal(read_id(), 0xFFFFFF);
}

static void what_the_nor_complains_of_stops_the_run(void **state)
{
    (void)state;
    bench_open_pins();
    select_nor(true);
    shift(0x42);
    assert_misuse("NOR: command 42 is not known (pc ");
}

static void write_byte_at_zero(uint8_t byte)
{
    select_nor(true);
    shift(0x06);
    select_nor(false);
    select_nor(true);
    shift(0x02);
    for (unsigned i = 0; i < 3; i++) {
        shift(0);
    }
    shift(byte);
    select_nor(false);
}

static void nor_writes_count_as_operations(void **state)
{
    (void)state;
    bench_open_pins();
    uint64_t before = bench.machine.trace_hash;
    write_byte_at_zero(0x55);
    assert_int_equal(bench.machine.operations_of[NVM_NOR_PROGRAM], 1);
    assert_true(bench.machine.trace_hash != before);
    pass_ns(NS_PER_MS);
    struct machine_nvm nor;
    assert_true(machine_nvm(&bench.machine, 2, &nor));
    assert_string_equal(nor.name, "nor");
    assert_int_equal(nor.size, 4 << 20);
    assert_int_equal(nor.bytes[0], 0x55);
    assert_no_misuse();
}

static void power_is_cut_inside_a_nor_write(void **state)
{
    (void)state;
    bench_open_pins();
    bench.machine.cut_at_operation = 1;
    bench.machine.cut_fraction = 32768;
    uint64_t begin_ns = now_ns();
    write_byte_at_zero(0);
    assert_int_equal(machine_run(&bench.machine, now_ns() + NS_PER_S), MACHINE_POWER_CUT);
    assert_in_range(now_ns() - begin_ns, 250000, 251000);
    assert_int_not_equal(bench.machine.nor.data[0], 0xFF);
    assert_int_not_equal(bench.machine.nor.data[0], 0);
}

static void a_reset_of_the_mcu_leaves_cs_where_it_was(void **state)
{
    (void)state;
    bench_open_pins();
    select_nor(true);
    shift(0x9F);
    machine_reset_pin(&bench.machine);
    assert_true(bench.machine.nor.selected);
    bench_open_pins();
    assert_false(bench.machine.nor.selected);
    assert_int_equal(read_id(), 0x5E4016);
}

static void the_modems_reset_line_is_reported(void **state)
{
    (void)state;
    bench_open_pins();
    uint64_t before = bench.machine.soc.gpio.pin_hash;
    set(GPIOB + 4, 4); // open drain
    wr(GPIOB + BSRR, 1U << 18);
    clear(GPIOB, 2U << 4); // output
    assert_true(bench.reset_low);
    wr(GPIOB + BSRR, 4);
    assert_false(bench.reset_low);
    assert_int_equal(bench.reset_edges, 2);
    assert_true(bench.machine.soc.gpio.pin_hash != before);
}

static void what_a_pin_is_shows_in_the_pin_hash(void **state)
{
    (void)state;
    static const uint32_t registers[] = {0x00, 0x04, 0x08, 0x0C, 0x20, 0x24};

    bench_open_pins();
    for (unsigned i = 0; i < sizeof registers / sizeof registers[0]; i++) {
        uint64_t before = bench.machine.soc.gpio.pin_hash;
        set(GPIOB + registers[i], 1U << 4);
        clear(GPIOB + registers[i], 1U << 4);
        assert_true(bench.machine.soc.gpio.pin_hash != before);
    }
    uint64_t before = bench.machine.soc.gpio.pin_hash;
    set(GPIOB + 0x24, 1U << 16); // PB12 is the NOR's clock
    set(GPIOB, 1U << 28);        // PB14 its data out
    wr(GPIOB + 4, rd(GPIOB + 4));
    assert_true(bench.machine.soc.gpio.pin_hash == before);
}

static void a_modems_key_rests_released_whatever_the_mcu_does(void **state)
{
    (void)state;
    machine_power_off(&bench.machine);
    machine_fit_modem_key(&bench.machine);
    machine_power_on(&bench.machine);
    bench_open_pins();
    assert_int_equal(bench.reset_edges, 0);
    wr(GPIOB + BSRR, 4);
    clear(GPIOB, 2U << 4); // output
    assert_int_equal(bench.reset_edges, 1);
    assert_false(bench.reset_low); // pressed
    machine_reset_pin(&bench.machine);
    assert_int_equal(bench.reset_edges, 2);
    assert_true(bench.reset_low);
}

static void the_nors_bus_is_not_in_the_pin_hash(void **state)
{
    (void)state;
    bench_open_pins();
    uint64_t before = bench.machine.soc.gpio.pin_hash;
    read_id();
    assert_true(bench.machine.soc.gpio.pin_hash == before);
}

static void a_key_raises_its_external_interrupt(void **state)
{
    (void)state;
    bench_open_pins();
    clear(0x50000000, 3U << 14); // PA7 input
    set(0x40021034, 1);
    wr(0x4001040C, 1U << 7); // falling edge
    set(0x40010400, 1U << 7);
    gpio_input(&bench.machine, PORT_A, 7, false);
    assert_int_equal(rd(0x40010414), 1U << 7);
    assert_true((bench.machine.cpu.lines >> 7 & 1) != 0);
    wr(0x40010414, 1U << 7);
    assert_false((bench.machine.cpu.lines >> 7 & 1) != 0);
}

static void open_i2c(void)
{
    bench_run_at_32mhz();
    bench_open_pins();
    set(0x40021038, 1U << 21);
    wr(0x4002104C, 2U << 12);
    set(GPIOB + 4, 3U << 6);
    clear(GPIOB, 1U << 12 | 1U << 14);
    set(GPIOB + 0x20, 0x11000000);
    wr(I2C + 0x10, 0x30420F13);
    wr(I2C, 1);
}

static void wait_flag(uint32_t flag)
{
    for (unsigned i = 0; i < 1000 && (rd(I2C + 0x18) & flag) == 0; i++) {
        pass_ns(1000);
    }
    assert_int_equal(rd(I2C + 0x18) & flag, flag);
}

static void the_sht31_is_read_at_100_khz(void **state)
{
    uint8_t answer[6];

    (void)state;
    open_i2c();
    uint64_t begin_ns = now_ns();
    wr(I2C + 4, 0x44 << 1 | 2U << 16 | 1U << 25 | 1U << 13);
    wait_flag(2);
    wr(I2C + 0x28, 0x24);
    wait_flag(2);
    wr(I2C + 0x28, 0x00);
    wait_flag(1U << 5);
    assert_in_range(now_ns() - begin_ns, 260000, 320000); // 29 bits
    wr(I2C + 0x1C, 1U << 5);
    pass_ns(16ULL * NS_PER_MS);
    wr(I2C + 4, 0x44 << 1 | 1U << 10 | 6U << 16 | 1U << 25 | 1U << 13);
    for (unsigned i = 0; i < 6; i++) {
        wait_flag(4);
        answer[i] = (uint8_t)rd(I2C + 0x24);
    }
    wait_flag(1U << 5);
    assert_int_equal(answer[0] << 8 | answer[1], 24903); // 21.50 °C
    assert_no_misuse();
}

static void a_missing_sensor_gives_nackf_and_a_stop(void **state)
{
    (void)state;
    bench.machine.sht31.absent = true;
    open_i2c();
    wr(I2C + 4, 0x44 << 1 | 2U << 16 | 1U << 25 | 1U << 13);
    wait_flag(1U << 4);
    wait_flag(1U << 5);
    assert_no_misuse();
}

static void i2c_out_of_turn_is_misuse(void **state)
{
    (void)state;
    open_i2c();
    wr(I2C + 0x28, 1);
    assert_misuse("TXDR written before TXIS");
    rd(I2C + 0x24);
    assert_misuse("RXDR read before RXNE");
    clear(GPIOB + 4, 1U << 6);
    wr(I2C + 4, 1U << 13);
    assert_misuse("not open drain");
}

static void regression_i2c_after_its_clock_source_went_is_misuse(void **state)
{
    (void)state;
    open_i2c();
    wr(0x4002104C, 3U << 12); // LSE, which is off
    wr(I2C + 4, 0x44 << 1 | 2U << 16 | 1U << 25 | 1U << 13);
    assert_misuse("clock source is off");
}

static void start_adc(void)
{
    bench_run_at_32mhz();
    set(0x40021034, 1 | 1U << 9);
    set(0x40010020, 1 | 1U << 8);
    wr(ADC + 0x10, 2U << 30);
    wr(ADC + 8, 1U << 28);
    pass_ns(10000);
    wr(ADC + 0x308, 1U << 22);
    wr(ADC + 0x14, 7);
    wr(ADC + 0x28, 1U << 17);
    set(ADC + 8, 1);
    pass_ns(10000);
    assert_int_equal(rd(ADC) & 1, 1);
}

static void the_supply_is_measured_against_the_reference(void **state)
{
    (void)state;
    bench.machine.soc.vdda_mv = 3600;
    start_adc();
    set(ADC + 8, 4);
    assert_int_equal(rd(ADC) & 4, 0);
    pass_ns(30000);
    assert_int_equal(rd(ADC) & 4, 4);
    uint32_t reading = rd(ADC + 0x40);
    assert_in_range(3000 * ADC_VREFINT_CAL / reading, 3590, 3610);
    set(ADC + 8, 2);
    pass_ns(10000);
    assert_int_equal(rd(ADC + 8), 1U << 28);
    wr(ADC + 8, 0);
    assert_no_misuse();
}

static void rechargeable_cells_are_measured_through_a_divider(void **state)
{
    (void)state;
    set(0x4002102C, 1);
    bench.machine.soc.battery_mv = 3900;
    start_adc();
    wr(ADC + 0x28, 1U << 1);
    set(ADC + 8, 4);
    pass_ns(30000);
    assert_int_equal(rd(ADC + 0x40), 650 * 4095 / 3300);
    bench.machine.soc.battery_mv = 0;
    set(ADC + 8, 4);
    pass_ns(30000);
    assert_int_equal(rd(ADC + 0x40), 0);
    assert_no_misuse();
    clear(0x50000000, 1U << 2); // PA1 alternate function
    set(ADC + 8, 4);
    assert_misuse("not analog");
}

static void the_adc_out_of_turn_is_misuse(void **state)
{
    (void)state;
    set(0x40021034, 1U << 9);
    wr(ADC + 8, 1U << 28);
    set(ADC + 8, 1);
    assert_misuse("before its regulator is up");
    bench_teardown(NULL);
    bench_setup(NULL);
    start_adc();
    wr(ADC + 0x14, 0);
    set(ADC + 8, 4);
    assert_misuse("less than 10 us");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, bench_setup, bench_teardown)
        TEST(the_nor_answers_on_its_pins),
        TEST(an_analog_miso_reads_zero),
        TEST(without_a_nor_the_line_floats_high),
        TEST(what_the_nor_complains_of_stops_the_run),
        TEST(nor_writes_count_as_operations),
        TEST(power_is_cut_inside_a_nor_write),
        TEST(a_reset_of_the_mcu_leaves_cs_where_it_was),
        TEST(the_modems_reset_line_is_reported),
        TEST(what_a_pin_is_shows_in_the_pin_hash),
        TEST(a_modems_key_rests_released_whatever_the_mcu_does),
        TEST(the_nors_bus_is_not_in_the_pin_hash),
        TEST(a_key_raises_its_external_interrupt),
        TEST(the_sht31_is_read_at_100_khz),
        TEST(a_missing_sensor_gives_nackf_and_a_stop),
        TEST(i2c_out_of_turn_is_misuse),
        TEST(regression_i2c_after_its_clock_source_went_is_misuse),
        TEST(the_supply_is_measured_against_the_reference),
        TEST(rechargeable_cells_are_measured_through_a_divider),
        TEST(the_adc_out_of_turn_is_misuse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
