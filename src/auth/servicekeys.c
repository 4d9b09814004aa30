/* SPDX-License-Identifier: MIT */
#include "auth/servicekeys.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/explain.h"
#include "auth/gss.h"
#include "auth/tickets_ops.h"
#include "base/alloc.h"

static const krb5_enctype types[] = {ENCTYPE_AES256_CTS_HMAC_SHA1_96,
                                     ENCTYPE_AES128_CTS_HMAC_SHA1_96};

static bool
fail(const struct hop_service_keys *k, const char *what, krb5_error_code code,
     struct hop_error *err)
{
    char words[256];

    krb_message(krb_context(NULL), code, words, sizeof(words));
    return hop_error_set(err, HOP_ERROR_KRB5, code, "%s %s: %s", what,
                         k->keytab, words);
}

static krb5_error_code
open_keytab(krb5_context ctx, const struct hop_service_keys *k,
            krb5_keytab *out)
{
    HOP_AUTO_FREE char *name = hop_xasprintf("FILE:%s", k->keytab);

    return krb5_kt_resolve(ctx, name, out);
}

/* ---- taking out */

/* kvno 0: whichever. */
static bool
is_ours(krb5_context ctx, const struct hop_service_keys *k, uint32_t kvno,
        const krb5_keytab_entry *e)
{
    bool found = false;

    for (size_t i = 0; i < k->count && !found; i++) {
        KRB_AUTO_PRINCIPAL krb5_principal p = NULL;

        found = (kvno == 0 || e->vno == kvno) &&
                krb5_parse_name(ctx, k->principals[i], &p) == 0 &&
                krb5_principal_compare(ctx, p, e->principal);
    }
    return found;
}

/* The first entry that is ours; false: there is none.  A keytab may not be
 * changed while it is being read. */
static bool
find_entry(krb5_context ctx, krb5_keytab kt, const struct hop_service_keys *k,
           uint32_t kvno, krb5_keytab_entry *out)
{
    krb5_kt_cursor cursor;
    bool found = false;

    if (krb5_kt_start_seq_get(ctx, kt, &cursor) != 0)
        return false;
    while (!found && krb5_kt_next_entry(ctx, kt, out, &cursor) == 0) {
        found = is_ours(ctx, k, kvno, out);
        if (!found)
            krb5_free_keytab_entry_contents(ctx, out);
    }
    krb5_kt_end_seq_get(ctx, kt, &cursor);
    return found;
}

static krb5_error_code
take_out(krb5_context ctx, krb5_keytab kt, const struct hop_service_keys *k,
         uint32_t kvno, size_t *count)
{
    krb5_keytab_entry e;
    krb5_error_code code = 0;

    while (code == 0 && find_entry(ctx, kt, k, kvno, &e)) {
        code = krb5_kt_remove_entry(ctx, kt, &e);
        *count += code == 0;
        krb5_free_keytab_entry_contents(ctx, &e);
    }
    return code;
}

static bool
remove_keys(const struct hop_service_keys *k, size_t *count,
            struct hop_error *err)
{
    krb5_context ctx = krb_context(err);
    KRB_AUTO_KEYTAB krb5_keytab kt = NULL;
    krb5_error_code code;

    *count = 0;
    if (ctx == NULL)
        return false;
    code = open_keytab(ctx, k, &kt);
    if (code == 0)
        code = take_out(ctx, kt, k, 0, count);
    if (code == 0 && krb5_kt_have_content(ctx, kt) != 0)
        unlink(k->keytab);
    return code == 0 || fail(k, "take keys out of", code, err);
}

/* ---- putting in */

static krb5_error_code
add_key(krb5_context ctx, krb5_keytab kt, const struct hop_service_keys *k,
        const char *principal, krb5_enctype type)
{
    krb5_data salt = {.length = (unsigned)strlen(k->salt),
                      .data = (char *)(uintptr_t)k->salt};
    krb5_data password = {.length = (unsigned)k->password_len,
                          .data = (char *)(uintptr_t)k->password};
    krb5_keytab_entry e = {.vno = k->kvno};
    krb5_error_code code =
        krb5_c_string_to_key(ctx, type, &password, &salt, &e.key);

    if (code == 0)
        code = krb5_parse_name(ctx, principal, &e.principal);
    if (code == 0)
        code = krb5_kt_add_entry(ctx, kt, &e);
    krb5_free_keyblock_contents(ctx, &e.key);
    krb5_free_principal(ctx, e.principal);
    return code;
}

static krb5_error_code
add_keys(krb5_context ctx, krb5_keytab kt, const struct hop_service_keys *k)
{
    mode_t before = umask(077);
    krb5_error_code code = 0;

    for (size_t i = 0; i < k->count; i++)
        for (size_t t = 0; t < HOP_ARRAY_SIZE(types) && code == 0; t++)
            code = add_key(ctx, kt, k, k->principals[i], types[t]);
    umask(before);
    return code;
}

static bool
write_keys(const struct hop_service_keys *k, struct hop_error *err)
{
    krb5_context ctx = krb_context(err);
    KRB_AUTO_KEYTAB krb5_keytab kt = NULL;
    krb5_error_code code;
    size_t replaced = 0;

    if (ctx == NULL)
        return false;
    code = open_keytab(ctx, k, &kt);
    if (code == 0)
        code = take_out(ctx, kt, k, k->kvno, &replaced);
    if (code == 0)
        code = add_keys(ctx, kt, k);
    return code == 0 || fail(k, "write keys to", code, err);
}

/* ---- trying */

static bool
try_keys(const struct hop_service_keys *k, struct hop_error *err)
{
    krb5_context ctx = krb_context(err);
    KRB_AUTO_KEYTAB krb5_keytab kt = NULL;
    KRB_AUTO_PRINCIPAL krb5_principal p = NULL;
    KRB_AUTO_CRED_CONTENTS krb5_creds tgt = {0};
    char words[256];
    struct hop_explain x = {.what = "log on with the keytab",
                            .principal = k->principals[0],
                            .detail = words};
    krb5_error_code code;

    if (ctx == NULL)
        return false;
    krb_status_forget();
    code = open_keytab(ctx, k, &kt);
    if (code == 0)
        code = krb5_parse_name(ctx, k->principals[0], &p);
    if (code == 0)
        code = krb5_get_init_creds_keytab(ctx, &tgt, p, kt, 0, NULL, NULL);
    if (code == 0)
        return true;
    x.status = krb_status();
    krb_message(ctx, code, words, sizeof(words));
    return hop_explain_krb5(err, &x, code);
}

const struct hop_service_key_ops hop_service_key_ops = {
    .write = write_keys,
    .remove = remove_keys,
    .try_logon = try_keys,
};
