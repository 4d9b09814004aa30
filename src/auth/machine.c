/* SPDX-License-Identifier: MIT */
#include "auth/machine.h"

#include <stdlib.h>
#include <string.h>

#include "auth/credctx.h"
#include "auth/explain.h"
#include "auth/keys.h"
#include "base/alloc.h"

krb5_error_code
cred_machine_tgt(krb5_context ctx, const char *keytab, const char *account,
                 krb5_creds *out)
{
    KRB_AUTO_KEYTAB krb5_keytab kt = NULL;
    KRB_AUTO_PRINCIPAL krb5_principal p = NULL;
    krb5_get_init_creds_opt *opt = NULL;
    krb5_error_code code = KRB5_KT_NOTFOUND;

    if (keytab == NULL || account == NULL)
        return code;
    code = krb5_kt_resolve(ctx, keytab, &kt);
    if (code == 0)
        code = krb5_parse_name(ctx, account, &p);
    if (code == 0)
        code = krb5_get_init_creds_opt_alloc(ctx, &opt);
    if (code == 0) {
        /* A ticket by S4U2Self is forwardable only where this one is. */
        krb5_get_init_creds_opt_set_forwardable(opt, 1);
        code = krb5_get_init_creds_keytab(ctx, out, p, kt, 0, NULL, opt);
        krb5_get_init_creds_opt_free(ctx, opt);
    }
    return code;
}

char *
hop_machine_name(void)
{
    HOP_AUTO_FREE char *account = hop_keys_account();
    const char *at = account != NULL ? strrchr(account, '@') : NULL;

    if (at == NULL || at == account || at[-1] != '$' ||
        strchr(account, '/') != NULL)
        return NULL;
    return hop_xstrndup(account, (size_t)(at - account));
}

static krb5_error_code
write_cache(krb5_context ctx, const char *path, krb5_creds *tgt)
{
    HOP_AUTO_FREE char *name = hop_xasprintf("FILE:%s", path);
    KRB_AUTO_CCACHE krb5_ccache cc = NULL;
    krb5_error_code code = krb5_cc_resolve(ctx, name, &cc);

    if (code == 0)
        code = krb5_cc_initialize(ctx, cc, tgt->client);
    if (code == 0)
        code = krb5_cc_store_cred(ctx, cc, tgt);
    return code;
}

bool
hop_machine_ticket(const char *path, struct hop_error *err)
{
    krb5_context ctx = krb_context(err);
    HOP_AUTO_FREE char *account = hop_keys_account();
    KRB_AUTO_CRED_CONTENTS krb5_creds tgt = {0};
    char words[256];
    struct hop_explain x = {.what = "log on as this computer",
                            .principal = account,
                            .detail = words};
    krb5_error_code code;

    if (ctx == NULL)
        return false;
    krb_status_forget();
    code = cred_machine_tgt(ctx, hop_keys_name(), account, &tgt);
    if (code == 0)
        code = write_cache(ctx, path, &tgt);
    if (code == 0)
        return true;
    x.status = krb_status();
    krb_message(ctx, code, words, sizeof(words));
    return hop_explain_krb5(err, &x, code);
}
