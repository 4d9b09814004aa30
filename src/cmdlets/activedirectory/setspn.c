/* setspn with the Windows command line: -L, -Q, -S, -A, -D.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "ad/filter.h"
#include "base/alloc.h"
#include "base/text.h"
#include "cmdlets/activedirectory/activedirectory.h"

#define SPN "servicePrincipalName"

enum { LIST = AD_COMMON, QUERY, ADD, ADD_TOO, TAKE_AWAY, ACCOUNT };

/* As everybody types them: setspn -S http/web b */
static const struct hop_param params[] = {
    AD_COMMON_PARAMS,
    [LIST] = {"L", "string"},
    [QUERY] = {"Q", "string"},
    [ADD] = {"S", "string"},
    [ADD_TOO] = {"A", "string"},
    [TAKE_AWAY] = {"D", "string"},
    [ACCOUNT] = {"Account", "string", .position = HOP_POS(0)},
};

/* ---- reading ---- */

struct listing {
    struct hop_command *c;
    size_t found;
    bool ok;
};

static bool
write_spns(struct hop_command *c, const struct hop_directory_entry *e)
{
    const struct hop_directory_attribute *a = ad_attribute(e, SPN);
    bool ok = true;

    for (size_t i = 0; a && i < a->count && ok; i++)
        ok = hop_write_textf(c, "\t%s", a->values[i].data);
    return ok;
}

static bool
list_entry(void *ctx, const struct hop_directory_entry *e)
{
    struct listing *l = ctx;

    l->ok = hop_write_textf(
                l->c, "Registered ServicePrincipalNames for %s:", e->dn) &&
            write_spns(l->c, e);
    return l->ok;
}

static bool
show_holder(void *ctx, const struct hop_directory_entry *e)
{
    struct listing *l = ctx;

    l->found++;
    l->ok = hop_write_textf(l->c, "%s", e->dn) && write_spns(l->c, e);
    return l->ok;
}

static bool
keep_holder(void *ctx, const struct hop_directory_entry *e)
{
    char **dn = ctx;

    free(*dn);
    *dn = hop_xstrdup(e->dn);
    return false;
}

static const char *const spn_names[] = {SPN, "objectClass", NULL};

/* A star stands for anything. */
static bool
search_spn(struct hop_command *c, const char *spn, bool pattern,
           hop_directory_entry_fn *each, void *ctx)
{
    HOP_AUTO_BUF struct hop_buf filter = HOP_BUF_INIT;
    struct hop_directory_search s = {.scope = HOP_DIRECTORY_TREE,
                                     .attributes = spn_names};
    struct hop_error err = {0};

    hop_buf_adds(&filter, "(" SPN "=");
    for (const char *p = spn; *p; p++)
        if (*p == '*' && pattern)
            hop_buf_addc(&filter, '*');
        else
            hop_ad_filter_value(&filter, p, 1);
    hop_buf_addc(&filter, ')');
    s.filter = hop_buf_str(&filter);
    return hop_directory_search(ad_directory(c), &s, each, ctx, &err) ||
           ad_throw(c, &err, hop_null());
}

static bool
list(struct hop_command *c, const char *name)
{
    HOP_AUTO_VALUE struct hop_value account = hop_text(name);
    struct listing l = {c, 0, true};

    return ad_find(c, account, HOP_AD_ACCOUNT, spn_names, list_entry, &l) &&
           l.ok;
}

static bool
query(struct hop_command *c, const char *spn)
{
    struct listing l = {c, 0, true};

    if (!ad_open(c) ||
        !hop_write_textf(c, "Checking domain %s",
                         hop_directory_domain_dn(ad_directory(c))) ||
        !search_spn(c, spn, true, show_holder, &l) || !l.ok)
        return false;
    return hop_write_text(c, "", 0) &&
           hop_write_textf(
               c, "%s", l.found ? "Existing SPN found!" : "No such SPN found.");
}

/* ---- writing ---- */

static bool
change(struct hop_command *c, const char *spn, enum hop_directory_change what)
{
    const char *name = hop_arg_text(c, ACCOUNT);
    HOP_AUTO_VALUE struct hop_value account = hop_text(name ? name : "");
    HOP_AUTO_FREE char *dn = NULL;
    struct ad_edits *e;
    struct hop_error err = {0};
    bool go = false, ok;
    size_t n;

    if (!ad_find_dn(c, account, HOP_AD_ACCOUNT, &dn) ||
        !hop_write_textf(
            c, "%s ServicePrincipalNames for %s",
            what == HOP_DIRECTORY_ADD ? "Registering" : "Unregistering", dn) ||
        !hop_write_textf(c, "\t%s", spn) ||
        !hop_should_process(c, dn, "Set", &go) || !go)
        return !hop_has_exception(hop_command_context(c));
    e = ad_edits_new();
    ad_edits_add(e, what, SPN, &spn, NULL, 1);
    const struct hop_directory_edit *edits = ad_edits_all(e, &n);
    ok = hop_directory_modify(ad_directory(c), dn, edits, n, &err) ||
         ad_throw(c, &err, account);
    ad_edits_free(e);
    return ok && hop_write_textf(c, "Updated object");
}

/* Two accounts with one SPN would make every ticket for it useless. */
static bool
add(struct hop_command *c, const char *spn)
{
    static const struct hop_error_spec spec = {
        .id = "DuplicateServicePrincipalName",
        .category = HOP_CAT_RESOURCE_EXISTS,
        .exception = "System.InvalidOperationException"};
    HOP_AUTO_FREE char *holder = NULL;

    if (!ad_open(c) ||
        !hop_write_textf(c, "Checking domain %s",
                         hop_directory_domain_dn(ad_directory(c))) ||
        !search_spn(c, spn, false, keep_holder, &holder))
        return false;
    if (holder)
        return hop_command_throw(c, &spec,
                                 "Duplicate SPN found, aborting operation! It "
                                 "belongs to %s; take it away there first "
                                 "(setspn -D).",
                                 holder);
    return change(c, spn, HOP_DIRECTORY_ADD);
}

static bool
take_away(struct hop_command *c, const char *spn)
{
    return change(c, spn, HOP_DIRECTORY_DELETE);
}

static const struct {
    size_t param;
    bool with_account;
    bool (*run)(struct hop_command *c, const char *word);
} verbs[] = {
    {LIST, false, list},  {QUERY, false, query},        {ADD, true, add},
    {ADD_TOO, true, add}, {TAKE_AWAY, true, take_away},
};

static bool
process(struct hop_command *c)
{
    static const struct hop_error_spec spec = {
        .id = "BadArguments",
        .category = HOP_CAT_INVALID_ARGUMENT,
        .exception = "System.ArgumentException"};
    const char *account = hop_arg_text(c, ACCOUNT);

    for (size_t i = 0; i < HOP_ARRAY_SIZE(verbs); i++)
        if (hop_arg_bound(c, verbs[i].param) &&
            verbs[i].with_account == (account != NULL))
            return verbs[i].run(c, hop_arg_text(c, verbs[i].param));
    if (account)
        return list(c, account);
    return hop_command_throw(
        c, &spec,
        "setspn does nothing without being told what: -L ACCOUNT (list), -Q "
        "SPN (who has it), -S SPN ACCOUNT (add), -D SPN ACCOUNT (take away).");
}

const struct hop_cmdlet hop_cmdlet_setspn = {
    .name = "setspn",
    HOP_PARAMS(params),
    .flags = HOP_SHOULD_PROCESS,
    .synopsis = "Lists and changes the names of services that accounts have.",
    .state_size = sizeof(struct ad_session),
    .process = process,
    .dispose = ad_dispose,
};
