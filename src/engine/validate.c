/* Validation attributes, for parameters and variables alike.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"

bool validate_all(struct hop_runspace *rs, struct attributes *a,
                  struct hop_value v, struct hop_value *inner);

static bool fail(struct hop_runspace *rs, const char *id, const char *fmt, ...)
    HOP_PRINTF(3, 4);

static bool
fail(struct hop_runspace *rs, const char *id, const char *fmt, ...)
{
    char *text HOP_AUTO_FREE = NULL;
    va_list ap;

    va_start(ap, fmt);
    if (vasprintf(&text, fmt, ap) < 0)
        text = NULL;
    va_end(ap);
    return throw_pending(rs, "ValidationMetadataException", id,
                         HOP_CAT_METADATA_ERROR, hop_null(), "%s",
                         text ? text : "");
}

static struct hop_string *
text_of(struct hop_runspace *rs, struct hop_value v)
{
    struct hop_string *s = NULL;

    if (!hop_to_string(&rs->cx, v, &s)) {
        hop_drop_exception(&rs->cx);
        s = hop_string_from("");
    }
    return s;
}

static bool
check_range(struct hop_runspace *rs, const struct validator *t,
            struct hop_value v)
{
    struct hop_string *shown HOP_AUTO_STRING = NULL;
    struct hop_string *edge HOP_AUTO_STRING = NULL;
    const struct hop_class *type = hop_class_of(t->a);
    struct hop_value x HOP_AUTO_VALUE = hop_null();
    int low, high;

    if (!type)
        return true;
    if (hop_class_of(v) != type && !hop_try_convert(&rs->cx, v, type, &x)) {
        const struct hop_class *c = hop_class_of(v);
        return fail(rs, "ValidationRangeElementType",
                    "The argument cannot be validated because its type \"%s\" "
                    "is not the same type (%s) as the maximum and minimum "
                    "limits of the parameter. Make sure the argument is of "
                    "type %s and then try the command again.",
                    c ? c->name : "", type->name, type->name);
    }
    if (hop_is_null(x))
        x = hop_retain(v);
    if (!hop_compare(&rs->cx, x, t->a, true, &low) ||
        !hop_compare(&rs->cx, x, t->b, true, &high))
        return false;
    shown = text_of(rs, v);
    if (low < 0) {
        edge = text_of(rs, t->a);
        return fail(rs, "ValidateRangeTooSmall",
                    "The %s argument is less than the minimum allowed range of "
                    "%s. Supply an argument that is greater than or equal to "
                    "%s and then try the command again.",
                    shown->data, edge->data, edge->data);
    }
    if (high > 0) {
        edge = text_of(rs, t->b);
        return fail(rs, "ValidateRangeTooBig",
                    "The %s argument is greater than the maximum allowed range "
                    "of %s. Supply an argument that is less than or equal to "
                    "%s and then try the command again.",
                    shown->data, edge->data, edge->data);
    }
    return true;
}

static const struct {
    const char *name, *text;
    int sign;  /* of what is allowed */
    bool zero; /* zero too */
} kinds[] = {
    {"Positive", "greater than zero", 1, false},
    {"NonNegative", "greater than or equal to zero", 1, true},
    {"Negative", "less than zero", -1, false},
    {"NonPositive", "less than or equal to zero", -1, true},
};

static bool
check_kind(struct hop_runspace *rs, const struct validator *t,
           struct hop_value v)
{
    struct hop_string *name HOP_AUTO_STRING = text_of(rs, t->a);
    struct hop_string *shown HOP_AUTO_STRING = NULL;
    double d;

