/* Arguments by position, and what is left over.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/bind_internal.h"

#include "engine/engine.h"

/* The parameter's position in the sets still possible (or in `only`); -1. */
static int
position_of(const struct hop_command *c, const struct meta_param *p, int only)
{
    for (uint32_t i = 0; i < p->n_sets; i++) {
        const struct meta_set *s = &p->sets[i];
        if (s->position < 0 || s->flags & HOP_REMAINING || !row_applies(c, s))
            continue;
        if (only >= 0 && s->set != SET_ALL && s->set != only)
            continue;
        return s->position;
    }
    return -1;
}

/* Without conversion; one element, or an array of such, fits an array. */
bool
fits(const struct meta_param *p, struct hop_value v)
{
    struct hop_value base = hop_value_base(v);
    const struct hop_class *element =
        p->type && p->type->flags & HOP_CLASS_ARRAY ? p->type->element : NULL;
    struct hop_array *a = element ? hop_as_array(base) : NULL;
    size_t i = 0;

    if (p->type == &hop_class_object || p->type == &hop_class_psobject ||
        hop_is_null(base) || hop_value_is(base, p->type))
        return true;
    if (!a)
        return element && hop_value_is(base, element);
    while (i < a->n && hop_value_is(hop_value_base(a->items[i]), element))
        i++;
    return i == a->n;
}

static int
lowest_position(struct hop_command *c, int above)
{
    int low = -1;

    for (uint32_t i = 0; i < c->meta->n; i++) {
        if (c->bound[i].state != BOUND_NONE)
            continue;
        struct meta_param *p = &c->meta->params[i];
        for (uint32_t k = 0; k < p->n_sets; k++) {
            struct meta_set *s = &p->sets[k];
            if (s->position > above && !(s->flags & HOP_REMAINING) &&
                row_applies(c, s) && (low < 0 || s->position < low))
                low = s->position;
        }
    }
    return low;
}

/* Tries the parameters at a position; 1 bound, 0 none there, -1 error. */
static int
try_position(struct hop_command *c, int position, const struct argument *g)
{
    struct hop_value last HOP_AUTO_VALUE = hop_null();
    int def =
        c->meta->default_set >= 0 && c->sets & (1u << c->meta->default_set)
            ? c->meta->default_set
            : -1;
    bool any = false;

    for (int phase = 0; phase < 4; phase++) {
        int only = phase % 2 == 0 ? def : -1;
        if (phase % 2 == 0 && def < 0)
            continue;
        for (uint32_t i = 0; i < c->meta->n; i++) {
            struct meta_param *p = &c->meta->params[i];
            if (c->bound[i].state != BOUND_NONE ||
                position_of(c, p, only) != position)
                continue;
            any = true;
            if (phase < 2 && !fits(p, g->value) && !bind_delays(c, p, g->value))
                continue;
            if (bind_argument(c, p, g, BOUND_LINE))
                return 1;
            if (c->rs->stop || !hop_has_exception(&c->rs->cx))
                return -1;
            hop_value_set(&last, hop_take_exception(&c->rs->cx));
        }
    }
    if (!any)
        return 0;
    if (hop_is_null(last))
        return 0;
    hop_value_set(&c->rs->cx.pending, hop_value_steal(&last));
    return -1;
}

bool
bind_positional(struct hop_command *c, bool *used)
{
    struct arguments *a = &c->arguments;
    int position = -1;

    for (uint32_t i = 0; i < a->n; i++) {
        if (used[i] || a->items[i].kind != ARGUMENT_VALUE)
            continue;
        if (i && !used[i - 1] && a->items[i - 1].kind == ARGUMENT_NAME &&
            (c->meta->simple || bind_takes_rest(c)))
            continue;
        for (;;) {
            position = lowest_position(c, position);
            if (position < 0)
                return true;
            int got = try_position(c, position, &a->items[i]);
            if (got < 0)
                return false;
            if (got > 0) {
                used[i] = true;
                break;
            }
        }
    }
    return true;
}

/* ---- what is left over
 * ------------------------------------------------------------------------------
 */

static void
collect_rest(struct hop_command *c, const bool *used, struct hop_array *rest)
{
    struct arguments *a = &c->arguments;

    for (uint32_t i = 0; i < a->n; i++) {
        struct argument *g = &a->items[i];
        if (used[i])
            continue;
        if (g->kind == ARGUMENT_NAME || g->kind == ARGUMENT_NAME_VALUE)
            hop_array_push(rest,
                           parameter_text(c->rs, g->name, g->name_len,
                                          g->kind == ARGUMENT_NAME_VALUE));
        if (g->kind != ARGUMENT_NAME)
            hop_array_push(rest, hop_retain(g->value));
    }
}

/* Parameters of the sets still possible that take what is left over. */
static int
count_rest_parameters(const struct hop_command *c)
{
    int n = 0;

    for (uint32_t i = 0; i < c->meta->n; i++) {
        const struct meta_param *p = &c->meta->params[i];
        bool any = false;

        for (uint32_t k = 0; k < p->n_sets; k++)
            any = any || (p->sets[k].flags & HOP_REMAINING &&
                          row_applies(c, &p->sets[k]) &&
                          c->bound[i].state == BOUND_NONE);
        n += any;
    }
    return n;
}

bool
bind_remaining(struct hop_command *c, const bool *used)
{
    struct arguments *a = &c->arguments;
    struct hop_array *rest = hop_array_new(&c->rs->cx, 0);
    struct hop_value holder HOP_AUTO_VALUE = hop_obj(rest);

    collect_rest(c, used, rest);
    if (c->meta->simple) {
        hop_value_set(&c->rest, hop_value_steal(&holder));
        return true;
    }
    if (!rest->n)
        return true;
    if (count_rest_parameters(c) > 1)
        return not_resolved(c, HOP_CAT_METADATA_ERROR);
    for (uint32_t i = 0; i < c->meta->n; i++) {
        struct meta_param *p = &c->meta->params[i];
        for (uint32_t k = 0; k < p->n_sets; k++)
            if (p->sets[k].flags & HOP_REMAINING &&
                row_applies(c, &p->sets[k]) &&
                c->bound[i].state == BOUND_NONE) {
                if (rest->n == 1 && hop_as_array(rest->items[0])) {
                    struct hop_value one HOP_AUTO_VALUE =
                        hop_retain(rest->items[0]);
                    return bind_value(c, p, one, BOUND_LINE);
                }
                return bind_value(c, p, holder, BOUND_LINE);
            }
    }
    for (uint32_t i = 0; i < a->n; i++) {
        struct hop_string *text HOP_AUTO_STRING = NULL;
        if (used[i])
            continue;
        if (!hop_to_string(&c->rs->cx, a->items[i].value, &text))
            return false;
        return binding_error(c, ERROR_BINDING, "PositionalParameterNotFound",
                             HOP_CAT_INVALID_ARGUMENT,
                             "A positional parameter cannot be found that "
                             "accepts argument '%s'.",
                             text->data);
    }
    return true;
}
