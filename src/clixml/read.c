/* CLIXML to values: the elements, one after the other.
 *
 * SPDX-License-Identifier: MIT
 */
#include "clixml/read.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "clixml/clixml.h"
#include "clixml/text.h"
#include "value/member.h"
#include "xml/reader.h"

#define MAX_TEXT   ((size_t)1 << 30)
#define MAX_FRAMES (HOP_CLIXML_MAX_DEPTH * 4)

/* ---- references ---- */

static bool
keep(struct hop_clixml_slots *s, size_t ref, struct hop_value v)
{
    if (ref > 1000000)
        return false;
    if (ref > s->n) {
        s->item = hop_xrealloc(s->item, ref, sizeof(*s->item));
        while (s->n < ref)
            s->item[s->n++] = hop_null();
    }
    hop_value_set(&s->item[ref - 1], hop_retain(v));
    return true;
}

static struct hop_value
kept(const struct hop_clixml_slots *s, size_t ref)
{
    return ref && ref <= s->n ? s->item[ref - 1] : hop_null();
}

/* ---- elements ---- */

static const struct {
    const char *name;
    enum hop_clixml_tag tag;
} tags[] = {
    {"Objs", TAG_ROOT},   {"Obj", TAG_OBJ},         {"TN", TAG_TYPES},
    {"T", TAG_TYPE},      {"TNRef", TAG_TYPES_REF}, {"Props", TAG_PROPS},
    {"MS", TAG_MEMBERS},  {"ToString", TAG_TEXT},   {"DCT", TAG_DICT},
    {"En", TAG_ENTRY},    {"LST", TAG_LIST},        {"IE", TAG_LIST},
    {"STK", TAG_STACK},   {"QUE", TAG_QUEUE},       {"Ref", TAG_REF},
    {"PR", TAG_PROGRESS},
};

/* A progress record's fields by element name, MS-PSRP 2.2.5.1.25. */
static const struct {
    const char *tag, *property, *read_as;
} progress_fields[] = {
    {"AV", "Activity", "S"},
    {"AI", "ActivityId", "I32"},
    {"PI", "ParentActivityId", "I32"},
    {"PC", "PercentComplete", "I32"},
    {"T", "Type", "S"},
    {"SR", "SecondsRemaining", "I32"},
    {"SD", "StatusDescription", "S"},
    {"S", "CurrentOperation", "S"},
    {"Nil", "CurrentOperation", "Nil"},
};

static enum hop_clixml_tag
find_tag(const char *name)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(tags); i++)
        if (strcmp(tags[i].name, name) == 0)
            return tags[i].tag;
    return TAG_UNKNOWN;
}

static struct hop_clixml_frame *
top(struct hop_clixml_reader *r)
{
    return r->n ? &r->frame[r->n - 1] : NULL;
}

/* A field of a progress record becomes a named primitive. */
static bool
enter_progress_field(struct hop_clixml_frame *f, const char *local)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(progress_fields); i++) {
        if (strcmp(progress_fields[i].tag, local) != 0)
            continue;
        f->tag = TAG_PRIMITIVE;
        f->primitive = hop_clixml_find_primitive(progress_fields[i].read_as);
        hop_string_clear(&f->name);
        f->name = hop_string_from(progress_fields[i].property);
        return true;
    }
    return false;
}

static bool
parse_ref(const char *s, size_t n, size_t *id)
{
    size_t v = 0;

    if (n == 0 || n > 6)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!hop_ascii_is_digit(s[i]))
            return false;
        v = v * 10 + (size_t)(s[i] - '0');
    }
    *id = v;
    return true;
}

