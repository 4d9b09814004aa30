/* Get-, Set-, New-, Remove- and Clear-Variable.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "cmdlets/utility/utility.h"
#include "value/exception.h"
#include "engine/scope.h"
#include "value/collections.h"
#include "value/ops.h"

#define OPTION_TYPE "System.Management.Automation.ScopedItemOptions"

/* Is the name one of the patterns, and none of those excluded? */
static bool
is_wanted(struct hop_command *c, const char *name, size_t include,
          size_t exclude)
{
    size_t n = hop_arg_count(c, include);
    bool wanted = n == 0;

    for (size_t i = 0; i < n && !wanted; i++) {
        struct hop_value p = hop_arg_item(c, include, i);

        wanted = hop_wildcard_match(hop_cstr(p), p.u.s->len, name, strlen(name),
                                    true);
    }
    for (size_t i = 0; wanted && i < hop_arg_count(c, exclude); i++) {
        struct hop_value p = hop_arg_item(c, exclude, i);

        wanted = !hop_wildcard_match(hop_cstr(p), p.u.s->len, name,
                                     strlen(name), true);
    }
    return wanted;
}

/* The variables found, kept before anything is changed. */
struct found {
    struct hop_command *c;
    size_t names, exclude, include;
    const char *pattern;
    struct hop_variable **item;
    size_t n, cap;
};

static bool
note(void *ctx, struct hop_variable *v)
{
    struct found *f = ctx;
    const char *name = hop_variable_name(v);

    if ((f->pattern && !hop_wildcard_match(f->pattern, strlen(f->pattern), name,
                                           strlen(name), true)) ||
        !is_wanted(f->c, name, f->include, f->exclude))
        return true;
    if (f->n == f->cap) {
        f->cap = f->cap ? f->cap * 2 : 32;
        f->item = hop_xrealloc(f->item, f->cap, sizeof(struct hop_variable *));
    }
    f->item[f->n++] = v;
    return true;
}

static int
by_name(const void *a, const void *b)
{
    return strcasecmp(hop_variable_name(*(struct hop_variable *const *)a),
                      hop_variable_name(*(struct hop_variable *const *)b));
}

static bool
no_variable(struct hop_command *c, const char *name)
{
    HOP_AUTO_VALUE struct hop_value target = hop_text(name);
    struct hop_error_spec spec = {
        .id = "VariableNotFound",
        .category = HOP_CAT_OBJECT_NOT_FOUND,
        .exception = "System.Management.Automation.ItemNotFoundException",
        .target = target};

    return hop_command_error(
        c, &spec, "Cannot find a variable with the name '%s'.", name);
}

/* Calls fn for each variable that the -Name arguments name. */
static bool
each_variable(struct hop_command *c, size_t names, size_t include,
              size_t exclude, const char *scope,
              bool (*fn)(struct hop_command *c, struct hop_variable *v))
{
    size_t n = hop_arg_count(c, names);
    bool ok = true;

    for (size_t i = 0; ok && i < (n ? n : 1); i++) {
        const char *name = n ? hop_cstr(hop_arg_item(c, names, i)) : "*";
        struct found f = {
            .c = c, .include = include, .exclude = exclude, .pattern = name};

        if (!hop_wildcard_has(name, strlen(name))) {
            bool scope_ok = true;
            struct hop_variable *v = hop_variable_find(hop_command_runspace(c),
                                                       name, scope, &scope_ok);

            if (!scope_ok)
                return false;
            ok = v ? fn(c, v) : no_variable(c, name);
            continue;
        }
        hop_variable_each(hop_command_runspace(c), scope, note, &f);
        if (f.n)
            qsort(f.item, f.n, sizeof(struct hop_variable *), by_name);
        for (size_t k = 0; ok && k < f.n; k++)
            ok = fn(c, f.item[k]);
        free(f.item);
    }
    return ok;
}

/* ---- Get-Variable ---- */

enum { G_NAME, G_VALUE_ONLY, G_INCLUDE, G_EXCLUDE, G_SCOPE };
static const struct hop_param get_params[] = {
    [G_NAME] = {"Name", "string[]", HOP_BY_VALUE | HOP_BY_NAME,
                .position = HOP_POS(0)},
    [G_VALUE_ONLY] = {"ValueOnly", "switch"},
    [G_INCLUDE] = {"Include", "string[]"},
    [G_EXCLUDE] = {"Exclude", "string[]"},
    [G_SCOPE] = {"Scope", "string"},
};

static bool
get_one(struct hop_command *c, struct hop_variable *v)
{
    if (hop_arg_on(c, G_VALUE_ONLY))
        return hop_write_take(c,
                              hop_variable_value(hop_command_runspace(c), v));
    return hop_write_take(c, hop_variable_object(v));
}

static bool
process_get(struct hop_command *c)
{
    return each_variable(c, G_NAME, G_INCLUDE, G_EXCLUDE,
                         hop_arg_text(c, G_SCOPE), get_one);
}

const struct hop_cmdlet hop_cmdlet_get_variable = {
    .name = "Get-Variable",
    HOP_PARAMS(get_params),
    .output = "System.Management.Automation.PSVariable",
    .synopsis = "Gets variables.",
    .process = process_get,
};

