/* Get-Runspace: the runspace of the shell and those of its sessions.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/utility/utility.h"
#include "value/member.h"
#include "value/ops.h"

enum { NAME, ID, INSTANCE };
static const struct hop_param params[] = {
    [NAME] = {"Name", "string[]", HOP_NOT_NULL_OR_EMPTY,
              .in = HOP_SETS({"NameParameterSet", 0, HOP_POS(0)})},
    [ID] = {"Id", "int[]",
            .in = HOP_SETS({"IdParameterSet", HOP_MANDATORY, HOP_POS(0)})},
    [INSTANCE] = {"InstanceId", "guid[]",
                  .in = HOP_SETS(
                      {"InstanceIdParameterSet", HOP_MANDATORY, HOP_POS(0)})},
};

static bool
is_like(struct hop_context *cx, struct hop_value have, struct hop_value want)
{
    HOP_AUTO_STRING struct hop_string *a = NULL, *b = NULL;

    if (hop_to_string(cx, have, &a) && hop_to_string(cx, want, &b))
        return hop_wildcard_match(b->data, b->len, a->data, a->len, true);
    hop_drop_exception(cx);
    return false;
}

static bool
is_asked(struct hop_command *c, struct hop_value runspace)
{
    static const char *const members[] = {"Name", "Id", "InstanceId"};
    struct hop_context *cx = hop_command_context(c);

    for (size_t by = NAME; by <= INSTANCE; by++) {
        HOP_AUTO_VALUE struct hop_value have = hop_null();

        if (!hop_arg_bound(c, by))
            continue;
        have = hop_member_path(cx, runspace, members[by]);
        for (size_t i = 0; i < hop_arg_count(c, by); i++)
            if (is_like(cx, have, hop_arg_item(c, by, i)))
                return true;
        return false;
    }
    return true;
}

static bool
process(struct hop_command *c)
{
    static const char script[] =
        "[runspace]::DefaultRunspace\n"
        "foreach ($s in Get-PSSession) { $s.Runspace }\n";
    HOP_AUTO_VALUE struct hop_value block = hop_null(), all = hop_null();
    struct hop_array *list;

    if (!hop_scriptblock_create(hop_command_runspace(c), script,
                                sizeof(script) - 1, &block) ||
        !hop_command_call(c, block, NULL, NULL, 0, &all))
        return false;
    list = hop_as_array(all);
    if (!list)
        return !is_asked(c, all) || hop_write(c, all);
    for (size_t i = 0; i < list->n; i++)
        if (is_asked(c, list->items[i]) && !hop_write(c, list->items[i]))
            return false;
    return true;
}

const struct hop_cmdlet hop_cmdlet_get_runspace = {
    .name = "Get-Runspace",
    .default_set = "NameParameterSet",
    HOP_PARAMS(params),
    .output = "System.Management.Automation.Runspaces.Runspace",
    .synopsis = "Gets the runspaces of the shell: its own and its sessions'.",
    .process = process,
};
