/* What a domain's directory says of the user, of b and of c: MS-SFU 3.2.5.2
 * has the attributes and flags.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "ad/directory.h"
#include "ad/filter.h"
#include "ad/sd.h"
#include "base/alloc.h"
#include "base/text.h"
#include "cmdlets/activedirectory/activedirectory.h"
#include "cmdlets/secondhop/facts.h"

/* userAccountControl, MS-ADTS 2.2.16; RIDs, MS-DTYP 2.4.2.4 */
enum {
    TRUSTED_FOR_DELEGATION = 0x00080000,
    NOT_DELEGATED = 0x00100000,
    TRUSTED_TO_AUTHENTICATE = 0x01000000,
    PROTECTED_USERS = 525,
    SIDS_MAX = 256, /* groups of b */
};

struct asking {
    struct hop_directory *d;
    struct hop_arena *arena;
    struct secondhop_facts *f;
    char *dn;
    uint32_t flags;
    struct hop_sid sid;
    /* b's own and its groups', whom c may trust */
    struct hop_sid sids[SIDS_MAX];
    size_t sid_count;
    const char **listed; /* b's list */
    size_t listed_count;
};

static const char *
keep(struct asking *a, const char *text)
{
    return text ? hop_arena_strdup(a->arena, text) : NULL;
}

static bool
search(struct asking *a, const char *base, const char *filter,
       const char *const *names, hop_directory_entry_fn *each)
{
    struct hop_directory_search s = {.base = base,
                                     .scope = filter ? HOP_DIRECTORY_TREE
                                                     : HOP_DIRECTORY_BASE,
                                     .filter = filter,
                                     .attributes = names,
                                     .most = 1};
    struct hop_error err = {0};

    if (hop_directory_search(a->d, &s, each, a, &err))
        return true;
    a->f->no_directory = keep(a, err.text);
    return false;
}

/* ---- accounts */

static void
take_common(struct asking *a, const struct hop_directory_entry *e)
{
    const struct hop_directory_attribute *sid = ad_attribute(e, "objectSid");
    const char *flags = ad_attribute_text(e, "userAccountControl");

    free(a->dn);
    a->dn = hop_xstrdup(e->dn);
    a->flags = flags ? (uint32_t)strtoul(flags, NULL, 10) : 0;
    a->sid = (struct hop_sid){0};
    if (sid)
        (void)!hop_sid_decode(sid->values[0].data, sid->values[0].len, &a->sid,
                              NULL);
}

/* "B$" is called B. */
static const char *
account_name(struct asking *a, const struct hop_directory_entry *e)
{
    const char *name = ad_attribute_text(e, "sAMAccountName");
    size_t n = name ? strlen(name) : 0;

    if (n > 0 && name[n - 1] == '$')
        n--;
    return name ? hop_arena_strndup(a->arena, name, n) : "";
}

static void
add_equal(struct hop_buf *out, const char *attribute, const char *prefix,
          const char *value, size_t n, const char *suffix)
{
    hop_buf_addf(out, "(%s=%s", attribute, prefix);
    hop_ad_filter_value(out, value, n);
    hop_buf_addf(out, "%s)", suffix);
}

/* A computer by its full name, its short one, or one of its services. */
static void
computer_filter(struct hop_buf *out, const char *host)
{
    hop_buf_adds(out, "(&(objectClass=computer)(|");
    add_equal(out, "dNSHostName", "", host, strlen(host), "");
    if (strchr(host, '.') == NULL)
        add_equal(out, "sAMAccountName", "", host, strlen(host), "$");
    add_equal(out, "servicePrincipalName", "HOST/", host, strlen(host), "");
    hop_buf_adds(out, "))");
}

/* "alice@CORP.TEST", "CORP\alice", "alice" */
static void
user_filter(struct hop_buf *out, const char *user)
{
    const char *slash = strchr(user, '\\');
    const char *name = slash ? slash + 1 : user;

    hop_buf_adds(out, "(&(objectClass=user)(|");
    add_equal(out, "sAMAccountName", "", name, strcspn(name, "@"), "");
    add_equal(out, "userPrincipalName", "", name, strlen(name), "");
    hop_buf_adds(out, "))");
}

