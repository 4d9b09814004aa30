/* The writer's inside: tags, references, values with a tag of their own.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CLIXML_WRITE_H
#define HOP_CLIXML_WRITE_H

#include "clixml/clixml.h"
#include "value/collections.h"

/* What has a number in this document: objects by identity, lists of type names
 * by their text. */
struct hop_clixml_reference {
    const void *object;
    char *types; /* owned */
    unsigned id;
};

struct hop_clixml_references {
    struct hop_clixml_reference *item;
    size_t n, cap;
    size_t *index; /* slot + 1 by hash of the object */
    size_t index_size;
};

struct hop_clixml_writer {
    struct hop_context *cx;
    const struct hop_clixml_options *opt;
    struct hop_buf *out;
    struct hop_clixml_references objects, types;
    struct hop_value *held; /* keeps addresses of written objects unique */
    size_t held_n, held_cap;
    unsigned level;   /* of elements, for the indentation */
    unsigned nesting; /* of objects */
    bool open;        /* a start tag still lacks its end */
    bool content;     /* the element just closed had child elements */
    bool bad_text;
};

/* Tags: <name, an attribute, >, </name>. */
void hop_clixml_finish_tag(struct hop_clixml_writer *w);
void hop_clixml_start(struct hop_clixml_writer *w, const char *tag);
void hop_clixml_attr(struct hop_clixml_writer *w, const char *name,
                     const char *s, size_t n);
void hop_clixml_attr_id(struct hop_clixml_writer *w, unsigned id);

/* Ends an element; text says that it holds text, not elements. */
void hop_clixml_finish(struct hop_clixml_writer *w, const char *tag, bool text);

/* The start tag of a value, with N and S when they are given. */
void hop_clixml_start_value(struct hop_clixml_writer *w, const char *tag,
                            const char *stream, const struct hop_string *name);
void hop_clixml_text_element(struct hop_clixml_writer *w, const char *tag,
                             const char *stream, const struct hop_string *name,
                             const char *s, size_t n);

/* NULL: it was not written yet. */
struct hop_clixml_reference *
hop_clixml_find_object(struct hop_clixml_references *r, const void *object);
struct hop_clixml_reference *
hop_clixml_add_reference(struct hop_clixml_references *r, const void *object,
                         char *types);

/* Gives v a number; it stays alive so that its address stays its own. */
unsigned hop_clixml_number_object(struct hop_clixml_writer *w,
                                  struct hop_value v);
void hop_clixml_free_references(struct hop_clixml_references *r);

/* TN, or TNRef when the same list was written before. */
void hop_clixml_write_types(struct hop_clixml_writer *w, struct hop_value v);

/* NULL: it has no tag of its own. */
const char *hop_clixml_primitive_tag(struct hop_value v);

/* Writes v if it has a tag of its own: 1 done, 0 not such a value, -1 failed.
 */
int hop_clixml_write_primitive(struct hop_clixml_writer *w, struct hop_value v,
                               const char *stream,
                               const struct hop_string *name);

#endif
