/* Message protection: one direction-aware context that seals and opens WinRM's
 * bodies, MS-WSMV 2.2.9.1, and can be carried to another
 * process.
 *
 * The payload of the second part of a multipart/encrypted body is
 *
 *     LE32 length of the header | header | sealed data
 *
 * with a header of 60 bytes for Kerberos AES-SHA1, 72 for AES-SHA2, 16 for
 * NTLM.  RC4 adds one byte of padding, which the Length parameter of the first
 * part counts.
 *
 * Large messages go through auth/fastseal.h where the keys are AES.
 *
 * Replay, gaps and reordering are errors, not warnings.  After any failure the
 * context refuses further use: the caller closes the connection.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AUTH_SEAL_H
#define HOP_AUTH_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

struct hop_seal;

#define HOP_AUTO_SEAL HOP_CLEANUP(hop_seal_freep)

/* Most bytes of plain data in one message, so that lengths fit 32 bits. */
#define HOP_SEAL_MAX ((size_t)64 << 20)

/* A context from hop_acceptor_export or hop_initiator_export.  The token holds
 * keys: it travels over a socketpair and is wiped afterwards. */
HOP_MUST_CHECK bool hop_seal_import(const void *token, size_t n,
                                    struct hop_seal **out,
                                    struct hop_error *err);
/* Appends the token and ends the context: *s is freed and NULL.  Also on
 * failure. */
HOP_MUST_CHECK bool hop_seal_export(struct hop_seal **s, struct hop_buf *out,
                                    struct hop_error *err);
void hop_seal_free(struct hop_seal *s);
void hop_seal_freep(struct hop_seal **s);

/* Appends the payload for n > 0 bytes of data; *length is what the Length
 * parameter says (n, plus padding for RC4).  The data may not lie in out. */
HOP_MUST_CHECK bool hop_seal_wrap(struct hop_seal *s, const void *data,
                                  size_t n, struct hop_buf *out, size_t *length,
                                  struct hop_error *err);
/* Opens a payload of n bytes in place: *plain points into payload.  length is
 * what the Length parameter said; a peer that counts otherwise is refused. */
HOP_MUST_CHECK bool hop_seal_unwrap(struct hop_seal *s, void *payload, size_t n,
                                    size_t length, char **plain,
                                    size_t *plain_len, struct hop_error *err);
/* How many bytes hop_seal_wrap adds in front of the data: 4 + header. */
size_t hop_seal_overhead(const struct hop_seal *s);

/* Most bytes of plain data in one payload: a longer message goes in several,
 * each a part of a multipart/x-multi-encrypted body. */
size_t hop_seal_chunk(const struct hop_seal *s);

/* Sealing of another kind than GSSAPI's (credssp/): payloads have the layout
 * above, checked up to the length of the header. */
struct hop_seal_engine {
    size_t chunk;
    bool (*wrap)(void *state, const void *data, size_t n, struct hop_buf *out,
                 struct hop_error *err);
    /* Opens in place.  n > 4. */
    bool (*unwrap)(void *state, uint8_t *payload, size_t n, char **plain,
                   size_t *plain_len, struct hop_error *err);
    void (*free)(void *state);
};

/* Takes the state. */
struct hop_seal *hop_seal_from_engine(const struct hop_seal_engine *e,
                                      void *state);

/* CredSSP's inner exchange: one token of wrapped bytes, as gss_wrap and
 * gss_unwrap make them (NTLM: 16-byte signature in front). */
HOP_MUST_CHECK bool hop_seal_token(struct hop_seal *s, const void *data,
                                   size_t n, struct hop_buf *out,
                                   struct hop_error *err);
HOP_MUST_CHECK bool hop_seal_open_token(struct hop_seal *s, const void *token,
                                        size_t n, struct hop_buf *out,
                                        struct hop_error *err);

#endif
