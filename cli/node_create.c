// SPDX-License-Identifier: Apache-2.0
// nbota node create: a device of any product, with or without flash, as a label in a drawer.
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/firmware.h"
#include "cli/line.h"
#include "cli/message.h"
#include "cli/node_commands.h"
#include "cli/node_identity.h"
#include "cli/node_session.h"
#include "cli/places.h"
#include "cli/suggest.h"

struct options {
    const char *product, *serial, *flash, *boot, *data_dir;
    bool json;
};

static void hint_nearest(const char *word, const char *(*name_at)(size_t index))
{
    struct suggestion near = {.word = word};

    for (size_t i = 0; name_at(i) != NULL; i++) {
        suggestion_offer(&near, name_at(i));
    }
    if (suggestion_get(&near) != NULL) {
        message_hint("did you mean '%s'?", suggestion_get(&near));
    } else {
        message_hint("'nbota node create --help' lists them");
    }
}

// ---- product ----

static const char *product_name_at(size_t index)
{
    return index < PRODUCT_COUNT ? products[index].name : NULL;
}

static bool read_product(const char *word, struct node_wish *wish)
{
    wish->product = product_by_name(word);
    if (wish->product == NULL) {
        message_error("there is no product '%s'", word);
        hint_nearest(word, product_name_at);
    }
    return wish->product != NULL;
}

// ---- flash ----

static const char *flash_name_at(size_t index)
{
    return fitting_at(index) == NULL ? NULL : fitting_at(index)->name;
}

static bool read_flash(const char *word, struct node_wish *wish)
{
    wish->flash = word == NULL ? NULL : fitting_find(word);
    if (word != NULL && wish->flash == NULL) {
        message_error("there is no flash '%s'", word);
        hint_nearest(word, flash_name_at);
        return false;
    }
    return true;
}

// ---- serial number ----

static bool is_of_family(const struct serial *serial, const struct product *product)
{
    const struct serial_family *family = node_identity_family(product);

    if (serial->family == family) {
        return true;
    }
    message_error("a serial number %s… is on boards with a %s; %s has a %s", serial->family->prefix,
                  serial->family->modem, product->name, family->modem);
    message_hint("give one that begins with %s, or leave --serial out", family->prefix);
    return false;
}

// A board may have been reworked: said, not refused.
static void note_rework(const struct serial *serial, const struct node_wish *wish)
{
    bool promised = serial_has_flash(serial);

    if (wish->flash == NULL) {
        if (!promised) {
            message_note("serial numbers below %s%u are on boards without flash (vendor 2.3): an "
                         "update ends with code 2",
                         serial->family->prefix, (unsigned)serial->family->first_flashed);
        }
    } else if (promised != (wish->flash->part != NULL)) {
        message_note("%s left the factory %s flash (vendor 2.3), this one has '%s'", wish->serial,
                     promised ? "with" : "without", wish->flash->name);
    }
}

static bool read_serial(const char *word, struct node_wish *wish)
{
    struct serial serial;

    wish->serial = word;
    if (word == NULL) {
        return true;
    }
    enum serial_fault fault = serial_parse(span_of_text(word), &serial);
    if (fault != SERIAL_GOOD) {
        message_error("'%s' is no serial number: %s", word, serial_fault_text(fault));
        message_hint("%s", serial_fault_advice(fault));
        return false;
    }
    if (!is_of_family(&serial, wish->product)) {
        return false;
    }
    note_rework(&serial, wish);
    return true;
}

// ---- bootloader ----

// Before there is a node that would have to be made again under another name.
static bool read_boot(const char *word, char boot[PATH_MAX])
{
    if (word == NULL) {
        return true;
    }
    firmware_find(word, boot, PATH_MAX);
    if (access(boot, R_OK) != 0) {
        message_error("cannot read the bootloader '%s': %s", places_seen_from_here(boot),
                      strerror(errno));
        message_hint(
            "give a .bin, or the name of one that 'make firmware' builds: boot-bc660k-signed");
        return false;
    }
    return true;
}

