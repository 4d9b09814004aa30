/* Update-TypeData, Remove-TypeData, Get-TypeData.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "cmdlets/utility/utility.h"
#include "value/collections.h"
#include "value/convert.h"
#include "value/member.h"
#include "value/ops.h"

#define STANDARD "PSStandardMembers"

enum {
    APPEND,
    PREPEND,
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
    DISPLAY_SET,
    KEY_SET,
    INHERIT,
    FORCE,
    TYPE_NAME
};
#define DYNAMIC HOP_SETS({"DynamicTypeSet"})
static const struct hop_param update_params[] = {
    [APPEND] = {"AppendPath", "string[]", .aliases = "PSPath Path",
                .in = HOP_SETS(
                    {"FileSet", HOP_BY_VALUE | HOP_BY_NAME, HOP_POS(0)})},
    [PREPEND] = {"PrependPath", "string[]", .in = HOP_SETS({"FileSet"})},
    [MEMBER_TYPE] = {"MemberType", "System.Management.Automation.PSMemberTypes",
                     .in = DYNAMIC},
    [MEMBER_NAME] = {"MemberName", "string", HOP_NOT_NULL, .in = DYNAMIC},
    [VALUE] = {"Value", "object", HOP_ALLOW_NULL, .in = DYNAMIC},
    [SECOND] = {"SecondValue", "object", HOP_NOT_NULL, .in = DYNAMIC},
    [CONVERTER] = {"TypeConverter", "type", .in = DYNAMIC},
    [ADAPTER] = {"TypeAdapter", "type", .in = DYNAMIC},
    [SERIALIZATION] = {"SerializationMethod", "string", .in = DYNAMIC},
    [TARGET] = {"TargetTypeForDeserialization", "type", .in = DYNAMIC},
    [DEPTH] = {"SerializationDepth", "int", .in = DYNAMIC},
    [DISPLAY] = {"DefaultDisplayProperty", "string", .in = DYNAMIC},
    [DISPLAY_SET] = {"DefaultDisplayPropertySet", "string[]", .in = DYNAMIC},
    [KEY_SET] = {"DefaultKeyPropertySet", "string[]", .in = DYNAMIC},
    [INHERIT] = {"InheritPropertySerializationSet", "System.Nullable[bool]",
                 .in = DYNAMIC},
    [FORCE] = {"Force", "switch",
               .in = HOP_SETS({"DynamicTypeSet"}, {"TypeDataSet"})},
    [TYPE_NAME] = {"TypeName", "string", HOP_NOT_NULL_OR_EMPTY,
                   .in = HOP_SETS({"DynamicTypeSet",
                                   HOP_MANDATORY | HOP_BY_NAME, HOP_POS(0)})},
};

/* The member set PSStandardMembers of a type as a custom object: a member set
 * whose entries are the default sets. */
static struct hop_member
standard_member(struct hop_command *c, struct hop_value set)
{
    (void)c;
    return (struct hop_member){
        .name = hop_string_from(STANDARD),
        .kind = HOP_MEMBER_MEMBER_SET,
        .value = set,
    };
}

static struct hop_value
standard_of(struct hop_command *c, const char *type)
{
    const struct hop_members *all = hop_type_data(hop_command_context(c), type);
    HOP_AUTO_STRING struct hop_string *name = hop_string_from(STANDARD);
    struct hop_member *m = all ? hop_members_find(all, name) : NULL;

    return m ? hop_retain(m->value)
             : hop_obj(hop_custom_new(hop_command_context(c)));
}

static void
put(struct hop_value set, const char *name, enum hop_member_kind kind,
    struct hop_value v)
{
    hop_member_add(set.u.o, (struct hop_member){.name = hop_string_from(name),
                                                .kind = kind,
                                                .value = v});
}

static bool
add_standard(struct hop_command *c, const char *type)
{
    HOP_AUTO_VALUE struct hop_value set = hop_null();

    if (!hop_arg_bound(c, DISPLAY) && !hop_arg_bound(c, DISPLAY_SET) &&
        !hop_arg_bound(c, KEY_SET) && !hop_arg_bound(c, DEPTH))
        return true;
    set = standard_of(c, type);
    if (hop_arg_bound(c, DISPLAY))
        put(set, "DefaultDisplayProperty", HOP_MEMBER_NOTE,
            hop_retain(hop_arg(c, DISPLAY)));
    if (hop_arg_bound(c, DISPLAY_SET))
        put(set, "DefaultDisplayPropertySet", HOP_MEMBER_PROPERTY_SET,
            hop_retain(hop_arg(c, DISPLAY_SET)));
    if (hop_arg_bound(c, KEY_SET))
        put(set, "DefaultKeyPropertySet", HOP_MEMBER_PROPERTY_SET,
            hop_retain(hop_arg(c, KEY_SET)));
    if (hop_arg_bound(c, DEPTH))
        put(set, "SerializationDepth", HOP_MEMBER_NOTE,
            hop_retain(hop_arg(c, DEPTH)));
    return hop_type_data_add(hop_command_context(c), type,
                             standard_member(c, hop_value_steal(&set)), true);
}

