/* Parameter metadata: of native cmdlets from their tables, of functions from
 * their param blocks.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"

/* ---- memory
 * ---------------------------------------------------------------------- */

void *
own(struct meta *m, void *p)
{
    m->owned = hop_xrealloc(m->owned, m->n_owned + 1, sizeof(*m->owned));
    m->owned[m->n_owned++] = p;
    return p;
}

struct meta *
meta_ref(struct meta *m)
{
    if (m)
        m->refs++;
    return m;
}

void
meta_unref(struct meta *m)
{
    if (!m || --m->refs > 0)
        return;
    for (uint32_t i = 0; i < m->n; i++) {
        attributes_unref(m->params[i].attributes);
        hop_value_clear(&m->params[i].dynamic);
        hop_value_clear(&m->params[i].attribute_objects);
    }
    for (size_t i = 0; i < m->n_owned; i++)
        free(m->owned[i]);
    hop_value_clear(&m->output_list);
    free(m->owned);
    free(m->params);
    free(m);
}

struct meta *
new_meta(void)
{
    struct meta *m = hop_xmalloc(sizeof(*m));

    m->refs = 1;
    m->default_set = -1;
    m->impact = HOP_IMPACT_MEDIUM;
    return m;
}

struct meta_param *
add_param(struct meta *m)
{
    if (m->n == m->cap) {
        m->cap = m->cap ? m->cap * 2 : 16;
        m->params = hop_xrealloc(m->params, m->cap, sizeof(*m->params));
    }
    memset(&m->params[m->n], 0, sizeof(*m->params));
    return &m->params[m->n++];
}

int
set_index_of(struct meta *m, const char *name)
{
    for (uint32_t i = 0; i < m->n_sets; i++)
        if (hop_ascii_ieq(m->sets[i], name))
            return (int)i;
    if (m->n_sets == 32)
        return 31;
    m->sets[m->n_sets] = own(m, hop_xstrdup(name));
    return (int)m->n_sets++;
}

static void
split_words(struct meta *m, const char *text, const char ***out, uint32_t *n)
{
    char *copy, *save = NULL;
    const char **list = NULL;

    *n = 0;
    *out = NULL;
    if (!text)
        return;
    copy = own(m, hop_xstrdup(text));
    for (char *w = strtok_r(copy, " ", &save); w;
         w = strtok_r(NULL, " ", &save)) {
        list = hop_xrealloc(list, *n + 1, sizeof(*list));
        list[(*n)++] = w;
    }
    *out = own(m, list);
}

/* ---- attributes
 * ----------------------------------------------------------------------- */

struct attributes *
attributes_ref(struct attributes *a)
{
    if (a)
        a->refs++;
    return a;
}

void
attributes_unref(struct attributes *a)
{
    if (!a || --a->refs > 0)
        return;
    for (uint32_t i = 0; i < a->n; i++) {
        hop_release(a->items[i].a);
        hop_release(a->items[i].b);
        hop_release(a->items[i].object);
        free(a->items[i].message);
    }
    free(a->items);
    free(a);
}

struct attributes *
new_attributes(void)
{
    struct attributes *a = hop_xmalloc(sizeof(*a));

    a->refs = 1;
    return a;
}

struct validator *
add_validator(struct attributes *a, enum validate kind)
{
    a->items = hop_xrealloc(a->items, a->n + 1, sizeof(*a->items));
    memset(&a->items[a->n], 0, sizeof(*a->items));
    a->items[a->n].kind = kind;
    return &a->items[a->n++];
}

/* ---- native tables
 * ----------------------------------------------------------------------- */

static struct hop_value
text_array(struct hop_runspace *rs, const char *words)
{
    struct hop_array *a = hop_array_new(&rs->cx, 0);
    char *copy HOP_AUTO_FREE = hop_xstrdup(words);
    char *save = NULL;

    for (char *w = strtok_r(copy, " ", &save); w;
         w = strtok_r(NULL, " ", &save))
        hop_array_push_text(a, w);
    return hop_obj(a);
}

