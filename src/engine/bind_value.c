/* One value to one parameter: transforming, converting, validating.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/bind_internal.h"

#include "engine/engine.h"

bool
binding_error(struct hop_command *c, const char *cls, const char *id,
              enum hop_category category, const char *fmt, ...)
{
    char *text;
    va_list ap;

    va_start(ap, fmt);
    if (vasprintf(&text, fmt, ap) < 0)
        text = hop_xstrdup("");
    va_end(ap);
    throw_pending(c->rs, cls, id, category, hop_null(), "%s", text);
    free(text);
    return false;
}

bool
not_resolved(struct hop_command *c, enum hop_category category)
{
    return binding_error(
        c, ERROR_BINDING, "AmbiguousParameterSet", category,
        "Parameter set cannot be resolved using the specified named "
        "parameters. One or more parameters issued cannot be used together or "
        "an insufficient number of parameters were provided.");
}

const char *
bind_brief_type(const struct meta_param *p, struct hop_buf *b)
{
    hop_class_add_display(p->type, false, b);
    return hop_buf_str(b);
}

/* ---- one value to one parameter
 * -------------------------------------------------------- */

static bool
is_mandatory(const struct meta_param *p)
{
    for (uint32_t i = 0; i < p->n_sets; i++)
        if (p->sets[i].flags & HOP_MANDATORY)
            return true;
    return false;
}

static bool
empty_error(struct hop_command *c, const struct meta_param *p, const char *id,
            const char *what)
{
    return binding_error(c, ERROR_VALIDATION, id, HOP_CAT_INVALID_DATA,
                         "Cannot bind argument to parameter '%s' because it is "
                         "%s.",
                         p->name, what);
}

#define NULL_ID "ParameterArgumentValidationErrorNullNotAllowed"

/* Mandatory parameters take neither null nor empty strings or collections,
 * unless attributes allow them. */
static bool
check_empty(struct hop_command *c, const struct meta_param *p,
            struct hop_value v)
{
    struct hop_array *a;

    if (!is_mandatory(p))
        return true;
    v = hop_value_base(v);
    if (hop_is_null(v))
        return p->flags & HOP_ALLOW_NULL || empty_error(c, p, NULL_ID, "null");
    if (v.kind == HOP_STRING) {
        if (v.u.s->len || p->flags & HOP_ALLOW_EMPTY_STRING ||
            (p->type != &hop_class_string &&
             p->type->element != &hop_class_string))
            return true;
        return empty_error(
            c, p, "ParameterArgumentValidationErrorEmptyStringNotAllowed",
            "an empty string");
    }
    a = hop_as_array(v);
    if (!a || !p->type->element)
        return true;
    if (!a->n && !(p->flags & HOP_ALLOW_EMPTY_COLLECTION))
        return empty_error(
            c, p, "ParameterArgumentValidationErrorEmptyArrayNotAllowed",
            "an empty array");
    for (size_t i = 0; i < a->n; i++) {
        if (hop_is_null(a->items[i]) && !(p->flags & HOP_ALLOW_NULL))
            return empty_error(c, p, NULL_ID, "null");
        if (p->type->element == &hop_class_string &&
            hop_is_string(a->items[i]) && !a->items[i].u.s->len &&
            !(p->flags & HOP_ALLOW_EMPTY_STRING))
            return empty_error(
                c, p, "ParameterArgumentValidationErrorEmptyStringNotAllowed",
                "an empty string");
    }
    return true;
}

bool
bind_conversion_failed(struct hop_command *c, const struct meta_param *p)
{
    struct hop_value e HOP_AUTO_VALUE = hop_take_exception(&c->rs->cx);
    const char *text = hop_exception_message(e);

    if (p->ast)
        return binding_error(
            c, ERROR_TRANSFORMATION, "ParameterArgumentTransformationError",
            HOP_CAT_INVALID_DATA,
            "Cannot process argument transformation on parameter '%s'. %s",
            p->name, text);
    return binding_error(c, ERROR_BINDING, "CannotConvertArgumentNoMessage",
                         HOP_CAT_INVALID_ARGUMENT,
                         "Cannot bind parameter '%s'. %s", p->name, text);
}

/* Boolean parameters take no strings. */
static bool
convert_bool(struct hop_command *c, const struct meta_param *p,
             struct hop_value *v)
{
    struct hop_value base = hop_value_base(*v);
    const struct hop_class *cls = hop_class_of(base);

