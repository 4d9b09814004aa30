/* Values to CLIXML: objects, their properties and containers.
 *
 * SPDX-License-Identifier: MIT
 */
#include "clixml/write.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "clixml/classes.h"
#include "clixml/clixml.h"
#include "value/exception.h"
#include "value/member.h"

/* ---- objects ---- */

static bool write_value(struct hop_clixml_writer *w, struct hop_value v,
                        const char *stream, const struct hop_string *name,
                        int depth);

static void
start_object(struct hop_clixml_writer *w, struct hop_value v,
             const char *stream, const struct hop_string *name)
{
    hop_clixml_start_value(w, "Obj", stream, name);
    hop_clixml_attr_id(w, hop_clixml_number_object(w, v));
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
        hop_clixml_start(p->w, p->tag);
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

    hop_member_each(w->cx, v, HOP_MEMBERS_PROPERTIES | HOP_MEMBERS_SENT, false,
                    write_property, &p);
    if (p.started)
        hop_clixml_finish(w, tag, false);
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

    hop_clixml_start(w, tag);
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
    hop_clixml_finish(w, tag, false);
    return more == 0;
}

static bool
write_entries(struct hop_clixml_writer *w, struct hop_dict *d, int depth)
{
    HOP_AUTO_STRING struct hop_string *key = hop_string_from("Key");
    HOP_AUTO_STRING struct hop_string *value = hop_string_from("Value");
    size_t n;
    HOP_AUTO_FREE struct hop_dict_entry **e = hop_dict_order(d, &n);

    hop_clixml_start(w, "DCT");
    for (size_t i = 0; i < n; i++) {
        hop_clixml_start(w, "En");
        if (!write_value(w, e[i]->key, NULL, key, depth) ||
            !write_value(w, e[i]->value, NULL, value, depth))
            return false;
        hop_clixml_finish(w, "En", false);
    }
    hop_clixml_finish(w, "DCT", false);
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
    hop_clixml_write_types(w, v);
    if (d ? !write_entries(w, d, depth) : !write_items(w, v, tag, depth))
        return false;
    if (depth != 0) {
        if (strcmp(tag, "IE") == 0 &&
            !write_properties(w, v, "Props", true, false, depth))
            return false;
        if (!write_properties(w, v, "MS", false, strcmp(tag, "IE") != 0, depth))
            return false;
    }
    hop_clixml_finish(w, "Obj", false);
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
    hop_clixml_text_element(w, "S", stream, name, text->data, text->len);
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
        hop_clixml_text_element(w, "ToString", NULL, NULL, text->data,
                                text->len);
    } else {
        hop_clixml_start(w, "ToString");
        hop_clixml_finish(w, "ToString", true);
    }
    return true;
}

static bool
write_complex(struct hop_clixml_writer *w, struct hop_value v,
              const char *stream, const struct hop_string *name, int depth)
{
    bool extended;

    start_object(w, v, stream, name);
    hop_clixml_write_types(w, v);
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
    hop_clixml_finish(w, "Obj", false);
    return true;
}

/* The mark of a parameter's name that went through $args is hidden here; where
 * the list is splatted elsewhere it is needed. */
#define PARAMETER_MARK "<CommandParameterName>"

static const struct hop_member *
mark_of(struct hop_value v)
{
    for (uint32_t i = 0; i < v.u.o->ext->n; i++) {
        const struct hop_member *m = &v.u.o->ext->items[i];

        if (m->flags & HOP_MEMBER_FLAG_HIDDEN &&
            hop_string_is(m->name, PARAMETER_MARK))
            return m;
    }
    return NULL;
}

static bool
write_mark(struct hop_clixml_writer *w, struct hop_value v, int depth)
{
    const struct hop_member *m = mark_of(v);

    if (!m)
        return true;
    hop_clixml_start(w, "MS");
    if (!write_value(w, m->value, NULL, m->name, depth))
        return false;
    hop_clixml_finish(w, "MS", false);
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
        hop_clixml_write_types(w, v);
    if (text)
        hop_clixml_text_element(w, "ToString", NULL, NULL, text->data,
                                text->len);
    if (hop_clixml_write_primitive(w, base, NULL, NULL) < 0 ||
        !write_mark(w, v, depth) ||
        !write_properties(w, v, "MS", false, true, depth))
        return false;
    hop_clixml_finish(w, "Obj", false);
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
    const struct hop_clixml_reference *seen =
        v.kind == HOP_OBJECT && !w->opt->no_refs
            ? hop_clixml_find_object(&w->objects, v.u.o)
            : NULL;
    const char *tag;
    int done;

    if (seen) {
        hop_clixml_start_value(w, "Ref", stream, name);
        hop_clixml_attr_id(w, seen->id);
        hop_clixml_finish(w, "Ref", false);
        return true;
    }
    /* Text loses its notes, as the peer's does; numbers keep them, and so do
     * names of parameters. */
    if (hop_clixml_primitive_tag(base) && has_notes(v) &&
        (base.kind != HOP_STRING || mark_of(v)))
        return write_wrapped(w, v, stream, name, depth);
    done = hop_clixml_write_primitive(w, base, stream, name);
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
        hop_clixml_text_element(w, "S", stream, name, deep, sizeof(deep) - 1);
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
        hop_clixml_start(w, "Objs");
        hop_clixml_attr(w, "Version", "1.1.0.1", 7);
        hop_clixml_attr(w, "xmlns", HOP_CLIXML_NAMESPACE,
                        strlen(HOP_CLIXML_NAMESPACE));
    }
    return w;
}

bool
hop_clixml_writer_add(struct hop_clixml_writer *w, struct hop_value v,
                      const char *stream)
{
    if (!write_value(w, v, stream, NULL, w->opt->depth))
        return false;
    if (!w->bad_text || w->opt->lenient)
        return true;
    return hop_throw(w->cx, &hop_exception_argument,
                     "'\xEF\xBF\xBE', hexadecimal value 0xFFFE, is an invalid "
                     "character.");
}

void
hop_clixml_writer_end(struct hop_clixml_writer *w)
{
    if (w->opt->root)
        hop_clixml_finish(w, "Objs", false);
}

void
hop_clixml_writer_free(struct hop_clixml_writer *w)
{
    for (size_t i = 0; i < w->held_n; i++)
        hop_release(w->held[i]);
    free(w->held);
    hop_clixml_free_references(&w->objects);
    hop_clixml_free_references(&w->types);
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
