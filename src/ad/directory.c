/* SPDX-License-Identifier: MIT */
#include "ad/directory_ops.h"

#include <errno.h>
#include <gssapi/gssapi_krb5.h>
#include <krb5.h>
#include <ldap.h>
#include <sasl/sasl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ad/dn.h"
#include "ad/locate.h"
#include "auth/credctx.h"
#include "base/alloc.h"
#include "base/text.h"

#define NETWORK_SECONDS 5
#define ANSWER_SECONDS  60
#define PAGE            256
#define OID_TREE_DELETE "1.2.840.113556.1.4.805"
#define OID_SD_FLAGS    "1.2.840.113556.1.4.801"

#define REFERRALS_MAX 3 /* one leads to the other domain's DC */

struct hop_directory {
    LDAP *ld;
    char *server, *domain_dn, *configuration_dn, *root_dn;
    struct hop_cred *cred; /* who logged on; NULL: whose tickets these are */
    char *ccache;          /* those tickets; NULL: the default ones */
    struct hop_directory *next; /* where a request was referred to */
    char *next_host;
    int depth; /* how many referrals led here; these borrow cred */
};

static void
close_directory(struct hop_directory *d)
{
    if (d == NULL)
        return;
    if (d->ld)
        ldap_unbind_ext_s(d->ld, NULL, NULL);
    free(d->server);
    free(d->domain_dn);
    free(d->configuration_dn);
    free(d->root_dn);
    close_directory(d->next);
    free(d->next_host);
    free(d->ccache);
    if (d->depth == 0)
        hop_cred_free(d->cred);
    free(d);
}

/* Result and, where the server gives some, its own words. */
static bool
fail(struct hop_directory *d, int code, struct hop_error *err, const char *what,
     const char *about)
{
    char *words = NULL;

    ldap_get_option(d->ld, LDAP_OPT_DIAGNOSTIC_MESSAGE, &words);
    hop_error_set(err, HOP_ERROR_LDAP, code, "%s %s on %s: %s%s%s", what, about,
                  d->server, ldap_err2string(code), words && *words ? ": " : "",
                  words ? words : "");
    ldap_memfree(words);
    return false;
}

/* ---- opening ---- */

/* The names are those of the ticket: nothing is asked. */
static int
answer_nothing(LDAP *ld, unsigned flags, void *defaults, void *in)
{
    (void)ld;
    (void)flags;
    (void)defaults;
    for (sasl_interact_t *i = in; i->id != SASL_CB_LIST_END; i++) {
        i->result = "";
        i->len = 0;
    }
    return LDAP_SUCCESS;
}

static bool
set_options(LDAP *ld)
{
    const int version = LDAP_VERSION3;
    const struct timeval network = {.tv_sec = NETWORK_SECONDS};
    const struct timeval answer = {.tv_sec = ANSWER_SECONDS};
    char properties[] = "minssf=56"; /* sealed, never in the clear */

    return ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version) == 0 &&
           ldap_set_option(ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF) == 0 &&
           ldap_set_option(ld, LDAP_OPT_NETWORK_TIMEOUT, &network) == 0 &&
           ldap_set_option(ld, LDAP_OPT_TIMEOUT, &answer) == 0 &&
           ldap_set_option(ld, LDAP_OPT_X_SASL_NOCANON, LDAP_OPT_ON) == 0 &&
           ldap_set_option(ld, LDAP_OPT_X_SASL_SECPROPS, properties) == 0;
}

static bool
bind_with_kerberos(struct hop_directory *d, struct hop_error *err)
{
    int code =
        ldap_sasl_interactive_bind_s(d->ld, NULL, "GSSAPI", NULL, NULL,
                                     LDAP_SASL_QUIET, answer_nothing, NULL);

    return code == LDAP_SUCCESS || fail(d, code, err, "log on", "to LDAP");
}

