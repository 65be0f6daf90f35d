// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/base/second_opinion.h"

#include <openssl/bn.h>
#include <openssl/evp.h>

#include "tests/host/cmocka_all.h"

void openssl_hash(const char *name, struct span message, uint8_t *digest)
{
    EVP_MD *hash = EVP_MD_fetch(NULL, name, NULL);

    assert_int_equal(EVP_Digest(message.data, message.size, digest, NULL, hash, NULL), 1);
    EVP_MD_free(hash);
}

static EVP_PKEY *private_key(const uint8_t seed[32])
{
    EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, 32);

    assert_non_null(key);
    return key;
}

void openssl_public_key(uint8_t public_key[32], const uint8_t seed[32])
{
    EVP_PKEY *key = private_key(seed);
    size_t size = 32;

    assert_int_equal(EVP_PKEY_get_raw_public_key(key, public_key, &size), 1);
    EVP_PKEY_free(key);
}

void openssl_sign(uint8_t signature[64], struct span message, const uint8_t seed[32])
{
    EVP_PKEY *key = private_key(seed);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    size_t size = 64;

    assert_int_equal(EVP_DigestSignInit(context, NULL, NULL, NULL, key), 1);
    assert_int_equal(EVP_DigestSign(context, signature, &size, message.data, message.size), 1);
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
}

bool openssl_verify(const uint8_t signature[64], struct span message, const uint8_t public_key[32])
{
    EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public_key, 32);
    EVP_MD_CTX *context = EVP_MD_CTX_new();

    assert_non_null(key);
    assert_int_equal(EVP_DigestVerifyInit(context, NULL, NULL, NULL, key), 1);
    bool is_good = EVP_DigestVerify(context, signature, 64, message.data, message.size) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    return is_good;
}

// RFC 8032, section 5.1, table 1.
static BIGNUM *group_order(void)
{
    BIGNUM *order = NULL;

    assert_int_not_equal(BN_dec2bn(&order, "27742317777372353535851937790883648493"), 0);
    assert_int_equal(BN_set_bit(order, 252), 1);
    return order;
}

void openssl_add_order(uint8_t sum[32], const uint8_t number[32])
{
    BIGNUM *order = group_order();
    BIGNUM *value = BN_lebin2bn(number, 32, NULL);

    assert_int_equal(BN_add(value, value, order), 1);
    assert_int_equal(BN_bn2lebinpad(value, sum, 32), 32);
    BN_free(value);
    BN_free(order);
}

void openssl_multiply(uint8_t product[32], const uint8_t a[64], const uint8_t factor[32])
{
    BN_CTX *context = BN_CTX_new();
    BIGNUM *order = group_order();
    BIGNUM *x = BN_lebin2bn(a, 64, NULL);
    BIGNUM *y = BN_lebin2bn(factor, 32, NULL);

    assert_int_equal(BN_mod_mul(x, x, y, order, context), 1);
    assert_int_equal(BN_bn2lebinpad(x, product, 32), 32);
    BN_free(y);
    BN_free(x);
    BN_free(order);
    BN_CTX_free(context);
}
