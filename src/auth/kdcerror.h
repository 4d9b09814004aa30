/* What a domain controller says beside the code of a KRB-ERROR: an NTSTATUS in
 * e-data, MS-KILE 2.2.1 (KERB-EXT-ERROR) and 2.2.2 (KERB-ERROR-DATA).  It tells
 * apart what one Kerberos code stands for: a locked account from a disabled
 * one, a target that does not trust this server from a list without it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AUTH_KDCERROR_H
#define HOP_AUTH_KDCERROR_H

#include <stddef.h>
#include <stdint.h>

/* MS-ERREF 2.3.1: those that are told apart here or sent. */
#define HOP_STATUS_ACCESS_DENIED                 0xC0000022u
#define HOP_STATUS_NO_LOGON_SERVERS              0xC000005Eu
#define HOP_STATUS_NO_SUCH_USER                  0xC0000064u
#define HOP_STATUS_WRONG_PASSWORD                0xC000006Au
#define HOP_STATUS_LOGON_FAILURE                 0xC000006Du
#define HOP_STATUS_ACCOUNT_RESTRICTION           0xC000006Eu
#define HOP_STATUS_INVALID_LOGON_HOURS           0xC000006Fu
#define HOP_STATUS_INVALID_WORKSTATION           0xC0000070u
#define HOP_STATUS_PASSWORD_EXPIRED              0xC0000071u
#define HOP_STATUS_ACCOUNT_DISABLED              0xC0000072u
#define HOP_STATUS_NOT_SUPPORTED                 0xC00000BBu
#define HOP_STATUS_ACCOUNT_EXPIRED               0xC0000193u
#define HOP_STATUS_PASSWORD_MUST_CHANGE          0xC0000224u
#define HOP_STATUS_NOT_FOUND                     0xC0000225u
#define HOP_STATUS_ACCOUNT_LOCKED_OUT            0xC0000234u
#define HOP_STATUS_NO_MATCH                      0xC0000272u
#define HOP_STATUS_DOWNGRADE_DETECTED            0xC0000388u
#define HOP_STATUS_CROSSREALM_DELEGATION_FAILURE 0xC000040Bu
#define HOP_STATUS_AUTHENTICATION_FIREWALL       0xC0000413u

/* The NTSTATUS in the e-data of a KRB-ERROR, 0 when there is none.  Takes
 * KERB-ERROR-DATA alone, a SEQUENCE OF it or of PA-DATA, which has the same
 * shape (Samba), and TYPED-DATA (RFC 4120 5.9.1). */
uint32_t kdc_error_status(const void *p, size_t n);
/* "STATUS_NOT_FOUND"; NULL for one that is not in the list above. */
const char *kdc_error_name(uint32_t status);

#endif
