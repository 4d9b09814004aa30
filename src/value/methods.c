/* Calling methods: the best overload, its arguments, what its exceptions
 * become.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/methods.h"

#include <stdio.h>

#include "base/alloc.h"
#include "value/enums.h"
#include "value/exception.h"
#include "value/internal.h"
#include "value/types.h"

/* ---- choosing ---- */

#define ARGS_MAX 64

struct candidate {
    const struct hop_overload *o;
    bool expanded; /* trailing arguments go into a params array */
    enum hop_rank ranks[ARGS_MAX];
};

static const struct hop_param *
param_at(const struct candidate *c, size_t i)
{
    return &c->o->params[i < c->o->n ? i : c->o->n - 1];
}

static const struct hop_class *
type_at(const struct candidate *c, size_t i)
{
    const struct hop_param *p = param_at(c, i);

    return c->expanded && i + 1 >= c->o->n ? p->type->element : p->type;
}

static enum hop_rank
rank_argument(struct hop_context *cx, const struct candidate *c, size_t i,
              struct hop_value v)
{
    bool is_ref = hop_value_is(v, &hop_class_reference);

    if (param_at(c, i)->is_ref || is_ref) {
        if (param_at(c, i)->is_ref)
            return is_ref ? HOP_RANK_IDENTITY : HOP_RANK_CONVERTIBLE;
        return type_at(c, i) == &hop_class_reference ||
                       type_at(c, i) == &hop_class_object
                   ? HOP_RANK_IDENTITY
                   : HOP_RANK_NONE;
    }
    return hop_rank_conversion(cx, v, type_at(c, i));
}

static bool
consider(struct hop_context *cx, struct candidate *c,
         const struct hop_value *args, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        c->ranks[i] = rank_argument(cx, c, i, args[i]);
        if (c->ranks[i] == HOP_RANK_NONE)
            return false;
    }
    return true;
}

/* > 0: the first type says more than the second. */
static int
compare_types(const struct hop_class *a, const struct hop_class *b,
              struct hop_value v)
{
    if (a == b)
        return 0;
    if (a == &hop_class_object || b == &hop_class_object)
        return a == &hop_class_object ? -1 : 1;
    if (hop_class_is_number(a) && hop_class_is_number(b)) {
        if (v.kind == HOP_STRING)
            return a == &hop_class_double ? 1 : b == &hop_class_double ? -1 : 0;
        if (hop_class_widens(a->kind, b->kind))
            return 1;
        return hop_class_widens(b->kind, a->kind) ? -1 : 0;
    }
    if (hop_class_is(a, b))
        return 1;
    return hop_class_is(b, a) ? -1 : 0;
}

/* > 0 when a is better. */
static int
compare_candidates(const struct candidate *a, const struct candidate *b,
                   const struct hop_value *args, size_t n)
{
    int better = 0, weight = (int)n;

    for (size_t i = 0; i < n; i++, weight--) {
        if (a->ranks[i] != b->ranks[i])
            better += a->ranks[i] > b->ranks[i] ? weight : -weight;
    }
    if (better)
        return better;
    weight = (int)n;
    for (size_t i = 0; i < n; i++, weight--)
        better += weight * compare_types(type_at(a, i), type_at(b, i), args[i]);
    if (better)
        return better;
    if (a->expanded != b->expanded)
        return a->expanded ? -1 : 1;
    return (int)b->o->n - (int)a->o->n;
}

/* May the last argument itself be the params array? */
static bool
takes_array_as_is(struct hop_value v, const struct hop_class *type)
{
    struct hop_value base = hop_value_base(v);

    if (base.kind == HOP_STRING && type && type->element == &hop_class_char)
        return true;

    return hop_is_null(base) || (base.kind == HOP_OBJECT &&
                                 (base.u.o->cls->flags & HOP_CLASS_ARRAY));
}

