/* Add-Member.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "cmdlets/utility/utility.h"
#include "value/enums.h"
#include "value/member.h"

enum {
    INPUT,
    MEMBER_TYPE,
    NAME,
    VALUE,
    SECOND,
    TYPE_NAME,
    FORCE,
    PASS_THRU,
    NOTE_NAME,
    NOTE_VALUE,
    NOTES
};
/* A name of a member type is no note property's name, so that
 * `Add-Member ScriptMethod M { }` means what it says. */
static bool
refuse_member_type(struct hop_command *c, struct hop_value *v)
{
    struct hop_value base = hop_value_base(*v);
    int64_t type;
    int why;

    if (!hop_is_string(base) ||
        !hop_enum_parse(&hop_enum_member_types, hop_cstr(base), base.u.s->len,
                        false, &type, &why))
        return true;
    return hop_throw_runtime(hop_command_context(c), "NotePropertyName",
                             HOP_CAT_INVALID_ARGUMENT,
                             "'%s' is a type of members and cannot be the name "
                             "of a note property here.",
                             hop_cstr(base));
}

static const struct hop_param params[] = {
    [INPUT] = {"InputObject", "psobject", HOP_MANDATORY | HOP_BY_VALUE},
    [MEMBER_TYPE] = {"MemberType", "System.Management.Automation.PSMemberTypes",
                     .in = HOP_SETS({"MemberSet", HOP_MANDATORY, HOP_POS(0)}),
                     .aliases = "Type"},
    [NAME] = {"Name", "string",
              .in = HOP_SETS({"MemberSet", HOP_MANDATORY, HOP_POS(1)})},
    [VALUE] = {"Value", "object", .in = HOP_SETS({"MemberSet", 0, HOP_POS(2)})},
    [SECOND] = {"SecondValue", "object",
                .in = HOP_SETS({"MemberSet", 0, HOP_POS(3)})},
    [TYPE_NAME] = {"TypeName", "string", HOP_NOT_NULL_OR_EMPTY,
                   .in =
                       HOP_SETS({"TypeNameSet", HOP_MANDATORY, 0},
                                {"MemberSet"}, {"NotePropertySingleMemberSet"},
                                {"NotePropertyMultiMemberSet"})},
    [FORCE] = {"Force", "switch",
               .in = HOP_SETS({"MemberSet"}, {"NotePropertySingleMemberSet"},
                              {"NotePropertyMultiMemberSet"})},
    [PASS_THRU] = {"PassThru", "switch"},
    [NOTE_NAME] = {"NotePropertyName", "string",
                   .transform = refuse_member_type,
                   .in = HOP_SETS({"NotePropertySingleMemberSet", HOP_MANDATORY,
                                   HOP_POS(0)})},
    [NOTE_VALUE] = {"NotePropertyValue", "object", HOP_ALLOW_NULL,
                    .in = HOP_SETS({"NotePropertySingleMemberSet",
                                    HOP_MANDATORY, HOP_POS(1)})},
    [NOTES] = {"NotePropertyMembers", "System.Collections.IDictionary",
               HOP_NOT_NULL_OR_EMPTY,
               .in = HOP_SETS(
                   {"NotePropertyMultiMemberSet", HOP_MANDATORY, HOP_POS(0)})},
};

/* Which values a kind of member takes. */
struct kind_rule {
    enum hop_member_kind kind;
    const char *name;
    bool value_needed, second_allowed;
};
static const struct kind_rule rules[] = {
    {HOP_MEMBER_NOTE, "NoteProperty", false, false},
    {HOP_MEMBER_ALIAS, "AliasProperty", true, true},
    {HOP_MEMBER_SCRIPT_PROPERTY, "ScriptProperty", false, true},
    {HOP_MEMBER_SCRIPT_METHOD, "ScriptMethod", true, false},
    {HOP_MEMBER_PROPERTY_SET, "PropertySet", true, false},
    {HOP_MEMBER_MEMBER_SET, "MemberSet", false, false},
};

static bool
exists(struct hop_command *c, const struct hop_string *name,
       struct hop_value target)
{
    struct hop_error_spec spec = {.id = "MemberAlreadyExists",
                                  .category = HOP_CAT_INVALID_OPERATION,
                                  .exception =
                                      "System.InvalidOperationException",
                                  .target = target};

    return hop_command_error(c, &spec,
                             "Cannot add a member with the name \"%s\" because "
                             "a member with that name already exists. To "
                             "overwrite the member anyway, add the Force "
                             "parameter to your command.",
                             name->data);
}

static bool
add(struct hop_command *c, struct hop_value object, struct hop_member m)
{
    struct hop_member_info info;

    if (!hop_arg_on(c, FORCE) &&
        hop_member_lookup(hop_command_context(c), object, m.name, &info)) {
        bool ok = exists(c, m.name, object);

        hop_string_release(info.name);
        hop_string_release(m.name);
        hop_release(m.value);
        hop_release(m.second);
        return ok;
    }
    hop_member_add(object.u.o, m);
    return true;
}

