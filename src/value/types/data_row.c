/* DataRow and DataRowCollection.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "value/types/data_table.h"
#include "value/types/def.h"
#include "value/types/interfaces.h"
#include "value/types/more.h"

static void
destroy_row(struct hop_object *o)
{
    struct hop_data_row *r = (struct hop_data_row *)o;

    for (size_t i = 0; i < r->n; i++)
        hop_release(r->cell[i]);
    free(r->cell);
    hop_release(r->table);
}

/* ---- rows ---- */

struct hop_data_row *
hop_data_make_row(struct hop_context *cx, struct hop_value table)
{
    struct hop_data_table *t = hop_data_table_of(table);
    struct hop_data_row *r = hop_object_new(cx, &hop_class_data_row);

    r->table = hop_retain(table);
    r->n = hop_data_columns_of(t)->n;
    r->cell = hop_xcalloc(r->n + 1, sizeof(*r->cell));
    for (size_t i = 0; i < r->n; i++)
        r->cell[i] = hop_data_first_value(cx, hop_data_column_at(t, i));
    return r;
}

bool
hop_data_store(struct hop_context *cx, struct hop_data_row *r, size_t i,
               struct hop_value v)
{
    struct hop_data_column *c =
        hop_data_column_at(hop_data_table_of(r->table), i);
    struct hop_value x = hop_null();
    HOP_AUTO_BUF struct hop_buf type = HOP_BUF_INIT;
    HOP_AUTO_STRING struct hop_string *text = NULL;

    v = hop_value_base(v);
    if (hop_is_null(v) || hop_is_exactly(v, &hop_class_dbnull)) {
        hop_value_set(&r->cell[i], hop_data_nothing(cx));
        return true;
    }
    if (hop_try_convert(cx, v, c->type, &x)) {
        hop_value_set(&r->cell[i], x);
        return true;
    }
    hop_class_add_name(c->type, &type);
    if (!hop_to_string(cx, v, &text))
        return false;
    return hop_throw(cx, &hop_exception_argument,
                     "The input string '%s' was not in a correct "
                     "format.Couldn't store <%s> in %s Column.  Expected type "
                     "is %s.",
                     text->data, text->data, c->name->data, hop_buf_str(&type));
}

static bool
check_row(struct hop_context *cx, struct hop_data_row *r)
{
    struct hop_data_table *t = hop_data_table_of(r->table);

    for (size_t i = 0; i < r->n; i++)
        if (hop_data_column_at(t, i)->no_null &&
            hop_is_exactly(r->cell[i], &hop_class_dbnull))
            return hop_throw(cx, &hop_exception_no_null,
                             "Column '%s' does not allow nulls.",
                             hop_data_column_at(t, i)->name->data);
    return true;
}

static bool
append_row(struct hop_context *cx, struct hop_data_list *l,
           struct hop_data_row *r)
{
    if (r->added)
        return hop_throw(cx, &hop_exception_argument,
                         "This row already belongs to this table.");
    if (r->table.u.o != l->table.u.o)
        return hop_throw(cx, &hop_exception_argument,
                         "This row already belongs to another table.");
    if (!check_row(cx, r))
        return false;
    r->added = true;
    hop_array_push(&l->a, hop_retain(hop_obj(r)));
    return true;
}

METHOD(add_made_row)
{
    if (ARG_NULL(0))
        return hop_throw_null(cx, "row");
    return append_row(cx, (struct hop_data_list *)c->self.u.o,
                      (struct hop_data_row *)hop_value_base(c->args[0]).u.o);
}

METHOD(add_row)
{
    struct hop_data_list *l = (struct hop_data_list *)c->self.u.o;
    struct hop_array *values = hop_as_array(c->args[0]);
    struct hop_data_row *r = hop_data_make_row(cx, l->table);
    HOP_AUTO_VALUE struct hop_value v = hop_obj(r);
    size_t n = values ? values->n : 0;

    if (n > r->n)
        return hop_throw(cx, &hop_exception_argument,
                         "Input array is longer than the number of columns in "
                         "this table.");
    for (size_t i = 0; i < n; i++) {
        if (hop_is_null(values->items[i]) &&
            hop_data_column_at(hop_data_table_of(l->table), i)->counts)
            continue;
        if (!hop_data_store(cx, r, i, values->items[i]))
            return false;
    }
    if (!append_row(cx, l, r))
        return false;
    RETURN(hop_value_steal(&v));
}

static bool
drop_row(struct hop_array *rows, struct hop_data_row *r)
{
    for (size_t i = 0; i < rows->n; i++)
        if (rows->items[i].u.o == &r->base) {
            r->added = false;
            r->deleted = true;
            hop_array_remove(rows, i);
            return true;
        }
    return false;
}

