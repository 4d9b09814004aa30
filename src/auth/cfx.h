/* Sealing by RFC 4121 with the keys of an established Kerberos context and
 * OpenSSL's ciphers, which are three to six times as fast as the Kerberos
 * library's own.  AES with SHA-1 (RFC 3962) alone; for anything else the
 * library goes on.  libcrypto is loaded when the first stream needs it, as it
 * would cost every short command a millisecond.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AUTH_CFX_H
#define HOP_AUTH_CFX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gssapi/gssapi_krb5.h>

/* Token header 16, last ciphertext block 16, checksum 12, confounder 16: the
 * layout of gss_wrap_iov with HEADER and DATA alone (EC 0, RRC 28). */
#define CFX_HEADER 60u

struct cfx;

enum cfx_result {
    CFX_OK,
    CFX_BAD_TOKEN, /* altered, or not of this context */
    CFX_BAD_ORDER, /* replayed, or one before it is missing */
};

/* Takes the context over when it can: *ctx is GSS_C_NO_CONTEXT then; otherwise
 * NULL, and *ctx is as before.  receive_next: sequence number of the next token
 * that comes. */
struct cfx *cfx_take(gss_ctx_id_t *ctx, uint64_t receive_next);
void cfx_free(struct cfx *c);
/* Seals n bytes at token + CFX_HEADER in place and fills in the header; false
 * when the library fails. */
bool cfx_wrap(struct cfx *c, uint8_t *token, size_t n);
/* Opens a token of n bytes in place. */
enum cfx_result cfx_unwrap(struct cfx *c, uint8_t *token, size_t n,
                           char **plain, size_t *plain_len);
/* The sequence number in a token's header. */
uint64_t cfx_sequence(const uint8_t *token);

#endif
