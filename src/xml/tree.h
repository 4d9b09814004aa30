/* A small document as a tree in an arena: SOAP envelopes, configuration.
 * For element-rich or endless documents use xml/reader.h itself.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_XML_TREE_H
#define HOP_XML_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "xml/reader.h"

struct hop_xml_node {
    const char *ns, *local, *prefix; /* "" where there is none */
    struct hop_xml_attr *attrs;      /* values are NUL-terminated */
    size_t attr_count;
    struct hop_xml_nsdecl *decls;
    size_t decl_count;
    struct hop_xml_node *parent, *first, *last, *next;
    /* The element's own text, all pieces joined, "" when there is none; of an
     * element named in hop_xml_tree_options it is "", its decoded bytes are in
     * data. */
    const char *text;
    size_t text_len;
    const unsigned char *data; /* NULL when the element is not such a one */
    size_t data_len;
};

struct hop_xml_qname {
    const char *ns, *local;
};

struct hop_xml_tree_options {
    struct hop_xml_limits limits;
    /* Elements whose text is base64: decoded while it is read, never kept as
     * text.  Ends with {NULL, NULL}; may be NULL. */
    const struct hop_xml_qname *base64;
};

/* Reads a whole document.  The tree lives in arena, the decoded bytes of all
 * base64 elements lie one behind the other in data (may be NULL when the
 * options name none); both must live as long as the tree, and data must not be
 * written to meanwhile.  Errors as of hop_xml_reader_push, and
 * HOP_ERROR_PROTOCOL for bad base64. */
HOP_MUST_CHECK bool hop_xml_tree_read(const void *bytes, size_t n,
                                      const struct hop_xml_tree_options *opt,
                                      struct hop_arena *arena,
                                      struct hop_buf *data,
                                      struct hop_xml_node **root,
                                      struct hop_error *err);

bool hop_xml_node_is(const struct hop_xml_node *n, const char *ns,
                     const char *local);
/* The first child element of that name, or NULL; n may be NULL. */
struct hop_xml_node *hop_xml_node_child(const struct hop_xml_node *n,
                                        const char *ns, const char *local);
/* The next sibling of the same name, or NULL. */
struct hop_xml_node *hop_xml_node_again(const struct hop_xml_node *n);
/* The value of an attribute, or NULL.  ns "" is an attribute without prefix. */
const char *hop_xml_node_attr(const struct hop_xml_node *n, const char *ns,
                              const char *local);
/* Text of the child of that name, or NULL without such a child. */
const char *hop_xml_node_child_text(const struct hop_xml_node *n,
                                    const char *ns, const char *local);
/* Splits the QName in n's text ("w:TimedOut", white space around it ignored)
 * by the namespaces in scope at n.  *local points into the text or arena;
 * false for an unknown prefix. */
HOP_MUST_CHECK bool hop_xml_node_qname(const struct hop_xml_node *n,
                                       struct hop_arena *arena,
                                       struct hop_xml_qname *out);

#endif
