/* The providers of the session itself: Environment, Variable, Function, Alias.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"

extern char **environ;
extern const struct hop_provider provider_environment, provider_variable,
    provider_function, provider_alias;

typedef bool child_fn(void *ctx, const char *name, bool container);

/* ---- Environment
 * ------------------------------------------------------------------ */

static bool
env_exists(const struct hop_item_path *p)
{
    return !*p->path || getenv(p->path) != NULL;
}

static bool
root_container(const struct hop_item_path *p)
{
    return !*p->path;
}

static struct hop_value
pair(struct hop_context *cx, const char *name, const char *value)
{
    struct hop_pair *e = hop_object_new(cx, &hop_class_dictionary_entry);

    e->key = hop_text(name);
    e->value = hop_text(value);
    return hop_obj(e);
}

static bool
env_item(const struct hop_item_path *p, bool force, struct hop_value *out)
{
    const char *v = getenv(p->path);

    *out = v ? pair(&p->rs->cx, p->path, v) : hop_null();
    return true;
}

static int
compare_text(const void *a, const void *b)
{
    const char *x = *(const char *const *)a, *y = *(const char *const *)b;
    int r = strcasecmp(x, y);

    return r ? r : strcmp(x, y);
}

static bool
env_children(const struct hop_item_path *p, bool force, child_fn *fn, void *ctx)
{
    size_t n = 0;
    bool more = true;

    while (environ && environ[n])
        n++;
    char **names = hop_xcalloc(n + 1, sizeof(*names));
    for (size_t i = 0; i < n; i++)
        names[i] = hop_xstrndup(environ[i], strcspn(environ[i], "="));
    if (n > 0)
        qsort(names, n, sizeof(*names), compare_text);
    for (size_t i = 0; i < n; i++) {
        if (more)
            more = fn(ctx, names[i], false);
        free(names[i]);
    }
    free(names);
    return true;
}

static bool
env_set(const struct hop_item_path *p, struct hop_value v,
        struct hop_value *out)
{
    struct hop_string *s HOP_AUTO_STRING = NULL;

    if (hop_is_null(v)) {
        unsetenv(p->path);
        return true;
    }
    if (!hop_to_string(&p->rs->cx, v, &s))
        return false;
    setenv(p->path, s->data, 1);
    if (out)
        *out = pair(&p->rs->cx, p->path, s->data);
    return true;
}

/* New-Item of something that is there. */
static bool
already_there(const struct hop_item_path *p)
{
    struct hop_value target HOP_AUTO_VALUE = hop_text(p->path);

    return throw_pending(p->rs, "PSArgumentException", "Argument",
                         HOP_CAT_INVALID_ARGUMENT, target,
                         "The item at path '%s' already exists.", p->path);
}

static bool
env_new(const struct hop_item_path *p, const char *type, struct hop_value v,
        bool force, struct hop_value *out)
{
    if (!force && getenv(p->path))
        return already_there(p);
    return env_set(p, hop_is_null(v) ? hop_null() : v, out);
}

static bool
env_clear(const struct hop_item_path *p)
{
    unsetenv(p->path);
    return true;
}

static bool
env_remove(const struct hop_item_path *p, bool recurse, bool force)
{
    unsetenv(p->path);
    return true;
}

static bool
env_rename(const struct hop_item_path *p, const char *name, bool force,
           struct hop_value *out)
{
    const char *v = getenv(p->path);

    if (v)
        setenv(name, v, 1);
    unsetenv(p->path);
    if (out)
        *out = pair(&p->rs->cx, name, v ? v : "");
    return true;
}

static bool
env_copy(const struct hop_item_path *p, const char *to, bool recurse,
         bool force)
{
    const char *v = getenv(p->path);

    if (v)
        setenv(to, v, 1);
    return true;
}

static bool
env_content(const struct hop_item_path *p, struct hop_sink *out)
{
    const char *e = getenv(p->path);
    struct hop_value v HOP_AUTO_VALUE = e ? hop_text(e) : hop_null();

    return !e || hop_sink_write(out, v) == HOP_FLOW_NEXT;
}

static bool
env_put_content(const struct hop_item_path *p, const struct hop_value *lines,
                size_t n, bool append)
{
    struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;

    for (size_t i = 0; i < n; i++) {
        if (i)
            hop_buf_addc(&b, '\n');
        if (!hop_add_string(&p->rs->cx, lines[i], &b))
            return false;
    }
    setenv(p->path, hop_buf_str(&b), 1);
    return true;
}

