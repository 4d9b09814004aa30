/* What a class's member texts say, parsed once; overload resolution; calls.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>

#include "base/alloc.h"
#include "value/enums.h"
#include "value/exception.h"
#include "value/internal.h"
#include "value/numconv.h"
#include "value/types.h"

struct class_info {
    const struct hop_class *cls;
    struct class_info *next;
    struct hop_method_group **groups;
    size_t n, cap;
    struct hop_method_group *constructors;
};

/* ---- parsing texts ---- */

/* Where the parameter list opens: the last '(' before any nesting. */
static const char *
find_open(const char *text)
{
    return strchr(text, '(');
}

/* The name in front of the '(': behind the last blank or dot. */
static void
find_name(const char *text, const char **name, size_t *n)
{
    const char *open = find_open(text), *p = open;

    while (p > text && p[-1] != ' ' && p[-1] != '.')
        p--;
    *name = p;
    *n = (size_t)(open - p);
}

static void
trim(const char **s, size_t *n)
{
    while (*n && **s == ' ')
        ++*s, --*n;
    while (*n && (*s)[*n - 1] == ' ')
        --*n;
}

static bool
skip_word(const char **s, size_t *n, const char *word)
{
    size_t k = strlen(word);

    if (*n < k || memcmp(*s, word, k) != 0)
        return false;
    *s += k;
    *n -= k;
    trim(s, n);
    return true;
}

static void
parse_param(struct hop_context *cx, const struct hop_class *cls, const char *s,
            size_t n, struct hop_param *p)
{
    const char *eq, *blank;

    trim(&s, &n);
    p->is_ref = skip_word(&s, &n, "[ref] ");
    p->is_params = skip_word(&s, &n, "params ");
    eq = memchr(s, '=', n);
    if (eq) {
        p->fallback = eq + 1;
        p->fallback_len = n - (size_t)(eq + 1 - s);
        trim(&p->fallback, &p->fallback_len);
        n = (size_t)(eq - s);
        trim(&s, &n);
    }
    blank = memrchr(s, ' ', n);
    p->name = blank ? blank + 1 : s + n;
    p->name_len = n - (size_t)(p->name - s);
    p->type = hop_types_in_text(cx, cls, s, blank ? (size_t)(blank - s) : n);
}

static void
add_param(struct hop_context *cx, struct hop_overload *o, const char *s,
          size_t n)
{
    struct hop_param *p;

    o->params = hop_xrealloc(o->params, o->n + 1, sizeof *o->params);
    p = &o->params[o->n++];
    memset(p, 0, sizeof *p);
    parse_param(cx, o->cls, s, n, p);
    if (!p->type)
        o->bad = true;
    if (!p->fallback && !p->is_params)
        o->required = o->n;
}

static void
parse_overload(struct hop_context *cx, const struct hop_class *cls,
               const struct hop_method *row, struct hop_overload *o)
{
    const char *p = find_open(row->text) + 1, *start = p;
    int depth = 0;

    memset(o, 0, sizeof *o);
    o->row = row;
    o->cls = cls;
    o->is_static = strncmp(row->text, "static ", 7) == 0;
    o->bad = !row->fn;
    for (; *p && !(depth == 0 && *p == ')'); p++) {
        depth += *p == '[';
        depth -= *p == ']';
        if (depth == 0 && *p == ',') {
            add_param(cx, o, start, (size_t)(p - start));
            start = p + 1;
        }
    }
    if (p > start)
        add_param(cx, o, start, (size_t)(p - start));
}

/* ---- the table of a class ---- */

static struct hop_method_group *
new_group(const char *name, size_t n, bool is_static)
{
    struct hop_method_group *g = hop_xmalloc(sizeof *g);

    g->name = name;
    g->name_len = n;
    g->is_static = is_static;
    g->rows = hop_xcalloc(1, sizeof *g->rows);
    return g;
}

