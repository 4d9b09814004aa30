/* Match, Group, Capture and their collections.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/match.h"

#include "base/alloc.h"
#include "value/regex.h"
#include "value/types/def.h"
#include "value/types/interfaces.h"

/* A group of a match; group 0 is the match itself. */
struct group {
    struct hop_object base;
    struct hop_string *s;
    size_t start, end; /* bytes; equal and 0 when there was no success */
    bool success;
    struct hop_string *name;
};

struct match {
    struct group g;
    struct hop_regex *re;
    struct hop_match_range *ranges;
};

static struct group *
group_of(struct hop_value v)
{
    return (struct group *)v.u.o;
}

static struct match *
match_of(struct hop_value v)
{
    return (struct match *)v.u.o;
}

static void
destroy_group(struct hop_object *o)
{
    struct group *g = (struct group *)o;

    hop_string_release(g->s);
    hop_string_release(g->name);
}

static void
destroy_match(struct hop_object *o)
{
    struct match *m = (struct match *)o;

    hop_regex_release(m->re);
    free(m->ranges);
    destroy_group(o);
}

static void
fill_group(struct group *g, struct hop_string *s,
           const struct hop_match_range *r, bool success,
           struct hop_string *name)
{
    g->s = hop_string_retain(s);
    g->success = success && r->start != HOP_REGEX_NONE;
    g->start = g->success ? r->start : 0;
    g->end = g->success ? r->end : 0;
    g->name = name ? hop_string_retain(name) : NULL;
}

struct hop_value
hop_match_new(struct hop_context *cx, struct hop_regex *re,
              struct hop_string *s, const struct hop_match_range *ranges,
              bool success)
{
    struct match *m = hop_object_new(cx, &hop_class_match);

    m->re = re;
    re->refs++;
    m->ranges = hop_xcalloc((size_t)re->n, sizeof *m->ranges);
    if (success)
        memcpy(m->ranges, ranges, (size_t)re->n * sizeof *ranges);
    else
        memset(m->ranges, 0xFF, (size_t)re->n * sizeof *ranges);
    fill_group(&m->g, s, m->ranges, success, re->names[0]);
    return hop_obj(m);
}

GETTER(get_value)
{
    struct group *g = group_of(self);

    *out = hop_textn(g->s->data + g->start, g->end - g->start);
    return true;
}

/* data: the length. */
GETTER(get_position)
{
    struct group *g = group_of(self);
    size_t start = hop_string_index(g->s, g->start);

    *out = hop_int(
        (int32_t)(data ? hop_string_index(g->s, g->end) - start : start));
    return true;
}

GETTER(get_success)
{
    *out = hop_bool(group_of(self)->success);
    return true;
}

GETTER(get_name)
{
    struct group *g = group_of(self);

    *out = g->name ? hop_str(hop_string_retain(g->name)) : hop_null();
    return true;
}

static bool
group_to_string(struct hop_context *cx, struct hop_value v,
                struct hop_string **out)
{
    struct group *g = group_of(v);

    *out = hop_string_new(g->s->data + g->start, g->end - g->start);
    return true;
}

static struct hop_value
group_at(struct hop_context *cx, struct hop_value match, int i)
{
    struct match *m = match_of(match);
    struct group *g;

    if (i == 0)
        return hop_retain(match);
    g = hop_object_new(cx, &hop_class_group);
    if (i > 0 && i < m->re->n)
        fill_group(g, m->g.s, &m->ranges[i], m->g.success, m->re->names[i]);
    else
        g->s = hop_string_empty();
    return hop_obj(g);
}

/* Captures: of a group that took part, itself. */
GETTER(get_captures)
{
    struct hop_array *a = hop_array_new(cx, 0);
    struct group *g = group_of(self), *k;

    if (g->success) {
        struct hop_match_range r = {g->start, g->end};

        k = hop_object_new(cx, &hop_class_capture);
        fill_group(k, g->s, &r, true, NULL);
        hop_array_push(a, hop_obj(k));
    }
    *out = hop_obj(a);
    return true;
}

