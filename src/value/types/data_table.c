/* System.Data: DataTable, DataRow, DataColumn and their collections.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "value/types/data_filter.h"
#include "value/types/def.h"
#include "value/types/interfaces.h"
#include "value/types/more.h"

struct column {
    struct hop_object base;
    struct hop_string *name, *caption;
    const struct hop_class *type;
    struct hop_value fallback; /* DefaultValue, or null */
    bool no_null, counts, read_only, unique;
    int64_t next, step;
};

struct table {
    struct hop_object base;
    struct hop_string *name;
    struct hop_value columns, rows; /* struct list, owned */
    struct hop_value keys;          /* DataColumn[] or null */
};

/* Rows or columns of a table, which outlives them. */
struct list {
    struct hop_array a;
    struct hop_value table; /* owned: the ring is freed with the context */
};

struct row {
    struct hop_object base;
    struct hop_value table;
    struct hop_value *cell;
    size_t n;
    bool added, deleted;
};

static struct table *
table_of(struct hop_value v)
{
    return (struct table *)v.u.o;
}

static struct hop_array *
columns_of(const struct table *t)
{
    return (struct hop_array *)t->columns.u.o;
}

static struct column *
column_at(const struct table *t, size_t i)
{
    return (struct column *)columns_of(t)->items[i].u.o;
}

static struct hop_value
nothing_value(struct hop_context *cx)
{
    return hop_obj(hop_object_new(cx, &hop_class_dbnull));
}

static void
destroy_column(struct hop_object *o)
{
    hop_string_release(((struct column *)o)->name);
    hop_string_release(((struct column *)o)->caption);
    hop_release(((struct column *)o)->fallback);
}

static void
destroy_table(struct hop_object *o)
{
    struct table *t = (struct table *)o;

    hop_string_release(t->name);
    hop_release(t->columns);
    hop_release(t->rows);
    hop_release(t->keys);
}

static void
destroy_list(struct hop_object *o)
{
    hop_release(((struct list *)o)->table);
    hop_array_destroy(o);
}

static void
destroy_row(struct hop_object *o)
{
    struct row *r = (struct row *)o;

    for (size_t i = 0; i < r->n; i++)
        hop_release(r->cell[i]);
    free(r->cell);
    hop_release(r->table);
}

/* ---- columns ---- */

/* The index of a column, or SIZE_MAX. */
static size_t
find_column(const struct table *t, const char *name, size_t n)
{
    for (size_t i = 0; i < columns_of(t)->n; i++) {
        const struct hop_string *s = column_at(t, i)->name;

        if (hop_text_ieq(s->data, s->len, name, n))
            return i;
    }
    return SIZE_MAX;
}

static struct column *
make_column(struct hop_context *cx, struct hop_string *name,
            const struct hop_class *type)
{
    struct column *c = hop_object_new(cx, &hop_class_data_column);

    c->name = name ? hop_string_retain(name) : hop_string_empty();
    c->type = type ? type : &hop_class_string;
    c->step = 1;
    return c;
}

METHOD(new_column)
{
    if (c->n > 1 && c->args[1].kind != HOP_TYPE)
        return hop_throw_null(cx, "dataType");
    RETURN(hop_obj(make_column(cx, c->n && !ARG_NULL(0) ? ARG_S(0) : NULL,
                               c->n > 1 ? c->args[1].u.cls : NULL)));
}

/* A row's cell as the column has it when nothing is said. */
static struct hop_value
first_value(struct hop_context *cx, struct column *c)
{
    int64_t v = c->next;

    if (c->counts) {
        c->next += c->step;
        return hop_integer(c->type->kind == HOP_INT64 ? HOP_INT64 : HOP_INT32,
                           v);
    }
    return hop_is_null(c->fallback) ? nothing_value(cx)
                                    : hop_retain(c->fallback);
}