    if (!hop_is_number(hop_value_base(v))) {
        const struct hop_class *c = hop_class_of(v);
        struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;
        if (c)
            hop_class_add_name(c, &b);
        return fail(rs, "ValidationRangeElementType",
                    "The argument cannot be validated because its type \"%s\" "
                    "is not the same type (Int32) as the maximum and minimum "
                    "limits of the parameter. Make sure the argument is of "
                    "type Int32 and then try the command again.",
                    hop_buf_str(&b));
    }
    if (!hop_to_double(&rs->cx, v, &d))
        return false;
    for (size_t i = 0; i < HOP_ARRAY_SIZE(kinds); i++) {
        if (!hop_string_iis(name, kinds[i].name))
            continue;
        if ((d > 0 && kinds[i].sign > 0) || (d < 0 && kinds[i].sign < 0) ||
            (d == 0 && kinds[i].zero))
            return true;
        shown = text_of(rs, v);
        return fail(rs, "ValidateRangeKind",
                    "The argument \"%s\" cannot be validated because its value "
                    "is not %s.",
                    shown->data, kinds[i].text);
    }
    return true;
}

/* .NET's {0} and {1} in a custom message. */
static bool
custom_message(struct hop_runspace *rs, const struct validator *t,
               struct hop_value first, struct hop_value second)
{
    struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;
    struct hop_value args[2] = {first, second};

    if (!hop_composite(&rs->cx, t->message, strlen(t->message), args, 2, &b))
        return false;
    return fail(rs, "ValidateFailure", "%s", hop_buf_str(&b));
}

static bool
check_set(struct hop_runspace *rs, const struct validator *t,
          struct hop_value v)
{
    struct hop_string *text HOP_AUTO_STRING = text_of(rs, v);
    struct hop_array *list = hop_as_array(t->a);
    struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;

    for (size_t i = 0; list && i < list->n; i++) {
        struct hop_string *s = list->items[i].u.s;
        if (t->case_sensitive ? hop_string_eq(s, text)
                              : hop_string_ieq(s, text))
            return true;
        hop_buf_addf(&b, "%s%s", b.len ? "," : "", s->data);
    }
    if (t->message) {
        struct hop_value all HOP_AUTO_VALUE = hop_text(hop_buf_str(&b));
        return custom_message(rs, t, v, all);
    }
    return fail(rs, "ValidateSetFailure",
                "The argument \"%s\" does not belong to the set \"%s\" "
                "specified by the ValidateSet attribute. Supply an argument "
                "that is in the set and then try the command again.",
                text->data, hop_buf_str(&b));
}

static bool
check_pattern(struct hop_runspace *rs, const struct validator *t,
              struct hop_value v)
{
    struct hop_value text HOP_AUTO_VALUE = hop_str(text_of(rs, v));
    struct hop_value r HOP_AUTO_VALUE = hop_null();
    struct hop_string *pattern HOP_AUTO_STRING = text_of(rs, t->a);

    if (!hop_op_binary(&rs->cx, HOP_OP_MATCH, text, t->a,
                       t->case_sensitive ? HOP_OP_CASE : 0, &r))
        return false;
    if (hop_is_true(&rs->cx, r))
        return true;
    if (t->message)
        return custom_message(rs, t, v, t->a);
    return fail(rs, "ValidatePatternFailure",
                "The argument \"%s\" does not match the \"%s\" pattern. Supply "
                "an argument that matches \"%s\" and try the command again.",
                hop_cstr(text), pattern->data, pattern->data);
}

static bool
check_script(struct hop_runspace *rs, const struct validator *t,
             struct hop_value v)
{
    struct hop_value r HOP_AUTO_VALUE = hop_null();
    struct hop_string *text HOP_AUTO_STRING = NULL;
    struct hop_string *block HOP_AUTO_STRING = NULL;
    struct hop_block_call call = {
        .block = t->a, .dollar_under = &v, .new_scope = true};
    bool propagate = rs->propagate, ok;

