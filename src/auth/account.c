/* SPDX-License-Identifier: MIT */
#include "auth/account.h"

#include <errno.h>
#include <grp.h>
#include <profile.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "auth/credctx.h"
#include "auth/gss.h"
#include "base/alloc.h"
#include "base/text.h"

/* HRESULT of ERROR_NO_SUCH_USER, MS-ERREF 2.2. */
#define NO_SUCH_USER 0x80070525u

enum { NSS_BUFFER = 64 * 1024, NAME_MAX_BYTES = 256 };

static bool
refuse(struct hop_error *err, const char *who)
{
    return hop_error_set(err, HOP_ERROR_WSMAN, NO_SUCH_USER,
                         "find the account of %s: no Unix account belongs to "
                         "it here; join the host with sssd or winbind, or map "
                         "it with auth_to_local in krb5.conf (0x%08X)",
                         who, NO_SUCH_USER);
}

bool
hop_account_find_groups(struct hop_account *a, struct hop_error *err)
{
    int n = 64;
    gid_t *groups = hop_xcalloc((size_t)n, sizeof(*groups));

    while (getgrouplist(a->user, a->gid, groups, &n) < 0) {
        if (n > HOP_ACCOUNT_GROUPS_MAX) {
            free(groups);
            return hop_error_set(err, HOP_ERROR_LIMIT, 0,
                                 "find the groups of %s: there are more than "
                                 "%d",
                                 a->user, HOP_ACCOUNT_GROUPS_MAX);
        }
        groups = hop_xrealloc(groups, (size_t)n, sizeof(*groups));
    }
    free(a->groups);
    a->groups = groups;
    a->group_count = (size_t)n;
    return true;
}

bool
hop_account_find(const char *user, struct hop_account *out,
                 struct hop_error *err)
{
    HOP_AUTO_FREE char *buf = hop_xmalloc(NSS_BUFFER);
    struct passwd pw, *found = NULL;
    struct hop_account a = {0};
    int e = getpwnam_r(user, &pw, buf, NSS_BUFFER, &found);

    if (found == NULL && e != 0 && e != ENOENT)
        return hop_error_errno(err, e, "find the account of %s", user);
    if (found == NULL)
        return refuse(err, user);
    a.user = hop_xstrdup(pw.pw_name);
    a.uid = pw.pw_uid;
    a.gid = pw.pw_gid;
    a.home = hop_xstrdup(pw.pw_dir);
    a.shell = hop_xstrdup(pw.pw_shell);
    *out = a;
    return true;
}

/* Whether krb5.conf has it in auth_to_local_names, which MIT's library reads
 * without looking at the realm: alice of any realm that is trusted would be the
 * alice who is meant there. */
static bool
is_in_names(krb5_context ctx, krb5_const_principal p, const char *home)
{
    KRB_AUTO_NAME char *name = NULL;
    const char *path[] = {"realms", home, "auth_to_local_names", NULL, NULL};
    profile_t profile = NULL;
    char **values = NULL;
    bool found;

    if (krb5_unparse_name_flags(ctx, p, KRB5_PRINCIPAL_UNPARSE_NO_REALM,
                                &name) != 0 ||
        krb5_get_profile(ctx, &profile) != 0)
        return true;
    path[3] = name;
    found = profile_get_values(profile, path, &values) == 0;
    profile_free_list(values);
    profile_release(profile);
    return found;
}

/* A user of another realm is mapped by rules, which see the realm. */
static bool
may_map(krb5_context ctx, krb5_const_principal p)
{
    char *home = NULL;
    bool ok;

    if (krb5_get_default_realm(ctx, &home) != 0)
        return true; /* nothing is looked up without one */
    ok = (strlen(home) == p->realm.length &&
          memcmp(home, p->realm.data, p->realm.length) == 0) ||
         !is_in_names(ctx, p, home);
    krb5_free_default_realm(ctx, home);
    return ok;
}

static bool
map_principal(krb5_context ctx, krb5_const_principal p, struct hop_account *out)
{
    char local[NAME_MAX_BYTES];

    return may_map(ctx, p) &&
           krb5_aname_to_localname(ctx, p, sizeof(local), local) == 0 &&
           hop_account_find(local, out, NULL);
}

