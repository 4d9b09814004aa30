/* Writing a tree's node again, with the prefixes it came with.
 *
 * SPDX-License-Identifier: MIT
 */
#include "xml/writer.h"

#include <string.h>

static void
add_qname(struct hop_buf *out, const char *prefix, const char *local)
{
    if (*prefix) {
        hop_buf_adds(out, prefix);
        hop_buf_addc(out, ':');
    }
    hop_buf_adds(out, local);
}

static bool
is_declared_below(const struct hop_xml_node *from,
                  const struct hop_xml_node *until, const char *prefix)
{
    for (; from != until; from = from->parent) {
        for (size_t i = 0; i < from->decl_count; i++) {
            if (strcmp(from->decls[i].prefix, prefix) == 0)
                return true;
        }
    }
    return false;
}

/* Whether a name in the tree has that prefix. */
static bool
uses_prefix(const struct hop_xml_node *n, const char *prefix)
{
    if (strcmp(n->prefix, prefix) == 0)
        return true;
    for (size_t i = 0; i < n->attr_count; i++)
        if (*prefix && strcmp(n->attrs[i].prefix, prefix) == 0)
            return true;
    for (const struct hop_xml_node *c = n->first; c; c = c->next)
        if (uses_prefix(c, prefix))
            return true;
    return false;
}

/* Every declaration in scope at n that a nearer one does not hide; of those
 * above n only what its names need, when not all are wanted. */
static void
declare_scope(struct hop_xml_writer *w, const struct hop_xml_node *n, bool all)
{
    for (const struct hop_xml_node *at = n; at; at = at->parent) {
        for (size_t i = 0; i < at->decl_count; i++) {
            const struct hop_xml_nsdecl *d = &at->decls[i];

            if (!is_declared_below(n, at, d->prefix) &&
                (*d->prefix || *d->uri || at == n) &&
                (all || at == n || uses_prefix(n, d->prefix)))
                hop_xml_declare(w, d->prefix, d->uri);
        }
    }
}

static void
write_attributes(struct hop_xml_writer *w, const struct hop_xml_node *n)
{
    for (size_t i = 0; i < n->attr_count; i++) {
        const struct hop_xml_attr *a = &n->attrs[i];

        hop_buf_addc(w->out, ' ');
        add_qname(w->out, a->prefix, a->local);
        hop_buf_adds(w->out, "=\"");
        hop_xml_escape_attr(w->out, a->value, a->value_len);
        hop_buf_addc(w->out, '"');
    }
}

/* Recursion is as deep as the reader's max_depth let the tree be. */
static void
write_element(struct hop_xml_writer *w, const struct hop_xml_node *n, bool top,
              bool all)
{
    hop_xml_open(w, "");
    add_qname(w->out, n->prefix, n->local);
    if (top) {
        declare_scope(w, n, all);
    } else {
        for (size_t i = 0; i < n->decl_count; i++)
            hop_xml_declare(w, n->decls[i].prefix, n->decls[i].uri);
    }
    write_attributes(w, n);
    if (n->data)
        hop_xml_base64(w, n->data, n->data_len);
    else if (n->text_len)
        hop_xml_textn(w, n->text, n->text_len);
    for (const struct hop_xml_node *c = n->first; c; c = c->next)
        write_element(w, c, false, false);
    if (w->tag_open) {
        hop_xml_close(w, "");
        return;
    }
    hop_buf_adds(w->out, "</");
    add_qname(w->out, n->prefix, n->local);
    hop_buf_addc(w->out, '>');
}

void
hop_xml_write_node(struct hop_xml_writer *w, const struct hop_xml_node *n)
{
    write_element(w, n, true, true);
}

void
hop_xml_write_fragment(struct hop_xml_writer *w, const struct hop_xml_node *n)
{
    write_element(w, n, true, false);
}