METHOD(add_column)
{
    struct list *l = (struct list *)c->self.u.o;
    struct table *t = table_of(l->table);
    struct column *col;
    HOP_AUTO_VALUE struct hop_value v = hop_null();
    struct hop_array *rows = (struct hop_array *)t->rows.u.o;

    if (c->n == 1 && hop_value_is(c->args[0], &hop_class_data_column)) {
        v = hop_retain(hop_value_base(c->args[0]));
    } else {
        if (c->n && ARG_NULL(0))
            return hop_throw_null(cx, "columnName");
        v = hop_obj(make_column(cx, c->n ? ARG_S(0) : NULL,
                                c->n > 1 ? c->args[1].u.cls : NULL));
    }
    col = (struct column *)v.u.o;
    if (col->name->len == 0) {
        hop_string_release(col->name);
        col->name = hop_string_format("Column%zu", l->a.n + 1);
    }
    if (find_column(t, col->name->data, col->name->len) != SIZE_MAX)
        return hop_throw(cx, &hop_exception_duplicate_name,
                         "A column named '%s' already belongs to this "
                         "DataTable.",
                         col->name->data);
    hop_array_push(&l->a, hop_retain(v));
    for (size_t i = 0; i < rows->n; i++) {
        struct row *r = (struct row *)rows->items[i].u.o;

        r->cell = hop_xrealloc(r->cell, r->n + 1, sizeof(*r->cell));
        r->cell[r->n++] = first_value(cx, col);
    }
    if (!c->data)
        c->result = hop_retain(v);
    return true;
}

METHOD(add_columns)
{
    struct hop_array *a = hop_as_array(c->args[0]);

    for (size_t i = 0; a && i < a->n; i++) {
        struct hop_call one = *c;

        one.args = &a->items[i];
        one.n = 1;
        if (!add_column(cx, &one))
            return false;
        hop_release(one.result);
    }
    return true;
}

/* data: 0 the column (null: none), 1 whether there is one, 2 its index. */
METHOD(column_item)
{
    struct list *l = (struct list *)c->self.u.o;
    size_t i = c->args[0].kind == HOP_INT32 ? (size_t)ARG_I(0)
               : ARG_NULL(0)                ? SIZE_MAX
                             : find_column(table_of(l->table), ARG_S(0)->data,
                                           ARG_S(0)->len);

    if (c->data == 1)
        RETURN(hop_bool(i < l->a.n));
    if (c->data == 2)
        RETURN(hop_int(i < l->a.n ? (int32_t)i : -1));
    RETURN(i < l->a.n ? hop_retain(l->a.items[i]) : hop_null());
}

METHOD(remove_column)
{
    struct list *l = (struct list *)c->self.u.o;
    struct table *t = table_of(l->table);
    struct hop_array *rows = (struct hop_array *)t->rows.u.o;
    size_t i = find_column(t, ARG_S(0)->data, ARG_S(0)->len);

    if (i == SIZE_MAX)
        return hop_throw(cx, &hop_exception_argument,
                         "Column '%s' does not belong to table %s.",
                         ARG_S(0)->data, t->name->data);
    hop_array_remove(&l->a, i);
    for (size_t k = 0; k < rows->n; k++) {
        struct row *r = (struct row *)rows->items[k].u.o;

        hop_release(r->cell[i]);
        memmove(&r->cell[i], &r->cell[i + 1],
                (r->n - i - 1) * sizeof(*r->cell));
        r->n--;
    }
    return true;
}

enum {
    C_NAME,
    C_CAPTION,
    C_TYPE,
    C_NULL,
    C_DEFAULT,
    C_COUNTS,
    C_SEED,
    C_STEP,
    C_UNIQUE,
    C_READ_ONLY
};

GETTER(get_column)
{
    struct column *c = (struct column *)self.u.o;

    switch (data) {
    case C_NAME: *out = hop_str(hop_string_retain(c->name)); break;
    case C_CAPTION:
        *out = hop_str(hop_string_retain(c->caption ? c->caption : c->name));
        break;
    case C_TYPE: *out = hop_type(c->type); break;
    case C_NULL: *out = hop_bool(!c->no_null); break;
    case C_DEFAULT:
        *out = hop_is_null(c->fallback) ? nothing_value(cx)
                                        : hop_retain(c->fallback);
        break;
    case C_COUNTS: *out = hop_bool(c->counts); break;
    case C_SEED: *out = hop_long(c->next); break;
    case C_STEP: *out = hop_long(c->step); break;
    case C_UNIQUE: *out = hop_bool(c->unique); break;
    default: *out = hop_bool(c->read_only); break;
    }
    return true;
}

SETTER(set_column)
{
    struct column *c = (struct column *)self.u.o;
    struct hop_string **text = data == C_NAME ? &c->name : &c->caption;

    switch (data) {
    case C_NAME:
    case C_CAPTION:
        hop_string_release(*text);
        *text = hop_is_null(v) ? hop_string_empty() : hop_string_retain(v.u.s);
        break;
    case C_TYPE: c->type = v.kind == HOP_TYPE ? v.u.cls : c->type; break;
    case C_NULL: c->no_null = !v.u.i; break;
    case C_DEFAULT: hop_value_set(&c->fallback, hop_retain(v)); break;
    case C_COUNTS:
        c->counts = v.u.i != 0;
        if (c->type == &hop_class_string)
            c->type = &hop_class_int32;
        break;
    case C_SEED: c->next = v.u.i; break;
    case C_STEP: c->step = v.u.i; break;
    case C_UNIQUE: c->unique = v.u.i != 0; break;
    default: c->read_only = v.u.i != 0; break;
    }
    return true;
}

