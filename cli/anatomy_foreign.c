// SPDX-License-Identifier: Apache-2.0
// Files that are given by mistake, recognised by how they begin.
#include "cli/anatomy_parts.h"

struct foreign {
    const char *begin;
    size_t begin_size;
    const char *what;
    const char *advice;
};

#define BEGIN(text) text, sizeof text - 1

// No row may be the begin of a stack pointer (byte 2 is 00): three bytes, or a first byte that is no multiple of 4.
static const struct foreign foreigns[] = {
    {BEGIN("\x7f"
           "ELF"),
     "an ELF file, as the linker made it",
     "make the image of it: arm-none-eabi-objcopy -O binary IN.elf OUT.bin"},
    {BEGIN(":02000004"), "an Intel HEX file",
     "make the image of it: arm-none-eabi-objcopy -I ihex -O binary IN.hex OUT.bin"},
    {BEGIN(":10"), "an Intel HEX file",
     "make the image of it: arm-none-eabi-objcopy -I ihex -O binary IN.hex OUT.bin"},
    {BEGIN("S0"), "a Motorola S-record file",
     "make the image of it: arm-none-eabi-objcopy -I srec -O binary IN.srec OUT.bin"},
    {BEGIN("DfuSe"), "a DfuSe file", "take the .bin of the same release"},
    {BEGIN("PK\x03\x04"), "a zip archive", "unpack it and take the .bin inside"},
    {BEGIN("Rar!"), "a RAR archive", "unpack it and take the .bin inside"},
    {BEGIN("7z\xbc\xaf"), "a 7z archive", "unpack it and take the .bin inside"},
    {BEGIN("\x1f\x8b"), "a gzip file", "unpack it and take the .bin inside"},
    {BEGIN("<!D"), "a web page", "it may be a failed download: get the file again"},
    {BEGIN("<!d"), "a web page", "it may be a failed download: get the file again"},
    {BEGIN("<ht"), "a web page", "it may be a failed download: get the file again"},
    {BEGIN("<HT"), "a web page", "it may be a failed download: get the file again"},
    {BEGIN("<?x"), "an XML text", "it may be a failed download: get the file again"},
    {BEGIN("{"), "a JSON text", "it may be an error message of a server: get the file again"},
    {BEGIN("version https://git-lfs"), "a pointer of git-lfs, not the file itself",
     "fetch the file: git lfs pull"},
};

static const struct foreign *find_foreign(struct span file)
{
    for (size_t i = 0; i < sizeof foreigns / sizeof foreigns[0]; i++) {
        struct span begin = span_of(foreigns[i].begin, foreigns[i].begin_size);
        if (span_starts_with(file, begin)) {
            return &foreigns[i];
        }
    }
    return NULL;
}

static bool is_filled_with(struct span file, uint8_t value)
{
    for (size_t i = 0; i < file.size; i++) {
        if (file.data[i] != value) {
            return false;
        }
    }
    return true;
}

// Pieces with CRCs around a plain image: what a packer without the header page makes.
static bool is_pieces_only(struct span file)
{
    return file.size > WIRE_CHUNK_SIZE && image_first_bad_piece(file) == IMAGE_ALL_GOOD;
}

static void find_emptiness(struct anatomy *self, const char *what)
{
    struct finding *finding = anatomy_find(self, FINDING_PROBLEM, "the file is %s", what);

    anatomy_advise(finding, "build or download it again");
}

static void find_pieces_only(struct anatomy *self)
{
    struct finding *finding = anatomy_find(
        self, FINDING_PROBLEM, "the file is cut in pieces with CRCs, but has no header page");

    anatomy_advise(finding, "no node installs it: pack the plain image with 'nbota image pack'");
}

bool anatomy_is_foreign(struct anatomy *self)
{
    struct span file = self->file;
    const struct foreign *foreign = find_foreign(file);
    bool magic = file.size >= 4 && memcmp(file.data, "\x66\x41\x40\xa8", 4) == 0;

    if (file.size == 0) {
        find_emptiness(self, "empty");
    } else if (is_filled_with(file, 0)) {
        find_emptiness(self, "nothing but zeros");
    } else if (is_filled_with(file, 0xFF)) {
        find_emptiness(self, "nothing but FF, as erased flash");
    } else if (foreign != NULL) {
        struct finding *finding =
            anatomy_find(self, FINDING_PROBLEM, "the file is %s", foreign->what);
        anatomy_advise(finding, "%s", foreign->advice);
    } else if (!magic && is_pieces_only(file)) {
        find_pieces_only(self);
    } else {
        return false;
    }
    return true;
}
