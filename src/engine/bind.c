/* The parameter binder: one for script functions and native cmdlets.
 *
 * Order, as PowerShell: named arguments, positions, dynamic parameters, default
 * values from $PSDefaultParameterValues, remaining arguments, then the
 * parameter set is chosen; pipeline objects bind by value and by property name,
 * first without and then with conversion.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"

/* ---- errors
 * ------------------------------------------------------------------------ */

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

#define BINDING        "ParameterBindingException"
#define TRANSFORMATION "ParameterBindingArgumentTransformationException"
#define VALIDATION     "ParameterBindingValidationException"

bool
not_resolved(struct hop_command *c, enum hop_category category)
{
    return binding_error(
        c, BINDING, "AmbiguousParameterSet", category,
        "Parameter set cannot be resolved using the specified named "
        "parameters. One or more parameters issued cannot be used together or "
        "an insufficient number of parameters were provided.");
}

static const char *
brief_type(const struct meta_param *p, struct hop_buf *b)
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
    return binding_error(c, VALIDATION, id, HOP_CAT_INVALID_DATA,
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

static bool
conversion_failed(struct hop_command *c, const struct meta_param *p)
{
    struct hop_value e HOP_AUTO_VALUE = hop_take_exception(&c->rs->cx);
    const char *text = hop_exception_message(e);

    if (p->ast)
        return binding_error(
            c, TRANSFORMATION, "ParameterArgumentTransformationError",
            HOP_CAT_INVALID_DATA,
            "Cannot process argument transformation on parameter '%s'. %s",
            p->name, text);
    return binding_error(c, BINDING, "CannotConvertArgumentNoMessage",
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
    return conversion_failed(c, p);
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
                c, BINDING, "CannotConvertArgument", HOP_CAT_INVALID_ARGUMENT,
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
        return conversion_failed(c, p);
    }
    if (!hop_convert(&c->rs->cx, hop_bool(hop_is_true(&c->rs->cx, base)),
                     &hop_class_switch_parameter, &out))
        return conversion_failed(c, p);
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
        return conversion_failed(c, p);
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
        return binding_error(c, BINDING, "CannotConvertArgument",
                             HOP_CAT_INVALID_ARGUMENT, "%s",
                             hop_exception_message(e));
    }
    if ((p->ast && !language_may_convert(c->rs, *v, p->type)) ||
        !hop_convert(&c->rs->cx, *v, p->type, &out))
        return conversion_failed(c, p);
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
    return binding_error(c, VALIDATION, "ParameterArgumentValidationError",
                         HOP_CAT_INVALID_DATA,
                         "Cannot validate argument on parameter '%s'. %s",
                         p->name, hop_exception_message(e));
}

static void
reserve(struct hop_command *c)
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

