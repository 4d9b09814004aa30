/* SPDX-License-Identifier: MIT */
#include "ad/gpo.h"

#include <stdlib.h>
#include <string.h>

#include "ad/filter.h"
#include "base/alloc.h"
#include "base/text.h"

enum {
    SCOPES_MAX = 64,
    GPOS_MAX = 1000,
    SIDS_MAX = 2000,
    GROUPS_MAX = 64,      /* that are named */
    LINK_IS_DISABLED = 1, /* GPLinkOptions, MS-GPOL 2.2.2 */
    LINK_IS_ENFORCED = 2,
    OPTIONS_BLOCK = 1,       /* gPOptions, 2.2.3 */
    FLAG_COMPUTER_OFF = 2,   /* flags, 2.2.4 */
    RIGHT_CONTROL = 0x100,   /* ADS_RIGHT_DS_CONTROL_ACCESS */
    RIGHT_ALL = 0x10000000,  /* GENERIC_ALL */
    ACE_INHERIT_ONLY = 0x08, /* MS-DTYP 2.4.4.1 */
    VERSION_MASK = 0xFFFF,   /* versionNumber: the computer's half */
};

const char *
hop_gpo_state_text(enum hop_gpo_state state)
{
    static const char *const texts[HOP_GPO_STATES] = {
        [HOP_GPO_APPLIES] = "applied",
        [HOP_GPO_LINK_DISABLED] = "its link is disabled",
        [HOP_GPO_BLOCKED] = "a container blocks inheritance",
        [HOP_GPO_UNREADABLE] = "this computer cannot read it",
        [HOP_GPO_DISABLED] = "its computer settings are disabled",
        [HOP_GPO_DENIED] = "security filtering leaves this computer out",
        [HOP_GPO_WMI] = "its WMI filter is false here",
    };

    return state < HOP_GPO_STATES ? texts[state] : "?";
}

void
hop_gpo_list_done(struct hop_gpo_list *l)
{
    for (size_t k = 0; k < l->count; k++) {
        free(l->items[k].dn);
        free(l->items[k].guid);
        free(l->items[k].name);
        free(l->items[k].path);
        free(l->items[k].scope);
        if (l->items[k].filter != NULL)
            hop_wmi_filter_done(l->items[k].filter);
        free(l->items[k].filter);
    }
    for (size_t k = 0; k < l->group_count; k++)
        free(l->groups[k]);
    free(l->groups);
    free(l->items);
    free(l->computer);
    free(l->site);
    *l = (struct hop_gpo_list){0};
}

/* ---- names ---- */

const char *
hop_gpo_parent(const char *dn)
{
    for (; *dn != '\0'; dn++) {
        if (*dn == '\\' && dn[1] != '\0')
            dn++;
        else if (*dn == ',')
            return dn + 1;
    }
    return dn;
}

/* The CN of a GPO's DN, which is its GUID. */
static char *
guid_of(const char *dn)
{
    size_t n = (size_t)(hop_gpo_parent(dn) - dn);

    if (!hop_ascii_ieqn(dn, "CN={", 4) || n != 3 + 38 + 1 || dn[40] != '}')
        return NULL;
    for (size_t k = 4; k < 40; k++)
        if (hop_ascii_hex(dn[k]) < 0 && dn[k] != '-')
            return NULL;
    return hop_xstrndup(dn + 3, 38);
}

/* ---- order ---- */

static void
add_link(struct hop_gpo_list *l, const struct hop_gpo_scope *s, const char *dn,
         size_t n, unsigned long options, bool blocked)
{
    HOP_AUTO_FREE char *name = hop_xstrndup(dn, n);
    char *guid = guid_of(name);

    if (guid == NULL || l->count == GPOS_MAX) {
        free(guid);
        return;
    }
    l->items = hop_xrealloc(l->items, l->count + 1, sizeof(*l->items));
    l->items[l->count++] = (struct hop_gpo){
        .dn = hop_steal(&name),
        .guid = guid,
        .name = hop_xstrdup(guid),
        .path = hop_xstrdup(""),
        .scope = hop_xstrdup(s->dn),
        .enforced = options & LINK_IS_ENFORCED,
        .state = options & LINK_IS_DISABLED ? HOP_GPO_LINK_DISABLED
                 : blocked                  ? HOP_GPO_BLOCKED
                                            : HOP_GPO_APPLIES,
    };
}

