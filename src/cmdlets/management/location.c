/* Get-Location, Set-Location, Push-Location, Pop-Location; drives and
 * providers.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cmdlets/management/management.h"
#include "cmdlets/management/paths.h"
#include "smb/client.h"
#include "smb/unc.h"
#include "value/ops.h"
#include "value/types/secure.h"

/* ---- Get-Location ---- */

enum { G_PROVIDER, G_DRIVE, G_STACK, G_NAME };
static const struct hop_param get_params[] = {
    [G_PROVIDER] = {"PSProvider", "string[]",
                    .in = HOP_SETS({"Location", HOP_BY_NAME})},
    [G_DRIVE] = {"PSDrive", "string[]",
                 .in = HOP_SETS({"Location", HOP_BY_NAME})},
    [G_STACK] = {"Stack", "switch", .in = HOP_SETS({"Stack"})},
    [G_NAME] = {"StackName", "string[]", HOP_BY_NAME,
                .in = HOP_SETS({"Stack"})},
};

static bool
process_get(struct hop_command *c)
{
    struct hop_runspace *rs = hop_command_runspace(c);

    if (hop_arg_on(c, G_STACK) || hop_arg_bound(c, G_NAME)) {
        HOP_AUTO_VALUE struct hop_value name =
            hop_arg_count(c, G_NAME) ? hop_retain(hop_arg_item(c, G_NAME, 0))
                                     : hop_null();

        return hop_write_take(c, hop_location_stack(rs, hop_is_string(name)
                                                            ? hop_cstr(name)
                                                            : NULL));
    }
    return hop_write_take(c, hop_location_object(rs));
}

const struct hop_cmdlet hop_cmdlet_get_location = {
    .name = "Get-Location",
    .default_set = "Location",
    HOP_PARAMS(get_params),
    .output = "System.Management.Automation.PathInfo",
    .synopsis = "Gets the current location.",
    .process = process_get,
};

/* ---- Set-Location, Push-Location ---- */

enum { S_PATH, S_LITERAL, S_PASS_THRU, S_STACK };
static const struct hop_param set_params[] = {
    [S_PATH] = {"Path", "string",
                .in =
                    HOP_SETS({"Path", HOP_BY_VALUE | HOP_BY_NAME, HOP_POS(0)})},
    [S_LITERAL] = {"LiteralPath", "string",
                   .in = HOP_SETS(
                       {"LiteralPath", HOP_MANDATORY | HOP_BY_NAME, 0}),
                   .aliases = "PSPath LP"},
    [S_PASS_THRU] = {"PassThru", "switch"},
    [S_STACK] = {"StackName", "string", HOP_BY_NAME,
                 .in = HOP_SETS({"Stack"}, {"Path"}, {"LiteralPath"})},
};

static bool
go_to(struct hop_command *c, const char *path, bool literal)
{
    struct hop_runspace *rs = hop_command_runspace(c);

    if (path && !hop_location_set(rs, path, literal))
        return hop_command_report(c);
    return !hop_arg_on(c, S_PASS_THRU) ||
           hop_write_take(c, hop_location_object(rs));
}

static bool
process_set(struct hop_command *c)
{
    const char *literal = hop_arg_text(c, S_LITERAL);
    const char *path = hop_arg_text(c, S_PATH);

    if (literal)
        return go_to(c, literal, true);
    return go_to(c, path ? path : "~", false);
}

const struct hop_cmdlet hop_cmdlet_set_location = {
    .name = "Set-Location",
    .default_set = "Path",
    HOP_PARAMS(set_params),
    .synopsis = "Changes the current location.",
    .process = process_set,
};

static bool
process_push(struct hop_command *c)
{
    const char *literal = hop_arg_text(c, S_LITERAL);
    const char *path = literal ? literal : hop_arg_text(c, S_PATH);

    hop_location_push(hop_command_runspace(c), hop_arg_text(c, S_STACK));
    return go_to(c, path, literal != NULL);
}

const struct hop_cmdlet hop_cmdlet_push_location = {
    .name = "Push-Location",
    .default_set = "Path",
    HOP_PARAMS(set_params),
    .synopsis = "Remembers the current location and may change it.",
    .process = process_push,
};

enum { P_PASS_THRU, P_STACK };
static const struct hop_param pop_params[] = {
    [P_PASS_THRU] = {"PassThru", "switch"},
    [P_STACK] = {"StackName", "string", HOP_BY_NAME},
};

static bool
process_pop(struct hop_command *c)
{
    struct hop_runspace *rs = hop_command_runspace(c);

    if (!hop_location_pop(rs, hop_arg_text(c, P_STACK)))
        return hop_command_report(c);
    return !hop_arg_on(c, P_PASS_THRU) ||
           hop_write_take(c, hop_location_object(rs));
}

