/* Get-Command.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/core/core.h"
#include "engine/module.h"

#include <dirent.h>

enum {
    NAME,
    TYPE,
    ARGUMENTS,
    ALL,
    MODULE,
    VERB,
    NOUN,
    SYNTAX,
    TOTAL,
    PARAMETER,
    PARAMETER_TYPE,
    LIST_IMPORTED,
    SHOW_INFO
};

static const struct hop_param params[] = {
    [NAME] = {"Name", "string[]", HOP_BY_NAME,
              .in = HOP_SETS({"AllCommandSet", HOP_BY_VALUE, HOP_POS(0)})},
    [TYPE] = {"CommandType", "System.Management.Automation.CommandTypes",
              HOP_BY_NAME, .aliases = "Type",
              .in = HOP_SETS({"AllCommandSet", 0, 0})},
    [ARGUMENTS] = {"ArgumentList", "object[]", HOP_REMAINING,
                   .position = HOP_POS(1), .aliases = "Args"},
    [ALL] = {"All", "switch"},
    [MODULE] = {"Module", "string[]", HOP_BY_NAME, .aliases = "PSSnapin"},
    [VERB] = {"Verb", "string[]", HOP_BY_NAME,
              .in = HOP_SETS({"CmdletSet", 0, 0})},
    [NOUN] = {"Noun", "string[]", HOP_BY_NAME,
              .in = HOP_SETS({"CmdletSet", 0, 0})},
    [SYNTAX] = {"Syntax", "switch"},
    [TOTAL] = {"TotalCount", "int"},
    [PARAMETER] = {"ParameterName", "string[]"},
    [PARAMETER_TYPE] = {"ParameterType", "object[]"},
    [LIST_IMPORTED] = {"ListImported", "switch"},
    [SHOW_INFO] = {"ShowCommandInfo", "switch"},
};

struct hop_string *command_syntax(struct hop_runspace *rs, struct cmdinfo *c);

struct query {
    struct hop_command *c;
    const char *pattern;
    struct hop_array *found;
};

static bool
has_parameter(struct hop_command *c, struct cmdinfo *k)
{
    struct meta *m;

    if (!hop_arg_bound(c, PARAMETER))
        return true;
    if (k->type == COMMAND_ALIAS || k->type == COMMAND_APPLICATION)
        return false;
    m = meta_of(c->rs, k);
    if (!m) {
        hop_drop_exception(&c->rs->cx);
        return false;
    }
    for (uint32_t i = 0; i < m->n; i++)
        if (name_in(hop_arg(c, PARAMETER), m->params[i].name))
            return true;
    return false;
}

static bool
accepted(struct query *q, struct cmdinfo *k)
{
    struct hop_command *c = q->c;
    const char *dash = strchr(k->name, '-');

    if (q->pattern && !hop_wildcard_match(q->pattern, strlen(q->pattern),
                                          k->name, strlen(k->name), true))
        return false;
    if (hop_arg_bound(c, MODULE) &&
        !name_in(hop_arg(c, MODULE), cmdinfo_module_name(k)))
        return false;
    if (hop_arg_bound(c, VERB) || hop_arg_bound(c, NOUN)) {
        char *verb HOP_AUTO_FREE =
            dash ? hop_xstrndup(k->name, (size_t)(dash - k->name)) : NULL;
        if (!dash ||
            (hop_arg_bound(c, VERB) && !name_in(hop_arg(c, VERB), verb)) ||
            (hop_arg_bound(c, NOUN) && !name_in(hop_arg(c, NOUN), dash + 1)))
            return false;
    }
    return has_parameter(c, k);
}

static bool
take(void *ctx, struct cmdinfo *k)
{
    struct query *q = ctx;

    if (accepted(q, k))
        hop_array_push(q->found, hop_retain(hop_obj(k)));
    return true;
}

static int
by_name(const void *a, const void *b)
{
    struct cmdinfo *x = as_cmdinfo(*(const struct hop_value *)a);
    struct cmdinfo *y = as_cmdinfo(*(const struct hop_value *)b);
    int r = strcasecmp(x->name, y->name);

    return r ? r : (int)x->type - (int)y->type;
}

static bool
write_one(struct hop_command *c, struct cmdinfo *k)
{
    if (hop_arg_on(c, SYNTAX)) {
        struct hop_value s HOP_AUTO_VALUE = hop_str(command_syntax(c->rs, k));
        return hop_write(c, s);
    }
    return hop_write(c, hop_obj(k));
}

static void
take_programs(struct query *q)
{
    char *copy HOP_AUTO_FREE =
        hop_xstrdup(getenv("PATH") ? getenv("PATH") : "");
    char *save = NULL;

    for (char *d = strtok_r(copy, ":", &save); d;
         d = strtok_r(NULL, ":", &save)) {
        DIR *dir = opendir(d);
        struct dirent *e;
        while (dir && (e = readdir(dir))) {
            if (e->d_name[0] == '.' ||
                !hop_wildcard_match(q->pattern, strlen(q->pattern), e->d_name,
                                    strlen(e->d_name), false))
                continue;
            char *path HOP_AUTO_FREE = hop_xasprintf("%s/%s", d, e->d_name);
            struct cmdinfo *k = find_external(q->c->rs, path);
            if (k)
                hop_array_push(q->found, hop_obj(k));
        }
        if (dir)
            closedir(dir);
    }
}

static bool
search(struct hop_command *c, const char *pattern, unsigned types)
{
    struct query q = {c, pattern, hop_array_new(&c->rs->cx, 0)};
    struct hop_value holder HOP_AUTO_VALUE = hop_obj(q.found);
    size_t limit = (size_t)hop_arg_int(c, TOTAL, INT64_MAX);

    command_each(c->rs, types, take, &q);
    if (types & COMMAND_APPLICATION && pattern && !hop_arg_bound(c, MODULE) &&
        !hop_arg_bound(c, VERB) && !hop_arg_bound(c, NOUN) &&
        !hop_arg_bound(c, PARAMETER))
        take_programs(&q);
    if (q.found->n > 0)
        qsort(q.found->items, q.found->n, sizeof(*q.found->items), by_name);
    for (size_t i = 0; i < q.found->n && i < limit; i++)
        if (!write_one(c, as_cmdinfo(q.found->items[i])))
            return false;
    return true;
}

static bool
not_found(struct hop_command *c, const char *name)
{
    struct hop_value target HOP_AUTO_VALUE = hop_text(name);
    struct hop_error_spec spec = {"CommandNotFoundException",
                                  HOP_CAT_OBJECT_NOT_FOUND,
                                  "CommandNotFoundException", target};

    return hop_command_error(
        c, &spec,
        "The term '%s' is not recognized as a name of a cmdlet, function, "
        "script file, or executable program.\nCheck the spelling of the name, "
        "or if a path was included, verify that the path is correct and try "
        "again.",
        name);
}

/* Every command of a name: -All. */
static bool
all_of(struct hop_command *c, const char *name, unsigned types)
{
    struct hop_runspace *rs = c->rs;
    struct hop_symbol *s = hop_symbol_get(rs, name, strlen(name));
    struct cmdinfo *seen[16];
    size_t n = 0;

    for (struct hop_scope *at = rs->session->current; at; at = at->parent) {
        struct cmdinfo *a = symbol_map_get(&at->aliases, s);
        struct cmdinfo *f = symbol_map_get(&at->functions, s);
        if (a && types & COMMAND_ALIAS && n < 16)
            seen[n++] = a;
        if (f && types & f->type && n < 16)
            seen[n++] = f;
    }
    for (size_t i = rs->loaded->n; i > 0; i--) {
        struct hop_module *m = as_module(rs->loaded->items[i - 1]);
        for (size_t k = 0; m && k < m->functions->n && n < 16; k++) {
            struct cmdinfo *f = as_cmdinfo(m->functions->items[k]);
            bool same = false;
            for (size_t j = 0; j < n; j++)
                same = same || (seen[j]->module == m);
            if (!same && hop_ascii_ieq(f->name, name) && types & f->type)
                seen[n++] = f;
        }
    }
    struct cmdinfo *cmdlet = symbol_map_get(&rs->cmdlets, s);
    if (cmdlet && types & COMMAND_CMDLET && n < 16)
        seen[n++] = cmdlet;
    for (size_t i = 0; i < n; i++)
        if (!write_one(c, seen[i]))
            return false;
    if (types & (COMMAND_APPLICATION | COMMAND_EXTERNAL_SCRIPT)) {
        struct cmdinfo *e = find_external(rs, name);
        if (e) {
            bool ok = write_one(c, e);
            hop_release(hop_obj(e));
            return ok;
        }
    }
    return n > 0 || not_found(c, name);
}

