/* The KCM protocol, in which MIT's library (1.20 and later) asks a ticket cache
 * for tickets: requests decoded, replies encoded.  No socket, no Kerberos
 * library; big-endian throughout.
 *
 *     request = u32 length, { u8 2, u8 0, u16 operation, payload }
 *     reply   = u32 length of { code, payload }, u32 0, u32 code, payload
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AUTH_KCM_H
#define HOP_AUTH_KCM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum kcm_op {
    KCM_GEN_NEW = 3,
    KCM_INITIALIZE = 4,
    KCM_DESTROY = 5,
    KCM_STORE = 6,
    KCM_RETRIEVE = 7,
    KCM_GET_PRINCIPAL = 8,
    KCM_GET_CRED_UUID_LIST = 9,
    KCM_GET_CRED_BY_UUID = 10,
    KCM_REMOVE_CRED = 11,
    KCM_GET_CACHE_UUID_LIST = 18,
    KCM_GET_CACHE_BY_UUID = 19,
    KCM_GET_DEFAULT_CACHE = 20,
    KCM_SET_DEFAULT_CACHE = 21,
    KCM_GET_KDC_OFFSET = 22,
    KCM_SET_KDC_OFFSET = 23,
    KCM_GET_CRED_LIST = 13001,
    KCM_REPLACE = 13002,
    /* ours: what was given out and refused, as text for klist */
    KCM_HOP_STATUS = 13401,
    /* ours: forgets what was made, as klist purge does */
    KCM_HOP_PURGE = 13402,
};

enum {
    KCM_REQUEST_MAX = 65536, /* what is ever asked is far smaller */
    KCM_COMPONENTS_MAX = 16,
    KCM_UUID = 16,
};

struct kcm_text {
    const char *p; /* not NUL-terminated */
    size_t n;
};

struct kcm_principal {
    uint32_t type;
    struct kcm_text realm;
    struct kcm_text parts[KCM_COMPONENTS_MAX];
    size_t count;
};

struct kcm_request {
    enum kcm_op op;
    struct kcm_text cache;  /* name, where the operation has one */
    uint8_t uuid[KCM_UUID]; /* where it has one */
    /* RETRIEVE */
    bool has_client, has_server;
    struct kcm_principal client, server;
    bool user_to_user; /* wants a session-key ticket or names a second one */
};

enum kcm_result {
    KCM_OK,
    KCM_MORE,    /* the request is not complete yet */
    KCM_UNKNOWN, /* an operation this cache has not; *used is set */
    KCM_BAD,     /* malformed or too long: close the connection */
};

/* Looks at the front of n bytes: *used is the length of the whole request.
 * Texts point into p. */
enum kcm_result kcm_decode(const void *p, size_t n, struct kcm_request *out,
                           size_t *used);
/* Appends a reply.  Payload only with code 0. */
void kcm_encode(struct hop_buf *out, uint32_t code, const void *payload,
                size_t n);

bool kcm_text_is(struct kcm_text t, const char *s);

#endif