/* ---- Set-Variable, New-Variable ---- */

enum {
    S_NAME,
    S_VALUE,
    S_INCLUDE,
    S_EXCLUDE,
    S_DESCRIPTION,
    S_OPTION,
    S_FORCE,
    S_VISIBILITY,
    S_PASS_THRU,
    S_SCOPE,
    S_APPEND
};
static const struct hop_param set_params[] = {
    [S_NAME] = {"Name", "string[]", HOP_MANDATORY | HOP_BY_NAME,
                .position = HOP_POS(0)},
    [S_VALUE] = {"Value", "object", HOP_BY_VALUE | HOP_BY_NAME,
                 .position = HOP_POS(1)},
    [S_INCLUDE] = {"Include", "string[]"},
    [S_EXCLUDE] = {"Exclude", "string[]"},
    [S_DESCRIPTION] = {"Description", "string"},
    [S_OPTION] = {"Option", OPTION_TYPE},
    [S_FORCE] = {"Force", "switch"},
    [S_VISIBILITY] =
        {"Visibility",
         "System.Management.Automation.SessionStateEntryVisibility"},
    [S_PASS_THRU] = {"PassThru", "switch"},
    [S_SCOPE] = {"Scope", "string"},
    [S_APPEND] = {"Append", "switch"},
};

struct set_state {
    struct hop_list_sink all;
};

static bool
begin_set(struct hop_command *c)
{
    struct set_state *s = hop_command_state(c);

    hop_list_sink_init(&s->all, hop_command_context(c));
    return true;
}

static bool
define(struct hop_command *c, const char *name, struct hop_value v,
       bool must_be_new)
{
    struct hop_variable_spec spec = {
        .name = name,
        .scope = hop_arg_text(c, S_SCOPE),
        .description = hop_arg_text(c, S_DESCRIPTION),
        .value = v,
        .options = (unsigned)hop_arg_int(c, S_OPTION, 0),
        .force = hop_arg_on(c, S_FORCE),
        .must_be_new = must_be_new,
        .keep_options = !must_be_new && !hop_arg_bound(c, S_OPTION),
    };
    HOP_AUTO_STRING struct hop_string *shown = NULL;
    HOP_AUTO_FREE char *target = NULL;
    struct hop_variable *made;
    bool go;

    if (hop_arg_bound(c, S_OPTION))
        spec.options = (unsigned)hop_arg(c, S_OPTION).u.i;
    if (!hop_is_null(v) &&
        !hop_call_to_string(hop_command_context(c), v, &shown))
        return false;
    target = hop_xasprintf("Name: %s Value: %s", name,
                           shown ? shown->data : "");
    if (!hop_should_process(c, target,
                            must_be_new ? "New variable" : "Set variable", &go))
        return false;
    if (!go)
        return true;
    if (!hop_variable_define(hop_command_runspace(c), &spec, &made))
        return !hop_value_is(hop_command_context(c)->pending,
                             &hop_exception_not_supported) &&
               hop_command_report(c);
    return !hop_arg_on(c, S_PASS_THRU) ||
           hop_write_take(c, hop_variable_object(made));
}

static bool
set_all(struct hop_command *c, struct hop_value v)
{
    for (size_t i = 0; i < hop_arg_count(c, S_NAME); i++) {
        const char *name = hop_cstr(hop_arg_item(c, S_NAME, i));

        if (!hop_wildcard_has(name, strlen(name))) {
            if (!define(c, name, v, false))
                return false;
        } else {
            struct found f = {.c = c,
                              .include = S_INCLUDE,
                              .exclude = S_EXCLUDE,
                              .pattern = name};
            bool ok = true;

            hop_variable_each(hop_command_runspace(c), hop_arg_text(c, S_SCOPE),
                              note, &f);
            for (size_t k = 0; ok && k < f.n; k++)
                ok = define(c, hop_variable_name(f.item[k]), v, false);
            free(f.item);
            if (!ok)
                return false;
        }
    }
    return true;
}

static bool
process_set(struct hop_command *c)
{
    struct set_state *s = hop_command_state(c);

    if (hop_arg_bound(c, S_VALUE))
        (void)hop_sink_write(&s->all.sink, hop_arg(c, S_VALUE));
    return true;
}

static bool
end_set(struct hop_command *c)
{
    struct set_state *s = hop_command_state(c);
    HOP_AUTO_VALUE struct hop_value v = hop_null();

    if (s->all.n == 1)
        v = hop_retain(s->all.items[0]);
    else if (s->all.n)
        v = hop_list_sink_array(&s->all);
    return set_all(c, v);
}

static void
dispose_set(struct hop_command *c)
{
    struct set_state *s = hop_command_state(c);

    hop_list_sink_done(&s->all);
}

const struct hop_cmdlet hop_cmdlet_set_variable = {
    .name = "Set-Variable",
    HOP_PARAMS(set_params),
    .flags = HOP_SHOULD_PROCESS,
    .impact = HOP_IMPACT_LOW,
    .synopsis = "Sets the value of variables, or makes them.",
    .state_size = sizeof(struct set_state),
    .begin = begin_set,
    .process = process_set,
    .end = end_set,
    .dispose = dispose_set,
};

