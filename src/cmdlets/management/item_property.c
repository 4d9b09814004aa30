/* Clear-ItemProperty, Copy-ItemProperty, Move-ItemProperty, New-ItemProperty,
 * Remove-ItemProperty, Rename-ItemProperty.
 *
 * Only files have properties here, and theirs are given by the system: none can
 * come or go.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cmdlets/management/management.h"
#include "cmdlets/management/paths.h"
#include "smb/unc.h"
#include "value/collections.h"
#include "value/enums.h"
#include "value/exception.h"
#include "value/types/file_attributes.h"

/* Each begins with these and ends with the five of SHARED. */
enum { PATH, LITERAL, NAME, OWN };
#define SHARED(force)                                                          \
    [(force)] = {"Force", "switch"}, [(force) + 1] = {"Filter", "string"},     \
    [(force) + 2] = {"Include", "string[]"},                                   \
    [(force) + 3] = {"Exclude", "string[]"},                                   \
    [(force) + 4] = {"Credential", "pscredential",                             \
                     HOP_CREDENTIAL | HOP_BY_NAME}
#define PATHS(force)                                                           \
    {                                                                          \
        PATH, LITERAL, (force) + 1, (force) + 2, (force) + 3, (force)          \
    }
#define NAME_PARAM(type, pos)                                                  \
    {                                                                          \
        "Name", type, HOP_MANDATORY | HOP_BY_NAME, .position = HOP_POS(pos),   \
                                                   .aliases = "PSProperty"     \
    }

/* Calls fn for the items of each path, times times each. */
static bool
each_path(struct hop_command *c, const struct hop_path_params *paths,
          size_t times,
          bool (*fn)(struct hop_command *c, struct hop_item_path *p,
                     bool *ends))
{
    for (size_t i = 0; i < hop_paths_count(c, paths); i++)
        for (size_t k = 0; k < times; k++)
            if (!hop_paths_at(c, paths, i, fn))
                return false;
    return true;
}

/* ---- Clear-ItemProperty ---- */

enum { C_PASS_THRU = OWN, C_FORCE };
static const struct hop_param clear_params[] = {
    [PATH] = HOP_PATH_PARAM,
    [LITERAL] = HOP_LITERAL_PARAM,
    [NAME] = {"Name", "string", HOP_MANDATORY | HOP_BY_NAME,
              .position = HOP_POS(1)},
    [C_PASS_THRU] = {"PassThru", "switch"},
    SHARED(C_FORCE),
};
static const struct hop_path_params clear_paths = PATHS(C_FORCE);

static bool
not_clearable(struct hop_command *c)
{
    struct hop_error_spec spec = {
        .id = "Argument",
        .category = HOP_CAT_INVALID_ARGUMENT,
        .exception = "System.Management.Automation.PSArgumentException"};

    return hop_throw_error(hop_command_runspace(c), &spec,
                           "The property cannot be cleared because the "
                           "property is not supported. Only the Attributes "
                           "property can be cleared.");
}

/* Gives the pending exception the id of a property that cannot be cleared. */
static bool
clear_failed(struct hop_command *c, const char *path)
{
    struct hop_runspace *rs = hop_command_runspace(c);
    HOP_AUTO_VALUE struct hop_value target = hop_text(path);
    HOP_AUTO_VALUE struct hop_value e =
        hop_take_exception(hop_command_context(c));
    bool denied = hop_value_is(e, &hop_exception_unauthorized_access);

    return hop_throw_record(
        rs,
        hop_error_record_from(
            rs, e,
            denied ? "ClearPropertyUnauthorizedAccessError"
                   : "ClearPropertyIOError",
            denied ? HOP_CAT_PERMISSION_DENIED : HOP_CAT_WRITE_ERROR, target));
}

/* FileAttributes.Normal. */
static bool
clear_attributes(struct hop_command *c, struct hop_item_path *p,
                 const char *shown)
{
    struct hop_context *cx = hop_command_context(c);
    HOP_AUTO_VALUE struct hop_value item = hop_null(), now = hop_null();
    HOP_AUTO_VALUE struct hop_value result = hop_null();

    if (!p->provider->get_item(p, true, &item))
        return false;
    if (!hop_file_set_attributes(cx, item, 0,
                                 hop_enum(HOP_ENUM_FILE_ATTRIBUTES, 128)))
        return hop_has_exception(cx) && clear_failed(c, shown) &&
               hop_command_report(c);
    if (!hop_arg_on(c, C_PASS_THRU))
        return true;
    if (!hop_file_get_attributes(cx, item, 0, &now))
        return false;
    result = hop_obj(hop_custom_new(cx));
    hop_custom_set(result.u.o, hop_arg(c, NAME).u.s, hop_value_steal(&now));
    return hop_paths_write_property(c, p, hop_value_steal(&result));
}

