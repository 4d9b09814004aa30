/* Objects to CLIXML.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/base64.h"
#include "clixml/classes.h"
#include "clixml/clixml.h"
#include "clixml/text.h"
#include "value/exception.h"
#include "value/member.h"

/* What has a number in this document: objects by identity, lists of type names
 * by their text. */
struct reference {
    const void *object;
    char *types; /* owned */
    unsigned id;
};

struct references {
    struct reference *item;
    size_t n, cap;
    size_t *index; /* slot + 1 by hash of the object */
    size_t index_size;
};

struct hop_clixml_writer {
    struct hop_context *cx;
    const struct hop_clixml_options *opt;
    struct hop_buf *out;
    struct references objects, types;
    struct hop_value *held; /* keeps addresses of written objects unique */
    size_t held_n, held_cap;
    unsigned level;   /* of elements, for the indentation */
    unsigned nesting; /* of objects */
    bool open;        /* a start tag still lacks its end */
    bool content;     /* the element just closed had child elements */
    bool bad_text;
};

/* ---- tags ---- */

static void
finish_tag(struct hop_clixml_writer *w)
{
    if (w->open)
        hop_buf_addc(w->out, '>');
    w->open = false;
}

static void
new_line(struct hop_clixml_writer *w)
{
    if (!w->opt->indent || (w->out->len == 0 && w->level == 0))
        return;
    hop_buf_addc(w->out, '\n');
    hop_buf_fill(w->out, ' ', 2u * w->level);
}

static void
start(struct hop_clixml_writer *w, const char *tag)
{
    finish_tag(w);
    new_line(w);
    hop_buf_addc(w->out, '<');
    hop_buf_adds(w->out, tag);
    w->open = true;
    w->content = false;
    w->level++;
}

static void
attr(struct hop_clixml_writer *w, const char *name, const char *s, size_t n)
{
    hop_buf_addf(w->out, " %s=\"", name);
    if (!hop_clixml_escape(w->out, s, n, true))
        w->bad_text = true;
    hop_buf_addc(w->out, '"');
}

static void
attr_id(struct hop_clixml_writer *w, unsigned id)
{
    hop_buf_addf(w->out, " RefId=\"%u\"", id);
}

/* Ends an element; text says that it holds text, not elements. */
static void
finish(struct hop_clixml_writer *w, const char *tag, bool text)
{
    w->level--;
    if (w->open) {
        hop_buf_adds(w->out, " />");
        w->open = false;
    } else {
        if (!text)
            new_line(w);
        hop_buf_addf(w->out, "</%s>", tag);
    }
    w->content = true;
}

static void
start_value(struct hop_clixml_writer *w, const char *tag, const char *stream,
            const struct hop_string *name)
{
    start(w, tag);
    if (stream)
        attr(w, "S", stream, strlen(stream));
    if (name)
        attr(w, "N", name->data, name->len);
}

static void
text_element(struct hop_clixml_writer *w, const char *tag, const char *stream,
             const struct hop_string *name, const char *s, size_t n)
{
    start_value(w, tag, stream, name);
    finish_tag(w);
    if (!hop_clixml_escape(w->out, s, n, false))
        w->bad_text = true;
    finish(w, tag, true);
}

/* ---- references ---- */

static size_t
hash_pointer(const void *p)
{
    return (size_t)((uintptr_t)p >> 4) * 0x9E3779B97F4A7C15u >> 7;
}

static void
grow_index(struct references *r)
{
    free(r->index);
    r->index_size = r->index_size ? r->index_size * 4 : 64;
    r->index = hop_xcalloc(r->index_size, sizeof(*r->index));
    for (size_t i = 0; i < r->n; i++) {
        size_t at = hash_pointer(r->item[i].object);

        while (r->index[at &= r->index_size - 1])
            at++;
        r->index[at] = i + 1;
    }
}

static struct reference *
find_object(struct references *r, const void *object)
{
    size_t at = hash_pointer(object);

    if (!r->index)
        return NULL;
    for (; r->index[at &= r->index_size - 1]; at++)
        if (r->item[r->index[at] - 1].object == object)
            return &r->item[r->index[at] - 1];
    return NULL;
}

