/* System.Data.DataTable.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/data_table.h"

#include <string.h>

#include "value/types/data_filter.h"
#include "value/types/def.h"
#include "value/types/more.h"

struct hop_data_table *
hop_data_table_of(struct hop_value v)
{
    return (struct hop_data_table *)v.u.o;
}

struct hop_array *
hop_data_columns_of(const struct hop_data_table *t)
{
    return (struct hop_array *)t->columns.u.o;
}

struct hop_data_column *
hop_data_column_at(const struct hop_data_table *t, size_t i)
{
    return (struct hop_data_column *)hop_data_columns_of(t)->items[i].u.o;
}

static void
destroy_table(struct hop_object *o)
{
    struct hop_data_table *t = (struct hop_data_table *)o;

    hop_string_release(t->name);
    hop_release(t->columns);
    hop_release(t->rows);
    hop_release(t->keys);
}

void
hop_data_destroy_list(struct hop_object *o)
{
    hop_release(((struct hop_data_list *)o)->table);
    hop_array_destroy(o);
}

static struct hop_value
make_table(struct hop_context *cx, struct hop_string *name)
{
    struct hop_data_table *t = hop_object_new(cx, &hop_class_data_table);
    struct hop_value v = hop_obj(t);

    t->name = name ? hop_string_retain(name) : hop_string_empty();
    t->columns = hop_data_make_list(cx, &hop_class_data_columns, v);
    t->rows = hop_data_make_list(cx, &hop_class_data_rows, v);
    return v;
}

METHOD(new_table)
{
    RETURN(make_table(cx, c->n && !ARG_NULL(0) ? ARG_S(0) : NULL));
}

METHOD(new_row)
{
    RETURN(hop_obj(hop_data_make_row(cx, c->self)));
}

/* Clone, or Copy when data is set. */
METHOD(copy_table)
{
    struct hop_data_table *t = hop_data_table_of(c->self);
    struct hop_value v = make_table(cx, t->name);
    struct hop_data_table *to = hop_data_table_of(v);
    struct hop_array *rows = (struct hop_array *)t->rows.u.o;

    for (size_t i = 0; i < hop_data_columns_of(t)->n; i++) {
        struct hop_data_column *from = hop_data_column_at(t, i);
        struct hop_data_column *k =
            hop_data_make_column(cx, from->name, from->type);

        k->no_null = from->no_null;
        k->counts = from->counts;
        k->next = from->next;
        k->step = from->step;
        k->fallback = hop_retain(from->fallback);
        hop_array_push(hop_data_columns_of(to), hop_obj(k));
    }
    for (size_t i = 0; c->data && i < rows->n; i++) {
        struct hop_data_row *from = (struct hop_data_row *)rows->items[i].u.o;
        struct hop_data_row *r = hop_data_make_row(cx, v);

        for (size_t k = 0; k < r->n; k++)
            hop_value_set(&r->cell[k], hop_retain(from->cell[k]));
        r->added = true;
        hop_array_push((struct hop_array *)to->rows.u.o, hop_obj(r));
    }
    RETURN(v);
}

METHOD(import_row)
{
    struct hop_data_row *from =
        (struct hop_data_row *)hop_value_base(c->args[0]).u.o;
    struct hop_data_row *r = hop_data_make_row(cx, c->self);
    HOP_AUTO_VALUE struct hop_value v = hop_obj(r);

    for (size_t i = 0; i < r->n && i < from->n; i++)
        if (!hop_data_store(cx, r, i, from->cell[i]))
            return false;
    r->added = true;
    hop_array_push((struct hop_array *)hop_data_table_of(c->self)->rows.u.o,
                   hop_value_steal(&v));
    return true;
}

/* "Name DESC, Id" sorts by insertion, which keeps the order of equal rows. */
static bool
sort_rows(struct hop_context *cx, struct hop_data_table *t, struct hop_array *a,
          const char *by)
{
    size_t columns[8], n = 0;
    bool down[8];

    while (*by && n < HOP_ARRAY_SIZE(columns)) {
        size_t len;

        by += strspn(by, " ,");
        len = strcspn(by, " ,");
        if (len == 0)
            break;
        columns[n] = *by == '[' ? hop_data_find_column(t, by + 1, len - 2)
                                : hop_data_find_column(t, by, len);
        if (columns[n] == SIZE_MAX)
            return hop_throw(cx, &hop_exception_index_range,
                             "Cannot find column %.*s.", (int)len, by);
        by += len;
        by += strspn(by, " ");
        down[n] = strncasecmp(by, "DESC", 4) == 0;
        by += strcspn(by, ",");
        n++;
    }
    for (size_t i = 1; i < a->n; i++)
        for (size_t k = i; k > 0; k--) {
            struct hop_data_row *x = (struct hop_data_row *)a->items[k - 1].u.o;
            struct hop_data_row *y = (struct hop_data_row *)a->items[k].u.o;
            struct hop_value swap = a->items[k];
            int order = 0;

            for (size_t j = 0; j < n && order == 0; j++) {
                if (!hop_compare(cx, x->cell[columns[j]], y->cell[columns[j]],
                                 true, &order))
                    hop_drop_exception(cx);
                order = down[j] ? -order : order;
            }
            if (order <= 0)
                break;
            a->items[k] = a->items[k - 1];
            a->items[k - 1] = swap;
        }
    return true;
}

