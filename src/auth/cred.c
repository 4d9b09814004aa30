/* SPDX-License-Identifier: MIT */
#include "auth/cred.h"

#include <krb5.h>
#include <stdlib.h>
#include <string.h>

#include "auth/credctx.h"
#include "auth/explain.h"
#include "auth/gss.h"
#include "auth/keys.h"
#include "base/alloc.h"
#include "base/text.h"

/* Most characters of a user name: a UPN has at most 1,024 (MS-ADTS 3.1.1). */
#define USER_MAX 1024
#define RENEW_S  (7 * 24 * 3600)

struct hop_cred {
    char *user;                  /* NULL: the cache is the caller's */
    struct hop_secret *password; /* NULL: the keytab of auth/keys.h */
    char *ccache; /* name; NULL: the default one, or not made yet */
    bool no_kerberos;
    bool renewable;
    int32_t last_code; /* why the logon failed, a krb5_error_code */
};

bool
hop_cred_default(const char *ccache, struct hop_cred **out,
                 struct hop_error *err)
{
    struct hop_cred *c = hop_xmalloc(sizeof(*c));

    c->ccache = ccache != NULL ? hop_xstrdup(ccache) : NULL;
    *out = c;
    return true;
}

bool
hop_cred_password(const char *user, const struct hop_secret *password,
                  struct hop_cred **out, struct hop_error *err)
{
    size_t n = strlen(user);
    HOP_AUTO_CRED struct hop_cred *c = hop_xmalloc(sizeof(*c));

    if (n == 0 || n > USER_MAX || !hop_utf8_valid(user, n))
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "\"%.64s\" is not the name of a user: write "
                             "user@REALM or DOMAIN\\user",
                             user);
    c->user = hop_xstrdup(user);
    c->password = hop_secret_dup(password);
    if (c->password == NULL)
        return hop_error_set(err, HOP_ERROR_LIMIT, 0,
                             "no memory for a password");
    *out = hop_steal(&c);
    return true;
}

bool
hop_cred_machine(const char *keytab, struct hop_cred **out,
                 struct hop_error *err)
{
    HOP_AUTO_CRED struct hop_cred *c = hop_xcalloc(1, sizeof(*c));

    if (!hop_keys_load(keytab, err))
        return false;
    c->user = hop_keys_account();
    if (c->user == NULL)
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "the keytab has no key of an account");
    *out = hop_steal(&c);
    return true;
}

void
hop_cred_forbid_kerberos(struct hop_cred *c)
{
    c->no_kerberos = true;
}

bool
cred_knows_no_kerberos(const struct hop_cred *c)
{
    static const int32_t codes[] = {
        KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN,
        KRB5_KDC_UNREACH,
        KRB5_REALM_UNKNOWN,
        KRB5_REALM_CANT_RESOLVE,
        KRB5_CONFIG_NODEFREALM,
        KRB5KDC_ERR_WRONG_REALM,
    };

    for (size_t k = 0; k < HOP_ARRAY_SIZE(codes); k++)
        if (c->last_code == codes[k])
            return true;
    return c->no_kerberos;
}

int32_t
cred_last_code(const struct hop_cred *c)
{
    return c->last_code;
}

void
cred_want_renewable(struct hop_cred *c)
{
    c->renewable = true;
}

static void
destroy_ccache(const char *name)
{
    krb5_context ctx = krb_context(NULL);
    krb5_ccache cc;

    if (ctx != NULL && krb5_cc_resolve(ctx, name, &cc) == 0)
        krb5_cc_destroy(ctx, cc);
}

void
hop_cred_free(struct hop_cred *c)
{
    if (c == NULL)
        return;
    if (c->user != NULL && c->ccache != NULL)
        destroy_ccache(c->ccache);
    free(c->user);
    free(c->ccache);
    hop_secret_free(c->password);
    free(c);
}

void
hop_cred_freep(struct hop_cred **c)
{
    hop_cred_free(*c);
}

const char *
hop_cred_user(const struct hop_cred *c)
{
    return c->user;
}

const struct hop_secret *
hop_cred_secret(const struct hop_cred *c)
{
    return c->password;
}

