/* Objects: birth, death, the list of the living; instance members.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/member.h"

#include "base/alloc.h"
#include "value/internal.h"

#define INDEX_FROM 12 /* members from which look-up goes by hash */

void *
hop_object_new(struct hop_context *cx, const struct hop_class *cls)
{
    struct hop_object *o = hop_pool_alloc(cls->size);

    o->cls = cls;
    o->refs = 1;
    o->next = &cx->live;
    o->prev = cx->live.prev;
    o->prev->next = o;
    cx->live.prev = o;
    return o;
}

static void
free_members(struct hop_members *m)
{
    for (uint32_t i = 0; i < m->n; i++) {
        hop_string_release(m->items[i].name);
        hop_release(m->items[i].value);
        hop_release(m->items[i].second);
    }
    if (m->type_names)
        hop_release(hop_obj(m->type_names));
    free(m->items);
    free(m->index);
    hop_pool_free(m, sizeof *m);
}

static void
release_contents(struct hop_object *o)
{
    void (*destroy)(struct hop_object *) = HOP_CLASS_FN(o->cls, destroy);
    struct hop_members *m = o->ext;

    o->flags |= HOP_OBJECT_DEAD;
    if (destroy)
        destroy(o);
    if (m)
        free_members(m);
}

void
hop_object_destroy(struct hop_object *o)
{
    if (o->flags & HOP_OBJECT_DEAD)
        return;
    o->refs = 1; /* a reference back to itself must not end it twice */
    release_contents(o);
    o->next->prev = o->prev;
    o->prev->next = o->next;
    hop_pool_free(o, o->cls->size);
}

void
hop_objects_end(struct hop_context *cx)
{
    struct hop_object *o, *next;

    /* What is left hangs in cycles.  Memory stays until all contents are
     * released, for references among them lead to it. */
    for (o = cx->live.next; o != &cx->live; o = o->next)
        o->refs++;
    for (o = cx->live.next; o != &cx->live; o = o->next)
        release_contents(o);
    for (o = cx->live.next; o != &cx->live; o = next) {
        next = o->next;
        hop_pool_free(o, o->cls->size);
    }
    cx->live.next = cx->live.prev = &cx->live;
}

/* ---- instance members ---- */

static void
index_member(struct hop_members *m, uint32_t i)
{
    uint32_t mask = m->index_size - 1;
    uint32_t k = hop_string_hash(m->items[i].name) & mask;

    while (m->index[k])
        k = (k + 1) & mask;
    m->index[k] = i + 1;
}

static void
rebuild_index(struct hop_members *m)
{
    free(m->index);
    m->index = NULL;
    m->index_size = 0;
    if (m->n < INDEX_FROM)
        return;
    m->index_size = 32;
    while (m->index_size < m->n * 3)
        m->index_size *= 2;
    m->index = hop_xcalloc(m->index_size, sizeof *m->index);
    for (uint32_t i = 0; i < m->n; i++)
        index_member(m, i);
}

struct hop_member *
hop_members_find(const struct hop_members *m, const struct hop_string *name)
{
    if (!m)
        return NULL;
    if (m->index) {
        uint32_t mask = m->index_size - 1;
        uint32_t k = hop_string_hash(name) & mask;

        for (; m->index[k]; k = (k + 1) & mask)
            if (hop_string_ieq(m->items[m->index[k] - 1].name, name))
                return &m->items[m->index[k] - 1];
        return NULL;
    }
    for (uint32_t i = 0; i < m->n; i++)
        if (m->items[i].name == name)
            return &m->items[i];
    for (uint32_t i = 0; i < m->n; i++)
        if (hop_string_ieq(m->items[i].name, name))
            return &m->items[i];
    return NULL;
}

static void
append_member(struct hop_members *m, struct hop_member x)
{
    if (m->n == m->cap) {
        m->cap = m->cap ? m->cap * 2 : 4;
        m->items = hop_xrealloc(m->items, m->cap, sizeof *m->items);
    }
    m->items[m->n++] = x;
    if (m->n >= INDEX_FROM) {
        if (!m->index || m->n * 2 > m->index_size)
            rebuild_index(m);
        else
            index_member(m, m->n - 1);
    }
}

static void
put_member(struct hop_members *m, struct hop_member x)
{
    struct hop_member *old = hop_members_find(m, x.name), gone;

    if (!old) {
        append_member(m, x);
        return;
    }
    gone = *old;
    *old = x;
    hop_string_release(gone.name);
    hop_release(gone.value);
    hop_release(gone.second);
}

