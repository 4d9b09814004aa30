/* DataTable, DataColumn, DataRow and their collections, as C sees them.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_TYPES_DATA_TABLE_H
#define HOP_VALUE_TYPES_DATA_TABLE_H

#include "value/class.h"
#include "value/collections.h"
#include "value/context.h"

struct hop_data_column {
    struct hop_object base;
    struct hop_string *name, *caption;
    const struct hop_class *type;
    struct hop_value fallback; /* DefaultValue, or null */
    bool no_null, counts, read_only, unique;
    int64_t next, step;
};

struct hop_data_table {
    struct hop_object base;
    struct hop_string *name;
    struct hop_value columns, rows; /* struct hop_data_list, owned */
    struct hop_value keys;          /* DataColumn[] or null */
};

/* Rows or columns of a table, which outlives them. */
struct hop_data_list {
    struct hop_array a;
    struct hop_value table; /* owned: the ring is freed with the context */
};

struct hop_data_row {
    struct hop_object base;
    struct hop_value table;
    struct hop_value *cell;
    size_t n;
    bool added, deleted;
};

#define HOP_DATA_NAME(n) "System.Data." n

#define HOP_DATA_LIST(c_, text, methods_)                                      \
    const struct hop_class hop_class_##c_ = {                                  \
        .name = HOP_DATA_NAME(text),                                           \
        .base = &hop_class_object,                                             \
        .flags = HOP_CLASS_LIST,                                               \
        .kind = HOP_OBJECT,                                                    \
        .size = sizeof(struct hop_data_list),                                  \
        .properties = hop_data_list_properties,                                \
        .methods = methods_,                                                   \
        .destroy = hop_data_destroy_list,                                      \
    }

/* The table in v (borrowed), and its columns. */
struct hop_data_table *hop_data_table_of(struct hop_value v);
struct hop_array *hop_data_columns_of(const struct hop_data_table *t);
struct hop_data_column *hop_data_column_at(const struct hop_data_table *t,
                                           size_t i);

/* The index of a column, or SIZE_MAX. */
size_t hop_data_find_column(const struct hop_data_table *t, const char *name,
                            size_t n);
struct hop_data_column *hop_data_make_column(struct hop_context *cx,
                                             struct hop_string *name,
                                             const struct hop_class *type);

/* A row's cell as the column has it when nothing is said. */
struct hop_value hop_data_first_value(struct hop_context *cx,
                                      struct hop_data_column *c);
struct hop_value hop_data_nothing(struct hop_context *cx);
struct hop_data_row *hop_data_make_row(struct hop_context *cx,
                                       struct hop_value table);

/* Stores a value as the column's type. */
HOP_MUST_CHECK bool hop_data_store(struct hop_context *cx,
                                   struct hop_data_row *r, size_t i,
                                   struct hop_value v);
const struct hop_value *hop_data_cell_by_name(void *arg, const char *name,
                                              size_t n);
void hop_data_destroy_list(struct hop_object *o);
struct hop_value hop_data_make_list(struct hop_context *cx,
                                    const struct hop_class *cls,
                                    struct hop_value table);
extern const struct hop_property hop_data_list_properties[];

/* Methods. */
hop_method_fn hop_data_clear_rows;

#endif
