/* SPDX-License-Identifier: MIT */
#include "cmdlets/management/paths.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cmdlets/management/filesystem.h"
#include "engine/errors.h"
#include "smb/unc.h"
#include "value/collections.h"
#include "value/exception.h"
#include "value/member.h"
#include "value/ops.h"

const char *
hop_paths_leaf(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash && slash[1] ? slash + 1 : path;
}

static bool
matches_one(struct hop_command *c, size_t param, const char *name)
{
    for (size_t i = 0; i < hop_arg_count(c, param); i++) {
        struct hop_value p = hop_arg_item(c, param, i);

        if (hop_is_string(p) && hop_wildcard_match(hop_cstr(p), p.u.s->len,
                                                   name, strlen(name), true))
            return true;
    }
    return false;
}

bool
hop_paths_wanted(struct hop_command *c, const struct hop_path_params *params,
                 const char *name)
{
    const char *filter =
        params->filter == HOP_NO_PARAM ? NULL : hop_arg_text(c, params->filter);

    if (filter && *filter &&
        !hop_wildcard_match(filter, strlen(filter), name, strlen(name), true))
        return false;
    if (params->include != HOP_NO_PARAM && hop_arg_count(c, params->include) &&
        !matches_one(c, params->include, name))
        return false;
    return params->exclude == HOP_NO_PARAM ||
           !matches_one(c, params->exclude, name);
}

/* Which of both has the paths. */
static size_t
given(struct hop_command *c, const struct hop_path_params *params)
{
    return params->literal != HOP_NO_PARAM && hop_arg_bound(c, params->literal)
               ? params->literal
               : params->path;
}

struct each {
    struct hop_command *c;
    const struct hop_path_params *params;
    bool (*fn)(struct hop_command *c, struct hop_item_path *p);
    bool ended;
    bool called;
};

static bool
call_one(void *ctx, struct hop_item_path *p)
{
    struct each *e = ctx;

    p->command = e->c;
    if (!hop_paths_wanted(e->c, e->params, hop_paths_leaf(p->path)))
        return true;
    if (e->fn(e->c, p))
        return true;
    /* The error of one item does not end the others. */
    if (hop_has_exception(hop_command_context(e->c)) &&
        hop_command_report(e->c))
        return true;
    e->ended = true;
    return false;
}

static bool
each_path(struct each *e, const char *path, bool literal, bool force)
{
    struct hop_runspace *rs = hop_command_runspace(e->c);

    if (hop_path_glob(rs, path, literal, force, call_one, e) && !e->ended)
        return true;
    if (e->ended)
        return false;
    return !hop_has_exception(hop_command_context(e->c)) ||
           hop_command_report(e->c);
}

bool
hop_paths_each(struct hop_command *c, const struct hop_path_params *params,
               bool (*fn)(struct hop_command *c, struct hop_item_path *p))
{
    struct each e = {c, params, fn, false, false};
    size_t param = given(c, params);
    bool literal = param == params->literal;
    bool force = params->force != HOP_NO_PARAM && hop_arg_on(c, params->force);

    for (size_t i = 0; i < hop_arg_count(c, param); i++) {
        struct hop_value v = hop_arg_item(c, param, i);

        if (hop_is_string(v) && !each_path(&e, hop_cstr(v), literal, force))
            return false;
    }
    return true;
}

size_t
hop_paths_count(struct hop_command *c, const struct hop_path_params *params)
{
    return hop_arg_count(c, given(c, params));
}

struct at {
    struct hop_command *c;
    struct hop_path_params params;
    bool (*fn)(struct hop_command *c, struct hop_item_path *p, bool *ends);
    bool ends;
};

static bool
call_at(void *ctx, struct hop_item_path *p)
{
    struct at *at = ctx;

    p->command = at->c;
    return !hop_paths_wanted(at->c, &at->params, hop_paths_leaf(p->path)) ||
           at->fn(at->c, p, &at->ends);
}