static bool
map_krb5(const char *principal, struct hop_account *out)
{
    krb5_context ctx = krb_context(NULL);
    KRB_AUTO_PRINCIPAL krb5_principal p = NULL;

    return ctx != NULL && krb5_parse_name(ctx, principal, &p) == 0 &&
           map_principal(ctx, p, out);
}

static bool
is_own_name(const char *domain, size_t n)
{
    char host[256];

    if (n == 0)
        return true;
    return gethostname(host, sizeof(host)) == 0 && strcspn(host, ".") == n &&
           hop_ascii_ieqn(host, domain, n);
}

/* The default realm when its first label is the domain's flat name. */
static char *
realm_of(const char *domain, size_t n)
{
    krb5_context ctx = krb_context(NULL);
    char *def = NULL, *out = NULL;

    if (ctx == NULL || krb5_get_default_realm(ctx, &def) != 0)
        return NULL;
    if (strcspn(def, ".") == n && hop_ascii_ieqn(def, domain, n))
        out = hop_xstrdup(def);
    krb5_free_default_realm(ctx, def);
    return out;
}

/* "\alice@corp.test": some clients write the user's UPN, and no domain. */
static char *
principal_of_upn(const char *upn)
{
    char *out = hop_xstrdup(upn);

    for (char *p = strchr(out, '@'); *p != '\0'; p++)
        if (*p >= 'a' && *p <= 'z')
            *p = (char)(*p - 'a' + 'A');
    return out;
}

char *
hop_account_principal(const char *ntlm_name)
{
    const char *slash = strchr(ntlm_name, '\\');
    HOP_AUTO_FREE char *realm =
        slash != NULL ? realm_of(ntlm_name, (size_t)(slash - ntlm_name)) : NULL;

    if (slash == ntlm_name && strchr(slash, '@') != NULL)
        return principal_of_upn(slash + 1);
    return realm != NULL ? hop_xasprintf("%s@%s", slash + 1, realm) : NULL;
}

static bool
map_ntlm(const char *name, struct hop_account *out)
{
    const char *slash = strchr(name, '\\');
    size_t n = slash != NULL ? (size_t)(slash - name) : 0;
    const char *user = slash != NULL ? slash + 1 : name;
    HOP_AUTO_FREE char *principal = NULL;

    if (slash != NULL && n > 0 && hop_account_find(name, out, NULL))
        return true;
    principal = hop_account_principal(name);
    if (principal != NULL)
        return map_krb5(principal, out);
    return is_own_name(name, n) && hop_account_find(user, out, NULL);
}

bool
hop_account_map(enum hop_auth_mech mech, const char *principal,
                struct hop_account *out, struct hop_error *err)
{
    bool ok = mech == HOP_AUTH_NTLM ? map_ntlm(principal, out)
                                    : map_krb5(principal, out);

    return ok || refuse(err, principal);
}

/* A domain user's, by auth_to_local. */
static bool
map_typed(const char *user, struct hop_account *out)
{
    krb5_context ctx = krb_context(NULL);
    KRB_AUTO_PRINCIPAL krb5_principal p = NULL;

    return ctx != NULL && cred_parse_user(ctx, user, &p) == 0 &&
           map_principal(ctx, p, out);
}

bool
hop_account_named(const char *user, struct hop_account *out,
                  struct hop_error *err)
{
    const char *slash = strchr(user, '\\');
    size_t n = slash != NULL ? (size_t)(slash - user) : 0;

    if (hop_account_find(user, out, NULL))
        return true;
    if (slash != NULL && (is_own_name(user, n) || (n == 1 && *user == '.')))
        return hop_account_find(slash + 1, out, err);
    return ((slash != NULL || strchr(user, '@') != NULL) &&
            map_typed(user, out)) ||
           refuse(err, user);
}

void
hop_account_done(struct hop_account *a)
{
    free(a->user);
    free(a->home);
    free(a->shell);
    free(a->groups);
    memset(a, 0, sizeof(*a));
}
