/* Get-Unique.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/utility/order.h"
#include "cmdlets/utility/utility.h"
#include "value/convert.h"
#include "value/member.h"
#include "value/ops.h"

enum { INPUT, AS_STRING, ON_TYPE, IGNORE_CASE };
static const struct hop_param params[] = {
    [INPUT] = {"InputObject", "psobject", HOP_BY_VALUE | HOP_ALLOW_NULL},
    [AS_STRING] = {"AsString", "switch", .in = HOP_SETS({"AsString"})},
    [ON_TYPE] = {"OnType", "switch", .in = HOP_SETS({"UniqueByType"})},
    [IGNORE_CASE] = {"CaseInsensitive", "switch"},
};

struct state {
    struct hop_value last;
    bool any;
};

static bool
same_text(struct hop_command *c, struct hop_value a, struct hop_value b,
          bool *same)
{
    struct hop_context *cx = hop_command_context(c);
    HOP_AUTO_STRING struct hop_string *s = NULL;
    HOP_AUTO_STRING struct hop_string *t = NULL;

    if (!hop_to_string(cx, a, &s) || !hop_to_string(cx, b, &t))
        return false;
    *same =
        hop_arg_on(c, IGNORE_CASE) ? hop_string_ieq(s, t) : hop_string_eq(s, t);
    return true;
}

static bool
is_repeated(struct hop_command *c, struct hop_value a, struct hop_value b,
            bool *same)
{
    if (hop_arg_on(c, AS_STRING))
        return same_text(c, a, b, same);
    if (hop_arg_on(c, ON_TYPE)) {
        *same = hop_class_of(a) == hop_class_of(b);
        return true;
    }
    *same = hop_order_compare_values(hop_command_context(c), a, b,
                                     !hop_arg_on(c, IGNORE_CASE)) == 0;
    return true;
}

static bool
process(struct hop_command *c)
{
    struct state *s = hop_command_state(c);
    struct hop_value v = hop_arg(c, INPUT);
    bool same = false;

    if (s->any && !is_repeated(c, v, s->last, &same))
        return false;
    if (same)
        return true;
    s->any = true;
    hop_value_set(&s->last, hop_retain(v));
    return hop_write(c, v);
}

static void
dispose(struct hop_command *c)
{
    struct state *s = hop_command_state(c);

    hop_value_clear(&s->last);
}

const struct hop_cmdlet hop_cmdlet_get_unique = {
    .name = "Get-Unique",
    .default_set = "AsString",
    HOP_PARAMS(params),
    .synopsis = "Leaves out objects that equal the one before.",
    .state_size = sizeof(struct state),
    .process = process,
    .dispose = dispose,
};
