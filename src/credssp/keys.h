/* What export_keys hands to records_new: inside the module alone.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CREDSSP_KEYS_H
#define HOP_CREDSSP_KEYS_H

#include <stdint.h>

#include "auth/seal.h"

enum { CREDSSP_IV = 12, CREDSSP_KEY_MAX = 32 };

enum credssp_cipher {
    CREDSSP_AES_128_GCM = 1,
    CREDSSP_AES_256_GCM,
    CREDSSP_CHACHA20,
    CREDSSP_CIPHERS,
};

struct credssp_way {
    uint8_t key[CREDSSP_KEY_MAX];
    uint8_t iv[CREDSSP_IV]; /* TLS 1.2 with GCM: the first four */
    uint64_t seq;           /* of the next record */
};

struct credssp_keys {
    uint32_t magic, size; /* of this struct */
    uint8_t tls13;
    uint8_t cipher; /* enum credssp_cipher */
    struct credssp_way send, receive;
};

#define CREDSSP_KEYS_MAGIC 0x50535343u

extern const struct hop_seal_engine credssp_records;
void *credssp_records_new(const void *keys, size_t n, struct hop_error *err);

#endif
