/* CLIXML: PowerShell's objects as XML, MS-PSRP 2.2.5.  Files of Export-Clixml,
 * and the body of every message of the remoting protocol.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CLIXML_CLIXML_H
#define HOP_CLIXML_CLIXML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "value/collections.h"
#include "value/context.h"

#define HOP_CLIXML_NAMESPACE "http://schemas.microsoft.com/powershell/2004/04"
/* Objects nest no deeper, written or read (MS-PSRP says nothing; peers stop
 * there too). */
#define HOP_CLIXML_MAX_DEPTH 50

struct hop_clixml_options {
    int depth;    /* levels of properties; deeper objects become text */
    bool indent;  /* two blanks a level, as files have it */
    bool root;    /* <Objs> around the objects */
    bool lenient; /* U+FFFE and U+FFFF are written as PowerShell sends them,
                     though no XML reader takes them */
    bool no_refs; /* write an object again instead of a reference */
    /* Reading keeps type names as they came, without Deserialized. in front,
     * the order of dictionaries, and makes nothing of known types: for what is
     * passed on. */
    bool keep;
    /* Adds to notes what an object carries only when it is sent (an error
     * record's fields): true when it did, then the object's own properties
     * are left out.  May be NULL. */
    bool (*extend)(struct hop_context *cx, struct hop_value v,
                   struct hop_object *notes);
    /* How SecureString travels; NULL: written as nothing, read as null.
     * write appends the element's text for v, read makes the object. */
    bool (*write_secret)(void *ctx, struct hop_context *cx, struct hop_value v,
                         struct hop_buf *out);
    bool (*read_secret)(void *ctx, struct hop_context *cx, const char *s,
                        size_t n, struct hop_value *out);
    void *secret_ctx;
};

struct hop_clixml_writer;

/* Borrows cx, options and out until hop_clixml_writer_free. */
struct hop_clixml_writer *
hop_clixml_writer_new(struct hop_context *cx,
                      const struct hop_clixml_options *options,
                      struct hop_buf *out);
/* One object; stream is its S attribute ("Error"), or NULL.  False: a property
 * threw and the pipeline is to end, or text cannot be written (U+FFFE). */
HOP_MUST_CHECK bool hop_clixml_writer_add(struct hop_clixml_writer *w,
                                          struct hop_value v,
                                          const char *stream);
/* Ends the document (the root's end tag). */
void hop_clixml_writer_end(struct hop_clixml_writer *w);
void hop_clixml_writer_free(struct hop_clixml_writer *w);

/* One object as a whole document. */
HOP_MUST_CHECK bool hop_clixml_write(struct hop_context *cx,
                                     const struct hop_clixml_options *options,
                                     struct hop_value v, struct hop_buf *out);

/* Reads a document and gives each object to object() (v borrowed; stream is
 * NULL or the S attribute), which returns false to end early.  False: err says
 * why (HOP_ERROR_PROTOCOL), or object() ended it with err untouched and
 * err->domain HOP_ERROR_NONE. */
HOP_MUST_CHECK bool hop_clixml_read(
    struct hop_context *cx, const struct hop_clixml_options *options,
    const char *s, size_t n,
    bool (*object)(void *ctx, struct hop_value v, const char *stream),
    void *ctx, struct hop_error *err);
/* The first object; owned. */
HOP_MUST_CHECK bool hop_clixml_read_one(struct hop_context *cx,
                                        const struct hop_clixml_options *o,
                                        const char *s, size_t n,
                                        struct hop_value *out,
                                        struct hop_error *err);

/* For hop_types_register: the classes of deserialized objects. */
extern const struct hop_class *const hop_clixml_classes[];

#endif
