// SPDX-License-Identifier: Apache-2.0
// keys OUT.c [KEY.pem…]: the source that binds node/boot/keys.h: the public keys of Ed25519 keys in PEM files, public or
// private, in their order.
// keys --create KEY.pem: a new private key, readable by its owner alone; a file that is there stays.
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "wire/manifest.h"

static int fail(const char *what, const char *name)
{
    fprintf(stderr, "keys: %s: '%s'\n", what, name);
    return 1;
}

// A build asks nobody.
static int no_pass_phrase(char *buffer, int size, int writing, void *context)
{
    (void)buffer, (void)size, (void)writing, (void)context;
    return -1;
}

static EVP_PKEY *read_pem(FILE *file)
{
    EVP_PKEY *key = PEM_read_PUBKEY(file, NULL, no_pass_phrase, NULL);

    if (key == NULL) {
        rewind(file);
        key = PEM_read_PrivateKey(file, NULL, no_pass_phrase, NULL);
    }
    return key;
}

static int read_key(const char *name, uint8_t public_key[MANIFEST_PUBLIC_KEY_SIZE])
{
    FILE *file = fopen(name, "r");
    size_t size = MANIFEST_PUBLIC_KEY_SIZE;

    if (file == NULL) {
        return fail(strerror(errno), name);
    }
    EVP_PKEY *key = read_pem(file);
    fclose(file);
    if (key == NULL) {
        return fail(
            "no key in PEM, or an encrypted one (give its public part: nbota key show --pem)",
            name);
    }
    bool good =
        EVP_PKEY_is_a(key, "ED25519") && EVP_PKEY_get_raw_public_key(key, public_key, &size) == 1;
    EVP_PKEY_free(key);
    return good ? 0 : fail("no Ed25519 key ('nbota key create' makes one)", name);
}

static int read_keys(char **names, size_t count, uint8_t keys[][MANIFEST_PUBLIC_KEY_SIZE])
{
    for (size_t i = 0; i < count; i++) {
        if (read_key(names[i], keys[i]) != 0) {
            return 1;
        }
        for (size_t k = 0; k < i; k++) {
            if (memcmp(keys[k], keys[i], sizeof keys[i]) == 0) {
                return fail("the same key twice: a key has one number", names[i]);
            }
        }
    }
    return 0;
}

static void write_key(FILE *out, const uint8_t public_key[MANIFEST_PUBLIC_KEY_SIZE])
{
    uint8_t id[MANIFEST_KEY_ID_SIZE];

    manifest_key_id(public_key, id);
    fprintf(out, "    // ");
    for (size_t i = 0; i < sizeof id; i++) {
        fprintf(out, "%02x", id[i]);
    }
    fprintf(out, "\n    {");
    for (size_t i = 0; i < MANIFEST_PUBLIC_KEY_SIZE; i++) {
        fprintf(out, "%s0x%02x", i == 0 ? "" : i % 16 == 0 ? ",\n     " : ", ", public_key[i]);
    }
    fprintf(out, "},\n");
}

static int write_source(const char *name, size_t count, uint8_t keys[][MANIFEST_PUBLIC_KEY_SIZE])
{
    FILE *out = fopen(name, "w");

    if (out == NULL) {
        return fail(strerror(errno), name);
    }
    fprintf(out,
            "// Made by cmake/keys.c. The comments are key ids.\n#include \"node/boot/keys.h\"\n\n"
            "const uint8_t boot_key_count = %zu;\n"
            "const uint8_t boot_keys[][MANIFEST_PUBLIC_KEY_SIZE] = {\n",
            count);
    for (size_t i = 0; i < count; i++) {
        write_key(out, keys[i]);
    }
    fprintf(out, "%s};\n", count == 0 ? "    {0},\n" : "");
    return fclose(out) == 0 ? 0 : fail("cannot be written", name);
}

static int create(const char *name)
{
    int descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (descriptor < 0) {
        return errno == EEXIST ? 0 : fail(strerror(errno), name);
    }
    FILE *file = fdopen(descriptor, "w");
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    bool good = key != NULL && file != NULL &&
                PEM_write_PKCS8PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1;
    EVP_PKEY_free(key);
    good = file != NULL && fclose(file) == 0 && good;
    return good ? 0 : fail("cannot be written", name);
}

int main(int argc, char **argv)
{
    uint8_t keys[MANIFEST_KEYS_MAX][MANIFEST_PUBLIC_KEY_SIZE];

    if (argc == 3 && strcmp(argv[1], "--create") == 0) {
        return create(argv[2]);
    }
    if (argc < 2) {
        fprintf(stderr, "usage: keys OUT.c [KEY.pem…] | keys --create KEY.pem\n");
        return 2;
    }
    size_t count = (size_t)argc - 2;
    if (count > MANIFEST_KEYS_MAX) {
        return fail("a bootloader trusts 4 keys at most; one too many",
                    argv[2 + MANIFEST_KEYS_MAX]);
    }
    return read_keys(argv + 2, count, keys) || write_source(argv[1], count, keys);
}
