/* RFC 4121 sealing at the speed of OpenSSL's ciphers: MIT's own take three
 * times as long.  Takes over an established context's key and sequence numbers;
 * the tokens are the same, in WinRM's layout (auth/seal.h).
 *
 * The implementation lies in hop-seal.so, so that programs that never move much
 * data do not load libcrypto; a program that has it anyway links it in.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AUTH_FASTSEAL_H
#define HOP_AUTH_FASTSEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fastseal;

struct fastseal_key {
    int32_t enctype; /* RFC 3961 number: 17, 18 (RFC 3962), 19, 20 (RFC 8009) */
    const uint8_t *key; /* the acceptor's subkey, or the context's key */
    size_t key_len;
    bool acceptor_subkey; /* which of the two */
    bool initiator;       /* whose side this is */
    uint64_t send_seq, recv_seq;
};

enum fastseal_result {
    FASTSEAL_OK,
    FASTSEAL_ALTERED, /* the checksum does not fit */
    FASTSEAL_ORDER,   /* not the next message: replay, gap */
    FASTSEAL_BAD,     /* not a sealed token of the other side */
};

struct hop_fastseal_ops {
    /* NULL for an enctype it does not know. */
    struct fastseal *(*make)(const struct fastseal_key *key);
    void (*free)(struct fastseal *f);
    /* Writes header and sealed data, header_len + n bytes.  n > 0. */
    bool (*wrap)(struct fastseal *f, const void *data, size_t n, uint8_t *room);
    /* Opens in place.  *plain points into the token. */
    enum fastseal_result (*unwrap)(struct fastseal *f, uint8_t *token, size_t n,
                                   uint8_t **plain, size_t *plain_len);
};

extern const struct hop_fastseal_ops hop_fastseal_openssl;

/* Links it in: called once at the start of a program.  NULL: none, and none is
 * loaded. */
void hop_fastseal_use(const struct hop_fastseal_ops *ops);
/* The table in use, loading the module when there is none; NULL when that is
 * not installed. */
const struct hop_fastseal_ops *fastseal_get(void);

#endif