static bool
choose(struct hop_context *cx, struct hop_method_group *g,
       const struct hop_value *args, size_t n, struct candidate *best)
{
    bool found = false;

    if (n > ARGS_MAX)
        return false;
    /* The only overload is called even when arguments will not convert: the
     * conversion says why. */
    if (g->n == 1 && !g->overloads[0].bad && n >= g->overloads[0].required &&
        n <= g->overloads[0].n &&
        !(g->overloads[0].n &&
          g->overloads[0].params[g->overloads[0].n - 1].is_params)) {
        *best = (struct candidate){.o = &g->overloads[0]};
        return true;
    }
    for (size_t i = 0; i < g->n; i++) {
        struct hop_overload *o = &g->overloads[i];
        bool variadic = o->n && o->params[o->n - 1].is_params;
        struct candidate c = {.o = o};

        if (o->bad)
            continue;
        for (int pass = 0; pass < 2; pass++) {
            c.expanded = pass == 1;
            if (!c.expanded &&
                (n < o->required || n > o->n ||
                 (variadic &&
                  (n < o->n ||
                   !takes_array_as_is(args[n - 1], o->params[o->n - 1].type)))))
                continue;
            if (c.expanded && (!variadic || n < o->n - 1))
                continue;
            if (!consider(cx, &c, args, n))
                continue;
            if (!found || compare_candidates(&c, best, args, n) > 0)
                *best = c;
            found = true;
        }
    }
    return found;
}

/* ---- calling ---- */

static bool
throw_argument(struct hop_context *cx, const struct candidate *c, size_t i,
               struct hop_value v, const char *method)
{
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT, type = HOP_BUF_INIT;
    const struct hop_param *p = param_at(c, i);
    struct hop_value inner = hop_take_exception(cx);
    HOP_AUTO_STRING struct hop_string *why =
        hop_string_from(hop_exception_message(inner));
    bool op = strncmp(method, "op_", 3) == 0;
    char name[80];

    snprintf(name, sizeof name, "%.*s", (int)p->name_len, p->name);
    if (op)
        snprintf(name, sizeof name, "%zu", i);
    if (hop_as_array(v))
        hop_class_add_to_string(hop_class_of(v), &text);
    else if (!hop_add_string(cx, v, &text))
        hop_drop_exception(cx);
    hop_class_add_to_string(type_at(c, i), &type);
    return hop_throw_full(cx, &hop_exception_method,
                          "MethodArgumentConversionInvalidCastArgument",
                          HOP_CAT_NOT_SPECIFIED, hop_null(), inner,
                          "Cannot convert argument \"%s\", with value: "
                          "\"%s\", for \"%s\" to type \"%s\": \"%s\"",
                          name, hop_buf_str(&text), method, hop_buf_str(&type),
                          why->data);
}

static bool
default_value(struct hop_context *cx, const struct hop_param *p,
              struct hop_value *out)
{
    HOP_AUTO_VALUE struct hop_value text =
        hop_textn(p->fallback, p->fallback_len);

    if (p->fallback_len == 4 && memcmp(p->fallback, "null", 4) == 0) {
        *out = hop_null();
        return true;
    }
    if (p->type == &hop_class_boolean) {
        *out = hop_bool(p->fallback_len == 4);
        return true;
    }
    return hop_convert(cx, text, p->type, out);
}

struct arguments {
    struct hop_value v[ARGS_MAX];
    size_t n;
};

static void
free_arguments(struct arguments *a)
{
    for (size_t i = 0; i < a->n; i++)
        hop_release(a->v[i]);
}

static bool
collect_rest(struct hop_context *cx, const struct candidate *c,
             const struct hop_value *args, size_t n, const char *method,
             struct arguments *out)
{
    size_t first = c->o->n - 1;
    struct hop_array *a = hop_array_new_of(cx, c->o->params[first].type, 0);

    out->v[out->n++] = hop_obj(a);
    for (size_t i = first; i < n; i++) {
        struct hop_value x;

        if (!hop_convert(cx, args[i], c->o->params[first].type->element, &x))
            return throw_argument(cx, c, i, args[i], method);
        hop_array_push(a, x);
    }
    return true;
}

static bool
convert_arguments(struct hop_context *cx, const struct candidate *c,
                  const struct hop_value *args, size_t n, const char *method,
                  struct arguments *out)
{
    size_t fixed = c->expanded ? c->o->n - 1 : c->o->n;

    for (size_t i = 0; i < fixed; i++) {
        const struct hop_param *p = &c->o->params[i];
        struct hop_value x;

        if (i >= n) {
            if (!default_value(cx, p, &x))
                return false;
        } else if (p->is_ref) {
            if (!hop_value_is(args[i], &hop_class_reference))
                return hop_throw_full(
                    cx, &hop_exception_method,
                    "NonRefArgumentToRefParameterMsg", HOP_CAT_NOT_SPECIFIED,
                    hop_null(), hop_null(),
                    "Argument: '%zu' should be a "
                    "System.Management.Automation.PSReference. Use [ref].",
                    i + 1);
            x = hop_retain(args[i]);
        } else if (!hop_convert(cx, args[i], p->type, &x)) {
            return throw_argument(cx, c, i, args[i], method);
        }
        out->v[out->n++] = x;
    }
    return !c->expanded || collect_rest(cx, c, args, n, method, out);
}