static char *
first_value(struct hop_directory *d, LDAPMessage *entry, const char *name)
{
    struct berval **values = ldap_get_values_len(d->ld, entry, name);
    char *out = values && values[0]
                    ? hop_xstrndup(values[0]->bv_val, values[0]->bv_len)
                    : hop_xstrdup("");

    ldap_value_free_len(values);
    return out;
}

static bool
read_root(struct hop_directory *d, struct hop_error *err)
{
    char *names[] = {"defaultNamingContext", "configurationNamingContext",
                     "rootDomainNamingContext", "dnsHostName", NULL};
    LDAPMessage *result = NULL, *entry;
    int code = ldap_search_ext_s(d->ld, "", LDAP_SCOPE_BASE, "(objectClass=*)",
                                 names, 0, NULL, NULL, NULL, 1, &result);
    bool ok = false;

    if (code != LDAP_SUCCESS) {
        fail(d, code, err, "read the root", "of the directory");
    } else if ((entry = ldap_first_entry(d->ld, result)) == NULL) {
        hop_error_set(err, HOP_ERROR_LDAP, 0,
                      "%s shows no root: it is no domain controller",
                      d->server);
    } else {
        char *name = first_value(d, entry, names[3]);
        d->domain_dn = first_value(d, entry, names[0]);
        d->configuration_dn = first_value(d, entry, names[1]);
        d->root_dn = first_value(d, entry, names[2]);
        free(d->server);
        d->server = name;
        ok = true;
    }
    ldap_msgfree(result);
    return ok;
}

static void
close_failed(struct hop_directory **d)
{
    close_directory(*d);
}

static struct hop_directory *
open_server(const char *host, unsigned port, struct hop_error *err)
{
    HOP_CLEANUP(close_failed)
    struct hop_directory *d = hop_xcalloc(1, sizeof(*d));
    HOP_AUTO_FREE char *url = hop_xasprintf(
        strchr(host, ':') ? "ldap://[%s]:%u" : "ldap://%s:%u", host, port);
    int code = ldap_initialize(&d->ld, url);

    d->server = hop_xstrdup(host);
    if (code != LDAP_SUCCESS || !set_options(d->ld)) {
        hop_error_set(err, HOP_ERROR_LDAP, code,
                      "the address %s is no use to LDAP", url);
        return NULL;
    }
    if (!bind_with_kerberos(d, err) || !read_root(d, err))
        return NULL;
    return hop_steal(&d);
}

static struct hop_directory *
open_domain(const char *domain, struct hop_error *err)
{
    struct hop_locate_row rows[HOP_LOCATE_MOST];
    int n = hop_locate_dcs(domain, rows, err);

    for (int i = 0; i < n; i++) {
        struct hop_directory *d = open_server(rows[i].name, rows[i].port, err);
        if (d || (err && err->code != LDAP_SERVER_DOWN))
            return d;
    }
    return NULL;
}

/* The realm of the tickets, as a domain. */
static char *
realm_of(const char *ccache)
{
    krb5_context ctx;
    krb5_ccache cc = NULL;
    krb5_principal p = NULL;
    char *out = NULL, *def = NULL;

    if (krb5_init_context(&ctx) != 0)
        return NULL;
    if ((ccache ? krb5_cc_resolve(ctx, ccache, &cc)
                : krb5_cc_default(ctx, &cc)) == 0 &&
        krb5_cc_get_principal(ctx, cc, &p) == 0)
        out = hop_xstrndup(p->realm.data, p->realm.length);
    else if (krb5_get_default_realm(ctx, &def) == 0)
        out = hop_xstrdup(def);
    krb5_free_default_realm(ctx, def);
    krb5_free_principal(ctx, p);
    if (cc)
        krb5_cc_close(ctx, cc);
    krb5_free_context(ctx);
    for (char *c = out; c && *c; c++)
        *c = hop_ascii_lower(*c);
    return out;
}

static struct hop_directory *
open_target(const struct hop_directory_target *t, const char *ccache,
            struct hop_error *err)
{
    HOP_AUTO_FREE char *domain =
        t->domain ? hop_xstrdup(t->domain) : realm_of(ccache);
    struct hop_locate_row rows[HOP_LOCATE_MOST];