const struct hop_provider provider_environment = {
    .name = "Environment",
    .module = "Microsoft.PowerShell.Core",
    .capabilities = HOP_PROVIDER_CONTAINER | HOP_PROVIDER_CONTENT |
                    HOP_PROVIDER_SHOULD_PROCESS,
    .separator = '/',
    .item_exists = env_exists,
    .is_container = root_container,
    .get_item = env_item,
    .children = env_children,
    .new_item = env_new,
    .set_item = env_set,
    .clear_item = env_clear,
    .remove_item = env_remove,
    .rename_item = env_rename,
    .copy_item = env_copy,
    .get_content = env_content,
    .set_content = env_put_content,
};

/* ---- Variable
 * ------------------------------------------------------------------------ */

static struct hop_variable *
variable(const struct hop_item_path *p)
{
    bool ok;
    struct hop_variable *v = hop_variable_find(p->rs, p->path, NULL, &ok);

    if (!ok)
        hop_drop_exception(&p->rs->cx);
    return v;
}

static bool
variable_exists(const struct hop_item_path *p)
{
    return !*p->path || variable(p);
}

static bool
variable_item(const struct hop_item_path *p, bool force, struct hop_value *out)
{
    struct hop_variable *v = variable(p);

    *out = v ? hop_variable_object(v) : hop_null();
    return true;
}

struct children {
    child_fn *fn;
    void *ctx;
};

static bool
variable_child(void *ctx, struct hop_variable *v)
{
    struct children *c = ctx;

    return c->fn(c->ctx, v->name->data, false);
}

static bool
variable_children(const struct hop_item_path *p, bool force, child_fn *fn,
                  void *ctx)
{
    struct children c = {fn, ctx};

    hop_variable_each(p->rs, NULL, variable_child, &c);
    return true;
}

static bool
variable_set(const struct hop_item_path *p, struct hop_value v,
             struct hop_value *out)
{
    if (!hop_variable_set(p->rs, p->path, NULL, v))
        return false;
    return !out || variable_item(p, false, out);
}

static bool
variable_new(const struct hop_item_path *p, const char *type,
             struct hop_value v, bool force, struct hop_value *out)
{
    return variable_set(p, v, out);
}

static bool
variable_clear(const struct hop_item_path *p)
{
    return hop_variable_set(p->rs, p->path, NULL, hop_null());
}

static bool
variable_remove(const struct hop_item_path *p, bool recurse, bool force)
{
    return hop_variable_remove(p->rs, p->path, NULL, force);
}

static bool
variable_rename(const struct hop_item_path *p, const char *name, bool force,
                struct hop_value *out)
{
    struct hop_value v HOP_AUTO_VALUE = hop_variable_get(p->rs, p->path);
    struct hop_item_path to = *p;

    to.path = (char *)(uintptr_t)name;
    return hop_variable_remove(p->rs, p->path, NULL, force) &&
           variable_set(&to, v, out);
}

static bool
variable_copy(const struct hop_item_path *p, const char *to, bool recurse,
              bool force)
{
    struct hop_value v HOP_AUTO_VALUE = hop_variable_get(p->rs, p->path);

    return hop_variable_set(p->rs, to, NULL, v);
}

static bool
variable_content(const struct hop_item_path *p, struct hop_sink *out)
{
    struct hop_variable *x = variable(p);
    struct hop_value v HOP_AUTO_VALUE =
        x ? hop_variable_value(p->rs, x) : hop_null();

    return !x || hop_sink_write(out, v) == HOP_FLOW_NEXT;
}

static bool
variable_put_content(const struct hop_item_path *p,
                     const struct hop_value *lines, size_t n, bool append)
{
    struct hop_value v HOP_AUTO_VALUE =
        n == 1 ? hop_retain(lines[0])
               : hop_obj(hop_array_from(&p->rs->cx, lines, n));

    return hop_variable_set(p->rs, p->path, NULL, v);
}

const struct hop_provider provider_variable = {
    .name = "Variable",
    .module = "Microsoft.PowerShell.Core",
    .capabilities = HOP_PROVIDER_CONTAINER | HOP_PROVIDER_CONTENT |
                    HOP_PROVIDER_SHOULD_PROCESS,
    .separator = '/',
    .item_exists = variable_exists,
    .is_container = root_container,
    .get_item = variable_item,
    .children = variable_children,
    .new_item = variable_new,
    .set_item = variable_set,
    .clear_item = variable_clear,
    .remove_item = variable_remove,
    .rename_item = variable_rename,
    .copy_item = variable_copy,
    .get_content = variable_content,
    .set_content = variable_put_content,
};

