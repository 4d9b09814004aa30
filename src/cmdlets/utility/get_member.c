/* Get-Member.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "cmdlets/record.h"
#include "cmdlets/utility/utility.h"
#include "value/member.h"
#include "value/ops.h"

enum { INPUT, NAMES, TYPES, VIEW, STATIC, FORCE };
static const struct hop_param params[] = {
    [INPUT] = {"InputObject", "psobject", HOP_BY_VALUE},
    [NAMES] = {"Name", "string[]", HOP_NOT_NULL_OR_EMPTY,
               .position = HOP_POS(0)},
    [TYPES] = {"MemberType", "System.Management.Automation.PSMemberTypes",
               .aliases = "Type"},
    [VIEW] = {"View", "System.Management.Automation.PSMemberViewTypes"},
    [STATIC] = {"Static", "switch"},
    [FORCE] = {"Force", "switch"},
};

enum { M_TYPE_NAME, M_NAME, M_MEMBER_TYPE, M_DEFINITION };
static const struct hop_property properties[] = {
    HOP_RECORD_PROPERTY(M_TYPE_NAME, "TypeName", "string"),
    HOP_RECORD_PROPERTY(M_NAME, "Name", "string"),
    HOP_RECORD_PROPERTY(M_MEMBER_TYPE, "MemberType",
                        "System.Management.Automation.PSMemberTypes"),
    HOP_RECORD_PROPERTY(M_DEFINITION, "Definition", "string"),
    {0},
};

static bool
definition_text(struct hop_context *cx, struct hop_value v,
                struct hop_string **out)
{
    struct hop_record *r = (struct hop_record *)hop_value_base(v).u.o;

    return hop_to_string(cx, r->slot[M_DEFINITION], out);
}

extern const struct hop_class hop_class_member_definition;
const struct hop_class hop_class_member_definition =
    HOP_RECORD_CLASS("Microsoft.PowerShell.Commands.MemberDefinition",
                     properties, .to_string = definition_text);

struct found {
    struct hop_string *name, *definition;
    enum hop_member_kind kind;
};

struct state {
    struct hop_string **seen; /* type names shown already */
    size_t n_seen;
    struct found *found;
    size_t n, cap;
    struct hop_command *command;
    bool any, failed;
};

static bool
wanted_name(struct hop_command *c, const struct hop_string *name)
{
    size_t n = hop_arg_count(c, NAMES);

    for (size_t i = 0; i < n; i++) {
        struct hop_value p = hop_arg_item(c, NAMES, i);

        if (hop_wildcard_match(p.u.s->data, p.u.s->len, name->data, name->len,
                               true))
            return true;
    }
    return n == 0;
}

/* Accessors are hidden, as get_Length. */
static bool
is_accessor(const struct hop_string *name)
{
    static const char *const prefixes[] = {"get_", "set_", "add_", "remove_"};

    for (size_t i = 0; i < HOP_ARRAY_SIZE(prefixes); i++)
        if (strncmp(name->data, prefixes[i], strlen(prefixes[i])) == 0)
            return true;
    return false;
}

enum { VIEW_EXTENDED = 1, VIEW_ADAPTED = 2, VIEW_BASE = 4 };

/* Is the member PowerShell's addition, or the type's own? */
static bool
in_view(struct hop_command *c, const struct hop_member_info *m)
{
    int64_t view = hop_arg_bound(c, VIEW) ? hop_arg(c, VIEW).u.i
                                          : VIEW_EXTENDED | VIEW_ADAPTED;
    bool added =
        m->member ||
        (m->property && m->property->flags & (HOP_PROP_SCRIPT | HOP_PROP_ALIAS |
                                              HOP_PROP_CODE | HOP_PROP_NOTE));

    return (view & (added ? VIEW_EXTENDED : VIEW_ADAPTED | VIEW_BASE)) != 0;
}

static bool
note(void *arg, const struct hop_member_info *m)
{
    struct state *s = arg;
    struct hop_command *c = s->command;
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    bool force = hop_arg_on(c, FORCE);

    if (!in_view(c, m) || !wanted_name(c, m->name) ||
        (is_accessor(m->name) && !force) ||
        (m->kind == HOP_MEMBER_MEMBER_SET && !force))
        return true;
    if (!hop_member_definition(hop_command_context(c), m, &b)) {
        s->failed = true;
        return false;
    }
    if (s->n == s->cap) {
        s->cap = s->cap ? s->cap * 2 : 32;
        s->found = hop_xrealloc(s->found, s->cap, sizeof(*s->found));
    }
    s->found[s->n++] = (struct found){hop_string_retain(m->name),
                                      hop_string_take_buf(&b), m->kind};
    return true;
}

