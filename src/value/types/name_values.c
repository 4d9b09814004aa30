/* System.Collections.Specialized.NameValueCollection: names, each with one text
 * or several, in order of appearance.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "value/member.h"
#include "value/types/def.h"
#include "value/types/interfaces.h"
#include "value/types/more.h"

struct names {
    struct hop_object base;
    struct hop_dict *dict; /* ordered: name -> string[]; its keys ignore case */
    struct hop_array *unnamed; /* the texts of the null name, or NULL */
};

#define SELF self_of(c->self)

static struct names *
self_of(struct hop_value v)
{
    return (struct names *)hop_value_base(v).u.o;
}

static void
destroy(struct hop_object *o)
{
    struct names *n = (struct names *)o;

    hop_release(hop_obj(n->dict));
    if (n->unnamed)
        hop_release(hop_obj(n->unnamed));
}

static struct names *
make_names(struct hop_context *cx)
{
    struct names *n = hop_object_new(cx, &hop_class_name_value_collection);

    n->dict = hop_ordered_new(cx);
    return n;
}

static struct hop_array *
new_texts(struct hop_context *cx)
{
    return hop_array_new_of(cx, hop_types_array(cx, &hop_class_string, 1), 0);
}

/* The texts of a name (null: the unnamed), or NULL. */
static struct hop_array *
texts_of(const struct names *n, struct hop_value name)
{
    struct hop_value *v;

    if (!hop_is_string(name))
        return n->unnamed;
    v = hop_dict_get(n->dict, name);
    return v ? hop_as_array(*v) : NULL;
}

static void
add_text(struct hop_context *cx, struct names *n, struct hop_value name,
         struct hop_value text)
{
    struct hop_array *a = texts_of(n, name);

    if (!a) {
        a = new_texts(cx);
        if (hop_is_string(name))
            hop_dict_set(n->dict, name, hop_obj(a));
        else
            n->unnamed = a;
    }
    if (hop_is_string(text))
        hop_array_push(a, hop_retain(text));
}

/* "a,b"; null without any. */
static struct hop_value
join(const struct hop_array *a)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (!a || a->n == 0)
        return hop_null();
    for (size_t i = 0; i < a->n; i++) {
        if (i)
            hop_buf_addc(&b, ',');
        hop_buf_adds(&b, hop_cstr(a->items[i]));
    }
    return hop_text_buf(&b);
}

static size_t
count_of(const struct names *n)
{
    return n->dict->count + (n->unnamed != NULL);
}

/* Name and texts at a place; false with an exception pending. */
static bool
at_index(struct hop_context *cx, const struct names *n, int64_t i,
         struct hop_value *name, struct hop_array **texts)
{
    struct hop_dict_entry *e;

    if (i < 0 || (size_t)i >= count_of(n))
        return hop_throw_argument(
            cx, &hop_exception_argument_range, "index",
            "Index was out of range. Must be non-negative and less than the "
            "size of the collection.");
    e = hop_dict_at(n->dict, (size_t)i);
    *name = e ? e->key : hop_null();
    *texts = e ? hop_as_array(e->value) : n->unnamed;
    return true;
}

METHOD(add)
{
    add_text(cx, SELF, c->args[0], c->args[1]);
    return true;
}

static void
add_all(struct hop_context *cx, struct names *to, const struct names *from)
{
    for (size_t i = 0; i < from->dict->count; i++) {
        struct hop_dict_entry *e = hop_dict_at(from->dict, i);
        struct hop_array *a = hop_as_array(e->value);

        for (size_t k = 0; k < a->n; k++)
            add_text(cx, to, e->key, a->items[k]);
    }
    for (size_t k = 0; from->unnamed && k < from->unnamed->n; k++)
        add_text(cx, to, hop_null(), from->unnamed->items[k]);
}

METHOD(add_collection)
{
    if (ARG_NULL(0))
        return hop_throw_null(cx, "c");
    add_all(cx, SELF, self_of(c->args[0]));
    return true;
}

METHOD(remove_name)
{
    struct names *n = SELF;

    (void)cx;
    if (hop_is_string(c->args[0])) {
        (void)hop_dict_remove(n->dict, c->args[0]);
    } else if (n->unnamed) {
        hop_release(hop_obj(n->unnamed));
        n->unnamed = NULL;
    }
    return true;
}

METHOD(set)
{
    struct hop_array *a = texts_of(SELF, c->args[0]);

    if (a)
        hop_array_clear(a);
    add_text(cx, SELF, c->args[0], c->args[1]);
    return true;
}