static const struct hop_param new_params[] = {
    [S_NAME] = {"Name", "string", HOP_MANDATORY | HOP_BY_NAME,
                .position = HOP_POS(0)},
    [S_VALUE] = {"Value", "object", HOP_BY_VALUE | HOP_BY_NAME,
                 .position = HOP_POS(1)},
    [S_INCLUDE] = {"Visibility",
                   "System.Management.Automation.SessionStateEntryVisibility"},
    [S_EXCLUDE] = {"Reserved", "string", HOP_DONT_SHOW},
    [S_DESCRIPTION] = {"Description", "string"},
    [S_OPTION] = {"Option", OPTION_TYPE},
    [S_FORCE] = {"Force", "switch"},
    [S_VISIBILITY] = {"ReservedToo", "string", HOP_DONT_SHOW},
    [S_PASS_THRU] = {"PassThru", "switch"},
    [S_SCOPE] = {"Scope", "string"},
};

static bool
process_new(struct hop_command *c)
{
    return define(c, hop_arg_text(c, S_NAME), hop_arg(c, S_VALUE), true);
}

const struct hop_cmdlet hop_cmdlet_new_variable = {
    .name = "New-Variable",
    HOP_PARAMS(new_params),
    .flags = HOP_SHOULD_PROCESS,
    .impact = HOP_IMPACT_LOW,
    .synopsis = "Makes a variable.",
    .process = process_new,
};

/* ---- Remove-Variable, Clear-Variable ---- */

enum { R_NAME, R_INCLUDE, R_EXCLUDE, R_FORCE, R_SCOPE, R_PASS_THRU };
static const struct hop_param remove_params[] = {
    [R_NAME] = {"Name", "string[]", HOP_MANDATORY | HOP_BY_VALUE | HOP_BY_NAME,
                .position = HOP_POS(0)},
    [R_INCLUDE] = {"Include", "string[]"},
    [R_EXCLUDE] = {"Exclude", "string[]"},
    [R_FORCE] = {"Force", "switch"},
    [R_SCOPE] = {"Scope", "string"},
};
static const struct hop_param clear_params[] = {
    [R_NAME] = {"Name", "string[]", HOP_MANDATORY | HOP_BY_NAME,
                .position = HOP_POS(0)},
    [R_INCLUDE] = {"Include", "string[]"},
    [R_EXCLUDE] = {"Exclude", "string[]"},
    [R_FORCE] = {"Force", "switch"},
    [R_SCOPE] = {"Scope", "string"},
    [R_PASS_THRU] = {"PassThru", "switch"},
};

static bool
remove_one(struct hop_command *c, struct hop_variable *v)
{
    HOP_AUTO_FREE char *name = hop_xstrdup(hop_variable_name(v));
    HOP_AUTO_FREE char *target = hop_xasprintf("Name: %s", name);
    bool go;

    if (!hop_should_process(c, target, "Remove variable", &go))
        return false;
    if (!go ||
        hop_variable_remove(hop_command_runspace(c), name,
                            hop_arg_text(c, R_SCOPE), hop_arg_on(c, R_FORCE)))
        return true;
    return hop_command_report(c);
}

static bool
process_remove(struct hop_command *c)
{
    return each_variable(c, R_NAME, R_INCLUDE, R_EXCLUDE,
                         hop_arg_text(c, R_SCOPE), remove_one);
}

const struct hop_cmdlet hop_cmdlet_remove_variable = {
    .name = "Remove-Variable",
    HOP_PARAMS(remove_params),
    .flags = HOP_SHOULD_PROCESS,
    .synopsis = "Removes variables.",
    .process = process_remove,
};

static bool
clear_one(struct hop_command *c, struct hop_variable *v)
{
    struct hop_variable_spec spec = {.name = hop_variable_name(v),
                                     .scope = hop_arg_text(c, R_SCOPE),
                                     .force = hop_arg_on(c, R_FORCE),
                                     .keep_options = true};
    struct hop_variable *made;
    HOP_AUTO_FREE char *target = hop_xasprintf("Name: %s", spec.name);
    bool go;

    if (!hop_should_process(c, target, "Clear variable", &go))
        return false;
    if (!go)
        return true;
    if (!hop_variable_define(hop_command_runspace(c), &spec, &made))
        return hop_command_report(c);
    return !hop_arg_on(c, R_PASS_THRU) ||
           hop_write_take(c, hop_variable_object(made));
}

static bool
process_clear(struct hop_command *c)
{
    return each_variable(c, R_NAME, R_INCLUDE, R_EXCLUDE,
                         hop_arg_text(c, R_SCOPE), clear_one);
}

const struct hop_cmdlet hop_cmdlet_clear_variable = {
    .name = "Clear-Variable",
    HOP_PARAMS(clear_params),
    .flags = HOP_SHOULD_PROCESS,
    .synopsis = "Empties variables.",
    .process = process_clear,
};
