/* Get-WindowsFeature, Install- and Uninstall-WindowsFeature: what servers this
 * host has packages of.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cim/packages.h"
#include "cmdlets/cim/commands.h"
#include "cmdlets/cim/feature.h"
#include "cmdlets/record.h"
#include "value/ops.h"

#define STATUS_FILE "/var/lib/dpkg/status"
#define MANAGER     "Microsoft.Windows.ServerManager.Commands."

/* ---- objects ---- */

enum {
    F_NAME,
    F_TITLE,
    F_DESCRIPTION,
    F_INSTALLED,
    F_STATE,
    F_TYPE,
    F_PATH,
    F_DEPTH,
    F_DEPENDS,
    F_PARENT,
    F_PARTS,
    F_SERVICE,
    F_PACKAGES,
};
static const struct hop_property properties[] = {
    HOP_RECORD_PROPERTY(F_NAME, "Name", "string"),
    HOP_RECORD_PROPERTY(F_TITLE, "DisplayName", "string"),
    HOP_RECORD_PROPERTY(F_DESCRIPTION, "Description", "string"),
    HOP_RECORD_PROPERTY(F_INSTALLED, "Installed", "bool"),
    HOP_RECORD_PROPERTY(F_STATE, "InstallState", "string"),
    HOP_RECORD_PROPERTY(F_TYPE, "FeatureType", "string"),
    HOP_RECORD_PROPERTY(F_PATH, "Path", "string"),
    HOP_RECORD_PROPERTY(F_DEPTH, "Depth", "int"),
    HOP_RECORD_PROPERTY(F_DEPENDS, "DependsOn", "string[]"),
    HOP_RECORD_PROPERTY(F_PARENT, "Parent", "string"),
    HOP_RECORD_PROPERTY(F_PARTS, "SubFeatures", "string[]"),
    HOP_RECORD_PROPERTY(F_SERVICE, "SystemService", "string[]"),
    HOP_RECORD_PROPERTY(F_PACKAGES, "Packages", "string[]"),
    {0},
};
static bool
name_of(struct hop_context *cx, struct hop_value v, struct hop_string **out)
{
    *out = hop_string_retain(
        ((struct hop_record *)hop_value_base(v).u.o)->slot[F_NAME].u.s);
    return true;
}
const struct hop_class hop_class_feature =
    HOP_RECORD_CLASS(MANAGER "Feature", properties, .to_string = name_of);

enum { R_SUCCESS, R_RESTART, R_CODE, R_FEATURES };
static const struct hop_property result_properties[] = {
    HOP_RECORD_PROPERTY(R_SUCCESS, "Success", "bool"),
    HOP_RECORD_PROPERTY(R_RESTART, "RestartNeeded", "string"),
    HOP_RECORD_PROPERTY(R_CODE, "ExitCode", "string"),
    HOP_RECORD_PROPERTY(R_FEATURES, "FeatureResult", "System.Object[]"),
    {0},
};
const struct hop_class hop_class_feature_result =
    HOP_RECORD_CLASS(MANAGER "FeatureOperationResult", result_properties);

static struct hop_array *
strings(struct hop_context *cx)
{
    return hop_array_new_of(cx, hop_types_array(cx, &hop_class_string, 1), 0);
}

static struct hop_value
words(struct hop_context *cx, const char *text)
{
    struct hop_array *a = strings(cx);
    HOP_AUTO_FREE char *copy = hop_xstrdup(text ? text : "");
    char *rest = NULL;

    for (char *w = strtok_r(copy, " ", &rest); w;
         w = strtok_r(NULL, " ", &rest))
        hop_array_push_text(a, w);
    return hop_obj(a);
}

static struct hop_value
parts_of(struct hop_context *cx, const struct hop_feature *of)
{
    struct hop_array *a = strings(cx);

    for (const struct hop_feature *f = hop_features; f->name; f++)
        if (f->parent && strcmp(f->parent, of->name) == 0)
            hop_array_push_text(a, f->name);
    return hop_obj(a);
}

static void
add_path(const struct hop_feature *f, struct hop_buf *path, int *depth)
{
    const struct hop_feature *parent =
        f->parent ? hop_feature_find(f->parent) : NULL;

    if (parent)
        add_path(parent, path, depth);
    hop_buf_addf(path, "%s%s", path->len ? "\\" : "", f->title);
    ++*depth;
}

