/* setspn with the Windows command line: -L, -Q, -S, -A, -D, -R, -X, with -F,
 * -T, -P, -C and -U.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ad/filter.h"
#include "base/alloc.h"
#include "base/text.h"
#include "cmdlets/activedirectory/activedirectory.h"

#define SPN "servicePrincipalName"

enum {
    LIST = AD_COMMON,
    QUERY,
    ADD,
    ADD_TOO,
    TAKE_AWAY,
    RESET,
    DUPLICATES,
    FOREST,
    DOMAIN,
    QUIET,
    COMPUTER,
    USER,
    ACCOUNT,
};

/* As everybody types them: setspn -S http/web b */
static const struct hop_param params[] = {
    AD_COMMON_PARAMS,
    [LIST] = {"L", "string"},
    [QUERY] = {"Q", "string"},
    [ADD] = {"S", "string"},
    [ADD_TOO] = {"A", "string"},
    [TAKE_AWAY] = {"D", "string"},
    [RESET] = {"R", "string", .help = "an account to give its host names"},
    [DUPLICATES] = {"X", "switch", .help = "look for names that two have"},
    [FOREST] = {"F", "switch", .help = "in all domains of the forest"},
    [DOMAIN] = {"T", "string", .help = "in that domain; *: as -F"},
    [QUIET] = {"P", "switch", .help = "without progress; there is none"},
    [COMPUTER] = {"C", "switch", .help = "the account is a computer's"},
    [USER] = {"U", "switch", .help = "the account is a user's"},
    [ACCOUNT] = {"Account", "string", .position = HOP_POS(0)},
};

/* ---- where ---- */

static bool
wants_forest(struct hop_command *c)
{
    const char *domain = hop_arg_text(c, DOMAIN);

    return hop_arg_on(c, FOREST) || (domain && strcmp(domain, "*") == 0);
}

/* The DC's global catalog has all domains of the forest (MS-ADTS 3.1.1.1.8). */
static bool
open_catalog(struct hop_command *c)
{
    struct ad_session *s = hop_command_state(c);
    HOP_AUTO_FREE char *server = NULL;
    struct hop_directory_target t = {0};
    struct hop_error err = {0};
    struct hop_directory *catalog;

    if (!ad_open(c))
        return false;
    if (!hop_is_null(hop_arg(c, AD_CREDENTIAL)))
        return true; /* its own domain: the logon is not known here */
    server = hop_xasprintf("%s:3268", hop_directory_server(s->d));
    t.server = server;
    catalog = hop_directory_open(&t, &err);
    if (catalog == NULL)
        return ad_throw(c, &err, hop_null());
    hop_directory_close(s->d);
    s->d = catalog;
    return true;
}

/* It is for reading alone. */
static bool
leave_catalog(struct hop_command *c)
{
    struct ad_session *s = hop_command_state(c);

    if (wants_forest(c)) {
        hop_directory_close(s->d);
        s->d = NULL;
    }
    return ad_open(c);
}

static bool
open_where(struct hop_command *c)
{
    struct ad_session *s = hop_command_state(c);
    struct hop_directory_target t = {.server = hop_arg_text(c, DOMAIN)};
    struct hop_error err = {0};

    if (wants_forest(c))
        return open_catalog(c);
    if (t.server == NULL || *t.server == '\0' || s->d)
        return ad_open(c);
    s->d = hop_directory_open(&t, &err);
    return s->d || ad_throw(c, &err, hop_null());
}

static bool
write_where(struct hop_command *c)
{
    struct hop_directory *d = ad_directory(c);

    return wants_forest(c) ? hop_write_textf(c, "Checking forest %s",
                                             hop_directory_root_dn(d))
                           : hop_write_textf(c, "Checking domain %s",
                                             hop_directory_domain_dn(d));
}

static uint32_t
kinds(struct hop_command *c)
{
    return hop_arg_on(c, COMPUTER) ? HOP_AD_COMPUTER
           : hop_arg_on(c, USER)   ? HOP_AD_USER
                                   : HOP_AD_ACCOUNT;
}

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
    s.base = wants_forest(c) ? hop_directory_root_dn(ad_directory(c)) : NULL;
    return hop_directory_search(ad_directory(c), &s, each, ctx, &err) ||
           ad_throw(c, &err, hop_null());
}