METHOD(remove_row)
{
    struct hop_array *rows = (struct hop_array *)c->self.u.o;

    if (c->args[0].kind == HOP_INT32) {
        if (ARG_I(0) < 0 || (size_t)ARG_I(0) >= rows->n)
            return hop_throw(cx, &hop_exception_index_range,
                             "There is no row at position %lld.",
                             (long long)ARG_I(0));
        hop_array_remove(rows, (size_t)ARG_I(0));
        return true;
    }
    if (ARG_NULL(0) ||
        !drop_row(rows, (struct hop_data_row *)hop_value_base(c->args[0]).u.o))
        return hop_throw(cx, &hop_exception_index_range,
                         "The given DataRow is not in the current "
                         "DataRowCollection.");
    return true;
}

bool
hop_data_clear_rows(struct hop_context *cx, struct hop_call *c)
{
    hop_array_clear(
        c->data ? (struct hop_array *)hop_data_table_of(c->self)->rows.u.o
                : (struct hop_array *)c->self.u.o);
    return true;
}

METHOD(row_at)
{
    struct hop_array *rows = (struct hop_array *)c->self.u.o;

    if (ARG_I(0) < 0 || (size_t)ARG_I(0) >= rows->n)
        return hop_throw(cx, &hop_exception_index_range,
                         "There is no row at position %lld.",
                         (long long)ARG_I(0));
    RETURN(hop_retain(rows->items[ARG_I(0)]));
}

/* By the primary key. */
METHOD(find_row)
{
    struct hop_data_list *l = (struct hop_data_list *)c->self.u.o;
    struct hop_data_table *t = hop_data_table_of(l->table);
    struct hop_array *keys = hop_as_array(t->keys);
    size_t at = SIZE_MAX;

    if (!keys || keys->n == 0)
        return hop_throw(cx, &hop_exception_missing_key,
                         "Table doesn't have a primary key.");
    for (size_t i = 0; i < hop_data_columns_of(t)->n; i++)
        if (hop_data_columns_of(t)->items[i].u.o == keys->items[0].u.o)
            at = i;
    for (size_t i = 0; at != SIZE_MAX && i < l->a.n; i++)
        if (hop_equals(cx, ((struct hop_data_row *)l->a.items[i].u.o)->cell[at],
                       c->args[0], true))
            RETURN(hop_retain(l->a.items[i]));
    RETURN(hop_null());
}

const struct hop_value *
hop_data_cell_by_name(void *arg, const char *name, size_t n)
{
    struct hop_data_row *r = arg;
    size_t i = hop_data_find_column(hop_data_table_of(r->table), name, n);

    return i < r->n ? &r->cell[i] : NULL;
}

static int
get_cell(struct hop_context *cx, struct hop_value self,
         const struct hop_string *name, struct hop_value *out)
{
    const struct hop_value *v =
        hop_data_cell_by_name(hop_value_base(self).u.o, name->data, name->len);

    if (!v)
        return 0;
    *out = hop_retain(*v);
    return 1;
}

static int
set_cell(struct hop_context *cx, struct hop_value self,
         const struct hop_string *name, struct hop_value v)
{
    struct hop_data_row *r = (struct hop_data_row *)hop_value_base(self).u.o;
    size_t i = hop_data_find_column(hop_data_table_of(r->table), name->data,
                                    name->len);

    if (i >= r->n)
        return 0;
    return hop_data_store(cx, r, i, v) ? 1 : -1;
}

static void
each_cell(struct hop_value self, bool (*f)(void *, struct hop_string *),
          void *arg)
{
    struct hop_data_row *r = (struct hop_data_row *)hop_value_base(self).u.o;

    for (size_t i = 0; i < r->n; i++)
        if (!f(arg, hop_data_column_at(hop_data_table_of(r->table), i)->name))
            return;
}

/* The index that an argument names; false: an exception is pending. */
static bool
cell_index(struct hop_context *cx, struct hop_call *c, size_t *i)
{
    struct hop_data_row *r = (struct hop_data_row *)c->self.u.o;
    struct hop_data_table *t = hop_data_table_of(r->table);

    if (c->args[0].kind == HOP_INT32) {
        *i = (size_t)ARG_I(0);
        return *i < r->n ||
               hop_throw(cx, &hop_exception_index_range,
                         "Cannot find column %lld.", (long long)ARG_I(0));
    }
    if (ARG_NULL(0))
        return hop_throw_null(cx, "name");
    *i = hop_data_find_column(t, ARG_S(0)->data, ARG_S(0)->len);
    return *i < r->n || hop_throw(cx, &hop_exception_argument,
                                  "Column '%s' does not belong to table %s.",
                                  ARG_S(0)->data, t->name->data);
}

