// SPDX-License-Identifier: Apache-2.0
// nbota key create: a new key pair in two files. No file is ever overwritten: what an old key signed cannot be signed
// again without it.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/key_commands.h"
#include "cli/line.h"
#include "cli/message.h"
#include "cli/signing_key.h"

enum { PRIVATE_MODE = 0600, PUBLIC_MODE = 0644 };

static void explain(const char *path, int reason)
{
    message_error("cannot make '%s': %s", path, strerror(reason));
    if (reason == EEXIST) {
        message_hint("a key is never overwritten: take another name, or move the file away");
    } else if (reason == ENOENT) {
        message_hint("the folder is not there: make it with 'mkdir -p', or name another one");
    }
}

// NULL: stderr has said why.
static FILE *create_file(const char *path, mode_t mode)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "w");

    if (file == NULL) {
        explain(path, errno);
    }
    return file;
}

// On disk before anything is signed with it: it cannot be made a second time.
static bool finish(FILE *file, bool is_written)
{
    is_written = fflush(file) == 0 && fsync(fileno(file)) == 0 && is_written;
    return fclose(file) == 0 && is_written;
}

static int fail(const char *path)
{
    message_error("cannot write '%s': no key was made", path);
    unlink(path);
    return EXIT_FAILED;
}

// OpenSSL has asked for it, and said on the terminal when the second one was another.
static int fail_without_phrase(const char *path)
{
    message_error("no pass phrase for '%s': no key was made", path);
    message_hint(
        "--encrypt asks for it twice at a terminal, or reads two lines from standard input "
        "where there is none; it has 4 characters at least");
    unlink(path);
    return EXIT_FAILED;
}

static int write_public(const struct signing_key *key, const char *path, const char *public_path)
{
    FILE *file = create_file(public_path, PUBLIC_MODE);

    if (file == NULL || !finish(file, signing_key_write_public(key, file))) {
        unlink(path);
        return file == NULL ? EXIT_FAILED : fail(public_path);
    }
    printf("private key  %s: keep it secret, and a copy in a safe place\n", path);
    printf("public key   %s\n", public_path);
    printf("key id       %s\n", key->id_text);
    return EXIT_OK;
}

static int write_both(const struct signing_key *key, const char *path, bool encrypt)
{
    char public_path[PATH_MAX];

    if (snprintf(public_path, sizeof public_path, "%s.pub", path) >= (int)sizeof public_path) {
        message_error("the name '%s' is too long", path);
        return EXIT_FAILED;
    }
    FILE *file = create_file(path, PRIVATE_MODE);
    if (file == NULL) {
        return EXIT_FAILED;
    }
    bool is_written = signing_key_write_private(key, file, encrypt);
    if (!finish(file, is_written)) {
        return encrypt && !is_written ? fail_without_phrase(path) : fail(path);
    }
    return write_public(key, path, public_path);
}

static int run(int argc, char **argv)
{
    bool encrypt = false;
    const struct line_option rows[] = {{.name = "encrypt", .letter = 'e', .flag = &encrypt}};
    const struct line line = {&key_create, rows, sizeof rows / sizeof rows[0], 1, 1};
    struct signing_key key;
    int first = line_parse(&line, argc, argv);

    if (first == LINE_WRONG) {
        return EXIT_USAGE;
    }
    if (signing_key_make(&key) != STATUS_OK) {
        return EXIT_FAILED;
    }
    int code = write_both(&key, argv[first], encrypt);
    signing_key_close(&key);
    return code;
}

const struct cli_command key_create = {
    .name = "create",
    .summary = "make a key that signs images",
    .help = "usage: nbota key create FILE.pem [--encrypt]\n"
            "\n"
            "Makes an Ed25519 key: the private part in FILE.pem, readable by you alone, and\n"
            "the public part in FILE.pem.pub. A file that is there is never overwritten. The\n"
            "same as 'openssl genpkey -algorithm ed25519' and 'openssl pkey -pubout'.\n"
            "\n"
            "Who has the private part can make firmware for your nodes; without it nobody\n"
            "can, you neither. So make two, build bootloaders that trust both, and keep the\n"
            "second away from the first: it revokes the first when that is lost.\n"
            "\n"
            "  -e, --encrypt  protect the file with a pass phrase, which is asked for now and\n"
            "                 at each signing\n"
            "\n"
            "example: nbota key create release.pem\n"
            "         make firmware KEY=\"release.pem.pub spare.pem.pub\"\n"
            "         nbota image sign s31-nb-v1.1.0.bin --key release.pem\n",
    .run = run,
};