static char *
upper_copy(const char *s, size_t n)
{
    char *out = hop_xstrndup(s, n);

    for (char *p = out; *p != '\0'; p++)
        if (*p >= 'a' && *p <= 'z')
            *p = (char)(*p - 'a' + 'A');
    return out;
}

/* True when the flat name of a domain stands for the default realm: its first
 * label, as domain controllers are set up. */
static bool
is_flat_name(const char *flat, size_t n, const char *realm)
{
    return strcspn(realm, ".") == n && hop_ascii_ieqn(flat, realm, n);
}

/* DOMAIN\user: a domain with a dot is a realm; a flat one is the default realm
 * when that begins with it. */
static krb5_error_code
parse_down_level(krb5_context ctx, const char *user, const char *slash,
                 krb5_principal *out)
{
    size_t n = (size_t)(slash - user);
    char *def = NULL;
    HOP_AUTO_FREE char *realm = NULL;
    HOP_AUTO_FREE char *name = NULL;

    if (memchr(user, '.', n) != NULL) {
        realm = upper_copy(user, n);
    } else if (krb5_get_default_realm(ctx, &def) == 0) {
        if (is_flat_name(user, n, def))
            realm = hop_xstrdup(def);
        krb5_free_default_realm(ctx, def);
    }
    if (realm == NULL)
        return KRB5_REALM_UNKNOWN;
    name = hop_xasprintf("%s@%s", slash + 1, realm);
    return krb5_parse_name(ctx, name, out);
}

krb5_error_code
cred_parse_user(krb5_context ctx, const char *user, krb5_principal *out)
{
    const char *slash = strchr(user, '\\'), *at = strrchr(user, '@');
    HOP_AUTO_FREE char *realm = NULL;
    HOP_AUTO_FREE char *name = NULL;

    if (slash != NULL)
        return parse_down_level(ctx, user, slash, out);
    if (at == NULL)
        return krb5_parse_name(ctx, user, out);
    realm = upper_copy(at + 1, strlen(at + 1));
    name = hop_xasprintf("%.*s@%s", (int)(at - user), user, realm);
    return krb5_parse_name(ctx, name, out);
}

static krb5_error_code
get_tgt_by_keys(krb5_context ctx, krb5_principal client,
                krb5_get_init_creds_opt *opt, krb5_creds *out)
{
    KRB_AUTO_KEYTAB krb5_keytab kt = NULL;
    krb5_error_code code = krb5_kt_resolve(ctx, hop_keys_name(), &kt);

    return code != 0
               ? code
               : krb5_get_init_creds_keytab(ctx, out, client, kt, 0, NULL, opt);
}

static krb5_error_code
get_tgt(krb5_context ctx, const struct hop_cred *c, krb5_principal client,
        krb5_creds *out)
{
    krb5_get_init_creds_opt *opt = NULL;
    krb5_error_code code = krb5_get_init_creds_opt_alloc(ctx, &opt);

    if (code != 0)
        return code;
    krb5_get_init_creds_opt_set_forwardable(opt, 1);
    if (c->renewable)
        krb5_get_init_creds_opt_set_renew_life(opt, RENEW_S);
    krb5_get_init_creds_opt_set_change_password_prompt(opt, 0);
    krb5_get_init_creds_opt_set_canonicalize(opt, 1);
    code = c->password == NULL
               ? get_tgt_by_keys(ctx, client, opt, out)
               : krb5_get_init_creds_password(ctx, out, client,
                                              hop_secret_bytes(c->password),
                                              NULL, NULL, 0, NULL, opt);
    krb5_get_init_creds_opt_free(ctx, opt);
    return code;
}

static krb5_error_code
store_tgt(krb5_context ctx, krb5_creds *tgt, char **name)
{
    krb5_ccache cc = NULL;
    char *full = NULL;
    krb5_error_code code = krb5_cc_new_unique(ctx, "MEMORY", NULL, &cc);

    if (code != 0)
        return code;
    code = krb5_cc_initialize(ctx, cc, tgt->client);
    if (code == 0)
        code = krb5_cc_store_cred(ctx, cc, tgt);
    if (code == 0)
        code = krb5_cc_get_full_name(ctx, cc, &full);
    if (code != 0) {
        krb5_cc_destroy(ctx, cc);
        return code;
    }
    *name = hop_xstrdup(full);
    krb5_free_string(ctx, full);
    krb5_cc_close(ctx, cc);
    return 0;
}

