/* Get-, Set-, New- and Remove-Alias.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "cmdlets/utility/utility.h"
#include "engine/scope.h"
#include "value/collections.h"
#include "value/member.h"
#include "value/ops.h"

enum { G_NAME, G_EXCLUDE, G_SCOPE, G_DEFINITION };
static const struct hop_param get_params[] = {
    [G_NAME] = {"Name", "string[]", HOP_BY_VALUE | HOP_BY_NAME,
                .in = HOP_SETS({"Default", 0, HOP_POS(0)})},
    [G_EXCLUDE] = {"Exclude", "string[]"},
    [G_SCOPE] = {"Scope", "string"},
    [G_DEFINITION] = {"Definition", "string[]", HOP_NOT_NULL_OR_EMPTY,
                      .in = HOP_SETS({"Definition"})},
};

struct found {
    struct hop_command *c;
    const char *name, *definition; /* patterns, or NULL */
    struct hop_value *item;
    size_t n, cap;
};

static struct hop_string *
text_of(struct hop_command *c, struct hop_value alias, const char *property)
{
    HOP_AUTO_STRING struct hop_string *name = hop_string_from(property);
    HOP_AUTO_VALUE struct hop_value v = hop_null();

    if (hop_member_get(hop_command_context(c), alias, name, &v) != HOP_FOUND ||
        !hop_is_string(v)) {
        hop_drop_exception(hop_command_context(c));
        return hop_string_empty();
    }
    return hop_string_retain(v.u.s);
}

static bool
matches(const char *pattern, const struct hop_string *s)
{
    return !pattern ||
           hop_wildcard_match(pattern, strlen(pattern), s->data, s->len, true);
}

static bool
is_excluded(struct hop_command *c, const struct hop_string *name)
{
    for (size_t i = 0; i < hop_arg_count(c, G_EXCLUDE); i++)
        if (matches(hop_cstr(hop_arg_item(c, G_EXCLUDE, i)), name))
            return true;
    return false;
}

static bool
note(void *ctx, struct hop_value alias)
{
    struct found *f = ctx;
    HOP_AUTO_STRING struct hop_string *name = text_of(f->c, alias, "Name");
    HOP_AUTO_STRING struct hop_string *definition =
        text_of(f->c, alias, "Definition");

    if (!matches(f->name, name) || !matches(f->definition, definition) ||
        is_excluded(f->c, name))
        return true;
    if (f->n == f->cap) {
        f->cap = f->cap ? f->cap * 2 : 32;
        f->item = hop_xrealloc(f->item, f->cap, sizeof(*f->item));
    }
    f->item[f->n++] = hop_retain(alias);
    return true;
}

static void
sort_found(struct found *f)
{
    for (size_t i = 1; i < f->n; i++) {
        for (size_t k = i; k > 0; k--) {
            HOP_AUTO_STRING struct hop_string *a =
                text_of(f->c, f->item[k - 1], "Name");
            HOP_AUTO_STRING struct hop_string *b =
                text_of(f->c, f->item[k], "Name");
            struct hop_value swap = f->item[k];

            if (hop_collate(a, b, true) <= 0)
                break;
            f->item[k] = f->item[k - 1];
            f->item[k - 1] = swap;
        }
    }
}

static bool
none_found(struct hop_command *c, const char *text, bool definition)
{
    HOP_AUTO_VALUE struct hop_value target = hop_text(text);
    struct hop_error_spec spec = {
        .id = "ItemNotFoundException",
        .category = HOP_CAT_OBJECT_NOT_FOUND,
        .exception = "System.Management.Automation.ItemNotFoundException",
        .target = target};

    return hop_command_error(
        c, &spec,
        "This command cannot find a matching alias because an alias with the "
        "%s '%s' does not exist.",
        definition ? "definition" : "name", text);
}

static bool
get_matching(struct hop_command *c, const char *name, const char *definition)
{
    struct found f = {.c = c, .name = name, .definition = definition};
    const char *text = name ? name : definition;
    bool ok = true;

    hop_alias_each(hop_command_runspace(c), hop_arg_text(c, G_SCOPE), note, &f);
    sort_found(&f);
    for (size_t i = 0; i < f.n; i++) {
        ok = ok && hop_write(c, f.item[i]);
        hop_release(f.item[i]);
    }
    free(f.item);
    if (ok && f.n == 0 && text && !hop_wildcard_has(text, strlen(text)))
        return none_found(c, text, definition != NULL);
    return ok;
}

