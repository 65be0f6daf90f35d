// SPDX-License-Identifier: Apache-2.0
// What nbota says of packed files, many of them in one process: the verdict of the bootloader's own code, and how
// `nbota image verify` and `nbota image inspect` end.
//
//   usage: judge < LIST        each line: FILE SECURITY_COUNTER REVOKED_KEYS KEY.pem, or - for no key to verify with
//
// Answers a line with: VERDICT STATUS_OF_VERIFY STATUS_OF_INSPECT. The node is of hardware 1; which keys it trusts is
// linked in.
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/image_commands.h"
#include "node/boot/boot.h"
#include "node/boot/verify.h"

const uint8_t boot_hardware_id = 1;

enum { FILE_MAX = 2 * WIRE_PACKED_MAX, PATH_MAX_BYTES = 1024, NOR_ERASED = 0xFF };

static uint8_t packed[FILE_MAX];
static uint8_t nor[FILE_MAX];
static struct verify_work work;

// As a download leaves it: the pieces without their CRCs, the rest erased.
static void unpack(size_t size)
{
    size_t to = 0;

    memset(nor, NOR_ERASED, sizeof nor);
    for (size_t at = 0; at + WIRE_CRC_SIZE < size; at += WIRE_CHUNK_SIZE) {
        size_t left = size - at - WIRE_CRC_SIZE;
        size_t piece = left < WIRE_PIECE_SIZE ? left : WIRE_PIECE_SIZE;
        memcpy(nor + to, packed + at, piece);
        to += piece;
    }
}

static bool load(const char *path)
{
    FILE *file = fopen(path, "rb");

    if (file == NULL) {
        return false;
    }
    unpack(fread(packed, 1, sizeof packed, file));
    fclose(file);
    return true;
}

static enum status read_nor(void *context, uint32_t offset, void *buffer, size_t size)
{
    (void)context;
    memcpy(buffer, nor + offset, size);
    return STATUS_OK;
}

static void feed(void)
{
}

static const char *verdict(uint32_t counter, uint32_t revoked)
{
    static const char *const names[] = {
#define VERDICT(number, name, text) [number] = #name,
#include "wire/verdicts.def"
#undef VERDICT
    };
    const struct bootloader_request request = {
        .read = read_nor,
        .feed = feed,
        .work = &work,
        .work_size = sizeof work,
        .counter = counter,
        .revoked = revoked,
    };

    return names[verify_for_application(&request)];
}

static int verify(char *path, char *key)
{
    static char name[] = "verify";
    static char option[] = "-k";
    char *arguments[] = {name, path, option, key, NULL};

    return cli_image_verify.run(strcmp(key, "-") == 0 ? 2 : 4, arguments);
}

static int inspect(char *path)
{
    static char name[] = "inspect";
    char *arguments[] = {name, path, NULL};

    return cli_image_inspect.run(2, arguments);
}

static bool answer(FILE *answers, char *line)
{
    char path[PATH_MAX_BYTES];
    char key[PATH_MAX_BYTES];
    unsigned counter;
    unsigned revoked;

    if (sscanf(line, "%1023s %u %u %1023s", path, &counter, &revoked, key) != 4 || !load(path)) {
        return false;
    }
    fprintf(answers, "%s ", verdict(counter, revoked));
    fprintf(answers, "%d %d\n", verify(path, key), inspect(path));
    return true;
}

// What the commands say to people is of no interest.
int main(void)
{
    char line[3 * PATH_MAX_BYTES];
    FILE *answers = fdopen(dup(STDOUT_FILENO), "w");

    if (answers == NULL || freopen("/dev/null", "w", stdout) == NULL ||
        freopen("/dev/null", "w", stderr) == NULL) {
        return 1;
    }
    while (fgets(line, sizeof line, stdin) != NULL) {
        if (!answer(answers, line)) {
            return 1;
        }
    }
    return fclose(answers) == 0 ? 0 : 1;
}