METHOD(select_rows)
{
    struct hop_data_table *t = hop_data_table_of(c->self);
    struct hop_array *rows = (struct hop_array *)t->rows.u.o;
    struct hop_array *a =
        hop_array_new_of(cx, hop_types_array(cx, &hop_class_data_row, 1), 0);
    HOP_AUTO_VALUE struct hop_value v = hop_obj(a);

    for (size_t i = 0; i < rows->n; i++) {
        bool yes = true;

        if (c->n && !ARG_NULL(0) &&
            !hop_data_filter(cx, ARG_S(0)->data, ARG_S(0)->len,
                             hop_data_cell_by_name, rows->items[i].u.o, &yes))
            return false;
        if (yes)
            hop_array_push(a, hop_retain(rows->items[i]));
    }
    if (c->n > 1 && !ARG_NULL(1) && !sort_rows(cx, t, a, ARG_S(1)->data))
        return false;
    RETURN(hop_value_steal(&v));
}

enum { T_NAME, T_COLUMNS, T_ROWS, T_KEYS, T_ERRORS };

GETTER(get_table)
{
    struct hop_data_table *t = hop_data_table_of(self);

    switch (data) {
    case T_NAME: *out = hop_str(hop_string_retain(t->name)); break;
    case T_COLUMNS: *out = hop_retain(t->columns); break;
    case T_ROWS: *out = hop_retain(t->rows); break;
    case T_KEYS:
        *out = hop_is_null(t->keys) ? hop_obj(hop_array_new(cx, 0))
                                    : hop_retain(t->keys);
        break;
    default: *out = hop_bool(false); break;
    }
    return true;
}

SETTER(set_table)
{
    struct hop_data_table *t = hop_data_table_of(self);

    if (data == T_KEYS) {
        hop_value_set(&t->keys, hop_retain(v));
        return true;
    }
    hop_string_release(t->name);
    t->name = hop_is_null(v) ? hop_string_empty() : hop_string_retain(v.u.s);
    return true;
}

static bool
iterate_table(struct hop_context *cx, struct hop_value v, struct hop_iter *it)
{
    return hop_iter_init(cx, it, hop_data_table_of(v)->rows);
}

static bool
show_table(struct hop_context *cx, struct hop_value v, struct hop_string **out)
{
    *out = hop_string_retain(hop_data_table_of(v)->name);
    return true;
}

GETTER(get_list_count)
{
    *out = hop_int((int32_t)((struct hop_array *)self.u.o)->n);
    return true;
}

/* ---- tables of members ---- */

const struct hop_property hop_data_list_properties[] = {
    {"Count", "int", get_list_count},
    END_PROPERTIES,
};

static const struct hop_property table_properties[] = {
    {"TableName", "string", get_table, set_table, 0, T_NAME},
    {"Columns", HOP_DATA_NAME("DataColumnCollection"), get_table, NULL, 0,
     T_COLUMNS},
    {"Rows", HOP_DATA_NAME("DataRowCollection"), get_table, NULL, 0, T_ROWS},
    {"PrimaryKey", HOP_DATA_NAME("DataColumn") "[]", get_table, set_table, 0,
     T_KEYS},
    {"HasErrors", "bool", get_table, NULL, 0, T_ERRORS},
    END_PROPERTIES,
};

static const struct hop_method table_methods[] = {
    {HOP_DATA_NAME("DataRow") " NewRow()", new_row},
    {HOP_DATA_NAME("DataRow") "[] Select()", select_rows},
    {HOP_DATA_NAME("DataRow") "[] Select(string filterExpression)",
     select_rows},
    {HOP_DATA_NAME("DataRow") "[] Select(string filterExpression, string sort)",
     select_rows},
    {HOP_DATA_NAME("DataTable") " Clone()", copy_table, false},
    {HOP_DATA_NAME("DataTable") " Copy()", copy_table, true},
    {"void ImportRow(" HOP_DATA_NAME("DataRow") " row)", import_row},
    {"void Clear()", hop_data_clear_rows, true},
    {"void AcceptChanges()", hop_method_nothing},
    {"void Dispose()", hop_method_nothing},
    END_METHODS,
};

static const struct hop_method table_constructors[] = {
    {HOP_DATA_NAME("DataTable") " new()", new_table},
    {HOP_DATA_NAME("DataTable") " new(string tableName)", new_table},
    END_METHODS,
};

const struct hop_class hop_class_data_table = {
    .name = HOP_DATA_NAME("DataTable"),
    .base = &hop_class_object,
    .flags = HOP_CLASS_ENUMERABLE,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_data_table),
    .properties = table_properties,
    .methods = table_methods,
    .constructors = table_constructors,
    .destroy = destroy_table,
    .to_string = show_table,
    .iterate = iterate_table,
};
