/* Select-Object.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "cmdlets/format/property.h"
#include "cmdlets/utility/order.h"
#include "cmdlets/utility/utility.h"
#include "value/member.h"
#include "value/ops.h"

enum {
    INPUT,
    PROPERTY,
    EXCLUDE,
    EXPAND,
    UNIQUE,
    IGNORE_CASE,
    LAST,
    FIRST,
    SKIP,
    SKIP_LAST,
    WAIT,
    INDEX,
    SKIP_INDEX
};
#define MOST 2147483647
#define LINES                                                                  \
    HOP_SETS({"DefaultParameter", 0, HOP_POS(0)},                              \
             {"SkipLastParameter", 0, HOP_POS(0)})
static const struct hop_param params[] = {
    [INPUT] = {"InputObject", "psobject", HOP_BY_VALUE},
    [PROPERTY] = {"Property", "object[]", .in = LINES},
    [EXCLUDE] = {"ExcludeProperty", "string[]",
                 .in = HOP_SETS({"DefaultParameter"}, {"SkipLastParameter"})},
    [EXPAND] = {"ExpandProperty", "string",
                .in = HOP_SETS({"DefaultParameter"}, {"SkipLastParameter"})},
    [UNIQUE] = {"Unique", "switch"},
    [IGNORE_CASE] = {"CaseInsensitive", "switch"},
    [LAST] = {"Last", "int", .range = HOP_RANGE(0, MOST),
              .in = HOP_SETS({"DefaultParameter"})},
    [FIRST] = {"First", "int", .range = HOP_RANGE(0, MOST),
               .in = HOP_SETS({"DefaultParameter"})},
    [SKIP] = {"Skip", "int", .range = HOP_RANGE(0, MOST),
              .in = HOP_SETS({"DefaultParameter"}, {"SkipLastParameter"})},
    [SKIP_LAST] = {"SkipLast", "int", .range = HOP_RANGE(0, MOST),
                   .in = HOP_SETS({"SkipLastParameter"})},
    [WAIT] = {"Wait", "switch",
              .in = HOP_SETS({"DefaultParameter"}, {"IndexParameter"})},
    [INDEX] = {"Index", "int[]", .range = HOP_RANGE(0, MOST),
               .in = HOP_SETS({"IndexParameter"})},
    [SKIP_INDEX] = {"SkipIndex", "int[]", .range = HOP_RANGE(0, MOST),
                    .in = HOP_SETS({"SkipIndexParameter"})},
};

/* The objects that wait because later ones decide about them. */
struct queue {
    struct hop_value *item;
    size_t head, n, cap;
};

struct state {
    struct hop_property_spec *spec;
    size_t specs;
    struct hop_property_spec expand;
    bool expands;
    struct queue waiting;
    int64_t first, last, skip, skip_last, streamed, at;
    bool limited;             /* -First or -Last was given */
    struct hop_value *unique; /* written objects, with -Unique held back */
    size_t uniques, unique_cap;
};

static void
push(struct queue *q, struct hop_value v)
{
    if (q->head + q->n == q->cap && q->head) {
        memmove(q->item, q->item + q->head, q->n * sizeof(*q->item));
        q->head = 0;
    }
    if (q->head + q->n == q->cap) {
        q->cap = q->cap ? q->cap * 2 : 16;
        q->item = hop_xrealloc(q->item, q->cap, sizeof(*q->item));
    }
    q->item[q->head + q->n++] = hop_retain(v);
}

static struct hop_value
shift(struct queue *q)
{
    struct hop_value v = q->item[q->head++];

    if (--q->n == 0)
        q->head = 0;
    return v;
}

static bool
begin(struct hop_command *c)
{
    struct state *s = hop_command_state(c);
    const char *expand = hop_arg_text(c, EXPAND);

    s->first = hop_arg_int(c, FIRST, 0);
    s->last = hop_arg_int(c, LAST, 0);
    s->skip = hop_arg_int(c, SKIP, 0);
    s->skip_last = hop_arg_int(c, SKIP_LAST, 0);
    s->limited = hop_arg_bound(c, FIRST) || hop_arg_bound(c, LAST);
    if (!hop_property_parse_all(c, PROPERTY, HOP_KEY_LABEL, &s->spec,
                                &s->specs))
        return false;
    if (hop_arg_count(c, EXCLUDE) && !s->specs)
        s->spec[s->specs++] = (struct hop_property_spec){
            .name = hop_string_from("*"), .depth = -1, .descending = -1};
    if (expand && expand[0]) {
        s->expands = true;
        s->expand = (struct hop_property_spec){
            .name = hop_string_from(expand), .depth = -1, .descending = -1};
    }
    return true;
}

