/* Lines of a page of help, and what is read for them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/format/help_page.h"

#include <string.h>

#include "cmdlets/format/help_view.h"
#include "value/collections.h"
#include "value/member.h"

#define INDENT 4

/* ---- reading ---- */

/* v.name, owned; null when there is none. */
struct hop_value
hop_page_get(struct hop_page *p, struct hop_value v, const char *name)
{
    HOP_AUTO_STRING struct hop_string *key = hop_string_from(name);
    struct hop_value out = hop_null();

    if (hop_is_null(v) || hop_member_get(p->cx, v, key, &out) != HOP_FOUND) {
        hop_drop_exception(p->cx);
        return hop_null();
    }
    return out;
}

struct hop_string *
hop_page_text_of(struct hop_page *p, struct hop_value v)
{
    struct hop_string *s = NULL;

    if (hop_is_null(v))
        return hop_string_from("");
    if (hop_to_string(p->cx, v, &s))
        return s;
    hop_drop_exception(p->cx);
    return hop_string_from("");
}

struct hop_string *
hop_page_get_text(struct hop_page *p, struct hop_value v, const char *name)
{
    HOP_AUTO_VALUE struct hop_value m = hop_page_get(p, v, name);

    return hop_page_text_of(p, m);
}

bool
hop_page_is_text(struct hop_page *p, struct hop_value v, const char *name,
                 const char *text)
{
    HOP_AUTO_STRING struct hop_string *s = hop_page_get_text(p, v, name);

    return hop_string_iis(s, text);
}

/* ---- writing ---- */

void
hop_page_say(struct hop_page *p, const char *s)
{
    hop_doc_text(p->d, s, strlen(s));
}

void
hop_page_line(struct hop_page *p, const char *s)
{
    hop_page_say(p, s);
    hop_doc_newline(p->d);
}

void
hop_page_blank(struct hop_page *p)
{
    hop_doc_newline(p->d);
}

void
hop_page_indent(struct hop_page *p)
{
    hop_doc_push(p->d, INDENT, 0, 0);
}

void
hop_page_outdent(struct hop_page *p)
{
    hop_doc_pop(p->d);
}

void
hop_page_say_member(struct hop_page *p, struct hop_value v, const char *name)
{
    HOP_AUTO_STRING struct hop_string *s = hop_page_get_text(p, v, name);

    hop_doc_text(p->d, s->data, s->len);
}

/* f for v.name, or for each of its elements. */
void
hop_page_each(struct hop_page *p, struct hop_value v, const char *name,
              void (*f)(struct hop_page *p, struct hop_value item))
{
    HOP_AUTO_VALUE struct hop_value m = hop_page_get(p, v, name);
    struct hop_array *a = hop_as_array(m);

    for (size_t i = 0; a && i < a->n; i++)
        f(p, a->items[i]);
    if (!a && !hop_is_null(m))
        f(p, m);
}

void
hop_draw_paragraph(struct hop_page *p, struct hop_value v)
{
    hop_page_say_member(p, v, "Text");
    hop_page_blank(p);
}
