/* What an NTLM message must look like before gss-ntlmssp 1.2.0 sees it.  That
 * library copies 16 bytes of session key from an AUTHENTICATE message without
 * looking at the length sent; the guard checks that, and
 * that every field lies inside the message (MS-NLMP 2.2.1).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AUTH_NTLMGUARD_H
#define HOP_AUTH_NTLMGUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ntlm_guard {
    bool key_exch; /* asked for in the NEGOTIATE message */
};

/* True for NEGOTIATE (1) and AUTHENTICATE (3) messages that are well-formed.
 * Zero the guard for a new exchange. */
bool ntlm_guard_check(struct ntlm_guard *g, const void *message, size_t n);

enum { NTLM_NEGOTIATE_FULL = 40 }; /* MS-NLMP 2.2.1.1 with the version */

/* gss-ntlmssp refuses a NEGOTIATE message without the optional fields, which
 * old clients leave off: copies such a message to FULL, zeros behind it.
 * False (FULL untouched) for any other, which needs none. */
bool ntlm_guard_pad(const void *message, size_t n,
                    uint8_t full[static NTLM_NEGOTIATE_FULL]);

#endif