    rs->propagate = true;
    ok = hop_call_block_value(rs, &call, &r);
    rs->propagate = propagate;
    if (!ok) {
        struct hop_value record HOP_AUTO_VALUE = hop_null();
        if (!hop_has_exception(&rs->cx))
            return false;
        record = hop_error_catch(rs);
        struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;
        error_record_text(rs, as_error_record(record), &b);
        return fail(rs, "ValidateScriptFailure", "%s", hop_buf_str(&b));
    }
    if (hop_is_true(&rs->cx, r))
        return true;
    if (t->message)
        return custom_message(rs, t, v, t->a);
    text = text_of(rs, v);
    block = text_of(rs, t->a);
    return fail(rs, "ValidateScriptFailure",
                "The \"%s\" validation script for the argument with value "
                "\"%s\" did not return a result of True. Determine why the "
                "validation script failed, and then try the command again.",
                block->data, text->data);
}

static bool
check_length(struct hop_runspace *rs, const struct validator *t,
             struct hop_value v)
{
    struct hop_value base = hop_value_base(v);
    int64_t n;

    if (base.kind != HOP_STRING)
        return fail(rs, "ValidateLengthNotString",
                    "The ValidateLength attribute cannot be applied to a "
                    "parameter that is not a string or string[] parameter. "
                    "Make the parameter a string or string[] parameter.");
    n = (int64_t)hop_string_len16(base.u.s);
    if (n < t->a.u.i)
        return fail(rs, "ValidateLengthMinLengthFailure",
                    "The character length (%lld) of the argument is too short. "
                    "Specify an argument with a length that is greater than or "
                    "equal to \"%lld\", and then try the command again.",
                    (long long)n, (long long)t->a.u.i);
    if (n > t->b.u.i)
        return fail(rs, "ValidateLengthMaxLengthFailure",
                    "The character length of the %lld argument is too long. "
                    "Shorten the character length of the argument so it is "
                    "fewer than or equal to \"%lld\" characters, and then try "
                    "the command again.",
                    (long long)n, (long long)t->b.u.i);
    return true;
}

static bool
check_count(struct hop_runspace *rs, const struct validator *t,
            struct hop_value v)
{
    struct hop_array *a = hop_as_array(v);
    struct hop_dict *d = hop_as_dict(v);
    long long n = a ? (long long)a->n : d ? (long long)d->count : 0;

    if (!a && !d && !hop_is_null(v))
        return fail(rs, "NotAnArrayParameter",
                    "The ValidateCount attribute cannot be applied to a "
                    "non-array parameter. Either remove the attribute from the "
                    "parameter or make the parameter an array parameter.");
    if (n >= t->a.u.i && n <= t->b.u.i)
        return true;
    if (t->a.u.i == t->b.u.i)
        return fail(rs, "ValidateCountExactFailure",
                    "The parameter requires exactly %lld value(s) - %lld "
                    "value(s) were provided.",
                    (long long)t->b.u.i, n);
    return fail(rs, "ValidateCountMinMaxFailure",
                "The parameter requires at least %lld value(s) and no more "
                "than %lld value(s) - %lld value(s) were provided.",
                (long long)t->a.u.i, (long long)t->b.u.i, n);
}

static bool
check_not_null(struct hop_runspace *rs, const struct validator *t,
               struct hop_value v)
{
    struct hop_array *a = hop_as_array(v);

    if (hop_is_null(v))
        return fail(rs, "ArgumentIsNull",
                    "The argument is null. Provide a valid value for the "
                    "argument, and then try running the command again.");
    for (size_t i = 0; a && i < a->n; i++)
        if (hop_is_null(a->items[i]))
            return fail(rs, "ArgumentIsNull",
                        "The argument has a null value, or an element of the "
                        "argument collection contains a null value. Provide a "
                        "collection that does not contain any null values, and "
                        "then try the command again.");
    return true;
}

static bool
is_blank(const struct hop_string *s)
{
    for (size_t i = 0; i < s->len; i++)
        if (!hop_ascii_is_space(s->data[i]))
            return false;
    return true;
}

