/* Get-Item, New-Item, Set-Item, Clear-Item, Remove-Item, Rename-Item,
 * Copy-Item, Move-Item.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "cmdlets/remoting/copy.h"
#include "base/alloc.h"
#include "base/text.h"
#include "cmdlets/management/filesystem.h"
#include "cmdlets/management/management.h"
#include "cmdlets/management/paths.h"
#include "smb/unc.h"
#include "value/convert.h"

enum { PATH, LITERAL, FILTER, INCLUDE, EXCLUDE, FORCE, CREDENTIAL, OWN };
#define SHARED                                                                 \
    [PATH] = HOP_PATH_PARAM, [LITERAL] = HOP_LITERAL_PARAM,                    \
    [FILTER] = {"Filter", "string"}, [INCLUDE] = {"Include", "string[]"},      \
    [EXCLUDE] = {"Exclude", "string[]"}, [FORCE] = {"Force", "switch"},        \
    [CREDENTIAL] = {"Credential", "pscredential",                              \
                    HOP_CREDENTIAL | HOP_BY_NAME}
static const struct hop_path_params paths = {PATH,    LITERAL, FILTER,
                                             INCLUDE, EXCLUDE, FORCE};

/* May it be done?  *go is false with -WhatIf or a No.  The file system says
 * "Copy File" or "Copy Directory", other providers "Copy Item"; detail is what
 * follows the item. */
static bool
may(struct hop_command *c, const struct hop_item_path *p, const char *verb,
    const char *detail, bool *go)
{
    bool files = hop_paths_are_files(p);
    const char *kind = !files                         ? "Item"
                       : p->provider->is_container(p) ? "Directory"
                                                      : "File";
    HOP_AUTO_FREE char *action = hop_xasprintf("%s %s", verb, kind);
    HOP_AUTO_FREE char *path = hop_unc_shown(p->path);
    HOP_AUTO_FREE char *target =
        files && !detail
            ? hop_xstrdup(path)
            : hop_xasprintf("Item: %s%s", path, detail ? detail : "");

    return hop_should_process(c, target, action, go);
}

/* A value as the question shows it; malloc'ed. */
static char *
value_text(struct hop_command *c, struct hop_value v)
{
    HOP_AUTO_STRING struct hop_string *s = NULL;

    if (!hop_call_to_string(hop_command_context(c), v, &s)) {
        hop_drop_exception(hop_command_context(c));
        return hop_xstrdup("");
    }
    return hop_xstrdup(hop_is_null(v) ? "" : s->data);
}

static bool
may_make(struct hop_command *c, const struct hop_item_path *p, const char *type,
         struct hop_value v, bool *go)
{
    static const struct {
        const char *type, *action;
    } actions[] = {{"Directory", "Create Directory"},
                   {"Container", "Create Directory"},
                   {"SymbolicLink", "Create Symbolic Link"},
                   {"HardLink", "Create Hard Link"},
                   {"Junction", "Create Junction"}};
    HOP_AUTO_FREE char *value = value_text(c, v);
    HOP_AUTO_FREE char *target = NULL, *shown = NULL;
    const char *action = "Create File";

    if (!hop_paths_are_files(p)) {
        target = hop_xasprintf("Item: %s Type: %s Value: %s", p->path,
                               type ? type : "", value);
        return hop_should_process(c, target, "New Item", go);
    }
    for (size_t i = 0; type && i < HOP_ARRAY_SIZE(actions); i++)
        if (hop_ascii_ieq(type, actions[i].type))
            action = actions[i].action;
    shown = hop_unc_shown(p->path);
    target = hop_xasprintf("Destination: %s", shown);
    return hop_should_process(c, target, action, go);
}

