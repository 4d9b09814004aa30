/* Get-Random and Get-SecureRandom.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <string.h>
#include <sys/random.h>

#include "base/alloc.h"
#include "cmdlets/utility/utility.h"
#include "value/collections.h"
#include "value/convert.h"
#include "value/exception.h"
#include "value/types/random.h"

#define NUMBERS "RandomNumberParameterSet"
#define ITEMS   "RandomListItemParameterSet"
#define SHUFFLE "ShuffleParameterSet"

enum { MAXIMUM, MINIMUM, INPUT, COUNT, ALL, SEED };
#define COMMON_PARAMS                                                          \
    [MAXIMUM] = {"Maximum", "object",                                          \
                 .in = HOP_SETS({NUMBERS, 0, HOP_POS(0)})},                    \
    [MINIMUM] = {"Minimum", "object", .in = HOP_SETS({NUMBERS})},              \
    [INPUT] = {"InputObject", "object[]", HOP_ALLOW_NULL,                      \
               .in = HOP_SETS(                                                 \
                   {ITEMS, HOP_MANDATORY | HOP_BY_VALUE, HOP_POS(0)},          \
                   {SHUFFLE, HOP_MANDATORY | HOP_BY_VALUE, HOP_POS(0)})},      \
    [COUNT] = {"Count", "int", .range = HOP_RANGE(1, 2147483647),              \
               .in = HOP_SETS({NUMBERS}, {ITEMS})},                            \
    [ALL] = {"Shuffle", "switch", .in = HOP_SETS({SHUFFLE, HOP_MANDATORY, 0})}

static const struct hop_param secure_params[] = {COMMON_PARAMS};
static const struct hop_param params[] = {
    COMMON_PARAMS,
    [SEED] = {"SetSeed", "System.Nullable[int]"},
};

struct state {
    struct hop_list_sink chosen;
    int64_t seen;
};

/* ---- the generator ---- */

static void
fill(struct hop_command *c, void *p, size_t n)
{
    struct hop_random *r = hop_command_context(c)->random;

    if (r && hop_command_cmdlet(c) == &hop_cmdlet_get_random) {
        hop_random_fill(r, p, n);
        return;
    }
    while (getrandom(p, n, 0) != (ssize_t)n)
        continue;
}

static int32_t
next_int(struct hop_command *c)
{
    int32_t x;

    do
        fill(c, &x, sizeof(x));
    while (x == INT32_MAX);
    return x < 0 ? x + INT32_MAX : x;
}

static double
next_double(struct hop_command *c)
{
    return next_int(c) * (1.0 / INT32_MAX);
}

/* low <= x < high */
static int32_t
next_between(struct hop_command *c, int32_t low, int32_t high)
{
    int64_t range = (int64_t)high - low;
    int32_t x;

    if (range <= INT32_MAX)
        return (int32_t)(next_double(c) * (double)range) + low;
    do
        fill(c, &x, sizeof(x));
    while (x == INT32_MAX);
    return (int32_t)((int64_t)(((double)x + INT32_MAX) *
                               (1.0 / (2 * (double)INT32_MAX)) *
                               (double)range) +
                     low);
}

static int64_t
next_long(struct hop_command *c, int64_t low, int64_t high)
{
    uint64_t range = (uint64_t)high - (uint64_t)low, mask, x;

    if (range <= INT32_MAX)
        return low + next_between(c, 0, (int32_t)range);
    mask = UINT64_MAX >> __builtin_clzll(range);
    do {
        fill(c, &x, sizeof(x));
        x &= mask;
    } while (range <= x);
    return (int64_t)((double)low + (double)x);
}

/* A sum may round up to the limit: then a smaller step is tried. */
static double
next_real(struct hop_command *c, double low, double high)
{
    double diff = high - low, x;

    do {
        double r = next_double(c);

        x = isinf(diff) ? low + r * high - r * low : low + r * diff;
        diff = isinf(diff) ? diff : diff * r;
    } while (x >= high);
    return x;
}

/* ---- numbers ---- */

static bool
bad_range(struct hop_command *c, struct hop_value low, struct hop_value high)
{
    HOP_AUTO_STRING struct hop_string *a = NULL;
    HOP_AUTO_STRING struct hop_string *b = NULL;
    struct hop_error_spec spec = {.id = "MinGreaterThanOrEqualMax",
                                  .category = HOP_CAT_INVALID_ARGUMENT,
                                  .exception = "System.ArgumentException"};

    if (!hop_to_string(hop_command_context(c), low, &a) ||
        !hop_to_string(hop_command_context(c), high, &b))
        return false;
    return hop_command_throw(c, &spec,
                             "The Minimum value (%s) cannot be greater than or "
                             "equal to the Maximum value (%s).",
                             a->data, b->data);
}

/* The argument; text is read as a number of the language. */
static bool
operand(struct hop_command *c, size_t param, struct hop_value *out)
{
    struct hop_value v = hop_value_base(hop_arg(c, param));

    if (!hop_is_string(v)) {
        *out = hop_retain(v);
        return true;
    }
    return hop_parse_number(hop_cstr(v), v.u.s->len, out) ||
           hop_convert(hop_command_context(c), v, &hop_class_int32, out);
}

static bool
is_whole(struct hop_value v, enum hop_kind kind)
{
    return hop_is_null(v) || v.kind == kind;
}

static bool
write_ints(struct hop_command *c, struct hop_value low, struct hop_value high,
           int64_t n)
{
    int32_t lo = (int32_t)low.u.i;
    int32_t hi = hop_is_null(high) ? INT32_MAX : (int32_t)high.u.i;

    if (hop_is_null(low))
        lo = 0;
    if (lo >= hi)
        return bad_range(c, hop_int(lo), hop_int(hi));
    while (n-- > 0)
        if (!hop_write(c, hop_int(next_between(c, lo, hi))))
            return false;
    return true;
}