static void
add_overload(struct hop_context *cx, struct hop_method_group *g,
             const struct hop_class *cls, const struct hop_method *row)
{
    const char *params = find_open(row->text);

    /* An override hides what it overrides. */
    for (size_t i = 0; i < g->n; i++)
        if (g->overloads[i].cls != cls &&
            strcmp(find_open(g->overloads[i].row->text), params) == 0)
            return;
    if (g->n == g->cap) {
        g->cap = g->cap ? g->cap * 2 : 2;
        g->overloads = hop_xrealloc(g->overloads, g->cap, sizeof *g->overloads);
    }
    parse_overload(cx, cls, row, &g->overloads[g->n++]);
    g->rows = hop_xrealloc(g->rows, g->n + 1, sizeof *g->rows);
    g->rows[g->n - 1] = row;
    g->rows[g->n] = NULL;
}

static struct hop_method_group *
find_group(struct class_info *info, const char *name, size_t n,
           bool is_static)
{
    for (size_t i = 0; i < info->n; i++)
        if (info->groups[i]->is_static == is_static &&
            hop_text_ieq(info->groups[i]->name, info->groups[i]->name_len,
                         name, n))
            return info->groups[i];
    return NULL;
}

static void
add_method(struct hop_context *cx, struct class_info *info,
           const struct hop_class *cls, const struct hop_method *row)
{
    bool is_static = strncmp(row->text, "static ", 7) == 0;
    struct hop_method_group *g;
    const char *name;
    size_t n;

    find_name(row->text, &name, &n);
    g = find_group(info, name, n, is_static);
    if (!g) {
        if (info->n == info->cap) {
            info->cap = info->cap ? info->cap * 2 : 16;
            info->groups =
                hop_xrealloc(info->groups, info->cap, sizeof *info->groups);
        }
        g = new_group(name, n, is_static);
        info->groups[info->n++] = g;
    }
    add_overload(cx, g, cls, row);
}

static void
build_info(struct hop_context *cx, struct class_info *info)
{
    const struct hop_class *cls = info->cls;
    const struct hop_method *m;

    for (const struct hop_class *c = cls; c; c = c->base)
        for (m = c->methods; m && m->text; m++)
            add_method(cx, info, c->definition ? c : c == cls ? cls : c, m);
    if (cls->flags & HOP_CLASS_INTERFACE)
        for (m = hop_class_object.methods; m->text; m++)
            add_method(cx, info, &hop_class_object, m);
    for (m = cls->constructors; m && m->text; m++) {
        if (!info->constructors)
            info->constructors = new_group("new", 3, true);
        add_overload(cx, info->constructors, cls, m);
    }
}

static struct class_info *
info_of(struct hop_context *cx, const struct hop_class *cls)
{
    struct class_info **slot =
        &cx->types->infos[((uintptr_t)cls >> 5) % HOP_ARRAY_SIZE(
                                                      cx->types->infos)];
    struct class_info *info = *slot;

    while (info && info->cls != cls)
        info = info->next;
    if (info)
        return info;
    info = hop_xmalloc(sizeof *info);
    info->cls = cls;
    info->next = *slot;
    *slot = info;
    build_info(cx, info);
    return info;
}

static void
free_group(struct hop_method_group *g)
{
    if (!g)
        return;
    for (size_t i = 0; i < g->n; i++)
        free(g->overloads[i].params);
    free(g->overloads);
    free(g->rows);
    free(g);
}

void
hop_class_infos_free(struct hop_types *t)
{
    for (size_t k = 0; k < HOP_ARRAY_SIZE(t->infos); k++) {
        struct class_info *info = t->infos[k], *next;

        for (; info; info = next) {
            next = info->next;
            for (size_t i = 0; i < info->n; i++)
                free_group(info->groups[i]);
            free_group(info->constructors);
            free(info->groups);
            free(info);
        }
    }
}

