// SPDX-License-Identifier: Apache-2.0
#include "cli/inspect.h"

#include <inttypes.h>

#include "cli/hex.h"
#include "cli/packing.h"
#include "wire/products.h"

bool inspect_served(const struct anatomy *anatomy, uint8_t buffer[WIRE_PACKED_MAX],
                    struct span *served)
{
    bool is_good = anatomy_first(anatomy, FINDING_PROBLEM) == NULL;

    if (anatomy_container_is_good(anatomy)) {
        *served = anatomy->file;
    } else if (is_good && anatomy->form == FORM_PLAIN) {
        *served = span_of(buffer, packing_make(anatomy->image, buffer));
    } else {
        return false;
    }
    return true;
}

static const char *verdict(const struct anatomy *anatomy)
{
    if (anatomy_first(anatomy, FINDING_PROBLEM) == NULL) {
        return ", good";
    }
    if (anatomy->form == FORM_UNKNOWN) {
        return "";
    }
    return anatomy_container_is_good(anatomy) ? "; every piece is good, the image inside is not"
                                              : ", broken";
}

static void print_title(FILE *out, const char *path, const struct anatomy *anatomy)
{
    fprintf(out, "%s: %s%s\n", path, anatomy_form_text(anatomy->form), verdict(anatomy));
    fprintf(out, "  file         %zu bytes\n", anatomy->file.size);
}

static void print_container(FILE *out, const struct anatomy *anatomy)
{
    const struct image_header *header = &anatomy->header;

    fprintf(out, "  pieces       %" PRIu32 ", %" PRIu32 " of them damaged\n", anatomy->pieces,
            anatomy->bad_pieces);
    fprintf(out,
            "  header page  image of %" PRIu32 " bytes with CRC32 %08" PRIX32 ", model %08" PRIX32
            ", version %08" PRIX32 "\n",
            header->firmware_size, header->firmware_crc32, header->model, header->firmware_version);
}

// ---- manifest ----

static void print_signer(FILE *out, const struct manifest *manifest)
{
    char id[2 * MANIFEST_KEY_ID_SIZE + 1];

    if (manifest_is_signed(manifest)) {
        hex_text(span_of(manifest->key_id, MANIFEST_KEY_ID_SIZE), id);
        fprintf(out, "signed with key %s; 'nbota image verify --key' checks it\n", id);
    } else {
        fprintf(out, "not signed\n");
    }
}

static void print_revoked(FILE *out, uint32_t revoked)
{
    const char *before = ", revokes the bootloader's key";

    for (unsigned i = 0; i < 32; i++) {
        if ((revoked >> i & 1) != 0) {
            fprintf(out, "%s %u", before, i);
            before = " and";
        }
    }
}

static void print_manifest(FILE *out, const struct anatomy *anatomy)
{
    const struct manifest *manifest = &anatomy->manifest;

    fprintf(out, "  manifest     ");
    if (anatomy->manifest_status != STATUS_OK) {
        fprintf(out, "%s\n",
                anatomy->has_more ? "none that this nbota reads"
                                  : "none, as the field's packer makes it");
        return;
    }
    print_signer(out, manifest);
    fprintf(out, "               %s %s for board %u, %" PRIu32 " bytes at 0x%08" PRIX32 "\n",
            manifest->title, manifest->version, (unsigned)manifest->hardware_id,
            manifest->image_size, manifest->load_address);
    fprintf(out, "               security counter %" PRIu32 "%s", manifest->security_counter,
            (manifest->flags & MANIFEST_RAISES_COUNTER) != 0
                ? ", which nodes keep once it is confirmed"
                : "");
    print_revoked(out, manifest->revoked);
    fputc('\n', out);
}

static void print_image(FILE *out, const struct anatomy *anatomy)
{
    if (anatomy->image_crc == 0 && anatomy->initial_sp == 0) {
        return; // not whole, or none
    }
    fprintf(out, "  image        %zu of %d bytes, CRC32 %08" PRIX32 "\n", anatomy->image.size,
            WIRE_SLOT_SIZE, anatomy->image_crc);
    fprintf(out, "  vectors      stack %08" PRIX32 ", reset %08" PRIX32 "\n", anatomy->initial_sp,
            anatomy->reset_vector);
}

static void print_info(FILE *out, const struct anatomy *anatomy)
{
    const struct image_info *info = &anatomy->info;
    const struct product *product = product_by_id(info->product_id);

    if (anatomy->info_status != STATUS_OK) {
        return;
    }
    fprintf(out, "  title        %s\n", info->title);
    fprintf(out, "  version      %s\n", info->version);
    fprintf(out, "  product      %s (id 0x%02X), board %u\n",
            product == NULL ? "unknown" : product->name, (unsigned)info->product_id,
            (unsigned)info->hardware_id);
    fprintf(out, "  loads at     0x%08" PRIX32 ", security counter %" PRIu32 "\n",
            info->load_address, info->security_counter);
}

static void print_served(FILE *out, const struct anatomy *anatomy)
{
    static uint8_t packed[WIRE_PACKED_MAX];
    struct span served;
    struct checksums sums;

    if (!inspect_served(anatomy, packed, &served)) {
        return;
    }
    checksums_make(served, &sums);
    fprintf(out, "  %s\n",
            anatomy->form == FORM_PACKED ? "as it is served" : "as it is served when packed");
    fprintf(out, "  fw_size      %zu, %" PRIu32 " pieces\n", served.size, anatomy->pieces);
    fprintf(out,
            "  fw_checksum  CRC32  %s (as a number %08" PRIX32 "), of any good file of this size\n",
            sums.crc32_text, sums.crc32);
    fprintf(out, "               SHA256 %s, of this one alone\n", sums.sha256_text);
}

static void print_pieces(FILE *out, const struct anatomy *anatomy)
{
    fprintf(out, "  piece  offset  size  crc32\n");
    for (uint32_t i = 0; i < anatomy->pieces; i++) {
        struct piece piece = anatomy_piece(anatomy->file, i);
        fprintf(out, "  %5" PRIu32 "  %6" PRIu32 "  %4zu  %08" PRIX32 "%s\n", i, piece.offset,
                piece.chunk.size, piece.received, piece.is_good ? "" : "  damaged");
    }
}

static void print_finding(FILE *out, const struct finding *finding)
{
    static const char *const levels[] = {
        [FINDING_NOTE] = "note",
        [FINDING_WARNING] = "warning",
        [FINDING_PROBLEM] = "problem",
    };

    fprintf(out, "%s: %s", levels[finding->level], finding->text);
    if (finding->piece != NO_PIECE) {
        fprintf(out, " (offset %" PRIu32 ")", finding->offset);
    }
    fputc('\n', out);
    if (finding->advice[0] != '\0') {
        fprintf(out, "  %s\n", finding->advice);
    }
}

enum status inspect_print(FILE *out, const char *path, const struct anatomy *anatomy,
                          bool list_pieces)
{
    print_title(out, path, anatomy);
    if (anatomy->form == FORM_PACKED && anatomy->has_header) {
        print_container(out, anatomy);
        print_manifest(out, anatomy);
    }
    print_image(out, anatomy);
    print_info(out, anatomy);
    print_served(out, anatomy);
    if (list_pieces && anatomy->form == FORM_PACKED) {
        print_pieces(out, anatomy);
    }
    for (uint32_t i = 0; i < anatomy->finding_count; i++) {
        print_finding(out, &anatomy->findings[i]);
    }
    return fflush(out) == 0 && ferror(out) == 0 ? STATUS_OK : STATUS_IO;
}