METHOD(get_item)
{
    size_t i;

    if (!cell_index(cx, c, &i))
        return false;
    RETURN(hop_retain(((struct hop_data_row *)c->self.u.o)->cell[i]));
}

METHOD(set_item)
{
    size_t i;

    return cell_index(cx, c, &i) &&
           hop_data_store(cx, (struct hop_data_row *)c->self.u.o, i,
                          c->args[1]);
}

METHOD(is_cell_null)
{
    size_t i;

    if (!cell_index(cx, c, &i))
        return false;
    RETURN(hop_bool(hop_is_exactly(
        ((struct hop_data_row *)c->self.u.o)->cell[i], &hop_class_dbnull)));
}

METHOD(delete_row)
{
    struct hop_data_row *r = (struct hop_data_row *)c->self.u.o;

    drop_row((struct hop_array *)hop_data_table_of(r->table)->rows.u.o, r);
    return true;
}

enum { R_TABLE, R_ITEMS, R_STATE, R_ERRORS };

GETTER(get_row)
{
    struct hop_data_row *r = (struct hop_data_row *)self.u.o;

    if (data == R_TABLE)
        *out = hop_retain(r->table);
    else if (data == R_ITEMS)
        *out = hop_obj(hop_array_from(cx, r->cell, r->n));
    else if (data == R_STATE)
        *out = hop_text(r->added ? "Added" : "Detached");
    else
        *out = hop_bool(false);
    return true;
}

SETTER(set_row)
{
    struct hop_data_row *r = (struct hop_data_row *)self.u.o;
    struct hop_array *a = hop_as_array(v);

    for (size_t i = 0; a && i < a->n && i < r->n; i++)
        if (!hop_data_store(cx, r, i, a->items[i]))
            return false;
    return true;
}

/* ---- tables ---- */

struct hop_value
hop_data_make_list(struct hop_context *cx, const struct hop_class *cls,
                   struct hop_value table)
{
    struct hop_data_list *l = hop_object_new(cx, cls);

    l->table = hop_retain(table);
    return hop_obj(l);
}

#define ROW(n, type, set, d)                                                   \
    {                                                                          \
        n, type, get_row, set, HOP_PROP_HIDDEN, d                              \
    }
static const struct hop_property row_properties[] = {
    ROW("Table", HOP_DATA_NAME("DataTable"), NULL, R_TABLE),
    ROW("ItemArray", "System.Object[]", set_row, R_ITEMS),
    ROW("RowState", "System.Object", NULL, R_STATE),
    ROW("HasErrors", "bool", NULL, R_ERRORS),
    END_PROPERTIES,
};

static const struct hop_method row_methods[] = {
    {"System.Object Item(string columnName)", get_item},
    {"System.Object Item(int columnIndex)", get_item},
    {"void set_Item(string columnName, System.Object value)", set_item},
    {"void set_Item(int columnIndex, System.Object value)", set_item},
    {"bool IsNull(string columnName)", is_cell_null},
    {"bool IsNull(int columnIndex)", is_cell_null},
    {"void Delete()", delete_row},
    {"void AcceptChanges()", hop_method_nothing},
    {"void BeginEdit()", hop_method_nothing},
    {"void EndEdit()", hop_method_nothing},
    END_METHODS,
};

const struct hop_class hop_class_data_row = {
    .name = HOP_DATA_NAME("DataRow"),
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_data_row),
    .properties = row_properties,
    .methods = row_methods,
    .destroy = destroy_row,
    .get_dynamic = get_cell,
    .set_dynamic = set_cell,
    .each_dynamic = each_cell,
};

static const struct hop_method rows_methods[] = {
    {"void Add(" HOP_DATA_NAME("DataRow") " row)", add_made_row},
    {HOP_DATA_NAME("DataRow") " Add(params System.Object[] values)", add_row},
    {HOP_DATA_NAME("DataRow") " Item(int index)", row_at},
    {HOP_DATA_NAME("DataRow") " Find(System.Object key)", find_row},
    {"void Remove(" HOP_DATA_NAME("DataRow") " row)", remove_row},
    {"void RemoveAt(int index)", remove_row},
    {"void Clear()", hop_data_clear_rows, false},
    {"System.Collections.IEnumerator GetEnumerator()", hop_get_enumerator},
    END_METHODS,
};

HOP_DATA_LIST(data_rows, "DataRowCollection", rows_methods);