/* "[LDAP://cn={...},cn=policies,...;0][LDAP://...;2]" */
static void
add_links(struct hop_gpo_list *l, const struct hop_gpo_scope *s, bool enforced,
          bool blocked)
{
    static const char scheme[] = "LDAP://";
    const char *p = s->links;

    while (p != NULL && (p = strchr(p, '[')) != NULL) {
        const char *dn = p + 1, *end = strchr(dn, ']');
        const char *mark = end;

        if (end == NULL)
            return;
        while (mark > dn && *mark != ';')
            mark--;
        p = end;
        if (mark == dn || !hop_ascii_ieqn(dn, scheme, sizeof(scheme) - 1))
            continue;
        dn += sizeof(scheme) - 1;
        unsigned long options = strtoul(mark + 1, NULL, 10);
        if (((options & LINK_IS_ENFORCED) != 0) == enforced && dn < mark)
            add_link(l, s, dn, (size_t)(mark - dn), options,
                     blocked && !enforced);
    }
}

void
hop_gpo_order(const struct hop_gpo_scope *scopes, size_t n,
              struct hop_gpo_list *out)
{
    size_t wall = 0; /* the nearest that blocks: what is beyond is blocked */

    while (wall < n && !scopes[wall].blocks)
        wall++;
    for (size_t k = n; k-- > 0;)
        add_links(out, &scopes[k], false, k > wall);
    for (size_t k = 0; k < n; k++)
        add_links(out, &scopes[k], true, false);
}

/* ---- security filtering ---- */

/* Apply-Group-Policy, edacfd8f-ffb3-11d1-b41d-00a0c968f939. */
static const struct hop_guid right_apply = {{0x8f, 0xfd, 0xac, 0xed, 0xb3, 0xff,
                                             0xd1, 0x11, 0xb4, 0x1d, 0x00, 0xa0,
                                             0xc9, 0x68, 0xf9, 0x39}};

static bool
is_for(const struct hop_ace *ace, const struct hop_sid *sids, size_t n)
{
    for (size_t k = 0; k < n; k++)
        if (hop_sid_eq(&ace->sid, &sids[k]))
            return true;
    return false;
}

static bool
is_about_apply(const struct hop_ace *ace)
{
    return (ace->mask & (RIGHT_CONTROL | RIGHT_ALL)) != 0 &&
           (!ace->has_object || hop_guid_eq(&ace->object, &right_apply));
}

/* The first entry that speaks of it decides, MS-ADTS 5.1.3.3.3. */
bool
hop_gpo_may_apply(const struct hop_sd *sd, const struct hop_sid *sids, size_t n)
{
    if (!sd->dacl.present)
        return true;
    for (size_t k = 0; k < sd->dacl.count; k++) {
        const struct hop_ace *ace = &sd->dacl.aces[k];
        bool denies =
            ace->type == HOP_ACE_DENIED || ace->type == HOP_ACE_DENIED_OBJECT;
        bool allows =
            ace->type == HOP_ACE_ALLOWED || ace->type == HOP_ACE_ALLOWED_OBJECT;

        if ((denies || allows) && !(ace->flags & ACE_INHERIT_ONLY) &&
            is_about_apply(ace) && is_for(ace, sids, n))
            return allows;
    }
    return false;
}

/* ---- asking the directory ---- */

static const struct hop_directory_value *
value_of(const struct hop_directory_entry *e, const char *name)
{
    for (size_t k = 0; k < e->count; k++)
        if (hop_ascii_ieq(e->attributes[k].name, name) &&
            e->attributes[k].count > 0)
            return &e->attributes[k].values[0];
    return NULL;
}

static char *
text_of(const struct hop_directory_entry *e, const char *name)
{
    const struct hop_directory_value *v = value_of(e, name);

    return v != NULL ? hop_xstrndup(v->data, v->len) : NULL;
}