/* Who asks for a command by its name loads its module. */
static void
load_module_of(struct hop_runspace *rs, struct cmdinfo *k)
{
    struct cmdinfo *t =
        k->type == COMMAND_ALIAS ? resolve_alias(rs, k, true) : NULL;

    hop_drop_exception(&rs->cx);
    rs->native_used |= t ? t->native_bit : k->native_bit;
    if (t)
        hop_release(hop_obj(t));
}

static bool
one(struct hop_command *c, const char *name, unsigned types)
{
    struct cmdinfo *k;
    struct query q = {c, NULL, NULL};
    bool ok;

    if (hop_path_has_wildcard(name) && !strchr(name, '/'))
        return search(c, name, types);
    if (hop_arg_on(c, ALL))
        return all_of(c, name, types);
    k = find_command(c->rs, name, strlen(name), types, true);
    hop_drop_exception(&c->rs->cx);
    if (k && strncasecmp(k->name, name, strlen(k->name)) != 0 &&
        !strchr(name, '/') && !strchr(name, '\\') && !strchr(name, ':') &&
        !hop_ascii_ieq(k->name, name) &&
        k->type & (COMMAND_CMDLET | COMMAND_FUNCTION)) {
        hop_release(hop_obj(k));
        k = NULL;
    }
    if (k)
        load_module_of(c->rs, k);
    if (!k || !accepted(&q, k)) {
        if (k)
            hop_release(hop_obj(k));
        return not_found(c, name);
    }
    ok = write_one(c, k);
    hop_release(hop_obj(k));
    return ok;
}