static const struct kind_rule *
find_rule(int64_t kind)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rules); i++)
        if ((int64_t)rules[i].kind == kind)
            return &rules[i];
    return NULL;
}

static bool
cannot_add(struct hop_command *c)
{
    struct hop_error_spec spec = {.id = "CannotAddMemberType",
                                  .category = HOP_CAT_INVALID_OPERATION,
                                  .exception =
                                      "System.InvalidOperationException"};
    HOP_AUTO_STRING struct hop_string *text = NULL;

    if (!hop_to_string(hop_command_context(c), hop_arg(c, MEMBER_TYPE), &text))
        return false;
    return hop_command_throw(c, &spec,
                             "Cannot add a member of type \"%s\": choose one "
                             "of NoteProperty, AliasProperty, ScriptProperty, "
                             "ScriptMethod, PropertySet.",
                             text->data);
}

static bool
value_missing(struct hop_command *c, const struct kind_rule *rule)
{
    struct hop_error_spec spec = {.id = "Value1ShouldNotBeNull",
                                  .category = HOP_CAT_INVALID_OPERATION,
                                  .exception =
                                      "System.InvalidOperationException"};

    return hop_command_throw(c, &spec,
                             "The Value parameter should not be null for a "
                             "member of type \"%s\".",
                             rule->name);
}

static bool
second_refused(struct hop_command *c, const struct kind_rule *rule)
{
    struct hop_error_spec spec = {.id = "Value2ShouldNotBeSpecified",
                                  .category = HOP_CAT_INVALID_OPERATION,
                                  .exception =
                                      "System.InvalidOperationException"};

    return hop_command_throw(c, &spec,
                             "The SecondValue parameter is not allowed for a "
                             "member of type \"%s\".",
                             rule->name);
}

/* Converts what the kind of member needs: names to text. */
static bool
convert_value(struct hop_command *c, enum hop_member_kind kind,
              struct hop_value v, struct hop_value *out)
{
    struct hop_context *cx = hop_command_context(c);

    if (kind == HOP_MEMBER_ALIAS)
        return hop_convert(cx, v, &hop_class_string, out);
    if (kind == HOP_MEMBER_PROPERTY_SET)
        return hop_convert(cx, v, hop_types_array(cx, &hop_class_string, 1),
                           out);
    *out = hop_retain(v);
    return true;
}

static bool
add_of_kind(struct hop_command *c, struct hop_value object)
{
    const struct kind_rule *rule = find_rule(hop_arg(c, MEMBER_TYPE).u.i);
    struct hop_value value = hop_arg(c, VALUE), second = hop_arg(c, SECOND);
    struct hop_member m = {0};

    if (!rule)
        return cannot_add(c);
    if (rule->value_needed && hop_is_null(value))
        return value_missing(c, rule);
    if (!hop_is_null(second) && !rule->second_allowed)
        return second_refused(c, rule);
    if (!convert_value(c, rule->kind, value, &m.value))
        return false;
    m.kind = rule->kind;
    m.second = hop_retain(second);
    m.name = hop_string_from(hop_arg_text(c, NAME));
    return add(c, object, m);
}

static bool
add_note(struct hop_command *c, struct hop_value object, struct hop_value name,
         struct hop_value v)
{
    struct hop_member m = {.kind = HOP_MEMBER_NOTE};

    if (!hop_to_string(hop_command_context(c), name, &m.name))
        return false;
    m.value = hop_retain(v);
    return add(c, object, m);
}

static bool
add_notes(struct hop_command *c, struct hop_value object)
{
    struct hop_dict *d = hop_as_dict(hop_arg(c, NOTES));
    size_t n;
    HOP_AUTO_FREE struct hop_dict_entry **e = hop_dict_order(d, &n);

    for (size_t i = 0; i < n; i++)
        if (!add_note(c, object, e[i]->key, e[i]->value))
            return false;
    return true;
}

static bool
process(struct hop_command *c)
{
    struct hop_context *cx = hop_command_context(c);
    HOP_AUTO_VALUE struct hop_value object =
        hop_wrap(cx, hop_retain(hop_arg(c, INPUT)));
    const char *type = hop_arg_text(c, TYPE_NAME);
    bool ok = true;

    if (hop_command_in_set(c, "NotePropertyMultiMemberSet"))
        ok = add_notes(c, object);
    else if (hop_command_in_set(c, "NotePropertySingleMemberSet"))
        ok = add_note(c, object, hop_arg(c, NOTE_NAME), hop_arg(c, NOTE_VALUE));
    else if (hop_command_in_set(c, "MemberSet"))
        ok = add_of_kind(c, object);
    if (!ok)
        return false;
    if (type)
        hop_type_names_push(cx, object.u.o, type);
    return !hop_arg_on(c, PASS_THRU) || hop_write(c, object);
}

const struct hop_cmdlet hop_cmdlet_add_member = {
    .name = "Add-Member",
    .default_set = "TypeNameSet",
    HOP_PARAMS(params),
    .synopsis = "Adds a property or a method to an object.",
    .process = process,
};