static struct reference *
add_reference(struct references *r, const void *object, char *types)
{
    if (r->n == r->cap) {
        r->cap = r->cap ? r->cap * 2 : 16;
        r->item = hop_xrealloc(r->item, r->cap, sizeof(*r->item));
    }
    r->item[r->n] = (struct reference){object, types, (unsigned)r->n};
    r->n++;
    if (object) {
        if (r->n * 2 > r->index_size) {
            grow_index(r);
        } else {
            size_t at = hash_pointer(object);

            while (r->index[at &= r->index_size - 1])
                at++;
            r->index[at] = r->n;
        }
    }
    return &r->item[r->n - 1];
}

/* Gives v a number; it stays alive so that its address stays its own. */
static unsigned
number_object(struct hop_clixml_writer *w, struct hop_value v)
{
    const void *key = v.kind == HOP_OBJECT ? v.u.o : NULL;

    if (w->held_n == w->held_cap) {
        w->held_cap = w->held_cap ? w->held_cap * 2 : 16;
        w->held = hop_xrealloc(w->held, w->held_cap, sizeof(*w->held));
    }
    w->held[w->held_n++] = hop_retain(v);
    return add_reference(&w->objects, key, NULL)->id;
}

/* ---- type names ---- */

static char *
join_types(const struct hop_array *types)
{
    struct hop_buf b = HOP_BUF_INIT;

    for (size_t i = 0; i < types->n; i++) {
        hop_buf_add(&b, types->items[i].u.s->data, types->items[i].u.s->len);
        hop_buf_addc(&b, '\n');
    }
    return hop_buf_take(&b);
}

static void
write_types(struct hop_clixml_writer *w, struct hop_value v)
{
    struct hop_array *types = hop_type_names(w->cx, v);
    HOP_AUTO_VALUE struct hop_value held = hop_obj(types);
    HOP_AUTO_FREE char *key = NULL;

    if (types->n == 0)
        return;
    key = join_types(types);
    for (size_t i = 0; i < w->types.n; i++) {
        if (strcmp(w->types.item[i].types, key) == 0) {
            start(w, "TNRef");
            attr_id(w, w->types.item[i].id);
            finish(w, "TNRef", false);
            return;
        }
    }
    start(w, "TN");
    attr_id(w, add_reference(&w->types, NULL, hop_steal(&key))->id);
    for (size_t i = 0; i < types->n; i++)
        text_element(w, "T", NULL, NULL, types->items[i].u.s->data,
                     types->items[i].u.s->len);
    finish(w, "TN", false);
}

/* ---- values that have a tag of their own ---- */

static const char *const number_tags[] = {
    [HOP_SBYTE] = "SB",   [HOP_BYTE] = "By",    [HOP_INT16] = "I16",
    [HOP_UINT16] = "U16", [HOP_INT32] = "I32",  [HOP_UINT32] = "U32",
    [HOP_INT64] = "I64",  [HOP_UINT64] = "U64", [HOP_SINGLE] = "Sg",
    [HOP_DOUBLE] = "Db",
};

static const char *
special_double(double d)
{
    if (isnan(d))
        return "NaN";
    return isinf(d) ? (d > 0 ? "INF" : "-INF") : NULL;
}

struct text_tag {
    const char *type, *tag;
};

/* Objects that are their text. */
static const struct text_tag text_tags[] = {
    {"System.Guid", "G"},
    {"System.Uri", "URI"},
    {"System.Version", "Version"},
};

static const char *
object_tag(struct hop_value v)
{
    const struct hop_class *cls = hop_class_of(v);

    for (size_t i = 0; i < HOP_ARRAY_SIZE(text_tags); i++)
        if (strcmp(cls->name, text_tags[i].type) == 0)
            return text_tags[i].tag;
    if (strcmp(cls->name, "System.Xml.XmlDocument") == 0)
        return "XD";
    if (v.kind == HOP_OBJECT &&
        strcmp(cls->name, "System.Management.Automation.ScriptBlock") == 0)
        return "SBK";
    return NULL;
}

static bool
is_bytes(struct hop_value v)
{
    struct hop_array *a = hop_as_array(v);

    return a && (a->base.cls->flags & HOP_CLASS_ARRAY) &&
           hop_array_element(a) == &hop_class_byte;
}

