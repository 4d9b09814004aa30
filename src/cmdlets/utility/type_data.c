/* Update-TypeData, Remove-TypeData, Get-TypeData.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cmdlets/utility/definition_file.h"
#include "cmdlets/utility/type_record.h"
#include "cmdlets/utility/utility.h"
#include "value/collections.h"
#include "value/convert.h"
#include "value/enums.h"
#include "value/ops.h"

/* ---- Update-TypeData ---- */

enum {
    MEMBER_TYPE,
    MEMBER_NAME,
    VALUE,
    SECOND,
    CONVERTER,
    ADAPTER,
    SERIALIZATION,
    TARGET,
    DEPTH,
    DISPLAY,
    INHERIT,
    STRING_SOURCE,
    DISPLAY_SET,
    KEY_SET,
    SERIAL_SET,
    TYPE_NAME,
    FORCE,
    TYPE_DATA,
    APPEND,
    PREPEND
};
#define DYNAMIC HOP_SETS({"DynamicTypeSet"})
static const struct hop_param update_params[] = {
    [APPEND] = {"AppendPath", "string[]", HOP_NOT_NULL,
                .aliases = "PSPath Path",
                .in = HOP_SETS(
                    {"FileSet", HOP_BY_VALUE | HOP_BY_NAME, HOP_POS(0)})},
    [PREPEND] = {"PrependPath", "string[]", HOP_NOT_NULL,
                 .in = HOP_SETS({"FileSet"})},
    [MEMBER_TYPE] = {"MemberType", "System.Management.Automation.PSMemberTypes",
                     HOP_NOT_NULL_OR_EMPTY, .in = DYNAMIC,
                     .set = "NoteProperty AliasProperty ScriptProperty "
                            "CodeProperty ScriptMethod CodeMethod"},
    [MEMBER_NAME] = {"MemberName", "string", HOP_NOT_NULL_OR_EMPTY,
                     .in = DYNAMIC},
    [VALUE] = {"Value", "object", HOP_ALLOW_NULL, .in = DYNAMIC},
    [SECOND] = {"SecondValue", "object", HOP_NOT_NULL, .in = DYNAMIC},
    [CONVERTER] = {"TypeConverter", "type", HOP_NOT_NULL, .in = DYNAMIC},
    [ADAPTER] = {"TypeAdapter", "type", HOP_NOT_NULL, .in = DYNAMIC},
    [SERIALIZATION] = {"SerializationMethod", "string", HOP_NOT_NULL_OR_EMPTY,
                       .in = DYNAMIC},
    [TARGET] = {"TargetTypeForDeserialization", "type", HOP_NOT_NULL,
                .in = DYNAMIC},
    [DEPTH] = {"SerializationDepth", "int", HOP_NOT_NULL, .in = DYNAMIC,
               .range = HOP_RANGE(0, 2147483647)},
    [DISPLAY] = {"DefaultDisplayProperty", "string", HOP_NOT_NULL_OR_EMPTY,
                 .in = DYNAMIC},
    [INHERIT] = {"InheritPropertySerializationSet", "System.Nullable[bool]",
                 HOP_NOT_NULL, .in = DYNAMIC},
    [STRING_SOURCE] = {"StringSerializationSource", "string",
                       HOP_NOT_NULL_OR_EMPTY, .in = DYNAMIC},
    [DISPLAY_SET] = {"DefaultDisplayPropertySet", "string[]",
                     HOP_NOT_NULL_OR_EMPTY, .in = DYNAMIC},
    [KEY_SET] = {"DefaultKeyPropertySet", "string[]", HOP_NOT_NULL_OR_EMPTY,
                 .in = DYNAMIC},
    [SERIAL_SET] = {"PropertySerializationSet", "string[]",
                    HOP_NOT_NULL_OR_EMPTY, .in = DYNAMIC},
    [TYPE_NAME] = {"TypeName", "string", HOP_NOT_NULL_OR_EMPTY,
                   .in = HOP_SETS({"DynamicTypeSet",
                                   HOP_MANDATORY | HOP_BY_NAME, HOP_POS(0)})},
    [TYPE_DATA] = {"TypeData",
                   "System.Management.Automation.Runspaces.TypeData[]",
                   .in = HOP_SETS({"TypeDataSet", HOP_MANDATORY | HOP_BY_VALUE,
                                   HOP_POS(0)})},
    [FORCE] = {"Force", "switch",
               .in = HOP_SETS({"DynamicTypeSet"}, {"TypeDataSet"})},
};