static bool
read_attrs(struct hop_clixml_frame *f, const struct hop_xml_start *e,
           struct hop_error *err)
{
    for (size_t i = 0; i < e->attr_count; i++) {
        const struct hop_xml_attr *a = &e->attrs[i];

        if (strcmp(a->local, "N") == 0) {
            HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

            hop_clixml_unescape(&b, a->value, a->value_len);
            hop_string_clear(&f->name);
            f->name = hop_string_take_buf(&b);
        } else if (strcmp(a->local, "S") == 0) {
            free(f->stream);
            f->stream = hop_xstrndup(a->value, a->value_len);
        } else if (strcmp(a->local, "RefId") == 0) {
            size_t id;

            if (!parse_ref(a->value, a->value_len, &id))
                return hop_error_set(
                    err, HOP_ERROR_PROTOCOL, 0, "\"%.*s\" is no RefId",
                    (int)(a->value_len < 32 ? a->value_len : 32), a->value);
            f->ref = id + 1;
        }
    }
    return true;
}

static bool
unexpected(const char *local, struct hop_error *err)
{
    return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                         "a <%.64s> element is not allowed here", local);
}

static struct hop_clixml_frame *
push_frame(struct hop_clixml_reader *r)
{
    struct hop_clixml_frame *f;

    if (r->n == r->cap) {
        r->cap = r->cap ? r->cap * 2 : 8;
        r->frame = hop_xrealloc(r->frame, r->cap, sizeof(*r->frame));
    }
    f = &r->frame[r->n++];
    memset(f, 0, sizeof(*f));
    return f;
}

static bool
start_element(void *ctx, const struct hop_xml_start *e, struct hop_error *err)
{
    struct hop_clixml_reader *r = ctx;
    struct hop_clixml_frame *parent, *f;

    if (r->n == MAX_FRAMES)
        return hop_error_set(err, HOP_ERROR_LIMIT, 0,
                             "objects are nested more than %d deep",
                             HOP_CLIXML_MAX_DEPTH);
    f = push_frame(r);
    parent = r->n > 1 ? f - 1 : NULL;
    f->text.max = MAX_TEXT;
    if (!read_attrs(f, e, err))
        return false;
    if (parent && parent->tag == TAG_PROGRESS)
        return enter_progress_field(f, e->local) || unexpected(e->local, err);
    f->tag = find_tag(e->local);
    if (f->tag == TAG_TYPE && (!parent || parent->tag != TAG_TYPES))
        f->tag = TAG_UNKNOWN;
    if (f->tag == TAG_UNKNOWN) {
        f->primitive = hop_clixml_find_primitive(e->local);
        if (f->primitive)
            f->tag = TAG_PRIMITIVE;
    }
    return f->tag != TAG_UNKNOWN || unexpected(e->local, err);
}

static bool
text_data(void *ctx, const char *s, size_t n, struct hop_error *err)
{
    struct hop_clixml_frame *f = top(ctx);

    if (!f ||
        (f->tag != TAG_PRIMITIVE && f->tag != TAG_TYPE && f->tag != TAG_TEXT))
        return true;
    hop_buf_add(&f->text, s, n);
    return hop_buf_ok(&f->text) ||
           hop_error_set(err, HOP_ERROR_LIMIT, 0, "a text is too long");
}

/* ---- giving a value to the element around it ---- */

static struct hop_string *
member_name(struct hop_clixml_frame *f)
{
    if (!f->name)
        f->name = hop_string_empty();
    return f->name;
}

static void
collect(struct hop_clixml_reader *r, struct hop_value *bag,
        struct hop_clixml_frame *f, struct hop_value v)
{
    if (hop_is_null(*bag))
        *bag = hop_obj(hop_custom_new(r->cx));
    hop_custom_set(bag->u.o, member_name(f), hop_retain(v));
}

static bool
deliver_to_entry(struct hop_clixml_frame *entry, struct hop_clixml_frame *f,
                 struct hop_value v, struct hop_error *err)
{
    const char *name = member_name(f)->data;

