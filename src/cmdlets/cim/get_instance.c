/* Get-CimInstance, Get-CimClass.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "cim/wql.h"
#include "cmdlets/cim/commands.h"
#include "cmdlets/cim/sets.h"
#include "value/member.h"
#include "value/ops.h"

enum {
    G_CLASS,
    G_COMPUTER,
    G_FILTER,
    G_INPUT,
    G_KEY_ONLY,
    G_NAMESPACE,
    G_TIMEOUT,
    G_PROPERTY,
    G_QUERY,
    G_DIALECT,
    G_URI,
    G_SESSION,
    G_SHALLOW,
};

#define EACH_CLASS                                                             \
    {CLASS_COMPUTER},                                                          \
    {                                                                          \
        CLASS_SESSION                                                          \
    }
#define EACH_URI                                                               \
    {URI_COMPUTER},                                                            \
    {                                                                          \
        URI_SESSION                                                            \
    }

static const struct hop_param params[] = {
    [G_CLASS] = {"ClassName", "string",
                 .in = HOP_SETS(
                     {CLASS_SESSION, HOP_MANDATORY | HOP_BY_NAME, HOP_POS(0)},
                     {CLASS_COMPUTER, HOP_MANDATORY | HOP_BY_NAME,
                      HOP_POS(0)})},
    [G_COMPUTER] = {"ComputerName", "string[]", .aliases = "CN ServerName",
                    .in = HOP_SETS({CLASS_COMPUTER, HOP_BY_NAME},
                                   {URI_COMPUTER, HOP_BY_NAME},
                                   {QUERY_COMPUTER, HOP_BY_NAME},
                                   {INPUT_COMPUTER})},
    [G_FILTER] = {"Filter", "string",
                  .in = HOP_SETS({CLASS_SESSION, HOP_BY_NAME},
                                 {CLASS_COMPUTER, HOP_BY_NAME},
                                 {URI_SESSION, HOP_BY_NAME},
                                 {URI_COMPUTER, HOP_BY_NAME})},
    [G_INPUT] = {"InputObject", CIM_INFRASTRUCTURE "CimInstance",
                 .aliases = "CimInstance",
                 .in = HOP_SETS(
                     {INPUT_COMPUTER, HOP_MANDATORY | HOP_BY_VALUE, HOP_POS(0)},
                     {INPUT_SESSION, HOP_MANDATORY | HOP_BY_VALUE,
                      HOP_POS(0)})},
    [G_KEY_ONLY] = {"KeyOnly", "switch", .in = HOP_SETS(EACH_CLASS, EACH_URI)},
    [G_NAMESPACE] = {"Namespace", "string", HOP_BY_NAME,
                     .in = HOP_SETS(EACH_CLASS, EACH_URI, {QUERY_COMPUTER},
                                    {QUERY_SESSION}, {INPUT_COMPUTER},
                                    {INPUT_SESSION})},
    [G_TIMEOUT] = {"OperationTimeoutSec", "uint32", .aliases = "OT"},
    [G_PROPERTY] = {"Property", "string[]", .aliases = "SelectProperties",
                    .in = HOP_SETS(EACH_CLASS, EACH_URI)},
    [G_QUERY] = {"Query", "string",
                 .in = HOP_SETS({QUERY_COMPUTER, HOP_MANDATORY | HOP_BY_NAME},
                                {QUERY_SESSION, HOP_MANDATORY | HOP_BY_NAME})},
    [G_DIALECT] = {"QueryDialect", "string", HOP_BY_NAME,
                   .in = HOP_SETS(EACH_CLASS, EACH_URI, {QUERY_COMPUTER},
                                  {QUERY_SESSION})},
    [G_URI] = {"ResourceUri", "uri",
               .in = HOP_SETS({URI_SESSION, HOP_MANDATORY | HOP_BY_NAME},
                              {URI_COMPUTER, HOP_MANDATORY | HOP_BY_NAME},
                              {INPUT_COMPUTER}, {INPUT_SESSION},
                              {QUERY_COMPUTER, HOP_BY_NAME},
                              {QUERY_SESSION, HOP_BY_NAME})},
    [G_SESSION] = {"CimSession", CIM_INFRASTRUCTURE "CimSession[]",
                   .in = HOP_SETS({INPUT_SESSION, HOP_MANDATORY},
                                  {QUERY_SESSION, HOP_MANDATORY | HOP_BY_VALUE},
                                  {CLASS_SESSION, HOP_MANDATORY | HOP_BY_VALUE},
                                  {URI_SESSION, HOP_MANDATORY | HOP_BY_VALUE})},
    [G_SHALLOW] = {"Shallow", "switch",
                   .in = HOP_SETS(EACH_CLASS, EACH_URI, {QUERY_COMPUTER},
                                  {QUERY_SESSION})},
};

/* -Property as a list of columns; keys come in any case. */
static void
take_columns(struct hop_command *c, struct hop_wql *q)
{
    size_t n = hop_arg_count(c, G_PROPERTY);
    const char **names =
        n ? hop_arena_alloc(&q->arena, n * sizeof(*names)) : NULL;

    for (size_t i = 0; names && i < n; i++)
        names[i] = hop_cstr(hop_arg_item(c, G_PROPERTY, i));
    if (names) {
        q->columns = names;
        q->column_count = n;
    }
}