static bool refuse(struct hop_command *c, const char *id, const char *fmt, ...)
    HOP_PRINTF(3, 4);

static bool
refuse(struct hop_command *c, const char *id, const char *fmt, ...)
{
    struct hop_error_spec spec = {.id = id,
                                  .category = HOP_CAT_INVALID_OPERATION,
                                  .exception =
                                      "System.InvalidOperationException"};
    va_list ap;

    va_start(ap, fmt);
    (void)!hop_command_vthrow(c, &spec, fmt, ap);
    va_end(ap);
    return false;
}

static bool
require(struct hop_command *c, size_t param, const char *id, const char *name,
        const char *kind)
{
    if (hop_arg_bound(c, param))
        return true;
    return refuse(c, id,
                  "The %s parameter is required for the type \"%s\". Please "
                  "specify the %s parameter.",
                  name, kind, name);
}

static bool
check_member(struct hop_command *c, enum hop_member_kind kind, const char *name)
{
    bool two = kind == HOP_MEMBER_ALIAS || kind == HOP_MEMBER_SCRIPT_PROPERTY ||
               kind == HOP_MEMBER_CODE_PROPERTY;

    if (!require(c, MEMBER_NAME, "MemberNameShouldBeSpecified", "MemberName",
                 name) ||
        !require(c, VALUE, "ValueShouldBeSpecified", "Value", name))
        return false;
    if (kind == HOP_MEMBER_ALIAS &&
        (hop_is_null(hop_arg(c, VALUE)) ||
         (hop_is_string(hop_arg(c, VALUE)) && !hop_arg(c, VALUE).u.s->len)))
        return refuse(c, "ValueShouldBeSpecified",
                      "The Value parameter should not be null or an empty "
                      "string for a member of type \"%s\". Specify a non-null "
                      "value for the Value parameter when updating this "
                      "member type.",
                      name);
    if (two || hop_is_null(hop_arg(c, SECOND)))
        return true;
    return refuse(c, "SecondValueShouldNotBeSpecified",
                  "The SecondValue parameter is not necessary for a member of "
                  "type \"%s\", and should not be specified. Do not specify "
                  "the SecondValue parameter when updating this member type.",
                  name);
}

static bool
convert_values(struct hop_command *c, struct hop_member *m)
{
    struct hop_context *cx = hop_command_context(c);
    const struct hop_class *block =
        hop_types_find(cx, "scriptblock", strlen("scriptblock"));
    const struct hop_class *first = NULL, *second = NULL;

    if (m->kind == HOP_MEMBER_ALIAS) {
        first = &hop_class_string;
        second = &hop_class_type;
    } else if (m->kind &
               (HOP_MEMBER_SCRIPT_PROPERTY | HOP_MEMBER_SCRIPT_METHOD)) {
        first = second = block;
    }
    if (!first || hop_is_null(hop_arg(c, VALUE)))
        m->value = hop_retain(hop_arg(c, VALUE));
    else if (!hop_convert(cx, hop_arg(c, VALUE), first, &m->value))
        return false;
    return hop_is_null(hop_arg(c, SECOND)) || !second ||
           hop_convert(cx, hop_arg(c, SECOND), second, &m->second);
}

static bool
read_member(struct hop_command *c, struct hop_record *r)
{
    HOP_AUTO_BUF struct hop_buf name = HOP_BUF_INIT;
    struct hop_member m = {.name = NULL};

    if (!hop_arg_bound(c, MEMBER_TYPE)) {
        if (hop_arg_bound(c, MEMBER_NAME) || hop_arg_bound(c, VALUE) ||
            hop_arg_bound(c, SECOND))
            return refuse(c, "MemberTypeIsMissing",
                          "The MemberName, Value, and SecondValue parameters "
                          "cannot be specified without the MemberType "
                          "parameter.");
        return true;
    }
    m.kind = (enum hop_member_kind)hop_arg(c, MEMBER_TYPE).u.i;
    hop_enum_add_text(&hop_enum_member_types, (int64_t)m.kind, &name);
    if (!check_member(c, m.kind, hop_buf_str(&name)))
        return false;
    if (m.kind & (HOP_MEMBER_CODE_PROPERTY | HOP_MEMBER_CODE_METHOD))
        return refuse(c, "CannotUpdateMemberType",
                      "Cannot add the %s %s: there are no methods of .NET "
                      "here. Use ScriptProperty or ScriptMethod.",
                      hop_buf_str(&name), hop_arg_text(c, MEMBER_NAME));
    if (!convert_values(c, &m)) {
        hop_release(m.value);
        hop_release(m.second);
        return false;
    }
    m.name = hop_string_from(hop_arg_text(c, MEMBER_NAME));
    hop_type_record_add(hop_command_context(c), r, m);
    return true;
}