bool
hop_paths_at(struct hop_command *c, const struct hop_path_params *params,
             size_t i,
             bool (*fn)(struct hop_command *c, struct hop_item_path *p,
                        bool *ends))
{
    struct at at = {c, *params, fn, false};
    bool literal = given(c, params) == params->literal;
    bool force = params->force != HOP_NO_PARAM && hop_arg_on(c, params->force);
    struct hop_value v = hop_arg_item(c, given(c, params), i);

    if (!hop_is_string(v))
        return true;
    if (literal || !hop_path_has_wildcard(hop_cstr(v)))
        at.params.filter = HOP_NO_PARAM;
    if (hop_path_glob(hop_command_runspace(c), hop_cstr(v), literal, force,
                      call_at, &at))
        return true;
    return !at.ends && hop_has_exception(hop_command_context(c)) &&
           hop_command_report(c);
}

bool
hop_paths_open_failed(struct hop_command *c, const char *path)
{
    struct hop_runspace *rs = hop_command_runspace(c);
    HOP_AUTO_FREE char *shown = hop_unc_shown(path);
    HOP_AUTO_VALUE struct hop_value target = hop_text(shown);
    HOP_AUTO_VALUE struct hop_value exception =
        hop_take_exception(hop_command_context(c));

    return hop_throw_record(
        rs, hop_error_record_from(rs, exception, "FileOpenFailure",
                                  HOP_CAT_OPEN_ERROR, target));
}

bool
hop_paths_no_clobber(struct hop_command *c, const char *path)
{
    HOP_AUTO_FREE char *shown = hop_unc_shown(path);
    HOP_AUTO_VALUE struct hop_value target = hop_text(shown);
    struct hop_error_spec spec = {.id = "NoClobber",
                                  .category = HOP_CAT_RESOURCE_EXISTS,
                                  .exception = "System.IO.IOException",
                                  .target = target};

    return hop_command_throw(c, &spec, "The file '%s' already exists.", shown);
}

static bool
found_nothing(struct hop_command *c, const char *pattern)
{
    (void)hop_throw(hop_command_context(c), &hop_exception_file_not_found,
                    "Unable to find the specified file.");
    return hop_paths_open_failed(c, pattern);
}

static bool
call_file(void *ctx, struct hop_item_path *p)
{
    struct each *e = ctx;

    p->command = e->c;
    e->called = true;
    return e->fn(e->c, p);
}

bool
hop_paths_each_file(struct hop_command *c, const struct hop_path_params *params,
                    bool (*fn)(struct hop_command *c, struct hop_item_path *p))
{
    struct hop_runspace *rs = hop_command_runspace(c);
    size_t param = given(c, params);
    bool literal = param == params->literal;

    for (size_t i = 0; i < hop_arg_count(c, param); i++) {
        struct hop_value v = hop_arg_item(c, param, i);
        struct each e = {c, params, fn, false, false};
        struct hop_item_path p;

        if (!hop_is_string(v))
            continue;
        if (!literal && hop_path_has_wildcard(hop_cstr(v))) {
            if (!hop_path_glob(rs, hop_cstr(v), false, false, call_file, &e))
                return false;
            if (!e.called)
                return found_nothing(c, hop_cstr(v));
            continue;
        }
        if (!hop_path_resolve(rs, hop_cstr(v), &p))
            return false;
        e.called = call_file(&e, &p);
        hop_item_path_done(&p);
        if (!e.called)
            return false;
    }
    return true;
}