void
hop_member_add(struct hop_object *o, struct hop_member m)
{
    if (!o->ext)
        o->ext = hop_pool_alloc(sizeof *o->ext);
    put_member(o->ext, m);
}

bool
hop_member_remove(struct hop_object *o, const struct hop_string *name)
{
    struct hop_member *m = hop_members_find(o->ext, name), gone;

    if (!m)
        return false;
    gone = *m;
    o->ext->n--;
    memmove(m, m + 1, (size_t)(o->ext->items + o->ext->n - m) * sizeof *m);
    rebuild_index(o->ext);
    hop_string_release(gone.name);
    hop_release(gone.value);
    hop_release(gone.second);
    return true;
}

/* ---- custom objects ---- */

struct hop_object *
hop_custom_new(struct hop_context *cx)
{
    return hop_object_new(cx, &hop_class_pscustomobject);
}

void
hop_custom_set(struct hop_object *o, struct hop_string *name,
               struct hop_value v)
{
    hop_member_add(o, (struct hop_member){.name = hop_string_retain(name),
                                          .kind = HOP_MEMBER_NOTE,
                                          .value = v});
}

void
hop_custom_set_text(struct hop_object *o, const char *name, struct hop_value v)
{
    hop_member_add(o, (struct hop_member){.name = hop_string_from(name),
                                          .kind = HOP_MEMBER_NOTE,
                                          .value = v});
}

struct hop_value *
hop_custom_get(struct hop_object *o, const struct hop_string *name)
{
    struct hop_member *m = hop_members_find(o->ext, name);

    return m && (m->kind == HOP_MEMBER_NOTE || m->kind == HOP_MEMBER_PROPERTY)
               ? &m->value
               : NULL;
}

struct hop_value *
hop_custom_get_text(struct hop_object *o, const char *name)
{
    HOP_AUTO_STRING struct hop_string *s = hop_string_from(name);

    return hop_custom_get(o, s);
}

struct hop_value
hop_value_base(struct hop_value v)
{
    if (hop_is_exactly(v, &hop_class_psobject))
        return ((struct hop_wrapper *)v.u.o)->value;
    return v;
}

struct hop_value
hop_wrap(struct hop_context *cx, struct hop_value v)
{
    struct hop_wrapper *w;

    if (v.kind == HOP_OBJECT)
        return v;
    w = hop_object_new(cx, &hop_class_psobject);
    w->value = v;
    return hop_obj(w);
}

struct hop_value
hop_wrap_token(struct hop_context *cx, struct hop_value v,
               struct hop_string *token)
{
    struct hop_value w = hop_wrap(cx, v);

    ((struct hop_wrapper *)w.u.o)->token = token;
    return w;
}

struct hop_string *
hop_token_text(struct hop_value v)
{
    const struct hop_wrapper *w;

    if (!hop_is_exactly(v, &hop_class_psobject))
        return NULL;
    w = (const struct hop_wrapper *)v.u.o;
    return w->token ? w->token : w->text;
}

struct hop_string *
hop_enum_text(struct hop_value v)
{
    return hop_is_exactly(v, &hop_class_psobject)
               ? ((struct hop_wrapper *)v.u.o)->text
               : NULL;
}

static void
destroy_wrapper(struct hop_object *o)
{
    struct hop_wrapper *w = (struct hop_wrapper *)o;

    hop_release(w->value);
    hop_string_clear(&w->token);
    hop_string_clear(&w->text);
}

/* PSObject(): an object without properties; PSObject(x): x itself. */
static bool
new_psobject(struct hop_context *cx, struct hop_call *call)
{
    if (!call->n)
        call->result = hop_obj(hop_custom_new(cx));
    else
        call->result = hop_wrap(cx, hop_retain(call->args[0]));
    return true;
}

static const struct hop_method psobject_methods[] = {
    {"static psobject AsPSObject(System.Object obj)", new_psobject}, {NULL}};
static const struct hop_method psobject_constructors[] = {
    {"psobject new()", new_psobject},
    {"psobject new(System.Object obj)", new_psobject},
    {NULL}};

const struct hop_class hop_class_psobject = {
    .constructors = psobject_constructors,
    .methods = psobject_methods,
    .name = "System.Management.Automation.PSObject",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_wrapper),
    .destroy = destroy_wrapper,
};

const struct hop_class hop_class_pscustomobject = {
    .name = "System.Management.Automation.PSCustomObject",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .flags = HOP_CLASS_SEALED,
    .size = sizeof(struct hop_object),
};