    if (base.kind == HOP_BOOL)
        return true;
    if (hop_is_number(base) ||
        hop_is_exactly(base, &hop_class_switch_parameter)) {
        hop_value_set(v, hop_bool(hop_is_true(&c->rs->cx, base)));
        return true;
    }
    hop_throw_runtime(&c->rs->cx, "InvalidCast", HOP_CAT_INVALID_ARGUMENT,
                      "Cannot convert value \"%s\" to type \"System.Boolean\". "
                      "Boolean parameters accept only Boolean values and "
                      "numbers, such as $True, $False, 1 or 0.",
                      cls ? cls->name : "");
    return bind_conversion_failed(c, p);
}

static bool
convert_switch(struct hop_command *c, const struct meta_param *p,
               struct hop_value *v)
{
    struct hop_value base = hop_value_base(*v);
    struct hop_value out = hop_null();

    if (hop_is_exactly(base, &hop_class_switch_parameter))
        return true;
    /* As PowerShell: given without a value (a program's AddParameter), a
     * cmdlet's switch is on; a function's argument is converted. */
    if (hop_is_null(base)) {
        base = hop_bool(!p->ast);
    } else if (base.kind != HOP_BOOL && !hop_is_number(base)) {
        const struct hop_class *cls = hop_class_of(base);
        if (!p->ast)
            return binding_error(
                c, ERROR_BINDING, "CannotConvertArgument",
                HOP_CAT_INVALID_ARGUMENT,
                "Cannot convert '%s' to the type "
                "'System.Management.Automation.SwitchParameter' required by "
                "parameter '%s'. ",
                cls ? cls->name : "", p->name);
        hop_throw_runtime(
            &c->rs->cx, "InvalidCast", HOP_CAT_INVALID_ARGUMENT,
            "Cannot convert value \"%s\" to type "
            "\"System.Management.Automation.SwitchParameter\". Boolean "
            "parameters accept only Boolean values and numbers, such as $True, "
            "$False, 1 or 0.",
            cls ? cls->name : "");
        return bind_conversion_failed(c, p);
    }
    if (!hop_convert(&c->rs->cx, hop_bool(hop_is_true(&c->rs->cx, base)),
                     &hop_class_switch_parameter, &out))
        return bind_conversion_failed(c, p);
    hop_value_set(v, out);
    return true;
}

/* [int]$n of a number keeps nothing, [string]$s of a literal number keeps how
 * it was written: that is done where the argument is known. */
static bool
convert_argument(struct hop_command *c, const struct meta_param *p,
                 struct hop_value *v)
{
    struct hop_value out = hop_null();

    if (p->type == &hop_class_object)
        return true;
    if (p->type == &hop_class_switch_parameter)
        return convert_switch(c, p, v);
    if (p->type == &hop_class_boolean)
        return convert_bool(c, p, v);
    if (hop_is_null(*v) && !p->ast && !(p->type->flags & HOP_CLASS_VALUE) &&
        p->type != &hop_class_string)
        return true;
    if (p->type == &hop_class_reference &&
        !hop_value_is(*v, &hop_class_reference)) {
        hop_throw_runtime(&c->rs->cx, "InvalidCast", HOP_CAT_INVALID_ARGUMENT,
                          "Reference type is expected in argument.");
        return bind_conversion_failed(c, p);
    }
    if (v->kind == p->type->kind && v->kind == HOP_STRING)
        return true;
    if (!p->ast && p->type == &hop_class_string && hop_as_array(*v)) {
        const struct hop_class *cls = hop_class_of(*v);
        hop_throw_runtime(&c->rs->cx, "CannotConvertArgument",
                          HOP_CAT_INVALID_ARGUMENT,
                          "Cannot convert '%s' to the type 'System.String' "
                          "required by parameter '%s'. Specified method is not "
                          "supported.",
                          cls->name, p->name);
        struct hop_value e HOP_AUTO_VALUE = hop_take_exception(&c->rs->cx);
        return binding_error(c, ERROR_BINDING, "CannotConvertArgument",
                             HOP_CAT_INVALID_ARGUMENT, "%s",
                             hop_exception_message(e));
    }
    if ((p->ast && !language_may_convert(c->rs, *v, p->type)) ||
        !hop_convert(&c->rs->cx, *v, p->type, &out))
        return bind_conversion_failed(c, p);
    hop_value_set(v, out);
    return true;
}