/* ---- the properties of one object ---- */

static bool
is_excluded(struct hop_command *c, const struct hop_string *name)
{
    for (size_t i = 0; i < hop_arg_count(c, EXCLUDE); i++) {
        struct hop_value p = hop_arg_item(c, EXCLUDE, i);

        if (hop_is_string(p) && hop_wildcard_match(p.u.s->data, p.u.s->len,
                                                   name->data, name->len, true))
            return true;
    }
    return false;
}

static bool
already_there(struct hop_command *c, const struct hop_string *name,
              struct hop_value from, const char *id)
{
    struct hop_error_spec spec = {.id = id,
                                  .category = HOP_CAT_INVALID_OPERATION,
                                  .exception = "System.Management.Automation."
                                               "PSArgumentException",
                                  .target = from};

    return hop_command_error(c, &spec,
                             "The property cannot be processed because the "
                             "property \"%s\" already exists.",
                             name->data);
}

/* Adds name = v to the result object. */
static bool
add_note(struct hop_command *c, struct hop_value result, bool expanded,
         struct hop_string *name, struct hop_value v, struct hop_value from)
{
    struct hop_member_info info;

    if (hop_member_lookup(hop_command_context(c), result, name, &info)) {
        bool property = (info.kind & HOP_MEMBERS_PROPERTIES) != 0;

        hop_string_release(info.name);
        if (property)
            return already_there(
                c, name, from,
                expanded ? "AlreadyExistingUserSpecifiedPropertyExpand"
                         : "AlreadyExistingUserSpecifiedPropertyNoExpand");
    }
    hop_custom_set(result.u.o, name, hop_retain(v));
    return true;
}

static bool
renames_several(struct hop_command *c, struct hop_value from)
{
    struct hop_error_spec spec = {.id = "RenamingMultipleResults",
                                  .category = HOP_CAT_INVALID_OPERATION,
                                  .exception =
                                      "System.InvalidOperationException",
                                  .target = from};

    return hop_command_error(c, &spec,
                             "Multiple results cannot be renamed: the property "
                             "expression names more than one property.");
}

static bool
add_selected(struct hop_command *c, const struct hop_property_spec *spec,
             struct hop_value from, struct hop_value result, bool expanded)
{
    HOP_AUTO_SHOWN struct hop_shown_list l = {NULL, 0, 0};
    struct hop_context *cx = hop_command_context(c);

    if (spec->name) {
        hop_shown_pattern(cx, from, spec, &l);
        if (l.n == 0 && !hop_wildcard_has(spec->name->data, spec->name->len))
            hop_shown_add(&l, spec->name, hop_null(), spec);
    } else {
        HOP_AUTO_STRING struct hop_string *text =
            hop_shown_block_text(cx, spec->block);

        hop_shown_add(&l, text, spec->block, spec);
    }
    if (spec->label && l.n > 1)
        return renames_several(c, from);
    for (size_t i = 0; i < l.n; i++) {
        HOP_AUTO_VALUE struct hop_value v = hop_null();
        bool failed;

        if (is_excluded(c, l.item[i].name))
            continue;
        if (!hop_shown_read(hop_command_runspace(c), &l.item[i], from, &v,
                            &failed) ||
            !add_note(c, result, expanded,
                      spec->label ? spec->label : l.item[i].name, v, from))
            return false;
    }
    return true;
}

/* ---- writing ---- */

static bool
same_properties(struct hop_command *c, struct hop_value a, struct hop_value b)
{
    HOP_AUTO_SHOWN struct hop_shown_list l = {NULL, 0, 0};
    HOP_AUTO_SHOWN struct hop_shown_list m = {NULL, 0, 0};
    struct hop_context *cx = hop_command_context(c);

    hop_shown_all(cx, a, &l);
    hop_shown_all(cx, b, &m);
    if (l.n != m.n)
        return false;
    for (size_t i = 0; i < l.n; i++) {
        HOP_AUTO_VALUE struct hop_value x = hop_null(), y = hop_null();

        if (hop_member_get(cx, a, l.item[i].name, &x) != HOP_FOUND ||
            hop_member_get(cx, b, l.item[i].name, &y) != HOP_FOUND) {
            hop_drop_exception(cx);
            return false;
        }
        if (hop_order_compare_values(cx, x, y, !hop_arg_on(c, IGNORE_CASE)))
            return false;
    }
    return true;
}

