/* Reading XML from a peer, piece by piece, without a tree: expat behind
 * limits of our own.
 *
 * Refused: a DOCTYPE (so no entity but the five of XML itself), processing
 * instructions, an encoding other than UTF-8 and UTF-16 (whatever the
 * declaration says, the bytes are read as the one or the other), and what is
 * over a limit.  Comments are passed over.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_XML_READER_H
#define HOP_XML_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cleanup.h"
#include "base/error.h"

struct hop_xml_limits {
    size_t max_bytes;        /* of the document, in UTF-8 */
    unsigned max_depth;      /* of nested elements, the root is 1 */
    unsigned max_attributes; /* of one element, namespaces counted too */
    size_t max_name;         /* bytes of a local name, prefix or namespace */
    size_t max_value;        /* bytes of an attribute's value */
    size_t max_elements;     /* in the document */
};

/* For a SOAP envelope: 64 deep, 64 attributes, 20,000 elements; max_bytes is
 * the caller's MaxEnvelopeSize. */
struct hop_xml_limits hop_xml_soap_limits(size_t max_bytes);

/* ns is "" where there is no namespace, prefix is "" where there is none.
 * Value is not NUL-terminated; entities in it are resolved. */
struct hop_xml_attr {
    const char *ns, *local, *prefix;
    const char *value;
    size_t value_len;
};

struct hop_xml_nsdecl {
    const char *prefix; /* "" for the default namespace */
    const char *uri;    /* "" takes the default namespace away */
};

struct hop_xml_start {
    const char *ns, *local, *prefix;
    const struct hop_xml_attr *attrs; /* without namespace declarations */
    size_t attr_count;
    const struct hop_xml_nsdecl *decls;
    size_t decl_count;
    unsigned depth; /* the root's is 1 */
};

/* What the document says, in its order.  A callback may be NULL; one that
 * returns false (with *err set) ends the reading.  Text comes in pieces, CDATA
 * among it.  Everything is borrowed for the time of the call, but the names
 * (ns, local, prefix) live as long as the reader and are the same pointers each
 * time, so that a handler may keep them. */
struct hop_xml_handler {
    bool (*start)(void *ctx, const struct hop_xml_start *e,
                  struct hop_error *err);
    bool (*text)(void *ctx, const char *s, size_t n, struct hop_error *err);
    bool (*end)(void *ctx, const char *ns, const char *local,
                struct hop_error *err);
};

struct hop_xml_reader;

#define HOP_AUTO_XML_READER HOP_CLEANUP(hop_xml_reader_freep)

/* Handler is borrowed until hop_xml_reader_free; limits are copied. */
struct hop_xml_reader *hop_xml_reader_new(const struct hop_xml_handler *handler,
                                          void *ctx,
                                          const struct hop_xml_limits *limits);
void hop_xml_reader_free(struct hop_xml_reader *r);
void hop_xml_reader_freep(struct hop_xml_reader **r);

/* Takes the next bytes of the document.  False: HOP_ERROR_PROTOCOL for bad XML
 * (with the line), HOP_ERROR_LIMIT, or what a callback set; every later call
 * fails the same way. */
HOP_MUST_CHECK bool hop_xml_reader_push(struct hop_xml_reader *r,
                                        const void *bytes, size_t n,
                                        struct hop_error *err);
/* The document is over; false when it was not complete. */
HOP_MUST_CHECK bool hop_xml_reader_finish(struct hop_xml_reader *r,
                                          struct hop_error *err);
/* A whole document: new, push, finish, free. */
HOP_MUST_CHECK bool hop_xml_read(const void *bytes, size_t n,
                                 const struct hop_xml_limits *limits,
                                 const struct hop_xml_handler *handler,
                                 void *ctx, struct hop_error *err);

#endif