static struct hop_value
limit(const struct hop_class *type, double d)
{
    const struct hop_class *t = type;

    if (t && t->element)
        t = t->element;
    if (t == &hop_class_int64)
        return hop_long((int64_t)d);
    if (t == &hop_class_double)
        return hop_double(d);
    if (t == &hop_class_uint32)
        return hop_integer(HOP_UINT32, (int64_t)d);
    if (t == &hop_class_uint64)
        return hop_ulong((uint64_t)d);
    return d == (double)(int32_t)d ? hop_int((int32_t)d) : hop_long((int64_t)d);
}

static struct attributes *
native_attributes(struct hop_runspace *rs, const struct hop_param *p,
                  const struct hop_class *type)
{
    struct attributes *a = new_attributes();
    struct validator *v;

    if (p->transform)
        add_validator(a, TRANSFORM_NATIVE)->native = p;
    if (p->flags & HOP_CREDENTIAL)
        add_validator(a, TRANSFORM_CREDENTIAL)->native = p;
    if (p->flags & HOP_NOT_NULL)
        add_validator(a, VALIDATE_NOT_NULL);
    if (p->flags & HOP_NOT_NULL_OR_EMPTY)
        add_validator(a, VALIDATE_NOT_NULL_OR_EMPTY);
    if (p->range && p->range->kind) {
        v = add_validator(a, VALIDATE_RANGE_KIND);
        v->a = hop_text(p->range->kind);
    } else if (p->range) {
        v = add_validator(a, VALIDATE_RANGE);
        v->a = limit(type, p->range->min);
        v->b = limit(type, p->range->max);
    }
    if (p->set) {
        v = add_validator(a, VALIDATE_SET);
        v->a = text_array(rs, p->set);
        v->case_sensitive = p->flags & HOP_IGNORE_CASE_OFF;
    }
    if (p->pattern) {
        v = add_validator(a, VALIDATE_PATTERN);
        v->a = hop_text(p->pattern);
        v->case_sensitive = p->flags & HOP_IGNORE_CASE_OFF;
    }
    if (p->count) {
        v = add_validator(a, VALIDATE_COUNT);
        v->a = hop_int(p->count->min);
        v->b = hop_int(p->count->max);
    }
    if (p->length) {
        v = add_validator(a, VALIDATE_LENGTH);
        v->a = hop_int(p->length->min);
        v->b = hop_int(p->length->max);
    }
    if (a->n)
        return a;
    attributes_unref(a);
    return NULL;
}

static void
native_sets(struct meta *m, struct meta_param *q, const struct hop_param *p)
{
    const unsigned all =
        HOP_MANDATORY | HOP_BY_VALUE | HOP_BY_NAME | HOP_REMAINING;
    uint32_t n = 0;

    while (p->in && p->in[n].set)
        n++;
    if (!n) {
        q->sets = own(m, hop_xcalloc(1, sizeof(*q->sets)));
        q->n_sets = 1;
        q->sets[0] = (struct meta_set){SET_ALL, p->flags & all, p->position - 1,
                                       p->help};
        q->mask = 0xffffffffu;
        return;
    }
    q->sets = own(m, hop_xcalloc(n, sizeof(*q->sets)));
    q->n_sets = n;
    for (uint32_t i = 0; i < n; i++) {
        int set = set_index_of(m, p->in[i].set);
        int position = p->in[i].position ? p->in[i].position : p->position;
        q->sets[i] =
            (struct meta_set){(uint8_t)set, (p->flags & all) | p->in[i].flags,
                              position - 1, p->help};
        q->mask |= 1u << set;
    }
}

static const struct hop_class *
find_type(struct hop_runspace *rs, const char *name)
{
    const struct hop_class *c = hop_types_find(&rs->cx, name, strlen(name));

    return c ? c : &hop_class_object;
}

static void
add_native(struct hop_runspace *rs, struct meta *m, const struct hop_param *p)
{
    struct meta_param *q = add_param(m);
    const char *type = p->type ? p->type : "object";

    if (hop_ascii_ieq(type, "switch"))
        type = "System.Management.Automation.SwitchParameter";
    q->name = p->name;
    q->symbol = hop_symbol_get(rs, p->name, strlen(p->name));
    q->type = find_type(rs, type);
    q->type_text = type;
    q->is_switch = q->type == &hop_class_switch_parameter;
    q->flags = p->flags & ~(unsigned)(HOP_MANDATORY | HOP_BY_VALUE |
                                      HOP_BY_NAME | HOP_REMAINING);
    q->native = p;
    q->explicit_parameter = true;
    q->attributes = native_attributes(rs, p, q->type);
    split_words(m, p->aliases, &q->aliases, &q->n_aliases);
    native_sets(m, q, p);
}