static bool
clear_one(struct hop_command *c, struct hop_item_path *p, bool *ends)
{
    const char *name = hop_arg_text(c, NAME);
    HOP_AUTO_FREE char *shown = NULL, *target = NULL;
    bool go;

    if (!hop_paths_are_files(p))
        return hop_paths_no_properties(c);
    if (!hop_ascii_ieq(name, "Attributes")) {
        *ends = true;
        return not_clearable(c);
    }
    shown = hop_unc_shown(p->path);
    target = hop_xasprintf("Item: %s Property: %s", shown, name);
    if (!hop_should_process(c, target,
                            p->provider->is_container(p)
                                ? "Clear Property Directory"
                                : "Clear Property File",
                            &go))
        return false;
    return !go || clear_attributes(c, p, shown);
}

static bool
process_clear(struct hop_command *c)
{
    return each_path(c, &clear_paths, 1, clear_one);
}

const struct hop_cmdlet hop_cmdlet_clear_item_property = {
    .name = "Clear-ItemProperty",
    .default_set = "Path",
    HOP_PARAMS(clear_params),
    .flags = HOP_SHOULD_PROCESS,
    .synopsis = "Clears the value of a property, but does not remove it.",
    .process = process_clear,
};

/* ---- what adds or takes properties ---- */

static bool
refuse_one(struct hop_command *c, struct hop_item_path *p, bool *ends)
{
    struct hop_error_spec spec = {
        .id = "NotSupported",
        .category = HOP_CAT_NOT_IMPLEMENTED,
        .exception = "System.Management.Automation.PSNotSupportedException"};

    (void)p;
    (void)ends;
    return hop_throw_error(hop_command_runspace(c), &spec,
                           "Cannot use interface. The "
                           "IDynamicPropertyCmdletProvider interface is not "
                           "implemented by this provider.");
}

enum { N_TYPE = OWN, N_VALUE, N_FORCE };
static const struct hop_param new_params[] = {
    [PATH] = {"Path", "string[]",
              .in = HOP_SETS({"Path", HOP_MANDATORY, HOP_POS(0)})},
    [LITERAL] = HOP_LITERAL_PARAM,
    [NAME] = NAME_PARAM("string", 1),
    [N_TYPE] = {"PropertyType", "string", HOP_BY_NAME, .aliases = "Type"},
    [N_VALUE] = {"Value", "object", HOP_BY_NAME},
    SHARED(N_FORCE),
};
static const struct hop_path_params new_paths = PATHS(N_FORCE);

static bool
process_new(struct hop_command *c)
{
    return each_path(c, &new_paths, 1, refuse_one);
}

const struct hop_cmdlet hop_cmdlet_new_item_property = {
    .name = "New-ItemProperty",
    .default_set = "Path",
    HOP_PARAMS(new_params),
    .flags = HOP_SHOULD_PROCESS,
    .synopsis = "Makes a new property of an item.",
    .process = process_new,
};

enum { D_FORCE = OWN };
static const struct hop_param remove_params[] = {
    [PATH] = HOP_PATH_PARAM,
    [LITERAL] = HOP_LITERAL_PARAM,
    [NAME] = NAME_PARAM("string[]", 1),
    SHARED(D_FORCE),
};
static const struct hop_path_params remove_paths = PATHS(D_FORCE);

static bool
process_remove(struct hop_command *c)
{
    return each_path(c, &remove_paths, hop_arg_count(c, NAME), refuse_one);
}

const struct hop_cmdlet hop_cmdlet_remove_item_property = {
    .name = "Remove-ItemProperty",
    .default_set = "Path",
    HOP_PARAMS(remove_params),
    .flags = HOP_SHOULD_PROCESS,
    .synopsis = "Removes properties from an item.",
    .process = process_remove,
};

enum { R_NEW_NAME = OWN, R_PASS_THRU, R_FORCE };
static const struct hop_param rename_params[] = {
    [PATH] = {"Path", "string",
              .in =
                  HOP_SETS({"Path", HOP_MANDATORY | HOP_BY_VALUE | HOP_BY_NAME,
                            HOP_POS(0)})},
    [LITERAL] = {"LiteralPath", "string",
                 .in =
                     HOP_SETS({"LiteralPath", HOP_MANDATORY | HOP_BY_NAME, 0}),
                 .aliases = "PSPath LP"},
    [NAME] = NAME_PARAM("string", 1),
    [R_NEW_NAME] = {"NewName", "string", HOP_MANDATORY | HOP_BY_NAME,
                    .position = HOP_POS(2)},
    [R_PASS_THRU] = {"PassThru", "switch"},
    SHARED(R_FORCE),
};
static const struct hop_path_params rename_paths = PATHS(R_FORCE);