static bool
transform(struct hop_command *c, const struct meta_param *p,
          struct hop_value *v)
{
    for (uint32_t i = 0; p->attributes && i < p->attributes->n; i++) {
        struct validator *t = &p->attributes->items[i];
        if (t->kind == TRANSFORM_NATIVE && !t->native->transform(c, v))
            return false;
        if (t->kind == TRANSFORM_CREDENTIAL && !transform_credential(c, v))
            return false;
    }
    return true;
}

bool validate_all(struct hop_runspace *rs, struct attributes *a,
                  struct hop_value v, struct hop_value *inner);

static bool
validate(struct hop_command *c, const struct meta_param *p, struct hop_value v)
{
    struct attributes *a = p->attributes;
    struct hop_value inner = hop_null();

    if (!a || !a->n)
        return true;
    for (uint32_t i = 0; i < a->n; i++)
        if ((a->items[i].kind == VALIDATE_NOT_NULL ||
             a->items[i].kind == VALIDATE_NOT_NULL_OR_EMPTY) &&
            hop_is_null(v) && !p->ast && is_mandatory(p))
            return empty_error(c, p, NULL_ID, "null");
    if (validate_all(c->rs, a, v, &inner))
        return true;
    if (c->rs->stop)
        return false;
    struct hop_value e HOP_AUTO_VALUE = hop_take_exception(&c->rs->cx);
    return binding_error(
        c, ERROR_VALIDATION, "ParameterArgumentValidationError",
        HOP_CAT_INVALID_DATA, "Cannot validate argument on parameter '%s'. %s",
        p->name, hop_exception_message(e));
}

void
bind_reserve(struct hop_command *c)
{
    uint32_t n = c->meta->n;

    if (n <= c->n_bound)
        return;
    if (!c->bound)
        c->bound = c->bound_store;
    if (n > HOP_ARRAY_SIZE(c->bound_store) && n > c->bound_cap) {
        struct bound *b = hop_xcalloc(n, sizeof(*b));
        memcpy(b, c->bound, c->n_bound * sizeof(*b));
        if (c->bound != c->bound_store)
            free(c->bound);
        c->bound = b;
        c->bound_cap = n;
    }
    c->n_bound = n;
}

void
bind_put_variable(struct hop_command *c, const struct meta_param *p,
                  struct hop_value v)
{
    struct hop_scope *s = c->frame.scope;
    struct hop_variable *x = scope_own(s, p->symbol);

    if (!x)
        x = scope_define(c->rs, s, p->symbol);
    if (p->attributes && (p->attributes->type || p->attributes->n)) {
        attributes_unref(x->attributes);
        x->attributes = attributes_ref(p->attributes);
        x->attributes->local = !p->attributes->n && !c->dotted;
    }
    hop_value_set(&x->value, hop_retain(v));
}

static bool
action_value(struct hop_command *c, const struct meta_param *p,
             struct hop_value v, int8_t *out)
{
    if (v.kind != HOP_ENUM)
        return false;
    (void)c;
    (void)p;
    *out = (int8_t)v.u.i;
    return true;
}

static bool
take_common(struct hop_command *c, const struct meta_param *p,
            struct hop_value v)
{
    struct common_values *k = &c->common;
    bool on = hop_is_true(&c->rs->cx, v);
    struct hop_string **text = NULL;

    switch (p->common) {
    case COMMON_VERBOSE: k->verbose = on; break;
    case COMMON_DEBUG: k->debug = on; break;
    case COMMON_WHATIF: k->what_if = on; break;
    case COMMON_CONFIRM: k->confirm = on; break;
    case COMMON_ERROR_ACTION: return action_value(c, p, v, &k->error_action);
    case COMMON_WARNING_ACTION:
        return action_value(c, p, v, &k->warning_action);
    case COMMON_INFORMATION_ACTION:
        return action_value(c, p, v, &k->information_action);
    case COMMON_PROGRESS_ACTION:
        return action_value(c, p, v, &k->progress_action);
    case COMMON_ERROR_VARIABLE: text = &k->error_variable; break;
    case COMMON_WARNING_VARIABLE: text = &k->warning_variable; break;
    case COMMON_INFORMATION_VARIABLE: text = &k->information_variable; break;
    case COMMON_OUT_VARIABLE: text = &k->out_variable; break;
    case COMMON_PIPELINE_VARIABLE: text = &k->pipeline_variable; break;
    default: break;
    }
    if (text && v.kind == HOP_STRING) {
        hop_string_clear(text);
        *text = hop_string_retain(v.u.s);
    }
    return true;
}

bool
is_script_command(const struct hop_command *c)
{
    return c->info->type != COMMAND_CMDLET;
}

