/* NTSTATUS codes that a CredSSP server sends in errorCode, MS-CSSP 2.2.1 and
 * MS-ERREF 2.3.1, in words, with the code that Windows shows for them.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CREDSSP_STATUS_H
#define HOP_CREDSSP_STATUS_H

#include <stdint.h>

#include "auth/kdcerror.h"
#include "base/error.h"

/* "the server refuses the logon: the password has expired ... (0x8009030C
 * SEC_E_LOGON_DENIED, 0xC0000071 STATUS_PASSWORD_EXPIRED)".  Always false. */
bool credssp_status_explain(struct hop_error *err, uint32_t status);
/* The status to send for one of our errors, by its code (a HRESULT). */
uint32_t credssp_status_of(int64_t code);

#endif
