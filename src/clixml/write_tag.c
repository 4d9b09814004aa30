/* Tags, and the numbers by which objects and type names are referred to.
 *
 * SPDX-License-Identifier: MIT
 */
#include "clixml/write.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "clixml/clixml.h"
#include "clixml/text.h"
#include "value/member.h"

void
hop_clixml_finish_tag(struct hop_clixml_writer *w)
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

void
hop_clixml_start(struct hop_clixml_writer *w, const char *tag)
{
    hop_clixml_finish_tag(w);
    new_line(w);
    hop_buf_addc(w->out, '<');
    hop_buf_adds(w->out, tag);
    w->open = true;
    w->content = false;
    w->level++;
}

void
hop_clixml_attr(struct hop_clixml_writer *w, const char *name, const char *s,
                size_t n)
{
    hop_buf_addf(w->out, " %s=\"", name);
    if (!hop_clixml_escape(w->out, s, n, true))
        w->bad_text = true;
    hop_buf_addc(w->out, '"');
}

void
hop_clixml_attr_id(struct hop_clixml_writer *w, unsigned id)
{
    hop_buf_addf(w->out, " RefId=\"%u\"", id);
}

void
hop_clixml_finish(struct hop_clixml_writer *w, const char *tag, bool text)
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

void
hop_clixml_start_value(struct hop_clixml_writer *w, const char *tag,
                       const char *stream, const struct hop_string *name)
{
    hop_clixml_start(w, tag);
    if (stream)
        hop_clixml_attr(w, "S", stream, strlen(stream));
    if (name)
        hop_clixml_attr(w, "N", name->data, name->len);
}

void
hop_clixml_text_element(struct hop_clixml_writer *w, const char *tag,
                        const char *stream, const struct hop_string *name,
                        const char *s, size_t n)
{
    hop_clixml_start_value(w, tag, stream, name);
    hop_clixml_finish_tag(w);
    if (!hop_clixml_escape(w->out, s, n, false))
        w->bad_text = true;
    hop_clixml_finish(w, tag, true);
}

/* ---- references ---- */

static size_t
hash_pointer(const void *p)
{
    return (size_t)((uintptr_t)p >> 4) * 0x9E3779B97F4A7C15u >> 7;
}

static void
grow_index(struct hop_clixml_references *r)
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

struct hop_clixml_reference *
hop_clixml_find_object(struct hop_clixml_references *r, const void *object)
{
    size_t at = hash_pointer(object);

    if (!r->index)
        return NULL;
    for (; r->index[at &= r->index_size - 1]; at++)
        if (r->item[r->index[at] - 1].object == object)
            return &r->item[r->index[at] - 1];
    return NULL;
}

struct hop_clixml_reference *
hop_clixml_add_reference(struct hop_clixml_references *r, const void *object,
                         char *types)
{
    if (r->n == r->cap) {
        r->cap = r->cap ? r->cap * 2 : 16;
        r->item = hop_xrealloc(r->item, r->cap, sizeof(*r->item));
    }
    r->item[r->n] =
        (struct hop_clixml_reference){object, types, (unsigned)r->n};
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

unsigned
hop_clixml_number_object(struct hop_clixml_writer *w, struct hop_value v)
{
    const void *key = v.kind == HOP_OBJECT ? v.u.o : NULL;

    if (w->held_n == w->held_cap) {
        w->held_cap = w->held_cap ? w->held_cap * 2 : 16;
        w->held = hop_xrealloc(w->held, w->held_cap, sizeof(*w->held));
    }
    w->held[w->held_n++] = hop_retain(v);
    return hop_clixml_add_reference(&w->objects, key, NULL)->id;
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

void
hop_clixml_write_types(struct hop_clixml_writer *w, struct hop_value v)
{
    struct hop_array *types = hop_type_names(w->cx, v);
    HOP_AUTO_VALUE struct hop_value held = hop_obj(types);
    HOP_AUTO_FREE char *key = NULL;

    if (types->n == 0)
        return;
    key = join_types(types);
    for (size_t i = 0; i < w->types.n; i++) {
        if (strcmp(w->types.item[i].types, key) == 0) {
            hop_clixml_start(w, "TNRef");
            hop_clixml_attr_id(w, w->types.item[i].id);
            hop_clixml_finish(w, "TNRef", false);
            return;
        }
    }
    hop_clixml_start(w, "TN");
    hop_clixml_attr_id(
        w, hop_clixml_add_reference(&w->types, NULL, hop_steal(&key))->id);
    for (size_t i = 0; i < types->n; i++)
        hop_clixml_text_element(w, "T", NULL, NULL, types->items[i].u.s->data,
                                types->items[i].u.s->len);
    hop_clixml_finish(w, "TN", false);
}

void
hop_clixml_free_references(struct hop_clixml_references *r)
{
    for (size_t i = 0; i < r->n; i++)
        free(r->item[i].types);
    free(r->item);
    free(r->index);
}