static bool
list(struct hop_command *c, const char *name)
{
    HOP_AUTO_VALUE struct hop_value account = hop_text(name);
    struct listing l = {c, 0, true};

    return ad_find(c, account, kinds(c), spn_names, list_entry, &l) && l.ok;
}

static bool
query(struct hop_command *c, const char *spn)
{
    struct listing l = {c, 0, true};

    if (!write_where(c) || !search_spn(c, spn, true, show_holder, &l) || !l.ok)
        return false;
    return hop_write_text(c, "", 0) &&
           hop_write_textf(
               c, "%s", l.found ? "Existing SPN found!" : "No such SPN found.");
}

/* ---- writing ---- */

static bool
change(struct hop_command *c, const char *name, const char *const *spns,
       size_t count, enum hop_directory_change what)
{
    HOP_AUTO_VALUE struct hop_value account = hop_text(name ? name : "");
    HOP_AUTO_FREE char *dn = NULL;
    struct ad_edits *e;
    struct hop_error err = {0};
    bool go = false, ok;
    size_t n;

    if (!ad_find_dn(c, account, kinds(c), &dn) ||
        !hop_write_textf(
            c, "%s ServicePrincipalNames for %s",
            what == HOP_DIRECTORY_DELETE ? "Unregistering" : "Registering", dn))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!hop_write_textf(c, "\t%s", spns[i]))
            return false;
    if (!hop_should_process(c, dn, "Set", &go) || !go)
        return !hop_has_exception(hop_command_context(c));
    e = ad_edits_new();
    for (size_t i = 0; i < count; i++)
        ad_edits_add(e, what, SPN, &spns[i], NULL, 1);
    const struct hop_directory_edit *edits = ad_edits_all(e, &n);
    ok = n == 0 || hop_directory_modify(ad_directory(c), dn, edits, n, &err) ||
         ad_throw(c, &err, account);
    ad_edits_free(e);
    return ok && hop_write_textf(c, "Updated object");
}

/* ---- -R ---- */

struct host_names {
    char *names[2];
    bool has[2];
};

static void
forget_names(struct host_names *h)
{
    free(h->names[0]);
    free(h->names[1]);
}

static bool
take_names(void *ctx, const struct hop_directory_entry *e)
{
    struct host_names *h = ctx;
    const char *full = ad_attribute_text(e, "dNSHostName");
    const char *own = ad_attribute_text(e, "sAMAccountName");
    const struct hop_directory_attribute *a = ad_attribute(e, SPN);
    size_t n = own ? strlen(own) : 0;

    if (n > 0 && own[n - 1] == '$')
        n--;
    h->names[0] = own ? hop_xasprintf("HOST/%.*s", (int)n, own) : NULL;
    h->names[1] = full ? hop_xasprintf("HOST/%s", full) : NULL;
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; h->names[k] && a && i < a->count; i++)
            h->has[k] |= hop_ascii_ieq(a->values[i].data, h->names[k]);
    return true;
}

/* A computer's own names, those of them that it has not. */
static bool
reset(struct hop_command *c, const char *name)
{
    static const char *const names[] = {SPN, "dNSHostName", "sAMAccountName",
                                        NULL};
    HOP_AUTO_VALUE struct hop_value account = hop_text(name);
    HOP_CLEANUP(forget_names) struct host_names h = {0};
    const char *spns[2];
    size_t n = 0;

    if (!ad_find(c, account, kinds(c), names, take_names, &h))
        return false;
    for (size_t k = 0; k < 2; k++)
        if (h.names[k] && !h.has[k])
            spns[n++] = h.names[k];
    return change(c, name, spns, n, HOP_DIRECTORY_ADD);
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

    if (!write_where(c) || !search_spn(c, spn, false, keep_holder, &holder))
        return false;
    if (holder)
        return hop_command_throw(c, &spec,
                                 "Duplicate SPN found, aborting operation! It "
                                 "belongs to %s; take it away there first "
                                 "(setspn -D).",
                                 holder);
    return leave_catalog(c) &&
           change(c, hop_arg_text(c, ACCOUNT), &spn, 1, HOP_DIRECTORY_ADD);
}

