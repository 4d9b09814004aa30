/* Bodies of messages as tables of their properties; of this room alone.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_PSRP_BODY_H
#define HOP_PSRP_BODY_H

#include "psrp/message.h"

enum field_kind {
    FIELD_BOOL,    /* bool */
    FIELD_INT,     /* int32_t */
    FIELD_UINT,    /* uint32_t */
    FIELD_LONG,    /* int64_t */
    FIELD_ENUM,    /* int32_t, id: enum hop_enum_id */
    FIELD_SCOPE,   /* int8_t, Nil is -1 */
    FIELD_TEXT,    /* struct hop_string *, Nil is NULL */
    FIELD_VALUE,   /* struct hop_value */
    FIELD_VERSION, /* struct hop_psrp_version */
    FIELD_HOST,    /* struct hop_psrp_host_info */
    FIELD_KINDS
};

enum {
    MAY_LACK = 1, /* peers leave it out: keeps the default; -1, NULL and void
                     are left out when written */
    MAY_NIL = 2,  /* -1 is Nil, and the other way round */
};

struct field {
    const char *name;
    enum field_kind kind;
    size_t offset;
    unsigned flags;
    uint32_t id;
};

/* An object without type names. */
struct hop_object *psrp_body_object(struct hop_context *cx);
/* Adds the fields of *from to o in the order of the table. */
void psrp_body_write(struct hop_context *cx, const struct field *fields,
                     size_t n, const void *from, struct hop_object *o);
/* Fills *to from the members of v.  what names the message in errors.  What
 * was filled before a failure is the caller's to release. */
HOP_MUST_CHECK bool psrp_body_read(struct hop_context *cx, const char *what,
                                   const struct field *fields, size_t n,
                                   struct hop_value v, void *to,
                                   struct hop_error *err);
void psrp_body_release(const struct field *fields, size_t n, void *from);
/* The member of v called name, or NULL; borrowed. */
struct hop_value *psrp_body_member(struct hop_value v, const char *name);
/* An integer of any kind, also in a wrapper. */
bool psrp_body_integer(struct hop_value v, int64_t *out);

/* HostInfo, host_info.c. */
struct hop_value psrp_host_info_write(struct hop_context *cx,
                                      const struct hop_psrp_host_info *h);
bool psrp_host_info_read(struct hop_value v, struct hop_psrp_host_info *h,
                         struct hop_error *err);

/* CREATE_PIPELINE, pipeline.c. */
struct hop_value psrp_pipeline_write(struct hop_context *cx,
                                     const struct hop_psrp_pipeline *p);
bool psrp_pipeline_read(struct hop_context *cx, struct hop_value v,
                        struct hop_psrp_pipeline *p, struct hop_error *err);
void psrp_pipeline_release(struct hop_psrp_pipeline *p);

#endif