METHOD(next_match);
METHOD(match_result);

#define CAPTURE_PROPERTIES                                                     \
    {"Index", "int", get_position, NULL, 0, 0},                                \
        {"Length", "int", get_position, NULL, 0, 1},                           \
    {                                                                          \
        "Value", "string", get_value                                           \
    }

static const struct hop_property capture_properties[] = {CAPTURE_PROPERTIES,
                                                         END_PROPERTIES};

static const struct hop_property group_properties[] = {
    {"Success", "bool", get_success},
    {"Name", "string", get_name},
    {"Captures", "System.Object", get_captures},
    END_PROPERTIES,
};

GETTER(get_groups);

static const struct hop_property match_properties[] = {
    {"Groups", "System.Text.RegularExpressions.GroupCollection", get_groups},
    END_PROPERTIES,
};

static const struct hop_method match_methods[] = {
    {"System.Text.RegularExpressions.Match NextMatch()", next_match},
    {"string Result(string replacement)", match_result},
    END_METHODS,
};

const struct hop_class hop_class_capture = {
    .name = "System.Text.RegularExpressions.Capture",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct group),
    .properties = capture_properties,
    .destroy = destroy_group,
    .to_string = group_to_string,
};

const struct hop_class hop_class_group = {
    .name = "System.Text.RegularExpressions.Group",
    .base = &hop_class_capture,
    .kind = HOP_OBJECT,
    .size = sizeof(struct group),
    .properties = group_properties,
};

const struct hop_class hop_class_match = {
    .name = "System.Text.RegularExpressions.Match",
    .base = &hop_class_group,
    .kind = HOP_OBJECT,
    .size = sizeof(struct match),
    .properties = match_properties,
    .methods = match_methods,
    .destroy = destroy_match,
};

struct hop_value
hop_match_from(struct hop_context *cx, struct hop_regex *re,
               struct hop_string *s, size_t at, bool *ok)
{
    HOP_AUTO_FREE struct hop_match_range *g =
        hop_xcalloc((size_t)re->n, sizeof *g);
    int r = hop_regex_exec(cx, re, s, at, g);

    *ok = r >= 0;
    return r < 0 ? hop_null() : hop_match_new(cx, re, s, g, r > 0);
}

METHOD(next_match)
{
    struct match *m = match_of(c->self);
    bool ok;

    if (!m->g.success)
        RETURN(hop_retain(c->self));
    c->result = hop_match_from(cx, m->re, m->g.s,
                               hop_regex_next(m->g.s, &m->ranges[0]), &ok);
    return ok;
}

METHOD(match_result)
{
    struct match *m = match_of(c->self);
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (!m->g.success)
        return hop_throw(cx, &hop_exception_not_supported,
                         "Result cannot be called on a failed Match.");
    hop_regex_expand(m->re, m->g.s, m->ranges, ARG_S(0), &b);
    RETURN(hop_text_buf(&b));
}

/* ---- GroupCollection ---- */

struct holder {
    struct hop_object base;
    struct hop_value held;
};

static void
destroy_holder(struct hop_object *o)
{
    hop_release(((struct holder *)o)->held);
}

static struct hop_value
held_by(struct hop_value v)
{
    return ((struct holder *)v.u.o)->held;
}

GETTER(get_groups)
{
    struct holder *h = hop_object_new(cx, &hop_class_group_collection);

    h->held = hop_retain(self);
    *out = hop_obj(h);
    return true;
}

static bool
iterate_groups(struct hop_context *cx, struct hop_value v, struct hop_iter *it)
{
    struct hop_value m = held_by(v);
    struct hop_array *a = hop_array_new(cx, 0);
    HOP_AUTO_VALUE struct hop_value owned = hop_obj(a);

    for (int i = 0; i < match_of(m)->re->n; i++)
        hop_array_push(a, group_at(cx, m, i));
    return hop_iter_init(cx, it, owned);
}