static bool
is_known(struct hop_command *c, struct hop_value v)
{
    struct state *s = hop_command_state(c);
    bool custom = hop_is_exactly(v, &hop_class_pscustomobject);

    for (size_t i = 0; i < s->uniques; i++) {
        struct hop_value u = s->unique[i];

        if (custom != hop_is_exactly(u, &hop_class_pscustomobject))
            continue;
        if (custom ? !hop_arg_bound(c, PROPERTY) || same_properties(c, u, v)
                   : hop_order_compare_values(hop_command_context(c), u, v,
                                              !hop_arg_on(c, IGNORE_CASE)) == 0)
            return true;
    }
    return false;
}

/* Writes v, or keeps it for the end when only different ones are wanted. */
static bool
write_selected(struct hop_command *c, struct hop_value v)
{
    struct state *s = hop_command_state(c);

    if (!hop_arg_on(c, UNIQUE))
        return hop_write(c, v);
    if (is_known(c, v))
        return true;
    if (s->uniques == s->unique_cap) {
        s->unique_cap = s->unique_cap ? s->unique_cap * 2 : 16;
        s->unique = hop_xrealloc(s->unique, s->unique_cap, sizeof(*s->unique));
    }
    s->unique[s->uniques++] = hop_retain(v);
    return true;
}

/* Selected.TYPE in front of a custom object's type names. */
static void
name_selected(struct hop_context *cx, struct hop_value result,
              struct hop_value from)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    hop_buf_adds(&b, "Selected.");
    hop_class_add_full_name(hop_class_of(from), &b);
    if (!hop_has_type_name(cx, result, hop_buf_str(&b)))
        hop_type_names_push(cx, result.u.o, hop_buf_str(&b));
}

static bool
write_element(struct hop_command *c, struct hop_value v, struct hop_value from)
{
    struct state *s = hop_command_state(c);
    HOP_AUTO_VALUE struct hop_value held = hop_retain(v);

    if (hop_is_null(v))
        return true;
    if (s->specs)
        held = hop_wrap(hop_command_context(c), held);
    for (size_t i = 0; i < s->specs; i++)
        if (!add_selected(c, &s->spec[i], from, held, true))
            return false;
    return write_selected(c, held);
}

static bool
no_such_property(struct hop_command *c, struct hop_value from)
{
    struct hop_error_spec spec = {.id = "ExpandPropertyNotFound",
                                  .category = HOP_CAT_INVALID_ARGUMENT,
                                  .exception = "System.Management.Automation."
                                               "PSArgumentException",
                                  .target = from};

    return hop_command_error(c, &spec, "Property \"%s\" cannot be found.",
                             hop_arg_text(c, EXPAND));
}

static bool
write_expanded(struct hop_command *c, struct hop_value from)
{
    struct state *s = hop_command_state(c);
    struct hop_context *cx = hop_command_context(c);
    HOP_AUTO_SHOWN struct hop_shown_list l = {NULL, 0, 0};
    HOP_AUTO_VALUE struct hop_value v = hop_null();
    struct hop_iter it;
    struct hop_value item;
    bool ok = true;
    int more = 0;

    hop_shown_pattern(cx, from, &s->expand, &l);
    if (l.n == 0)
        return no_such_property(c, from);
    if (hop_member_get(cx, from, l.item[0].name, &v) != HOP_FOUND)
        return hop_command_report(c);
    if (!hop_is_enumerable(v))
        return write_element(c, v, from);
    if (!hop_iter_init(cx, &it, v))
        return false;
    while (ok && (more = hop_iter_next(cx, &it, &item)) > 0) {
        ok = write_element(c, item, from);
        hop_release(item);
    }
    hop_iter_done(&it);
    return ok && more >= 0;
}

static bool
select_one(struct hop_command *c, struct hop_value from)
{
    struct state *s = hop_command_state(c);
    struct hop_context *cx = hop_command_context(c);
    HOP_AUTO_VALUE struct hop_value result = hop_null();

    if (s->expands)
        return write_expanded(c, from);
    if (!s->specs) {
        if (hop_is_exactly(from, &hop_class_pscustomobject))
            name_selected(cx, from, from);
        return write_selected(c, from);
    }
    result = hop_obj(hop_custom_new(cx));
    for (size_t i = 0; i < s->specs; i++)
        if (!add_selected(c, &s->spec[i], from, result, false))
            return false;
    name_selected(cx, result, from);
    return write_selected(c, result);
}