static bool
show_column(struct hop_context *cx, struct hop_value v, struct hop_string **out)
{
    *out = hop_string_retain(((struct column *)v.u.o)->name);
    return true;
}

/* ---- rows ---- */

static struct row *
make_row(struct hop_context *cx, struct hop_value table)
{
    struct table *t = table_of(table);
    struct row *r = hop_object_new(cx, &hop_class_data_row);

    r->table = hop_retain(table);
    r->n = columns_of(t)->n;
    r->cell = hop_xcalloc(r->n + 1, sizeof(*r->cell));
    for (size_t i = 0; i < r->n; i++)
        r->cell[i] = first_value(cx, column_at(t, i));
    return r;
}

/* Stores a value as the column's type. */
static bool
store(struct hop_context *cx, struct row *r, size_t i, struct hop_value v)
{
    struct column *c = column_at(table_of(r->table), i);
    struct hop_value x = hop_null();
    HOP_AUTO_BUF struct hop_buf type = HOP_BUF_INIT;
    HOP_AUTO_STRING struct hop_string *text = NULL;

    v = hop_value_base(v);
    if (hop_is_null(v) || hop_is_exactly(v, &hop_class_dbnull)) {
        hop_value_set(&r->cell[i], nothing_value(cx));
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
check_row(struct hop_context *cx, struct row *r)
{
    struct table *t = table_of(r->table);

    for (size_t i = 0; i < r->n; i++)
        if (column_at(t, i)->no_null &&
            hop_is_exactly(r->cell[i], &hop_class_dbnull))
            return hop_throw(cx, &hop_exception_no_null,
                             "Column '%s' does not allow nulls.",
                             column_at(t, i)->name->data);
    return true;
}

static bool
append_row(struct hop_context *cx, struct list *l, struct row *r)
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
    return append_row(cx, (struct list *)c->self.u.o,
                      (struct row *)hop_value_base(c->args[0]).u.o);
}

METHOD(add_row)
{
    struct list *l = (struct list *)c->self.u.o;
    struct hop_array *values = hop_as_array(c->args[0]);
    struct row *r = make_row(cx, l->table);
    HOP_AUTO_VALUE struct hop_value v = hop_obj(r);
    size_t n = values ? values->n : 0;

    if (n > r->n)
        return hop_throw(cx, &hop_exception_argument,
                         "Input array is longer than the number of columns in "
                         "this table.");
    for (size_t i = 0; i < n; i++) {
        if (hop_is_null(values->items[i]) &&
            column_at(table_of(l->table), i)->counts)
            continue;
        if (!store(cx, r, i, values->items[i]))
            return false;
    }
    if (!append_row(cx, l, r))
        return false;
    RETURN(hop_value_steal(&v));
}

static bool
drop_row(struct hop_array *rows, struct row *r)
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
        !drop_row(rows, (struct row *)hop_value_base(c->args[0]).u.o))
        return hop_throw(cx, &hop_exception_index_range,
                         "The given DataRow is not in the current "
                         "DataRowCollection.");
    return true;
}

