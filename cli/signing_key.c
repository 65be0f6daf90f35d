// SPDX-License-Identifier: Apache-2.0
#include "cli/signing_key.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/store.h>
#include <openssl/ui.h>
#include <string.h>

#include "cli/hex.h"
#include "cli/message.h"

// What OpenSSL says of its first error; its queue is empty then.
static const char *openssl_reason(void)
{
    const char *reason = ERR_reason_error_string(ERR_peek_error());

    ERR_clear_error();
    return reason == NULL ? "no reason given" : reason;
}

// ---- from a file ----

static int decline(char *buffer, int size, int writing, void *context)
{
    (void)buffer, (void)size, (void)writing, (void)context;
    return -1;
}

// An encrypted private key would be asked for its pass phrase here too.
static EVP_PKEY *read_public(FILE *file)
{
    rewind(file);
    return PEM_read_PUBKEY(file, NULL, decline, NULL);
}

static bool is_encrypted(FILE *file)
{
    char line[128];
    bool found = false;

    rewind(file);
    while (!found && fgets(line, sizeof line, file) != NULL) {
        found = strstr(line, "ENCRYPTED") != NULL;
    }
    return found;
}

static void explain_file(FILE *file, const char *name, enum signing_key_wish wish)
{
    EVP_PKEY *public_part = read_public(file);

    if (public_part != NULL && wish == SIGNING_KEY_PRIVATE) {
        message_error("'%s' is a public key: it cannot sign", name);
        message_hint("give the private one that 'nbota key create' wrote beside it");
    } else if (is_encrypted(file)) {
        message_error("cannot open the key '%s': wrong pass phrase", name);
        message_hint("it is asked for at a terminal; without one it is read from standard input");
    } else {
        message_error("'%s' holds no key in PEM form: %s", name, openssl_reason());
        message_hint("'nbota key create' makes one");
    }
    EVP_PKEY_free(public_part);
    ERR_clear_error();
}

static EVP_PKEY *read_pem(FILE *file, enum signing_key_wish wish, bool *is_private)
{
    EVP_PKEY *key = wish == SIGNING_KEY_PUBLIC ? read_public(file) : NULL;

    *is_private = key == NULL;
    if (key == NULL) {
        rewind(file);
        ERR_clear_error();
        key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
    }
    return key;
}

static EVP_PKEY *open_file(const char *name, enum signing_key_wish wish, bool *is_private)
{
    FILE *file = fopen(name, "re");

    if (file == NULL) {
        message_error("cannot read the key '%s': %s", name, strerror(errno));
        if (errno == ENOENT) {
            message_hint("'nbota key create' makes one");
        }
        return NULL;
    }
    EVP_PKEY *key = read_pem(file, wish, is_private);
    if (key == NULL) {
        explain_file(file, name, wish);
    }
    fclose(file);
    return key;
}

// ---- from a device ----

// What is left to OpenSSL's store: devices, and "file:", which goes the same way.
static bool is_uri(const char *name)
{
    return strncmp(name, "pkcs11:", 7) == 0 || strncmp(name, "file:", 5) == 0;
}

static EVP_PKEY *take_key(OSSL_STORE_CTX *store, bool *is_private)
{
    EVP_PKEY *key = NULL;

    while (key == NULL && OSSL_STORE_eof(store) == 0) {
        OSSL_STORE_INFO *info = OSSL_STORE_load(store);
        int type = info == NULL ? 0 : OSSL_STORE_INFO_get_type(info);
        *is_private = type == OSSL_STORE_INFO_PKEY;
        if (type == OSSL_STORE_INFO_PKEY) {
            key = OSSL_STORE_INFO_get1_PKEY(info);
        } else if (type == OSSL_STORE_INFO_PUBKEY) {
            key = OSSL_STORE_INFO_get1_PUBKEY(info);
        }
        OSSL_STORE_INFO_free(info);
        if (info == NULL && OSSL_STORE_error(store) != 0) {
            break;
        }
    }
    return key;
}