// Programs it with the product's first application, as a node's first run does with the usual bootloader.
static enum status program(const char *data_dir, const char *name, const char *boot)
{
    struct node_session session;
    struct node_session_config config = {
        .data_dir = data_dir, .name = name, .seed = 1, .boot = boot};
    enum status status = node_session_open(&session, &config);
    return status == STATUS_OK ? node_session_close(&session) : status;
}

// ---- the command ----

static int create(const char *name, const struct options *options)
{
    struct node_wish wish;
    struct node_folder folder;
    char data_dir[PATH_MAX];
    char boot[PATH_MAX];

    if (!read_boot(options->boot, boot) || !read_product(options->product, &wish) ||
        !read_flash(options->flash, &wish) || !read_serial(options->serial, &wish) ||
        places_data_dir(options->data_dir, data_dir, sizeof data_dir) != STATUS_OK ||
        node_folder_create(&folder, data_dir, name, &wish) != STATUS_OK) {
        return EXIT_FAILED;
    }
    if (options->json) {
        printf("{");
        node_session_print_identity(&folder, stdout);
        printf("}\n");
    } else {
        node_session_print_label(&folder);
        printf("\n'nbota node run %s' switches it on\n", name);
    }
    node_folder_close(&folder);
    return options->boot == NULL || program(data_dir, name, boot) == STATUS_OK ? EXIT_OK
                                                                               : EXIT_FAILED;
}

static int run(int argc, char **argv)
{
    struct options options = {.product = products[PRODUCT_S31_NB].name};
    const struct line_option rows[] = {
        {"product", 'p', .text = &options.product}, {"serial", 's', .text = &options.serial},
        {"boot", 'b', .text = &options.boot},       {"flash", 'f', .text = &options.flash},
        {"json", 'j', .flag = &options.json},       {"data-dir", '\0', .text = &options.data_dir},
    };
    const struct line line = {&node_create, rows, sizeof rows / sizeof rows[0], 1, 1};
    int first = line_parse(&line, argc, argv);

    return first == LINE_WRONG ? EXIT_USAGE : create(argv[first], &options);
}

const struct cli_command node_create = {
    .name = "create",
    .summary = "make a virtual node of any product, with or without flash",
    .help = "usage: nbota node create NAME [--product PRODUCT] [--serial S] [--flash F]\n"
            "                         [--boot IMAGE] [--json]\n"
            "\n"
            "Makes a virtual node: the label of a device and a board of that product. It is\n"
            "switched on with 'nbota node run'. The serial number says whether the board has\n"
            "the SPI flash that an update over the air needs (vendor 2.3).\n"
            "\n"
            "  -p, --product PRODUCT  S31-NB (usual), S31-NS, S31-NB2, S31-CB, S31-CS,\n"
            "                         S31-CB2, RS485-NB, RS485-NS, RS485-NB2, RS485-CB,\n"
            "                         RS485-CS, RS485-CB2, WSC2-N, WSC2-C, POM01-N, POM01-C,\n"
            "                         WSC2-Compact-NS\n"
            "  -s, --serial S         as on the label: BC660GL26110001; usual: one that fits\n"
            "  -f, --flash F          4M (usual), 2M, 128K, 64K, none, or unknown: a chip\n"
            "                         that says nothing the firmware understands\n"
            "  -b, --boot IMAGE       a bootloader: a plain .bin, or the name of one that\n"
            "                         was built here: boot-bc660k-signed trusts test keys\n"
            "  -j, --json             the new node as one JSON object\n"
            "      --data-dir DIR     default: $NBOTA_DATA, or ~/.local/share/nbota\n"
            "\n"
            "example: nbota node create shed --product S31-CB\n"
            "         nbota node create old --serial BC660GL26110000\n",
    .run = run,
};
