// SPDX-License-Identifier: Apache-2.0
#include "cli/node_identity.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "cli/file.h"
#include "cli/message.h"

enum { SERIAL_SPREAD = 8000 };

// ---- drawn ----

static uint32_t random_number(void)
{
    uint32_t number = 0;

    if (getrandom(&number, sizeof number, 0) != (ssize_t)sizeof number) {
        number = (uint32_t)getpid() * 2654435761U;
    }
    return number;
}

// The check digit of an IMEI (3GPP TS 23.003 annex B: Luhn over 14 digits).
static char luhn_digit(const char *digits)
{
    unsigned sum = 0;

    for (unsigned i = 0; i < 14; i++) {
        unsigned digit = (unsigned)(digits[i] - '0') * (1 + i % 2);
        sum += digit / 10 + digit % 10;
    }
    return (char)('0' + (10 - sum % 10) % 10);
}

// What the modem of a product decides, in the order of enum product_modem: the family of its serial numbers, the type
// code of its IMEIs (invented) and its usual radio class.
static const struct {
    const struct serial_family *family;
    const char *type_code, *link;
} modems[] = {
    [PRODUCT_MODEM_BC660K] = {&serial_families[0], "86620705", "nb1-ce0"},
    [PRODUCT_MODEM_BG95] = {&serial_families[1], "86442705", "lte-m"},
};

const struct serial_family *node_identity_family(const struct product *product)
{
    return modems[product->modem].family;
}

static void invent_serial(struct node_folder *self)
{
    const struct serial_family *family = node_identity_family(self->product);
    uint32_t step = random_number() % SERIAL_SPREAD;
    bool has_flash = self->flash->part != NULL;
    uint32_t number = has_flash ? family->first_flashed + step : family->first_flashed - 1 - step;

    snprintf(self->serial, sizeof self->serial, "%s%08u", family->prefix, number);
}

// As the label has it: without the blanks and dashes that people write.
static void note_serial(struct node_folder *self, const struct node_wish *wish)
{
    struct serial serial;

    if (wish->serial != NULL && serial_parse(span_of_text(wish->serial), &serial) == SERIAL_GOOD) {
        bool has_flash = serial_has_flash(&serial);
        self->flash = wish->flash == NULL ? fitting_find(has_flash ? "4M" : "none") : wish->flash;
        snprintf(self->serial, sizeof self->serial, "%s%08u", serial.family->prefix, serial.number);
    } else {
        self->flash = wish->flash == NULL ? fitting_find("4M") : wish->flash;
        invent_serial(self);
    }
}

void node_identity_invent(struct node_folder *self, const struct node_wish *wish)
{
    self->product = wish->product;
    note_serial(self, wish);
    snprintf(self->imei, sizeof self->imei, "%s%06u", modems[self->product->modem].type_code,
             random_number() % 1000000);
    self->imei[14] = luhn_digit(self->imei);
    self->imei[15] = '\0';
    snprintf(self->imsi, sizeof self->imsi, "901700%09u", random_number() % 1000000000);
    snprintf(self->link, sizeof self->link, "%s", modems[self->product->modem].link);
    for (unsigned i = 0; i < 3; i++) {
        self->uid[i] = random_number();
    }
}

// ---- written ----

enum status node_identity_write(const struct node_folder *self)
{
    char path[PATH_MAX];
    json_t *root =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:[I,I,I]}", "product", self->product->name,
                  "imei", self->imei, "imsi", self->imsi, "serial", self->serial, "link",
                  self->link, "flash", self->flash->name, "uid", (json_int_t)self->uid[0],
                  (json_int_t)self->uid[1], (json_int_t)self->uid[2]);
    char *text = root == NULL ? NULL : json_dumps(root, JSON_INDENT(2));
    enum status status = STATUS_IO;

    node_folder_file(self, "node.json", path);
    if (text != NULL) {
        status = file_write(path, span_of_text(text));
    }
    free(text);
    json_decref(root);
    return status;
}

// ---- read ----

static bool copy_text(const json_t *root, const char *key, char *to, size_t capacity)
{
    const char *text = json_string_value(json_object_get(root, key));

    return text != NULL && (size_t)snprintf(to, capacity, "%s", text) < capacity;
}

// Written as true or false before there were sizes.
static const struct fitting *read_flash(const json_t *value)
{
    if (json_is_boolean(value)) {
        return fitting_find(json_is_true(value) ? "4M" : "none");
    }
    return json_is_string(value) ? fitting_find(json_string_value(value)) : NULL;
}

static const struct product *read_product(const json_t *value)
{
    if (value == NULL) {
        return &products[PRODUCT_S31_NB];
    }
    return json_is_string(value) ? product_by_name(json_string_value(value)) : NULL;
}

static bool read_fields(struct node_folder *self, const json_t *root)
{
    const json_t *uid = json_object_get(root, "uid");

    self->product = read_product(json_object_get(root, "product"));
    self->flash = read_flash(json_object_get(root, "flash"));
    for (size_t i = 0; i < 3; i++) {
        self->uid[i] = (uint32_t)json_integer_value(json_array_get(uid, i));
    }
    return self->product != NULL && self->flash != NULL && json_array_size(uid) == 3 &&
           copy_text(root, "imei", self->imei, sizeof self->imei) &&
           copy_text(root, "imsi", self->imsi, sizeof self->imsi) &&
           copy_text(root, "serial", self->serial, sizeof self->serial) &&
           copy_text(root, "link", self->link, sizeof self->link);
}

enum status node_identity_read(struct node_folder *self)
{
    char path[PATH_MAX];
    json_error_t fault;

    node_folder_file(self, "node.json", path);
    json_t *root = json_load_file(path, 0, &fault);
    bool good = root != NULL && read_fields(self, root);
    json_decref(root);
    if (!good) {
        message_error("'%s' is not a node's identity", path);
        message_hint("remove the folder '%s' to make the node anew", self->path);
        return STATUS_INVALID;
    }
    return STATUS_OK;
}