METHOD(group_item)
{
    struct hop_value m = held_by(c->self);

    if (c->args[0].kind == HOP_STRING)
        RETURN(group_at(
            cx, m,
            hop_regex_group(match_of(m)->re, ARG_S(0)->data, ARG_S(0)->len)));
    RETURN(group_at(
        cx, m,
        ARG_I(0) >= 0 && ARG_I(0) < match_of(m)->re->n ? (int)ARG_I(0) : -1));
}

METHOD(has_group)
{
    RETURN(hop_bool(hop_regex_group(match_of(held_by(c->self))->re,
                                    ARG_S(0)->data, ARG_S(0)->len) >= 0));
}

GETTER(get_group_count)
{
    *out = hop_int(match_of(held_by(self))->re->n);
    return true;
}

GETTER(get_group_names)
{
    struct hop_regex *re = match_of(held_by(self))->re;
    struct hop_array *a = hop_array_new(cx, 0);

    for (int i = 0; i < re->n; i++)
        hop_array_push(a, hop_str(hop_string_retain(re->names[i])));
    *out = hop_obj(a);
    return true;
}

static const struct hop_property group_collection_properties[] = {
    {"Count", "int", get_group_count},
    {"Keys", "System.Object", get_group_names},
    END_PROPERTIES,
};

static const struct hop_method group_collection_methods[] = {
    {"System.Text.RegularExpressions.Group Item(int groupnum)", group_item},
    {"System.Text.RegularExpressions.Group Item(string groupname)", group_item},
    {"bool ContainsKey(string key)", has_group},
    {"System.Collections.IEnumerator GetEnumerator()", hop_get_enumerator},
    END_METHODS,
};

static const struct hop_class *const sequence_interfaces[] = {
    &hop_class_icollection, &hop_class_ienumerable, NULL};

const struct hop_class hop_class_group_collection = {
    .name = "System.Text.RegularExpressions.GroupCollection",
    .base = &hop_class_object,
    .flags = HOP_CLASS_ENUMERABLE,
    .kind = HOP_OBJECT,
    .size = sizeof(struct holder),
    .interfaces = sequence_interfaces,
    .properties = group_collection_properties,
    .methods = group_collection_methods,
    .destroy = destroy_holder,
    .iterate = iterate_groups,
};

/* ---- MatchCollection: a list that nobody changes ---- */

METHOD(match_item)
{
    struct hop_array *a = (struct hop_array *)c->self.u.o;

    if (ARG_I(0) < 0 || (size_t)ARG_I(0) >= a->n)
        return hop_throw_argument(cx, &hop_exception_argument_range, "i",
                                  "Specified argument was out of the range of "
                                  "valid values.");
    RETURN(hop_retain(a->items[ARG_I(0)]));
}

GETTER(get_match_count)
{
    *out = hop_int((int32_t)((struct hop_array *)self.u.o)->n);
    return true;
}

static const struct hop_property match_collection_properties[] = {
    {"Count", "int", get_match_count},
    END_PROPERTIES,
};

static const struct hop_method match_collection_methods[] = {
    {"System.Text.RegularExpressions.Match Item(int i)", match_item},
    {"System.Collections.IEnumerator GetEnumerator()", hop_get_enumerator},
    END_METHODS,
};

static const struct hop_class *const list_interfaces[] = {
    &hop_class_ilist, &hop_class_icollection, &hop_class_ienumerable, NULL};

const struct hop_class hop_class_match_collection = {
    .name = "System.Text.RegularExpressions.MatchCollection",
    .base = &hop_class_object,
    .flags = HOP_CLASS_LIST,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_array),
    .interfaces = list_interfaces,
    .properties = match_collection_properties,
    .methods = match_collection_methods,
    .destroy = hop_array_destroy,
};