static unsigned long
number_of(const struct hop_directory_entry *e, const char *name)
{
    HOP_AUTO_FREE char *text = text_of(e, name);

    return text != NULL ? strtoul(text, NULL, 10) : 0;
}

struct token {
    struct hop_sid sids[SIDS_MAX];
    size_t count;
};

static void
add_sid(struct token *t, const void *p, size_t n)
{
    if (t->count < SIDS_MAX && hop_sid_decode(p, n, &t->sids[t->count], NULL))
        t->count++;
}

struct computer {
    char *dn;
    struct token *token;
};

static bool
take_computer(void *ctx, const struct hop_directory_entry *e)
{
    struct computer *c = ctx;
    const struct hop_directory_value *sid = value_of(e, "objectSid");
    unsigned long group = number_of(e, "primaryGroupID");

    c->dn = hop_xstrdup(e->dn);
    if (sid == NULL)
        return false;
    add_sid(c->token, sid->data, sid->len);
    if (c->token->count == 1 && c->token->sids[0].count > 0 && group > 0) {
        c->token->sids[1] = c->token->sids[0];
        c->token->sids[1].sub[c->token->sids[1].count - 1] = (uint32_t)group;
        c->token->count = 2;
    }
    return false;
}

static bool
find_computer(struct hop_directory *d, const char *account, struct computer *c,
              struct hop_error *err)
{
    static const char *const names[] = {"objectSid", "primaryGroupID", NULL};
    HOP_AUTO_BUF struct hop_buf filter = HOP_BUF_INIT;
    struct hop_directory_search s = {.scope = HOP_DIRECTORY_TREE,
                                     .attributes = names};

    hop_buf_adds(&filter, "(&(objectCategory=computer)(sAMAccountName=");
    hop_ad_filter_value(&filter, account, strlen(account));
    hop_buf_adds(&filter, "))");
    s.filter = hop_buf_str(&filter);
    if (!hop_directory_search(d, &s, take_computer, c, err))
        return false;
    return c->dn != NULL ||
           hop_error_set(err, HOP_ERROR_LDAP, 0,
                         "the domain of %s knows no computer with the account "
                         "%s",
                         hop_directory_server(d), account);
}

static bool
take_groups(void *ctx, const struct hop_directory_entry *e)
{
    for (size_t k = 0; k < e->count; k++)
        for (size_t i = 0;
             hop_ascii_ieq(e->attributes[k].name, "tokenGroups") &&
             i < e->attributes[k].count;
             i++)
            add_sid(ctx, e->attributes[k].values[i].data,
                    e->attributes[k].values[i].len);
    return false;
}

static bool
read_base(struct hop_directory *d, const char *dn, const char *const *names,
          hop_directory_entry_fn *each, void *ctx, struct hop_error *err)
{
    const struct hop_directory_search s = {
        .base = dn, .scope = HOP_DIRECTORY_BASE, .attributes = names};

    return hop_directory_search(d, &s, each, ctx, err);
}

/* Everybody, those who have logged on, and its groups as far as they may be
 * read. */
static void
fill_token(struct hop_directory *d, const char *dn, struct token *t)
{
    static const char *const all[] = {"S-1-1-0", "S-1-5-11"};
    static const char *const names[] = {"tokenGroups", NULL};

    (void)!read_base(d, dn, names, take_groups, t, NULL);
    for (size_t k = 0; k < HOP_ARRAY_SIZE(all); k++)
        if (t->count < SIDS_MAX && hop_sid_parse(all[k], &t->sids[t->count]))
            t->count++;
}

struct scopes {
    struct hop_gpo_scope list[SCOPES_MAX];
    size_t count;
};

static void
free_scopes(struct scopes *s)
{
    for (size_t k = 0; k < s->count; k++) {
        free(s->list[k].dn);
        free(s->list[k].links);
    }
}

static bool
take_scope(void *ctx, const struct hop_directory_entry *e)
{
    struct hop_gpo_scope *s = ctx;

    s->links = text_of(e, "gPLink");
    s->blocks = number_of(e, "gPOptions") & OPTIONS_BLOCK;
    return false;
}

