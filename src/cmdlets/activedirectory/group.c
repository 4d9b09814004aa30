/* Get-, Add- and Remove-ADGroupMember.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "ad/filter.h"
#include "base/alloc.h"
#include "cmdlets/activedirectory/activedirectory.h"

enum { GROUP_IDENTITY = AD_COMMON, GROUP_RECURSIVE };

static const struct hop_param get_params[] = {
    AD_COMMON_PARAMS,
    [GROUP_IDENTITY] = {"Identity", "object", HOP_MANDATORY | HOP_BY_VALUE,
                        HOP_POS(0)},
    [GROUP_RECURSIVE] = {"Recursive", "switch"},
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
                                               ad_directory(g->c), e, NULL, 0));
    return g->ok;
}

/* Recursive: all accounts below, through groups (MS-ADTS 3.1.1.3.4.4.3). */
static bool
get_members(struct hop_command *c)
{
    static const char *const names[] = {
        "objectClass", "name", "objectGUID",        "sAMAccountName",
        "objectSid",   "cn",   "distinguishedName", NULL};
    HOP_AUTO_FREE char *dn = NULL;
    HOP_AUTO_BUF struct hop_buf filter = HOP_BUF_INIT;
    struct giving g = {c, true};
    struct hop_directory_search s = {.scope = HOP_DIRECTORY_TREE,
                                     .attributes = names};
    bool deep = hop_arg_on(c, GROUP_RECURSIVE);
    struct hop_error err = {0};

    if (!ad_find_dn(c, hop_arg(c, GROUP_IDENTITY), HOP_AD_GROUP, &dn))
        return false;
    hop_buf_adds(&filter, deep ? "(&(!(objectClass=group))(memberOf:1.2.840."
                                 "113556.1.4.1941:="
                               : "(memberOf=");
    hop_ad_filter_value(&filter, dn, strlen(dn));
    hop_buf_adds(&filter, deep ? "))" : ")");
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

enum { MEMBER_GROUP = AD_COMMON, MEMBER_LIST };

static const struct hop_param change_params[] = {
    AD_COMMON_PARAMS,
    [MEMBER_GROUP] = {"Identity", "object", HOP_MANDATORY | HOP_BY_VALUE,
                      HOP_POS(0)},
    [MEMBER_LIST] = {"Members", "object[]", HOP_MANDATORY, HOP_POS(1)},
};

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
             ad_throw(c, &err, hop_arg(c, MEMBER_GROUP));
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