/* ---- Function and Alias
 * ------------------------------------------------------------------- */

static struct cmdinfo *
command_item(const struct hop_item_path *p, unsigned types)
{
    struct hop_symbol *s = hop_symbol_get(p->rs, p->path, strlen(p->path));

    for (struct hop_scope *at = p->rs->session->current; at; at = at->parent) {
        struct cmdinfo *c = symbol_map_get(
            types == COMMAND_ALIAS ? &at->aliases : &at->functions, s);
        if (c)
            return c;
    }
    return NULL;
}

static bool
function_exists(const struct hop_item_path *p)
{
    return !*p->path || command_item(p, COMMAND_FUNCTION);
}

static bool
alias_exists(const struct hop_item_path *p)
{
    return !*p->path || command_item(p, COMMAND_ALIAS);
}

static bool
function_item(const struct hop_item_path *p, bool force, struct hop_value *out)
{
    struct cmdinfo *c = command_item(p, COMMAND_FUNCTION);

    *out = c ? hop_retain(hop_obj(c)) : hop_null();
    return true;
}

static bool
alias_item(const struct hop_item_path *p, bool force, struct hop_value *out)
{
    struct cmdinfo *c = command_item(p, COMMAND_ALIAS);

    *out = c ? hop_retain(hop_obj(c)) : hop_null();
    return true;
}

static bool
command_child(void *ctx, struct cmdinfo *c)
{
    struct children *k = ctx;

    return k->fn(k->ctx, c->name, false);
}

static bool
function_children(const struct hop_item_path *p, bool force, child_fn *fn,
                  void *ctx)
{
    struct children c = {fn, ctx};

    command_each(p->rs, COMMAND_FUNCTION | COMMAND_FILTER, command_child, &c);
    return true;
}

static bool
alias_children(const struct hop_item_path *p, bool force, child_fn *fn,
               void *ctx)
{
    struct children c = {fn, ctx};

    command_each(p->rs, COMMAND_ALIAS, command_child, &c);
    return true;
}

static bool
function_set(const struct hop_item_path *p, struct hop_value v,
             struct hop_value *out)
{
    struct hop_value block HOP_AUTO_VALUE = hop_retain(v);
    struct hop_string *s HOP_AUTO_STRING = NULL;
    struct cmdinfo *info = as_cmdinfo(v);

    if (info && info->block) {
        hop_value_set(&block, hop_retain(hop_obj(info->block)));
    } else if (!as_block(v) && !hop_is_null(v)) {
        struct hop_value made = hop_null();
        if (!hop_to_string(&p->rs->cx, v, &s) ||
            !hop_scriptblock_create(p->rs, s->data, s->len, &made))
            return false;
        hop_value_set(&block, made);
    }
    if (!hop_function_set(p->rs, p->path, NULL, block, HOP_ITEM_UNSPECIFIED))
        return false;
    return !out || function_item(p, false, out);
}

static bool
function_new(const struct hop_item_path *p, const char *type,
             struct hop_value v, bool force, struct hop_value *out)
{
    return function_set(p, v, out);
}

static bool
function_remove(const struct hop_item_path *p, bool recurse, bool force)
{
    return hop_function_remove(p->rs, p->path, NULL, force);
}

static bool
function_rename(const struct hop_item_path *p, const char *name, bool force,
                struct hop_value *out)
{
    struct cmdinfo *c = command_item(p, COMMAND_FUNCTION);
    struct hop_value block HOP_AUTO_VALUE =
        c && c->block ? hop_retain(hop_obj(c->block)) : hop_null();
    struct hop_item_path to = *p;

    to.path = (char *)(uintptr_t)name;
    return hop_function_remove(p->rs, p->path, NULL, force) &&
           function_set(&to, block, out);
}

static bool
function_copy(const struct hop_item_path *p, const char *to, bool recurse,
              bool force)
{
    struct cmdinfo *c = command_item(p, COMMAND_FUNCTION);
    struct hop_value block HOP_AUTO_VALUE =
        c && c->block ? hop_retain(hop_obj(c->block)) : hop_null();
    struct hop_item_path target = *p;

    target.path = (char *)(uintptr_t)to;
    return function_set(&target, block, NULL);
}

