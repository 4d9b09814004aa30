/* DataColumn and DataColumnCollection.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "value/types/data_table.h"
#include "value/types/def.h"
#include "value/types/interfaces.h"
#include "value/types/more.h"

struct hop_value
hop_data_nothing(struct hop_context *cx)
{
    return hop_obj(hop_object_new(cx, &hop_class_dbnull));
}

static void
destroy_column(struct hop_object *o)
{
    hop_string_release(((struct hop_data_column *)o)->name);
    hop_string_release(((struct hop_data_column *)o)->caption);
    hop_release(((struct hop_data_column *)o)->fallback);
}

/* ---- columns ---- */

size_t
hop_data_find_column(const struct hop_data_table *t, const char *name, size_t n)
{
    for (size_t i = 0; i < hop_data_columns_of(t)->n; i++) {
        const struct hop_string *s = hop_data_column_at(t, i)->name;

        if (hop_text_ieq(s->data, s->len, name, n))
            return i;
    }
    return SIZE_MAX;
}

struct hop_data_column *
hop_data_make_column(struct hop_context *cx, struct hop_string *name,
                     const struct hop_class *type)
{
    struct hop_data_column *c = hop_object_new(cx, &hop_class_data_column);

    c->name = name ? hop_string_retain(name) : hop_string_empty();
    c->type = type ? type : &hop_class_string;
    c->step = 1;
    return c;
}

METHOD(new_column)
{
    if (c->n > 1 && c->args[1].kind != HOP_TYPE)
        return hop_throw_null(cx, "dataType");
    RETURN(
        hop_obj(hop_data_make_column(cx, c->n && !ARG_NULL(0) ? ARG_S(0) : NULL,
                                     c->n > 1 ? c->args[1].u.cls : NULL)));
}

struct hop_value
hop_data_first_value(struct hop_context *cx, struct hop_data_column *c)
{
    int64_t v = c->next;

    if (c->counts) {
        c->next += c->step;
        return hop_integer(c->type->kind == HOP_INT64 ? HOP_INT64 : HOP_INT32,
                           v);
    }
    return hop_is_null(c->fallback) ? hop_data_nothing(cx)
                                    : hop_retain(c->fallback);
}

METHOD(add_column)
{
    struct hop_data_list *l = (struct hop_data_list *)c->self.u.o;
    struct hop_data_table *t = hop_data_table_of(l->table);
    struct hop_data_column *col;
    HOP_AUTO_VALUE struct hop_value v = hop_null();
    struct hop_array *rows = (struct hop_array *)t->rows.u.o;

    if (c->n == 1 && hop_value_is(c->args[0], &hop_class_data_column)) {
        v = hop_retain(hop_value_base(c->args[0]));
    } else {
        if (c->n && ARG_NULL(0))
            return hop_throw_null(cx, "columnName");
        v = hop_obj(hop_data_make_column(cx, c->n ? ARG_S(0) : NULL,
                                         c->n > 1 ? c->args[1].u.cls : NULL));
    }
    col = (struct hop_data_column *)v.u.o;
    if (col->name->len == 0) {
        hop_string_release(col->name);
        col->name = hop_string_format("Column%zu", l->a.n + 1);
    }
    if (hop_data_find_column(t, col->name->data, col->name->len) != SIZE_MAX)
        return hop_throw(cx, &hop_exception_duplicate_name,
                         "A column named '%s' already belongs to this "
                         "DataTable.",
                         col->name->data);
    hop_array_push(&l->a, hop_retain(v));
    for (size_t i = 0; i < rows->n; i++) {
        struct hop_data_row *r = (struct hop_data_row *)rows->items[i].u.o;

        r->cell = hop_xrealloc(r->cell, r->n + 1, sizeof(*r->cell));
        r->cell[r->n++] = hop_data_first_value(cx, col);
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
    struct hop_data_list *l = (struct hop_data_list *)c->self.u.o;
    size_t i = c->args[0].kind == HOP_INT32 ? (size_t)ARG_I(0)
               : ARG_NULL(0)
                   ? SIZE_MAX
                   : hop_data_find_column(hop_data_table_of(l->table),
                                          ARG_S(0)->data, ARG_S(0)->len);

    if (c->data == 1)
        RETURN(hop_bool(i < l->a.n));
    if (c->data == 2)
        RETURN(hop_int(i < l->a.n ? (int32_t)i : -1));
    RETURN(i < l->a.n ? hop_retain(l->a.items[i]) : hop_null());
}

METHOD(remove_column)
{
    struct hop_data_list *l = (struct hop_data_list *)c->self.u.o;
    struct hop_data_table *t = hop_data_table_of(l->table);
    struct hop_array *rows = (struct hop_array *)t->rows.u.o;
    size_t i = hop_data_find_column(t, ARG_S(0)->data, ARG_S(0)->len);

    if (i == SIZE_MAX)
        return hop_throw(cx, &hop_exception_argument,
                         "Column '%s' does not belong to table %s.",
                         ARG_S(0)->data, t->name->data);
    hop_array_remove(&l->a, i);
    for (size_t k = 0; k < rows->n; k++) {
        struct hop_data_row *r = (struct hop_data_row *)rows->items[k].u.o;

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
    struct hop_data_column *c = (struct hop_data_column *)self.u.o;

    switch (data) {
    case C_NAME: *out = hop_str(hop_string_retain(c->name)); break;
    case C_CAPTION:
        *out = hop_str(hop_string_retain(c->caption ? c->caption : c->name));
        break;
    case C_TYPE: *out = hop_type(c->type); break;
    case C_NULL: *out = hop_bool(!c->no_null); break;
    case C_DEFAULT:
        *out = hop_is_null(c->fallback) ? hop_data_nothing(cx)
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
    struct hop_data_column *c = (struct hop_data_column *)self.u.o;
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
    *out = hop_string_retain(((struct hop_data_column *)v.u.o)->name);
    return true;
}

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
    {HOP_DATA_NAME("DataColumn") " new()", new_column},
    {HOP_DATA_NAME("DataColumn") " new(string columnName)", new_column},
    {HOP_DATA_NAME("DataColumn") " new(string columnName, type dataType)",
     new_column},
    END_METHODS,
};

const struct hop_class hop_class_data_column = {
    .name = HOP_DATA_NAME("DataColumn"),
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_data_column),
    .properties = column_properties,
    .constructors = column_constructors,
    .destroy = destroy_column,
    .to_string = show_column,
};

static const struct hop_method columns_methods[] = {
    {HOP_DATA_NAME("DataColumn") " Add()", add_column},
    {"void Add(" HOP_DATA_NAME("DataColumn") " column)", add_column, true},
    {HOP_DATA_NAME("DataColumn") " Add(string columnName)", add_column},
    {HOP_DATA_NAME("DataColumn") " Add(string columnName, type type)",
     add_column},
    {"void AddRange(" HOP_DATA_NAME("DataColumn") "[] columns)", add_columns},
    {HOP_DATA_NAME("DataColumn") " Item(string name)", column_item, 0},
    {HOP_DATA_NAME("DataColumn") " Item(int index)", column_item, 0},
    {"bool Contains(string name)", column_item, 1},
    {"int IndexOf(string columnName)", column_item, 2},
    {"void Remove(string name)", remove_column},
    {"System.Collections.IEnumerator GetEnumerator()", hop_get_enumerator},
    END_METHODS,
};

HOP_DATA_LIST(data_columns, "DataColumnCollection", columns_methods);
