/* Get-, Set-, New-, Clear- and Remove-Variable.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/core/core.h"
#include "engine/module.h"

/* ---- Get-Variable --------------------------------------------------------------- */

enum { G_NAME, G_VALUE_ONLY, G_INCLUDE, G_EXCLUDE, G_SCOPE };

static const struct hop_param get_params[] = {
    [G_NAME] = {"Name", "string[]", HOP_BY_VALUE | HOP_BY_NAME,
                .position = HOP_POS(0)},
    [G_VALUE_ONLY] = {"ValueOnly", "switch"},
    [G_INCLUDE] = {"Include", "string[]"},
    [G_EXCLUDE] = {"Exclude", "string[]"},
    [G_SCOPE] = {"Scope", "string"},
};

struct found {
    struct hop_command *c;
    const char *pattern;
    size_t include, exclude;
    struct hop_variable **items;
    size_t n;
};

static bool
keep(void *ctx, struct hop_variable *v)
{
    struct found *f = ctx;
    const char *name = hop_variable_name(v);

    if (f->pattern && !hop_wildcard_match(f->pattern, strlen(f->pattern), name,
                                          strlen(name), true))
        return true;
    if (hop_arg_bound(f->c, f->include) &&
        !name_in(hop_arg(f->c, f->include), name))
        return true;
    if (hop_arg_bound(f->c, f->exclude) &&
        name_in(hop_arg(f->c, f->exclude), name))
        return true;
    f->items = hop_xrealloc(f->items, f->n + 1, sizeof(*f->items));
    f->items[f->n++] = v;
    return true;
}

static int
by_name(const void *a, const void *b)
{
    return strcasecmp(hop_variable_name(*(struct hop_variable *const *)a),
                      hop_variable_name(*(struct hop_variable *const *)b));
}

static bool
missing(struct hop_command *c, const char *name)
{
    struct hop_value target HOP_AUTO_VALUE = hop_text(name);
    struct hop_error_spec spec = {"VariableNotFound", HOP_CAT_OBJECT_NOT_FOUND,
                                  "ItemNotFoundException", target};

    return hop_command_error(c, &spec,
                             "Cannot find a variable with the name '%s'.",
                             name);
}

static bool
scope_exists(struct hop_command *c, size_t index)
{
    const char *scope = hop_arg_text(c, index);

    return !scope || scope_by_name(c->rs, scope, NULL) != NULL;
}

/* Variables a pattern names, sorted; the caller frees items. */
static bool
match(struct hop_command *c, const char *pattern, size_t scope,
      struct found *f)
{
    const char *where = hop_arg_text(c, scope);

    f->c = c;
    f->pattern = pattern;
    if (!scope_exists(c, scope))
        return false;
    if (pattern && !hop_path_has_wildcard(pattern)) {
        bool ok;
        struct hop_variable *v = hop_variable_find(c->rs, pattern, where, &ok);
        if (!ok)
            return false;
        f->pattern = NULL;
        if (v)
            keep(f, v);
        return true;
    }
    hop_variable_each(c->rs, where, keep, f);
    qsort(f->items, f->n, sizeof(struct hop_variable *), by_name);
    return true;
}

