/* Get-ItemProperty, Get-ItemPropertyValue, Set-ItemProperty.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/alloc.h"
#include "cmdlets/format/shown.h"
#include "cmdlets/management/management.h"
#include "cmdlets/management/paths.h"
#include "value/member.h"

enum { PATH, LITERAL, NAME, FILTER, INCLUDE, EXCLUDE, CREDENTIAL };
static const struct hop_param get_params[] = {
    [PATH] = HOP_PATH_PARAM,
    [LITERAL] = HOP_LITERAL_PARAM,
    [NAME] = {"Name", "string[]", .position = HOP_POS(1),
              .aliases = "PSProperty"},
    [FILTER] = {"Filter", "string"},
    [INCLUDE] = {"Include", "string[]"},
    [EXCLUDE] = {"Exclude", "string[]"},
    [CREDENTIAL] = {"Credential", "pscredential", HOP_CREDENTIAL | HOP_BY_NAME},
};
static const struct hop_path_params paths = {PATH,    LITERAL, FILTER,
                                             INCLUDE, EXCLUDE, HOP_NO_PARAM};

static bool
no_property(struct hop_command *c, const char *name, const char *path)
{
    HOP_AUTO_VALUE struct hop_value target = hop_text(path);
    struct hop_error_spec spec = {
        .id = "System.Management.Automation.PSArgumentException",
        .category = HOP_CAT_INVALID_ARGUMENT,
        .exception = "System.Management.Automation.PSArgumentException",
        .target = target};

    return hop_throw_error(hop_command_runspace(c), &spec,
                           "Property %s does not exist at path %s.", name,
                           path);
}

static bool
not_found(struct hop_command *c, const char *name)
{
    HOP_AUTO_VALUE struct hop_value target = hop_text(name);
    struct hop_error_spec spec = {
        .id = "GetValueError",
        .category = HOP_CAT_READ_ERROR,
        .exception = "System.Management.Automation.PSArgumentException",
        .target = target};

    return hop_throw_error(hop_command_runspace(c), &spec,
                           "The property %s does not exist or was not found.",
                           name);
}

/* Copies the properties named from item to the result. */
static bool
copy_named(struct hop_command *c, struct hop_item_path *p,
           struct hop_value item, struct hop_object *result)
{
    struct hop_context *cx = hop_command_context(c);

    for (size_t i = 0; i < hop_arg_count(c, NAME); i++) {
        HOP_AUTO_SHOWN struct hop_shown_list l = {NULL, 0, 0};
        struct hop_value name = hop_arg_item(c, NAME, i);
        struct hop_property_spec spec = {.name = name.u.s};

        hop_shown_pattern(cx, item, &spec, &l);
        if (l.n == 0)
            return not_found(c, hop_cstr(name));
        for (size_t k = 0; k < l.n; k++) {
            struct hop_value v = hop_null();

            if (hop_member_get(cx, item, l.item[k].name, &v) == HOP_FAILED)
                return false;
            hop_custom_set(result, l.item[k].name, v);
        }
    }
    return true;
}

static bool
get_one(struct hop_command *c, struct hop_item_path *p)
{
    HOP_AUTO_VALUE struct hop_value item = hop_null(), result = hop_null();

    if (!hop_paths_are_files(p))
        return hop_paths_no_properties(c);
    if (!p->provider->get_item(p, true, &item))
        return false;
    if (!hop_arg_count(c, NAME))
        return hop_paths_write_item(c, p, hop_value_steal(&item));
    result = hop_obj(hop_custom_new(hop_command_context(c)));
    if (!copy_named(c, p, item, result.u.o))
        return false;
    return hop_paths_write_property(c, p, hop_value_steal(&result));
}

static bool
process_get(struct hop_command *c)
{
    return hop_paths_each(c, &paths, get_one);
}

const struct hop_cmdlet hop_cmdlet_get_item_property = {
    .name = "Get-ItemProperty",
    .default_set = "Path",
    HOP_PARAMS(get_params),
    .synopsis = "Gets the properties of an item.",
    .process = process_get,
};