static const struct {
    size_t param;
    enum hop_type_record_slot slot;
    bool is_set;
} settings[] = {
    {CONVERTER, HOP_TYPE_CONVERTER, false},
    {ADAPTER, HOP_TYPE_ADAPTER, false},
    {SERIALIZATION, HOP_TYPE_METHOD, false},
    {TARGET, HOP_TYPE_TARGET, false},
    {DISPLAY, HOP_TYPE_DISPLAY, false},
    {INHERIT, HOP_TYPE_INHERIT, false},
    {STRING_SOURCE, HOP_TYPE_STRING_SOURCE, false},
    {DISPLAY_SET, HOP_TYPE_DISPLAY_SET, true},
    {KEY_SET, HOP_TYPE_KEY_SET, true},
    {SERIAL_SET, HOP_TYPE_SERIAL_SET, true},
};

static void
read_settings(struct hop_command *c, struct hop_record *r)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(settings); i++) {
        struct hop_value v = hop_arg(c, settings[i].param);

        if (hop_arg_bound(c, settings[i].param))
            hop_record_set(r, settings[i].slot,
                           settings[i].is_set
                               ? hop_type_record_set(hop_command_context(c), v)
                               : hop_retain(v));
    }
    if (hop_arg_bound(c, DEPTH))
        hop_record_set(r, HOP_TYPE_DEPTH,
                       hop_integer(HOP_UINT32, hop_arg(c, DEPTH).u.i));
}

static bool
apply(struct hop_command *c, struct hop_record *r, bool force)
{
    HOP_AUTO_FREE char *target =
        hop_xasprintf("Type to update: %s", hop_cstr(r->slot[HOP_TYPE_NAME]));
    HOP_AUTO_STRING struct hop_string *member = NULL;
    struct hop_error_spec spec = {.id = "TypeDataEmpty",
                                  .category = HOP_CAT_INVALID_OPERATION};
    bool go;

    if (hop_type_record_empty(r)) {
        spec.exception = "System.InvalidOperationException";
        return hop_command_error(
            c, &spec, "No member is specified for the update on type \"%s\".",
            hop_cstr(r->slot[HOP_TYPE_NAME]));
    }
    if (!hop_should_process(c, target, "Update TypeData", &go))
        return false;
    if (!go || hop_type_record_apply(hop_command_context(c), r, force, &member))
        return true;
    if (!member)
        return false;
    spec.id = "TypesDynamicUpdateException";
    return hop_command_error(
        c, &spec, "Error in TypeData \"%s\": The member %s is already present.",
        hop_cstr(r->slot[HOP_TYPE_NAME]), member->data);
}

static bool
update_by_name(struct hop_command *c)
{
    struct hop_record *r =
        hop_type_record_new(hop_command_context(c), hop_arg_text(c, TYPE_NAME));
    HOP_AUTO_VALUE struct hop_value held = hop_obj(r);

    if (!read_member(c, r))
        return false;
    read_settings(c, r);
    return apply(c, r, hop_arg_on(c, FORCE));
}

static bool
apply_of_file(void *arg, struct hop_record *r)
{
    return apply(arg, r, false);
}

static bool
update_by_files(struct hop_command *c, size_t param, const char *id)
{
    size_t n = hop_arg_count(c, param);

    for (size_t i = 0; i < n; i++) {
        HOP_AUTO_FREE char *path = NULL;
        HOP_AUTO_BUF struct hop_buf why = HOP_BUF_INIT;
        struct hop_error_spec spec = {.id = "TypesXmlUpdateException",
                                      .category = HOP_CAT_INVALID_OPERATION};

        if (!hop_definition_path(c, hop_arg_item(c, param, i), id, &path))
            return false;
        if (!path)
            continue;
        if (!hop_definition_types(hop_command_runspace(c), path, &why,
                                  apply_of_file, c)) {
            if (!why.len)
                return false;
            if (!hop_command_error(c, &spec, "%s", hop_buf_str(&why)))
                return false;
        }
    }
    return true;
}