static bool
write_bytes(struct hop_clixml_writer *w, struct hop_value v, const char *stream,
            const struct hop_string *name)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    hop_array_add_bytes(hop_as_array(v), &b);
    start_value(w, "BA", stream, name);
    if (b.len) {
        finish_tag(w);
        hop_base64_encode(w->out, b.data, b.len);
    }
    finish(w, "BA", true);
    return hop_buf_ok(w->out);
}

static bool
write_secret(struct hop_clixml_writer *w, struct hop_value v,
             const char *stream, const struct hop_string *name)
{
    HOP_AUTO_BUF struct hop_buf text = {.secret = true};

    start_value(w, "SS", stream, name);
    if (w->opt->write_secret) {
        if (!w->opt->write_secret(w->opt->secret_ctx, w->cx, v, &text))
            return false;
        finish_tag(w);
        hop_buf_add(w->out, hop_buf_str(&text), text.len);
    }
    finish(w, "SS", true);
    return true;
}

static bool
outer_xml(struct hop_clixml_writer *w, struct hop_value v, struct hop_buf *b)
{
    HOP_AUTO_STRING struct hop_string *name = hop_string_from("OuterXml");
    HOP_AUTO_VALUE struct hop_value text = {.kind = HOP_NULL};

    return hop_member_get(w->cx, v, name, &text) == HOP_FOUND &&
           hop_add_string(w->cx, text, b);
}

/* Text of a value of a tag of its own. */
static bool
primitive_text(struct hop_clixml_writer *w, struct hop_value v,
               struct hop_buf *b)
{
    static const char date[] = "yyyy-MM-ddTHH:mm:ss.FFFFFFFK";

    switch ((enum hop_kind)v.kind) {
    case HOP_BOOL: hop_buf_adds(b, v.u.i ? "true" : "false"); return true;
    case HOP_CHAR: hop_buf_addf(b, "%d", (int)v.u.i); return true;
    case HOP_TIMESPAN: hop_clixml_duration(b, v.u.i); return true;
    case HOP_DATETIME:
        return hop_format_value(w->cx, v, date, sizeof(date) - 1, b);
    case HOP_SINGLE:
    case HOP_DOUBLE:
        if (special_double(v.u.d)) {
            hop_buf_adds(b, special_double(v.u.d));
            return true;
        }
        return hop_format_value(w->cx, v, "R", 1, b);
    case HOP_OBJECT:
        if (hop_is_exactly(v, &hop_class_xml_document))
            return outer_xml(w, v, b);
        return hop_add_string(w->cx, v, b);
    default: return hop_add_string(w->cx, v, b);
    }
}

static const char *
primitive_tag(struct hop_value v)
{
    switch ((enum hop_kind)v.kind) {
    case HOP_BOOL: return "B";
    case HOP_CHAR: return "C";
    case HOP_STRING: return "S";
    case HOP_DECIMAL: return "D";
    case HOP_DATETIME: return "DT";
    case HOP_TIMESPAN: return "TS";
    case HOP_OBJECT: return object_tag(v);
    default:
        return v.kind < HOP_ARRAY_SIZE(number_tags) ? number_tags[v.kind]
                                                    : NULL;
    }
}

static bool
is_secret(struct hop_value v)
{
    return v.kind == HOP_OBJECT &&
           strcmp(v.u.o->cls->name, "System.Security.SecureString") == 0;
}

/* Writes v if it has a tag of its own: 1 done, 0 not such a value, -1 failed.
 */
static int
write_primitive(struct hop_clixml_writer *w, struct hop_value v,
                const char *stream, const struct hop_string *name)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    const char *tag;

    if (hop_is_null(v)) {
        start_value(w, "Nil", stream, name);
        finish(w, "Nil", false);
        return 1;
    }
    if (is_bytes(v))
        return write_bytes(w, v, stream, name) ? 1 : -1;
    if (is_secret(v))
        return write_secret(w, v, stream, name) ? 1 : -1;
    tag = primitive_tag(v);
    if (!tag)
        return 0;
    if (v.kind == HOP_STRING) {
        text_element(w, tag, stream, name, v.u.s->data, v.u.s->len);
        return 1;
    }
    if (!primitive_text(w, v, &b))
        return -1;
    text_element(w, tag, stream, name, hop_buf_str(&b), b.len);
    return 1;
}

