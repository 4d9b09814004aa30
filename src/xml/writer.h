/* Writing XML into a buffer: escaping and the angle brackets.  Names are given
 * with their prefix ("s:Envelope"); the caller declares the prefixes.
 *
 * A failure (the buffer's limit) is the buffer's sticky one: write freely and
 * ask hop_buf_ok() at the end.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_XML_WRITER_H
#define HOP_XML_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "xml/tree.h"

struct hop_xml_writer {
    struct hop_buf *out; /* borrowed */
    bool tag_open;       /* "<name ..." still lacks its ">" */
};

#define HOP_XML_WRITER(buf)                                                    \
    {                                                                          \
        (buf), false                                                           \
    }

void hop_xml_open(struct hop_xml_writer *w, const char *name);
/* An attribute of the element just opened. */
void hop_xml_attr(struct hop_xml_writer *w, const char *name,
                  const char *value);
void hop_xml_attrf(struct hop_xml_writer *w, const char *name, const char *fmt,
                   ...) HOP_PRINTF(3, 4);
/* xmlns:prefix="uri"; prefix "" is the default namespace. */
void hop_xml_declare(struct hop_xml_writer *w, const char *prefix,
                     const char *uri);
/* Characters that XML 1.0 cannot carry become U+FFFD; a CR stays a CR for the
 * reader (&#xD;). */
void hop_xml_text(struct hop_xml_writer *w, const char *s);
void hop_xml_textn(struct hop_xml_writer *w, const char *s, size_t n);
void hop_xml_textf(struct hop_xml_writer *w, const char *fmt, ...)
    HOP_PRINTF(2, 3);
/* Base64 of n bytes, encoded straight into the buffer. */
void hop_xml_base64(struct hop_xml_writer *w, const void *p, size_t n);
/* Finished XML, written as it is. */
void hop_xml_raw(struct hop_xml_writer *w, const char *s, size_t n);
/* "</name>", or "/>" when nothing was written since hop_xml_open. */
void hop_xml_close(struct hop_xml_writer *w, const char *name);

/* <name>text</name>; nothing when text is NULL. */
void hop_xml_element(struct hop_xml_writer *w, const char *name,
                     const char *text);
void hop_xml_elementf(struct hop_xml_writer *w, const char *name,
                      const char *fmt, ...) HOP_PRINTF(3, 4);

/* A node with all that is under it, with every namespace in scope at it
 * declared on it (prefixes are kept, so QNames in texts stay true); base64
 * data is encoded again. */
void hop_xml_write_node(struct hop_xml_writer *w, const struct hop_xml_node *n);

/* The same, with those namespaces alone that are declared on the node or that
 * its names need: a document of its own, as its author wrote it. */
void hop_xml_write_fragment(struct hop_xml_writer *w,
                            const struct hop_xml_node *n);

/* Appends the escaped text or attribute value alone. */
void hop_xml_escape(struct hop_buf *out, const char *s, size_t n);
void hop_xml_escape_attr(struct hop_buf *out, const char *s, size_t n);

#endif