static bool
process_update(struct hop_command *c)
{
    size_t n = hop_arg_count(c, TYPE_DATA);

    if (hop_arg_bound(c, TYPE_NAME))
        return update_by_name(c);
    for (size_t i = 0; i < n; i++) {
        struct hop_record *r =
            hop_type_record_of(hop_arg_item(c, TYPE_DATA, i));

        if (r && !apply(c, r, hop_arg_on(c, FORCE)))
            return false;
    }
    return update_by_files(c, PREPEND, "TypesPrependPathException") &&
           update_by_files(c, APPEND, "TypesAppendPathException");
}

const struct hop_cmdlet hop_cmdlet_update_type_data = {
    .name = "Update-TypeData",
    .default_set = "FileSet",
    HOP_PARAMS(update_params),
    .flags = HOP_SHOULD_PROCESS,
    .synopsis = "Adds members to a type.",
    .process = process_update,
};

/* ---- Remove-TypeData ---- */

enum { R_DATA, R_NAME, R_PATH };
static const struct hop_param remove_params[] = {
    [R_DATA] = {"TypeData", "System.Management.Automation.Runspaces.TypeData",
                .in = HOP_SETS(
                    {"RemoveTypeDataSet", HOP_MANDATORY | HOP_BY_VALUE, 0})},
    [R_NAME] = {"TypeName", "string", HOP_NOT_NULL_OR_EMPTY,
                .in = HOP_SETS({"RemoveTypeSet",
                                HOP_MANDATORY | HOP_BY_VALUE | HOP_BY_NAME,
                                HOP_POS(0)})},
    [R_PATH] = {"Path", "string[]", HOP_NOT_NULL,
                .in = HOP_SETS({"RemoveFileSet", HOP_MANDATORY, 0})},
};

static bool
process_remove(struct hop_command *c)
{
    const char *type = hop_arg_text(c, R_NAME);
    struct hop_record *r = hop_type_record_of(hop_arg(c, R_DATA));
    struct hop_error_spec spec = {.id = "TypesDynamicRemoveException",
                                  .category = HOP_CAT_INVALID_OPERATION};
    HOP_AUTO_FREE char *target = NULL;
    bool go;

    if (r)
        type = hop_cstr(r->slot[HOP_TYPE_NAME]);
    if (!type)
        return true;
    target = hop_xasprintf("Name of the type that will be removed: %s", type);
    if (!hop_should_process(c, target, "Remove TypeData", &go))
        return false;
    if (!go || hop_type_data_remove(hop_command_context(c), type))
        return true;
    return hop_command_error(
        c, &spec,
        "Error in TypeData \"%s\": The type \"%s\" was not found. The type "
        "name value must be the full name of the type. Verify the type name "
        "and run the command again.",
        type, type);
}

const struct hop_cmdlet hop_cmdlet_remove_type_data = {
    .name = "Remove-TypeData",
    .default_set = "RemoveTypeDataSet",
    HOP_PARAMS(remove_params),
    .flags = HOP_SHOULD_PROCESS,
    .synopsis = "Removes the members added to a type.",
    .process = process_remove,
};

/* ---- Get-TypeData ---- */

enum { G_NAME };
static const struct hop_param get_params[] = {
    [G_NAME] = {"TypeName", "string[]",
                HOP_BY_VALUE | HOP_NOT_NULL | HOP_WILDCARDS,
                .position = HOP_POS(0)},
};

struct search {
    struct hop_command *c;
    struct hop_string *pattern; /* NULL: all */
};

static bool
is_wanted(void *arg, const char *name)
{
    struct search *s = arg;

    return !s->pattern || hop_wildcard_match(s->pattern->data, s->pattern->len,
                                             name, strlen(name), true);
}

static bool
give(void *arg, struct hop_value record)
{
    return hop_write_take(((struct search *)arg)->c, record);
}

static bool
process_get(struct hop_command *c)
{
    struct search s = {c, NULL};
    size_t n = hop_arg_count(c, G_NAME);

    if (!n)
        return hop_type_record_each(hop_command_context(c), is_wanted, give,
                                    &s);
    for (size_t i = 0; i < n; i++) {
        struct hop_value v = hop_arg_item(c, G_NAME, i);

        s.pattern = hop_is_string(v) ? v.u.s : NULL;
        if (!hop_type_record_each(hop_command_context(c), is_wanted, give, &s))
            return false;
    }
    return true;
}

const struct hop_cmdlet hop_cmdlet_get_type_data = {
    .name = "Get-TypeData",
    HOP_PARAMS(get_params),
    .output = "System.Management.Automation.PSObject",
    .synopsis = "Gets the members added to types.",
    .process = process_get,
};