/* The provider's own parameters for the path that is bound. */
static const struct hop_param *
own_parameters(struct hop_command *c, size_t param, size_t *n)
{
    const struct hop_param *list = NULL;
    struct hop_item_path p;

    *n = 0;
    if (hop_arg_count(c, param) == 0 ||
        !hop_is_string(hop_arg_item(c, param, 0)))
        return NULL;
    if (!hop_path_resolve(hop_command_runspace(c),
                          hop_cstr(hop_arg_item(c, param, 0)), &p)) {
        hop_drop_exception(hop_command_context(c));
        return NULL;
    }
    if (p.provider->parameters)
        list = p.provider->parameters(&p, hop_command_cmdlet(c)->name, n);
    hop_item_path_done(&p);
    return list;
}

/* ---- Get-Item ---- */

enum { STREAM = OWN };
static const struct hop_param get_params[] = {
    SHARED,
    [STREAM] = {"Stream", "string[]"},
};

struct every {
    const struct hop_item_path *root;
    struct hop_array *items;
    bool ok;
};

static bool
add_child(void *ctx, const char *name, bool container)
{
    struct every *e = ctx;
    struct hop_item_path p = *e->root;
    struct hop_value item;

    (void)container;
    p.path = (char *)(uintptr_t)name;
    e->ok = p.provider->get_item(&p, true, &item);
    if (e->ok)
        hop_array_push(e->items, item);
    return e->ok;
}

/* The root of a provider without folders is all that is in it. */
static bool
get_root(struct hop_command *c, const struct hop_item_path *p)
{
    struct hop_array *all = hop_array_new(hop_command_context(c), 0);
    HOP_AUTO_VALUE struct hop_value v = hop_obj(all);
    struct every e = {p, all, true};

    return p->provider->children(p, true, add_child, &e) && e.ok &&
           hop_paths_write_item(c, p, hop_value_steal(&v));
}

static bool
get_one(struct hop_command *c, struct hop_item_path *p)
{
    struct hop_value item;

    if (!p->provider->get_item)
        return hop_paths_unsupported(c, p);
    if (!*p->path && p->provider->children &&
        !(p->provider->capabilities & HOP_PROVIDER_NAVIGATION))
        return get_root(c, p);
    if (!p->provider->get_item(p, hop_arg_on(c, FORCE), &item))
        return false;
    return hop_paths_write_item(c, p, item);
}

static bool
process_get(struct hop_command *c)
{
    return hop_paths_each(c, &paths, get_one);
}

const struct hop_cmdlet hop_cmdlet_get_item = {
    .name = "Get-Item",
    .default_set = "Path",
    HOP_PARAMS(get_params),
    .synopsis = "Gets the item at a path.",
    .process = process_get,
};

/* ---- New-Item ---- */

enum { N_PATH, N_NAME, N_TYPE, N_VALUE, N_FORCE, N_CREDENTIAL };
static const struct hop_param new_params[] = {
    [N_PATH] = {"Path", "string[]", HOP_BY_NAME,
                .in = HOP_SETS({"pathSet", HOP_MANDATORY, HOP_POS(0)},
                               {"nameSet", 0, HOP_POS(0)})},
    [N_NAME] = {"Name", "string",
                HOP_BY_NAME | HOP_ALLOW_NULL | HOP_ALLOW_EMPTY_STRING,
                .in = HOP_SETS({"nameSet", HOP_MANDATORY, 0})},
    [N_TYPE] = {"ItemType", "string", HOP_BY_NAME, .aliases = "Type"},
    [N_VALUE] = {"Value", "object", HOP_BY_VALUE | HOP_BY_NAME,
                 .aliases = "Target"},
    [N_FORCE] = {"Force", "switch"},
    [N_CREDENTIAL] = {"Credential", "pscredential",
                      HOP_CREDENTIAL | HOP_BY_NAME},
};