static int
by_kind_and_name(const void *a, const void *b)
{
    static const enum hop_member_kind order[] = {
        HOP_MEMBER_ALIAS,         HOP_MEMBER_CODE_METHOD,
        HOP_MEMBER_CODE_PROPERTY, HOP_MEMBER_EVENT,
        HOP_MEMBER_MEMBER_SET,    HOP_MEMBER_METHOD,
        HOP_MEMBER_NOTE,          HOP_MEMBER_PARAM_PROPERTY,
        HOP_MEMBER_PROPERTY,      HOP_MEMBER_PROPERTY_SET,
        HOP_MEMBER_SCRIPT_METHOD, HOP_MEMBER_SCRIPT_PROPERTY};
    const struct found *f = a, *g = b;
    size_t i = 0, k = 0;

    while (i < HOP_ARRAY_SIZE(order) && order[i] != f->kind)
        i++;
    while (k < HOP_ARRAY_SIZE(order) && order[k] != g->kind)
        k++;
    if (i != k)
        return i < k ? -1 : 1;
    return hop_collate(f->name, g->name, true);
}

static void
forget(struct state *s)
{
    for (size_t i = 0; i < s->n; i++) {
        hop_string_release(s->found[i].name);
        hop_string_release(s->found[i].definition);
    }
    s->n = 0;
}

static bool
write_found(struct hop_command *c, struct state *s, struct hop_string *type)
{
    const struct hop_class *kinds = hop_types_find(
        hop_command_context(c), "System.Management.Automation.PSMemberTypes",
        strlen("System.Management.Automation.PSMemberTypes"));

    if (s->n)
        qsort(s->found, s->n, sizeof(*s->found), by_kind_and_name);
    for (size_t i = 0; i < s->n; i++) {
        const struct found *f = &s->found[i];
        struct hop_record *r = hop_record_new(hop_command_context(c),
                                              &hop_class_member_definition);

        hop_record_set(r, M_TYPE_NAME, hop_str(hop_string_retain(type)));
        hop_record_set(r, M_NAME, hop_str(hop_string_retain(f->name)));
        hop_record_set(r, M_MEMBER_TYPE,
                       kinds ? hop_enum(kinds->enum_id, (int64_t)f->kind)
                             : hop_int((int32_t)f->kind));
        hop_record_set(r, M_DEFINITION,
                       hop_str(hop_string_retain(f->definition)));
        if (!hop_write_take(c, hop_obj(r)))
            return false;
    }
    return true;
}

static bool
seen_before(struct state *s, const struct hop_string *type)
{
    for (size_t i = 0; i < s->n_seen; i++)
        if (hop_string_ieq(s->seen[i], type))
            return true;
    return false;
}

static struct hop_string *
type_name(struct hop_command *c, struct hop_value v, bool is_static)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct hop_string *name;
    struct hop_array *names;

    if (is_static) {
        hop_class_add_full_name(v.kind == HOP_TYPE ? v.u.cls : hop_class_of(v),
                                &b);
        return hop_string_take_buf(&b);
    }
    names = hop_type_names(hop_command_context(c), v);
    name = names->n ? hop_string_retain(names->items[0].u.s)
                    : hop_string_from("<null>");
    hop_release(hop_obj(names));
    return name;
}

static bool
process(struct hop_command *c)
{
    struct state *s = hop_command_state(c);
    struct hop_value v = hop_arg(c, INPUT);
    bool is_static = hop_arg_on(c, STATIC);
    HOP_AUTO_STRING struct hop_string *type = NULL;
    unsigned kinds =
        hop_arg_bound(c, TYPES) ? (unsigned)hop_arg(c, TYPES).u.i : 0xFFFFu;
    bool ok;

    if (hop_is_null(v))
        return true;
    s->any = true;
    s->command = c;
    type = type_name(c, hop_value_base(v), is_static);
    if (hop_value_base(v).kind == HOP_OBJECT && !is_static) {
        hop_string_release(type);
        type = type_name(c, v, false);
    }
    if (seen_before(s, type))
        return true;
    s->seen = hop_xrealloc(s->seen, s->n_seen + 1, sizeof(*s->seen));
    s->seen[s->n_seen++] = hop_string_retain(type);
    hop_member_each(hop_command_context(c), v, kinds, is_static, note, s);
    ok = !s->failed && write_found(c, s, type);
    forget(s);
    return ok;
}

static bool
end(struct hop_command *c)
{
    struct state *s = hop_command_state(c);
    struct hop_error_spec spec = {.id = "NoObjectInGetMember",
                                  .category = HOP_CAT_CLOSE_ERROR,
                                  .exception =
                                      "System.InvalidOperationException"};

    if (s->any)
        return true;
    return hop_command_error(c, &spec,
                             "You must specify an object for the Get-Member "
                             "cmdlet.");
}

static void
dispose(struct hop_command *c)
{
    struct state *s = hop_command_state(c);

    forget(s);
    free(s->found);
    for (size_t i = 0; i < s->n_seen; i++)
        hop_string_release(s->seen[i]);
    free(s->seen);
}

const struct hop_cmdlet hop_cmdlet_get_member = {
    .name = "Get-Member",
    HOP_PARAMS(params),
    .output = "Microsoft.PowerShell.Commands.MemberDefinition",
    .synopsis = "Gets the properties and methods of objects.",
    .state_size = sizeof(struct state),
    .process = process,
    .end = end,
    .dispose = dispose,
};
