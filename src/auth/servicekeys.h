/* Keytabs of service accounts whose password the domain makes: keys from the
 * password, RFC 3962 4.  By way of the module hop-krb.so, as auth/tickets.h.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AUTH_SERVICEKEYS_H
#define HOP_AUTH_SERVICEKEYS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct hop_service_keys {
    const char *keytab;            /* path */
    const char *const *principals; /* "svc$@CORP.TEST", "HTTP/x@CORP.TEST" */
    size_t count;
    const char *salt;     /* "CORP.TESThostsvc.corp.test" */
    const char *password; /* UTF-8 */
    size_t password_len;
    uint32_t kvno;
};

/* Adds AES keys (256 and 128 bits) in place of those of the same number; the
 * file is made for the caller alone. */
HOP_MUST_CHECK bool hop_service_keys_write(const struct hop_service_keys *k,
                                           struct hop_error *err);
/* Takes all keys of the principals out; *count of them.  A file without keys
 * is removed. */
HOP_MUST_CHECK bool hop_service_keys_remove(const struct hop_service_keys *k,
                                            size_t *count,
                                            struct hop_error *err);
/* Whether the domain takes a logon of the first principal by the keytab. */
HOP_MUST_CHECK bool hop_service_keys_try(const struct hop_service_keys *k,
                                         struct hop_error *err);

#endif
