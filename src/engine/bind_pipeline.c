/* Binding of pipeline objects: by value and by property name, first without
 * and then with conversion.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/bind_internal.h"

#define BINDING        "ParameterBindingException"
#define TRANSFORMATION "ParameterBindingArgumentTransformationException"
#define VALIDATION     "ParameterBindingValidationException"

/* ---- pipeline input
 * ------------------------------------------------------------------------------------------------------
 */

static void
forget_piped(struct hop_command *c)
{
    for (uint32_t i = 0; i < c->n_bound; i++) {
        struct bound *b = &c->bound[i];
        if (b->state != BOUND_PIPELINE)
            continue;
        b->state = BOUND_NONE;
        hop_value_clear(&b->value);
        if (c->bound_dictionary.kind == HOP_OBJECT) {
            struct hop_value key HOP_AUTO_VALUE =
                hop_text(c->meta->params[i].name);
            hop_dict_remove((struct hop_dict *)(void *)c->bound_dictionary.u.o,
                            key);
        }
    }
}

static bool
property_value(struct hop_command *c, const struct meta_param *p,
               struct hop_value v, struct hop_value *out)
{
    for (int64_t k = -1; k < (int64_t)p->n_aliases; k++) {
        struct hop_string *name HOP_AUTO_STRING =
            hop_string_from(k < 0 ? p->name : p->aliases[k]);
        struct hop_member_info info = {0};
        if (hop_as_dict(v) || !hop_member_lookup(&c->rs->cx, v, name, &info))
            continue;
        hop_string_release(info.name);
        if (info.kind & (HOP_MEMBER_METHOD | HOP_MEMBER_SCRIPT_METHOD |
                         HOP_MEMBER_CODE_METHOD))
            continue;
        switch (hop_member_get(&c->rs->cx, v, name, out)) {
        case HOP_FOUND: return true;
        case HOP_FAILED: hop_drop_exception(&c->rs->cx); break;
        default: break;
        }
    }
    return false;
}

/* One phase over all parameters; true when something was bound. */
static bool
pipeline_phase(struct hop_command *c, struct hop_value v, unsigned how,
               bool coerce, struct hop_value *failure)
{
    bool any = false;

    for (uint32_t i = 0; i < c->meta->n; i++) {
        struct meta_param *p = &c->meta->params[i];
        struct hop_value x HOP_AUTO_VALUE = hop_null();
        unsigned flags = 0;
        uint32_t sets = c->sets;
        if (c->bound[i].state != BOUND_NONE || p->common)
            continue;
        for (uint32_t k = 0; k < p->n_sets; k++)
            if (row_applies(c, &p->sets[k]))
                flags |= p->sets[k].flags;
        if (!(flags & how))
            continue;
        if (how == HOP_BY_VALUE)
            x = hop_retain(v);
        else if (!property_value(c, p, v, &x))
            continue;
        if (!coerce && !fits(p, x))
            continue;
        if (bind_value(c, p, x, BOUND_PIPELINE)) {
            any = true;
            continue;
        }
        c->sets = sets;
        if (c->rs->stop || !hop_has_exception(&c->rs->cx))
            return any;
        struct hop_value e = hop_take_exception(&c->rs->cx);
        if (hop_is_null(*failure) && coerce)
            hop_value_set(failure, e);
        else if (!coerce && how == HOP_BY_VALUE &&
                 hop_value_is(e, &hop_exception_parameter_binding_validation))
            hop_value_set(failure, e);
        else
            hop_release(e);
    }
    return any;
}

static bool
run_delayed(struct hop_command *c, struct hop_value v)
{
    for (uint32_t i = 0; i < c->n_bound; i++) {
        struct hop_value x HOP_AUTO_VALUE = hop_null();
        if (c->bound[i].delayed.kind != HOP_OBJECT)
            continue;
        struct hop_block_call call = {.block = c->bound[i].delayed,
                                      .dollar_under = &v};
        if (!hop_call_block_value(c->rs, &call, &x)) {
            if (!hop_has_exception(&c->rs->cx))
                return false;
            struct hop_value e HOP_AUTO_VALUE = hop_take_exception(&c->rs->cx);
            return binding_error(
                c, BINDING, "ScriptBlockArgumentInvocationFailed",
                HOP_CAT_INVALID_ARGUMENT,
                "The input to the script block for parameter "
                "'%s' failed. %s",
                c->meta->params[i].name, hop_exception_message(e));
        }
        if (x.kind == HOP_VOID)
            return binding_error(c, BINDING, "ScriptBlockArgumentNoOutput",
                                 HOP_CAT_INVALID_ARGUMENT,
                                 "Cannot evaluate parameter '%s' because its "
                                 "argument input did not produce any output.",
                                 c->meta->params[i].name);
        c->bound[i].state = BOUND_NONE;
        if (!bind_value(c, &c->meta->params[i], x, BOUND_LINE))
            return false;
    }
    return true;
}