    /* "dc1:3268": the global catalog's, or another port. */
    const char *colon = t->server ? strrchr(t->server, ':') : NULL;
    unsigned port = colon && strchr(t->server, ':') == colon
                        ? (unsigned)strtoul(colon + 1, NULL, 10)
                        : 0;

    if (port > 0 && port <= UINT16_MAX) {
        HOP_AUTO_FREE char *host =
            hop_xstrndup(t->server, (size_t)(colon - t->server));
        return open_server(host, port, err);
    }
    /* -Server takes a domain's name as well as a DC's. */
    if (t->server && hop_locate_dcs(t->server, rows, NULL) > 0)
        return open_domain(t->server, err);
    if (t->server)
        return open_server(t->server, LDAP_PORT, err);
    if (domain)
        return open_domain(domain, err);
    hop_error_set(err, HOP_ERROR_GENERIC, 0,
                  "no domain is known: there is no Kerberos ticket and no "
                  "default realm; get a ticket (kinit), or name a domain "
                  "controller with -Server");
    return NULL;
}

static struct hop_directory *
open_as(struct hop_cred *cred, const struct hop_directory_target *t,
        struct hop_error *err)
{
    const char *before = NULL, *ccache = t->ccache;
    OM_uint32 minor;
    struct hop_directory *d;

    if (cred && !cred_open(cred, &ccache, err))
        return NULL;
    /* For this thread alone: SASL has no parameter for it. */
    gss_krb5_ccache_name(&minor, ccache, &before);
    d = open_target(t, ccache, err);
    gss_krb5_ccache_name(&minor, before, NULL);
    return d;
}

static struct hop_directory *
open_directory(const struct hop_directory_target *t, struct hop_error *err)
{
    HOP_AUTO_CRED struct hop_cred *cred = NULL;
    struct hop_directory *d;

    if (t->machine
            ? !hop_cred_machine(t->keytab, &cred, err)
            : t->user && !hop_cred_password(t->user, t->password, &cred, err))
        return NULL;
    d = open_as(cred, t, err);
    if (d) {
        d->cred = hop_steal(&cred);
        d->ccache = t->ccache ? hop_xstrdup(t->ccache) : NULL;
    }
    return d;
}

static const char *
server_of(const struct hop_directory *d)
{
    return d->server;
}

static const char *
domain_of(const struct hop_directory *d)
{
    return d->domain_dn;
}

static const char *
configuration_of(const struct hop_directory *d)
{
    return d->configuration_dn;
}

static const char *
root_of(const struct hop_directory *d)
{
    return d->root_dn;
}

/* ---- requests for another domain ---- */

/* RFC 4511 4.1.10 */
static char *
referred_host(struct hop_directory *d)
{
    char **urls = NULL, *host = NULL;
    LDAPURLDesc *url = NULL;

    ldap_get_option(d->ld, LDAP_OPT_REFERRAL_URLS, &urls);
    if (urls && urls[0] && ldap_url_parse(urls[0], &url) == LDAP_URL_SUCCESS &&
        url->lud_host && *url->lud_host)
        host = hop_xstrdup(url->lud_host);
    ldap_free_urldesc(url);
    ldap_memvfree((void **)urls);
    return host;
}

static bool
ends_in(const char *dn, const char *tail)
{
    size_t n = strlen(dn), m = strlen(tail);

    return n >= m && hop_ascii_ieq(dn + n - m, tail);
}

/* The domain that a DN of none of this DC's partitions is in, for DCs that
 * refer nobody (Samba's): DC=other,DC=test is other.test. */
static char *
domain_of_dn(const struct hop_directory *d, const char *dn)
{
    HOP_AUTO_FREE char *name = NULL;

    if (ends_in(dn, d->domain_dn) || ends_in(dn, d->root_dn))
        return NULL;
    name = hop_ad_domain_of_dn(dn);
    return name && strchr(name, '.') ? hop_steal(&name) : NULL;
}

