/* The registry: which type a name means, array and generic types made on
 * demand, type extensions.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types.h"

#include <stdio.h>

#include "base/alloc.h"
#include "value/enums.h"
#include "value/exception.h"
#include "value/internal.h"

#define TABLE_SIZE    2048 /* power of two */
#define NAME_MAX_LEN  1024
#define NESTING_MAX   16

static void
put_name(struct hop_types *t, const char *name, const struct hop_class *cls,
         bool accelerator)
{
    struct type_name *e = hop_pool_alloc(sizeof *e);
    uint32_t k = hop_text_hash(name, strlen(name)) & (TABLE_SIZE - 1);

    e->name = name;
    e->cls = cls;
    e->accelerator = accelerator;
    e->next = t->names[k];
    t->names[k] = e;
}

static const struct hop_class *
look_up(const struct hop_types *t, const char *s, size_t n)
{
    uint32_t k = hop_text_hash(s, n) & (TABLE_SIZE - 1);

    for (const struct type_name *e = t->names[k]; e; e = e->next)
        if (hop_text_ieq(e->name, strlen(e->name), s, n))
            return e->cls;
    return NULL;
}

void
hop_types_register(struct hop_context *cx, const struct hop_class *const *list)
{
    for (; *list; list++)
        put_name(cx->types, (*list)->name, *list, false);
}

void
hop_types_accelerate(struct hop_context *cx, const char *name,
                     const struct hop_class *cls)
{
    put_name(cx->types, name, cls, true);
}

void
hop_types_each_accelerator(struct hop_context *cx,
                           void (*f)(void *arg, const char *name,
                                     const struct hop_class *cls),
                           void *arg)
{
    for (size_t k = 0; k < TABLE_SIZE; k++)
        for (struct type_name *e = cx->types->names[k]; e; e = e->next)
            if (e->accelerator)
                f(arg, e->name, e->cls);
}

void
hop_types_each(struct hop_context *cx,
               void (*f)(void *arg, const char *name,
                         const struct hop_class *cls),
               void *arg)
{
    for (size_t k = 0; k < TABLE_SIZE; k++)
        for (struct type_name *e = cx->types->names[k]; e; e = e->next)
            if (!e->accelerator)
                f(arg, e->name, e->cls);
}

void
hop_types_init(struct hop_context *cx)
{
    static const struct hop_class *const exceptions[] = {
        &hop_exception_base,
#define X(c, name, parent, text) &hop_exception_##c,
        HOP_EXCEPTIONS(X)
#undef X
            NULL,
    };
    const struct hop_accelerator *a = hop_standard_accelerators;
    struct hop_types *t = hop_xmalloc(sizeof *t);

    t->names = hop_xcalloc(TABLE_SIZE, sizeof *t->names);
    cx->types = t;
    hop_types_register(cx, hop_standard_classes);
    hop_types_register(cx, exceptions);
    for (uint32_t i = 0; i < HOP_ENUM_COUNT; i++)
        put_name(t, hop_enum_class(i)->name, hop_enum_class(i), false);
    for (; a->name; a++)
        put_name(t, a->name, a->cls, true);
}

void
hop_types_release(struct hop_context *cx)
{
    struct type_data *d = cx->types->data, *next;

    for (; d; d = next) {
        next = d->next;
        for (uint32_t i = 0; i < d->members.n; i++) {
            hop_string_release(d->members.items[i].name);
            hop_release(d->members.items[i].value);
            hop_release(d->members.items[i].second);
        }
        free(d->members.items);
        free(d->members.index);
        free(d->name);
        free(d);
    }
    cx->types->data = NULL;
}

void
hop_types_done(struct hop_context *cx)
{
    struct hop_types *t = cx->types;
    struct made_class *m, *next;
    struct type_name *e, *after;

    hop_class_infos_free(t);
    for (m = t->made; m; m = next) {
        next = m->next;
        free(m->name);
        free(m);
    }
    for (size_t k = 0; k < TABLE_SIZE; k++)
        for (e = t->names[k]; e; e = after) {
            after = e->next;
            hop_pool_free(e, sizeof *e);
        }
    free(t->names);
    free(t);
    cx->types = NULL;
}

/* ---- made types ---- */

