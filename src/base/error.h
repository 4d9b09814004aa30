/* One error, owned by the caller, filled where it happens and prefixed on the
 * way out: "open shell on b: send request: connection refused".
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_BASE_ERROR_H
#define HOP_BASE_ERROR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cleanup.h"

/* Where the code comes from. */
enum hop_error_domain {
    HOP_ERROR_NONE,
    HOP_ERROR_GENERIC,  /* code 0 */
    HOP_ERROR_ERRNO,    /* errno value */
    HOP_ERROR_PROTOCOL, /* malformed or forbidden bytes from a peer, code 0 */
    HOP_ERROR_LIMIT,    /* a limit of ours was reached */
    HOP_ERROR_WSMAN,    /* WSMan fault or Win32/HRESULT code: 0x8009030E */
    HOP_ERROR_HTTP,     /* HTTP status */
    HOP_ERROR_GSS,      /* GSS minor status */
    HOP_ERROR_KRB5,     /* krb5_error_code */
    HOP_ERROR_TLS,      /* OpenSSL error */
    HOP_ERROR_LDAP,     /* LDAP result */
};

#define HOP_ERROR_TEXT_MAX 2048

struct hop_error {
    enum hop_error_domain domain;
    int64_t code;
    char text[HOP_ERROR_TEXT_MAX]; /* UTF-8, cut at a character */
};

/* Sets the error, unless err is NULL.  Always false, so that a failing function
 * can end with `return hop_error_set(...)`. */
bool hop_error_set(struct hop_error *err, enum hop_error_domain domain,
                   int64_t code, const char *fmt, ...) HOP_PRINTF(4, 5);
/* The same with ": " and the text of errno behind it; keeps errno. */
bool hop_error_errno(struct hop_error *err, int errnum, const char *fmt, ...)
    HOP_PRINTF(3, 4);
/* Puts a phrase and ": " in front; code and domain stay.  Always false. */
bool hop_error_prefix(struct hop_error *err, const char *fmt, ...)
    HOP_PRINTF(2, 3);
void hop_error_clear(struct hop_error *err);

#endif