struct writing {
    struct hop_command *c;
    const struct cim_target *t;
    const struct cim_question *q;
    const struct hop_wql *columns;
    bool go_on; /* the pipeline's answer */
};

static bool
write_one(void *ctx, const struct hop_cim_instance *i)
{
    struct writing *w = ctx;

    w->go_on = hop_write_take(
        w->c, cim_object_new(hop_command_context(w->c), i, w->q->ns, w->t,
                             w->columns, hop_arg_on(w->c, G_KEY_ONLY)));
    return w->go_on;
}

static bool
get_from(struct hop_command *c, const struct cim_target *t,
         const struct cim_question *q)
{
    HOP_AUTO_WQL struct hop_wql columns = {0};
    struct hop_error err = {0};
    struct hop_value subject = hop_arg(c, q->query ? G_QUERY : G_CLASS);
    struct writing w = {c, t, q, NULL, true};

    hop_arena_init(&columns.arena, 0);
    if (q->query && !hop_wql_parse(&columns, q->query, &err))
        return cim_report(c, t, &err, subject);
    take_columns(c, &columns);
    w.columns = columns.columns ? &columns : NULL;
    return cim_each(t, q, write_one, &w, &err)
               ? w.go_on
               : cim_report(c, t, &err, subject);
}

/* Every host that is named, or this one. */
static bool
get_from_all(struct hop_command *c, const struct cim_question *q,
             const struct cim_target *otherwise)
{
    size_t n = hop_arg_count(c, G_COMPUTER);
    CIM_AUTO_TARGET struct cim_target t = {0};

    for (size_t i = 0; i < hop_arg_count(c, G_SESSION); i++) {
        const struct cim_target *s =
            cim_session_target(hop_arg_item(c, G_SESSION, i));
        struct hop_error_spec spec = {.id = "SessionIsClosed",
                                      .category = HOP_CAT_INVALID_OPERATION};

        if (s ? !get_from(c, s, q)
              : !hop_command_error(c, &spec,
                                   "The CIM session has been closed. Make "
                                   "another with New-CimSession."))
            return false;
    }
    if (hop_arg_count(c, G_SESSION))
        return true;
    for (size_t i = 0; i < n; i++) {
        cim_target_done(&t);
        cim_target_init(&t, hop_cstr(hop_arg_item(c, G_COMPUTER, i)));
        t.timeout_ms = hop_arg_int(c, G_TIMEOUT, 0) * 1000;
        if (!get_from(c, &t, q))
            return false;
    }
    return n > 0 || get_from(c, otherwise ? otherwise : &t, q);
}