static void
put_variable(struct hop_command *c, const struct meta_param *p,
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
                c, TRANSFORMATION, "MismatchedPSTypeName",
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
        return c->rs->stop ? false : conversion_failed(c, p);
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
            return conversion_failed(c, p);
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
        put_variable(c, p, v);
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

/* ---- named arguments
 * ------------------------------------------------------------------------ */

static bool
ambiguous_name(struct hop_command *c, const char *name, uint32_t n)
{
    struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;

    for (uint32_t i = 0; i < c->meta->n; i++)
        if (strncasecmp(c->meta->params[i].name, name, n) == 0)
            hop_buf_addf(&b, " -%s", c->meta->params[i].name);
    return binding_error(c, BINDING, "AmbiguousParameter",
                         HOP_CAT_INVALID_ARGUMENT,
                         "Parameter cannot be processed because the parameter "
                         "name '%.*s' is ambiguous. Possible matches "
                         "include:%s.",
                         (int)n, name, hop_buf_str(&b));
}

static bool
is_dash_dash(const struct argument *g)
{
    return g->kind == ARGUMENT_VALUE && g->bareword &&
           hop_is_string(g->value) && strcmp(hop_cstr(g->value), "--") == 0;
}

bool
accepts_pipeline(const struct meta_param *p)
{
    for (uint32_t i = 0; i < p->n_sets; i++)
        if (p->sets[i].flags & (HOP_BY_VALUE | HOP_BY_NAME))
            return true;
    return false;
}

/* A script block for a parameter that takes pipeline input runs for each
 * object. */
static bool
delays(struct hop_command *c, const struct meta_param *p, struct hop_value v)
{
    return c->expects_input && as_block(v) && accepts_pipeline(p) &&
           p->type != &hop_class_scriptblock && p->type != &hop_class_object &&
           p->type != &hop_class_psobject &&
           !(p->type->element && (p->type->element == &hop_class_object ||
                                  p->type->element == &hop_class_scriptblock ||
                                  p->type->element == &hop_class_psobject));
}

/* A number written literally for a text parameter keeps its spelling. */
static struct hop_value
literal_text(struct hop_command *c, const struct argument *g,
             const struct meta_param *p)
{
    if (g->ast && g->ast->kind == HOP_AST_CONSTANT && c->caller &&
        (p->type == &hop_class_string || p->type == &hop_class_version ||
         (p->type->element && p->type->element == &hop_class_string))) {
        struct hop_name text = hop_ast_text(c->caller->unit, g->ast);
        return hop_textn(text.text, text.len);
    }
    return hop_retain(g->value);
}

static bool
bind_argument(struct hop_command *c, struct meta_param *p,
              const struct argument *g, enum bound_state state)
{
    uint32_t i = (uint32_t)(p - c->meta->params);

    if (delays(c, p, g->value)) {
        hop_value_set(&c->bound[i].delayed, hop_retain(g->value));
        c->bound[i].state = BOUND_LINE;
        c->sets &= p->mask;
        return true;
    }
    struct hop_value v HOP_AUTO_VALUE = literal_text(c, g, p);
    c->blame = g->ast;
    if (!bind_value(c, p, v, state))
        return false;
    c->blame = NULL;
    return true;
}

static bool
already_bound(struct hop_command *c, const struct meta_param *p)
{
    return binding_error(
        c, BINDING, "ParameterAlreadyBound", HOP_CAT_INVALID_ARGUMENT,
        "Cannot bind parameter because parameter '%s' is specified more than "
        "once. To provide multiple values to parameters that can accept "
        "multiple values, use the array syntax. For example, \"-parameter "
        "value1,value2,value3\".",
        p->name);
}

static bool
missing_argument(struct hop_command *c, const struct meta_param *p)
{
    struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;

    return binding_error(c, BINDING, "MissingArgument",
                         HOP_CAT_INVALID_ARGUMENT,
                         "Missing an argument for parameter '%s'. Specify a "
                         "parameter of type '%s' and try again.",
                         p->name, brief_type(p, &b));
}

bool
row_applies(const struct hop_command *c, const struct meta_set *s)
{
    return s->set == SET_ALL || c->sets & (1u << s->set);
}

/* Does a parameter take what is left over, names that nobody knows with it? */
static bool
takes_rest(const struct hop_command *c)
{
    for (uint32_t i = 0; i < c->meta->n; i++) {
        const struct meta_param *p = &c->meta->params[i];

        for (uint32_t k = 0; k < p->n_sets; k++)
            if (p->sets[k].flags & HOP_REMAINING && row_applies(c, &p->sets[k]))
                return true;
    }
    return false;
}

/* Binds what is named; the rest is marked by used[i] == false. */
static bool
bind_named(struct hop_command *c, bool *used, bool last_chance)
{
    struct arguments *a = &c->arguments;

    for (uint32_t i = 0; i < a->n; i++) {
        struct argument *g = &a->items[i];
        if (used[i])
            continue;
        if (is_dash_dash(g) || (g->kind == ARGUMENT_NAME && g->name_len == 1 &&
                                g->name[0] == '-')) {
            used[i] = true;
            break;
        }
        if (g->kind != ARGUMENT_NAME && g->kind != ARGUMENT_NAME_VALUE)
            continue;
        int at = meta_find(c->meta, g->name, g->name_len);
        c->blame = g->ast;
        if (at == -2)
            return ambiguous_name(c, g->name, g->name_len);
        if (at < 0) {
            if (c->meta->simple || !last_chance || takes_rest(c)) {
                c->blame = NULL;
                continue;
            }
            return binding_error(c, BINDING, "NamedParameterNotFound",
                                 HOP_CAT_INVALID_ARGUMENT,
                                 "A parameter cannot be found that matches "
                                 "parameter name '%.*s'.",
                                 (int)g->name_len, g->name);
        }
        struct meta_param *p = &c->meta->params[at];
        if (c->bound[at].state == BOUND_LINE) {
            if (g->splatted) {
                used[i] = true;
                continue;
            }
            return already_bound(c, p);
        }
        used[i] = true;
        if (g->kind == ARGUMENT_NAME_VALUE) {
            if (!bind_argument(c, p, g, BOUND_LINE))
                return false;
            continue;
        }
        if (p->is_switch) {
            if (!bind_value(c, p, hop_bool(true), BOUND_LINE))
                return false;
            c->blame = NULL;
            continue;
        }
        if (i + 1 >= a->n || a->items[i + 1].kind != ARGUMENT_VALUE ||
            used[i + 1])
            return missing_argument(c, p);
        used[i + 1] = true;
        if (!bind_argument(c, p, &a->items[i + 1], BOUND_LINE))
            return false;
    }
    return true;
}

/* ---- positions
 * -----------------------------------------------------------------------------------
 */

/* The parameter's position in the sets still possible (or in `only`); -1. */
static int
position_of(const struct hop_command *c, const struct meta_param *p, int only)
{
    for (uint32_t i = 0; i < p->n_sets; i++) {
        const struct meta_set *s = &p->sets[i];
        if (s->position < 0 || s->flags & HOP_REMAINING || !row_applies(c, s))
            continue;
        if (only >= 0 && s->set != SET_ALL && s->set != only)
            continue;
        return s->position;
    }
    return -1;
}

/* Without conversion; one element, or an array of such, fits an array. */
bool
fits(const struct meta_param *p, struct hop_value v)
{
    struct hop_value base = hop_value_base(v);
    const struct hop_class *element =
        p->type && p->type->flags & HOP_CLASS_ARRAY ? p->type->element : NULL;
    struct hop_array *a = element ? hop_as_array(base) : NULL;
    size_t i = 0;

    if (p->type == &hop_class_object || p->type == &hop_class_psobject ||
        hop_is_null(base) || hop_value_is(base, p->type))
        return true;
    if (!a)
        return element && hop_value_is(base, element);
    while (i < a->n && hop_value_is(hop_value_base(a->items[i]), element))
        i++;
    return i == a->n;
}

static int
lowest_position(struct hop_command *c, int above)
{
    int low = -1;

    for (uint32_t i = 0; i < c->meta->n; i++) {
        if (c->bound[i].state != BOUND_NONE)
            continue;
        struct meta_param *p = &c->meta->params[i];
        for (uint32_t k = 0; k < p->n_sets; k++) {
            struct meta_set *s = &p->sets[k];
            if (s->position > above && !(s->flags & HOP_REMAINING) &&
                row_applies(c, s) && (low < 0 || s->position < low))
                low = s->position;
        }
    }
    return low;
}

/* Tries the parameters at a position; 1 bound, 0 none there, -1 error. */
static int
try_position(struct hop_command *c, int position, const struct argument *g)
{
    struct hop_value last HOP_AUTO_VALUE = hop_null();
    int def =
        c->meta->default_set >= 0 && c->sets & (1u << c->meta->default_set)
            ? c->meta->default_set
            : -1;
    bool any = false;

    for (int phase = 0; phase < 4; phase++) {
        int only = phase % 2 == 0 ? def : -1;
        if (phase % 2 == 0 && def < 0)
            continue;
        for (uint32_t i = 0; i < c->meta->n; i++) {
            struct meta_param *p = &c->meta->params[i];
            if (c->bound[i].state != BOUND_NONE ||
                position_of(c, p, only) != position)
                continue;
            any = true;
            if (phase < 2 && !fits(p, g->value) && !delays(c, p, g->value))
                continue;
            if (bind_argument(c, p, g, BOUND_LINE))
                return 1;
            if (c->rs->stop || !hop_has_exception(&c->rs->cx))
                return -1;
            hop_value_set(&last, hop_take_exception(&c->rs->cx));
        }
    }
    if (!any)
        return 0;
    if (hop_is_null(last))
        return 0;
    hop_value_set(&c->rs->cx.pending, hop_value_steal(&last));
    return -1;
}

static bool
bind_positional(struct hop_command *c, bool *used)
{
    struct arguments *a = &c->arguments;
    int position = -1;

    for (uint32_t i = 0; i < a->n; i++) {
        if (used[i] || a->items[i].kind != ARGUMENT_VALUE)
            continue;
        if (i && !used[i - 1] && a->items[i - 1].kind == ARGUMENT_NAME &&
            (c->meta->simple || takes_rest(c)))
            continue;
        for (;;) {
            position = lowest_position(c, position);
            if (position < 0)
                return true;
            int got = try_position(c, position, &a->items[i]);
            if (got < 0)
                return false;
            if (got > 0) {
                used[i] = true;
                break;
            }
        }
    }
    return true;
}

/* ---- what is left over
 * ------------------------------------------------------------------------------
 */

static void
collect_rest(struct hop_command *c, const bool *used, struct hop_array *rest)
{
    struct arguments *a = &c->arguments;

    for (uint32_t i = 0; i < a->n; i++) {
        struct argument *g = &a->items[i];
        if (used[i])
            continue;
        if (g->kind == ARGUMENT_NAME || g->kind == ARGUMENT_NAME_VALUE)
            hop_array_push(rest,
                           parameter_text(c->rs, g->name, g->name_len,
                                          g->kind == ARGUMENT_NAME_VALUE));
        if (g->kind != ARGUMENT_NAME)
            hop_array_push(rest, hop_retain(g->value));
    }
}

/* Parameters of the sets still possible that take what is left over. */
static int
count_rest_parameters(const struct hop_command *c)
{
    int n = 0;

    for (uint32_t i = 0; i < c->meta->n; i++) {
        const struct meta_param *p = &c->meta->params[i];
        bool any = false;

        for (uint32_t k = 0; k < p->n_sets; k++)
            any = any || (p->sets[k].flags & HOP_REMAINING &&
                          row_applies(c, &p->sets[k]) &&
                          c->bound[i].state == BOUND_NONE);
        n += any;
    }
    return n;
}

static bool
bind_remaining(struct hop_command *c, const bool *used)
{
    struct arguments *a = &c->arguments;
    struct hop_array *rest = hop_array_new(&c->rs->cx, 0);
    struct hop_value holder HOP_AUTO_VALUE = hop_obj(rest);

    collect_rest(c, used, rest);
    if (c->meta->simple) {
        hop_value_set(&c->rest, hop_value_steal(&holder));
        return true;
    }
    if (!rest->n)
        return true;
    if (count_rest_parameters(c) > 1)
        return not_resolved(c, HOP_CAT_METADATA_ERROR);
    for (uint32_t i = 0; i < c->meta->n; i++) {
        struct meta_param *p = &c->meta->params[i];
        for (uint32_t k = 0; k < p->n_sets; k++)
            if (p->sets[k].flags & HOP_REMAINING &&
                row_applies(c, &p->sets[k]) &&
                c->bound[i].state == BOUND_NONE) {
                if (rest->n == 1 && hop_as_array(rest->items[0])) {
                    struct hop_value one HOP_AUTO_VALUE =
                        hop_retain(rest->items[0]);
                    return bind_value(c, p, one, BOUND_LINE);
                }
                return bind_value(c, p, holder, BOUND_LINE);
            }
    }
    for (uint32_t i = 0; i < a->n; i++) {
        struct hop_string *text HOP_AUTO_STRING = NULL;
        if (used[i])
            continue;
        if (!hop_to_string(&c->rs->cx, a->items[i].value, &text))
            return false;
        return binding_error(c, BINDING, "PositionalParameterNotFound",
                             HOP_CAT_INVALID_ARGUMENT,
                             "A positional parameter cannot be found that "
                             "accepts argument '%s'.",
                             text->data);
    }
    return true;
}

/* ---- dynamic parameters
 * ----------------------------------------------------------------------------------------
 */

static bool
script_dynamic(struct hop_command *c, struct hop_value *out)
{
    struct hop_list_sink l;
    enum hop_flow flow;

    hop_list_sink_init(&l, &c->rs->cx);
    flow = exec_block(&c->frame,
                      c->info->block->ast->blocks[HOP_BLOCK_DYNAMICPARAM],
                      &l.sink);
    if (flow == HOP_FLOW_RETURN)
        flow = HOP_FLOW_NEXT;
    if (flow == HOP_FLOW_NEXT)
        *out = hop_list_sink_value(&l);
    hop_list_sink_done(&l);
    return flow == HOP_FLOW_NEXT;
}

static bool script_defaults(struct hop_command *c);

static bool
extend(struct hop_command *c)
{
    struct hop_value d HOP_AUTO_VALUE = hop_null();
    const struct hop_param *native = NULL;
    struct meta *m;
    size_t n = 0;

    if (c->info->type == COMMAND_CMDLET) {
        if (!c->info->cmdlet->dynamic)
            return true;
        native = c->info->cmdlet->dynamic(c, &n);
        if (!n)
            return !hop_has_exception(&c->rs->cx);
    } else {
        if (!c->info->block->ast->blocks[HOP_BLOCK_DYNAMICPARAM])
            return true;
        if (!script_defaults(c) || !script_dynamic(c, &d))
            return false;
        if (!hop_as_dict(d))
            return true;
    }
    m = meta_extend(c->rs, c->meta, d, native, n);
    meta_unref(c->meta);
    c->meta = m;
    reserve(c);
    return true;
}

/* ---- the command line
 * ---------------------------------------------------------------------------------------------
 */

static struct hop_value
typed_null(struct hop_command *c, const struct meta_param *p)
{
    struct hop_value v = hop_null();

    if (p->type->kind == HOP_OBJECT && p->type != &hop_class_switch_parameter)
        return v;
    if (p->type == &hop_class_object || p->type->element)
        return v;
    if (p->is_switch || p->type == &hop_class_string ||
        hop_is_number(hop_integer(p->type->kind, 0)) ||
        p->type->kind == HOP_BOOL || p->type->kind == HOP_CHAR) {
        if (!hop_convert(&c->rs->cx,
                         p->is_switch ? hop_bool(false) : hop_null(), p->type,
                         &v)) {
            hop_drop_exception(&c->rs->cx);
            return hop_null();
        }
    }
    return v;
}

/* In the function's scope. */
static bool
put_default(struct hop_command *c, const struct meta_param *p)
{
    struct hop_value v HOP_AUTO_VALUE = hop_null();

    if (!p->ast->default_value) {
        v = typed_null(c, p);
        put_variable(c, p, v);
        return true;
    }
    c->frame.pos = p->ast->default_value;
    if (eval_statement(&c->frame, p->ast->default_value, &v) != HOP_FLOW_NEXT)
        return false;
    if (p->type != &hop_class_object) {
        struct hop_value out = hop_null();
        if (!hop_convert(&c->rs->cx, v, p->type, &out))
            return conversion_failed(c, p);
        hop_value_set(&v, out);
    }
    put_variable(c, p, v);
    return true;
}

/* Parameters without arguments get their default values. */
static bool
script_defaults(struct hop_command *c)
{
    for (uint32_t i = 0; i < c->meta->n; i++) {
        struct meta_param *p = &c->meta->params[i];

        if (c->bound[i].state == BOUND_NONE && p->ast && !put_default(c, p))
            return false;
    }
    return true;
}

/* What an earlier object bound and this one does not has its default again. */
bool
restore_defaults(struct hop_command *c)
{
    for (uint32_t i = 0; i < c->n_bound; i++) {
        struct bound *b = &c->bound[i];
        bool stale = b->piped && b->state == BOUND_NONE;

        b->piped = b->state == BOUND_PIPELINE;
        if (stale && c->meta->params[i].ast &&
            !put_default(c, &c->meta->params[i]))
            return false;
    }
    return true;
}

#define USED_STORE 16

/* The commonest call: a plain function with nothing but positional arguments.
 */
static bool
bind_simple(struct hop_command *c)
{
    struct arguments *a = &c->arguments;
    struct hop_array *rest = NULL;
    uint32_t next = 0;

    for (uint32_t i = 0; i < a->n; i++)
        if (a->items[i].kind != ARGUMENT_VALUE || is_dash_dash(&a->items[i]))
            return false;
    for (uint32_t i = 0; i < a->n; i++) {
        while (next < c->meta->n && c->meta->params[next].is_switch)
            next++;
        if (next >= c->meta->n) {
            if (!rest)
                rest = hop_array_new(&c->rs->cx, 0);
            hop_array_push(rest, hop_retain(a->items[i].value));
            continue;
        }
        struct meta_param *p = &c->meta->params[next];
        if (!p->attributes->n && p->type == &hop_class_object) {
            c->bound[next].value = hop_retain(a->items[i].value);
            c->bound[next].state = BOUND_LINE;
            put_variable(c, p, a->items[i].value);
        } else if (!bind_argument(c, p, &a->items[i], BOUND_LINE)) {
            if (rest)
                hop_release(hop_obj(rest));
            return true;
        }
        next++;
    }
    if (rest)
        c->rest = hop_obj(rest);
    return true;
}

static bool
bind_all(struct hop_command *c, bool *used)
{
    bool dynamic =
        c->info->type == COMMAND_CMDLET
            ? c->info->cmdlet->dynamic != NULL
            : c->meta->cmdlet_binding &&
                  c->info->block->ast->blocks[HOP_BLOCK_DYNAMICPARAM] != NULL;

    if (!bind_named(c, used, !dynamic) || !bind_positional(c, used))
        return false;
    if (!c->meta->simple && !bind_defaults(c))
        return false;
    if (dynamic &&
        (!extend(c) || !bind_named(c, used, true) || !bind_positional(c, used)))
        return false;
    return bind_remaining(c, used);
}

bool
bind_command_line(struct hop_command *c)
{
    bool store[USED_STORE] = {false};
    bool *used = store;
    bool ok;

    reserve(c);
    if (c->meta->simple && c->arguments.n && bind_simple(c))
        return !hop_has_exception(&c->rs->cx) && script_defaults(c);
    if (c->arguments.n > USED_STORE)
        used = hop_xcalloc(c->arguments.n, sizeof(*used));
    ok = bind_all(c, used);
    if (used != store)
        free(used);
    if (!ok)
        return false;
    if (!c->meta->simple && !choose_set(c, !c->expects_input))
        return false;
    return !is_script_command(c) || script_defaults(c);
}
