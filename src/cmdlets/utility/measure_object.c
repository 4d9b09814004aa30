/* Measure-Object.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cmdlets/format/property.h"
#include "cmdlets/record.h"
#include "cmdlets/utility/utility.h"
#include "value/ops.h"

enum {
    PROPERTY,
    INPUT,
    DEVIATION,
    SUM,
    ALL,
    AVERAGE,
    MAXIMUM,
    MINIMUM,
    LINE,
    WORD,
    CHARACTER,
    IGNORE_SPACE
};
#define NUMBERS HOP_SETS({"GenericMeasure"})
#define TEXT    HOP_SETS({"TextMeasure"})
static const struct hop_param params[] = {
    [PROPERTY] = {"Property", "object[]", .position = HOP_POS(0)},
    [INPUT] = {"InputObject", "psobject", HOP_BY_VALUE},
    [DEVIATION] = {"StandardDeviation", "switch", .in = NUMBERS},
    [SUM] = {"Sum", "switch", .in = NUMBERS},
    [ALL] = {"AllStats", "switch", .in = NUMBERS},
    [AVERAGE] = {"Average", "switch", .in = NUMBERS},
    [MAXIMUM] = {"Maximum", "switch", .in = NUMBERS},
    [MINIMUM] = {"Minimum", "switch", .in = NUMBERS},
    [LINE] = {"Line", "switch", .in = TEXT},
    [WORD] = {"Word", "switch", .in = TEXT},
    [CHARACTER] = {"Character", "switch", .in = TEXT},
    [IGNORE_SPACE] = {"IgnoreWhiteSpace", "switch", .in = TEXT},
};

enum {
    I_COUNT,
    I_AVERAGE,
    I_SUM,
    I_MAXIMUM,
    I_MINIMUM,
    I_DEVIATION,
    I_PROPERTY
};
#define GENERIC(name, t)                                                       \
    static const struct hop_property name[] = {                                \
        HOP_RECORD_PROPERTY(I_COUNT, "Count", "int"),                          \
        HOP_RECORD_PROPERTY(I_AVERAGE, "Average", "System.Nullable[double]"),  \
        HOP_RECORD_PROPERTY(I_SUM, "Sum", "System.Nullable[double]"),          \
        HOP_RECORD_PROPERTY(I_MAXIMUM, "Maximum", t),                          \
        HOP_RECORD_PROPERTY(I_MINIMUM, "Minimum", t),                          \
        HOP_RECORD_PROPERTY(I_DEVIATION, "StandardDeviation",                  \
                            "System.Nullable[double]"),                        \
        HOP_RECORD_PROPERTY(I_PROPERTY, "Property", "string"),                 \
        {0},                                                                   \
    }
GENERIC(number_properties, "System.Nullable[double]");
GENERIC(object_properties, "System.Object");

enum { T_LINES, T_WORDS, T_CHARACTERS, T_PROPERTY };
static const struct hop_property text_properties[] = {
    HOP_RECORD_PROPERTY(T_LINES, "Lines", "System.Nullable[int]"),
    HOP_RECORD_PROPERTY(T_WORDS, "Words", "System.Nullable[int]"),
    HOP_RECORD_PROPERTY(T_CHARACTERS, "Characters", "System.Nullable[int]"),
    HOP_RECORD_PROPERTY(T_PROPERTY, "Property", "string"),
    {0},
};
extern const struct hop_class hop_class_generic_measure_info,
    hop_class_generic_object_measure_info, hop_class_text_measure_info;
const struct hop_class hop_class_generic_measure_info = HOP_RECORD_CLASS(
    "Microsoft.PowerShell.Commands.GenericMeasureInfo", number_properties);
const struct hop_class hop_class_generic_object_measure_info =
    HOP_RECORD_CLASS("Microsoft.PowerShell.Commands.GenericObjectMeasureInfo",
                     object_properties);
const struct hop_class hop_class_text_measure_info = HOP_RECORD_CLASS(
    "Microsoft.PowerShell.Commands.TextMeasureInfo", text_properties);

/* What is counted of one property. */
struct statistics {
    struct hop_string *property; /* NULL: the object itself */
    int32_t count, lines, words, characters;
    double sum, variance;
    struct hop_value min, max;
    uint64_t seen_in; /* number of the object that it was last counted in */
};

struct state {
    struct hop_property_spec *spec;
    size_t specs;
    struct statistics *item;
    size_t items;
    uint64_t objects;
    bool sum, average, deviation, min, max, text, not_numeric;
};

static bool
begin(struct hop_command *c)
{
    struct state *s = hop_command_state(c);
    bool all = hop_arg_on(c, ALL);

    s->sum = all || hop_arg_on(c, SUM);
    s->average = all || hop_arg_on(c, AVERAGE);
    s->deviation = all || hop_arg_on(c, DEVIATION);
    s->min = all || hop_arg_on(c, MINIMUM);
    s->max = all || hop_arg_on(c, MAXIMUM);
    s->text = hop_command_in_set(c, "TextMeasure");
    return hop_property_parse_all(c, PROPERTY, 0, &s->spec, &s->specs);
}