// Debian 12 has no provider for such URIs, and its engine knows no Ed25519: then a device signs by its own tool.
static void explain_uri(const char *name)
{
    message_error("this OpenSSL cannot use the key '%s': %s", name, openssl_reason());
    message_hint("let the device sign by its own tool: 'nbota image sign --detached-out' writes "
                 "what, '--signature' takes the answer (docs/signing.md, \"Keys in a device\")");
}

static EVP_PKEY *open_uri(const char *uri, enum signing_key_wish wish, bool *is_private)
{
    OSSL_STORE_CTX *store = OSSL_STORE_open(uri, UI_get_default_method(), NULL, NULL, NULL);
    EVP_PKEY *key = NULL;

    if (store != NULL) {
        if (wish == SIGNING_KEY_PRIVATE) {
            (void)OSSL_STORE_expect(store, OSSL_STORE_INFO_PKEY);
        }
        key = take_key(store, is_private);
    }
    if (key == NULL) {
        explain_uri(uri);
    }
    OSSL_STORE_close(store);
    return key;
}

// ---- any key ----

static enum status take(struct signing_key *self, EVP_PKEY *key, const char *name)
{
    size_t size = sizeof self->public_key;

    self->pkey = key;
    if (EVP_PKEY_is_a(key, "ED25519") != 1 ||
        EVP_PKEY_get_raw_public_key(key, self->public_key, &size) != 1) {
        const char *type = EVP_PKEY_get0_type_name(key);
        message_error("'%s' is no Ed25519 key, but %s: nodes know no other signature", name,
                      type == NULL ? "something else" : type);
        message_hint("'nbota key create' makes one, as 'openssl genpkey -algorithm ed25519' does");
        signing_key_close(self);
        return STATUS_INVALID;
    }
    manifest_key_id(self->public_key, self->id);
    hex_text(span_of(self->id, sizeof self->id), self->id_text);
    return STATUS_OK;
}

enum status signing_key_open(struct signing_key *self, const char *name, enum signing_key_wish wish)
{
    ERR_clear_error();
    EVP_PKEY *key = is_uri(name) ? open_uri(name, wish, &self->is_private)
                                 : open_file(name, wish, &self->is_private);

    return key == NULL ? STATUS_IO : take(self, key, name);
}

enum status signing_key_make(struct signing_key *self)
{
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");

    if (key == NULL) {
        message_error("cannot make a key: %s", openssl_reason());
        return STATUS_IO;
    }
    self->is_private = true;
    return take(self, key, "the new key");
}

void signing_key_close(struct signing_key *self)
{
    EVP_PKEY_free(self->pkey);
    self->pkey = NULL;
}

enum status signing_key_sign(const struct signing_key *self, struct span text,
                             uint8_t signature[MANIFEST_SIGNATURE_SIZE])
{
    size_t size = MANIFEST_SIGNATURE_SIZE;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool is_signed = context != NULL &&
                     EVP_DigestSignInit(context, NULL, NULL, NULL, self->pkey) == 1 &&
                     EVP_DigestSign(context, signature, &size, text.data, text.size) == 1;

    EVP_MD_CTX_free(context);
    if (!is_signed) {
        message_error("cannot sign with key %s: %s", self->id_text, openssl_reason());
        return STATUS_IO;
    }
    return STATUS_OK;
}

bool signing_key_verify(const struct signing_key *self, struct span text,
                        const uint8_t signature[MANIFEST_SIGNATURE_SIZE])
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool matches =
        context != NULL && EVP_DigestVerifyInit(context, NULL, NULL, NULL, self->pkey) == 1 &&
        EVP_DigestVerify(context, signature, MANIFEST_SIGNATURE_SIZE, text.data, text.size) == 1;

    EVP_MD_CTX_free(context);
    ERR_clear_error();
    return matches;
}

bool signing_key_write_private(const struct signing_key *self, FILE *out, bool encrypt)
{
    const EVP_CIPHER *cipher = encrypt ? EVP_aes_256_cbc() : NULL;
    bool written = PEM_write_PKCS8PrivateKey(out, self->pkey, cipher, NULL, 0, NULL, NULL) == 1;

    ERR_clear_error();
    return written;
}

bool signing_key_write_public(const struct signing_key *self, FILE *out)
{
    bool written = PEM_write_PUBKEY(out, self->pkey) == 1;

    ERR_clear_error();
    return written;
}
