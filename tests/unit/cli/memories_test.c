// SPDX-License-Identifier: Apache-2.0
#include "tests/host/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/node_folder.h"

static struct machine before, after;
static struct node_folder folder;
static const struct machine_ports no_ports;
static const struct weak_word flash_word = {0x08007800, 0x11111111, 0x22222222, 1000};
static const struct weak_word eeprom_word = {0x08080004, 0, 0xFFFFFFFF, 65536};
static const struct weak_word nor_word = {0x1F000, 0xFFFFFFFF, 0x12345678, 32768};

static int set_up(void **state)
{
    (void)state;
    snprintf(folder.path, sizeof folder.path, "/tmp/nbota-memories-XXXXXX");
    machine_init(&before, &no_ports, true, 1);
    machine_init(&after, &no_ports, true, 1);
    return mkdtemp(folder.path) == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    machine_free(&before);
    machine_free(&after);
    assert_int_equal(node_folder_erase(&folder), STATUS_OK);
    return rmdir(folder.path); // nothing else was left
}

static void keep(void)
{
    assert_int_equal(node_folder_save(&folder, &before), STATUS_OK);
    assert_int_equal(node_folder_load(&folder, &after), STATUS_OK);
}

static void memories_come_back_as_they_were(void **state)
{
    (void)state;
    before.cpu.flash[7] = 1;
    before.soc.nvm.eeprom[6143] = 2;
    before.nor.data[before.nor.part->size - 1] = 3;
    keep();
    assert_memory_equal(after.cpu.flash, before.cpu.flash, CPU_FLASH_SIZE);
    assert_memory_equal(after.soc.nvm.eeprom, before.soc.nvm.eeprom, NVM_EEPROM_SIZE);
    assert_memory_equal(after.nor.data, before.nor.data, before.nor.part->size);
}

static void regression_what_could_not_be_saved_leaves_nothing_behind(void **state)
{
    (void)state;
    char obstacle[PATH_MAX];

    node_folder_file(&folder, "nor.bin.new", obstacle);
    assert_int_equal(mkdir(obstacle, 0700), 0);
    assert_int_not_equal(node_folder_save(&folder, &before), STATUS_OK);
    assert_int_equal(rmdir(obstacle), 0);
}

static void weak_words_stay_weak_between_runs(void **state)
{
    (void)state;
    assert_true(machine_add_weak(&before, "mcu", &flash_word));
    assert_true(machine_add_weak(&before, "mcu", &eeprom_word));
    assert_true(machine_add_weak(&before, "nor", &nor_word));
    keep();
    assert_int_equal(after.soc.nvm.weak.count, 2);
    assert_memory_equal(after.soc.nvm.weak.word, before.soc.nvm.weak.word, 2 * sizeof flash_word);
    assert_int_equal(after.nor.weak.count, 1);
    assert_memory_equal(after.nor.weak.word, &nor_word, sizeof nor_word);
}

static void weak_words_outside_of_the_memories_are_none(void **state)
{
    (void)state;
    const struct weak_word *outside[] = {
        &(struct weak_word){.address = 0x20000000}, &(struct weak_word){.address = 0x08007802},
        &(struct weak_word){.address = 0x08007800, .fraction = 65537}};

    for (size_t i = 0; i < sizeof outside / sizeof outside[0]; i++) {
        assert_false(machine_add_weak(&before, "mcu", outside[i]));
    }
    assert_false(machine_add_weak(&before, "nor", &flash_word));
    assert_false(machine_add_weak(&before, "ram", &nor_word));
    machine_fit_nor(&before, NULL);
    assert_false(machine_add_weak(&before, "nor", &nor_word));
}

static void a_spoiled_list_of_weak_words_is_read_as_far_as_it_goes(void **state)
{
    (void)state;
    char path[PATH_MAX];

    node_folder_file(&folder, "weak.txt", path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("mcu 8007800 1 2 3\nmcu 20000000 1 2 3\nnor zzz\nmcu 8007804 1 2 3\n", file);
    fclose(file);
    assert_int_equal(node_folder_load(&folder, &after), STATUS_OK);
    assert_int_equal(after.soc.nvm.weak.count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(memories_come_back_as_they_were, set_up, tear_down),
        cmocka_unit_test_setup_teardown(regression_what_could_not_be_saved_leaves_nothing_behind,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(weak_words_stay_weak_between_runs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(weak_words_outside_of_the_memories_are_none, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_spoiled_list_of_weak_words_is_read_as_far_as_it_goes,
                                        set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
