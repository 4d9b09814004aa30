/* A class's methods: the texts of their signatures, parsed when first asked
 * for.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>

#include "base/alloc.h"
#include "value/enums.h"
#include "value/internal.h"
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
find_group(struct class_info *info, const char *name, size_t n, bool is_static)
{
    for (size_t i = 0; i < info->n; i++)
        if (info->groups[i]->is_static == is_static &&
            hop_text_ieq(info->groups[i]->name, info->groups[i]->name_len, name,
                         n))
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
        &cx->types
             ->infos[((uintptr_t)cls >> 5) % HOP_ARRAY_SIZE(cx->types->infos)];
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
        if (info->groups[i]->is_static == is_static && !f(arg, info->groups[i]))
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