static bool
function_clear(const struct hop_item_path *p)
{
    return hop_function_remove(p->rs, p->path, NULL, false);
}

static bool
function_content(const struct hop_item_path *p, struct hop_sink *out)
{
    struct cmdinfo *c = command_item(p, COMMAND_FUNCTION);

    return !c || !c->block ||
           hop_sink_write(out, hop_obj(c->block)) == HOP_FLOW_NEXT;
}

static bool
function_put_content(const struct hop_item_path *p,
                     const struct hop_value *lines, size_t n, bool append)
{
    return !n || function_set(p, lines[0], NULL);
}

const struct hop_provider provider_function = {
    .name = "Function",
    .module = "Microsoft.PowerShell.Core",
    .capabilities = HOP_PROVIDER_CONTAINER | HOP_PROVIDER_CONTENT |
                    HOP_PROVIDER_SHOULD_PROCESS,
    .separator = '/',
    .item_exists = function_exists,
    .is_container = root_container,
    .get_item = function_item,
    .children = function_children,
    .new_item = function_new,
    .set_item = function_set,
    .remove_item = function_remove,
    .rename_item = function_rename,
    .copy_item = function_copy,
    .clear_item = function_clear,
    .get_content = function_content,
    .set_content = function_put_content,
};

static bool
alias_set(const struct hop_item_path *p, struct hop_value v,
          struct hop_value *out)
{
    struct hop_string *s HOP_AUTO_STRING = NULL;
    struct hop_alias_spec spec = {.name = p->path};

    if (!hop_to_string(&p->rs->cx, v, &s))
        return false;
    spec.definition = s->data;
    if (!hop_alias_set(p->rs, &spec))
        return false;
    return !out || alias_item(p, false, out);
}

static bool
alias_new(const struct hop_item_path *p, const char *type, struct hop_value v,
          bool force, struct hop_value *out)
{
    if (!force && command_item(p, COMMAND_ALIAS))
        return already_there(p);
    return alias_set(p, v, out);
}

static bool
alias_remove(const struct hop_item_path *p, bool recurse, bool force)
{
    return hop_alias_remove(p->rs, p->path, NULL, force);
}

static bool
alias_rename(const struct hop_item_path *p, const char *name, bool force,
             struct hop_value *out)
{
    struct cmdinfo *c = command_item(p, COMMAND_ALIAS);
    struct hop_value v HOP_AUTO_VALUE =
        c ? hop_text(c->definition) : hop_text("");
    struct hop_item_path to = *p;

    to.path = (char *)(uintptr_t)name;
    return hop_alias_remove(p->rs, p->path, NULL, force) &&
           alias_set(&to, v, out);
}

static bool
alias_copy(const struct hop_item_path *p, const char *to, bool recurse,
           bool force)
{
    struct cmdinfo *c = command_item(p, COMMAND_ALIAS);
    struct hop_value v HOP_AUTO_VALUE =
        c ? hop_text(c->definition) : hop_text("");
    struct hop_item_path target = *p;

    target.path = (char *)(uintptr_t)to;
    return alias_set(&target, v, NULL);
}

static bool
alias_clear(const struct hop_item_path *p)
{
    return hop_alias_remove(p->rs, p->path, NULL, false);
}

static bool
alias_content(const struct hop_item_path *p, struct hop_sink *out)
{
    struct cmdinfo *c = command_item(p, COMMAND_ALIAS);
    struct hop_value v HOP_AUTO_VALUE =
        c ? hop_text(c->definition) : hop_null();

    return !c || hop_sink_write(out, v) == HOP_FLOW_NEXT;
}

static bool
alias_put_content(const struct hop_item_path *p, const struct hop_value *lines,
                  size_t n, bool append)
{
    return !n || alias_set(p, lines[0], NULL);
}

const struct hop_provider provider_alias = {
    .name = "Alias",
    .module = "Microsoft.PowerShell.Core",
    .capabilities = HOP_PROVIDER_CONTAINER | HOP_PROVIDER_CONTENT |
                    HOP_PROVIDER_SHOULD_PROCESS,
    .separator = '/',
    .item_exists = alias_exists,
    .is_container = root_container,
    .get_item = alias_item,
    .children = alias_children,
    .new_item = alias_new,
    .set_item = alias_set,
    .remove_item = alias_remove,
    .rename_item = alias_rename,
    .copy_item = alias_copy,
    .clear_item = alias_clear,
    .get_content = alias_content,
    .set_content = alias_put_content,
};