/* ---- objects ---- */

static bool write_value(struct hop_clixml_writer *w, struct hop_value v,
                        const char *stream, const struct hop_string *name,
                        int depth);

static void
start_object(struct hop_clixml_writer *w, struct hop_value v,
             const char *stream, const struct hop_string *name)
{
    start_value(w, "Obj", stream, name);
    attr_id(w, number_object(w, v));
}

/* One list of properties: <Props> or <MS>, opened with its first entry. */
struct property_writer {
    struct hop_clixml_writer *w;
    const char *tag;
    bool adapted;  /* the class's own properties, else those added */
    bool instance; /* only those of the object itself */
    bool started, failed;
    int depth;
};

static bool
is_wanted(const struct property_writer *p, const struct hop_member_info *m)
{
    bool adapted = m->kind == HOP_MEMBER_PROPERTY;

    if (m->member && (m->member->flags & HOP_MEMBER_FLAG_HIDDEN) &&
        !m->instance)
        return false;
    return adapted == p->adapted && (!p->instance || m->instance);
}

static bool
write_property(void *arg, const struct hop_member_info *m)
{
    struct property_writer *p = arg;
    HOP_AUTO_VALUE struct hop_value v = hop_null();
    int depth = p->adapted || !m->instance ? p->depth - 1 : p->depth;

    if (!is_wanted(p, m))
        return true;
    if (!hop_member_value(p->w->cx, m, &v)) {
        /* A property that throws is left out, unless the pipeline stops. */
        if (hop_is_stopping(p->w->cx)) {
            p->failed = true;
            return false;
        }
        hop_drop_exception(p->w->cx);
        return true;
    }
    if (!p->started)
        start(p->w, p->tag);
    p->started = true;
    p->failed = !write_value(p->w, v, NULL, m->name, depth);
    return !p->failed;
}

static bool
write_properties(struct hop_clixml_writer *w, struct hop_value v,
                 const char *tag, bool adapted, bool instance, int depth)
{
    struct property_writer p = {.w = w,
                                .tag = tag,
                                .adapted = adapted,
                                .instance = instance,
                                .depth = depth};

    hop_member_each(w->cx, v, HOP_MEMBERS_PROPERTIES, false, write_property,
                    &p);
    if (p.started)
        finish(w, tag, false);
    return !p.failed;
}

/* What the engine adds to an object that is sent. */
static bool
write_extended(struct hop_clixml_writer *w, struct hop_value v, int depth,
               bool *done)
{
    HOP_AUTO_VALUE struct hop_value notes = hop_null();

    *done = false;
    if (!w->opt->extend)
        return true;
    notes = hop_obj(hop_custom_new(w->cx));
    *done = w->opt->extend(w->cx, v, notes.u.o);
    return !*done || write_properties(w, notes, "MS", false, true, depth);
}

static bool
write_items(struct hop_clixml_writer *w, struct hop_value v, const char *tag,
            int depth)
{
    HOP_AUTO_ITER struct hop_iter it = {0};
    int more;

    start(w, tag);
    if (!hop_iter_enumerate(w->cx, &it, v))
        return false;
    for (;;) {
        HOP_AUTO_VALUE struct hop_value item = hop_null();

        more = hop_iter_next(w->cx, &it, &item);
        if (more <= 0)
            break;
        if (!write_value(w, item, NULL, NULL, depth))
            return false;
    }
    finish(w, tag, false);
    return more == 0;
}

static bool
write_entries(struct hop_clixml_writer *w, struct hop_dict *d, int depth)
{
    HOP_AUTO_STRING struct hop_string *key = hop_string_from("Key");
    HOP_AUTO_STRING struct hop_string *value = hop_string_from("Value");
    size_t n;
    HOP_AUTO_FREE struct hop_dict_entry **e = hop_dict_order(d, &n);

    start(w, "DCT");
    for (size_t i = 0; i < n; i++) {
        start(w, "En");
        if (!write_value(w, e[i]->key, NULL, key, depth) ||
            !write_value(w, e[i]->value, NULL, value, depth))
            return false;
        finish(w, "En", false);
    }
    finish(w, "DCT", false);
    return true;
}