static struct hop_directory *
open_next(struct hop_directory *d, const char *host, struct hop_error *err)
{
    const struct hop_directory_target t = {.server = host, .ccache = d->ccache};

    if (d->next && hop_ascii_ieq(d->next_host, host))
        return d->next;
    close_directory(d->next);
    free(hop_steal(&d->next_host));
    d->next = open_as(d->cred, &t, err);
    if (d->next == NULL) {
        hop_error_prefix(err, "%s refers to %s", d->server, host);
        return NULL;
    }
    d->next_host = hop_xstrdup(host);
    d->next->cred = d->cred;
    d->next->ccache = d->ccache ? hop_xstrdup(d->ccache) : NULL;
    d->next->depth = d->depth + 1;
    return d->next;
}

/* Where the request is to be put instead, as the same user; NULL when the
 * result stands, with why set when the way there failed. */
static struct hop_directory *
follow(struct hop_directory *d, int code, const char *dn, struct hop_error *why)
{
    HOP_AUTO_FREE char *host = NULL;

    if (d->depth >= REFERRALS_MAX)
        return NULL;
    if (code == LDAP_REFERRAL)
        host = referred_host(d);
    else if (code == LDAP_NO_SUCH_OBJECT)
        host = domain_of_dn(d, dn);
    return host ? open_next(d, host, why) : NULL;
}

static bool
fail_there(struct hop_directory *d, int code, const struct hop_error *why,
           struct hop_error *err, const char *what, const char *about)
{
    if (why->domain == HOP_ERROR_NONE || code != LDAP_REFERRAL)
        return fail(d, code, err, what, about);
    if (err)
        *err = *why;
    return false;
}

/* ---- searching ---- */

#define ATTRIBUTES_MAX 1000

struct row {
    struct hop_directory_attribute attributes[ATTRIBUTES_MAX];
    char *names[ATTRIBUTES_MAX];
    struct berval **values[ATTRIBUTES_MAX];
    struct hop_directory_value *copies[ATTRIBUTES_MAX];
    size_t count;
};

static void
take_values(struct row *r, char *name, struct berval **values)
{
    size_t n = (size_t)ldap_count_values_len(values), i = r->count++;

    r->names[i] = name;
    r->values[i] = values;
    r->copies[i] = hop_xcalloc(n ? n : 1, sizeof(*r->copies[i]));
    for (size_t k = 0; k < n; k++)
        r->copies[i][k] =
            (struct hop_directory_value){values[k]->bv_val, values[k]->bv_len};
    r->attributes[i] = (struct hop_directory_attribute){name, r->copies[i], n};
}

static void
free_row(struct row *r)
{
    for (size_t i = 0; i < r->count; i++) {
        ldap_memfree(r->names[i]);
        ldap_value_free_len(r->values[i]);
        free(r->copies[i]);
    }
    free(r);
}

static bool
give_entry(struct hop_directory *d, LDAPMessage *m,
           hop_directory_entry_fn *each, void *ctx)
{
    struct row *r = hop_xcalloc(1, sizeof(*r));
    BerElement *at = NULL;
    char *dn = ldap_get_dn(d->ld, m);
    bool go_on;

    for (char *name = ldap_first_attribute(d->ld, m, &at);
         name && r->count < ATTRIBUTES_MAX;
         name = ldap_next_attribute(d->ld, m, at))
        take_values(r, name, ldap_get_values_len(d->ld, m, name));
    ber_free(at, 0);
    const struct hop_directory_entry e = {dn ? dn : "", r->attributes,
                                          r->count};
    go_on = each(ctx, &e);
    ldap_memfree(dn);
    free_row(r);
    return go_on;
}

struct search {
    struct hop_directory *d;
    const struct hop_directory_search *what;
    hop_directory_entry_fn *each;
    void *ctx;
    struct berval cookie;
    size_t given;
    bool ended;
};

