/* Get-, Add- and Remove-ADGroupMember.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "ad/filter.h"
#include "base/alloc.h"
#include "cmdlets/activedirectory/activedirectory.h"
#include "cmdlets/activedirectory/change.h"

enum { GROUP_IDENTITY = AD_COMMON, GROUP_RECURSIVE, GROUP_PARTITION };

static const struct hop_param get_params[] = {
    AD_COMMON_PARAMS,
    [GROUP_IDENTITY] = {"Identity", "object", HOP_MANDATORY | HOP_BY_VALUE,
                        HOP_POS(0)},
    [GROUP_RECURSIVE] = {"Recursive", "switch"},
    [GROUP_PARTITION] = {"Partition", "string", HOP_NOT_NULL_OR_EMPTY},
};

struct giving {
    struct hop_command *c;
    bool ok;
};

static bool
give(void *ctx, const struct hop_directory_entry *e)
{
    struct giving *g = ctx;

    g->ok = hop_write_take(g->c, ad_object_new(hop_command_context(g->c),
                                               ad_directory(g->c), e,
                                               AD_AS_PRINCIPAL, NULL, 0));
    return g->ok;
}

struct found {
    char *dn;
    uint32_t rid; /* the last part of its SID; 0: none */
};

static void
forget(struct found *f)
{
    free(f->dn);
}

static bool
take_group(void *ctx, const struct hop_directory_entry *e)
{
    struct found *f = ctx;
    const struct hop_directory_attribute *a = ad_attribute(e, "objectSid");
    struct hop_sid sid;

    f->dn = hop_xstrdup(e->dn);
    if (a && hop_sid_decode(a->values[0].data, a->values[0].len, &sid, NULL) &&
        sid.count > 0)
        f->rid = sid.sub[sid.count - 1];
    return true;
}

/* Who has it for the primary group is a member too, though no attribute of the
 * group says so: MS-ADTS 3.1.1.1.6.  Recursive: all accounts below, through
 * groups (3.1.1.3.4.4.3). */
static void
make_filter(const struct found *f, bool deep, struct hop_buf *out)
{
    hop_buf_addf(out, "(&%s(|(primaryGroupID=%u)(memberOf%s=",
                 deep ? "(!(objectClass=group))" : "", f->rid,
                 deep ? ":1.2.840.113556.1.4.1941:" : "");
    hop_ad_filter_value(out, f->dn, strlen(f->dn));
    hop_buf_adds(out, ")))");
}

static bool
get_members(struct hop_command *c)
{
    static const char *const names[] = {
        "objectClass", "name", "objectGUID",        "sAMAccountName",
        "objectSid",   "cn",   "distinguishedName", NULL};
    static const char *const wanted[] = {"objectSid", NULL};
    HOP_CLEANUP(forget) struct found group = {0};
    HOP_AUTO_BUF struct hop_buf filter = HOP_BUF_INIT;
    struct giving g = {c, true};
    struct hop_directory_search s = {.scope = HOP_DIRECTORY_TREE,
                                     .attributes = names};
    struct hop_error err = {0};

    if (!ad_find(c, hop_arg(c, GROUP_IDENTITY), HOP_AD_GROUP, wanted,
                 take_group, &group))
        return false;
    make_filter(&group, hop_arg_on(c, GROUP_RECURSIVE), &filter);
    s.filter = hop_buf_str(&filter);
    if (!hop_directory_search(ad_directory(c), &s, give, &g, &err))
        return ad_throw(c, &err, hop_arg(c, GROUP_IDENTITY));
    return g.ok;
}

const struct hop_cmdlet hop_cmdlet_get_ad_group_member = {
    .name = "Get-ADGroupMember",
    HOP_PARAMS(get_params),
    .output = "Microsoft.ActiveDirectory.Management.ADPrincipal",
    .class_name =
        "Microsoft.ActiveDirectory.Management.Commands.GetADGroupMember",
    .synopsis = "Gets the members of a group.",
    .state_size = sizeof(struct ad_session),
    .process = get_members,
    .dispose = ad_dispose,
};

