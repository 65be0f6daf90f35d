// SPDX-License-Identifier: Apache-2.0
// The cryptography of the node, as its bootloader links it, and nothing else: see tests/images/crypto.h.
#include "tests/images/crypto.h"

#include "base/ed25519.h"
#include "base/sha256.h"
#include "base/sha512.h"

void reset_handler(void);
extern uint32_t stack_top[];

static void hash_256(struct crypto_mailbox *mail)
{
    struct sha256 sha;

    sha256_init(&sha);
    sha256_update(&sha, mail->message, mail->size);
    sha256_final(&sha, mail->digest);
}

static void hash_512(struct crypto_mailbox *mail)
{
    struct sha512 sha;

    sha512_init(&sha);
    sha512_update(&sha, mail->message, mail->size);
    sha512_final(&sha, mail->digest);
}

static void verify(struct crypto_mailbox *mail)
{
    mail->is_good =
        ed25519_verify(mail->signature, span_of(mail->message, mail->size), mail->public_key);
}

void reset_handler(void)
{
    struct crypto_mailbox *mail = (struct crypto_mailbox *)CRYPTO_MAILBOX;

    for (;;) {
        __asm__ volatile("bkpt 0" ::: "memory");
        switch ((enum crypto_order)mail->order) {
        case CRYPTO_SHA256:
            hash_256(mail);
            break;
        case CRYPTO_SHA512:
            hash_512(mail);
            break;
        case CRYPTO_VERIFY:
            verify(mail);
            break;
        case CRYPTO_NOTHING:
            break;
        }
    }
}

typedef void (*vector)(void);

__attribute__((section(".vectors"), used)) static const vector vectors[16] = {
    (vector)(uintptr_t)stack_top,
    reset_handler,
};