    if (!entry->has_key) {
        if (strcmp(name, "Key") != 0 || hop_is_null(v))
            return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                                 "a dictionary entry has no key");
        entry->has_key = true;
        entry->key = hop_retain(v);
        return true;
    }
    if (strcmp(name, "Value") != 0)
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "a dictionary entry has no value");
    hop_value_set(&entry->value, hop_retain(v));
    return true;
}

/* v is borrowed; f is its element, the one below the top now. */
static bool
deliver(struct hop_clixml_reader *r, struct hop_clixml_frame *f,
        struct hop_value v, struct hop_error *err)
{
    struct hop_clixml_frame *to = top(r);

    if (!to)
        return r->object(r->ctx, v, f->stream);
    switch (to->tag) {
    case TAG_ROOT: return r->object(r->ctx, v, f->stream);
    case TAG_OBJ:
        to->has_base = true;
        hop_value_set(&to->base, hop_retain(v));
        return true;
    case TAG_PROPS:
    case TAG_MEMBERS:
    case TAG_PROGRESS: collect(r, &to->notes, f, v); return true;
    case TAG_ENTRY: return deliver_to_entry(to, f, v, err);
    case TAG_LIST:
    case TAG_STACK:
    case TAG_QUEUE:
        if (hop_is_null(to->value))
            to->value = hop_obj(hop_object_new(r->cx, &hop_class_array_list));
        hop_array_push(hop_as_array(to->value), hop_retain(v));
        return true;
    default: return unexpected("value", err);
    }
}

/* ---- ends of elements ---- */

static bool
end_types(struct hop_clixml_reader *r, struct hop_clixml_frame *f,
          struct hop_error *err)
{
    struct hop_clixml_frame *to = top(r);

    if (!to || to->tag != TAG_OBJ)
        return unexpected("TN", err);
    if (f->tag == TAG_TYPES_REF)
        f->value = hop_retain(kept(&r->types, f->ref));
    else if (f->ref)
        (void)keep(&r->types, f->ref, f->value);
    if (hop_is_null(f->value) && f->tag == TAG_TYPES_REF)
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "there are no type names with RefId %zu",
                             f->ref - 1);
    hop_value_set(&to->types, hop_retain(f->value));
    return true;
}

static bool
end_type(struct hop_clixml_reader *r, struct hop_clixml_frame *f)
{
    bool mark =
        !r->opt->keep && strncmp(hop_buf_str(&f->text), HOP_CLIXML_DESERIALIZED,
                                 strlen(HOP_CLIXML_DESERIALIZED)) != 0;
    struct hop_clixml_frame *to = top(r);
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (f->text.len == 0)
        return true;
    if (hop_is_null(to->value))
        to->value = hop_obj(hop_array_new(r->cx, 0));
    if (mark)
        hop_buf_adds(&b, HOP_CLIXML_DESERIALIZED);
    hop_clixml_unescape(&b, hop_buf_str(&f->text), f->text.len);
    hop_array_push(hop_as_array(to->value), hop_text_buf(&b));
    return true;
}

static bool
end_text(struct hop_clixml_reader *r, struct hop_clixml_frame *f,
         struct hop_error *err)
{
    struct hop_clixml_frame *to = top(r);
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (!to || to->tag != TAG_OBJ)
        return unexpected("ToString", err);
    hop_clixml_unescape(&b, hop_buf_str(&f->text), f->text.len);
    hop_string_clear(&to->shown);
    to->shown = hop_string_take_buf(&b);
    return true;
}

static bool
end_members(struct hop_clixml_reader *r, struct hop_clixml_frame *f,
            struct hop_error *err)
{
    struct hop_clixml_frame *to = top(r);

    /* A member set inside a member set has a name of its own. */
    if (to && to->tag == TAG_MEMBERS) {
        if (hop_is_null(f->notes))
            f->notes = hop_obj(hop_custom_new(r->cx));
        collect(r, &to->notes, f, f->notes);
        return true;
    }
    if (!to || to->tag != TAG_OBJ)
        return unexpected(f->tag == TAG_PROPS ? "Props" : "MS", err);
    if (f->tag == TAG_PROPS) {
        to->has_props = true;
        hop_value_set(&to->props, hop_value_steal(&f->notes));
    } else {
        hop_value_set(&to->notes, hop_value_steal(&f->notes));
    }
    return true;
}

