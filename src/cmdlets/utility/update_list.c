/* Update-List and Unblock-File.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/utility/utility.h"
#include "value/collections.h"
#include "value/member.h"

enum { ADD, REMOVE, REPLACE, INPUT, PROPERTY };
static const struct hop_param params[] = {
    [ADD] = {"Add", "object[]", HOP_NOT_NULL, .in = HOP_SETS({"AddRemoveSet"})},
    [REMOVE] = {"Remove", "object[]", HOP_NOT_NULL,
                .in = HOP_SETS({"AddRemoveSet"})},
    [REPLACE] = {"Replace", "object[]", HOP_NOT_NULL,
                 .in = HOP_SETS({"ReplaceSet", HOP_MANDATORY, 0})},
    [INPUT] = {"InputObject", "psobject", HOP_BY_VALUE | HOP_NOT_NULL},
    [PROPERTY] = {"Property", "string", HOP_NOT_NULL_OR_EMPTY,
                  .position = HOP_POS(0)},
};

/* list.METHOD(item) for each item of a parameter. */
static bool
call_each(struct hop_command *c, struct hop_value list, const char *method,
          size_t param)
{
    HOP_AUTO_STRING struct hop_string *name = hop_string_from(method);

    for (size_t i = 0; i < hop_arg_count(c, param); i++) {
        struct hop_value item = hop_arg_item(c, param, i);
        HOP_AUTO_VALUE struct hop_value out = hop_null();

        if (!hop_member_call(hop_command_context(c), list, name, &item, 1, NULL,
                             &out))
            return false;
    }
    return true;
}

static bool
clear_list(struct hop_command *c, struct hop_value list)
{
    HOP_AUTO_STRING struct hop_string *name = hop_string_from("Clear");
    HOP_AUTO_VALUE struct hop_value out = hop_null();

    return hop_member_call(hop_command_context(c), list, name, NULL, 0, NULL,
                           &out);
}

static bool
process(struct hop_command *c)
{
    struct hop_value v = hop_arg(c, INPUT);
    HOP_AUTO_VALUE struct hop_value list = hop_null();
    struct hop_error_spec spec = {.id = "MissingPropertyParameter",
                                  .category = HOP_CAT_SYNTAX_ERROR,
                                  .exception =
                                      "System.InvalidOperationException"};

    if (!hop_arg_bound(c, INPUT))
        return hop_command_throw(c, &spec,
                                 "There is no list to change. Give the object "
                                 "by InputObject and name its list by "
                                 "Property.");
    if (!hop_arg_bound(c, PROPERTY))
        return hop_command_throw(c, &spec,
                                 "The Property parameter is missing: name the "
                                 "list that is to change.");
    spec.id = "MemberDoesntExist";
    spec.category = HOP_CAT_INVALID_OPERATION;
    if (hop_member_get(hop_command_context(c), v, hop_arg(c, PROPERTY).u.s,
                       &list) != HOP_FOUND)
        return hop_command_error(c, &spec,
                                 "The object has no property '%s'. Verify its "
                                 "name.",
                                 hop_arg_text(c, PROPERTY));
    if (hop_arg_bound(c, REPLACE)) {
        if (!clear_list(c, list) || !call_each(c, list, "Add", REPLACE))
            return false;
    } else if (!call_each(c, list, "Remove", REMOVE) ||
               !call_each(c, list, "Add", ADD)) {
        return false;
    }
    return hop_write(c, v);
}

const struct hop_cmdlet hop_cmdlet_update_list = {
    .name = "Update-List",
    .default_set = "AddRemoveSet",
    HOP_PARAMS(params),
    .synopsis = "Adds to a list in a property, and removes from it.",
    .process = process,
};

/* ---- Unblock-File ---- */

enum { U_PATH, U_LITERAL };
static const struct hop_param unblock_params[] = {
    [U_PATH] = {"Path", "string[]",
                .in = HOP_SETS({"ByPath", HOP_MANDATORY, HOP_POS(0)})},
    [U_LITERAL] = {"LiteralPath", "string[]", HOP_BY_NAME,
                   .in = HOP_SETS({"ByLiteralPath", HOP_MANDATORY, 0}),
                   .aliases = "PSPath LP"},
};

/* Files carry no mark of where they came from here. */
static bool
process_unblock(struct hop_command *c)
{
    struct hop_error_spec spec = {.id = "LinuxNotSupported",
                                  .category = HOP_CAT_NOT_IMPLEMENTED,
                                  .exception =
                                      "System.PlatformNotSupportedException"};

    return hop_command_throw(c, &spec, "The cmdlet does not support Linux.");
}

const struct hop_cmdlet hop_cmdlet_unblock_file = {
    .name = "Unblock-File",
    .default_set = "ByPath",
    HOP_PARAMS(unblock_params),
    .synopsis = "Says that files carry no mark of the web here.",
    .process = process_unblock,
};