bool
hop_paths_each_new(struct hop_command *c, const struct hop_path_params *params,
                   bool (*fn)(struct hop_command *c, struct hop_item_path *p))
{
    size_t param = given(c, params);
    bool literal = param == params->literal;
    bool force = params->force != HOP_NO_PARAM && hop_arg_on(c, params->force);

    for (size_t i = 0; i < hop_arg_count(c, param); i++) {
        struct hop_value v = hop_arg_item(c, param, i);
        struct hop_item_path p;
        bool ok;

        if (!hop_is_string(v))
            continue;
        if (!literal && hop_path_has_wildcard(hop_cstr(v))) {
            struct each e = {c, params, fn, false, false};

            if (!each_path(&e, hop_cstr(v), false, force))
                return false;
            continue;
        }
        ok = hop_path_resolve(hop_command_runspace(c), hop_cstr(v), &p);
        if (ok) {
            p.command = c;
            ok = fn(c, &p);
            hop_item_path_done(&p);
        }
        if (!ok && (!hop_has_exception(hop_command_context(c)) ||
                    !hop_command_report(c)))
            return false;
    }
    return true;
}

static void
add_note(struct hop_value item, const char *name, struct hop_value v)
{
    struct hop_member m = {
        .name = hop_string_from(name), .kind = HOP_MEMBER_NOTE, .value = v};

    hop_member_add(item.u.o, m);
}

/* "Microsoft.PowerShell.Core\FileSystem::/tmp" of ".../tmp/x". */
static char *
parent_of(const char *qualified, const char *path)
{
    size_t prefix = strlen(qualified) - strlen(path);
    const char *slash = strrchr(path, '/');
    size_t n = slash ? (size_t)(slash - path) : 0;

    if (strcmp(path, "/") == 0 || !slash)
        return hop_xstrdup("");
    return hop_xstrndup(qualified, prefix + (n ? n : 1));
}

/* What is asked of the path, in the order of the provider's objects. */
static void
add_notes(const struct hop_item_path *p, struct hop_value v)
{
    HOP_AUTO_FREE char *qualified = hop_path_qualified(p);
    HOP_AUTO_FREE char *parent = parent_of(qualified, p->path);

    add_note(v, "PSPath", hop_text(qualified));
    if (p->provider->capabilities & HOP_PROVIDER_NAVIGATION) {
        add_note(v, "PSParentPath", hop_text(parent));
        add_note(v, "PSChildName", hop_text(hop_paths_leaf(p->path)));
    }
    if (p->drive)
        add_note(v, "PSDrive", hop_drive_object(p->rs, p->drive));
    add_note(v, "PSProvider", hop_provider_object(p->rs, p->provider));
}

bool
hop_paths_write_item(struct hop_command *c, const struct hop_item_path *p,
                     struct hop_value item)
{
    HOP_AUTO_VALUE struct hop_value v = hop_wrap(hop_command_context(c), item);
    bool container = p->provider->is_container && p->provider->is_container(p);

    add_notes(p, v);
    add_note(v, "PSIsContainer", hop_bool(container));
    return hop_write(c, v);
}

bool
hop_paths_write_property(struct hop_command *c, const struct hop_item_path *p,
                         struct hop_value properties)
{
    HOP_AUTO_VALUE struct hop_value v =
        hop_wrap(hop_command_context(c), properties);

    add_notes(p, v);
    return hop_write(c, v);
}

bool
hop_paths_are_files(const struct hop_item_path *p)
{
    return strcmp(p->provider->name, "FileSystem") == 0;
}

bool
hop_paths_unsupported(struct hop_command *c, const struct hop_item_path *p)
{
    struct hop_error_spec spec = {
        .id = "NotSupported",
        .category = HOP_CAT_NOT_IMPLEMENTED,
        .exception = "System.Management.Automation.PSNotSupportedException"};

    return hop_throw_error(hop_command_runspace(c), &spec,
                           "Provider operation stopped because the provider "
                           "does not support this operation.");
}

bool
hop_paths_no_properties(struct hop_command *c)
{
    struct hop_error_spec spec = {
        .id = "NotSupported",
        .category = HOP_CAT_NOT_IMPLEMENTED,
        .exception = "System.Management.Automation.PSNotSupportedException"};

    return hop_throw_error(hop_command_runspace(c), &spec,
                           "Cannot use interface. The IPropertyCmdletProvider "
                           "interface is not supported by this provider.");
}