/* The tag of the container that v is, or NULL. */
static const char *
container_tag(struct hop_value v)
{
    const struct hop_class *cls = hop_class_of(v);
    const struct hop_class *def =
        cls && cls->definition ? cls->definition : cls;

    if (v.kind != HOP_OBJECT)
        return NULL;
    if (hop_as_dict(v))
        return "DCT";
    if (def == &hop_class_stack || def == &hop_class_generic_stack)
        return "STK";
    if (def == &hop_class_queue || def == &hop_class_generic_queue)
        return "QUE";
    if (hop_as_array(v))
        return "LST";
    return hop_is_enumerable(v) ? "IE" : NULL;
}

static bool
write_container(struct hop_clixml_writer *w, struct hop_value v,
                const char *tag, const char *stream,
                const struct hop_string *name, int depth)
{
    struct hop_dict *d = hop_as_dict(v);

    start_object(w, v, stream, name);
    write_types(w, v);
    if (d ? !write_entries(w, d, depth) : !write_items(w, v, tag, depth))
        return false;
    if (depth != 0) {
        if (strcmp(tag, "IE") == 0 &&
            !write_properties(w, v, "Props", true, false, depth))
            return false;
        if (!write_properties(w, v, "MS", false, strcmp(tag, "IE") != 0, depth))
            return false;
    }
    finish(w, "Obj", false);
    return true;
}

/* Deeper than asked for: the object's text. */
static bool
write_as_text(struct hop_clixml_writer *w, struct hop_value v,
              const char *stream, const struct hop_string *name)
{
    HOP_AUTO_STRING struct hop_string *text = NULL;

    if (!hop_to_string(w->cx, v, &text)) {
        if (hop_is_stopping(w->cx))
            return false;
        hop_drop_exception(w->cx);
        text = hop_string_empty();
    }
    text_element(w, "S", stream, name, text->data, text->len);
    return true;
}

static bool
write_to_string(struct hop_clixml_writer *w, struct hop_value v)
{
    HOP_AUTO_STRING struct hop_string *text = NULL;

    if (hop_is_exactly(v, &hop_class_pscustomobject) ||
        (hop_clixml_is_bag(v) && !hop_clixml_bag_has_text(v)))
        return true;
    if (!hop_to_string(w->cx, v, &text)) {
        if (hop_is_stopping(w->cx))
            return false;
        hop_drop_exception(w->cx);
        return true;
    }
    if (text->len) {
        text_element(w, "ToString", NULL, NULL, text->data, text->len);
    } else {
        start(w, "ToString");
        finish(w, "ToString", true);
    }
    return true;
}

static bool
write_complex(struct hop_clixml_writer *w, struct hop_value v,
              const char *stream, const struct hop_string *name, int depth)
{
    bool extended;

    start_object(w, v, stream, name);
    write_types(w, v);
    if (!write_to_string(w, v))
        return false;
    if (v.kind == HOP_ENUM) {
        const struct hop_class *cls = hop_class_of(v);

        if (!write_value(w, hop_integer(cls->underlying, v.u.i), NULL, NULL,
                         depth))
            return false;
    } else {
        if (!write_extended(w, v, depth, &extended))
            return false;
        if (!extended &&
            (!write_properties(w, v, "Props", true, false, depth) ||
             !write_properties(w, v, "MS", false, false, depth)))
            return false;
    }
    finish(w, "Obj", false);
    return true;
}

/* A number or text that carries members of its own. */
static bool
write_wrapped(struct hop_clixml_writer *w, struct hop_value v,
              const char *stream, const struct hop_string *name, int depth)
{
    struct hop_value base = hop_value_base(v);
    const struct hop_string *text = ((struct hop_wrapper *)v.u.o)->text;

    start_object(w, v, stream, name);
    if (v.u.o->ext->type_names)
        write_types(w, v);
    if (text)
        text_element(w, "ToString", NULL, NULL, text->data, text->len);
    if (write_primitive(w, base, NULL, NULL) < 0 ||
        !write_properties(w, v, "MS", false, true, depth))
        return false;
    finish(w, "Obj", false);
    return true;
}

