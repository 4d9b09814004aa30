/* SPDX-License-Identifier: MIT */
#include "auth/logon.h"

#include <stdio.h>
#include <string.h>

#include "auth/ccache.h"
#include "auth/credctx.h"
#include "auth/explain.h"
#include "auth/gss.h"
#include "auth/kdcerror.h"
#include "base/text.h"

static const struct {
    int32_t code;
    uint32_t status;
} rows[] = {
    {KRB5KDC_ERR_PREAUTH_FAILED, HOP_STATUS_LOGON_FAILURE},
    {KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN, HOP_STATUS_LOGON_FAILURE},
    {KRB5KDC_ERR_KEY_EXP, HOP_STATUS_PASSWORD_EXPIRED},
    {KRB5KDC_ERR_CLIENT_REVOKED, HOP_STATUS_ACCOUNT_DISABLED},
    {KRB5KDC_ERR_NAME_EXP, HOP_STATUS_ACCOUNT_EXPIRED},
    {KRB5KDC_ERR_POLICY, HOP_STATUS_ACCOUNT_RESTRICTION},
    {KRB5_KDC_UNREACH, HOP_STATUS_NO_LOGON_SERVERS},
    {KRB5_REALM_UNKNOWN, HOP_STATUS_NO_LOGON_SERVERS},
    {KRB5_REALM_CANT_RESOLVE, HOP_STATUS_NO_LOGON_SERVERS},
};

uint32_t
logon_status(int32_t code, uint32_t kdc_status)
{
    /* Whether it is the name or the password is nobody's business. */
    if (kdc_status == HOP_STATUS_WRONG_PASSWORD ||
        kdc_status == HOP_STATUS_NO_SUCH_USER)
        return HOP_STATUS_LOGON_FAILURE;
    if (kdc_status != 0 && kdc_error_name(kdc_status) != NULL)
        return kdc_status;
    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++)
        if (rows[k].code == code)
            return rows[k].status;
    return HOP_STATUS_LOGON_FAILURE;
}

static bool
refuse(struct hop_logon *l, uint32_t status, uint32_t code, const char *why)
{
    l->status = status;
    return hop_error_set(&l->err, HOP_ERROR_WSMAN, code,
                         "log on as %s: %s (0x%08X %s)", l->principal, why,
                         code, hop_sec_name(code));
}

static bool
take_tgt(const char *ccache, struct hop_logon *l)
{
    krb5_context ctx = krb_context(&l->err);
    KRB_AUTO_CCACHE krb5_ccache cc = NULL;
    KRB_AUTO_CRED_CONTENTS krb5_creds tgt = {0};

    if (ctx != NULL && krb5_cc_resolve(ctx, ccache, &cc) == 0 &&
        cred_find_tgt(ctx, cc, &tgt) == 0 && ccache_put_creds(&l->tgt, &tgt))
        return true;
    return refuse(l, HOP_STATUS_LOGON_FAILURE, HOP_SEC_E_INTERNAL_ERROR,
                  "the ticket cannot be kept");
}

static bool
check_tgt(const struct hop_cred_tgt *t, const char *principal,
          struct hop_logon *l)
{
    snprintf(l->principal, sizeof(l->principal), "%s", t->principal);
    if (!hop_ascii_ieq(t->principal, principal)) {
        l->status = HOP_STATUS_LOGON_FAILURE;
        return hop_error_set(&l->err, HOP_ERROR_WSMAN, HOP_SEC_E_LOGON_DENIED,
                             "log on as %s: the client has proven to be "
                             "another, %s (0x8009030C SEC_E_LOGON_DENIED)",
                             t->principal, principal);
    }
    return t->forwardable ||
           refuse(l, HOP_STATUS_ACCOUNT_RESTRICTION,
                  HOP_SEC_E_DELEGATION_REQUIRED,
                  "the domain lets nobody act for this account: it is marked "
                  "sensitive or is in Protected Users, so its password is of "
                  "no use here; connect without CredSSP");
}

static bool
log_on(struct hop_cred *c, const char *principal, struct hop_logon *l)
{
    struct hop_cred_tgt t = {0};
    const char *ccache;
    bool ok;

    if (!cred_open(c, &ccache, &l->err)) {
        l->status = logon_status(cred_last_code(c), krb_status());
        return false;
    }
    ok = hop_cred_tgt(c, &t, &l->err) && check_tgt(&t, principal, l) &&
         take_tgt(ccache, l);
    hop_cred_tgt_done(&t);
    return ok;
}

void
hop_logon_password(const char *user, const struct hop_secret *password,
                   const char *principal, struct hop_logon *out)
{
    HOP_AUTO_CRED struct hop_cred *c = NULL;
    bool ok;

    *out = (struct hop_logon){.tgt = {.secret = true}};
    snprintf(out->principal, sizeof(out->principal), "%s", user);
    ok = hop_cred_password(user, password, &c, &out->err);
    if (ok) {
        cred_want_renewable(c);
        ok = log_on(c, principal, out);
    }
    if (!ok && out->status == 0)
        out->status = HOP_STATUS_LOGON_FAILURE;
}

void
hop_logon_done(struct hop_logon *l)
{
    hop_buf_done(&l->tgt);
}