static bool
takes_pipeline(const struct hop_command *c)
{
    for (uint32_t i = 0; i < c->meta->n; i++)
        if (accepts_pipeline(&c->meta->params[i]) &&
            c->meta->params[i].mask & c->sets)
            return true;
    return false;
}

static bool
not_bound(struct hop_command *c, struct hop_value v)
{
    return throw_pending(c->rs, BINDING, "InputObjectNotBound",
                         HOP_CAT_INVALID_ARGUMENT, v,
                         "The input object cannot be bound to any parameters "
                         "for the command either because the command does not "
                         "take pipeline input or the input and its properties "
                         "do not match any of the parameters that take "
                         "pipeline input.");
}

static bool
has_delayed(const struct hop_command *c)
{
    for (uint32_t i = 0; i < c->n_bound; i++)
        if (c->bound[i].delayed.kind == HOP_OBJECT)
            return true;
    return false;
}

/* A cmdlet whose one pipeline parameter takes any object as it is, as
 * ForEach-Object's, needs no search for each object. */
static void
find_fast(struct hop_command *c)
{
    int found = -1;

    c->fast = -1;
    if (is_script_command(c) || has_delayed(c) ||
        (c->meta->n_sets && c->set < 0))
        return;
    for (uint32_t i = 0; i < c->meta->n; i++) {
        struct meta_param *p = &c->meta->params[i];
        if (!accepts_pipeline(p) ||
            (c->bound[i].state != BOUND_NONE &&
             c->bound[i].state != BOUND_PIPELINE) ||
            !(p->mask & c->sets))
            continue;
        if (found >= 0 || p->attributes ||
            (p->type != &hop_class_object && p->type != &hop_class_psobject) ||
            !(flags_in(p, c->set) & HOP_BY_VALUE) ||
            flags_in(p, c->set) & HOP_MANDATORY)
            return;
        found = (int)i;
    }
    if (found >= 0 && c->bound[found].state == BOUND_PIPELINE)
        c->fast = (int16_t)(found + 1);
}

bool
bind_pipeline(struct hop_command *c, struct hop_value v)
{
    if (c->fast > 0 && c->bound_dictionary.kind != HOP_OBJECT) {
        hop_value_set(&c->bound[c->fast - 1].value, hop_retain(v));
        return true;
    }

    struct hop_value failure HOP_AUTO_VALUE = hop_null();
    bool any = false;

    forget_piped(c);
    if (!takes_pipeline(c)) {
        if (has_delayed(c))
            return run_delayed(c, v);
        return not_bound(c, v);
    }
    any = pipeline_phase(c, v, HOP_BY_VALUE, false, &failure);
    any = pipeline_phase(c, v, HOP_BY_NAME, false, &failure) || any;
    if (!any || missing_in(c, c->set, false, NULL)) {
        any = pipeline_phase(c, v, HOP_BY_VALUE, true, &failure) || any;
    }
    any = pipeline_phase(c, v, HOP_BY_NAME, true, &failure) || any;
    if (c->rs->stop || (is_script_command(c) && !restore_defaults(c)))
        return false;
    if (has_delayed(c))
        return run_delayed(c, v);
    if (any)
        return true;
    if (!hop_is_null(failure)) {
        hop_value_set(&c->rs->cx.pending, hop_value_steal(&failure));
        return false;
    }
    return not_bound(c, v);
}

static bool
missing_from_input(struct hop_command *c, int set)
{
    struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;

    for (uint32_t i = 0; i < c->meta->n; i++) {
        struct meta_param *p = &c->meta->params[i];
        if (c->bound[i].state == BOUND_NONE &&
            (set < 0 || p->mask & (1u << set)) &&
            flags_in(p, set) & HOP_MANDATORY)
            hop_buf_addf(&b, " %s", p->name);
    }
    return throw_pending(c->rs, BINDING, "InputObjectMissingMandatory",
                         HOP_CAT_INVALID_ARGUMENT, c->current,
                         "The input object cannot be bound because it did not "
                         "contain the information required to bind all "
                         "mandatory parameters: %s",
                         hop_buf_str(&b));
}

/* Before each process: the set is final now. */
bool
bind_finish(struct hop_command *c)
{
    if (c->meta->simple)
        return true;
    if (!c->expects_input || c->fast > 0)
        return true;
    if (c->meta->n_sets) {
        uint32_t sets = c->sets;
        if (!choose_set(c, false))
            return false;
        c->sets = sets;
    }
    if (missing_in(c, c->set, false, NULL))
        return missing_from_input(c, c->set);
    if (!c->fast && c->has_current)
        find_fast(c);
    return true;
}