static struct statistics *
entry(struct state *s, struct hop_string *property)
{
    for (size_t i = 0; i < s->items; i++)
        if (property == s->item[i].property ||
            (property && s->item[i].property &&
             hop_string_ieq(property, s->item[i].property)))
            return &s->item[i];
    s->item = hop_xrealloc(s->item, s->items + 1, sizeof(*s->item));
    s->item[s->items] = (struct statistics){
        .property = property ? hop_string_retain(property) : NULL};
    return &s->item[s->items++];
}

static bool
is_blank(char c)
{
    return hop_ascii_is_space(c);
}

static void
count_text(struct hop_command *c, struct statistics *st,
           const struct hop_string *text)
{
    bool after_blank = true, ignore = hop_arg_on(c, IGNORE_SPACE);

    for (size_t i = 0; i < text->len; i++) {
        char ch = text->data[i];

        if (ch == '\n')
            st->lines++;
        if (!is_blank(ch) && after_blank)
            st->words++;
        after_blank = is_blank(ch);
        if (ignore && is_blank(ch))
            st->characters--;
    }
    st->characters += (int32_t)hop_string_len16(text);
    if (text->len && text->data[text->len - 1] != '\n')
        st->lines++;
}

static void
count_number(struct state *s, struct statistics *st, double x)
{
    double before = st->sum;

    st->sum += x;
    if (s->deviation && st->count > 1) {
        double mean = before / (st->count - 1);

        st->variance *= (st->count - 2.0) / (st->count - 1);
        st->variance += (x - mean) * (x - mean) / st->count;
    }
}

static bool
not_a_number(struct hop_command *c, struct hop_value v)
{
    HOP_AUTO_STRING struct hop_string *text = NULL;
    struct hop_error_spec spec = {.id = "NonNumericInputObject",
                                  .category = HOP_CAT_INVALID_TYPE,
                                  .exception = "System.Management.Automation."
                                               "PSInvalidOperationException",
                                  .target = v};

    if (!hop_to_string(hop_command_context(c), v, &text))
        return false;
    return hop_command_error(c, &spec, "Input object \"%s\" is not numeric.",
                             text->data);
}

/* The number that v means, if it means one; otherwise v itself. */
static struct hop_value
comparable(struct hop_context *cx, struct hop_value v)
{
    struct hop_value number;

    if (!hop_is_null(v) && hop_try_convert(cx, v, &hop_class_double, &number))
        return number;
    return hop_retain(v);
}

/* Keeps the smaller (sign 1) or larger (sign -1) of *best and v. */
static bool
keep_best(struct hop_command *c, struct hop_value *best, struct hop_value v,
          int sign)
{
    struct hop_context *cx = hop_command_context(c);
    HOP_AUTO_VALUE struct hop_value a = comparable(cx, *best);
    HOP_AUTO_VALUE struct hop_value b = comparable(cx, v);
    int order;

    if (hop_is_null(*best)) {
        hop_value_set(best, hop_retain(v));
        return true;
    }
    if (!hop_is_null(b) && hop_class_of(a) != hop_class_of(b)) {
        HOP_AUTO_STRING struct hop_string *s = NULL;
        HOP_AUTO_STRING struct hop_string *t = NULL;

        if (!hop_to_string(cx, a, &s) || !hop_to_string(cx, b, &t))
            return false;
        order = hop_collate(s, t, false);
    } else if (!hop_compare(cx, a, b, false, &order)) {
        return false;
    }
    if (order * sign > 0)
        hop_value_set(best, hop_retain(v));
    return true;
}

static bool
analyze(struct hop_command *c, struct statistics *st, struct hop_value v)
{
    struct state *s = hop_command_state(c);
    struct hop_context *cx = hop_command_context(c);

    v = hop_value_base(v);
    st->count++;
    if (s->text) {
        HOP_AUTO_STRING struct hop_string *text = NULL;

        if (!hop_to_string(cx, v, &text))
            return false;
        count_text(c, st, text);
    }
    if (s->average || s->sum || s->deviation) {
        struct hop_value number;

        if (!hop_try_convert(cx, v, &hop_class_double, &number)) {
            s->not_numeric = true;
            return not_a_number(c, v);
        }
        count_number(s, st, number.u.d);
    }
    return (!s->min || keep_best(c, &st->min, v, 1)) &&
           (!s->max || keep_best(c, &st->max, v, -1));
}