static bool
add_scope(struct hop_directory *d, const char *dn, struct scopes *out,
          struct hop_error *err)
{
    static const char *const names[] = {"gPLink", "gPOptions", NULL};
    struct hop_gpo_scope *s = &out->list[out->count];

    if (out->count == SCOPES_MAX)
        return hop_error_set(err, HOP_ERROR_LIMIT, 0,
                             "%s lies in more than %d containers", dn,
                             SCOPES_MAX);
    *s = (struct hop_gpo_scope){.dn = hop_xstrdup(dn)};
    out->count++;
    return read_base(d, dn, names, take_scope, s, err);
}

static bool
take_dn(void *ctx, const struct hop_directory_entry *e)
{
    char **out = ctx;

    *out = hop_xstrdup(e->dn);
    return false;
}

/* "x" of "CN=x,..."; a DN without a type has itself. */
static char *
first_value(const char *dn)
{
    const char *rest = hop_gpo_parent(dn), *at = strchr(dn, '=');
    const char *from = at != NULL && at < rest ? at + 1 : dn;

    return hop_xstrndup(from, (size_t)(rest - from - (*rest != '\0')));
}

/* CN=DC1,CN=Servers,SITE: a client and the DC it found are in one. */
static bool
add_site(struct hop_directory *d, struct scopes *out, char **site,
         struct hop_error *err)
{
    static const char *const names[] = {"cn", NULL};
    HOP_AUTO_FREE char *base =
        hop_xasprintf("CN=Sites,%s", hop_directory_configuration_dn(d));
    HOP_AUTO_FREE char *server = NULL;
    HOP_AUTO_BUF struct hop_buf filter = HOP_BUF_INIT;
    struct hop_directory_search s = {
        .base = base, .scope = HOP_DIRECTORY_TREE, .attributes = names};

    hop_buf_adds(&filter, "(&(objectClass=server)(dNSHostName=");
    hop_ad_filter_value(&filter, hop_directory_server(d),
                        strlen(hop_directory_server(d)));
    hop_buf_adds(&filter, "))");
    s.filter = hop_buf_str(&filter);
    if (!hop_directory_search(d, &s, take_dn, &server, err))
        return false;
    if (server == NULL)
        return true;
    *site = first_value(hop_gpo_parent(hop_gpo_parent(server)));
    return add_scope(d, hop_gpo_parent(hop_gpo_parent(server)), out, err);
}

/* The containers of the computer, the nearest first, up to the domain. */
static bool
find_scopes(struct hop_directory *d, const char *computer, struct scopes *out,
            char **site, struct hop_error *err)
{
    const char *dn = computer, *domain = hop_directory_domain_dn(d);

    do {
        dn = hop_gpo_parent(dn);
        if (*dn != '\0' && !add_scope(d, dn, out, err))
            return false;
    } while (*dn != '\0' && !hop_ascii_ieq(dn, domain));
    return add_site(d, out, site, err);
}

struct reading {
    struct hop_gpo *gpo;
    const struct token *token;
    char *filter; /* gPCWQLFilter */
    bool found;
};

static enum hop_gpo_state
judge(const struct hop_directory_entry *e, const struct token *t)
{
    const struct hop_directory_value *sd = value_of(e, "nTSecurityDescriptor");
    HOP_AUTO_SD struct hop_sd decoded = {0};

    if (value_of(e, "gPCFileSysPath") == NULL)
        return HOP_GPO_UNREADABLE;
    if (number_of(e, "flags") & FLAG_COMPUTER_OFF)
        return HOP_GPO_DISABLED;
    /* One that does not show its descriptor is readable: let that suffice. */
    if (sd != NULL && (!hop_sd_decode(sd->data, sd->len, &decoded, NULL) ||
                       !hop_gpo_may_apply(&decoded, t->sids, t->count)))
        return HOP_GPO_DENIED;
    return HOP_GPO_APPLIES;
}