static bool
new_at(struct hop_command *c, const char *path)
{
    const char *type = hop_arg_text(c, N_TYPE);
    struct hop_item_path p;
    struct hop_value item;
    bool ok, go = false;

    if (!hop_path_resolve(hop_command_runspace(c), path, &p))
        return hop_command_report(c);
    p.command = c;
    ok = may_make(c, &p, type, hop_arg(c, N_VALUE), &go);
    if (ok && go) {
        ok = p.provider->new_item
                 ? p.provider->new_item(&p, type ? type : "File",
                                        hop_arg(c, N_VALUE),
                                        hop_arg_on(c, N_FORCE), &item)
                 : hop_paths_unsupported(c, &p);
        ok = ok ? hop_is_null(item) || hop_paths_write_item(c, &p, item)
                : hop_has_exception(hop_command_context(c)) &&
                      hop_command_report(c);
    }
    hop_item_path_done(&p);
    return ok;
}

static bool
process_new(struct hop_command *c)
{
    const char *name = hop_arg_text(c, N_NAME);
    size_t n = hop_arg_count(c, N_PATH);

    if (n == 0)
        return new_at(c, name ? name : "");
    for (size_t i = 0; i < n; i++) {
        const char *path = hop_cstr(hop_arg_item(c, N_PATH, i));
        size_t len = strlen(path);
        const char *between = len && strchr(":/\\", path[len - 1]) ? "" : "/";
        HOP_AUTO_FREE char *full =
            name && *name ? hop_xasprintf("%s%s%s", path, between, name)
                          : hop_xstrdup(path);

        if (!new_at(c, full))
            return false;
    }
    return true;
}

static const struct hop_param *
new_parameters(struct hop_command *c, size_t *n)
{
    return own_parameters(c, N_PATH, n);
}

const struct hop_cmdlet hop_cmdlet_new_item = {
    .name = "New-Item",
    .default_set = "pathSet",
    HOP_PARAMS(new_params),
    .flags = HOP_SHOULD_PROCESS,
    .impact = HOP_IMPACT_MEDIUM,
    .synopsis = "Makes a new item.",
    .process = process_new,
    .dynamic = new_parameters,
};

/* ---- Set-Item, Clear-Item ---- */

enum { S_VALUE = OWN, S_PASS_THRU };
static const struct hop_param set_params[] = {
    SHARED,
    [S_VALUE] = {"Value", "object", HOP_BY_VALUE | HOP_BY_NAME,
                 .position = HOP_POS(1)},
    [S_PASS_THRU] = {"PassThru", "switch"},
};

static bool
set_one(struct hop_command *c, struct hop_item_path *p)
{
    struct hop_value item = hop_null();
    HOP_AUTO_FREE char *value = value_text(c, hop_arg(c, S_VALUE));
    HOP_AUTO_FREE char *detail = hop_xasprintf(" Value: %s", value);
    bool go;

    if (!may(c, p, "Set", detail, &go))
        return false;
    if (!go)
        return true;
    if (!p->provider->set_item)
        return hop_paths_unsupported(c, p);
    if (!p->provider->set_item(p, hop_arg(c, S_VALUE), &item))
        return false;
    if (hop_arg_on(c, S_PASS_THRU) && !hop_is_null(item))
        return hop_paths_write_item(c, p, item);
    hop_release(item);
    return true;
}

static bool
process_set(struct hop_command *c)
{
    return hop_paths_each_new(c, &paths, set_one);
}

static const struct hop_param *
set_parameters(struct hop_command *c, size_t *n)
{
    return own_parameters(c, PATH, n);
}

const struct hop_cmdlet hop_cmdlet_set_item = {
    .name = "Set-Item",
    .default_set = "Path",
    HOP_PARAMS(set_params),
    .flags = HOP_SHOULD_PROCESS,
    .synopsis = "Changes the value of an item.",
    .process = process_set,
    .dynamic = set_parameters,
};

static const struct hop_param clear_params[] = {SHARED};

static bool
clear_one(struct hop_command *c, struct hop_item_path *p)
{
    bool go;

    if (!may(c, p, "Clear", NULL, &go))
        return false;
    if (!go)
        return true;
    return p->provider->clear_item ? p->provider->clear_item(p)
                                   : hop_paths_unsupported(c, p);
}

static bool
process_clear(struct hop_command *c)
{
    return hop_paths_each(c, &paths, clear_one);
}