static bool
end_entry(struct hop_clixml_reader *r, struct hop_clixml_frame *f,
          struct hop_error *err)
{
    struct hop_clixml_frame *to = top(r);

    if (!to || to->tag != TAG_DICT || !f->has_key)
        return unexpected("En", err);
    if (hop_is_null(to->value))
        to->value = hop_obj(hop_ordered_new(r->cx));
    hop_dict_set(hop_as_dict(to->value), f->key, hop_value_steal(&f->value));
    return true;
}

/* The dictionary of the kind that the type names say. */
static struct hop_value
make_dict(struct hop_clixml_reader *r, const struct hop_clixml_frame *object,
          struct hop_value read)
{
    struct hop_array *types = object ? hop_as_array(object->types) : NULL;
    const char *name = types && types->n ? hop_cstr(types->items[0]) : "";
    bool ordered =
        strcmp(name, HOP_CLIXML_DESERIALIZED "System.Collections.Specialized."
                                             "OrderedDictionary") == 0;
    struct hop_dict *from = hop_as_dict(read), *d;

    if ((ordered || r->opt->keep) && from)
        return hop_retain(read);
    d = ordered ? hop_ordered_new(r->cx) : hop_hashtable_new(r->cx);
    for (size_t i = 0; from && i < from->count; i++) {
        struct hop_dict_entry *e = hop_dict_at(from, i);

        hop_dict_set(d, e->key, hop_retain(e->value));
    }
    return hop_obj(d);
}

static struct hop_value
make_list(struct hop_clixml_reader *r, const struct hop_clixml_frame *f)
{
    const struct hop_class *cls = f->tag == TAG_STACK   ? &hop_class_stack
                                  : f->tag == TAG_QUEUE ? &hop_class_queue
                                                        : &hop_class_array_list;
    struct hop_array *from = hop_as_array(f->value), *list;

    if (f->tag == TAG_LIST && from)
        return hop_retain(f->value);
    list = hop_object_new(r->cx, cls);
    for (size_t i = 0; from && i < from->n; i++) {
        size_t at = f->tag == TAG_STACK ? from->n - 1 - i : i;

        hop_array_push(list, hop_retain(from->items[at]));
    }
    return hop_obj(list);
}

static struct hop_value
make_progress(struct hop_clixml_reader *r, struct hop_clixml_frame *f)
{
    struct hop_value v = hop_is_null(f->notes) ? hop_obj(hop_custom_new(r->cx))
                                               : hop_value_steal(&f->notes);

    hop_type_names_push(r->cx, v.u.o,
                        HOP_CLIXML_DESERIALIZED
                        "System.Management.Automation.ProgressRecord");
    return v;
}

/* The value that the element stands for, if it is one; *has tells. */
static bool
element_value(struct hop_clixml_reader *r, struct hop_clixml_frame *f,
              struct hop_value *out, bool *has, struct hop_error *err)
{
    *has = true;
    switch (f->tag) {
    case TAG_PRIMITIVE: return hop_clixml_primitive_value(r, f, out, err);
    case TAG_OBJ:
        *out = hop_clixml_finish_object(r, f);
        return !f->ref || keep(&r->objects, f->ref, *out);
    case TAG_DICT: *out = make_dict(r, top(r), f->value); return true;
    case TAG_LIST:
    case TAG_STACK:
    case TAG_QUEUE: *out = make_list(r, f); return true;
    case TAG_PROGRESS: *out = make_progress(r, f); return true;
    case TAG_REF:
        for (size_t i = 0; i < r->n; i++)
            if (r->frame[i].tag == TAG_OBJ && r->frame[i].ref == f->ref)
                (void)keep(&r->objects, f->ref,
                           hop_clixml_early_object(r, &r->frame[i]));
        *out = hop_retain(kept(&r->objects, f->ref));
        return true;
    default: *has = false; return true;
    }
}