static void
give_page(struct search *s, LDAPMessage *result)
{
    LDAP *ld = s->d->ld;

    for (LDAPMessage *m = ldap_first_entry(ld, result); m && !s->ended;
         m = ldap_next_entry(ld, m)) {
        s->given++;
        s->ended = !give_entry(s->d, m, s->each, s->ctx) ||
                   (s->what->most && s->given >= s->what->most);
    }
}

/* RFC 2696: where the next page begins. */
static int
take_cookie(struct search *s, LDAPMessage *result)
{
    LDAPControl **controls = NULL;
    ber_int_t estimate;
    int code = LDAP_SUCCESS;
    int parsed = ldap_parse_result(s->d->ld, result, &code, NULL, NULL, NULL,
                                   &controls, 0);
    LDAPControl *page =
        ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, controls, NULL);

    ber_memfree(s->cookie.bv_val);
    s->cookie = (struct berval){0};
    if (page)
        ldap_parse_pageresponse_control(s->d->ld, page, &estimate, &s->cookie);
    ldap_controls_free(controls);
    return parsed != LDAP_SUCCESS ? parsed : code;
}

static int
search_page(struct search *s, LDAPMessage **result)
{
    const struct hop_directory_search *w = s->what;
    /* SEQUENCE { INTEGER 7 }: owner, group and DACL, MS-ADTS 3.1.1.3.4.1.11 */
    static char flags[] = {0x30, 0x03, 0x02, 0x01, 0x07};
    LDAPControl sd = {OID_SD_FLAGS, {sizeof(flags), flags}, 0};
    LDAPControl *page = NULL;
    LDAPControl *controls[3] = {&sd, NULL, NULL};
    int size = (int)(w->page ? w->page : PAGE);
    int code = ldap_create_page_control(s->d->ld, size, &s->cookie, 1, &page);

    if (code != LDAP_SUCCESS)
        return code;
    controls[1] = page;
    code = ldap_search_ext_s(
        s->d->ld, w->base ? w->base : s->d->domain_dn,
        w->scope == HOP_DIRECTORY_BASE  ? LDAP_SCOPE_BASE
        : w->scope == HOP_DIRECTORY_ONE ? LDAP_SCOPE_ONELEVEL
                                        : LDAP_SCOPE_SUBTREE,
        w->filter ? w->filter : "(objectClass=*)", (char **)w->attributes, 0,
        controls, NULL, NULL, 0, result);
    ldap_control_free(page);
    return code;
}

static bool
search_directory(struct hop_directory *d,
                 const struct hop_directory_search *search,
                 hop_directory_entry_fn *each, void *ctx, struct hop_error *err)
{
    struct search s = {.d = d, .what = search, .each = each, .ctx = ctx};
    const char *base = search->base ? search->base : d->domain_dn;
    struct hop_directory *other;
    struct hop_error why = {0};
    int code = LDAP_SUCCESS;

    while (!s.ended && code == LDAP_SUCCESS) {
        LDAPMessage *result = NULL;
        code = search_page(&s, &result);
        if (code == LDAP_SUCCESS)
            code = take_cookie(&s, result);
        if (code == LDAP_SUCCESS)
            give_page(&s, result);
        s.ended = s.ended || s.cookie.bv_len == 0;
        ldap_msgfree(result);
    }
    ber_memfree(s.cookie.bv_val);
    if (code == LDAP_SUCCESS)
        return true;
    other = follow(d, code, base, &why);
    return other ? search_directory(other, search, each, ctx, err)
                 : fail_there(d, code, &why, err, "search", base);
}

/* ---- changing ---- */