static bool
get_one(struct hop_command *c, const char *pattern)
{
    struct found f = {.include = G_INCLUDE, .exclude = G_EXCLUDE};
    bool ok = match(c, pattern, G_SCOPE, &f);

    if (ok && !f.n && pattern && !hop_path_has_wildcard(pattern))
        ok = missing(c, pattern);
    for (size_t i = 0; i < f.n && ok; i++) {
        struct hop_value v HOP_AUTO_VALUE =
            hop_arg_on(c, G_VALUE_ONLY) ? hop_variable_value(c->rs, f.items[i])
                                        : hop_variable_object(f.items[i]);
        ok = hop_write(c, v);
    }
    free(f.items);
    return ok;
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

const struct hop_cmdlet hop_cmdlet_get_variable = {
    .name = "Get-Variable",
    HOP_PARAMS(get_params),
    .output = "System.Management.Automation.PSVariable",
    .synopsis = "Gets the variables in the current console.",
    .process = get_process,
};

/* ---- Set-Variable, New-Variable ------------------------------------------------------ */

enum { S_NAME, S_VALUE, S_INCLUDE, S_EXCLUDE, S_DESCRIPTION, S_OPTION, S_FORCE,
       S_VISIBILITY, S_PASS, S_SCOPE, S_APPEND };

static const struct hop_param set_params[] = {
    [S_NAME] = {"Name", "string[]", HOP_MANDATORY | HOP_BY_NAME,
                .position = HOP_POS(0)},
    [S_VALUE] = {"Value", "object", HOP_BY_VALUE | HOP_BY_NAME,
                 .position = HOP_POS(1)},
    [S_INCLUDE] = {"Include", "string[]"},
    [S_EXCLUDE] = {"Exclude", "string[]"},
    [S_DESCRIPTION] = {"Description", "string"},
    [S_OPTION] = {"Option", "System.Management.Automation.ScopedItemOptions"},
    [S_FORCE] = {"Force", "switch"},
    [S_VISIBILITY] =
        {"Visibility",
         "System.Management.Automation.SessionStateEntryVisibility"},
    [S_PASS] = {"PassThru", "switch"},
    [S_SCOPE] = {"Scope", "string"},
    [S_APPEND] = {"Append", "switch"},
};
static const struct hop_param new_params[] = {
    [S_NAME] = {"Name", "string", HOP_MANDATORY | HOP_BY_NAME,
                .position = HOP_POS(0)},
    [S_VALUE] = {"Value", "object", HOP_BY_VALUE | HOP_BY_NAME,
                 .position = HOP_POS(1)},
    [S_INCLUDE] = {"Unused1", "switch", HOP_DONT_SHOW},
    [S_EXCLUDE] = {"Unused2", "switch", HOP_DONT_SHOW},
    [S_DESCRIPTION] = {"Description", "string"},
    [S_OPTION] = {"Option", "System.Management.Automation.ScopedItemOptions"},
    [S_FORCE] = {"Force", "switch"},
    [S_VISIBILITY] =
        {"Visibility",
         "System.Management.Automation.SessionStateEntryVisibility"},
    [S_PASS] = {"PassThru", "switch"},
    [S_SCOPE] = {"Scope", "string"},
};

struct set_state {
    struct hop_list_sink list;
};

static bool
define(struct hop_command *c, const char *name, struct hop_value v, bool new)
{
    struct hop_value option = hop_arg(c, S_OPTION);
    struct hop_variable *made = NULL;
    char *target HOP_AUTO_FREE = hop_xasprintf("Name: %s Value: ", name);
    struct hop_buf text HOP_AUTO_BUF = HOP_BUF_INIT;
    bool go;
    struct hop_variable_spec spec = {
        .name = name,
        .scope = hop_arg_text(c, S_SCOPE),
        .description = hop_arg_text(c, S_DESCRIPTION),
        .value = v,
        .options = option.kind == HOP_ENUM ? (unsigned)option.u.i : 0,
        .force = hop_arg_on(c, S_FORCE),
        .must_be_new = new,
        .keep_options = option.kind != HOP_ENUM,
        .is_private = option.kind == HOP_ENUM && option.u.i & HOP_ITEM_PRIVATE,
    };

    hop_buf_adds(&text, target);
    if (!hop_add_string(&c->rs->cx, v, &text))
        hop_drop_exception(&c->rs->cx);
    if (!hop_should_process(c, hop_buf_str(&text),
                            new ? "New variable" : "Set variable", &go))
        return false;
    if (!go)
        return true;
    if (!hop_variable_define(c->rs, &spec, &made))
        return hop_command_report(c);
    if (!hop_arg_on(c, S_PASS) || !made)
        return true;
    return hop_write_take(c, hop_variable_object(made));
}

static bool
set_names(struct hop_command *c, struct hop_value v)
{
    size_t n = hop_arg_count(c, S_NAME);

    for (size_t i = 0; i < n; i++) {
        const char *name = hop_cstr(hop_arg_item(c, S_NAME, i));
        struct found f = {.include = S_INCLUDE, .exclude = S_EXCLUDE};
        bool ok = true;
        if (!hop_path_has_wildcard(name)) {
            if (!define(c, name, v, false))
                return false;
            continue;
        }
        ok = match(c, name, S_SCOPE, &f);
        for (size_t k = 0; k < f.n && ok; k++)
            ok = define(c, hop_variable_name(f.items[k]), v, false);
        free(f.items);
        if (!ok)
            return false;
    }
    return true;
}

static bool
set_process(struct hop_command *c)
{
    struct set_state *st = hop_command_state(c);

    if (!st->list.sink.write)
        hop_list_sink_init(&st->list, &c->rs->cx);
    if (c->expects_input && c->has_current && hop_arg_bound(c, S_VALUE)) {
        (void)hop_sink_write(&st->list.sink, hop_arg(c, S_VALUE));
        return true;
    }
    return true;
}

static bool
set_end(struct hop_command *c)
{
    struct set_state *st = hop_command_state(c);
    struct hop_value v HOP_AUTO_VALUE = hop_null();

    if (st->list.n) {
        v = hop_list_sink_value(&st->list);
        return set_names(c, v);
    }
    return set_names(c, hop_arg(c, S_VALUE));
}

static void
set_dispose(struct hop_command *c)
{
    struct set_state *st = hop_command_state(c);

    hop_list_sink_done(&st->list);
}

static bool
new_process(struct hop_command *c)
{
    return define(c, hop_arg_text(c, S_NAME), hop_arg(c, S_VALUE), true);
}

const struct hop_cmdlet hop_cmdlet_set_variable = {
    .name = "Set-Variable",
    HOP_PARAMS(set_params),
    .flags = HOP_SHOULD_PROCESS,
    .impact = HOP_IMPACT_LOW,
    .synopsis = "Sets the value of a variable.",
    .state_size = sizeof(struct set_state),
    .process = set_process,
    .end = set_end,
    .dispose = set_dispose,
};
const struct hop_cmdlet hop_cmdlet_new_variable = {
    .name = "New-Variable",
    HOP_PARAMS(new_params),
    .flags = HOP_SHOULD_PROCESS,
    .impact = HOP_IMPACT_LOW,
    .synopsis = "Creates a new variable.",
    .process = new_process,
};

/* ---- Clear-Variable, Remove-Variable ----------------------------------------------------- */

enum { R_NAME, R_INCLUDE, R_EXCLUDE, R_FORCE, R_SCOPE, R_PASS };

static const struct hop_param remove_params[] = {
    [R_NAME] = {"Name", "string[]", HOP_MANDATORY | HOP_BY_NAME,
                .position = HOP_POS(0)},
    [R_INCLUDE] = {"Include", "string[]"},
    [R_EXCLUDE] = {"Exclude", "string[]"},
    [R_FORCE] = {"Force", "switch"},
    [R_SCOPE] = {"Scope", "string"},
    [R_PASS] = {"PassThru", "switch"},
};

static bool
remove_one(struct hop_command *c, struct hop_variable *v)
{
    char *name HOP_AUTO_FREE = hop_xstrdup(hop_variable_name(v));
    char *target HOP_AUTO_FREE = hop_xasprintf("Name: %s", name);
    bool go;

    if (!hop_should_process(c, target, "Remove variable", &go))
        return false;
    return !go ||
           hop_variable_remove(c->rs, name, hop_arg_text(c, R_SCOPE),
                               hop_arg_on(c, R_FORCE)) ||
           hop_command_report(c);
}

static bool
clear_one(struct hop_command *c, struct hop_variable *v)
{
    struct hop_variable_spec spec = {.name = hop_variable_name(v),
                                     .scope = hop_arg_text(c, R_SCOPE),
                                     .force = hop_arg_on(c, R_FORCE),
                                     .keep_options = true};
    struct hop_variable *made = NULL;

    if (!hop_variable_define(c->rs, &spec, &made))
        return hop_command_report(c);
    return !hop_arg_on(c, R_PASS) || !made ||
           hop_write_take(c, hop_variable_object(made));
}

static bool
each(struct hop_command *c,
     bool (*fn)(struct hop_command *c, struct hop_variable *v))
{
    size_t n = hop_arg_count(c, R_NAME);

    for (size_t i = 0; i < n; i++) {
        const char *name = hop_cstr(hop_arg_item(c, R_NAME, i));
        struct found f = {.include = R_INCLUDE, .exclude = R_EXCLUDE};
        bool ok = match(c, name, R_SCOPE, &f);
        if (ok && !f.n && !hop_path_has_wildcard(name))
            ok = missing(c, name);
        for (size_t k = 0; k < f.n && ok; k++)
            ok = fn(c, f.items[k]);
        free(f.items);
        if (!ok)
            return false;
    }
    return true;
}

static bool
remove_process(struct hop_command *c)
{
    return each(c, remove_one);
}

static bool
clear_process(struct hop_command *c)
{
    return each(c, clear_one);
}

const struct hop_cmdlet hop_cmdlet_remove_variable = {
    .name = "Remove-Variable",
    HOP_PARAMS(remove_params),
    .flags = HOP_SHOULD_PROCESS,
    .impact = HOP_IMPACT_LOW,
    .synopsis = "Deletes a variable and its value.",
    .process = remove_process,
};
const struct hop_cmdlet hop_cmdlet_clear_variable = {
    .name = "Clear-Variable",
    HOP_PARAMS(remove_params),
    .flags = HOP_SHOULD_PROCESS,
    .impact = HOP_IMPACT_LOW,
    .synopsis = "Deletes the value of a variable.",
    .process = clear_process,
};