static bool
end_structure(struct hop_clixml_reader *r, struct hop_clixml_frame *f,
              struct hop_error *err)
{
    switch (f->tag) {
    case TAG_TYPES:
    case TAG_TYPES_REF: return end_types(r, f, err);
    case TAG_TYPE: return end_type(r, f);
    case TAG_TEXT: return end_text(r, f, err);
    case TAG_PROPS:
    case TAG_MEMBERS: return end_members(r, f, err);
    case TAG_ENTRY: return end_entry(r, f, err);
    default: return true;
    }
}

static void
done_frame(struct hop_clixml_frame *f)
{
    hop_string_clear(&f->name);
    hop_string_clear(&f->shown);
    free(f->stream);
    hop_buf_done(&f->text);
    hop_release(f->value);
    hop_release(f->base);
    hop_release(f->types);
    hop_release(f->notes);
    hop_release(f->props);
    hop_release(f->key);
}

static bool
end_element(void *ctx, const char *ns, const char *local, struct hop_error *err)
{
    struct hop_clixml_reader *r = ctx;
    HOP_AUTO_VALUE struct hop_value v = hop_null();
    struct hop_clixml_frame f;
    bool has, ok;

    (void)ns;
    (void)local;
    f = r->frame[--r->n];
    ok = element_value(r, &f, &v, &has, err);
    if (ok)
        ok = has ? deliver(r, &f, v, err) : end_structure(r, &f, err);
    done_frame(&f);
    return ok;
}

/* ---- documents ---- */

static void
free_slots(struct hop_clixml_slots *s)
{
    for (size_t i = 0; i < s->n; i++)
        hop_release(s->item[i]);
    free(s->item);
}

bool
hop_clixml_read(struct hop_context *cx,
                const struct hop_clixml_options *options, const char *s,
                size_t n,
                bool (*object)(void *ctx, struct hop_value v,
                               const char *stream),
                void *ctx, struct hop_error *err)
{
    static const struct hop_xml_handler handler = {start_element, text_data,
                                                   end_element};
    struct hop_xml_limits limits = {
        .max_bytes = n + 4,
        .max_depth = MAX_FRAMES,
        .max_attributes = 16,
        .max_name = 256,
        .max_value = 1 << 20,
        .max_elements = n / 4 + 1,
    };
    struct hop_clixml_reader r = {
        .cx = cx, .opt = options, .object = object, .ctx = ctx};
    HOP_AUTO_BUF struct hop_buf mended = HOP_BUF_INIT;
    bool ok;

    if (hop_clixml_mend(s, n, &mended)) {
        s = hop_buf_str(&mended);
        n = mended.len;
    }
    hop_error_clear(err);
    ok = hop_xml_read(s, n, &limits, &handler, &r, err);
    while (r.n)
        done_frame(&r.frame[--r.n]);
    free(r.frame);
    free_slots(&r.objects);
    free_slots(&r.types);
    return ok;
}

struct first {
    struct hop_value v;
    bool any;
};

static bool
take_first(void *ctx, struct hop_value v, const char *stream)
{
    struct first *f = ctx;

    (void)stream;
    if (!f->any)
        f->v = hop_retain(v);
    f->any = true;
    return true;
}

bool
hop_clixml_read_one(struct hop_context *cx, const struct hop_clixml_options *o,
                    const char *s, size_t n, struct hop_value *out,
                    struct hop_error *err)
{
    struct first f = {hop_null(), false};

    if (!hop_clixml_read(cx, o, s, n, take_first, &f, err)) {
        hop_release(f.v);
        return false;
    }
    *out = f.v;
    return true;
}