/* ---- the user */

static bool
take_user(void *ctx, const struct hop_directory_entry *e)
{
    struct asking *a = ctx;

    take_common(a, e);
    a->f->has_user = true;
    a->f->sensitive = a->flags & NOT_DELEGATED;
    return false;
}

static bool
take_group(void *ctx, const struct hop_directory_entry *e)
{
    struct asking *a = ctx;

    free(a->dn);
    a->dn = hop_xstrdup(e->dn);
    return false;
}

static bool
take_member(void *ctx, const struct hop_directory_entry *e)
{
    ((struct asking *)ctx)->f->protected_user = true;
    return false;
}

/* The group goes by its RID, and counts through other groups
 * (MS-ADTS 3.1.1.3.4.4.3). */
static bool
ask_protected(struct asking *a)
{
    static const char *const names[] = {"objectSid", NULL};
    HOP_AUTO_BUF struct hop_buf group = HOP_BUF_INIT, member = HOP_BUF_INIT;
    HOP_AUTO_FREE char *user = hop_xstrdup(a->dn);
    struct hop_sid sid = a->sid;
    char text[HOP_SID_TEXT];

    if (sid.count == 0)
        return true;
    sid.sub[sid.count - 1] = PROTECTED_USERS;
    hop_sid_format(&sid, text);
    hop_buf_addf(&group, "(objectSid=%s)", text);
    free(hop_steal(&a->dn));
    if (!search(a, NULL, hop_buf_str(&group), names, take_group))
        return false;
    if (a->dn == NULL)
        return true;
    add_equal(&member, "memberOf:1.2.840.113556.1.4.1941:", "", a->dn,
              strlen(a->dn), "");
    HOP_AUTO_BUF struct hop_buf both = HOP_BUF_INIT;
    hop_buf_adds(&both, "(&");
    add_equal(&both, "distinguishedName", "", user, strlen(user), "");
    hop_buf_addf(&both, "%s)", hop_buf_str(&member));
    return search(a, NULL, hop_buf_str(&both), names, take_member);
}

static bool
ask_user(struct asking *a, const char *user)
{
    static const char *const names[] = {"userAccountControl", "objectSid",
                                        NULL};
    HOP_AUTO_BUF struct hop_buf filter = HOP_BUF_INIT;

    if (user == NULL)
        return true;
    user_filter(&filter, user);
    return search(a, NULL, hop_buf_str(&filter), names, take_user) &&
           (!a->f->has_user || ask_protected(a));
}

/* ---- b */

static bool
take_via(void *ctx, const struct hop_directory_entry *e)
{
    struct asking *a = ctx;
    const struct hop_directory_attribute *list =
        ad_attribute(e, "msDS-AllowedToDelegateTo");
    const char *host = ad_attribute_text(e, "dNSHostName");

    take_common(a, e);
    a->f->has_via = true;
    a->f->via_account = account_name(a, e);
    a->f->trusted_for_delegation = a->flags & TRUSTED_FOR_DELEGATION;
    a->f->any_protocol = a->flags & TRUSTED_TO_AUTHENTICATE;
    if (host && strchr(a->f->via, '.') == NULL)
        a->f->via = keep(a, host);
    a->sids[a->sid_count++] = a->sid;
    a->listed =
        list ? hop_arena_alloc(a->arena, list->count * sizeof(*a->listed))
             : NULL;
    for (size_t k = 0; a->listed && k < list->count; k++)
        a->listed[a->listed_count++] = keep(a, list->values[k].data);
    return false;
}

static bool
take_groups(void *ctx, const struct hop_directory_entry *e)
{
    struct asking *a = ctx;
    const struct hop_directory_attribute *g = ad_attribute(e, "tokenGroups");

    for (size_t k = 0; g && k < g->count && a->sid_count < SIDS_MAX; k++)
        if (hop_sid_decode(g->values[k].data, g->values[k].len,
                           &a->sids[a->sid_count], NULL))
            a->sid_count++;
    return false;
}

