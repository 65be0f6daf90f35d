// SPDX-License-Identifier: Apache-2.0
// seal RAW SEALED BLOCK: copies a linked application image and fills size and CRC into its info block (wire/info.h); the
// block alone goes to a third file, from where it gets into the ELF.
#include <stdio.h>

#include "wire/image.h"
#include "wire/info.h"

static uint8_t image[WIRE_SLOT_SIZE + 1];

static int fail(const char *what, const char *name)
{
    fprintf(stderr, "seal: %s: '%s'\n", what, name);
    return 1;
}

static size_t read_image(const char *name)
{
    FILE *file = fopen(name, "rb");
    size_t size = 0;

    if (file != NULL) {
        size = fread(image, 1, sizeof image, file);
        fclose(file);
    }
    return size;
}

static int write_bytes(const char *name, const uint8_t *bytes, size_t size)
{
    FILE *file = fopen(name, "wb");
    int bad = file == NULL || fwrite(bytes, 1, size, file) != size;

    if (file != NULL && fclose(file) != 0) {
        bad = 1;
    }
    return bad ? fail("cannot be written", name) : 0;
}

int main(int argc, char **argv)
{
    struct image_info info;

    if (argc != 4) {
        fprintf(stderr, "usage: seal RAW SEALED BLOCK\n");
        return 2;
    }
    size_t size = read_image(argv[1]);
    if (size == 0 || size > WIRE_SLOT_SIZE) {
        return fail("cannot be read, or is larger than the slot of 122880 bytes", argv[1]);
    }
    if (info_seal(image, (uint32_t)size) != STATUS_OK ||
        info_decode(span_of(image, size), &info) != STATUS_OK) {
        return fail("no info block at 0xC0, or not a valid one", argv[1]);
    }
    return write_bytes(argv[2], image, size) ||
           write_bytes(argv[3], image + INFO_OFFSET, INFO_SIZE);
}
