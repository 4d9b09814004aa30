/* Resources for people: what winrm's -format says.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/text.h"
#include "client/winrm.h"
#include "wsman/uri.h"
#include "xml/writer.h"

#define XML_MAX (64u * 1024 * 1024)

typedef void print_fn(const struct hop_xml_node *n, unsigned depth,
                      struct hop_buf *out);

static bool
print(const char *xml, print_fn *fn, struct hop_buf *out, struct hop_error *err)
{
    const struct hop_xml_tree_options options = {
        .limits = hop_xml_soap_limits(XML_MAX)};
    struct hop_xml_node *root = NULL;
    struct hop_arena arena;
    bool ok;

    hop_arena_init(&arena, 0);
    ok =
        hop_xml_tree_read(xml, strlen(xml), &options, &arena, NULL, &root, err);
    if (ok)
        fn(root, 0, out);
    hop_arena_done(&arena);
    return ok;
}

static void
indent(unsigned depth, struct hop_buf *out)
{
    while (depth-- > 0)
        hop_buf_adds(out, "    ");
}

/* ---- text */

static bool
is_nil(const struct hop_xml_node *n)
{
    const char *nil = hop_xml_node_attr(n, HOP_NS_XSI, "nil");

    return nil != NULL && (hop_ascii_ieq(nil, "true") || strcmp(nil, "1") == 0);
}

/* "Selector: Address = *, Transport = HTTP" */
static void
print_selectors(const struct hop_xml_node *set, unsigned depth,
                struct hop_buf *out)
{
    indent(depth, out);
    hop_buf_adds(out, "Selector: ");
    for (const struct hop_xml_node *n = set->first; n; n = n->next) {
        const char *name = hop_xml_node_attr(n, "", "Name");
        hop_buf_addf(out, "%s = %s%s", name ? name : "", n->text,
                     n->next ? ", " : "\n");
    }
}

/* Values of the same name, one behind the other, are one line's list. */
static const struct hop_xml_node *
print_value(const struct hop_xml_node *n, struct hop_buf *out)
{
    const char *source = hop_xml_node_attr(n, "", "Source");
    const struct hop_xml_node *last = n;

    if (is_nil(n))
        hop_buf_adds(out, " = null");
    else if (n->text_len > 0)
        hop_buf_addf(out, " = %s", n->text);
    while (last->next != NULL && last->next->first == NULL &&
           strcmp(last->next->local, n->local) == 0) {
        last = last->next;
        hop_buf_addf(out, ", %s", last->text);
    }
    if (source != NULL)
        hop_buf_addf(out, " [Source=\"%s\"]", source);
    hop_buf_addc(out, '\n');
    return last;
}

static void
print_attributes(const struct hop_xml_node *n, unsigned depth,
                 struct hop_buf *out)
{
    for (size_t i = 0; i < n->attr_count; i++) {
        const struct hop_xml_attr *a = &n->attrs[i];
        if (strcmp(a->local, "lang") == 0 || strcmp(a->ns, HOP_NS_XSI) == 0 ||
            strcmp(a->local, "Source") == 0)
            continue;
        indent(depth, out);
        hop_buf_addf(out, "%s = %s\n", a->local, a->value);
    }
}

static void
print_text(const struct hop_xml_node *n, unsigned depth, struct hop_buf *out)
{
    indent(depth, out);
    hop_buf_adds(out, n->local);
    if (n->first == NULL && n->text_len > 0)
        hop_buf_addf(out, " = %s", n->text);
    hop_buf_addc(out, '\n');
    print_attributes(n, depth + 1, out);
    if (strcmp(n->local, "SelectorSet") == 0) {
        print_selectors(n, depth + 1, out);
        return;
    }
    for (const struct hop_xml_node *k = n->first; k; k = k->next) {
        if (k->first != NULL || strcmp(k->local, "SelectorSet") == 0 ||
            (k->attr_count > 0 && k->text_len == 0 && !is_nil(k) &&
             hop_xml_node_attr(k, "", "Source") == NULL)) {
            print_text(k, depth + 1, out);
            continue;
        }
        indent(depth + 1, out);
        hop_buf_adds(out, k->local);
        k = print_value(k, out);
    }
}

bool
winrm_format_text(const char *xml, struct hop_buf *out, struct hop_error *err)
{
    return print(xml, print_text, out, err);
}

/* ---- pretty */

static void
print_name(const struct hop_xml_node *n, struct hop_buf *out)
{
    if (n->prefix[0] != '\0')
        hop_buf_addf(out, "%s:", n->prefix);
    hop_buf_adds(out, n->local);
}

static void
print_pretty(const struct hop_xml_node *n, unsigned depth, struct hop_buf *out)
{
    indent(depth, out);
    hop_buf_addc(out, '<');
    print_name(n, out);
    for (size_t i = 0; i < n->decl_count; i++) {
        const struct hop_xml_nsdecl *d = &n->decls[i];
        hop_buf_addf(out, " xmlns%s%s=\"", d->prefix[0] ? ":" : "", d->prefix);
        hop_xml_escape_attr(out, d->uri, strlen(d->uri));
        hop_buf_addc(out, '"');
    }
    for (size_t i = 0; i < n->attr_count; i++) {
        const struct hop_xml_attr *a = &n->attrs[i];
        hop_buf_addf(out, " %s%s%s=\"", a->prefix, a->prefix[0] ? ":" : "",
                     a->local);
        hop_xml_escape_attr(out, a->value, a->value_len);
        hop_buf_addc(out, '"');
    }
    if (n->first == NULL && n->text_len == 0) {
        hop_buf_adds(out, "/>\n");
        return;
    }
    hop_buf_addc(out, '>');
    hop_xml_escape(out, n->text, n->text_len);
    if (n->first != NULL)
        hop_buf_addc(out, '\n');
    for (const struct hop_xml_node *k = n->first; k; k = k->next)
        print_pretty(k, depth + 1, out);
    if (n->first != NULL)
        indent(depth, out);
    hop_buf_adds(out, "</");
    print_name(n, out);
    hop_buf_adds(out, ">\n");
}

bool
winrm_format_pretty(const char *xml, struct hop_buf *out, struct hop_error *err)
{
    return print(xml, print_pretty, out, err);
}