const struct hop_cmdlet hop_cmdlet_pop_location = {
    .name = "Pop-Location",
    HOP_PARAMS(pop_params),
    .synopsis = "Goes back to the location remembered last.",
    .process = process_pop,
};

/* ---- Get-PSDrive, New-PSDrive, Remove-PSDrive ---- */

enum { D_NAME, D_LITERAL, D_SCOPE, D_PROVIDER };
static const struct hop_param drive_params[] = {
    [D_NAME] = {"Name", "string[]", HOP_BY_NAME,
                .in = HOP_SETS({"Name", 0, HOP_POS(0)})},
    [D_LITERAL] = {"LiteralName", "string[]",
                   .in = HOP_SETS({"LiteralName", HOP_MANDATORY | HOP_BY_NAME,
                                   HOP_POS(0)})},
    [D_SCOPE] = {"Scope", "string", HOP_BY_NAME},
    [D_PROVIDER] = {"PSProvider", "string[]", HOP_BY_NAME},
};

static bool
names_match(struct hop_command *c, size_t param, const char *name)
{
    for (size_t i = 0; i < hop_arg_count(c, param); i++) {
        struct hop_value p = hop_arg_item(c, param, i);

        if (hop_is_string(p) && hop_wildcard_match(hop_cstr(p), p.u.s->len,
                                                   name, strlen(name), true))
            return true;
    }
    return hop_arg_count(c, param) == 0;
}

static bool
no_drive(struct hop_command *c, const char *name)
{
    HOP_AUTO_VALUE struct hop_value target = hop_text(name);
    struct hop_error_spec spec = {
        .id = "GetLocationNoMatchingDrive",
        .category = HOP_CAT_OBJECT_NOT_FOUND,
        .exception = "System.Management.Automation.DriveNotFoundException",
        .target = target};

    return hop_command_error(
        c, &spec,
        "Cannot find drive. A drive with the name '%s' does not exist.", name);
}

static bool
report_missing(struct hop_command *c, size_t param)
{
    for (size_t i = 0; i < hop_arg_count(c, param); i++) {
        struct hop_value v = hop_arg_item(c, param, i);

        if (hop_is_string(v) && !hop_wildcard_has(hop_cstr(v), v.u.s->len) &&
            !hop_drive_find(hop_command_runspace(c), hop_cstr(v)) &&
            !no_drive(c, hop_cstr(v)))
            return false;
    }
    return true;
}

static int
by_name(const void *a, const void *b)
{
    const struct hop_drive *const *x = a, *const *y = b;

    return strcasecmp((*x)->name, (*y)->name);
}

static bool
process_get_drive(struct hop_command *c)
{
    struct hop_runspace *rs = hop_command_runspace(c);
    size_t param = hop_arg_bound(c, D_LITERAL) ? D_LITERAL : D_NAME;
    HOP_AUTO_FREE struct hop_drive **found = NULL;
    size_t n = 0;

    for (struct hop_drive *d = hop_drive_first(rs); d; d = d->next) {
        if (!names_match(c, param, d->name) ||
            !names_match(c, D_PROVIDER, d->provider->name))
            continue;
        found = hop_xrealloc(found, n + 1, sizeof(struct hop_drive *));
        found[n++] = d;
    }
    if (n)
        qsort(found, n, sizeof(struct hop_drive *), by_name);
    for (size_t i = 0; i < n; i++)
        if (!hop_write_take(c, hop_drive_object(rs, found[i])))
            return false;
    return report_missing(c, param);
}

const struct hop_cmdlet hop_cmdlet_get_ps_drive = {
    .name = "Get-PSDrive",
    .default_set = "Name",
    HOP_PARAMS(drive_params),
    .output = "System.Management.Automation.PSDriveInfo",
    .synopsis = "Gets the drives of the session.",
    .process = process_get_drive,
};

enum {
    ND_NAME,
    ND_PROVIDER,
    ND_ROOT,
    ND_DESCRIPTION,
    ND_SCOPE,
    ND_PERSIST,
    ND_CREDENTIAL
};
static const struct hop_param new_params[] = {
    [ND_NAME] = {"Name", "string", HOP_MANDATORY | HOP_BY_NAME,
                 .position = HOP_POS(0)},
    [ND_PROVIDER] = {"PSProvider", "string", HOP_MANDATORY | HOP_BY_NAME,
                     .position = HOP_POS(1)},
    [ND_ROOT] = {"Root", "string",
                 HOP_MANDATORY | HOP_BY_NAME | HOP_ALLOW_EMPTY_STRING,
                 .position = HOP_POS(2)},
    [ND_DESCRIPTION] = {"Description", "string", HOP_BY_NAME},
    [ND_SCOPE] = {"Scope", "string", HOP_BY_NAME},
    [ND_PERSIST] = {"Persist", "switch", HOP_BY_NAME},
    [ND_CREDENTIAL] = {"Credential", "pscredential",
                       HOP_CREDENTIAL | HOP_BY_NAME},
};