METHOD(clear)
{
    (void)cx;
    hop_dict_clear(SELF->dict);
    if (SELF->unnamed)
        hop_array_clear(SELF->unnamed);
    return true;
}

METHOD(get_by_name)
{
    (void)cx;
    RETURN(join(texts_of(SELF, c->args[0])));
}

METHOD(get_by_index)
{
    struct hop_value name;
    struct hop_array *a;

    if (!at_index(cx, SELF, ARG_I(0), &name, &a))
        return false;
    RETURN(join(a));
}

METHOD(get_key)
{
    struct hop_value name;
    struct hop_array *a;

    if (!at_index(cx, SELF, ARG_I(0), &name, &a))
        return false;
    RETURN(hop_retain(name));
}

/* A copy as string[]; null without any. */
static struct hop_value
copy_texts(struct hop_context *cx, const struct hop_array *a)
{
    struct hop_array *copy;

    if (!a || a->n == 0)
        return hop_null();
    copy = new_texts(cx);
    for (size_t i = 0; i < a->n; i++)
        hop_array_push(copy, hop_retain(a->items[i]));
    return hop_obj(copy);
}

METHOD(get_values)
{
    struct hop_value name;
    struct hop_array *a;

    if (c->args[0].kind != HOP_INT32)
        RETURN(copy_texts(cx, texts_of(SELF, c->args[0])));
    if (!at_index(cx, SELF, ARG_I(0), &name, &a))
        return false;
    RETURN(copy_texts(cx, a));
}

static struct hop_array *
all_names(struct hop_context *cx, const struct names *n)
{
    struct hop_array *a = new_texts(cx);

    for (size_t i = 0; i < n->dict->count; i++)
        hop_array_push(a, hop_retain(hop_dict_at(n->dict, i)->key));
    if (n->unnamed)
        hop_array_push(a, hop_null());
    return a;
}

GETTER(get_names)
{
    (void)data;
    *out = hop_obj(all_names(cx, self_of(self)));
    return true;
}

GETTER(get_count)
{
    (void)cx;
    (void)data;
    *out = hop_int((int32_t)count_of(self_of(self)));
    return true;
}

METHOD(has_keys)
{
    (void)cx;
    RETURN(hop_bool(SELF->dict->count > 0));
}

static bool
iterate(struct hop_context *cx, struct hop_value v, struct hop_iter *it)
{
    HOP_AUTO_VALUE struct hop_value names = hop_obj(all_names(cx, self_of(v)));

    return hop_iter_init(cx, it, names);
}

METHOD(construct)
{
    struct names *n = make_names(cx);

    if (c->n && hop_value_is(c->args[0], &hop_class_name_value_collection))
        add_all(cx, n, self_of(c->args[0]));
    RETURN(hop_obj(n));
}

static const struct hop_property properties[] = {
    {"AllKeys", "string[]", get_names},
    {"Count", "int", get_count},
    {"Keys", "System.Collections.ICollection", get_names},
    END_PROPERTIES,
};
#define NAMES "System.Collections.Specialized.NameValueCollection"
static const struct hop_method methods[] = {
    {"void Add(" NAMES " c)", add_collection},
    {"void Add(string name, string value)", add},
    {"void Clear()", clear},
    {"string Get(string name)", get_by_name},
    {"string Get(int index)", get_by_index},
    {"System.Collections.IEnumerator GetEnumerator()", hop_get_enumerator},
    {"string GetKey(int index)", get_key},
    {"string[] GetValues(string name)", get_values},
    {"string[] GetValues(int index)", get_values},
    {"bool HasKeys()", has_keys},
    {"void Remove(string name)", remove_name},
    {"void Set(string name, string value)", set},
    {"string Item(string name)", get_by_name},
    {"string Item(int index)", get_by_index},
    {"void set_Item(string name, string value)", set},
    END_METHODS,
};
static const struct hop_method constructors[] = {
    {NAMES " new()", construct},
    {NAMES " new(int capacity)", construct},
    {NAMES " new(System.Collections.ICollection col)", construct},
    END_METHODS,
};
static const struct hop_class *const interfaces[] = {
    &hop_class_icollection, &hop_class_ienumerable, NULL};
const struct hop_class hop_class_name_value_collection = {
    .name = NAMES,
    .base = &hop_class_object,
    .flags = HOP_CLASS_ENUMERABLE,
    .kind = HOP_OBJECT,
    .size = sizeof(struct names),
    .interfaces = interfaces,
    .properties = properties,
    .methods = methods,
    .constructors = constructors,
    .destroy = destroy,
    .iterate = iterate,
};
