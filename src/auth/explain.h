/* Statuses of GSSAPI and Kerberos as errors people can act on: what was tried,
 * to what, why it failed, what to do; with the code Windows shows for the same
 * cause, "0x8009030E SEC_E_NO_CREDENTIALS".
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AUTH_EXPLAIN_H
#define HOP_AUTH_EXPLAIN_H

#include <stdint.h>

#include "base/error.h"

/* Security codes of Windows, MS-ERREF 2.1.1. */
#define HOP_SEC_E_TARGET_UNKNOWN                0x80090303u
#define HOP_SEC_E_INTERNAL_ERROR                0x80090304u
#define HOP_SEC_E_INVALID_TOKEN                 0x80090308u
#define HOP_SEC_E_LOGON_DENIED                  0x8009030Cu
#define HOP_SEC_E_NO_CREDENTIALS                0x8009030Eu
#define HOP_SEC_E_MESSAGE_ALTERED               0x8009030Fu
#define HOP_SEC_E_OUT_OF_SEQUENCE               0x80090310u
#define HOP_SEC_E_NO_AUTHENTICATING_AUTHORITY   0x80090311u
#define HOP_SEC_E_CONTEXT_EXPIRED               0x80090317u
#define HOP_SEC_E_WRONG_PRINCIPAL               0x80090322u
#define HOP_SEC_E_TIME_SKEW                     0x80090324u
#define HOP_SEC_E_ENCRYPT_FAILURE               0x80090329u
#define HOP_SEC_E_KDC_UNKNOWN_ETYPE             0x80090342u
#define HOP_SEC_E_DELEGATION_REQUIRED           0x80090345u
#define HOP_SEC_E_BAD_BINDINGS                  0x80090346u
#define HOP_SEC_E_CROSSREALM_DELEGATION_FAILURE 0x80090357u
#define HOP_SEC_E_DELEGATION_POLICY             0x8009035Eu

/* "SEC_E_NO_CREDENTIALS", or NULL for a code that is not in the table. */
const char *hop_sec_name(uint32_t code);

/* What was going on; any text may be NULL. */
struct hop_explain {
    const char *what;      /* "authenticate to b.corp.test" */
    const char *target;    /* SPN or host */
    const char *principal; /* who tried, "alice@CORP.TEST" */
    const char *detail;    /* the library's own words, put in brackets */
    uint32_t status;       /* the KDC's NTSTATUS, auth/kdcerror.h; 0: none */
};

/* The error for a krb5_error_code (also one that arrived as a GSS minor
 * status).  Domain WSMAN, code the HRESULT.  Always false. */
bool hop_explain_krb5(struct hop_error *err, const struct hop_explain *x,
                      int32_t code);
/* The error for a GSSAPI call's two statuses; mech is HOP_AUTH_KERBEROS,
 * HOP_AUTH_NTLM or HOP_AUTH_NEGOTIATE.  Always false. */
bool hop_explain_gss(struct hop_error *err, const struct hop_explain *x,
                     uint32_t major, uint32_t minor, int mech);
/* "0x8009030E SEC_E_NO_CREDENTIALS" cause and advice for a code of ours.
 * Always false. */
bool hop_explain_sec(struct hop_error *err, const struct hop_explain *x,
                     uint32_t code);

#endif