static bool
no_provider(struct hop_command *c, const char *name)
{
    HOP_AUTO_VALUE struct hop_value target = hop_text(name);
    struct hop_error_spec spec = {
        .id = "ProviderNotFound",
        .category = HOP_CAT_OBJECT_NOT_FOUND,
        .exception = "System.Management.Automation.ProviderNotFoundException",
        .target = target};

    return hop_command_throw(
        c, &spec, "Cannot find a provider with the name '%s'.", name);
}

static bool
bad_drive_name(struct hop_command *c)
{
    struct hop_error_spec spec = {
        .id = "Argument",
        .category = HOP_CAT_INVALID_ARGUMENT,
        .exception = "System.Management.Automation.PSArgumentException"};

    return hop_command_error(
        c, &spec,
        "Cannot process the drive name because the drive name contains one or "
        "more of the following characters that are not valid: ; ~ / \\ . :");
}

static bool
bad_root(struct hop_command *c, const char *root)
{
    struct hop_error_spec spec = {.id = "DriveRootError",
                                  .category = HOP_CAT_READ_ERROR,
                                  .exception = "System.IO.IOException"};

    return hop_command_error(c, &spec,
                             "The specified drive root \"%s\" either does not "
                             "exist, or it is not a folder.",
                             root);
}

/* The root as the drive keeps it; malloc'ed, NULL with *ok telling whether the
 * cmdlet goes on. */
static char *
drive_root(struct hop_command *c, const struct hop_provider *provider, bool *ok)
{
    struct hop_runspace *rs = hop_command_runspace(c);
    const char *given = hop_arg_text(c, ND_ROOT);
    struct hop_item_path root;

    if (!(provider->capabilities & HOP_PROVIDER_NAVIGATION))
        return hop_xstrdup(given);
    if (!hop_path_resolve(rs, given, &root)) {
        *ok = hop_command_report(c);
        return NULL;
    }
    if (root.provider->is_container && !root.provider->is_container(&root)) {
        *ok = hop_unc_is(root.path) && !root.provider->item_exists(&root) &&
                      hop_has_exception(hop_command_context(c))
                  ? hop_command_report(c)
                  : bad_root(c, given);
        hop_item_path_done(&root);
        return NULL;
    }
    return root.path;
}

/* -Credential is shown to the root's server from now on, as by net use.  The
 * root, malloc'ed; NULL: nothing to show. */
static char *
use_credential(struct hop_command *c)
{
    const char *root = hop_arg_text(c, ND_ROOT);
    HOP_AUTO_FREE char *user = NULL;
    HOP_AUTO_SECRET struct hop_secret *password = NULL;
    char *path;

    if (!hop_unc_written(root) ||
        !hop_credential_open(hop_command_context(c), hop_arg(c, ND_CREDENTIAL),
                             &user, &password))
        return NULL;
    path = hop_unc_normalize(root);
    hop_unc_use(path, user, password);
    return path;
}

static bool
process_new_drive(struct hop_command *c)
{
    struct hop_runspace *rs = hop_command_runspace(c);
    const struct hop_provider *provider =
        hop_provider_find(rs, hop_arg_text(c, ND_PROVIDER));
    HOP_AUTO_FREE char *target = NULL, *root = NULL, *logged_on = NULL;
    const char *name = hop_arg_text(c, ND_NAME);
    struct hop_drive *drive;
    bool ok = true, go;

    if (!provider)
        return no_provider(c, hop_arg_text(c, ND_PROVIDER));
    target = hop_xasprintf("Name: %s Provider: %s\\%s Root: %s", name,
                           provider->module, provider->name,
                           hop_arg_text(c, ND_ROOT));
    if (!hop_should_process(c, target, "New drive", &go))
        return false;
    if (!go)
        return true;
    if (strpbrk(name, ";~/\\.:"))
        return bad_drive_name(c);
    logged_on = use_credential(c);
    root = drive_root(c, provider, &ok);
    if (!root) {
        if (logged_on)
            hop_unc_forget(logged_on);
        return ok;
    }
    if (!hop_drive_add(rs, name, provider, root,
                       hop_arg_text(c, ND_DESCRIPTION), &drive) ||
        !hop_drive_limit(rs, drive, hop_arg_text(c, ND_SCOPE)))
        return hop_command_report(c);
    if (hop_arg_on(c, ND_PERSIST) &&
        !hop_write_warning(c,
                           "The drive '%s' ends with this session: -Persist "
                           "has no meaning on this system. Mount the share "
                           "(mount.cifs, or an entry in /etc/fstab) to keep "
                           "it.",
                           name))
        return false;
    return hop_write_take(c, hop_drive_object(rs, drive));
}