METHOD(clear_rows)
{
    hop_array_clear(c->data ? (struct hop_array *)table_of(c->self)->rows.u.o
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
    struct list *l = (struct list *)c->self.u.o;
    struct table *t = table_of(l->table);
    struct hop_array *keys = hop_as_array(t->keys);
    size_t at = SIZE_MAX;

    if (!keys || keys->n == 0)
        return hop_throw(cx, &hop_exception_missing_key,
                         "Table doesn't have a primary key.");
    for (size_t i = 0; i < columns_of(t)->n; i++)
        if (columns_of(t)->items[i].u.o == keys->items[0].u.o)
            at = i;
    for (size_t i = 0; at != SIZE_MAX && i < l->a.n; i++)
        if (hop_equals(cx, ((struct row *)l->a.items[i].u.o)->cell[at],
                       c->args[0], true))
            RETURN(hop_retain(l->a.items[i]));
    RETURN(hop_null());
}

static const struct hop_value *
cell_by_name(void *arg, const char *name, size_t n)
{
    struct row *r = arg;
    size_t i = find_column(table_of(r->table), name, n);

    return i < r->n ? &r->cell[i] : NULL;
}

static int
get_cell(struct hop_context *cx, struct hop_value self,
         const struct hop_string *name, struct hop_value *out)
{
    const struct hop_value *v =
        cell_by_name(hop_value_base(self).u.o, name->data, name->len);

    if (!v)
        return 0;
    *out = hop_retain(*v);
    return 1;
}

static int
set_cell(struct hop_context *cx, struct hop_value self,
         const struct hop_string *name, struct hop_value v)
{
    struct row *r = (struct row *)hop_value_base(self).u.o;
    size_t i = find_column(table_of(r->table), name->data, name->len);

    if (i >= r->n)
        return 0;
    return store(cx, r, i, v) ? 1 : -1;
}

static void
each_cell(struct hop_value self, bool (*f)(void *, struct hop_string *),
          void *arg)
{
    struct row *r = (struct row *)hop_value_base(self).u.o;

    for (size_t i = 0; i < r->n; i++)
        if (!f(arg, column_at(table_of(r->table), i)->name))
            return;
}

/* The index that an argument names; false: an exception is pending. */
static bool
cell_index(struct hop_context *cx, struct hop_call *c, size_t *i)
{
    struct row *r = (struct row *)c->self.u.o;
    struct table *t = table_of(r->table);

    if (c->args[0].kind == HOP_INT32) {
        *i = (size_t)ARG_I(0);
        return *i < r->n ||
               hop_throw(cx, &hop_exception_index_range,
                         "Cannot find column %lld.", (long long)ARG_I(0));
    }
    if (ARG_NULL(0))
        return hop_throw_null(cx, "name");
    *i = find_column(t, ARG_S(0)->data, ARG_S(0)->len);
    return *i < r->n || hop_throw(cx, &hop_exception_argument,
                                  "Column '%s' does not belong to table %s.",
                                  ARG_S(0)->data, t->name->data);
}

METHOD(get_item)
{
    size_t i;

    if (!cell_index(cx, c, &i))
        return false;
    RETURN(hop_retain(((struct row *)c->self.u.o)->cell[i]));
}

METHOD(set_item)
{
    size_t i;

    return cell_index(cx, c, &i) &&
           store(cx, (struct row *)c->self.u.o, i, c->args[1]);
}

METHOD(is_cell_null)
{
    size_t i;

    if (!cell_index(cx, c, &i))
        return false;
    RETURN(hop_bool(hop_is_exactly(((struct row *)c->self.u.o)->cell[i],
                                   &hop_class_dbnull)));
}

METHOD(delete_row)
{
    struct row *r = (struct row *)c->self.u.o;

    drop_row((struct hop_array *)table_of(r->table)->rows.u.o, r);
    return true;
}

METHOD(nothing)
{
    return true;
}

enum { R_TABLE, R_ITEMS, R_STATE, R_ERRORS };

GETTER(get_row)
{
    struct row *r = (struct row *)self.u.o;

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
    struct row *r = (struct row *)self.u.o;
    struct hop_array *a = hop_as_array(v);

    for (size_t i = 0; a && i < a->n && i < r->n; i++)
        if (!store(cx, r, i, a->items[i]))
            return false;
    return true;
}

/* ---- tables ---- */

static struct hop_value
make_list(struct hop_context *cx, const struct hop_class *cls,
          struct hop_value table)
{
    struct list *l = hop_object_new(cx, cls);

    l->table = hop_retain(table);
    return hop_obj(l);
}

static struct hop_value
make_table(struct hop_context *cx, struct hop_string *name)
{
    struct table *t = hop_object_new(cx, &hop_class_data_table);
    struct hop_value v = hop_obj(t);

    t->name = name ? hop_string_retain(name) : hop_string_empty();
    t->columns = make_list(cx, &hop_class_data_columns, v);
    t->rows = make_list(cx, &hop_class_data_rows, v);
    return v;
}

METHOD(new_table)
{
    RETURN(make_table(cx, c->n && !ARG_NULL(0) ? ARG_S(0) : NULL));
}

METHOD(new_row)
{
    RETURN(hop_obj(make_row(cx, c->self)));
}

/* Clone, or Copy when data is set. */
METHOD(copy_table)
{
    struct table *t = table_of(c->self);
    struct hop_value v = make_table(cx, t->name);
    struct table *to = table_of(v);
    struct hop_array *rows = (struct hop_array *)t->rows.u.o;

    for (size_t i = 0; i < columns_of(t)->n; i++) {
        struct column *from = column_at(t, i);
        struct column *k = make_column(cx, from->name, from->type);

        k->no_null = from->no_null;
        k->counts = from->counts;
        k->next = from->next;
        k->step = from->step;
        k->fallback = hop_retain(from->fallback);
        hop_array_push(columns_of(to), hop_obj(k));
    }
    for (size_t i = 0; c->data && i < rows->n; i++) {
        struct row *from = (struct row *)rows->items[i].u.o;
        struct row *r = make_row(cx, v);

        for (size_t k = 0; k < r->n; k++)
            hop_value_set(&r->cell[k], hop_retain(from->cell[k]));
        r->added = true;
        hop_array_push((struct hop_array *)to->rows.u.o, hop_obj(r));
    }
    RETURN(v);
}

METHOD(import_row)
{
    struct row *from = (struct row *)hop_value_base(c->args[0]).u.o;
    struct row *r = make_row(cx, c->self);
    HOP_AUTO_VALUE struct hop_value v = hop_obj(r);

    for (size_t i = 0; i < r->n && i < from->n; i++)
        if (!store(cx, r, i, from->cell[i]))
            return false;
    r->added = true;
    hop_array_push((struct hop_array *)table_of(c->self)->rows.u.o,
                   hop_value_steal(&v));
    return true;
}

/* "Name DESC, Id" sorts by insertion, which keeps the order of equal rows. */
static bool
sort_rows(struct hop_context *cx, struct table *t, struct hop_array *a,
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
        columns[n] = *by == '[' ? find_column(t, by + 1, len - 2)
                                : find_column(t, by, len);
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
            struct row *x = (struct row *)a->items[k - 1].u.o;
            struct row *y = (struct row *)a->items[k].u.o;
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
    struct table *t = table_of(c->self);
    struct hop_array *rows = (struct hop_array *)t->rows.u.o;
    struct hop_array *a =
        hop_array_new_of(cx, hop_types_array(cx, &hop_class_data_row, 1), 0);
    HOP_AUTO_VALUE struct hop_value v = hop_obj(a);

    for (size_t i = 0; i < rows->n; i++) {
        bool yes = true;

        if (c->n && !ARG_NULL(0) &&
            !hop_data_filter(cx, ARG_S(0)->data, ARG_S(0)->len, cell_by_name,
                             rows->items[i].u.o, &yes))
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
    struct table *t = table_of(self);

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
    struct table *t = table_of(self);

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
    return hop_iter_init(cx, it, table_of(v)->rows);
}

static bool
show_table(struct hop_context *cx, struct hop_value v, struct hop_string **out)
{
    *out = hop_string_retain(table_of(v)->name);
    return true;
}

GETTER(get_list_count)
{
    *out = hop_int((int32_t)((struct hop_array *)self.u.o)->n);
    return true;
}

/* ---- tables of members ---- */

#define DATA(n) "System.Data." n
#define COL(n, type, d)                                                        \
    {                                                                          \
        n, type, get_column, set_column, 0, d                                  \
    }
static const struct hop_property column_properties[] = {
    COL("AllowDBNull", "bool", C_NULL),
    COL("AutoIncrement", "bool", C_COUNTS),
    COL("AutoIncrementSeed", "long", C_SEED),
    COL("AutoIncrementStep", "long", C_STEP),
    COL("Caption", "string", C_CAPTION),
    COL("ColumnName", "string", C_NAME),
    COL("DataType", "type", C_TYPE),
    COL("DefaultValue", "System.Object", C_DEFAULT),
    COL("ReadOnly", "bool", C_READ_ONLY),
    COL("Unique", "bool", C_UNIQUE),
    END_PROPERTIES,
};

static const struct hop_method column_constructors[] = {
    {DATA("DataColumn") " new()", new_column},
    {DATA("DataColumn") " new(string columnName)", new_column},
    {DATA("DataColumn") " new(string columnName, type dataType)", new_column},
    END_METHODS,
};

const struct hop_class hop_class_data_column = {
    .name = DATA("DataColumn"),
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct column),
    .properties = column_properties,
    .constructors = column_constructors,
    .destroy = destroy_column,
    .to_string = show_column,
};

#define ROW(n, type, set, d)                                                   \
    {                                                                          \
        n, type, get_row, set, HOP_PROP_HIDDEN, d                              \
    }
static const struct hop_property row_properties[] = {
    ROW("Table", DATA("DataTable"), NULL, R_TABLE),
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
    {"void AcceptChanges()", nothing},
    {"void BeginEdit()", nothing},
    {"void EndEdit()", nothing},
    END_METHODS,
};

const struct hop_class hop_class_data_row = {
    .name = DATA("DataRow"),
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct row),
    .properties = row_properties,
    .methods = row_methods,
    .destroy = destroy_row,
    .get_dynamic = get_cell,
    .set_dynamic = set_cell,
    .each_dynamic = each_cell,
};