static bool
process(struct hop_command *c)
{
    size_t n = hop_arg_count(c, NAME);
    unsigned types = COMMAND_ALL;

    if (hop_arg_bound(c, TYPE))
        types = (unsigned)hop_arg(c, TYPE).u.i;
    if (!n)
        return search(c, NULL,
                      hop_arg_bound(c, TYPE) ? types
                      : hop_arg_bound(c, VERB) || hop_arg_bound(c, NOUN)
                          ? COMMAND_ALL & ~(unsigned)COMMAND_APPLICATION
                          : (hop_arg_on(c, ALL) ? COMMAND_ALIAS : 0) |
                                COMMAND_FUNCTION | COMMAND_FILTER |
                                COMMAND_CMDLET);
    for (size_t i = 0; i < n; i++) {
        struct hop_value v = hop_arg_item(c, NAME, i);
        if (hop_is_string(v) && !one(c, hop_cstr(v), types))
            return false;
    }
    return true;
}

const struct hop_cmdlet hop_cmdlet_get_command = {
    .name = "Get-Command",
    .default_set = "CmdletSet",
    HOP_PARAMS(params),
    .output = "System.Management.Automation.AliasInfo "
              "System.Management.Automation.FunctionInfo "
              "System.Management.Automation.CmdletInfo",
    .synopsis = "Gets all commands.",
    .process = process,
};