/* -2: an argument could not be converted (not to be wrapped). */
static int
invoke(struct hop_context *cx, struct hop_method_group *g,
       struct hop_value self, const struct hop_class *cls,
       const struct hop_value *args, size_t n, struct hop_value *out)
{
    __attribute__((cleanup(free_arguments))) struct arguments conv = {.n = 0};
    struct candidate best;
    struct hop_call call;
    char name[80];

    if (!choose(cx, g, args, n, &best))
        return 0;
    snprintf(name, sizeof name, "%.*s", (int)g->name_len, g->name);
    if (!convert_arguments(cx, &best, args, n, name, &conv))
        return -2;
    call = (struct hop_call){
        .self = self,
        .cls =
            best.o->cls->definition || cls == best.o->cls ? best.o->cls : cls,
        .args = conv.v,
        .n = conv.n,
        .given = args,
        .data = best.o->row->data,
        .result = hop_void()};
    if (!best.o->row->fn(cx, &call)) {
        hop_release(call.result);
        return -1;
    }
    *out = call.result;
    return 1;
}

int
hop_invoke_group(struct hop_context *cx, struct hop_method_group *g,
                 struct hop_value self, const struct hop_class *cls,
                 const struct hop_value *args, size_t n,
                 const struct hop_class *const *casts, struct hop_value *out)
{
    int r = invoke(cx, g, self, cls, args, n, out);

    return r == -2 ? -1 : r;
}

/* Exceptions that stand for control flow pass unchanged. */
static bool
must_not_wrap(struct hop_value e)
{
    const struct hop_class *c = e.u.o->cls;

    return hop_class_is(c, &hop_exception_pipeline_stopped) ||
           hop_class_is(c, &hop_exception_script_call_depth) ||
           hop_class_is(c, &hop_exception_jump_to_flow);
}

bool
hop_wrap_invocation(struct hop_context *cx, const char *name, size_t n)
{
    struct hop_value e = hop_take_exception(cx);
    struct hop_exception *inner = (struct hop_exception *)e.u.o;
    HOP_AUTO_BUF struct hop_buf id = HOP_BUF_INIT;
    HOP_AUTO_STRING struct hop_string *why =
        hop_string_from(hop_exception_message(e));

    if (must_not_wrap(e))
        return hop_throw_value(cx, e);
    /* The id is the type's name, whatever id the inner one has. */
    hop_class_add_name(inner->base.cls, &id);
    return hop_throw_full(cx, &hop_exception_method_invocation,
                          hop_buf_str(&id), HOP_CAT_NOT_SPECIFIED, hop_null(),
                          e,
                          "Exception calling \"%s\" with \"%zu\" argument(s): "
                          "\"%s\"",
                          name, n, why->data);
}

bool
hop_throw_overload(struct hop_context *cx, const char *name, size_t len,
                   size_t n)
{
    return hop_throw_full(cx, &hop_exception_method,
                          "MethodCountCouldNotFindBest", HOP_CAT_NOT_SPECIFIED,
                          hop_null(), hop_null(),
                          "Cannot find an overload for \"%.*s\" and the "
                          "argument count: \"%zu\".",
                          (int)len, name, n);
}

bool
hop_call_group(struct hop_context *cx, struct hop_method_group *g,
               const char *name, struct hop_value self,
               const struct hop_class *cls, const struct hop_value *args,
               size_t n, const struct hop_class *const *casts, bool wrap,
               struct hop_value *out)
{
    int r;

    if (!hop_context_enter(cx))
        return false;
    r = invoke(cx, g, self, cls, args, n, out);
    cx->depth--;
    if (r > 0 || r == -2)
        return r > 0;
    if (r == 0)
        return hop_throw_overload(cx, g->name, g->name_len, n);
    wrap = wrap && !(cls->flags & HOP_CLASS_TRANSPARENT);
    return wrap && hop_wrap_invocation(cx, name, n);
}