static bool
ask_via(struct asking *a)
{
    static const char *const names[] = {"userAccountControl",
                                        "objectSid",
                                        "sAMAccountName",
                                        "dNSHostName",
                                        "objectClass",
                                        "msDS-AllowedToDelegateTo",
                                        NULL};
    static const char *const groups[] = {"tokenGroups", NULL};
    HOP_AUTO_BUF struct hop_buf filter = HOP_BUF_INIT;

    computer_filter(&filter, a->f->via);
    return search(a, NULL, hop_buf_str(&filter), names, take_via) &&
           (!a->f->has_via || search(a, a->dn, NULL, groups, take_groups));
}

/* ---- c */

static bool
is_via(const struct asking *a, const struct hop_sid *sid)
{
    for (size_t k = 0; k < a->sid_count; k++)
        if (hop_sid_eq(&a->sids[k], sid))
            return true;
    return false;
}

static void
read_trust(struct asking *a, const struct hop_directory_attribute *v)
{
    HOP_AUTO_SD struct hop_sd sd = {0};

    if (v == NULL ||
        !hop_sd_decode(v->values[0].data, v->values[0].len, &sd, NULL))
        return;
    for (size_t k = 0; k < sd.dacl.count; k++)
        if (sd.dacl.aces[k].type == HOP_ACE_ALLOWED) {
            a->f->trusts++;
            a->f->trusts_via |= is_via(a, &sd.dacl.aces[k].sid);
        }
}

/* "cifs/c.corp.test", "HTTP/c:5985", "HOST/c": of the host, by any name. */
static bool
is_service_of(const char *spn, const char *host)
{
    const char *name = strchr(spn, '/');
    size_t n = name ? strcspn(name + 1, ":/") : 0;
    size_t whole = strlen(host), label = strcspn(host, ".");

    return name && ((n == whole && hop_ascii_ieqn(name + 1, host, n)) ||
                    (n == label && hop_ascii_ieqn(name + 1, host, n)));
}

static void
pick_services(struct asking *a)
{
    const char **of =
        a->listed_count
            ? hop_arena_alloc(a->arena, a->listed_count * sizeof(*of))
            : NULL;

    a->f->listed = a->listed_count;
    a->f->services = of;
    for (size_t k = 0; of && k < a->listed_count; k++)
        if (is_service_of(a->listed[k], a->f->to))
            of[a->f->service_count++] = a->listed[k];
}

static bool
take_to(void *ctx, const struct hop_directory_entry *e)
{
    struct asking *a = ctx;
    const char *host = ad_attribute_text(e, "dNSHostName");

    a->f->has_to = true;
    a->f->to_account = account_name(a, e);
    if (host && strchr(a->f->to, '.') == NULL)
        a->f->to = keep(a, host);
    read_trust(a, ad_attribute(e, "msDS-AllowedToActOnBehalfOfOtherIdentity"));
    return false;
}

static bool
ask_to(struct asking *a)
{
    static const char *const names[] = {
        "sAMAccountName", "dNSHostName",
        "msDS-AllowedToActOnBehalfOfOtherIdentity", NULL};
    HOP_AUTO_BUF struct hop_buf filter = HOP_BUF_INIT;

    computer_filter(&filter, a->f->to);
    return search(a, NULL, hop_buf_str(&filter), names, take_to);
}

void
secondhop_ask_directory(const struct secondhop_question *q,
                        struct hop_arena *arena, struct secondhop_facts *f)
{
    struct hop_directory_target t = {.server = q->server};
    struct hop_error err = {0};
    HOP_AUTO_DIRECTORY struct hop_directory *d = NULL;
    struct asking a = {.arena = arena, .f = f};

    if (f->user == NULL && q->password != NULL) {
        t.user = q->user;
        t.password = q->password;
    }
    d = hop_directory_open(&t, &err);
    if (d == NULL) {
        f->no_directory = hop_arena_strdup(arena, err.text);
        return;
    }
    a.d = d;
    if (ask_user(&a, f->credential ? f->credential : f->user) && ask_via(&a) &&
        ask_to(&a))
        pick_services(&a);
    free(a.dn);
}