struct hop_method_group *
hop_class_methods(struct hop_context *cx, const struct hop_class *cls,
                  const char *name, size_t n, bool is_static)
{
    struct class_info *info = info_of(cx, cls);

    return name ? find_group(info, name, n, is_static) : info->constructors;
}

void
hop_class_each_method(struct hop_context *cx, const struct hop_class *cls,
                      bool is_static,
                      bool (*f)(void *arg, struct hop_method_group *g),
                      void *arg)
{
    struct class_info *info = info_of(cx, cls);

    for (size_t i = 0; i < info->n; i++)
        if (info->groups[i]->is_static == is_static &&
            !f(arg, info->groups[i]))
            return;
}

bool
hop_class_has_method(struct hop_context *cx, const struct hop_class *cls,
                     const char *name, bool is_static)
{
    return hop_class_methods(cx, cls, name, strlen(name), is_static) != NULL;
}

const struct hop_property *
hop_class_property(const struct hop_class *cls, const char *name, size_t n,
                   bool is_static, const struct hop_class **owner)
{
    for (const struct hop_class *c = cls; c; c = c->base)
        for (const struct hop_property *p = c->properties; p && p->name; p++)
            if (((p->flags & HOP_PROP_STATIC) != 0) == is_static &&
                hop_text_ieq(p->name, strlen(p->name), name, n)) {
                *owner = c;
                return p;
            }
    return NULL;
}

/* ---- ranks: how well an argument fits a parameter ---- */

enum rank {
    RANK_NONE,
    RANK_UNRELATED_ARRAYS = 5,
    RANK_TO_STRING = 10,
    RANK_CONVERTIBLE = 20,
    RANK_CONSTRUCTOR = 30,
    RANK_PARSE = 35,
    RANK_NULL_TO_VALUE = 40,
    RANK_NULL_TO_REF = 42,
    RANK_NUMERIC_STRING = 45,
    RANK_LANGUAGE_SCALAR = 48,
    RANK_LANGUAGE = 50,
    RANK_NUMERIC_EXPLICIT = 60,
    RANK_NUMERIC_IMPLICIT = 70,
    RANK_OBJECT = 80,
    RANK_ASSIGNABLE = 85,
    RANK_IDENTITY = 100,
};

static bool
is_number_class(const struct hop_class *c)
{
    return ((c->kind >= HOP_SBYTE && c->kind <= HOP_DECIMAL) ||
            c == &hop_class_big_integer) &&
           !(c->flags & HOP_CLASS_ENUM);
}

/* Does the first integer type go into the second without loss? */
static bool
widens(enum hop_kind from, enum hop_kind to)
{
    static const uint16_t into[] = {
#define K(k) (1u << (k))
        [HOP_CHAR] = K(HOP_UINT16) | K(HOP_INT32) | K(HOP_UINT32) |
                     K(HOP_INT64) | K(HOP_UINT64),
        [HOP_SBYTE] = K(HOP_INT16) | K(HOP_INT32) | K(HOP_INT64),
        [HOP_BYTE] = K(HOP_INT16) | K(HOP_UINT16) | K(HOP_INT32) |
                     K(HOP_UINT32) | K(HOP_INT64) | K(HOP_UINT64),
        [HOP_INT16] = K(HOP_INT32) | K(HOP_INT64),
        [HOP_UINT16] = K(HOP_INT32) | K(HOP_UINT32) | K(HOP_INT64) |
                       K(HOP_UINT64),
        [HOP_INT32] = K(HOP_INT64),
        [HOP_UINT32] = K(HOP_INT64) | K(HOP_UINT64),
        [HOP_INT64] = 0,
        [HOP_UINT64] = 0,
        [HOP_SINGLE] = 0,
#undef K
    };

    if (to == HOP_DOUBLE)
        return from != HOP_DECIMAL;
    if (to == HOP_SINGLE || to == HOP_DECIMAL)
        return from <= HOP_UINT64;
    return from <= HOP_SINGLE && (into[from] >> to & 1);
}