const struct hop_cmdlet hop_cmdlet_new_ps_drive = {
    .name = "New-PSDrive",
    HOP_PARAMS(new_params),
    .flags = HOP_SHOULD_PROCESS,
    .class_name = "NewPSDriveCommand",
    .synopsis = "Makes a drive.",
    .process = process_new_drive,
};

enum { RD_NAME, RD_LITERAL, RD_PROVIDER, RD_SCOPE, RD_FORCE };
static const struct hop_param remove_params[] = {
    [RD_NAME] = {"Name", "string[]",
                 .in = HOP_SETS(
                     {"Name", HOP_MANDATORY | HOP_BY_NAME, HOP_POS(0)})},
    [RD_LITERAL] = {"LiteralName", "string[]",
                    .in = HOP_SETS({"LiteralName", HOP_MANDATORY | HOP_BY_NAME,
                                    HOP_POS(0)})},
    [RD_PROVIDER] = {"PSProvider", "string[]", HOP_BY_NAME},
    [RD_SCOPE] = {"Scope", "string", HOP_BY_NAME},
    [RD_FORCE] = {"Force", "switch"},
};

static bool
process_remove(struct hop_command *c)
{
    size_t param = hop_arg_bound(c, RD_LITERAL) ? RD_LITERAL : RD_NAME;

    for (size_t i = 0; i < hop_arg_count(c, param); i++) {
        const char *name = hop_cstr(hop_arg_item(c, param, i));
        struct hop_drive *d = hop_drive_find(hop_command_runspace(c), name);
        HOP_AUTO_FREE char *target =
            d ? hop_xasprintf("Name: %s Provider: %s\\%s Root: %s", d->name,
                              d->provider->module, d->provider->name, d->root)
              : NULL;
        HOP_AUTO_FREE char *root =
            d && hop_unc_is(d->root) ? hop_xstrdup(d->root) : NULL;
        bool go = true;

        if (d && !hop_should_process(c, target, "Remove Drive", &go))
            return false;
        if (!go)
            continue;
        if (hop_drive_remove(hop_command_runspace(c), name)) {
            if (root)
                hop_unc_forget(root);
        } else if (!hop_command_report(c)) {
            return false;
        }
    }
    return true;
}

const struct hop_cmdlet hop_cmdlet_remove_ps_drive = {
    .name = "Remove-PSDrive",
    .default_set = "Name",
    HOP_PARAMS(remove_params),
    .flags = HOP_SHOULD_PROCESS,
    .synopsis = "Removes drives.",
    .process = process_remove,
};

/* ---- Get-PSProvider ---- */

enum { GP_NAME };
static const struct hop_param provider_params[] = {
    [GP_NAME] = {"PSProvider", "string[]", HOP_BY_NAME, .position = HOP_POS(0)},
};

/* By name, as PowerShell lists them. */
static const struct hop_provider *
next_by_name(const struct hop_provider *const *all, size_t n, const char *after)
{
    const struct hop_provider *best = NULL;

    for (size_t i = 0; i < n; i++)
        if ((!after || strcasecmp(all[i]->name, after) > 0) &&
            (!best || strcasecmp(all[i]->name, best->name) < 0))
            best = all[i];
    return best;
}

static bool
process_provider(struct hop_command *c)
{
    struct hop_runspace *rs = hop_command_runspace(c);
    size_t n;
    const struct hop_provider *const *all = hop_provider_all(rs, &n);
    const struct hop_provider *p = next_by_name(all, n, NULL);

    for (size_t i = 0; i < hop_arg_count(c, GP_NAME); i++) {
        struct hop_value v = hop_arg_item(c, GP_NAME, i);

        if (hop_is_string(v) && !hop_wildcard_has(hop_cstr(v), v.u.s->len) &&
            !hop_provider_find(rs, hop_cstr(v)))
            return no_provider(c, hop_cstr(v));
    }
    for (; p; p = next_by_name(all, n, p->name))
        if (names_match(c, GP_NAME, p->name) &&
            !hop_write_take(c, hop_provider_object(rs, p)))
            return false;
    return true;
}

const struct hop_cmdlet hop_cmdlet_get_ps_provider = {
    .name = "Get-PSProvider",
    HOP_PARAMS(provider_params),
    .output = "System.Management.Automation.ProviderInfo",
    .synopsis = "Gets the providers.",
    .process = process_provider,
};
