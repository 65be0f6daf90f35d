// SPDX-License-Identifier: Apache-2.0
// Runs a fuzz target over the files of a folder, each in a block of memory of exactly its size, so that a sanitizer
// sees the first byte read behind it.
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/fuzz/fuzz.h"

enum { PATH_MAX_SIZE = 4096 };

static long size_of(FILE *file)
{
    long size = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;

    rewind(file);
    return size;
}

static int replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");

    if (file == NULL) {
        return 1;
    }
    long size = size_of(file);
    uint8_t *data = size > 0 ? malloc((size_t)size) : NULL;
    int failed = size < 0 || (size > 0 && data == NULL) ||
                 fread(data, 1, (size_t)size, file) != (size_t)size;
    if (!failed) {
        (void)LLVMFuzzerTestOneInput(data, (size_t)size);
    }
    free(data);
    return fclose(file) != 0 || failed;
}

// Returns how many files were replayed, -1 when one could not be read.
static long replay_folder(const char *folder)
{
    char path[PATH_MAX_SIZE];
    long count = 0;
    DIR *directory = opendir(folder);

    if (directory == NULL) {
        return -1;
    }
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        if (entry->d_name[0] == '.') {
            continue;
        }
        (void)snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (replay_file(path) != 0) {
            fprintf(stderr, "replay: '%s' cannot be read\n", path);
            count = -1;
            break;
        }
        count++;
    }
    (void)closedir(directory);
    return count;
}

int main(int argc, char **argv)
{
    long count = argc == 2 ? replay_folder(argv[1]) : -1;

    if (count <= 0) {
        fprintf(stderr, "usage: %s FOLDER    with at least one file in it\n", argv[0]);
        return 1;
    }
    printf("%ld inputs replayed\n", count);
    return 0;
}