const struct hop_cmdlet hop_cmdlet_clear_item = {
    .name = "Clear-Item",
    .default_set = "Path",
    HOP_PARAMS(clear_params),
    .flags = HOP_SHOULD_PROCESS,
    .synopsis = "Empties an item, but does not remove it.",
    .process = process_clear,
};

/* ---- Remove-Item ---- */

enum { R_RECURSE = OWN };
static const struct hop_param remove_params[] = {
    SHARED,
    [R_RECURSE] = {"Recurse", "switch"},
};

struct any_child {
    bool found;
};

static bool
note_child(void *ctx, const char *name, bool container)
{
    (void)name;
    (void)container;
    ((struct any_child *)ctx)->found = true;
    return false;
}

static bool
has_children(const struct hop_item_path *p)
{
    struct any_child any = {false};

    return p->provider->children && p->provider->is_container &&
           p->provider->is_container(p) &&
           p->provider->children(p, true, note_child, &any) && any.found;
}

/* A full directory is removed only after a question. */
static bool
confirm_tree(struct hop_command *c, struct hop_item_path *p, bool *go)
{
    HOP_AUTO_FREE char *query = NULL;
    HOP_AUTO_FREE char *shown = hop_unc_shown(p->path);

    *go = true;
    if (hop_arg_on(c, R_RECURSE) || !has_children(p))
        return true;
    query = hop_xasprintf(
        "The item at %s has children and the Recurse parameter was not "
        "specified. If you continue, all children will be removed with the "
        "item. Are you sure you want to continue?",
        shown);
    return hop_should_continue(c, query, "Confirm", NULL, NULL, go);
}

static bool
remove_one(struct hop_command *c, struct hop_item_path *p)
{
    bool go;

    if (!p->provider->remove_item)
        return hop_paths_unsupported(c, p);
    if (!may(c, p, "Remove", NULL, &go))
        return false;
    if (!go)
        return true;
    if (!confirm_tree(c, p, &go))
        return false;
    return !go || p->provider->remove_item(p, true, hop_arg_on(c, FORCE));
}

static bool
process_remove(struct hop_command *c)
{
    return hop_paths_each(c, &paths, remove_one);
}

const struct hop_cmdlet hop_cmdlet_remove_item = {
    .name = "Remove-Item",
    .default_set = "Path",
    HOP_PARAMS(remove_params),
    .flags = HOP_SHOULD_PROCESS,
    .synopsis = "Removes items.",
    .process = process_remove,
};

/* ---- Rename-Item ---- */

enum { RN_PATH, RN_LITERAL, RN_NAME, RN_FORCE, RN_PASS_THRU, RN_CREDENTIAL };
static const struct hop_param rename_params[] = {
    [RN_PATH] = {"Path", "string",
                 .in = HOP_SETS({"ByPath",
                                 HOP_MANDATORY | HOP_BY_VALUE | HOP_BY_NAME,
                                 HOP_POS(0)})},
    [RN_LITERAL] = {"LiteralPath", "string",
                    .in = HOP_SETS(
                        {"ByLiteralPath", HOP_MANDATORY | HOP_BY_NAME, 0}),
                    .aliases = "PSPath LP"},
    [RN_NAME] = {"NewName", "string", HOP_MANDATORY | HOP_BY_NAME,
                 .position = HOP_POS(1)},
    [RN_FORCE] = {"Force", "switch"},
    [RN_PASS_THRU] = {"PassThru", "switch"},
    [RN_CREDENTIAL] = {"Credential", "pscredential",
                       HOP_CREDENTIAL | HOP_BY_NAME},
};
static const struct hop_path_params rename_paths = {
    RN_PATH, RN_LITERAL, HOP_NO_PARAM, HOP_NO_PARAM, HOP_NO_PARAM, RN_FORCE};