/* ---- which objects ---- */

static bool
has_index(struct hop_command *c, size_t param, int64_t at)
{
    for (size_t i = 0; i < hop_arg_count(c, param); i++)
        if (hop_arg_item(c, param, i).u.i == at)
            return true;
    return false;
}

static int64_t
largest_index(struct hop_command *c)
{
    int64_t most = -1;

    for (size_t i = 0; i < hop_arg_count(c, INDEX); i++)
        if (hop_arg_item(c, INDEX, i).u.i > most)
            most = hop_arg_item(c, INDEX, i).u.i;
    return most;
}

static bool
process_indexed(struct hop_command *c)
{
    struct state *s = hop_command_state(c);
    int64_t at = s->at++;
    bool wanted = hop_arg_bound(c, INDEX) ? has_index(c, INDEX, at)
                                          : !has_index(c, SKIP_INDEX, at);

    if (wanted && !select_one(c, hop_arg(c, INPUT)))
        return false;
    if (hop_arg_bound(c, INDEX) && !hop_arg_on(c, WAIT) &&
        at >= largest_index(c))
        return hop_stop_upstream(c);
    return true;
}

/* Takes the object that can be decided about now; false when there is none. */
static bool
take_ready(struct state *s, struct hop_value *out)
{
    struct queue *q = &s->waiting;

    if (s->skip == 0) {
        if (s->skip_last > 0) {
            if (q->n <= (size_t)s->skip_last)
                return false;
        } else if (s->limited && s->streamed >= s->first) {
            if (s->last == 0)
                hop_release(shift(q));
            return false;
        } else {
            s->streamed++;
        }
        *out = shift(q);
        return true;
    }
    if (s->last == 0 || s->first != 0) {
        s->skip--;
        hop_release(shift(q));
    }
    return false;
}

static void
enqueue(struct state *s, struct hop_value v)
{
    struct queue *q = &s->waiting;
    size_t most = (size_t)(s->first ? s->last : s->last + s->skip);

    if (s->last > 0 && q->n >= most && q->n)
        hop_release(shift(q));
    push(q, v);
}

static bool
process(struct hop_command *c)
{
    struct state *s = hop_command_state(c);
    HOP_AUTO_VALUE struct hop_value ready = hop_null();

    if (hop_is_null(hop_arg(c, INPUT)))
        return true;
    if (hop_arg_bound(c, INDEX) || hop_arg_bound(c, SKIP_INDEX))
        return process_indexed(c);
    enqueue(s, hop_arg(c, INPUT));
    if (take_ready(s, &ready) && !select_one(c, ready))
        return false;
    if (s->limited && s->last == 0 && s->first != 0 &&
        s->streamed >= s->first && !hop_arg_on(c, WAIT))
        return hop_stop_upstream(c);
    return true;
}

/* What is left in the queue at the end: the last ones wanted. */
static bool
drain(struct hop_command *c, struct state *s)
{
    bool ok = true;

    if (s->last == 0)
        return true;
    while (s->waiting.n && ok) {
        HOP_AUTO_VALUE struct hop_value v = shift(&s->waiting);

        if (!s->first && (int64_t)s->waiting.n < s->skip)
            break;
        ok = select_one(c, v);
    }
    return ok;
}

static bool
end(struct hop_command *c)
{
    struct state *s = hop_command_state(c);

    if (!drain(c, s))
        return false;
    for (size_t i = 0; i < s->uniques; i++)
        if (!hop_write(c, s->unique[i]))
            return false;
    return true;
}

static void
dispose(struct hop_command *c)
{
    struct state *s = hop_command_state(c);

    while (s->waiting.n)
        hop_release(shift(&s->waiting));
    free(s->waiting.item);
    for (size_t i = 0; i < s->uniques; i++)
        hop_release(s->unique[i]);
    free(s->unique);
    hop_property_spec_done(&s->expand);
    hop_property_specs_done(s->spec, s->specs);
}

const struct hop_cmdlet hop_cmdlet_select_object = {
    .name = "Select-Object",
    .default_set = "DefaultParameter",
    HOP_PARAMS(params),
    .synopsis = "Selects objects or their properties.",
    .state_size = sizeof(struct state),
    .begin = begin,
    .process = process,
    .end = end,
    .dispose = dispose,
};