static bool
write_longs(struct hop_command *c, struct hop_value low, struct hop_value high,
            int64_t n)
{
    int64_t lo = hop_is_null(low) ? 0 : low.u.i;
    int64_t hi = hop_is_null(high) ? INT64_MAX : high.u.i;

    if (lo >= hi)
        return bad_range(c, hop_long(lo), hop_long(hi));
    while (n-- > 0)
        if (!hop_write(c, hop_long(next_long(c, lo, hi))))
            return false;
    return true;
}

static bool
write_reals(struct hop_command *c, struct hop_value low, struct hop_value high,
            int64_t n)
{
    double lo = 0, hi = 1.7976931348623157e308;

    if ((!hop_is_null(low) &&
         !hop_to_double(hop_command_context(c), low, &lo)) ||
        (!hop_is_null(high) &&
         !hop_to_double(hop_command_context(c), high, &hi)))
        return false;
    if (!(lo < hi))
        return bad_range(c, hop_double(lo), hop_double(hi));
    while (n-- > 0)
        if (!hop_write(c, hop_double(next_real(c, lo, hi))))
            return false;
    return true;
}

static bool
write_numbers(struct hop_command *c)
{
    int64_t n = hop_arg_int(c, COUNT, 1);
    HOP_AUTO_VALUE struct hop_value low = hop_null(), high = hop_null();

    if (!operand(c, MAXIMUM, &high) || !operand(c, MINIMUM, &low))
        return false;
    if (is_whole(low, HOP_INT32) && is_whole(high, HOP_INT32))
        return write_ints(c, low, high, n);
    if ((is_whole(low, HOP_INT32) || is_whole(low, HOP_INT64)) &&
        (is_whole(high, HOP_INT32) || is_whole(high, HOP_INT64)))
        return write_longs(c, low, high, n);
    return write_reals(c, low, high, n);
}

/* ---- items ---- */

/* Objects by the pipeline, or an array as -Maximum, are items. */
static bool
is_about_items(struct hop_command *c)
{
    struct hop_value max = hop_value_base(hop_arg(c, MAXIMUM));

    return !hop_command_in_set(c, NUMBERS) || hop_as_array(max) ||
           (hop_command_expects_input(c) && hop_is_null(max) &&
            hop_is_null(hop_arg(c, MINIMUM)));
}

static bool
begin(struct hop_command *c)
{
    struct state *s = hop_command_state(c);
    struct hop_context *cx = hop_command_context(c);

    hop_list_sink_init(&s->chosen, cx);
    if (hop_command_cmdlet(c) == &hop_cmdlet_get_random &&
        !hop_is_null(hop_arg(c, SEED))) {
        if (!cx->random)
            cx->random = hop_xcalloc(1, sizeof(*cx->random));
        *cx->random = (struct hop_random){.seeded = false};
        hop_random_seed(cx->random, (int32_t)hop_arg(c, SEED).u.i);
    }
    return is_about_items(c) || write_numbers(c);
}

/* Each of n items seen so far is among the chosen k with the chance k / n. */
static void
choose(struct hop_command *c, struct hop_value v, int64_t count)
{
    struct state *s = hop_command_state(c);

    if (s->seen < count) {
        (void)hop_sink_write(&s->chosen.sink, v);
    } else if (next_between(c, 0, (int32_t)s->seen + 1) < count) {
        int32_t at = next_between(c, 0, (int32_t)s->chosen.n);

        hop_value_set(&s->chosen.items[at], hop_retain(v));
    }
    s->seen++;
}

static bool
process(struct hop_command *c)
{
    size_t from = hop_command_in_set(c, NUMBERS) ? MAXIMUM : INPUT;
    int64_t count = hop_arg_on(c, ALL) ? INT64_MAX : hop_arg_int(c, COUNT, 1);
    struct hop_array *a = hop_as_array(hop_value_base(hop_arg(c, from)));

    if (!is_about_items(c))
        return true;
    if (from == MAXIMUM && !a)
        return true;
    if (!a)
        choose(c, hop_null(), count);
    for (size_t i = 0; a && i < a->n; i++)
        choose(c, a->items[i], count);
    return true;
}

static bool
end(struct hop_command *c)
{
    struct state *s = hop_command_state(c);
    int32_t n = (int32_t)s->chosen.n;

    for (int32_t i = 0; i < n; i++) {
        int32_t j = next_between(c, i, n);

        if (!hop_write(c, s->chosen.items[j]))
            return false;
        if (i != j)
            hop_value_set(&s->chosen.items[j], hop_retain(s->chosen.items[i]));
    }
    return true;
}

static void
dispose(struct hop_command *c)
{
    hop_list_sink_done(&((struct state *)hop_command_state(c))->chosen);
}

#define CMDLET(text, table, what)                                              \
    {                                                                          \
        .name = text, .default_set = NUMBERS, HOP_PARAMS(table),               \
        .output = "System.Int32 System.Int64 System.Double", .synopsis = what, \
        .state_size = sizeof(struct state), .begin = begin,                    \
        .process = process, .end = end, .dispose = dispose,                    \
    }

const struct hop_cmdlet hop_cmdlet_get_random = CMDLET(
    "Get-Random", params, "Gets random numbers, or some of the objects given.");
const struct hop_cmdlet hop_cmdlet_get_secure_random =
    CMDLET("Get-SecureRandom", secure_params,
           "Gets random numbers that nobody can foresee.");
