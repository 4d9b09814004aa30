/* $PSDefaultParameterValues: its dictionary, whose keys read "Command:Param",
 * and the values a command gets from it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"

#include "value/class.h"

#define HELP_URI "https://go.microsoft.com/fwlink/?LinkId=228266"

/* ---- keys -------------------------------------------------------------- */

struct key {
    struct hop_name command, parameter;
};

/* Takes blanks and quotes off both ends. */
static struct hop_name
trimmed(const char *s, size_t n)
{
    while (n && *s == ' ')
        s++, n--;
    while (n && s[n - 1] == ' ')
        n--;
    if (n > 1 && (*s == '\'' || *s == '"') && s[n - 1] == *s)
        s++, n -= 2;
    return (struct hop_name){s, (uint32_t)n};
}

static bool
parse_key(const struct hop_string *text, struct key *out)
{
    const char *colon = memrchr(text->data, ':', text->len);

    if (!colon)
        return false;
    out->command = trimmed(text->data, (size_t)(colon - text->data));
    out->parameter =
        trimmed(colon + 1, text->len - (size_t)(colon + 1 - text->data));
    return out->command.len && out->parameter.len;
}

/* ---- the dictionary ---------------------------------------------------- */

static bool
accepts_key(struct hop_context *cx, struct hop_value v)
{
    struct hop_value base = hop_value_base(v);
    struct hop_string *text HOP_AUTO_STRING = NULL;
    struct key k;

    if (base.kind == HOP_STRING &&
        (hop_ascii_ieq(base.u.s->data, "Disabled") || parse_key(base.u.s, &k)))
        return true;
    if (!hop_to_string(cx, v, &text))
        return false;
    return throw_pending(RS_OF(cx), "PSInvalidOperationException",
                         "InvalidOperation", HOP_CAT_INVALID_OPERATION,
                         hop_null(),
                         "The key '%s' does not have a valid format. For "
                         "information about the correct format, see "
                         "about_Parameters_Default_Values at " HELP_URI ".",
                         text->data);
}

static bool
add_entry(struct hop_context *cx, struct hop_call *call)
{
    struct hop_dict *d = hop_as_dict(call->self);

    if (!accepts_key(cx, call->args[0]))
        return false;
    if (hop_dict_get(d, call->args[0]))
        return throw_pending(RS_OF(cx), "PSArgumentException", "Argument",
                             HOP_CAT_INVALID_ARGUMENT, hop_null(),
                             "The key '%s' has already been added to the "
                             "dictionary.",
                             hop_cstr(hop_value_base(call->args[0])));
    hop_dict_set(d, call->args[0], hop_retain(call->args[1]));
    return true;
}

static const struct hop_method dictionary_methods[] = {
    {"void Add(System.Object key, System.Object value)", add_entry}, {NULL}};

static bool
construct_dictionary(struct hop_context *cx, struct hop_call *call)
{
    return defaults_convert(RS_OF(cx), call->n ? call->args[0] : hop_null(),
                            &call->result);
}

static const struct hop_method dictionary_constructors[] = {
    {"System.Management.Automation.DefaultParameterDictionary new()",
     construct_dictionary},
    {"System.Management.Automation.DefaultParameterDictionary "
     "new(System.Collections.IDictionary dictionary)",
     construct_dictionary},
    {NULL}};

static const struct hop_class class_defaults = {
    .name = "System.Management.Automation.DefaultParameterDictionary",
    .base = &hop_class_hashtable,
    .flags = HOP_CLASS_DICT,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_dict),
    .methods = dictionary_methods,
    .constructors = dictionary_constructors,
    .accepts_key = accepts_key,
};

const struct hop_class *const default_classes[] = {&class_defaults, NULL};

bool
defaults_convert(struct hop_runspace *rs, struct hop_value v,
                 struct hop_value *out)
{
    struct hop_dict *from = hop_as_dict(hop_value_base(v)), *made;
    struct hop_value holder HOP_AUTO_VALUE = hop_null();
    bool ok = true;
    size_t n = 0;

    if (hop_value_is(hop_value_base(v), &class_defaults)) {
        *out = hop_retain(v);
        return true;
    }
    if (!from && !hop_is_null(v))
        return throw_pending(rs, "ArgumentTransformationMetadataException",
                             "RuntimeException", HOP_CAT_METADATA_ERROR,
                             hop_null(),
                             "Cannot convert the \"%s\" value of type \"%s\" "
                             "to type \"System.Management.Automation."
                             "DefaultParameterDictionary\".",
                             hop_is_string(v) ? hop_cstr(v) : "",
                             hop_class_of(hop_value_base(v))->name);
    made = hop_dict_new_of(&rs->cx, &class_defaults,
                           HOP_DICT_IGNORE_CASE | HOP_DICT_BUCKET_ORDER);
    holder = hop_obj(made);
    struct hop_dict_entry **e = from ? hop_dict_order(from, &n) : NULL;
    for (size_t i = 0; i < n && ok; i++) {
        ok = accepts_key(&rs->cx, e[i]->key);
        if (ok)
            hop_dict_set(made, e[i]->key, hop_retain(e[i]->value));
    }
    free(e);
    if (ok)
        *out = hop_value_steal(&holder);
    return ok;
}