static const struct hop_property list_properties[] = {
    {"Count", "int", get_list_count},
    END_PROPERTIES,
};

static const struct hop_method columns_methods[] = {
    {DATA("DataColumn") " Add()", add_column},
    {"void Add(" DATA("DataColumn") " column)", add_column, true},
    {DATA("DataColumn") " Add(string columnName)", add_column},
    {DATA("DataColumn") " Add(string columnName, type type)", add_column},
    {"void AddRange(" DATA("DataColumn") "[] columns)", add_columns},
    {DATA("DataColumn") " Item(string name)", column_item, 0},
    {DATA("DataColumn") " Item(int index)", column_item, 0},
    {"bool Contains(string name)", column_item, 1},
    {"int IndexOf(string columnName)", column_item, 2},
    {"void Remove(string name)", remove_column},
    {"System.Collections.IEnumerator GetEnumerator()", hop_get_enumerator},
    END_METHODS,
};

static const struct hop_method rows_methods[] = {
    {"void Add(" DATA("DataRow") " row)", add_made_row},
    {DATA("DataRow") " Add(params System.Object[] values)", add_row},
    {DATA("DataRow") " Item(int index)", row_at},
    {DATA("DataRow") " Find(System.Object key)", find_row},
    {"void Remove(" DATA("DataRow") " row)", remove_row},
    {"void RemoveAt(int index)", remove_row},
    {"void Clear()", clear_rows, false},
    {"System.Collections.IEnumerator GetEnumerator()", hop_get_enumerator},
    END_METHODS,
};