static struct hop_value
feature_new(struct hop_context *cx, const struct hop_feature *f,
            const struct hop_packages *p)
{
    struct hop_record *r = hop_record_new(cx, &hop_class_feature);
    struct hop_buf path = HOP_BUF_INIT;
    bool installed = hop_feature_is_installed(f, p);
    int depth = 0;

    add_path(f, &path, &depth);
    hop_record_set(r, F_NAME, hop_text(f->name));
    hop_record_set(r, F_TITLE, hop_text(f->title));
    hop_record_set(r, F_DESCRIPTION,
                   *f->packages ? hop_str(hop_string_format(
                                      "One of the packages: %s", f->packages))
                                : hop_text("Part of Hop."));
    hop_record_set(r, F_INSTALLED, hop_bool(installed));
    hop_record_set(r, F_STATE, hop_text(installed ? "Installed" : "Available"));
    hop_record_set(r, F_TYPE, hop_text(f->type));
    hop_record_set(r, F_PATH, hop_text_buf(&path));
    hop_record_set(r, F_DEPTH, hop_int(depth));
    hop_record_set(r, F_DEPENDS, words(cx, ""));
    if (f->parent)
        hop_record_set(r, F_PARENT, hop_text(f->parent));
    hop_record_set(r, F_PARTS, parts_of(cx, f));
    hop_record_set(r, F_SERVICE, words(cx, f->service));
    hop_record_set(r, F_PACKAGES, words(cx, f->packages));
    return hop_obj(r);
}

/* ---- Get-WindowsFeature ---- */

static bool
read_packages(struct hop_command *c, struct hop_packages *p)
{
    struct hop_error_spec spec = {.id = "NoPackageDatabase",
                                  .category = HOP_CAT_RESOURCE_UNAVAILABLE};
    struct hop_error err = {0};

    return hop_packages_read(STATUS_FILE, p, &err) ||
           hop_command_throw(c, &spec,
                             "The installed packages are not known: %s. "
                             "Features are told by dpkg's database, which "
                             "Debian and its kin have.",
                             err.text);
}

enum { G_NAME, G_COMPUTER };
static const struct hop_param get_params[] = {
    [G_NAME] = {"Name", "string[]", HOP_BY_NAME | HOP_BY_VALUE | HOP_WILDCARDS,
                .position = HOP_POS(0)},
    [G_COMPUTER] = {"ComputerName", "string", HOP_NOT_NULL_OR_EMPTY,
                    .aliases = "Cn"},
};

static bool
is_wanted(struct hop_command *c, const char *name)
{
    for (size_t i = 0; i < hop_arg_count(c, G_NAME); i++) {
        struct hop_value p = hop_arg_item(c, G_NAME, i);

        if (hop_wildcard_match(hop_cstr(p), p.u.s->len, name, strlen(name),
                               true))
            return true;
    }
    return !hop_arg_bound(c, G_NAME);
}

static bool
not_here(struct hop_command *c, size_t param, const char *what)
{
    struct hop_error_spec spec = {.id = "RemoteFeatures",
                                  .category = HOP_CAT_NOT_IMPLEMENTED,
                                  .target = hop_arg(c, param)};
    const char *computer = hop_arg_text(c, param);

    return hop_command_throw(c, &spec,
                             "The features of another host are listed there. "
                             "Run: Invoke-Command -ComputerName %s { %s }",
                             computer, what);
}

static bool
process_get(struct hop_command *c)
{
    HOP_AUTO_PACKAGES struct hop_packages p = {0};

    if (hop_arg_bound(c, G_COMPUTER) &&
        !cim_is_local(hop_arg_text(c, G_COMPUTER)))
        return not_here(c, G_COMPUTER, "Get-WindowsFeature");
    if (!read_packages(c, &p))
        return false;
    for (const struct hop_feature *f = hop_features; f->name; f++)
        if (is_wanted(c, f->name) &&
            !hop_write_take(c, feature_new(hop_command_context(c), f, &p)))
            return false;
    return true;
}

const struct hop_cmdlet hop_cmdlet_get_windows_feature = {
    .name = "Get-WindowsFeature",
    HOP_PARAMS(get_params),
    .output = MANAGER "Feature",
    .class_name = MANAGER "GetWindowsFeatureCommand",
    .synopsis = "Lists what servers this host has, or could have.",
    .process = process_get,
};

/* ---- Install-WindowsFeature ---- */

enum { I_NAME, I_COMPUTER, I_SUB, I_TOOLS, I_RESTART };
static const struct hop_param install_params[] = {
    [I_NAME] = {"Name", "string[]", HOP_MANDATORY | HOP_BY_VALUE | HOP_BY_NAME,
                .position = HOP_POS(0)},
    [I_COMPUTER] = {"ComputerName", "string", HOP_NOT_NULL_OR_EMPTY,
                    .aliases = "Cn"},
    [I_SUB] = {"IncludeAllSubFeature", "switch"},
    [I_TOOLS] = {"IncludeManagementTools", "switch"},
    [I_RESTART] = {"Restart", "switch"},
};

