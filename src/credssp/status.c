/* SPDX-License-Identifier: MIT */
#include "credssp/status.h"

#include "auth/explain.h"

static const struct {
    uint32_t status;
    const char *name, *text;
    uint32_t code;
} rows[] = {
    {HOP_STATUS_ACCESS_DENIED, "STATUS_ACCESS_DENIED",
     "it does not let this account in", HOP_SEC_E_LOGON_DENIED},
    {HOP_STATUS_NO_LOGON_SERVERS, "STATUS_NO_LOGON_SERVERS",
     "it cannot reach a domain controller to check the password",
     HOP_SEC_E_NO_AUTHENTICATING_AUTHORITY},
    {HOP_STATUS_LOGON_FAILURE, "STATUS_LOGON_FAILURE",
     "the user name or the password is wrong", HOP_SEC_E_LOGON_DENIED},
    {HOP_STATUS_ACCOUNT_RESTRICTION, "STATUS_ACCOUNT_RESTRICTION",
     "the account may not be delegated: it is marked sensitive or is in "
     "Protected Users; connect without CredSSP (-Authentication Kerberos) and "
     "work on each host directly",
     HOP_SEC_E_DELEGATION_REQUIRED},
    {HOP_STATUS_PASSWORD_EXPIRED, "STATUS_PASSWORD_EXPIRED",
     "the password has expired; change it with kpasswd",
     HOP_SEC_E_LOGON_DENIED},
    {HOP_STATUS_ACCOUNT_DISABLED, "STATUS_ACCOUNT_DISABLED",
     "the account is disabled, or locked after too many wrong passwords; an "
     "administrator of the domain can say which",
     HOP_SEC_E_LOGON_DENIED},
    {HOP_STATUS_ACCOUNT_EXPIRED, "STATUS_ACCOUNT_EXPIRED",
     "the account has expired", HOP_SEC_E_LOGON_DENIED},
    {HOP_STATUS_PASSWORD_MUST_CHANGE, "STATUS_PASSWORD_MUST_CHANGE",
     "the password has to be changed first; use kpasswd",
     HOP_SEC_E_LOGON_DENIED},
    {HOP_STATUS_ACCOUNT_LOCKED_OUT, "STATUS_ACCOUNT_LOCKED_OUT",
     "the account is locked after too many wrong passwords; wait, or have it "
     "unlocked",
     HOP_SEC_E_LOGON_DENIED},
    {HOP_STATUS_DOWNGRADE_DETECTED, "STATUS_DOWNGRADE_DETECTED",
     "it does not take so old a version of CredSSP", HOP_SEC_E_LOGON_DENIED},
};

bool
credssp_status_explain(struct hop_error *err, uint32_t status)
{
    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++)
        if (rows[k].status == status)
            return hop_error_set(err, HOP_ERROR_WSMAN, rows[k].code,
                                 "the server refuses the logon: %s (0x%08X %s, "
                                 "0x%08X %s)",
                                 rows[k].text, rows[k].code,
                                 hop_sec_name(rows[k].code), status,
                                 rows[k].name);
    return hop_error_set(err, HOP_ERROR_WSMAN, HOP_SEC_E_LOGON_DENIED,
                         "the server refuses the logon (0x8009030C "
                         "SEC_E_LOGON_DENIED, NTSTATUS 0x%08X)",
                         status);
}

uint32_t
credssp_status_of(int64_t code)
{
    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++)
        if (rows[k].code == code && code != HOP_SEC_E_LOGON_DENIED)
            return rows[k].status;
    return HOP_STATUS_LOGON_FAILURE;
}