static char *
rename_detail(const struct hop_item_path *p, const char *name)
{
    const char *slash = strrchr(p->path, '/');

    if (!hop_paths_are_files(p) || !slash)
        return hop_xasprintf(" NewName: %s", name);
    return hop_xasprintf(" Destination: %.*s/%s", (int)(slash - p->path),
                         p->path, name);
}

static bool
rename_one(struct hop_command *c, struct hop_item_path *p)
{
    struct hop_value item = hop_null();
    HOP_AUTO_FREE char *detail = NULL;
    bool go;

    if (!p->provider->rename_item)
        return hop_paths_unsupported(c, p);
    detail = rename_detail(p, hop_arg_text(c, RN_NAME));
    if (!may(c, p, "Rename", detail, &go))
        return false;
    if (!go)
        return true;
    if (!p->provider->rename_item(p, hop_arg_text(c, RN_NAME),
                                  hop_arg_on(c, RN_FORCE), &item))
        return false;
    if (hop_arg_on(c, RN_PASS_THRU) && !hop_is_null(item))
        return hop_paths_write_item(c, p, item);
    hop_release(item);
    return true;
}

static bool
process_rename(struct hop_command *c)
{
    return hop_paths_each(c, &rename_paths, rename_one);
}

const struct hop_cmdlet hop_cmdlet_rename_item = {
    .name = "Rename-Item",
    .default_set = "ByPath",
    HOP_PARAMS(rename_params),
    .flags = HOP_SHOULD_PROCESS,
    .synopsis = "Renames an item.",
    .process = process_rename,
};

/* ---- Copy-Item, Move-Item ---- */

enum {
    C_DESTINATION = OWN,
    C_PASS_THRU,
    C_CONTAINER,
    C_RECURSE,
    C_TO_SESSION,
    C_FROM_SESSION
};
#define PSSESSION "System.Management.Automation.Runspaces.PSSession"
static const struct hop_param copy_params[] = {
    SHARED,
    [C_DESTINATION] = {"Destination", "string", HOP_BY_NAME,
                       .position = HOP_POS(1)},
    [C_PASS_THRU] = {"PassThru", "switch"},
    [C_CONTAINER] = {"Container", "switch"},
    [C_RECURSE] = {"Recurse", "switch"},
    [C_TO_SESSION] = {"ToSession", PSSESSION, HOP_NOT_NULL},
    [C_FROM_SESSION] = {"FromSession", PSSESSION, HOP_NOT_NULL},
};
static const struct hop_param move_params[] = {
    SHARED,
    [C_DESTINATION] = {"Destination", "string", HOP_BY_NAME,
                       .position = HOP_POS(1)},
    [C_PASS_THRU] = {"PassThru", "switch"},
};

static bool
write_result(struct hop_command *c, const struct hop_item_path *from,
             const struct hop_item_path *to)
{
    struct hop_item_path p = *to;
    HOP_AUTO_FREE char *inside = NULL;
    struct hop_value item;

    if (!hop_arg_on(c, C_PASS_THRU))
        return true;
    inside = hop_xasprintf("%s/%s", to->path, hop_paths_leaf(from->path));
    p.path = inside;
    if (!p.provider->item_exists || !p.provider->item_exists(&p))
        p.path = to->path;
    if (!p.provider->get_item(&p, true, &item))
        return false;
    return hop_paths_write_item(c, &p, item);
}

static bool
no_navigation(struct hop_command *c)
{
    struct hop_error_spec spec = {
        .id = "GetDynamicParametersException",
        .category = HOP_CAT_INVALID_ARGUMENT,
        .exception = "System.Management.Automation.ParameterBindingException"};

    return hop_command_throw(
        c, &spec,
        "Cannot retrieve the dynamic parameters for the cmdlet. The "
        "NavigationCmdletProvider methods are not supported by this "
        "provider.");
}