static bool
check_not_empty(struct hop_runspace *rs, const struct validator *t,
                struct hop_value v)
{
    bool blank = t->kind == VALIDATE_NOT_NULL_OR_WHITESPACE;
    struct hop_value base = hop_value_base(v);
    struct hop_array *a = hop_as_array(base);
    struct hop_dict *d = hop_as_dict(base);
    const char *text =
        blank ? "The argument is null, empty, or consists of only white-space "
                "characters. Provide an argument that contains non white-space "
                "characters, and then try the command again."
              : "The argument is null or empty. Provide an argument that is "
                "not null or empty, and then try the command again.";
    const char *list =
        blank ? "An element of the argument collection is null, empty, or "
                "consists of only white-space characters. Supply a collection "
                "that does not contain any those values and then try the "
                "command again."
              : "The argument is null, empty, or an element of the argument "
                "collection contains a null value. Supply a collection that "
                "does not contain any null values and then try the command "
                "again.";

    if (hop_is_null(base))
        return fail(rs, "ArgumentIsNull", "%s", text);
    if (base.kind == HOP_STRING)
        return (base.u.s->len && !(blank && is_blank(base.u.s))) ||
               fail(rs, "ArgumentIsEmpty", "%s", text);
    if (d)
        return d->count || fail(rs, "ArgumentIsEmpty", "%s", list);
    if (!a)
        return true;
    for (size_t i = 0; i < a->n; i++) {
        struct hop_value x = hop_value_base(a->items[i]);
        if (hop_is_null(x) || (x.kind == HOP_STRING &&
                               (!x.u.s->len || (blank && is_blank(x.u.s)))))
            return fail(rs, "ArgumentIsNull", "%s", list);
    }
    return a->n || fail(rs, "ArgumentIsEmpty", "%s", list);
}

typedef bool check_fn(struct hop_runspace *rs, const struct validator *t,
                      struct hop_value v);

/* each: the elements of a collection are checked one by one. */
static const struct check {
    check_fn *fn;
    bool each;
} checks[] = {
    [VALIDATE_RANGE] = {check_range, true},
    [VALIDATE_RANGE_KIND] = {check_kind, true},
    [VALIDATE_SET] = {check_set, true},
    [VALIDATE_PATTERN] = {check_pattern, true},
    [VALIDATE_SCRIPT] = {check_script, true},
    [VALIDATE_LENGTH] = {check_length, true},
    [VALIDATE_COUNT] = {check_count, false},
    [VALIDATE_NOT_NULL] = {check_not_null, false},
    [VALIDATE_NOT_NULL_OR_EMPTY] = {check_not_empty, false},
    [VALIDATE_NOT_NULL_OR_WHITESPACE] = {check_not_empty, false},
    [VALIDATE_DRIVE] = {NULL, false},
    [VALIDATE_TRUSTED] = {NULL, false},
    [VALIDATE_PSTYPE] = {NULL, false},
    [TRANSFORM_TYPE] = {NULL, false},
    [TRANSFORM_NATIVE] = {NULL, false},
    [TRANSFORM_CREDENTIAL] = {NULL, false},
};

static bool
check_one(struct hop_runspace *rs, const struct validator *t,
          struct hop_value v)
{
    const struct check *k = &checks[t->kind];
    struct hop_array *a = k->each ? hop_as_array(hop_value_base(v)) : NULL;

    if (!k->fn)
        return true;
    if (!a) {
        if (k->each && hop_is_null(v))
            return fail(rs, "ArgumentIsEmpty",
                        "The argument is null, empty, or an element of the "
                        "argument collection contains a null value. Supply a "
                        "collection that does not contain any null values and "
                        "then try the command again.");
        return k->fn(rs, t, v);
    }
    for (size_t i = 0; i < a->n; i++)
        if (!k->fn(rs, t, a->items[i]))
            return false;
    return true;
}