static bool
process_get(struct hop_command *c)
{
    size_t n = hop_arg_count(c, G_NAME), d = hop_arg_count(c, G_DEFINITION);

    for (size_t i = 0; i < d; i++)
        if (!get_matching(c, NULL, hop_cstr(hop_arg_item(c, G_DEFINITION, i))))
            return false;
    for (size_t i = 0; i < n; i++)
        if (!get_matching(c, hop_cstr(hop_arg_item(c, G_NAME, i)), NULL))
            return false;
    return n || d || get_matching(c, NULL, NULL);
}

const struct hop_cmdlet hop_cmdlet_get_alias = {
    .name = "Get-Alias",
    .default_set = "Default",
    HOP_PARAMS(get_params),
    .output = "System.Management.Automation.AliasInfo",
    .synopsis = "Gets the aliases of the session.",
    .process = process_get,
};

enum {
    S_NAME,
    S_VALUE,
    S_DESCRIPTION,
    S_OPTION,
    S_PASS_THRU,
    S_SCOPE,
    S_FORCE
};
static const struct hop_param set_params[] = {
    [S_NAME] = {"Name", "string", HOP_MANDATORY | HOP_BY_NAME,
                .position = HOP_POS(0)},
    [S_VALUE] = {"Value", "string", HOP_MANDATORY | HOP_BY_NAME,
                 .position = HOP_POS(1)},
    [S_DESCRIPTION] = {"Description", "string"},
    [S_OPTION] = {"Option", "System.Management.Automation.ScopedItemOptions"},
    [S_PASS_THRU] = {"PassThru", "switch"},
    [S_SCOPE] = {"Scope", "string"},
    [S_FORCE] = {"Force", "switch"},
};

static bool
set_alias(struct hop_command *c, bool must_be_new)
{
    struct hop_alias_spec spec = {
        .name = hop_arg_text(c, S_NAME),
        .definition = hop_arg_text(c, S_VALUE),
        .description = hop_arg_text(c, S_DESCRIPTION),
        .scope = hop_arg_text(c, S_SCOPE),
        .options =
            hop_arg_bound(c, S_OPTION) ? (unsigned)hop_arg(c, S_OPTION).u.i : 0,
        .force = hop_arg_on(c, S_FORCE),
        .must_be_new = must_be_new,
    };
    HOP_AUTO_FREE char *target =
        hop_xasprintf("Name: %s Value: %s", spec.name, spec.definition);
    bool go;

    if (!hop_should_process(c, target,
                            must_be_new ? "New Alias" : "Set Alias", &go))
        return false;
    if (!go)
        return true;
    if (!hop_alias_set(hop_command_runspace(c), &spec))
        return hop_command_report(c);
    return !hop_arg_on(c, S_PASS_THRU) || get_matching(c, spec.name, NULL);
}

static bool
process_set(struct hop_command *c)
{
    return set_alias(c, false);
}

static bool
process_new(struct hop_command *c)
{
    return set_alias(c, true);
}

const struct hop_cmdlet hop_cmdlet_set_alias = {
    .name = "Set-Alias",
    .default_set = "Default",
    HOP_PARAMS(set_params),
    .flags = HOP_SHOULD_PROCESS,
    .impact = HOP_IMPACT_LOW,
    .synopsis = "Sets an alias, or makes it.",
    .process = process_set,
};

const struct hop_cmdlet hop_cmdlet_new_alias = {
    .name = "New-Alias",
    .default_set = "Default",
    HOP_PARAMS(set_params),
    .flags = HOP_SHOULD_PROCESS,
    .impact = HOP_IMPACT_LOW,
    .synopsis = "Makes an alias.",
    .process = process_new,
};

enum { R_NAME, R_SCOPE, R_FORCE };
static const struct hop_param remove_params[] = {
    [R_NAME] = {"Name", "string[]", HOP_MANDATORY | HOP_BY_VALUE | HOP_BY_NAME,
                .position = HOP_POS(0)},
    [R_SCOPE] = {"Scope", "string"},
    [R_FORCE] = {"Force", "switch"},
};

static bool
process_remove(struct hop_command *c)
{
    struct hop_runspace *rs = hop_command_runspace(c);

    for (size_t i = 0; i < hop_arg_count(c, R_NAME); i++) {
        const char *name = hop_cstr(hop_arg_item(c, R_NAME, i));

        if (!hop_alias_get(rs, name)) {
            if (!none_found(c, name, false))
                return false;
        } else if (!hop_alias_remove(rs, name, hop_arg_text(c, R_SCOPE),
                                     hop_arg_on(c, R_FORCE)) &&
                   !hop_command_report(c)) {
            return false;
        }
    }
    return true;
}

const struct hop_cmdlet hop_cmdlet_remove_alias = {
    .name = "Remove-Alias",
    .default_set = "Default",
    HOP_PARAMS(remove_params),
    .synopsis = "Removes aliases.",
    .process = process_remove,
};