static bool
take_away(struct hop_command *c, const char *spn)
{
    return change(c, hop_arg_text(c, ACCOUNT), &spn, 1, HOP_DIRECTORY_DELETE);
}

/* ---- -X ---- */

struct holding {
    char *spn, *dn;
};

struct holdings {
    struct holding *rows;
    size_t count;
};

static void
forget_holdings(struct holdings *h)
{
    for (size_t i = 0; i < h->count; i++) {
        free(h->rows[i].spn);
        free(h->rows[i].dn);
    }
    free(h->rows);
}

static bool
take_holdings(void *ctx, const struct hop_directory_entry *e)
{
    struct holdings *h = ctx;
    const struct hop_directory_attribute *a = ad_attribute(e, SPN);

    for (size_t i = 0; a && i < a->count; i++) {
        h->rows = hop_xrealloc(h->rows, h->count + 1, sizeof(*h->rows));
        h->rows[h->count++] = (struct holding){hop_xstrdup(a->values[i].data),
                                               hop_xstrdup(e->dn)};
    }
    return true;
}

static int
compare_holdings(const void *a, const void *b)
{
    const struct holding *x = a, *y = b;
    int order = strcasecmp(x->spn, y->spn);

    return order ? order : strcmp(x->dn, y->dn);
}

static bool
write_group(struct hop_command *c, const struct holding *rows, size_t n)
{
    bool ok =
        hop_write_textf(c, "%s is registered on these accounts:", rows[0].spn);

    for (size_t i = 0; i < n && ok; i++)
        ok = hop_write_textf(c, "\t%s", rows[i].dn);
    return ok && hop_write_text(c, "", 0);
}

static bool
find_duplicates(struct hop_command *c)
{
    HOP_CLEANUP(forget_holdings) struct holdings h = {0};
    size_t groups = 0, n;

    if (!write_where(c) || !search_spn(c, "*", true, take_holdings, &h))
        return false;
    if (h.count > 1)
        qsort(h.rows, h.count, sizeof(*h.rows), compare_holdings);
    for (size_t i = 0; i < h.count; i += n) {
        for (n = 1; i + n < h.count &&
                    strcasecmp(h.rows[i].spn, h.rows[i + n].spn) == 0;)
            n++;
        if (n > 1 && (groups++, !write_group(c, &h.rows[i], n)))
            return false;
    }
    return hop_write_textf(c, "found %zu group%s of duplicate SPNs.", groups,
                           groups == 1 ? "" : "s");
}

static const struct {
    size_t param;
    bool with_account;
    bool (*run)(struct hop_command *c, const char *word);
} verbs[] = {
    {LIST, false, list},  {QUERY, false, query},        {ADD, true, add},
    {ADD_TOO, true, add}, {TAKE_AWAY, true, take_away}, {RESET, false, reset},
};

static bool
process(struct hop_command *c)
{
    static const struct hop_error_spec spec = {
        .id = "BadArguments",
        .category = HOP_CAT_INVALID_ARGUMENT,
        .exception = "System.ArgumentException"};
    const char *account = hop_arg_text(c, ACCOUNT);

    if (!open_where(c))
        return false;
    if (hop_arg_on(c, DUPLICATES))
        return find_duplicates(c);
    for (size_t i = 0; i < HOP_ARRAY_SIZE(verbs); i++)
        if (hop_arg_bound(c, verbs[i].param) &&
            verbs[i].with_account == (account != NULL))
            return verbs[i].run(c, hop_arg_text(c, verbs[i].param));
    if (account)
        return list(c, account);
    return hop_command_throw(
        c, &spec,
        "setspn does nothing without being told what: -L ACCOUNT (list), -Q "
        "SPN (who has it), -S SPN ACCOUNT (add), -D SPN ACCOUNT (take away), "
        "-R "
        "ACCOUNT (add its host names), -X (names that two have); -F or -T "
        "DOMAIN: where.");
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
