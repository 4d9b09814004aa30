/* Who may use the service: Service/RootSDDL and the endpoints' own descriptors,
 * held against who has logged on.
 *
 * Where nothing but the default is set, everybody whom PAM lets in may, and
 * nobody's groups are looked up.
 *
 * SPDX-License-Identifier: MIT
 */
#include <grp.h>
#include <stdlib.h>
#include <string.h>

#include "ad/pac.h"
#include "ad/sddl.h"
#include "auth/account.h"
#include "base/alloc.h"
#include "base/text.h"
#include "server/admin.h"
#include "server/auth_state.h"
#include "server/journal.h"
#include "server/windows.h"

#define ROOT "" /* the name of RootSDDL among descriptors */

struct descriptor {
    struct descriptor *next;
    char *name; /* of an endpoint */
    struct hop_sd sd;
};

struct auth_access {
    struct descriptor *first;
    bool domain; /* one of them names somebody of a domain */
};

/* ---- the descriptors ---- */

static void
free_access(struct auth_access *a)
{
    while (a != NULL && a->first != NULL) {
        struct descriptor *d = a->first;

        a->first = d->next;
        hop_sd_done(&d->sd);
        free(d->name);
        free(d);
    }
    free(a);
}

/* S-1-5-21-...: of a domain. */
static bool
is_of_domain(const struct hop_sid *sid)
{
    return sid->authority == 5 && sid->count > 1 && sid->sub[0] == 21;
}

/* What cannot be read lets nobody in. */
static void
add(struct auth_access *a, const char *name, const char *text)
{
    struct descriptor *d = hop_xmalloc(sizeof(*d));
    struct hop_error err = {0};

    d->name = hop_xstrdup(name);
    if (!hop_sddl_parse_access(text, &d->sd, &err)) {
        hop_journal(HOP_EVENT_TROUBLE, NULL,
                    "nobody may use %s: its security descriptor is wrong: %s",
                    name[0] ? name : "this service", err.text);
        d->sd = (struct hop_sd){.dacl = {.present = true}};
    }
    for (size_t i = 0; i < d->sd.dacl.count; i++)
        a->domain = a->domain || is_of_domain(&d->sd.dacl.aces[i].sid);
    d->next = a->first;
    a->first = d;
}

void
auth_access_load(struct auth *a)
{
    const char *root = hop_config_text(&a->config, HOP_SET_SERVICE_ROOT_SDDL);
    struct auth_access *access = hop_xmalloc(sizeof(*access));
    HOP_AUTO_BUF struct hop_buf name = HOP_BUF_INIT;
    size_t at = 0;

    if (!hop_ascii_ieq(root, hop_setting_table[HOP_SET_SERVICE_ROOT_SDDL].text))
        add(access, ROOT, root);
    while (hop_config_entry_name(&a->config, "Plugin", &at, &name) != NULL) {
        const char *text = hop_config_entry(&a->config, "Plugin",
                                            hop_buf_str(&name), "Security");
        if (text != NULL && text[0] != '\0')
            add(access, hop_buf_str(&name), text);
    }
    free_access(hop_steal(&a->access));
    if (access->first != NULL)
        a->access = hop_steal(&access);
    free_access(access);
}

/* ---- who it is ---- */

struct who {
    struct hop_sid *sids;
    size_t count;
};

static void
done_who(struct who *w)
{
    free(w->sids);
}

static void
add_sid(struct who *w, const struct hop_sid *sid)
{
    w->sids = hop_xrealloc(w->sids, w->count + 1, sizeof(*w->sids));
    w->sids[w->count++] = *sid;
}

static void
add_text(struct who *w, const char *text)
{
    struct hop_sid sid;

    if (hop_sid_parse(text, &sid))
        add_sid(w, &sid);
}

/* Samba's SIDs for what a Unix host alone knows, and the groups that stand for
 * Windows' own. */
static void
add_unix(struct auth_conn *c, struct who *w)
{
    static const char *const remote[] = {"Remote Management Users",
                                         "remote-management-users"};
    HOP_CLEANUP(hop_account_done) struct hop_account account = {0};
    const char *admins =
        hop_config_text(&c->auth->config, HOP_SET_ADMINISTRATORS);
    struct hop_error ignored;

    if (hop_admin_is(admins, c->user))
        add_text(w, "S-1-5-32-544");
    if (!hop_account_find(c->user, &account, &ignored))
        return;
    add_sid(w, &(struct hop_sid){22, 2, {1, account.uid}});
    if (!hop_account_find_groups(&account, &ignored))
        return;
    for (size_t i = 0; i < account.group_count; i++) {
        const struct group *g = getgrgid(account.groups[i]);

        add_sid(w, &(struct hop_sid){22, 2, {2, account.groups[i]}});
        for (size_t k = 0; g != NULL && k < HOP_ARRAY_SIZE(remote); k++)
            if (hop_ascii_ieq(g->gr_name, remote[k]))
                add_text(w, "S-1-5-32-580");
    }
}

/* The domain's word: in the ticket, else asked of winbind.  False: it is not to
 * be had, and somebody of the domain may be meant. */
static bool
add_domain(struct auth_conn *c, struct who *w)
{
    HOP_AUTO_FREE struct hop_sid *sids = NULL;
    struct hop_error err = {0};
    size_t count = 0;

    if (!(c->pac.len > 0
              ? hop_pac_sids(c->pac.data, c->pac.len, &sids, &count, &err)
              : c->auth->access->domain &&
                    hop_windows_sids(c->principal, &sids, &count, &err)))
        count = 0;
    for (size_t i = 0; i < count; i++)
        add_sid(w, &sids[i]);
    if (err.text[0] == '\0')
        return true;
    hop_journal(HOP_EVENT_TROUBLE, HOP_FIELDS("USER", c->user),
                "the groups of %s are not known, so that the security "
                "descriptors of this service let nobody of that name in: %s",
                c->principal, err.text);
    return !c->auth->access->domain;
}

static bool
find_who(struct auth_conn *c, struct who *w)
{
    /* Everyone, who comes over the network, who may log on here, who has proven
     * a name */
    static const char *const all[] = {"S-1-1-0", "S-1-5-2", "S-1-5-4",
                                      "S-1-5-11"};

    for (size_t i = 0; i < HOP_ARRAY_SIZE(all); i++)
        add_text(w, all[i]);
    add_unix(c, w);
    return add_domain(c, w);
}

char *
auth_access_of(struct auth_conn *c)
{
    HOP_CLEANUP(done_who) struct who w = {0};
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;

    if (c->auth->access == NULL)
        return hop_xstrdup("");
    if (!find_who(c, &w))
        w.count = 0;
    for (const struct descriptor *d = c->auth->access->first; d; d = d->next) {
        uint32_t rights = hop_sd_rights(&d->sd, w.sids, w.count);

        hop_buf_addf(&out, "%s=%s%s%s\n", d->name,
                     rights & HOP_RIGHT_READ ? "R" : "",
                     rights & HOP_RIGHT_WRITE ? "W" : "",
                     rights & HOP_RIGHT_EXECUTE ? "X" : "");
    }
    return hop_buf_take(&out);
}
