/* Get-Error: errors with all that is known of them.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "cmdlets/utility/utility.h"
#include "engine/scope.h"
#include "value/collections.h"
#include "value/exception.h"
#include "value/member.h"

#define RECORD "System.Management.Automation.ErrorRecord"

enum { INPUT, NEWEST };
static const struct hop_param params[] = {
    [INPUT] = {"InputObject", "psobject",
               .in = HOP_SETS({"Error", HOP_BY_VALUE, HOP_POS(0)})},
    [NEWEST] = {"Newest", "int", .aliases = "Last",
                .range = HOP_RANGE(1, 2147483647),
                .in = HOP_SETS({"Newest", 0, 0})},
};

/* The view goes by the first type name; the one of the ordinary view is taken
 * away. */
static void
extend(struct hop_context *cx, struct hop_value v, const char *type,
       const char *extended)
{
    struct hop_array *names;

    hop_type_names_push(cx, v.u.o, extended);
    names = v.u.o->ext->type_names;
    for (size_t i = names->n; i-- > 1;)
        if (strcmp(hop_cstr(names->items[i]), type) == 0)
            hop_array_remove(names, i);
}

/* Writes one error; index: its place in $Error, or -1. */
static bool
write_one(struct hop_command *c, struct hop_value error, int index)
{
    struct hop_context *cx = hop_command_context(c);
    struct hop_runspace *rs = hop_command_runspace(c);
    struct hop_value base = hop_value_base(error), v;

    if (hop_value_is(base, &hop_exception_base)) {
        v = hop_wrap(cx, hop_retain(base));
        extend(cx, v, "System.Exception", "System.Exception#PSExtendedError");
    } else if (hop_has_type_name(cx, base, RECORD)) {
        v = hop_error_clone(rs, base);
        extend(cx, v, RECORD, RECORD "#PSExtendedError");
    } else {
        return true;
    }
    if (index >= 0)
        hop_member_add(
            v.u.o, (struct hop_member){.name = hop_string_from("PSErrorIndex"),
                                       .kind = HOP_MEMBER_NOTE,
                                       .value = hop_int(index)});
    return hop_write_take(c, v);
}

static bool
process(struct hop_command *c)
{
    HOP_AUTO_VALUE struct hop_value all =
        hop_variable_get(hop_command_runspace(c), "global:Error");
    struct hop_array *errors = hop_as_array(all);
    size_t n = (size_t)hop_arg_int(c, NEWEST, 1);

    if (hop_arg_bound(c, INPUT))
        return write_one(c, hop_arg(c, INPUT), -1);
    if (!errors)
        return true;
    n = n < errors->n ? n : errors->n;
    for (size_t i = 0; i < n; i++)
        if (!write_one(c, errors->items[i], n > 1 ? (int)i : -1))
            return false;
    return true;
}

const struct hop_cmdlet hop_cmdlet_get_error = {
    .name = "Get-Error",
    .default_set = "Newest",
    HOP_PARAMS(params),
    .output = "System.Management.Automation.ErrorRecord#PSExtendedError "
              "System.Exception#PSExtendedError",
    .synopsis = "Shows the most recent errors with all their details.",
    .process = process,
};