static bool
has_notes(struct hop_value v)
{
    return v.kind == HOP_OBJECT && v.u.o->ext &&
           (v.u.o->ext->n > 0 || v.u.o->ext->type_names);
}

static bool
write_object(struct hop_clixml_writer *w, struct hop_value v,
             const char *stream, const struct hop_string *name, int depth)
{
    struct hop_value base = hop_value_base(v);
    const struct reference *seen = v.kind == HOP_OBJECT && !w->opt->no_refs
                                       ? find_object(&w->objects, v.u.o)
                                       : NULL;
    const char *tag;
    int done;

    if (seen) {
        start_value(w, "Ref", stream, name);
        attr_id(w, seen->id);
        finish(w, "Ref", false);
        return true;
    }
    /* Text loses its notes, as the peer's does; numbers keep them. */
    if (primitive_tag(base) && base.kind != HOP_STRING && has_notes(v))
        return write_wrapped(w, v, stream, name, depth);
    done = write_primitive(w, base, stream, name);
    if (done)
        return done > 0;
    tag = container_tag(v);
    if (tag)
        return write_container(w, v, tag, stream, name, depth);
    /* An exception shows its own properties however deep it lies. */
    if (hop_value_is(base, &hop_exception_base))
        depth = 1;
    if (depth == 0)
        return write_as_text(w, v, stream, name);
    return write_complex(w, v, stream, name, depth);
}

static bool
write_value(struct hop_clixml_writer *w, struct hop_value v, const char *stream,
            const struct hop_string *name, int depth)
{
    static const char deep[] =
        "Serialized XML is nested too deeply. Line {0}, position {1}.";
    bool ok;

    if (w->nesting + 1 == HOP_CLIXML_MAX_DEPTH && !hop_is_null(v)) {
        text_element(w, "S", stream, name, deep, sizeof(deep) - 1);
        return true;
    }
    w->nesting++;
    ok = write_object(w, v, stream, name, depth < 0 ? 0 : depth);
    w->nesting--;
    return ok && hop_buf_ok(w->out);
}

/* ---- documents ---- */

struct hop_clixml_writer *
hop_clixml_writer_new(struct hop_context *cx,
                      const struct hop_clixml_options *options,
                      struct hop_buf *out)
{
    struct hop_clixml_writer *w = hop_xmalloc(sizeof(*w));

    w->cx = cx;
    w->opt = options;
    w->out = out;
    if (options->root) {
        start(w, "Objs");
        attr(w, "Version", "1.1.0.1", 7);
        attr(w, "xmlns", HOP_CLIXML_NAMESPACE, strlen(HOP_CLIXML_NAMESPACE));
    }
    return w;
}

bool
hop_clixml_writer_add(struct hop_clixml_writer *w, struct hop_value v,
                      const char *stream)
{
    if (!write_value(w, v, stream, NULL, w->opt->depth))
        return false;
    if (!w->bad_text)
        return true;
    return hop_throw(w->cx, &hop_exception_argument,
                     "'\xEF\xBF\xBE', hexadecimal value 0xFFFE, is an invalid "
                     "character.");
}

void
hop_clixml_writer_end(struct hop_clixml_writer *w)
{
    if (w->opt->root)
        finish(w, "Objs", false);
}

static void
free_references(struct references *r)
{
    for (size_t i = 0; i < r->n; i++)
        free(r->item[i].types);
    free(r->item);
    free(r->index);
}

void
hop_clixml_writer_free(struct hop_clixml_writer *w)
{
    for (size_t i = 0; i < w->held_n; i++)
        hop_release(w->held[i]);
    free(w->held);
    free_references(&w->objects);
    free_references(&w->types);
    free(w);
}

bool
hop_clixml_write(struct hop_context *cx,
                 const struct hop_clixml_options *options, struct hop_value v,
                 struct hop_buf *out)
{
    struct hop_clixml_writer *w = hop_clixml_writer_new(cx, options, out);
    bool ok = hop_clixml_writer_add(w, v, NULL);

    if (ok)
        hop_clixml_writer_end(w);
    hop_clixml_writer_free(w);
    return ok;
}
