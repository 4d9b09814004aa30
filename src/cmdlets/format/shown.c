/* SPDX-License-Identifier: MIT */
#include "cmdlets/format/shown.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "value/member.h"
#include "value/ops.h"

/* ---- lists of properties ---- */

void
hop_shown_add(struct hop_shown_list *l, struct hop_string *name,
              struct hop_value block, const struct hop_property_spec *of)
{
    if (l->n == l->cap) {
        l->cap = l->cap ? l->cap * 2 : 8;
        l->item = hop_xrealloc(l->item, l->cap, sizeof(*l->item));
    }
    l->item[l->n++] =
        (struct hop_shown){hop_string_retain(name), hop_retain(block), of};
}

void
hop_shown_clear(struct hop_shown_list *l)
{
    for (size_t i = 0; i < l->n; i++) {
        hop_string_release(l->item[i].name);
        hop_release(l->item[i].block);
    }
    free(l->item);
    *l = (struct hop_shown_list){NULL, 0, 0};
}

static bool
is_listed(const struct hop_shown_list *l, const struct hop_string *name)
{
    for (size_t i = 0; i < l->n; i++)
        if (hop_is_null(l->item[i].block) &&
            hop_string_ieq(l->item[i].name, name))
            return true;
    return false;
}

struct matching {
    const char *pattern; /* NULL: every property */
    size_t n;
    struct hop_shown_list *into;
    const struct hop_property_spec *of;
};

static bool
add_matching(void *arg, const struct hop_member_info *m)
{
    struct matching *a = arg;

    if (a->pattern && !hop_wildcard_match(a->pattern, a->n, m->name->data,
                                          m->name->len, true))
        return true;
    if (!is_listed(a->into, m->name))
        hop_shown_add(a->into, m->name, hop_null(), a->of);
    return true;
}

void
hop_shown_all(struct hop_context *cx, struct hop_value v,
              struct hop_shown_list *l)
{
    struct matching a = {NULL, 0, l, NULL};

    hop_member_each(cx, v, HOP_MEMBERS_PROPERTIES, false, add_matching, &a);
}

/* The properties a pattern stands for. */
void
hop_shown_pattern(struct hop_context *cx, struct hop_value v,
                  const struct hop_property_spec *p, struct hop_shown_list *l)
{
    struct matching a = {p->name->data, p->name->len, l, p};
    struct hop_member_info info;
    struct hop_dict *dict = hop_as_dict(hop_value_base(v));

    if (hop_wildcard_has(p->name->data, p->name->len)) {
        hop_member_each(cx, v, HOP_MEMBERS_PROPERTIES, false, add_matching, &a);
        return;
    }
    if (dict && hop_dict_get_text(dict, p->name->data)) {
        hop_shown_add(l, p->name, hop_null(), p);
        return;
    }
    if (!hop_member_lookup(cx, v, p->name, &info))
        return;
    if (info.kind == HOP_MEMBER_PROPERTY_SET && info.member) {
        struct hop_array *names = hop_as_array(info.member->value);

        for (size_t i = 0; names && i < names->n; i++)
            hop_shown_add(l, names->items[i].u.s, hop_null(), p);
    } else if (info.kind &
               (HOP_MEMBERS_PROPERTIES | HOP_MEMBER_PARAM_PROPERTY)) {
        hop_shown_add(l, info.name, hop_null(), p);
    }
    hop_string_release(info.name);
}

struct hop_string *
hop_shown_block_text(struct hop_context *cx, struct hop_value block)
{
    struct hop_string *text = NULL;

    if (hop_to_string(cx, block, &text))
        return text;
    hop_drop_exception(cx);
    return hop_string_empty();
}

void
hop_shown_matching(struct hop_context *cx, struct hop_value v,
                   const char *pattern, struct hop_shown_list *l)
{
    struct matching a = {pattern, strlen(pattern), l, NULL};

    hop_member_each(cx, v, HOP_MEMBERS_PROPERTIES, false, add_matching, &a);
}

static bool
flag_property(struct hop_context *cx, struct hop_value v, const char *name,
              bool *there)
{
    HOP_AUTO_STRING struct hop_string *key = hop_string_from(name);
    HOP_AUTO_VALUE struct hop_value x = hop_null();
    struct hop_member_info info;

    *there = hop_member_lookup(cx, v, key, &info);
    if (!*there)
        return false;
    hop_string_release(info.name);
    if (hop_member_get(cx, v, key, &x) != HOP_FOUND) {
        hop_drop_exception(cx);
        return false;
    }
    return hop_is_true(cx, x);
}