static struct hop_class *
make_class(struct hop_context *cx, const struct hop_class *from)
{
    struct made_class *m = hop_xmalloc(sizeof *m);

    m->cls = *from;
    m->cls.flags |= HOP_CLASS_DYNAMIC;
    m->next = cx->types->made;
    cx->types->made = m;
    return &m->cls;
}

const struct hop_class *
hop_types_array(struct hop_context *cx, const struct hop_class *element,
                int rank)
{
    struct hop_class *c;

    if (element == &hop_class_object && rank == 1)
        return &hop_class_object_array;
    for (struct made_class *m = cx->types->made; m; m = m->next)
        if ((m->cls.flags & HOP_CLASS_ARRAY) && m->cls.element == element &&
            m->cls.rank == rank)
            return &m->cls;
    c = make_class(cx, &hop_class_object_array);
    c->element = element;
    c->rank = rank;
    c->name = "System.Array";
    return c;
}

const struct hop_class *
hop_types_generic(struct hop_context *cx, const struct hop_class *definition,
                  const struct hop_class *const *args, int n)
{
    struct hop_class *c;

    if (n != definition->arity || n > HOP_CLASS_ARGS)
        return NULL;
    for (struct made_class *m = cx->types->made; m; m = m->next)
        if (m->cls.definition == definition &&
            memcmp(m->cls.args, args, (size_t)n * sizeof *args) == 0)
            return &m->cls;
    c = make_class(cx, definition);
    c->definition = definition;
    c->flags &= ~(unsigned)HOP_CLASS_GENERIC;
    memcpy(c->args, args, (size_t)n * sizeof *args);
    return c;
}

/* ---- names ---- */

struct name_parser {
    struct hop_context *cx;
    const struct hop_class *scope; /* gives T its meaning, or NULL */
    const char *p, *end;
    int depth;
};

static const struct hop_class *parse_type(struct name_parser *np);

static void
skip_blanks(struct name_parser *np)
{
    while (np->p < np->end && (*np->p == ' ' || *np->p == '\t'))
        np->p++;
}

/* The position of a generic parameter's name, or -1. */
static int
generic_index(const struct hop_class *scope, const char *s, size_t n)
{
    if (!scope || !scope->definition || n == 0 || s[0] != 'T')
        return -1;
    if (n == 1 || (n == 4 && memcmp(s, "TKey", 4) == 0) ||
        (n == 2 && s[1] == '1'))
        return 0;
    if ((n == 6 && memcmp(s, "TValue", 6) == 0) || (n == 2 && s[1] == '2'))
        return 1;
    return n == 2 && s[1] >= '1' && s[1] <= '8' ? s[1] - '1' : -1;
}

static const struct hop_class *
find_simple(struct name_parser *np, const char *s, size_t n)
{
    char full[NAME_MAX_LEN + 8];
    const struct hop_class *c;
    int g = generic_index(np->scope, s, n);

    if (g >= 0 && g < np->scope->arity)
        return np->scope->args[g];
    c = look_up(np->cx->types, s, n);
    if (c || n > NAME_MAX_LEN)
        return c;
    memcpy(full, "System.", 7);
    memcpy(full + 7, s, n);
    return look_up(np->cx->types, full, n + 7);
}

/* Skips ", Assembly, Version=..." behind a name in brackets of its own. */
static void
skip_assembly(struct name_parser *np)
{
    while (np->p < np->end && *np->p != ']')
        np->p++;
}

static int
parse_arguments(struct name_parser *np, const struct hop_class **args)
{
    int n = 0;

    for (;;) {
        bool own;

        skip_blanks(np);
        own = np->p < np->end && *np->p == '[';
        if (own)
            np->p++;
        if (n == HOP_CLASS_ARGS || !(args[n] = parse_type(np)))
            return -1;
        n++;
        skip_blanks(np);
        if (own) {
            skip_assembly(np);
            np->p++;
            skip_blanks(np);
        }
        if (np->p >= np->end)
            return -1;
        if (*np->p++ == ']')
            return n;
        if (np->p[-1] != ',')
            return -1;
    }
}