/* ---- common parameters
 * ----------------------------------------------------------------------- */

static const struct common_row {
    const char *name, *type, *alias;
    enum common common;
} common_rows[] = {
    {"Verbose", "switch", "vb", COMMON_VERBOSE},
    {"Debug", "switch", "db", COMMON_DEBUG},
    {"ErrorAction", "System.Management.Automation.ActionPreference", "ea",
     COMMON_ERROR_ACTION},
    {"WarningAction", "System.Management.Automation.ActionPreference", "wa",
     COMMON_WARNING_ACTION},
    {"InformationAction", "System.Management.Automation.ActionPreference",
     "infa", COMMON_INFORMATION_ACTION},
    {"ProgressAction", "System.Management.Automation.ActionPreference", "proga",
     COMMON_PROGRESS_ACTION},
    {"ErrorVariable", "string", "ev", COMMON_ERROR_VARIABLE},
    {"WarningVariable", "string", "wv", COMMON_WARNING_VARIABLE},
    {"InformationVariable", "string", "iv", COMMON_INFORMATION_VARIABLE},
    {"OutVariable", "string", "ov", COMMON_OUT_VARIABLE},
    {"OutBuffer", "int", "ob", COMMON_OUT_BUFFER},
    {"PipelineVariable", "string", "pv", COMMON_PIPELINE_VARIABLE},
    {"WhatIf", "switch", "wi", COMMON_WHATIF},
    {"Confirm", "switch", "cf", COMMON_CONFIRM},
    {"IncludeTotalCount", "switch", NULL, COMMON_INCLUDE_TOTAL_COUNT},
    {"Skip", "uint64", NULL, COMMON_SKIP},
    {"First", "uint64", NULL, COMMON_FIRST},
};

bool
is_common_name(const char *name)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(common_rows); i++)
        if (common_rows[i].common <= COMMON_PIPELINE_VARIABLE &&
            hop_ascii_ieq(name, common_rows[i].name))
            return true;
    return false;
}

void
add_common(struct hop_runspace *rs, struct meta *m)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(common_rows); i++) {
        const struct common_row *r = &common_rows[i];
        struct meta_param *q;
        if ((r->common == COMMON_WHATIF || r->common == COMMON_CONFIRM) &&
            !m->should_process)
            continue;
        if (r->common >= COMMON_INCLUDE_TOTAL_COUNT && !m->paging)
            continue;
        if (meta_find(m, r->name, strlen(r->name)) >= 0 &&
            hop_ascii_ieq(
                m->params[meta_find(m, r->name, strlen(r->name))].name,
                r->name))
            continue;
        q = add_param(m);
        q->name = r->name;
        q->symbol = hop_symbol_get(rs, r->name, strlen(r->name));
        q->type_text = strcmp(r->type, "switch") == 0
                           ? "System.Management.Automation.SwitchParameter"
                           : r->type;
        q->type = find_type(rs, q->type_text);
        q->is_switch = q->type == &hop_class_switch_parameter;
        q->common = r->common;
        q->mask = 0xffffffffu;
        q->sets = own(m, hop_xcalloc(1, sizeof(*q->sets)));
        q->n_sets = 1;
        q->sets[0] = (struct meta_set){SET_ALL, 0, -1, NULL};
        split_words(m, r->alias, &q->aliases, &q->n_aliases);
    }
}