/* The keys of the instance given, to look at it again. */
static bool
get_again(struct hop_command *c, struct cim_object *o)
{
    HOP_AUTO_FREE char *names = hop_xstrdup(o->keys);
    struct hop_cim_argument keys[8];
    char *values[8] = {NULL}, *rest = NULL;
    size_t n = 0;
    bool go_on;
    struct cim_question q = {
        .ns = o->ns, .class_name = o->class_name, .keys = keys};

    for (char *k = strtok_r(names, " ", &rest); k && n < 8;
         k = strtok_r(NULL, " ", &rest)) {
        struct hop_value *v = hop_dict_get_text(o->properties, k);
        char *text = v ? cim_text_of(hop_command_context(c), *v) : NULL;

        if (!text)
            continue;
        values[n] = text;
        keys[n++] = (struct hop_cim_argument){k, text};
    }
    q.key_count = n;
    go_on = get_from_all(c, &q, &o->target);
    for (size_t i = 0; i < n; i++)
        free(values[i]);
    return go_on;
}

static bool
process_get(struct hop_command *c)
{
    struct cim_object *o = cim_object_of(hop_arg(c, G_INPUT));
    HOP_AUTO_VALUE struct hop_value uri = hop_null();
    HOP_AUTO_FREE char *uri_text =
        hop_arg_bound(c, G_URI)
            ? cim_text_of(hop_command_context(c), hop_arg(c, G_URI))
            : NULL;
    struct cim_question q = {
        .ns = hop_arg_text(c, G_NAMESPACE),
        .class_name = hop_arg_text(c, G_CLASS),
        .resource_uri = uri_text,
        .filter = hop_arg_text(c, G_FILTER),
        .query = hop_arg_text(c, G_QUERY),
    };

    return o ? get_again(c, o) : get_from_all(c, &q, NULL);
}

const struct hop_cmdlet hop_cmdlet_get_cim_instance = {
    .name = "Get-CimInstance",
    .default_set = CLASS_COMPUTER,
    HOP_PARAMS(params),
    .output = CIM_INFRASTRUCTURE "CimInstance",
    .class_name = CIM_COMMANDS "GetCimInstanceCommand",
    .synopsis = "Gets what a host tells about itself, as WMI names it.",
    .process = process_get,
};

/* ---- Get-CimClass ---- */

enum { K_CLASS, K_NAMESPACE, K_COMPUTER, K_METHOD, K_PROPERTY, K_TIMEOUT };
static const struct hop_param class_params[] = {
    [K_CLASS] = {"ClassName", "string", HOP_BY_NAME, .position = HOP_POS(0)},
    [K_NAMESPACE] = {"Namespace", "string", HOP_BY_NAME,
                     .position = HOP_POS(1)},
    [K_COMPUTER] = {"ComputerName", "string[]", HOP_BY_NAME,
                    .aliases = "CN ServerName"},
    [K_METHOD] = {"MethodName", "string", HOP_BY_NAME},
    [K_PROPERTY] = {"PropertyName", "string", HOP_BY_NAME},
    [K_TIMEOUT] = {"OperationTimeoutSec", "uint32", .aliases = "OT"},
};

static bool
is_like(struct hop_command *c, size_t param, const char *text)
{
    struct hop_value pattern = hop_arg(c, param);

    return hop_wildcard_match(hop_cstr(pattern), pattern.u.s->len, text,
                              strlen(text), true);
}

static bool
is_wanted(struct hop_command *c, const struct hop_cim_class *cls)
{
    bool found = !hop_arg_bound(c, K_METHOD);

    for (const struct hop_cim_method *m = cls->methods; m && m->name; m++)
        found |= !found && is_like(c, K_METHOD, m->name);
    if (!found ||
        (hop_arg_bound(c, K_CLASS) && !is_like(c, K_CLASS, cls->name)))
        return false;
    found = !hop_arg_bound(c, K_PROPERTY);
    for (size_t i = 0; i < cls->n && !found; i++)
        found = is_like(c, K_PROPERTY, cls->properties[i].name);
    return found;
}