/* fn does the work: copy or move. */
static bool
transfer(struct hop_command *c, struct hop_item_path *p, bool move)
{
    const char *to = hop_arg_text(c, C_DESTINATION);
    HOP_AUTO_FREE char *detail = NULL, *shown = NULL;
    struct hop_item_path target;
    bool go, ok;

    if (move && !hop_paths_are_files(p))
        return no_navigation(c);
    if (move ? !p->provider->move_item : !p->provider->copy_item)
        return hop_paths_unsupported(c, p);
    if (!hop_path_resolve(hop_command_runspace(c), to ? to : ".", &target))
        return false;
    shown = hop_unc_shown(target.path);
    detail = hop_xasprintf(" Destination: %s", shown);
    ok = may(c, p, move ? "Move" : "Copy", detail, &go);
    if (!ok || !go) {
        hop_item_path_done(&target);
        return ok;
    }
    ok = move ? p->provider->move_item(p, target.path, hop_arg_on(c, FORCE))
              : p->provider->copy_item(p, target.path, hop_arg_on(c, C_RECURSE),
                                       hop_arg_on(c, FORCE));
    ok = ok && write_result(c, p, &target);
    hop_item_path_done(&target);
    return ok;
}

static bool
copy_one(struct hop_command *c, struct hop_item_path *p)
{
    const char *to = hop_arg_text(c, C_DESTINATION);
    bool go;

    if (!hop_arg_bound(c, C_TO_SESSION))
        return transfer(c, p, false);
    if (!hop_should_process(c, p->path, "Copy Item to session", &go) || !go)
        return !hop_has_exception(hop_command_context(c));
    return remote_copy_to(c, hop_arg(c, C_TO_SESSION), p->path, to ? to : ".",
                          hop_arg_on(c, C_RECURSE));
}

/* The paths are the other side's. */
static bool
copy_from(struct hop_command *c)
{
    size_t param = hop_arg_bound(c, LITERAL) ? LITERAL : PATH;
    const char *to = hop_arg_text(c, C_DESTINATION);
    struct hop_item_path target;
    bool ok = true, go;

    if (!hop_path_resolve(hop_command_runspace(c), to ? to : ".", &target))
        return false;
    for (size_t i = 0; ok && i < hop_arg_count(c, param); i++) {
        const char *from = hop_cstr(hop_value_base(hop_arg_item(c, param, i)));

        ok = hop_should_process(c, from, "Copy Item from session", &go);
        if (ok && go)
            ok = remote_copy_from(c, hop_arg(c, C_FROM_SESSION), from,
                                  target.path, param == LITERAL,
                                  hop_arg_on(c, C_RECURSE));
    }
    hop_item_path_done(&target);
    return ok;
}

static bool
two_sessions(struct hop_command *c)
{
    struct hop_error_spec spec = {.id = "InvalidInput",
                                  .category = HOP_CAT_INVALID_ARGUMENT,
                                  .exception = "System.ArgumentException"};

    return hop_command_error(c, &spec,
                             "-ToSession and -FromSession cannot be used "
                             "together: copy to this computer first.");
}

static bool
move_one(struct hop_command *c, struct hop_item_path *p)
{
    return transfer(c, p, true);
}

static bool
process_copy(struct hop_command *c)
{
    if (hop_arg_bound(c, C_TO_SESSION) && hop_arg_bound(c, C_FROM_SESSION))
        return two_sessions(c);
    if (hop_arg_bound(c, C_FROM_SESSION))
        return copy_from(c);
    return hop_paths_each(c, &paths, copy_one);
}

static bool
process_move(struct hop_command *c)
{
    return hop_paths_each(c, &paths, move_one);
}

const struct hop_cmdlet hop_cmdlet_copy_item = {
    .name = "Copy-Item",
    .default_set = "Path",
    HOP_PARAMS(copy_params),
    .flags = HOP_SHOULD_PROCESS,
    .synopsis = "Copies items.",
    .process = process_copy,
};

const struct hop_cmdlet hop_cmdlet_move_item = {
    .name = "Move-Item",
    .default_set = "Path",
    HOP_PARAMS(move_params),
    .flags = HOP_SHOULD_PROCESS,
    .synopsis = "Moves items.",
    .process = process_move,
};