static enum rank
rank_number(const struct hop_class *from, const struct hop_class *to)
{
    if (from->flags & HOP_CLASS_ENUM)
        return RANK_NUMERIC_EXPLICIT;
    if (to == &hop_class_big_integer)
        return RANK_NUMERIC_IMPLICIT - 1;
    if (from == &hop_class_big_integer)
        return RANK_NUMERIC_EXPLICIT;
    return widens(from->kind, to->kind) ? RANK_NUMERIC_IMPLICIT
                                        : RANK_NUMERIC_EXPLICIT;
}

static enum rank rank_conversion(struct hop_context *cx, struct hop_value v,
                                 const struct hop_class *to);

static enum rank
rank_array(struct hop_context *cx, struct hop_value v,
           const struct hop_class *to)
{
    enum rank r;

    if (v.kind == HOP_STRING && to->element == &hop_class_char)
        return RANK_LANGUAGE;
    if (v.kind == HOP_OBJECT && (v.u.o->cls->flags & HOP_CLASS_ARRAY))
        return RANK_UNRELATED_ARRAYS;
    if (hop_is_enumerable(v))
        return RANK_LANGUAGE;
    r = rank_conversion(cx, v, to->element);
    return r > 1 ? (enum rank)(r - 1 < RANK_LANGUAGE_SCALAR
                                   ? r - 1
                                   : RANK_LANGUAGE_SCALAR)
                 : RANK_NONE;
}

static bool
is_block(struct hop_value v)
{
    return v.kind == HOP_OBJECT &&
           strcmp(v.u.o->cls->name,
                  "System.Management.Automation.ScriptBlock") == 0;
}

static enum rank
rank_from_string(const struct hop_class *to)
{
    if (is_number_class(to))
        return RANK_NUMERIC_STRING;
    if (to == &hop_class_char)
        return RANK_PARSE;
    if ((to->flags & HOP_CLASS_ENUM) || to == &hop_class_type)
        return RANK_LANGUAGE;
    return to->parse ? RANK_PARSE : RANK_NONE;
}

static enum rank
rank_conversion(struct hop_context *cx, struct hop_value v,
                const struct hop_class *to)
{
    const struct hop_class *from = hop_class_of(v);

    if (to == &hop_class_object || to == &hop_class_psobject)
        return RANK_OBJECT;
    if (to->flags & HOP_CLASS_NULLABLE)
        to = to->args[0];
    if (hop_is_null(v))
        return to == &hop_class_string          ? RANK_TO_STRING
               : to->flags & HOP_CLASS_VALUE    ? RANK_NULL_TO_VALUE
                                                : RANK_NULL_TO_REF;
    v = hop_value_base(v);
    if (from == to)
        return RANK_IDENTITY;
    if (hop_class_is(from, to))
        return RANK_ASSIGNABLE;
    if (is_number_class(to) && (is_number_class(from) ||
                                (from->flags & HOP_CLASS_ENUM)))
        return rank_number(from, to);
    if (to == &hop_class_boolean)
        return RANK_LANGUAGE;
    if (to == &hop_class_string)
        return RANK_TO_STRING;
    if ((to->flags & HOP_CLASS_ARRAY) && to->element)
        return rank_array(cx, v, to);
    if (to == &hop_class_array)
        return RANK_LANGUAGE_SCALAR;
    if (v.kind == HOP_STRING) {
        enum rank r = rank_from_string(to);

        if (r)
            return r;
    }
    if ((to->flags & HOP_CLASS_DELEGATE) &&
        (is_block(v) || (from->flags & HOP_CLASS_DELEGATE)))
        return RANK_LANGUAGE;
    if (v.kind == HOP_CHAR && to->kind >= HOP_SBYTE &&
        to->kind <= HOP_UINT64)
        return widens(HOP_CHAR, to->kind) ? RANK_NUMERIC_IMPLICIT
                                          : RANK_NUMERIC_EXPLICIT;
    if (v.kind == HOP_CHAR && is_number_class(to))
        return RANK_CONVERTIBLE;
    if (v.kind == HOP_BOOL && is_number_class(to))
        return RANK_CONVERTIBLE;
    if (to == &hop_class_char && hop_is_integer(v))
        return RANK_CONVERTIBLE;
    if ((to->flags & HOP_CLASS_ENUM) && hop_is_integer(v))
        return RANK_LANGUAGE;
    if ((to->flags & (HOP_CLASS_LIST | HOP_CLASS_SET)) && to->definition &&
        hop_is_enumerable(v))
        return RANK_CONSTRUCTOR;
    if (to == &hop_class_hashtable)
        return hop_as_dict(v) ? RANK_LANGUAGE : RANK_NONE;
    if (to->constructors && !(to->flags & HOP_CLASS_ABSTRACT)) {
        struct hop_value x;

        /* Whether some constructor takes it only trying tells. */
        if (hop_try_convert(cx, v, to, &x)) {
            hop_release(x);
            return RANK_CONSTRUCTOR;
        }
    }
    return RANK_NONE;
}