static bool
process_rename(struct hop_command *c)
{
    return each_path(c, &rename_paths, 1, refuse_one);
}

const struct hop_cmdlet hop_cmdlet_rename_item_property = {
    .name = "Rename-ItemProperty",
    .default_set = "Path",
    HOP_PARAMS(rename_params),
    .flags = HOP_SHOULD_PROCESS,
    .synopsis = "Renames a property of an item.",
    .process = process_rename,
};

/* ---- from one item to another ---- */

enum { T_DESTINATION = OWN, T_PASS_THRU, T_FORCE };
#define TRANSFER(name_type)                                                    \
    [PATH] = HOP_PATH_PARAM, [LITERAL] = HOP_LITERAL_PARAM,                    \
    [NAME] = NAME_PARAM(name_type, 2),                                         \
    [T_DESTINATION] = {"Destination", "string", HOP_MANDATORY | HOP_BY_NAME,   \
                       .position = HOP_POS(1)},                                \
    [T_PASS_THRU] = {"PassThru", "switch"}, SHARED(T_FORCE)
static const struct hop_param copy_params[] = {TRANSFER("string")};
static const struct hop_param move_params[] = {TRANSFER("string[]")};
static const struct hop_path_params transfer_paths = PATHS(T_FORCE);

static bool
add_path(void *ctx, struct hop_item_path *p)
{
    hop_array_push(ctx, hop_text(p->path));
    return true;
}

/* Adds the paths that -Destination names. */
static bool
find_destinations(struct hop_command *c, struct hop_array *found)
{
    return hop_path_glob(
        hop_command_runspace(c), hop_arg_text(c, T_DESTINATION),
        hop_arg_bound(c, LITERAL), hop_arg_on(c, T_FORCE), add_path, found);
}

static bool
copy_one(struct hop_command *c, struct hop_item_path *p, bool *ends)
{
    struct hop_array *found = hop_array_new(hop_command_context(c), 0);
    HOP_AUTO_VALUE struct hop_value held = hop_obj(found);

    return find_destinations(c, found) &&
           (found->n == 0 || refuse_one(c, p, ends));
}

static bool
process_copy(struct hop_command *c)
{
    return each_path(c, &transfer_paths, 1, copy_one);
}

const struct hop_cmdlet hop_cmdlet_copy_item_property = {
    .name = "Copy-ItemProperty",
    .default_set = "Path",
    HOP_PARAMS(copy_params),
    .flags = HOP_SHOULD_PROCESS,
    .synopsis = "Copies a property from one item to another.",
    .process = process_copy,
};

/* Nothing matches the destination's wildcards. */
static bool
move_nowhere(struct hop_command *c, struct hop_item_path *p, bool *ends)
{
    struct hop_error_spec spec = {.id = "System.ArgumentOutOfRangeException",
                                  .category = HOP_CAT_NOT_SPECIFIED,
                                  .exception =
                                      "System.ArgumentOutOfRangeException"};

    (void)p;
    *ends = true;
    return hop_throw_error(hop_command_runspace(c), &spec,
                           "Index was out of range. Must be non-negative and "
                           "less than the size of the collection. (Parameter "
                           "'index')");
}

static bool
move_to_many(struct hop_command *c, struct hop_value found)
{
    struct hop_error_spec spec = {
        .id = "System.Management.Automation.PSArgumentException",
        .category = HOP_CAT_INVALID_ARGUMENT,
        .exception = "System.Management.Automation.PSArgumentException",
        .target = found};

    return hop_command_error(c, &spec,
                             "Cannot move the item because the destination "
                             "path can resolve only to a single path.");
}

/* One property of the i-th path. */
static bool
move_property(struct hop_command *c, size_t i)
{
    struct hop_array *found = hop_array_new(hop_command_context(c), 0);
    HOP_AUTO_VALUE struct hop_value held = hop_obj(found);

    if (!find_destinations(c, found))
        return hop_has_exception(hop_command_context(c)) &&
               hop_command_report(c);
    if (found->n > 1)
        return move_to_many(c, held);
    return hop_paths_at(c, &transfer_paths, i,
                        found->n ? refuse_one : move_nowhere);
}

static bool
process_move(struct hop_command *c)
{
    for (size_t i = 0; i < hop_paths_count(c, &transfer_paths); i++)
        for (size_t k = 0; k < hop_arg_count(c, NAME); k++)
            if (!move_property(c, i))
                return false;
    return true;
}

const struct hop_cmdlet hop_cmdlet_move_item_property = {
    .name = "Move-ItemProperty",
    .default_set = "Path",
    HOP_PARAMS(move_params),
    .flags = HOP_SHOULD_PROCESS,
    .synopsis = "Moves properties from one item to another.",
    .process = process_move,
};