static bool
already_there(struct hop_command *c, const char *type, const char *member)
{
    struct hop_error_spec spec = {
        .id = "TypesDynamicUpdateException",
        .category = HOP_CAT_INVALID_OPERATION,
        .exception = "System.Management.Automation.RuntimeException"};

    hop_drop_exception(hop_command_context(c));
    return hop_command_error(c, &spec,
                             "Error in type \"%s\": The member %s is already "
                             "present. Add -Force to replace it.",
                             type, member);
}

static bool
add_member(struct hop_command *c, const char *type)
{
    struct hop_context *cx = hop_command_context(c);
    enum hop_member_kind kind =
        (enum hop_member_kind)hop_arg(c, MEMBER_TYPE).u.i;
    struct hop_member m = {.kind = kind};

    if (!hop_arg_bound(c, MEMBER_NAME))
        return true;
    if (kind == HOP_MEMBER_ALIAS
            ? !hop_convert(cx, hop_arg(c, VALUE), &hop_class_string, &m.value)
            : (m.value = hop_retain(hop_arg(c, VALUE)), false))
        return false;
    m.second = hop_retain(hop_arg(c, SECOND));
    m.name = hop_string_from(hop_arg_text(c, MEMBER_NAME));
    return hop_type_data_add(cx, type, m, hop_arg_on(c, FORCE)) ||
           already_there(c, type, hop_arg_text(c, MEMBER_NAME));
}

static bool
process_update(struct hop_command *c)
{
    const char *type = hop_arg_text(c, TYPE_NAME);
    struct hop_error_spec spec = {.id = "TypeDataFilesNotSupported",
                                  .category = HOP_CAT_NOT_IMPLEMENTED};
    bool go;

    if (!type)
        return hop_arg_count(c, APPEND) + hop_arg_count(c, PREPEND) == 0 ||
               hop_command_throw(c, &spec,
                                 "Type files (.ps1xml) are not read here: add "
                                 "members with -TypeName, -MemberType, "
                                 "-MemberName and -Value.");
    HOP_AUTO_FREE char *target = hop_xasprintf("Type to update: %s", type);
    if (!hop_should_process(c, target, "Update TypeData", &go))
        return false;
    return !go || (add_member(c, type) && add_standard(c, type));
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
    [R_DATA] = {"TypeData", "object",
                .in = HOP_SETS(
                    {"RemoveTypeDataSet", HOP_MANDATORY | HOP_BY_VALUE, 0})},
    [R_NAME] = {"TypeName", "string", HOP_NOT_NULL_OR_EMPTY,
                .in = HOP_SETS({"RemoveTypeSet",
                                HOP_MANDATORY | HOP_BY_VALUE | HOP_BY_NAME,
                                HOP_POS(0)})},
    [R_PATH] = {"Path", "string[]",
                .in = HOP_SETS({"RemoveFileSet", HOP_MANDATORY, 0})},
};

static bool
process_remove(struct hop_command *c)
{
    const char *type = hop_arg_text(c, R_NAME);
    struct hop_error_spec spec = {.id = "TypesDynamicRemoveException",
                                  .category = HOP_CAT_INVALID_OPERATION};
    HOP_AUTO_STRING struct hop_string *property = hop_string_from("TypeName");
    HOP_AUTO_VALUE struct hop_value name = hop_null();
    bool go;

    if (hop_arg_bound(c, R_DATA)) {
        if (hop_member_get(hop_command_context(c), hop_arg(c, R_DATA), property,
                           &name) != HOP_FOUND)
            return false;
        type = hop_is_string(name) ? hop_cstr(name) : NULL;
    }
    if (!type)
        return true;
    HOP_AUTO_FREE char *target =
        hop_xasprintf("Name of the type that will be removed: %s", type);
    if (!hop_should_process(c, target, "Remove TypeData", &go))
        return false;
    if (!go || hop_type_data_remove(hop_command_context(c), type))
        return true;
    return hop_command_error(c, &spec,
                             "Error in TypeData \"%s\": The specified type has "
                             "no data to remove.",
                             type);
}

const struct hop_cmdlet hop_cmdlet_remove_type_data = {
    .name = "Remove-TypeData",
    .default_set = "RemoveTypeDataSet",
    HOP_PARAMS(remove_params),
    .flags = HOP_SHOULD_PROCESS,
    .synopsis = "Removes the members added to a type.",
    .process = process_remove,
};