bool
validate_all(struct hop_runspace *rs, struct attributes *a, struct hop_value v,
             struct hop_value *inner)
{
    for (uint32_t i = 0; i < a->n; i++)
        if (!check_one(rs, &a->items[i], v))
            return false;
    (void)inner;
    return true;
}

static bool
invalid_value(struct hop_runspace *rs, const char *name, bool first,
              struct hop_value x)
{
    struct hop_string *s HOP_AUTO_STRING = NULL;
    const char *shown;

    hop_drop_exception(&rs->cx);
    if (!hop_is_null(x) && !hop_call_to_string(&rs->cx, x, &s))
        hop_drop_exception(&rs->cx);
    shown = s ? s->data : "";
    if (first)
        return throw_pending(rs, "ValidationMetadataException",
                             "ValidateSetFailure", HOP_CAT_METADATA_ERROR,
                             hop_null(),
                             "The attribute cannot be added because variable "
                             "%s with value %s would no longer be valid.",
                             name, shown);
    return throw_pending(rs, "ValidationMetadataException",
                         "ValidateSetFailure", HOP_CAT_METADATA_ERROR,
                         hop_null(),
                         "The variable cannot be validated because the value "
                         "%s is not a valid value for the %s variable.",
                         hop_is_null(x) ? "$null" : shown, name);
}

/* Only numbers and bool become a bool that is declared so. */
static bool
fits_bool(struct hop_value x)
{
    struct hop_value v = hop_value_base(x);

    return v.kind == HOP_BOOL || hop_is_number(v) ||
           hop_value_is(v, &hop_class_switch_parameter);
}

static bool
convert_declared(struct hop_runspace *rs, struct attributes *a,
                 struct hop_value *x)
{
    struct hop_value out = hop_null();

    if (!a->type || a->type == &hop_class_object)
        return true;
    if (!language_may_convert(rs, *x, a->type))
        return false;
    if (a->type == &hop_class_boolean && !a->local && !fits_bool(*x)) {
        struct hop_value base = hop_value_base(*x);
        return throw_pending(rs, "ArgumentTransformationMetadataException",
                             "RuntimeException", HOP_CAT_METADATA_ERROR,
                             hop_null(),
                             "Cannot convert value \"%s\" to type "
                             "\"System.Boolean\". Boolean parameters accept "
                             "only Boolean values and numbers, such as $True, "
                             "$False, 1 or 0.",
                             hop_is_null(base) ? "" : hop_class_of(base)->name);
    }
    if (hop_convert(&rs->cx, *x, a->type, &out)) {
        hop_value_set(x, out);
        return true;
    }
    if (a->local)
        return false;
    struct hop_value e HOP_AUTO_VALUE = hop_take_exception(&rs->cx);
    return throw_pending(rs, "ArgumentTransformationMetadataException",
                         "RuntimeException", HOP_CAT_METADATA_ERROR, hop_null(),
                         "%s", hop_exception_message(e));
}

bool
attributes_apply(struct hop_runspace *rs, struct attributes *a,
                 const char *name, bool first, struct hop_value *x)
{
    struct hop_value out = hop_null();
    struct hop_value inner = hop_null();

    if (!convert_declared(rs, a, x))
        return false;
    for (uint32_t i = 0; i < a->n; i++)
        if (a->items[i].kind == TRANSFORM_TYPE) {
            out = hop_null();
            if (!hop_convert(&rs->cx, *x, a->items[i].type, &out))
                return false;
            hop_value_set(x, out);
        }
    if (!a->n || validate_all(rs, a, *x, &inner))
        return true;
    if (rs->stop)
        return false;
    return invalid_value(rs, name, first, *x);
}

bool
attributes_fit(struct hop_runspace *rs, struct attributes *a,
               struct hop_value x)
{
    struct hop_value copy HOP_AUTO_VALUE = hop_retain(x);

    if (!a || attributes_apply(rs, a, "", false, &copy))
        return true;
    hop_drop_exception(&rs->cx);
    return false;
}