struct meta *
meta_of_cmdlet(struct hop_runspace *rs, const struct hop_cmdlet *c)
{
    struct meta *m = NULL;

    for (uint32_t i = 0; i < rs->n_metas; i++)
        if (rs->metas[i]->cmdlet == c)
            return rs->metas[i];
    m = new_meta();
    m->cmdlet = c;
    m->cmdlet_binding = true;
    m->should_process = c->flags & HOP_SHOULD_PROCESS;
    m->paging = c->flags & HOP_SUPPORTS_PAGING;
    m->positional_off = c->flags & HOP_POSITIONAL_OFF;
    m->output_types = c->output;
    if (c->impact != HOP_IMPACT_DEFAULT)
        m->impact = c->impact;
    for (size_t i = 0; i < c->n_params; i++)
        add_native(rs, m, &c->params[i]);
    if (c->default_set)
        m->default_set = set_index_of(m, c->default_set);
    if (!(c->flags & HOP_NO_COMMON))
        add_common(rs, m);
    rs->metas = hop_xrealloc(rs->metas, rs->n_metas + 1, sizeof(*rs->metas));
    rs->metas[rs->n_metas++] = m;
    return m;
}

/* ---- look-up
 * ----------------------------------------------------------------------------------------
 */

/* Exact name or alias; -1 when there is none. */
static int
find_exact(const struct meta *m, const char *name, size_t n)
{
    for (uint32_t i = 0; i < m->n; i++)
        if (hop_text_ieq(m->params[i].name, strlen(m->params[i].name), name, n))
            return (int)i;
    for (uint32_t i = 0; i < m->n; i++)
        for (uint32_t k = 0; k < m->params[i].n_aliases; k++)
            if (hop_text_ieq(m->params[i].aliases[k],
                             strlen(m->params[i].aliases[k]), name, n))
                return (int)i;
    return -1;
}

static bool
begins(const char *text, const char *name, size_t n)
{
    size_t len = strlen(text);

    return len >= n && hop_text_ieq(text, n, name, n);
}

/* -1: none; -2: ambiguous. */
int
meta_find(const struct meta *m, const char *name, size_t n)
{
    int found = find_exact(m, name, n);

    if (found >= 0 || !n)
        return found;
    for (uint32_t i = 0; i < m->n; i++) {
        const struct meta_param *p = &m->params[i];
        bool hit = begins(p->name, name, n);
        for (uint32_t k = 0; k < p->n_aliases && !hit; k++)
            hit = begins(p->aliases[k], name, n);
        if (!hit)
            continue;
        if (found >= 0 && (m->params[found].common == COMMON_NONE) ==
                              (p->common == COMMON_NONE))
            return -2;
        if (found >= 0 && p->common != COMMON_NONE)
            continue;
        found = (int)i;
    }
    return found;
}

/* ---- dynamic parameters
 * --------------------------------------------------------------------------------
 */

static struct meta *
copy_meta(struct meta *m)
{
    struct meta *c = new_meta();

    *c = *m;
    c->refs = 1;
    c->owned = NULL;
    c->n_owned = 0;
    hop_retain(c->output_list);
    c->params = hop_xcalloc(m->n + 8, sizeof(*c->params));
    c->cap = m->n + 8;
    memcpy(c->params, m->params, m->n * sizeof(*m->params));
    for (uint32_t i = 0; i < m->n; i++) {
        attributes_ref(c->params[i].attributes);
        hop_retain(c->params[i].dynamic);
        hop_retain(c->params[i].attribute_objects);
    }
    return c;
}

bool dynamic_parameter_read(struct hop_runspace *rs, struct hop_value p,
                            struct hop_value attribute, struct meta *m,
                            struct meta_param *q, struct attributes *a);

static struct hop_value
member_text(struct hop_runspace *rs, struct hop_value o, const char *name)
{
    struct hop_value v = hop_null();
    struct hop_string *s HOP_AUTO_STRING = hop_string_from(name);

    if (hop_member_get(&rs->cx, o, s, &v) == HOP_FAILED)
        hop_drop_exception(&rs->cx);
    return v;
}

static void
dynamic_attribute(struct hop_runspace *rs, struct meta *m, struct meta_param *q,
                  struct attributes *a, struct hop_value o)
{
    const struct hop_class *c = hop_class_of(o);