#define LIST(c_, text, methods_)                                               \
    const struct hop_class hop_class_##c_ = {                                  \
        .name = DATA(text),                                                    \
        .base = &hop_class_object,                                             \
        .flags = HOP_CLASS_LIST,                                               \
        .kind = HOP_OBJECT,                                                    \
        .size = sizeof(struct list),                                           \
        .properties = list_properties,                                         \
        .methods = methods_,                                                   \
        .destroy = destroy_list,                                               \
    }
LIST(data_columns, "DataColumnCollection", columns_methods);
LIST(data_rows, "DataRowCollection", rows_methods);

static const struct hop_property table_properties[] = {
    {"TableName", "string", get_table, set_table, 0, T_NAME},
    {"Columns", DATA("DataColumnCollection"), get_table, NULL, 0, T_COLUMNS},
    {"Rows", DATA("DataRowCollection"), get_table, NULL, 0, T_ROWS},
    {"PrimaryKey", DATA("DataColumn") "[]", get_table, set_table, 0, T_KEYS},
    {"HasErrors", "bool", get_table, NULL, 0, T_ERRORS},
    END_PROPERTIES,
};

static const struct hop_method table_methods[] = {
    {DATA("DataRow") " NewRow()", new_row},
    {DATA("DataRow") "[] Select()", select_rows},
    {DATA("DataRow") "[] Select(string filterExpression)", select_rows},
    {DATA("DataRow") "[] Select(string filterExpression, string sort)",
     select_rows},
    {DATA("DataTable") " Clone()", copy_table, false},
    {DATA("DataTable") " Copy()", copy_table, true},
    {"void ImportRow(" DATA("DataRow") " row)", import_row},
    {"void Clear()", clear_rows, true},
    {"void AcceptChanges()", nothing},
    {"void Dispose()", nothing},
    END_METHODS,
};

static const struct hop_method table_constructors[] = {
    {DATA("DataTable") " new()", new_table},
    {DATA("DataTable") " new(string tableName)", new_table},
    END_METHODS,
};

const struct hop_class hop_class_data_table = {
    .name = DATA("DataTable"),
    .base = &hop_class_object,
    .flags = HOP_CLASS_ENUMERABLE,
    .kind = HOP_OBJECT,
    .size = sizeof(struct table),
    .properties = table_properties,
    .methods = table_methods,
    .constructors = table_constructors,
    .destroy = destroy_table,
    .to_string = show_table,
    .iterate = iterate_table,
};