void
hop_shown_remove(struct hop_shown_list *l, const char *name)
{
    size_t kept = 0;

    for (size_t i = 0; i < l->n; i++) {
        if (hop_string_iis(l->item[i].name, name)) {
            hop_string_release(l->item[i].name);
            hop_release(l->item[i].block);
        } else {
            l->item[kept++] = l->item[i];
        }
    }
    l->n = kept;
}

bool
hop_shown_computer(struct hop_context *cx, struct hop_value v)
{
    bool there;

    return v.kind == HOP_OBJECT && v.u.o->ext &&
           flag_property(cx, v, "PSShowComputerName", &there);
}

/* PSComputerName is shown only when the object says so. */
void
hop_shown_hide_remoting(struct hop_context *cx, struct hop_value v,
                        struct hop_shown_list *l)
{
    bool there, show = flag_property(cx, v, "PSShowComputerName", &there);

    if (!there)
        return;
    hop_shown_remove(l, "PSShowComputerName");
    if (!show)
        hop_shown_remove(l, "PSComputerName");
}

static bool
add_name(void *arg, struct hop_string *name)
{
    hop_shown_add(arg, name, hop_null(), NULL);
    return true;
}

/* Of XML only what the document says, where it says anything. */
static void
add_xml_names(struct hop_value v, struct hop_shown_list *l)
{
    v = hop_value_base(v);
    if (v.kind == HOP_OBJECT && hop_class_is(v.u.o->cls, &hop_class_xml_node))
        hop_class_xml_node.each_dynamic(v, add_name, l);
}

void
hop_shown_default_set(struct hop_context *cx, struct hop_value v,
                      struct hop_shown_list *l)
{
    struct hop_value set = hop_standard_set(cx, v, "DefaultDisplayPropertySet");
    struct hop_array *names = hop_as_array(set);

    for (size_t i = 0; names && i < names->n; i++) {
        struct hop_member_info info;

        if (!hop_is_string(names->items[i]) ||
            !hop_member_lookup(cx, v, names->items[i].u.s, &info))
            continue;
        hop_shown_add(l, info.name, hop_null(), NULL);
        hop_string_release(info.name);
    }
    if (l->n == 0)
        add_xml_names(v, l);
}

/* ---- values of properties ---- */

static bool
call_block(struct hop_runspace *rs, struct hop_value block, struct hop_value v,
           struct hop_value *out)
{
    struct hop_block_call call = {
        .block = block, .dollar_under = &v, .new_scope = true, .throws = true};

    return hop_call_block_value(rs, &call, out);
}

/* The value, or null when reading it fails: cells stay empty then.  False only
 * when the pipeline stops. */
bool
hop_shown_try(struct hop_runspace *rs, const struct hop_shown *item,
              struct hop_value v, struct hop_value *out,
              struct hop_value *exception)
{
    struct hop_context *cx = hop_runspace_context(rs);
    bool ok;

    *exception = hop_null();
    if (!hop_is_null(item->block))
        ok = call_block(rs, item->block, v, out);
    else
        ok = hop_member_get(cx, v, item->name, out) != HOP_FAILED;
    if (ok)
        return true;
    if (hop_runspace_stopping(rs))
        return false;
    *exception = hop_take_exception(cx);
    return true;
}

bool
hop_shown_read(struct hop_runspace *rs, const struct hop_shown *item,
               struct hop_value v, struct hop_value *out, bool *failed)
{
    HOP_AUTO_VALUE struct hop_value e = hop_null();
    bool ok = hop_shown_try(rs, item, v, out, &e);

    *failed = !hop_is_null(e);
    return ok;
}

/* Numbers and the like go to the right. */
bool
hop_is_scalar(struct hop_value v)
{
    v = hop_value_base(v);
    return (v.kind >= HOP_BOOL && v.kind <= HOP_DECIMAL) ||
           v.kind == HOP_ENUM || v.kind == HOP_STRING ||
           hop_is_exactly(v, &hop_class_big_integer) ||
           hop_is_exactly(v, &hop_class_secure_string);
}

bool
hop_is_collection(struct hop_value v)
{
    v = hop_value_base(v);
    return v.kind == HOP_OBJECT && (hop_is_enumerable(v) || hop_as_dict(v));
}

void
hop_property_spec_done(struct hop_property_spec *p)
{
    hop_string_clear(&p->name);
    hop_string_clear(&p->label);
    hop_string_clear(&p->format);
    hop_string_clear(&p->width_text);
    hop_string_clear(&p->align_text);
    hop_value_clear(&p->block);
}