/* ---- choosing ---- */

#define ARGS_MAX 64

struct candidate {
    const struct hop_overload *o;
    bool expanded; /* trailing arguments go into a params array */
    enum rank ranks[ARGS_MAX];
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

static enum rank
rank_argument(struct hop_context *cx, const struct candidate *c, size_t i,
              struct hop_value v)
{
    bool is_ref = hop_value_is(v, &hop_class_reference);

    if (param_at(c, i)->is_ref || is_ref) {
        if (param_at(c, i)->is_ref)
            return is_ref ? RANK_IDENTITY : RANK_CONVERTIBLE;
        return type_at(c, i) == &hop_class_reference ||
                       type_at(c, i) == &hop_class_object
                   ? RANK_IDENTITY
                   : RANK_NONE;
    }
    return rank_conversion(cx, v, type_at(c, i));
}

static bool
consider(struct hop_context *cx, struct candidate *c,
         const struct hop_value *args, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        c->ranks[i] = rank_argument(cx, c, i, args[i]);
        if (c->ranks[i] == RANK_NONE)
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
    if (is_number_class(a) && is_number_class(b)) {
        if (v.kind == HOP_STRING)
            return a == &hop_class_double ? 1 : b == &hop_class_double ? -1 : 0;
        if (widens(a->kind, b->kind))
            return 1;
        return widens(b->kind, a->kind) ? -1 : 0;
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
        better +=
            weight * compare_types(type_at(a, i), type_at(b, i), args[i]);
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

    return hop_is_null(base) ||
           (base.kind == HOP_OBJECT && (base.u.o->cls->flags & HOP_CLASS_ARRAY));
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
            if (!c.expanded && (n < o->required || n > o->n ||
                                (variadic && (n < o->n ||
                                              !takes_array_as_is(
                                                 args[n - 1],
                                                 o->params[o->n - 1].type)))))
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
                          name, hop_buf_str(&text), method,
                          hop_buf_str(&type), why->data);
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
    struct hop_array *a =
        hop_array_new_of(cx, c->o->params[first].type, 0);

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
                    cx, &hop_exception_method, "NonRefArgumentToRefParameterMsg",
                    HOP_CAT_NOT_SPECIFIED, hop_null(), hop_null(),
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
    __attribute__((cleanup(free_arguments))) struct arguments conv = {
        .n = 0};
    struct candidate best;
    struct hop_call call;
    char name[80];

    if (!choose(cx, g, args, n, &best))
        return 0;
    snprintf(name, sizeof name, "%.*s", (int)g->name_len, g->name);
    if (!convert_arguments(cx, &best, args, n, name, &conv))
        return -2;
    call = (struct hop_call){.self = self,
                             .cls = best.o->cls->definition ||
                                            cls == best.o->cls
                                        ? best.o->cls
                                        : cls,
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
    return wrap && hop_wrap_invocation(cx, name, n);
}
