/* Objects of fixed properties, as cmdlets give them out: a table of names, a
 * slot each.
 *
 *     enum { COUNT, NAME };
 *     static const struct hop_property properties[] = {
 *         HOP_RECORD_PROPERTY(COUNT, "Count", "int"),
 *         HOP_RECORD_PROPERTY(NAME, "Name", "string"), {0}};
 *     static const struct hop_class class = HOP_RECORD_CLASS(
 *         "Microsoft.PowerShell.Commands.GroupInfo", properties);
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_RECORD_H
#define HOP_CMDLETS_RECORD_H

#include "value/class.h"
#include "value/context.h"

struct hop_record {
    struct hop_object base;
    struct hop_value slot[];
};

#define HOP_RECORD_PROPERTY(i, n, t)                                           \
    {                                                                          \
        .name = (n), .type = (t), .get = hop_record_get, .data = (i)           \
    }
/* A property that scripts may set. */
#define HOP_RECORD_WRITABLE(i, n, t)                                           \
    {                                                                          \
        .name = (n), .type = (t), .get = hop_record_get,                       \
        .set = hop_record_put, .data = (i)                                     \
    }
#define HOP_RECORD_SIZE(table)                                                 \
    (sizeof(struct hop_record) +                                               \
     (HOP_ARRAY_SIZE(table) - 1) * sizeof(struct hop_value))
#define HOP_RECORD_CLASS(full_name, table, ...)                                \
    {                                                                          \
        .name = (full_name), .base = &hop_class_object, .kind = HOP_OBJECT,    \
        .size = HOP_RECORD_SIZE(table), .properties = (table),                 \
        .destroy = hop_record_destroy, __VA_ARGS__                             \
    }

/* A record whose slots are null; owned. */
struct hop_record *hop_record_new(struct hop_context *cx,
                                  const struct hop_class *cls);
/* Takes v. */
void hop_record_set(struct hop_record *r, size_t i, struct hop_value v);

/* For the tables. */
bool hop_record_get(struct hop_context *cx, struct hop_value self,
                    intptr_t data, struct hop_value *out);
bool hop_record_put(struct hop_context *cx, struct hop_value self,
                    intptr_t data, struct hop_value v);
void hop_record_destroy(struct hop_object *o);

#endif