static const struct hop_class *
find_generic(struct name_parser *np, const char *s, size_t n)
{
    const struct hop_class *args[HOP_CLASS_ARGS], *c;
    char name[NAME_MAX_LEN + 8];
    int k = parse_arguments(np, args);
    const char *tick = memchr(s, '`', n);

    if (k < 0 || n > NAME_MAX_LEN)
        return NULL;
    if (tick)
        n = (size_t)(tick - s);
    n = (size_t)snprintf(name, sizeof name, "%.*s`%d", (int)n, s, k);
    c = find_simple(np, name, n);
    return c && (c->flags & HOP_CLASS_GENERIC)
               ? hop_types_generic(np->cx, c, args, k)
               : NULL;
}

/* "[]", "[,]": the rank, or 0 when what follows is no array suffix. */
static int
parse_rank(struct name_parser *np)
{
    const char *p = np->p + 1;
    int rank = 1;

    while (p < np->end && (*p == ',' || *p == ' '))
        rank += *p++ == ',';
    if (p >= np->end || *p != ']')
        return 0;
    np->p = p + 1;
    return rank;
}

static const struct hop_class *
parse_type(struct name_parser *np)
{
    const struct hop_class *c = NULL;
    const char *s;
    size_t n;
    int rank = 0;

    if (++np->depth > NESTING_MAX)
        return NULL;
    skip_blanks(np);
    s = np->p;
    while (np->p < np->end && !strchr("[],", *np->p))
        np->p++;
    n = (size_t)(np->p - s);
    while (n && s[n - 1] == ' ')
        n--;
    if (np->p < np->end && *np->p == '[' && !(rank = parse_rank(np))) {
        np->p++;
        c = find_generic(np, s, n);
    } else {
        c = find_simple(np, s, n);
        if (c && np->p > s + n && np->p[-1] == ']')
            c = hop_types_array(np->cx, c, rank);
    }
    while (c && np->p < np->end && *np->p == '[' && (rank = parse_rank(np)))
        c = hop_types_array(np->cx, c, rank);
    np->depth--;
    return c;
}

const struct hop_class *
hop_types_in_text(struct hop_context *cx, const struct hop_class *scope,
                  const char *s, size_t n)
{
    struct name_parser np = {cx, scope, s, s + n, 0};
    const struct hop_class *c = parse_type(&np);

    skip_blanks(&np);
    if (np.p < np.end && *np.p == ',')
        return c; /* an assembly's name follows */
    return np.p == np.end ? c : NULL;
}

const struct hop_class *
hop_types_find(struct hop_context *cx, const char *name, size_t n)
{
    return hop_types_in_text(cx, NULL, name, n);
}

/* ---- type extensions ---- */

static struct type_data *
find_data(struct hop_types *t, const char *name)
{
    struct type_data *d = t->data;

    while (d && !hop_ascii_ieq(d->name, name))
        d = d->next;
    return d;
}

const struct hop_members *
hop_type_data(struct hop_context *cx, const char *type_name)
{
    struct type_data *d = find_data(cx->types, type_name);

    return d ? &d->members : NULL;
}

bool
hop_type_data_add(struct hop_context *cx, const char *type_name,
                  struct hop_member m, bool force)
{
    struct type_data *d = find_data(cx->types, type_name);
    struct hop_object holder = {.ext = NULL};

    if (!d) {
        d = hop_xmalloc(sizeof *d);
        d->name = hop_xstrdup(type_name);
        d->next = cx->types->data;
        cx->types->data = d;
    }
    if (!force && hop_members_find(&d->members, m.name)) {
        hop_throw_runtime(cx, "TypesXmlError", HOP_CAT_INVALID_OPERATION,
                          "Error in TypeData \"%s\": The member %s is already "
                          "present.",
                          type_name, m.name->data);
        hop_string_release(m.name);
        hop_release(m.value);
        hop_release(m.second);
        return false;
    }
    holder.ext = &d->members;
    hop_member_add(&holder, m);
    return true;
}

bool
hop_type_data_remove(struct hop_context *cx, const char *type_name)
{
    struct type_data *d = find_data(cx->types, type_name);
    struct hop_object holder;

    if (!d)
        return false;
    holder.ext = &d->members;
    while (d->members.n)
        hop_member_remove(&holder, d->members.items[d->members.n - 1].name);
    return true;
}