static LDAPMod **
make_mods(const struct hop_directory_edit *edits, size_t n)
{
    static const int changes[] = {[HOP_DIRECTORY_ADD] = LDAP_MOD_ADD,
                                  [HOP_DIRECTORY_DELETE] = LDAP_MOD_DELETE,
                                  [HOP_DIRECTORY_REPLACE] = LDAP_MOD_REPLACE};
    LDAPMod **mods = hop_xcalloc(n + 1, sizeof(*mods));

    for (size_t i = 0; i < n; i++) {
        const struct hop_directory_edit *e = &edits[i];
        struct berval *values = hop_xcalloc(e->count + 1, sizeof(*values));
        struct berval **list = hop_xcalloc(e->count + 1, sizeof(*list));

        for (size_t k = 0; k < e->count; k++) {
            values[k] =
                (struct berval){e->values[k].len, (char *)e->values[k].data};
            list[k] = &values[k];
        }
        mods[i] = hop_xcalloc(1, sizeof(*mods[i]));
        *mods[i] = (LDAPMod){.mod_op = changes[e->change] | LDAP_MOD_BVALUES,
                             .mod_type = (char *)e->attribute,
                             .mod_bvalues = e->count ? list : NULL};
        if (e->count == 0) {
            free(list);
            free(values);
        }
    }
    return mods;
}

static void
free_mods(LDAPMod **mods)
{
    for (size_t i = 0; mods[i]; i++) {
        if (mods[i]->mod_bvalues) {
            free(mods[i]->mod_bvalues[0]); /* the array of all */
            free(mods[i]->mod_bvalues);
        }
        free(mods[i]);
    }
    free(mods);
}

static bool
modify_entry(struct hop_directory *d, const char *dn,
             const struct hop_directory_edit *edits, size_t n,
             struct hop_error *err)
{
    struct hop_directory *other;
    struct hop_error why = {0};
    LDAPMod **mods = make_mods(edits, n);
    int code = ldap_modify_ext_s(d->ld, dn, mods, NULL, NULL);

    free_mods(mods);
    if (code == LDAP_SUCCESS)
        return true;
    other = follow(d, code, dn, &why);
    return other ? modify_entry(other, dn, edits, n, err)
                 : fail_there(d, code, &why, err, "change", dn);
}

static bool
add_entry(struct hop_directory *d, const char *dn,
          const struct hop_directory_edit *edits, size_t n,
          struct hop_error *err)
{
    struct hop_directory *other;
    struct hop_error why = {0};
    LDAPMod **mods = make_mods(edits, n);
    int code = ldap_add_ext_s(d->ld, dn, mods, NULL, NULL);

    free_mods(mods);
    if (code == LDAP_SUCCESS)
        return true;
    other = follow(d, code, dn, &why);
    return other ? add_entry(other, dn, edits, n, err)
                 : fail_there(d, code, &why, err, "create", dn);
}

static bool
delete_entry(struct hop_directory *d, const char *dn, bool tree,
             struct hop_error *err)
{
    struct hop_directory *other;
    struct hop_error why = {0};
    LDAPControl control = {OID_TREE_DELETE, {0, NULL}, 1};
    LDAPControl *controls[] = {tree ? &control : NULL, NULL};
    int code = ldap_delete_ext_s(d->ld, dn, controls, NULL);

    if (code == LDAP_SUCCESS)
        return true;
    other = follow(d, code, dn, &why);
    return other ? delete_entry(other, dn, tree, err)
                 : fail_there(d, code, &why, err, "remove", dn);
}

static bool
rename_entry(struct hop_directory *d, const char *dn, const char *rdn,
             const char *parent, struct hop_error *err)
{
    struct hop_directory *other;
    struct hop_error why = {0};
    int code = ldap_rename_s(d->ld, dn, rdn, parent, 1, NULL, NULL);

    if (code == LDAP_SUCCESS)
        return true;
    other = follow(d, code, dn, &why);
    return other ? rename_entry(other, dn, rdn, parent, err)
                 : fail_there(d, code, &why, err, "rename", dn);
}

const struct hop_directory_ops hop_directory_ldap = {
    .open = open_directory,
    .close = close_directory,
    .server = server_of,
    .domain_dn = domain_of,
    .configuration_dn = configuration_of,
    .root_dn = root_of,
    .search = search_directory,
    .modify = modify_entry,
    .add = add_entry,
    .remove = delete_entry,
    .rename = rename_entry,
};