static bool
write_class(struct hop_command *c, const struct hop_cim_class *cls,
            const char *computer)
{
    struct hop_value v =
        cim_class_object(hop_command_context(c), cls, computer);

    hop_type_names_push(hop_command_context(c), v.u.o,
                        CIM_INFRASTRUCTURE "CimClass#ROOT/cimv2");
    return hop_write_take(c, v);
}

/* WS-Management has instances on the wire, and no classes that anybody agrees
 * on: other hosts run the same command, Windows' too. */
static bool
ask_there(struct hop_command *c)
{
    /* Notes are told one level deeper than a class's own properties. */
    static const char script[] =
        "param($how) Get-CimClass @how | Select-Object CimClassName, "
        "CimSuperClassName, CimClassProperties, CimClassMethods, "
        "CimClassQualifiers, CimSystemProperties | ForEach-Object { "
        "$_.PSTypeNames.Insert(0, '" CIM_INFRASTRUCTURE "CimClass'); $_ }";
    static const size_t handed[] = {K_CLASS, K_NAMESPACE, K_METHOD, K_PROPERTY};
    struct hop_context *cx = hop_command_context(c);
    struct hop_dict *how = hop_hashtable_new(cx), *d = hop_hashtable_new(cx);
    HOP_AUTO_VALUE struct hop_value named = hop_obj(d), block = hop_null();
    struct hop_value list = hop_obj(how);

    for (size_t i = 0; i < HOP_ARRAY_SIZE(handed); i++)
        if (hop_arg_bound(c, handed[i]))
            hop_dict_set_text(how, class_params[handed[i]].name,
                              hop_retain(hop_arg(c, handed[i])));
    hop_dict_set_text(d, "ArgumentList", list);
    if (!hop_scriptblock_create(hop_command_runspace(c), script,
                                sizeof(script) - 1, &block))
        return false;
    hop_dict_set_text(d, "ComputerName", hop_retain(hop_arg(c, K_COMPUTER)));
    hop_dict_set_text(d, "ScriptBlock", hop_retain(block));
    return hop_command_run(c, "Microsoft.PowerShell.Core\\Invoke-Command",
                           named, NULL, 0, NULL);
}

static bool
process_class(struct hop_command *c)
{
    struct hop_error_spec none = {.id = "HRESULT 0x80041002",
                                  .category = HOP_CAT_OBJECT_NOT_FOUND,
                                  .exception =
                                      CIM_INFRASTRUCTURE "CimException",
                                  .target = hop_arg(c, K_CLASS)};
    const char *name = hop_arg_text(c, K_CLASS);
    bool any = false;

    if (hop_arg_count(c, K_COMPUTER) &&
        !cim_is_local(hop_cstr(hop_arg_item(c, K_COMPUTER, 0))))
        return ask_there(c);
    for (size_t i = 0; hop_cim_classes[i]; i++) {
        if (!is_wanted(c, hop_cim_classes[i]))
            continue;
        any = true;
        if (!write_class(c, hop_cim_classes[i], NULL))
            return false;
    }
    if (any || !name || hop_wildcard_has(name, strlen(name)))
        return true;
    return hop_command_error(c, &none,
                             "There is no class %s on this host. Get-CimClass "
                             "without a name lists those that are.",
                             name);
}

const struct hop_cmdlet hop_cmdlet_get_cim_class = {
    .name = "Get-CimClass",
    HOP_PARAMS(class_params),
    .output = CIM_INFRASTRUCTURE "CimClass",
    .class_name = CIM_COMMANDS "GetCimClassCommand",
    .synopsis = "Lists the classes that Get-CimInstance knows on this host.",
    .process = process_class,
};