static bool
write_result(struct hop_command *c)
{
    struct hop_context *cx = hop_command_context(c);
    struct hop_record *r = hop_record_new(cx, &hop_class_feature_result);

    hop_record_set(r, R_SUCCESS, hop_bool(true));
    hop_record_set(r, R_RESTART, hop_text("No"));
    hop_record_set(r, R_CODE, hop_text("NoChangeNeeded"));
    hop_record_set(r, R_FEATURES, hop_obj(hop_array_new(cx, 0)));
    return hop_write_take(c, hop_obj(r));
}

/* The package that stands for a feature: the first. */
static char *
package_of(const struct hop_feature *f)
{
    return hop_xstrndup(f->packages, strcspn(f->packages, " "));
}

/* Packages are the administrator's matter: what to type is told, as root's
 * password, questions and downloads are none of a shell's. */
static bool
install(struct hop_command *c, const char *name, const struct hop_packages *p,
        bool remove, bool *done)
{
    const struct hop_feature *f = hop_feature_find(name);
    struct hop_error_spec spec = {
        .id = f ? "PackageManager" : "FeatureNotFound",
        .category = f ? HOP_CAT_NOT_IMPLEMENTED : HOP_CAT_OBJECT_NOT_FOUND,
        .target = hop_arg(c, I_NAME)};
    HOP_AUTO_FREE char *package = f ? package_of(f) : NULL;
    bool installed = f && hop_feature_is_installed(f, p);

    *done = false;
    if (!f)
        return hop_command_error(c, &spec,
                                 "There is no feature '%s'. Get-WindowsFeature "
                                 "lists those that are.",
                                 name);
    if (remove && !*f->packages)
        return hop_command_error(c, &spec,
                                 "%s is part of Hop and cannot be removed by "
                                 "itself.",
                                 f->name);
    if (installed != remove) {
        *done = true;
        return !*f->packages
                   ? hop_write_warning(c,
                                       "%s is part of Hop: there is nothing to "
                                       "do.",
                                       f->name)
                   : true;
    }
    return hop_command_error(c, &spec,
                             "%s is not %s: packages are not this command's "
                             "matter. Run: apt-get %s %s",
                             f->title, remove ? "removed" : "installed",
                             remove ? "remove" : "install", package);
}

static bool
process_change(struct hop_command *c, bool remove)
{
    HOP_AUTO_PACKAGES struct hop_packages p = {0};
    bool all = true;

    if (hop_arg_bound(c, I_COMPUTER) &&
        !cim_is_local(hop_arg_text(c, I_COMPUTER)))
        return not_here(c, I_COMPUTER,
                        remove ? "Uninstall-WindowsFeature ..."
                               : "Install-WindowsFeature ...");
    if (!read_packages(c, &p))
        return false;
    for (size_t i = 0; i < hop_arg_count(c, I_NAME); i++) {
        bool done;

        if (!install(c, hop_cstr(hop_arg_item(c, I_NAME, i)), &p, remove,
                     &done))
            return false;
        all &= done;
    }
    return !all || write_result(c);
}

static bool
process_install(struct hop_command *c)
{
    return process_change(c, false);
}

static bool
process_uninstall(struct hop_command *c)
{
    return process_change(c, true);
}

const struct hop_cmdlet hop_cmdlet_install_windows_feature = {
    .name = "Install-WindowsFeature",
    HOP_PARAMS(install_params),
    .flags = HOP_SHOULD_PROCESS,
    .output = MANAGER "FeatureOperationResult",
    .class_name = MANAGER "AddWindowsFeatureCommand",
    .synopsis = "Says how to install what a server lacks.",
    .process = process_install,
};
const struct hop_cmdlet hop_cmdlet_uninstall_windows_feature = {
    .name = "Uninstall-WindowsFeature",
    HOP_PARAMS(install_params),
    .flags = HOP_SHOULD_PROCESS,
    .output = MANAGER "FeatureOperationResult",
    .class_name = MANAGER "RemoveWindowsFeatureCommand",
    .synopsis = "Says how to remove what a server has.",
    .process = process_uninstall,
};

/* ---- the module ---- */

static const struct hop_cmdlet *const cmdlets[] = {
    &hop_cmdlet_get_windows_feature,
    &hop_cmdlet_install_windows_feature,
    &hop_cmdlet_uninstall_windows_feature,
};

static const struct hop_class *const classes[] = {
    &hop_class_feature, &hop_class_feature_result, NULL};

static void
start(struct hop_runspace *rs)
{
    hop_types_register(hop_runspace_context(rs), classes);
}

const struct hop_cmdlet_module hop_module_server_manager = {
    .name = "ServerManager",
    .version = "2.0.0.0",
    .guid = "2d8abb89-bdb0-47fe-97c7-58a84a0c1b86",
    .description = "Commands for the servers that a host has",
    .cmdlets = cmdlets,
    .n = HOP_ARRAY_SIZE(cmdlets),
    .start = start,
};