/* Counts the properties that one argument names. */
static bool
analyze_spec(struct hop_command *c, const struct hop_property_spec *spec)
{
    struct state *s = hop_command_state(c);
    HOP_AUTO_SHOWN struct hop_shown_list l = {NULL, 0, 0};

    if (spec->name) {
        hop_shown_pattern(hop_command_context(c), hop_arg(c, INPUT), spec, &l);
        if (l.n == 0 && !hop_wildcard_has(spec->name->data, spec->name->len))
            (void)entry(s, spec->name);
    } else {
        HOP_AUTO_STRING struct hop_string *text =
            hop_shown_block_text(hop_command_context(c), spec->block);

        hop_shown_add(&l, text, spec->block, spec);
    }
    for (size_t i = 0; i < l.n; i++) {
        HOP_AUTO_VALUE struct hop_value v = hop_null();
        struct statistics *st = entry(s, l.item[i].name);
        bool failed;

        if (st->seen_in == s->objects)
            continue;
        st->seen_in = s->objects;
        if (!hop_shown_read(hop_command_runspace(c), &l.item[i],
                            hop_arg(c, INPUT), &v, &failed) ||
            !analyze(c, st, v))
            return false;
    }
    return true;
}

static bool
process(struct hop_command *c)
{
    struct state *s = hop_command_state(c);

    if (hop_is_null(hop_arg(c, INPUT)))
        return true;
    s->objects++;
    if (s->specs == 0)
        return analyze(c, entry(s, NULL), hop_arg(c, INPUT));
    for (size_t i = 0; i < s->specs; i++)
        if (!analyze_spec(c, &s->spec[i]))
            return false;
    return true;
}

static void
set_best(struct hop_record *r, size_t i, struct hop_context *cx, bool wanted,
         bool numeric, struct hop_value v)
{
    if (wanted)
        hop_record_set(r, i, numeric ? comparable(cx, v) : hop_retain(v));
}

static bool
is_numeric(struct hop_context *cx, struct hop_value v)
{
    struct hop_value number;

    return hop_is_null(v) || hop_try_convert(cx, v, &hop_class_double, &number);
}

static struct hop_record *
number_result(struct hop_command *c, const struct statistics *st)
{
    struct state *s = hop_command_state(c);
    struct hop_context *cx = hop_command_context(c);
    bool numeric = is_numeric(cx, st->min) && is_numeric(cx, st->max);
    struct hop_record *r =
        hop_record_new(cx, numeric ? &hop_class_generic_measure_info
                                   : &hop_class_generic_object_measure_info);

    hop_record_set(r, I_COUNT, hop_int(st->count));
    if (s->sum && !s->not_numeric)
        hop_record_set(r, I_SUM, hop_double(st->sum));
    if (s->average && !s->not_numeric && st->count)
        hop_record_set(r, I_AVERAGE, hop_double(st->sum / st->count));
    if (s->deviation && !s->not_numeric && numeric)
        hop_record_set(r, I_DEVIATION, hop_double(sqrt(st->variance)));
    set_best(r, I_MAXIMUM, cx, s->max, numeric, st->max);
    set_best(r, I_MINIMUM, cx, s->min, numeric, st->min);
    if (st->property)
        hop_record_set(r, I_PROPERTY, hop_str(hop_string_retain(st->property)));
    return r;
}

static struct hop_record *
text_result(struct hop_command *c, const struct statistics *st)
{
    struct hop_record *r =
        hop_record_new(hop_command_context(c), &hop_class_text_measure_info);

    if (hop_arg_on(c, LINE))
        hop_record_set(r, T_LINES, hop_int(st->lines));
    if (hop_arg_on(c, WORD))
        hop_record_set(r, T_WORDS, hop_int(st->words));
    if (hop_arg_on(c, CHARACTER))
        hop_record_set(r, T_CHARACTERS, hop_int(st->characters));
    if (st->property)
        hop_record_set(r, T_PROPERTY, hop_str(hop_string_retain(st->property)));
    return r;
}

static bool
end(struct hop_command *c)
{
    struct state *s = hop_command_state(c);

    if (s->objects == 0 && s->specs == 0)
        (void)entry(s, NULL);
    for (size_t i = 0; i < s->items; i++) {
        const struct statistics *st = &s->item[i];

        if (st->count == 0 && s->specs)
            continue;
        if (!hop_write_take(c, hop_obj(s->text ? text_result(c, st)
                                               : number_result(c, st))))
            return false;
    }
    return true;
}

static void
dispose(struct hop_command *c)
{
    struct state *s = hop_command_state(c);

    for (size_t i = 0; i < s->items; i++) {
        hop_string_release(s->item[i].property);
        hop_release(s->item[i].min);
        hop_release(s->item[i].max);
    }
    free(s->item);
    hop_property_specs_done(s->spec, s->specs);
}

const struct hop_cmdlet hop_cmdlet_measure_object = {
    .name = "Measure-Object",
    .default_set = "GenericMeasure",
    HOP_PARAMS(params),
    .output = "Microsoft.PowerShell.Commands.GenericMeasureInfo "
              "Microsoft.PowerShell.Commands.TextMeasureInfo",
    .synopsis = "Counts objects and computes figures of their properties.",
    .state_size = sizeof(struct state),
    .begin = begin,
    .process = process,
    .end = end,
    .dispose = dispose,
};