static bool
log_on(struct hop_cred *c, krb5_context ctx, struct hop_error *err)
{
    KRB_AUTO_PRINCIPAL krb5_principal client = NULL;
    KRB_AUTO_CRED_CONTENTS krb5_creds tgt = {0};
    char words[256];
    struct hop_explain x = {
        .what = "log on", .principal = c->user, .detail = words};
    krb5_error_code code = cred_parse_user(ctx, c->user, &client);

    krb_status_forget();
    if (code == 0)
        code = get_tgt(ctx, c, client, &tgt);
    if (code == 0)
        code = store_tgt(ctx, &tgt, &c->ccache);
    if (code == 0)
        return true;
    /* Without preauthentication the reply does not decrypt. */
    if (code == KRB5KRB_AP_ERR_BAD_INTEGRITY)
        code = KRB5KDC_ERR_PREAUTH_FAILED;
    c->last_code = code;
    x.status = krb_status();
    krb_message(ctx, code, words, sizeof(words));
    return hop_explain_krb5(err, &x, code);
}

bool
cred_open(struct hop_cred *c, const char **ccache, struct hop_error *err)
{
    krb5_context ctx = krb_context(err);

    if (ctx == NULL)
        return false;
    if (c->user != NULL && c->ccache == NULL && !log_on(c, ctx, err))
        return false;
    *ccache = c->ccache != NULL ? c->ccache : krb5_cc_default_name(ctx);
    return true;
}

/* The TGT of the cache's own realm: krbtgt/REALM@REALM. */
static krb5_error_code
find_tgt(krb5_context ctx, krb5_ccache cc, krb5_principal client,
         krb5_creds *out)
{
    krb5_creds want = {.client = client};
    krb5_error_code code = krb5_build_principal(
        ctx, &want.server, client->realm.length, client->realm.data, "krbtgt",
        client->realm.data, (char *)NULL);

    if (code != 0)
        return code;
    code = krb5_cc_retrieve_cred(ctx, cc, 0, &want, out);
    krb5_free_principal(ctx, want.server);
    return code;
}

krb5_error_code
cred_find_tgt(krb5_context ctx, krb5_ccache cc, krb5_creds *out)
{
    KRB_AUTO_PRINCIPAL krb5_principal client = NULL;
    krb5_error_code code = krb5_cc_get_principal(ctx, cc, &client);

    return code != 0 ? code : find_tgt(ctx, cc, client, out);
}

static bool
describe(krb5_context ctx, krb5_ccache cc, struct hop_cred_tgt *out,
         krb5_error_code *code)
{
    KRB_AUTO_PRINCIPAL krb5_principal client = NULL;
    KRB_AUTO_CRED_CONTENTS krb5_creds tgt = {0};
    KRB_AUTO_NAME char *name = NULL;

    *code = krb5_cc_get_principal(ctx, cc, &client);
    if (*code == 0)
        *code = krb5_unparse_name(ctx, client, &name);
    if (*code != 0)
        return false;
    *out = (struct hop_cred_tgt){.principal = hop_xstrdup(name)};
    if (find_tgt(ctx, cc, client, &tgt) == 0) {
        out->expires = (uint32_t)tgt.times.endtime;
        out->forwardable = (tgt.ticket_flags & TKT_FLG_FORWARDABLE) != 0;
    }
    return true;
}

bool
hop_cred_tgt(struct hop_cred *c, struct hop_cred_tgt *out,
             struct hop_error *err)
{
    const char *name;
    KRB_AUTO_CCACHE krb5_ccache cc = NULL;
    krb5_error_code code;
    char words[256];
    struct hop_explain x = {.what = "use the ticket cache", .detail = words};

    if (!cred_open(c, &name, err))
        return false;
    code = krb5_cc_resolve(krb_context(NULL), name, &cc);
    if (code == 0 && describe(krb_context(NULL), cc, out, &code))
        return true;
    krb_message(krb_context(NULL), code, words, sizeof(words));
    return hop_explain_krb5(err, &x, code);
}

void
hop_cred_tgt_done(struct hop_cred_tgt *t)
{
    free(t->principal);
    t->principal = NULL;
}