static bool
value_one(struct hop_command *c, struct hop_item_path *p)
{
    HOP_AUTO_VALUE struct hop_value item = hop_null();

    if (!hop_paths_are_files(p))
        return hop_paths_no_properties(c);
    if (!p->provider->get_item(p, true, &item))
        return false;
    for (size_t i = 0; i < hop_arg_count(c, NAME); i++) {
        struct hop_value name = hop_arg_item(c, NAME, i);
        HOP_AUTO_VALUE struct hop_value v = hop_null();
        enum hop_found found =
            hop_member_get(hop_command_context(c), item, name.u.s, &v);

        if (found == HOP_FAILED)
            return false;
        if (found == HOP_MISSING)
            return no_property(c, hop_cstr(name), p->path);
        if (!hop_write(c, v))
            return false;
    }
    return true;
}

static bool
process_value(struct hop_command *c)
{
    return hop_paths_each(c, &paths, value_one);
}

const struct hop_cmdlet hop_cmdlet_get_item_property_value = {
    .name = "Get-ItemPropertyValue",
    .default_set = "Path",
    HOP_PARAMS(get_params),
    .synopsis = "Gets the value of properties of an item.",
    .process = process_value,
};

enum {
    S_PATH,
    S_LITERAL,
    S_NAME,
    S_VALUE,
    S_FILTER,
    S_INCLUDE,
    S_EXCLUDE,
    S_FORCE,
    S_PASS_THRU,
    S_CREDENTIAL
};
static const struct hop_param set_params[] = {
    [S_PATH] = HOP_PATH_PARAM,
    [S_LITERAL] = HOP_LITERAL_PARAM,
    [S_NAME] = {"Name", "string", HOP_MANDATORY | HOP_BY_NAME,
                .position = HOP_POS(1), .aliases = "PSProperty"},
    [S_VALUE] = {"Value", "object",
                 HOP_MANDATORY | HOP_BY_NAME | HOP_ALLOW_NULL,
                 .position = HOP_POS(2)},
    [S_FILTER] = {"Filter", "string"},
    [S_INCLUDE] = {"Include", "string[]"},
    [S_EXCLUDE] = {"Exclude", "string[]"},
    [S_FORCE] = {"Force", "switch"},
    [S_PASS_THRU] = {"PassThru", "switch"},
    [S_CREDENTIAL] = {"Credential", "pscredential",
                      HOP_CREDENTIAL | HOP_BY_NAME},
};
static const struct hop_path_params set_paths = {S_PATH,    S_LITERAL, S_FILTER,
                                                 S_INCLUDE, S_EXCLUDE, S_FORCE};

static bool
set_one(struct hop_command *c, struct hop_item_path *p)
{
    HOP_AUTO_VALUE struct hop_value item = hop_null(), result = hop_null();
    HOP_AUTO_STRING struct hop_string *name =
        hop_string_from(hop_arg_text(c, S_NAME));
    HOP_AUTO_STRING struct hop_string *value = NULL;
    HOP_AUTO_FREE char *target = NULL;
    bool go;

    if (!hop_paths_are_files(p))
        return hop_paths_no_properties(c);
    if (hop_call_to_string(hop_command_context(c), hop_arg(c, S_VALUE), &value))
        target = hop_xasprintf("Item: %s Property: %s Value: %s", p->path,
                               name->data, value->data);
    else
        return false;
    if (!hop_should_process(c, target,
                            p->provider->is_container(p)
                                ? "Set Property Directory"
                                : "Set Property File",
                            &go))
        return false;
    if (!go)
        return true;
    if (!p->provider->get_item(p, true, &item) ||
        !hop_member_set(hop_command_context(c), item, name,
                        hop_arg(c, S_VALUE)))
        return false;
    if (!hop_arg_on(c, S_PASS_THRU))
        return true;
    result = hop_obj(hop_custom_new(hop_command_context(c)));
    hop_custom_set(result.u.o, name, hop_retain(hop_arg(c, S_VALUE)));
    return hop_paths_write_property(c, p, hop_value_steal(&result));
}

static bool
process_set(struct hop_command *c)
{
    return hop_paths_each(c, &set_paths, set_one);
}

const struct hop_cmdlet hop_cmdlet_set_item_property = {
    .name = "Set-ItemProperty",
    .default_set = "Path",
    HOP_PARAMS(set_params),
    .flags = HOP_SHOULD_PROCESS,
    .synopsis = "Sets a property of an item.",
    .process = process_set,
};