static bool
take_gpo(void *ctx, const struct hop_directory_entry *e)
{
    struct reading *r = ctx;
    struct hop_gpo *g = r->gpo;
    char *name = text_of(e, "displayName"),
         *path = text_of(e, "gPCFileSysPath");

    r->found = true;
    if (name != NULL) {
        free(g->name);
        g->name = name;
    }
    if (path != NULL) {
        free(g->path);
        g->path = path;
    }
    g->version = (uint32_t)number_of(e, "versionNumber") & VERSION_MASK;
    if (g->state == HOP_GPO_APPLIES)
        g->state = judge(e, r->token);
    if (g->state == HOP_GPO_APPLIES)
        r->filter = text_of(e, "gPCWQLFilter");
    return false;
}

/* Who takes the filter off leaves a blank. */
static void
read_filter(struct hop_directory *d, struct hop_gpo *g, const char *link)
{
    if (link == NULL || link[strspn(link, " ")] == '\0')
        return;
    g->filter = hop_xcalloc(1, sizeof(*g->filter));
    hop_wmi_filter_find(d, link, g->filter);
}

/* One that cannot be read is left out, as it would be for others. */
static void
read_gpo(struct hop_directory *d, struct hop_gpo *g, const struct token *t)
{
    static const char *const names[] = {
        "displayName", "gPCFileSysPath", "versionNumber",
        "flags",       "gPCWQLFilter",   "nTSecurityDescriptor",
        NULL};
    struct reading r = {.gpo = g, .token = t};

    if ((!read_base(d, g->dn, names, take_gpo, &r, NULL) || !r.found) &&
        g->state == HOP_GPO_APPLIES)
        g->state = HOP_GPO_UNREADABLE;
    read_filter(d, g, r.filter);
    free(r.filter);
}

/* ---- whose member it is ---- */

static bool
take_account(void *ctx, const struct hop_directory_entry *e)
{
    char **out = ctx;

    *out = text_of(e, "sAMAccountName");
    return false;
}

/* What a SID is called: known everywhere, or an account of this domain; the
 * SID itself where nobody knows. */
static char *
name_of(struct hop_directory *d, const struct hop_sid *sid)
{
    static const char *const names[] = {"sAMAccountName", NULL};
    const char *known = hop_sid_well_known(sid);
    char text[HOP_SID_TEXT], *name = NULL;
    HOP_AUTO_FREE char *filter = NULL;
    struct hop_directory_search s = {.scope = HOP_DIRECTORY_TREE,
                                     .attributes = names};

    if (known != NULL)
        return hop_xstrdup(known);
    hop_sid_format(sid, text);
    filter = hop_xasprintf("(objectSid=%s)", text);
    s.filter = filter;
    if (!hop_directory_search(d, &s, take_account, &name, NULL) || name == NULL)
        return hop_xstrdup(text);
    return name;
}

/* All but the first, which is the computer's own. */
static void
name_groups(struct hop_directory *d, const struct token *t,
            struct hop_gpo_list *out)
{
    size_t n = t->count < GROUPS_MAX ? t->count : GROUPS_MAX;

    out->groups = hop_xcalloc(n + 1, sizeof(*out->groups));
    for (size_t k = 1; k < n; k++) {
        bool again = false;

        for (size_t i = 1; i < k; i++)
            again |= hop_sid_eq(&t->sids[i], &t->sids[k]);
        if (!again)
            out->groups[out->group_count++] = name_of(d, &t->sids[k]);
    }
}

bool
hop_gpo_find(struct hop_directory *d, const char *account,
             struct hop_gpo_list *out, struct hop_error *err)
{
    HOP_AUTO_FREE struct token *token = hop_xcalloc(1, sizeof(*token));
    HOP_CLEANUP(free_scopes) struct scopes scopes = {.count = 0};
    struct computer c = {.token = token};

    *out = (struct hop_gpo_list){0};
    if (!find_computer(d, account, &c, err))
        return false;
    out->computer = c.dn;
    fill_token(d, c.dn, token);
    if (!find_scopes(d, c.dn, &scopes, &out->site, err)) {
        hop_gpo_list_done(out);
        return false;
    }
    hop_gpo_order(scopes.list, scopes.count, out);
    for (size_t k = 0; k < out->count; k++)
        read_gpo(d, &out->items[k], token);
    name_groups(d, token, out);
    return true;
}