bool
defaults_assign(struct hop_runspace *rs, struct hop_value v)
{
    struct hop_variable *x = scope_own(rs->global->top, rs->sym_defaults);
    struct hop_value made = hop_null();

    if (!hop_is_null(v) && !defaults_convert(rs, v, &made))
        return false;
    hop_value_set(&x->value, made);
    return true;
}

/* ---- a command's values ------------------------------------------------ */

/* What the entries say about one parameter. */
struct chosen {
    struct hop_value value; /* borrowed */
    struct hop_name key;    /* the parameter as the last entry names it */
    bool found, mixed;
};

static bool
matches(const struct hop_name *pattern, const char *text)
{
    return hop_wildcard_match(pattern->text, pattern->len, text, strlen(text),
                              true);
}

static bool
names_parameter(const struct meta_param *p, const struct hop_name *pattern)
{
    if (matches(pattern, p->name))
        return true;
    for (uint32_t i = 0; i < p->n_aliases; i++)
        if (matches(pattern, p->aliases[i]))
            return true;
    return false;
}

/* The one parameter that an entry means; -1: none, or several (warned of). */
static int
find_parameter(struct hop_command *c, const struct hop_name *pattern, bool *ok)
{
    int found = -1;

    for (uint32_t i = 0; i < c->meta->n; i++) {
        if (!names_parameter(&c->meta->params[i], pattern))
            continue;
        if (found >= 0) {
            *ok = hop_write_warning(
                c,
                "The following name or alias defined in "
                "$PSDefaultParameterValues for this cmdlet resolves to "
                "multiple parameters: %.*s. The default has been ignored.",
                (int)pattern->len, pattern->text);
            return -1;
        }
        found = (int)i;
    }
    return found;
}

static bool
note_entry(struct hop_command *c, const struct hop_dict_entry *e,
           struct chosen *all)
{
    struct hop_value text = hop_value_base(e->key);
    struct key k;
    bool ok = true;
    int i;

    if (text.kind != HOP_STRING || !parse_key(text.u.s, &k) ||
        !matches(&k.command, c->info->name))
        return true;
    i = find_parameter(c, &k.parameter, &ok);
    if (i < 0)
        return ok;
    if (all[i].found && !hop_equals(&c->rs->cx, all[i].value, e->value, false))
        all[i].mixed = true;
    all[i] = (struct chosen){e->value, k.parameter, true, all[i].mixed};
    return true;
}

static bool
give(struct hop_command *c, struct meta_param *p, const struct chosen *k)
{
    struct hop_value x HOP_AUTO_VALUE = hop_retain(k->value);

    if (k->mixed)
        return hop_write_warning(
            c,
            "Multiple different default values are defined in "
            "$PSDefaultParameterValues for the parameter matching the "
            "following name or alias: %.*s. These defaults have been ignored.",
            (int)k->key.len, k->key.text);
    if (as_block(k->value) && p->type != &hop_class_scriptblock) {
        struct hop_value r = hop_null();
        struct hop_block_call call = {.block = k->value};
        if (!hop_call_block_value(c->rs, &call, &r))
            return false;
        hop_value_set(&x, r);
    }
    if (!bind_value(c, p, x, BOUND_DEFAULT))
        hop_drop_exception(&c->rs->cx);
    return true;
}

bool
bind_defaults(struct hop_command *c)
{
    struct hop_runspace *rs = c->rs;
    struct hop_variable *v = scope_find(rs->session->current, rs->sym_defaults);
    struct hop_dict *d = v ? hop_as_dict(hop_value_base(v->value)) : NULL;
    struct hop_value *off;
    bool ok = true;
    size_t n;

    if (!d || !d->count || c->meta->simple)
        return true;
    off = hop_dict_get_text(d, "Disabled");
    if (off && hop_is_true(&rs->cx, *off))
        return true;
    struct hop_value held HOP_AUTO_VALUE = hop_retain(v->value);
    struct chosen *all = hop_xcalloc(c->meta->n + 1, sizeof(*all));
    struct hop_dict_entry **order = hop_dict_order(d, &n);
    for (size_t i = 0; i < n && ok; i++)
        ok = note_entry(c, order[i], all);
    for (uint32_t i = 0; i < c->meta->n && ok; i++)
        if (all[i].found && c->bound[i].state == BOUND_NONE &&
            c->meta->params[i].mask & c->sets)
            ok = give(c, &c->meta->params[i], &all[i]);
    free(order);
    free(all);
    return ok;
}