    if (!c)
        return;
    if (strstr(c->name, "ParameterAttribute")) {
        struct meta_set row = {SET_ALL, 0, -1, NULL};
        for (size_t k = 0; k < PARAMETER_FLAGS; k++) {
            struct hop_value v HOP_AUTO_VALUE =
                member_text(rs, o, parameter_flags[k].name);
            if (hop_is_true(&rs->cx, v))
                row.flags |= parameter_flags[k].flag;
        }
        struct hop_value position HOP_AUTO_VALUE =
            member_text(rs, o, "Position");
        if (position.kind == HOP_INT32 && position.u.i != INT32_MIN)
            row.position = (int)position.u.i;
        struct hop_value set HOP_AUTO_VALUE =
            member_text(rs, o, "ParameterSetName");
        if (hop_is_string(set) && set.u.s->len &&
            !hop_string_iis(set.u.s, "__AllParameterSets"))
            row.set = (uint8_t)set_index_of(m, set.u.s->data);
        struct meta_set *sets =
            own(m, hop_xcalloc(q->n_sets + 1, sizeof(*sets)));
        if (q->n_sets)
            memcpy(sets, q->sets, q->n_sets * sizeof(*sets));
        sets[q->n_sets++] = row;
        q->sets = sets;
        return;
    }
    if (strstr(c->name, "ValidateSetAttribute")) {
        struct validator *v = add_validator(a, VALIDATE_SET);
        v->a = member_text(rs, o, "ValidValues");
    } else if (strstr(c->name, "ValidateRangeAttribute")) {
        struct validator *v = add_validator(a, VALIDATE_RANGE);
        v->a = member_text(rs, o, "MinRange");
        v->b = member_text(rs, o, "MaxRange");
    } else if (strstr(c->name, "ValidateNotNullOrEmptyAttribute")) {
        add_validator(a, VALIDATE_NOT_NULL_OR_EMPTY);
    } else if (strstr(c->name, "AliasAttribute")) {
        struct hop_value names HOP_AUTO_VALUE =
            member_text(rs, o, "AliasNames");
        struct hop_array *list = hop_as_array(names);
        const char **all =
            own(m, hop_xcalloc((list ? list->n : 0) + 1, sizeof(*all)));
        for (size_t i = 0; list && i < list->n; i++)
            if (hop_is_string(list->items[i]))
                all[q->n_aliases++] =
                    own(m, hop_xstrdup(hop_cstr(list->items[i])));
        q->aliases = all;
    }
}

static void
add_dynamic(struct hop_runspace *rs, struct meta *m, struct hop_value p)
{
    struct hop_value name HOP_AUTO_VALUE = member_text(rs, p, "Name");
    struct hop_value type HOP_AUTO_VALUE = member_text(rs, p, "ParameterType");
    struct hop_value list HOP_AUTO_VALUE = member_text(rs, p, "Attributes");
    struct hop_array *attributes = hop_as_array(list);
    struct meta_param *q;

    if (!hop_is_string(name))
        return;
    q = add_param(m);
    q->name = own(m, hop_xstrdup(hop_cstr(name)));
    q->symbol = hop_symbol_get(rs, q->name, strlen(q->name));
    q->type = type.kind == HOP_TYPE ? type.u.cls : &hop_class_object;
    q->type_text = q->type->name;
    q->is_switch = q->type == &hop_class_switch_parameter;
    q->dynamic = hop_retain(p);
    q->attributes = new_attributes();
    q->attributes->type = q->type;
    for (size_t i = 0; attributes && i < attributes->n; i++)
        dynamic_attribute(rs, m, q, q->attributes, attributes->items[i]);
    if (!q->n_sets) {
        q->sets = own(m, hop_xcalloc(1, sizeof(*q->sets)));
        q->n_sets = 1;
        q->sets[0] = (struct meta_set){SET_ALL, 0, -1, NULL};
    }
    for (uint32_t i = 0; i < q->n_sets; i++)
        q->mask |=
            q->sets[i].set == SET_ALL ? 0xffffffffu : 1u << q->sets[i].set;
}

struct meta *
meta_extend(struct hop_runspace *rs, struct meta *m,
            struct hop_value dictionary, const struct hop_param *native,
            size_t n)
{
    struct meta *c = copy_meta(m);
    struct hop_dict *d = hop_as_dict(dictionary);

    if (d) {
        size_t count;
        struct hop_dict_entry **e = hop_dict_order(d, &count);
        for (size_t i = 0; i < count; i++)
            add_dynamic(rs, c, e[i]->value);
        free(e);
    }
    for (size_t i = 0; i < n; i++)
        add_native(rs, c, &native[i]);
    return c;
}
