/* Get-, Set-, New- and Remove-Alias.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/core/core.h"
#include "engine/module.h"

enum { G_NAME, G_EXCLUDE, G_SCOPE, G_DEFINITION };

static const struct hop_param get_params[] = {
    [G_NAME] = {"Name", "string[]", HOP_BY_NAME,
                .in = HOP_SETS({"Default", HOP_BY_VALUE, HOP_POS(0)})},
    [G_EXCLUDE] = {"Exclude", "string[]"},
    [G_SCOPE] = {"Scope", "string"},
    [G_DEFINITION] = {"Definition", "string[]",
                      .in = HOP_SETS({"Definition", 0, 0})},
};

struct query {
    struct hop_command *c;
    const char *pattern;
    struct hop_array *found;
};

static bool
keep(void *ctx, struct hop_value v)
{
    struct query *q = ctx;
    struct cmdinfo *a = as_cmdinfo(v);

    if (q->pattern &&
        !hop_wildcard_match(q->pattern, strlen(q->pattern), a->name,
                            strlen(a->name), true))
        return true;
    if (hop_arg_bound(q->c, G_EXCLUDE) &&
        name_in(hop_arg(q->c, G_EXCLUDE), a->name))
        return true;
    if (hop_arg_bound(q->c, G_DEFINITION) &&
        !name_in(hop_arg(q->c, G_DEFINITION), a->definition))
        return true;
    hop_array_push(q->found, hop_retain(v));
    return true;
}

static int
by_name(const void *a, const void *b)
{
    return strcasecmp(as_cmdinfo(*(const struct hop_value *)a)->name,
                      as_cmdinfo(*(const struct hop_value *)b)->name);
}

static bool
get_one(struct hop_command *c, const char *pattern)
{
    struct query q = {c, pattern, hop_array_new(&c->rs->cx, 0)};
    struct hop_value holder HOP_AUTO_VALUE = hop_obj(q.found);

    hop_alias_each(c->rs, hop_arg_text(c, G_SCOPE), keep, &q);
    qsort(q.found->items, q.found->n, sizeof(*q.found->items), by_name);
    if (!q.found->n && pattern && !hop_path_has_wildcard(pattern)) {
        struct hop_value target HOP_AUTO_VALUE = hop_text(pattern);
        struct hop_error_spec spec = {"ItemNotFoundException",
                                      HOP_CAT_OBJECT_NOT_FOUND,
                                      "ItemNotFoundException", target};
        return hop_command_error(
            c, &spec,
            "This command cannot find a matching alias because an alias with "
            "the name '%s' does not exist.",
            pattern);
    }
    for (size_t i = 0; i < q.found->n; i++)
        if (!hop_write(c, q.found->items[i]))
            return false;
    return true;
}

static bool
get_process(struct hop_command *c)
{
    size_t n = hop_arg_count(c, G_NAME);

    if (!n)
        return get_one(c, NULL);
    for (size_t i = 0; i < n; i++)
        if (!get_one(c, hop_cstr(hop_arg_item(c, G_NAME, i))))
            return false;
    return true;
}

const struct hop_cmdlet hop_cmdlet_get_alias = {
    .name = "Get-Alias",
    .default_set = "Default",
    HOP_PARAMS(get_params),
    .output = "System.Management.Automation.AliasInfo",
    .synopsis = "Gets the aliases for the current session.",
    .process = get_process,
};

enum { S_NAME, S_VALUE, S_DESCRIPTION, S_OPTION, S_PASS, S_SCOPE, S_FORCE };

static const struct hop_param set_params[] = {
    [S_NAME] = {"Name", "string", HOP_MANDATORY | HOP_BY_NAME,
                .position = HOP_POS(0)},
    [S_VALUE] = {"Value", "string", HOP_MANDATORY | HOP_BY_NAME,
                 .position = HOP_POS(1)},
    [S_DESCRIPTION] = {"Description", "string"},
    [S_OPTION] = {"Option", "System.Management.Automation.ScopedItemOptions"},
    [S_PASS] = {"PassThru", "switch"},
    [S_SCOPE] = {"Scope", "string"},
    [S_FORCE] = {"Force", "switch"},
};

static bool
set(struct hop_command *c, bool new)
{
    struct hop_value option = hop_arg(c, S_OPTION);
    struct hop_alias_spec spec = {
        .name = hop_arg_text(c, S_NAME),
        .definition = hop_arg_text(c, S_VALUE),
        .description = hop_arg_text(c, S_DESCRIPTION),
        .scope = hop_arg_text(c, S_SCOPE),
        .options = option.kind == HOP_ENUM ? (unsigned)option.u.i : 0,
        .force = hop_arg_on(c, S_FORCE),
        .must_be_new = new};
    char *target HOP_AUTO_FREE =
        hop_xasprintf("Name: %s Value: %s", spec.name, spec.definition);
    bool go;

    if (!hop_should_process(c, target, new ? "New Alias" : "Set Alias", &go))
        return false;
    if (!go)
        return true;
    if (!hop_alias_set(c->rs, &spec))
        return hop_command_report(c);
    if (!hop_arg_on(c, S_PASS))
        return true;
    struct cmdinfo *a = find_command(c->rs, spec.name, strlen(spec.name),
                                     COMMAND_ALIAS, true);
    return !a || hop_write_take(c, hop_obj(a));
}

static bool
set_process(struct hop_command *c)
{
    return set(c, false);
}

static bool
new_process(struct hop_command *c)
{
    return set(c, true);
}

const struct hop_cmdlet hop_cmdlet_set_alias = {
    .name = "Set-Alias",
    .default_set = "Default",
    HOP_PARAMS(set_params),
    .flags = HOP_SHOULD_PROCESS,
    .impact = HOP_IMPACT_LOW,
    .synopsis = "Creates or changes an alias for a cmdlet or other command in "
                "the current PowerShell session.",
    .process = set_process,
};
const struct hop_cmdlet hop_cmdlet_new_alias = {
    .name = "New-Alias",
    HOP_PARAMS(set_params),
    .flags = HOP_SHOULD_PROCESS,
    .impact = HOP_IMPACT_LOW,
    .synopsis = "Creates a new alias.",
    .process = new_process,
};

enum { R_NAME, R_SCOPE, R_FORCE };

static const struct hop_param remove_params[] = {
    [R_NAME] = {"Name", "string[]", HOP_MANDATORY | HOP_BY_VALUE | HOP_BY_NAME,
                .position = HOP_POS(0)},
    [R_SCOPE] = {"Scope", "string"},
    [R_FORCE] = {"Force", "switch"},
};

static bool
remove_process(struct hop_command *c)
{
    size_t n = hop_arg_count(c, R_NAME);

    for (size_t i = 0; i < n; i++)
        if (!hop_alias_remove(c->rs, hop_cstr(hop_arg_item(c, R_NAME, i)),
                              hop_arg_text(c, R_SCOPE),
                              hop_arg_on(c, R_FORCE)) &&
            !hop_command_report(c))
            return false;
    return true;
}

const struct hop_cmdlet hop_cmdlet_remove_alias = {
    .name = "Remove-Alias",
    .default_set = "Default",
    HOP_PARAMS(remove_params),
    .synopsis = "Removes an alias from the current session.",
    .process = remove_process,
};