enum { MEMBER_GROUP = AD_COMMON, MEMBER_PASS_THRU, MEMBER_LIST };
_Static_assert((int)MEMBER_PASS_THRU == (int)AD_PASS_THRU, "for ad_pass_thru");

static const struct hop_param change_params[] = {
    AD_COMMON_PARAMS,
    [MEMBER_GROUP] = {"Identity", "object", HOP_MANDATORY | HOP_BY_VALUE,
                      HOP_POS(0)},
    [MEMBER_PASS_THRU] = {"PassThru", "switch"},
    [MEMBER_LIST] = {"Members", "object[]", HOP_MANDATORY, HOP_POS(1)},
    {"Partition", "string", HOP_NOT_NULL_OR_EMPTY},
};

/* entryAlreadyExists, unwillingToPerform (RFC 4511 A.2) are said of members
 * too: ERROR_MEMBER_IN_ALIAS, ERROR_MEMBER_NOT_IN_ALIAS. */
static bool
throw_member(struct hop_command *c, const struct hop_error *err)
{
    struct hop_value group = hop_arg(c, MEMBER_GROUP);

    if (err->domain == HOP_ERROR_LDAP && (err->code == 68 || err->code == 20))
        return ad_throw_reason(c, err, group, 0x562);
    if (err->domain == HOP_ERROR_LDAP && (err->code == 53 || err->code == 16))
        return ad_throw_reason(c, err, group, 0x561);
    return ad_throw(c, err, group);
}

static bool
change_members(struct hop_command *c, enum hop_directory_change change)
{
    HOP_AUTO_FREE char *group = NULL;
    size_t n = hop_arg_count(c, MEMBER_LIST), count;
    const char **dns = hop_xcalloc(n + 1, sizeof(*dns));
    struct ad_edits *e = ad_edits_new();
    struct hop_error err = {0};
    bool go = false;
    bool ok = ad_find_dn(c, hop_arg(c, MEMBER_GROUP), HOP_AD_GROUP, &group);

    for (size_t i = 0; i < n && ok; i++)
        ok =
            ad_find_dn(c, hop_arg_item(c, MEMBER_LIST, i), 0, (char **)&dns[i]);
    if (ok) {
        ad_edits_add(e, change, "member", dns, NULL, n);
        ok = hop_should_process(c, group, "Set", &go);
    }
    const struct hop_directory_edit *edits = ad_edits_all(e, &count);
    if (ok && go)
        ok = hop_directory_modify(ad_directory(c), group, edits, count, &err) ||
             throw_member(c, &err);
    ok = ok && (!go || ad_pass_thru(c, group));
    ad_edits_free(e);
    for (size_t i = 0; i < n; i++)
        free((char *)dns[i]);
    free(dns);
    return ok;
}

static bool
add_members(struct hop_command *c)
{
    return change_members(c, HOP_DIRECTORY_ADD);
}

static bool
remove_members(struct hop_command *c)
{
    return change_members(c, HOP_DIRECTORY_DELETE);
}

const struct hop_cmdlet hop_cmdlet_add_ad_group_member = {
    .name = "Add-ADGroupMember",
    HOP_PARAMS(change_params),
    .flags = HOP_SHOULD_PROCESS,
    .class_name =
        "Microsoft.ActiveDirectory.Management.Commands.AddADGroupMember",
    .synopsis = "Adds members to a group.",
    .state_size = sizeof(struct ad_session),
    .process = add_members,
    .dispose = ad_dispose,
};

const struct hop_cmdlet hop_cmdlet_remove_ad_group_member = {
    .name = "Remove-ADGroupMember",
    HOP_PARAMS(change_params),
    .flags = HOP_SHOULD_PROCESS,
    .impact = HOP_IMPACT_HIGH,
    .class_name =
        "Microsoft.ActiveDirectory.Management.Commands.RemoveADGroupMember",
    .synopsis = "Takes members out of a group.",
    .state_size = sizeof(struct ad_session),
    .process = remove_members,
    .dispose = ad_dispose,
};
