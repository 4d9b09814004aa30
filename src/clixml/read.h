/* The reader's inside: its open elements, and what they become.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CLIXML_READ_H
#define HOP_CLIXML_READ_H

#include "clixml/clixml.h"
#include "value/collections.h"
#include "value/member.h"

#define HOP_CLIXML_DESERIALIZED "Deserialized."

enum hop_clixml_tag {
    TAG_ROOT,
    TAG_OBJ,
    TAG_TYPES,
    TAG_TYPE,
    TAG_TYPES_REF,
    TAG_PROPS,
    TAG_MEMBERS,
    TAG_TEXT,
    TAG_DICT,
    TAG_ENTRY,
    TAG_LIST,
    TAG_STACK,
    TAG_QUEUE,
    TAG_REF,
    TAG_PROGRESS,
    TAG_PRIMITIVE,
    TAG_UNKNOWN
};

struct hop_clixml_primitive {
    const char *tag;
    const char *type; /* that the text is converted to */
    bool (*parse)(struct hop_context *cx, const struct hop_buf *text,
                  struct hop_value *out);
};

struct hop_clixml_frame {
    enum hop_clixml_tag tag;
    const struct hop_clixml_primitive *primitive;
    struct hop_string *name; /* N attribute */
    char *stream;            /* S attribute */
    struct hop_buf text;
    size_t ref; /* RefId + 1, or 0 */
    /* of an object */
    struct hop_value value; /* made early when referred to; or a container */
    struct hop_value base;  /* what it wraps */
    bool has_base, has_props;
    struct hop_value types; /* List of type names, or null */
    struct hop_string *shown;
    struct hop_value notes; /* custom objects that collect members */
    struct hop_value props;
    /* of an entry */
    struct hop_value key;
    bool has_key;
};

struct hop_clixml_slots {
    struct hop_value *item;
    size_t n;
};

struct hop_clixml_reader {
    struct hop_context *cx;
    const struct hop_clixml_options *opt;
    bool (*object)(void *ctx, struct hop_value v, const char *stream);
    void *ctx;
    struct hop_clixml_frame *frame; /* open elements */
    size_t n, cap;
    struct hop_clixml_slots objects, types; /* by RefId */
};

/* The object that stands for the frame while it is still open. */
struct hop_value hop_clixml_early_object(struct hop_clixml_reader *r,
                                         struct hop_clixml_frame *f);

/* The finished object; owned. */
struct hop_value hop_clixml_finish_object(struct hop_clixml_reader *r,
                                          struct hop_clixml_frame *f);

/* The value of a finished element with such a tag; owned. */
HOP_MUST_CHECK bool hop_clixml_primitive_value(struct hop_clixml_reader *r,
                                               struct hop_clixml_frame *f,
                                               struct hop_value *out,
                                               struct hop_error *err);

/* The value of that tag, or NULL. */
const struct hop_clixml_primitive *hop_clixml_find_primitive(const char *name);

#endif