static void
update_dictionary(struct hop_command *c, const struct meta_param *p,
                  struct hop_value v)
{
    if (c->bound_dictionary.kind == HOP_OBJECT)
        hop_dict_set_text((struct hop_dict *)(void *)c->bound_dictionary.u.o,
                          p->name, hop_retain(v));
}

static bool
has_type_name(struct hop_command *c, struct hop_value v, const char *name)
{
    struct hop_array *a = hop_as_array(v);

    if (hop_is_null(v) || hop_has_type_name(&c->rs->cx, v, name))
        return true;
    for (size_t i = 0; a && i < a->n; i++)
        if (!hop_has_type_name(&c->rs->cx, a->items[i], name))
            return false;
    return a != NULL;
}

/* [PSTypeName('Name')]: of the argument or of each of its elements. */
static bool
check_type_names(struct hop_command *c, const struct meta_param *p,
                 struct hop_value v)
{
    for (uint32_t k = 0; p->attributes && k < p->attributes->n; k++) {
        const struct validator *t = &p->attributes->items[k];

        if (t->kind == VALIDATE_PSTYPE && hop_is_string(t->a) &&
            !has_type_name(c, v, hop_cstr(t->a)))
            return binding_error(
                c, ERROR_TRANSFORMATION, "MismatchedPSTypeName",
                HOP_CAT_INVALID_ARGUMENT,
                "Cannot bind argument to parameter '%s', because PSTypeNames "
                "of the argument do not match the PSTypeName required by the "
                "parameter: %s.",
                p->name, hop_cstr(t->a));
    }
    return true;
}

bool
bind_value(struct hop_command *c, struct meta_param *p, struct hop_value given,
           enum bound_state state)
{
    uint32_t i = (uint32_t)(p - c->meta->params);
    struct hop_value v HOP_AUTO_VALUE = hop_retain(given);

    if (!check_type_names(c, p, v))
        return false;
    if (!transform(c, p, &v))
        return c->rs->stop ? false : bind_conversion_failed(c, p);
    if (!p->ast && !check_empty(c, p, v))
        return false;
    if (!(hop_is_null(v) && p->flags & HOP_ALLOW_NULL) &&
        !convert_argument(c, p, &v))
        return false;
    for (uint32_t k = 0; p->attributes && k < p->attributes->n; k++) {
        struct validator *t = &p->attributes->items[k];
        struct hop_value out = hop_null();
        if (t->kind != TRANSFORM_TYPE)
            continue;
        if ((p->ast && !language_may_convert(c->rs, v, t->type)) ||
            !hop_convert(&c->rs->cx, v, t->type, &out))
            return bind_conversion_failed(c, p);
        hop_value_set(&v, out);
    }
    if (state != BOUND_LATE && !validate(c, p, v))
        return false;
    if (p->ast && !check_empty(c, p, v))
        return false;
    if (p->common && !take_common(c, p, v))
        return false;
    c->sets &= p->mask;
    hop_value_set(&c->bound[i].value, hop_retain(v));
    c->bound[i].state = (uint8_t)state;
    if (is_script_command(c) && !p->common && c->scope_on &&
        p->dynamic.kind != HOP_OBJECT)
        bind_put_variable(c, p, v);
    if (p->dynamic.kind == HOP_OBJECT) {
        struct hop_string *name HOP_AUTO_STRING = hop_string_from("Value");
        if (!hop_member_set(&c->rs->cx, p->dynamic, name, v))
            hop_drop_exception(&c->rs->cx);
    }
    if (state != BOUND_LATE)
        update_dictionary(c, p, v);
    return true;
}

static const struct hop_class class_bound_parameters = {
    .name = "System.Management.Automation.PSBoundParametersDictionary",
};

struct hop_value
bound_dictionary(struct hop_command *c)
{
    struct hop_dict *d;

    if (c->bound_dictionary.kind == HOP_OBJECT)
        return c->bound_dictionary;
    const struct hop_class *cls =
        hop_types_find(&c->rs->cx, class_bound_parameters.name,
                       strlen(class_bound_parameters.name));
    d = hop_dict_new_of(&c->rs->cx, cls ? cls : &hop_class_dictionary,
                        HOP_DICT_IGNORE_CASE);
    c->bound_dictionary = hop_obj(d);
    for (uint32_t i = 0; i < c->n_bound; i++)
        if (c->bound[i].state != BOUND_NONE && c->bound[i].state != BOUND_LATE)
            hop_dict_set_text(d, c->meta->params[i].name,
                              hop_retain(c->bound[i].value));
    return c->bound_dictionary;
}
