/* Variables in expressions: look-up through the frame's slots, assignment, and
 * $drive:names.
 *
 * A variable node gets a slot number when its block first runs.  The slot holds
 * the variable of the frame's own scope once it was found or made there, so
 * that a loop looks each name up once.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"
#include "smb/unc.h"

/* ---- slots
 * ------------------------------------------------------------------- */

struct numbering {
    struct hop_runspace *rs;
    struct symbol_map seen;
};

static bool
number_node(void *ctx, struct hop_ast *node)
{
    struct numbering *k = ctx;

    if (node->kind == HOP_AST_SCRIPT_BLOCK_EXPRESSION ||
        node->kind == HOP_AST_FUNCTION_DEFINITION)
        return false;
    if (node->kind == HOP_AST_TRAP)
        return false;
    if (node->kind != HOP_AST_VARIABLE)
        return true;
    struct hop_ast_variable *v = HOP_AST_AS(hop_ast_variable, node);
    struct hop_symbol *s = hop_symbol_get(k->rs, v->name.text, v->name.len);
    node->cache = s;
    if (v->scope != HOP_SCOPE_NONE && v->scope != HOP_SCOPE_LOCAL &&
        v->scope != HOP_SCOPE_VARIABLE)
        return true;
    if (s->automatic)
        return true;
    uintptr_t slot = (uintptr_t)symbol_map_get(&k->seen, s);
    if (!slot) {
        slot = k->seen.n + 1;
        symbol_map_set(&k->seen, s, (void *)slot);
    }
    node->slot = (uint32_t)slot;
    return true;
}

/* Numbers the variables of a script block without those of blocks inside. */
static void
number_block(struct hop_runspace *rs, struct hop_ast_script_block *b)
{
    struct numbering k = {rs, {0}};

    if (b->params)
        hop_ast_visit(&b->params->ast, number_node, &k);
    for (int i = 0; i < HOP_BLOCK_KINDS; i++)
        if (b->blocks[i])
            hop_ast_visit(&b->blocks[i]->ast, number_node, &k);
    b->slots = k.seen.n + 1;
    symbol_map_done(&k.seen);
}

void
frame_enter(struct frame *f, struct hop_runspace *rs, struct hop_block *block,
            struct hop_scope *scope, struct io *io)
{
    memset(f, 0, offsetof(struct frame, slots));
    if (!block->ast->slots)
        number_block(rs, block->ast);
    f->up = rs->frame;
    f->rs = rs;
    f->scope = scope;
    f->session = scope->session;
    f->block = block;
    hop_retain(hop_obj(block));
    f->unit = block->unit;
    f->io = io;
    f->n_slots = block->ast->slots;
    f->slots = f->n_slots <= FRAME_SLOTS
                   ? f->store
                   : hop_pool_alloc(f->n_slots * sizeof(*f->slots));
    memset(f->slots, 0, f->n_slots * sizeof(*f->slots));
    rs->frame = f;
    rs->calls++;
}

void
frame_leave(struct frame *f)
{
    f->rs->frame = f->up;
    f->rs->calls--;
    if (f->slots != f->store)
        hop_pool_free(f->slots, f->n_slots * sizeof(*f->slots));
    hop_release(hop_obj(f->block));
}

static struct hop_symbol *
symbol_of(struct frame *f, struct hop_ast_variable *n)
{
    if (!n->ast.cache)
        n->ast.cache = hop_symbol_get(f->rs, n->name.text, n->name.len);
    return n->ast.cache;
}

static struct hop_variable *
find_scoped(struct frame *f, struct hop_ast_variable *n,
            struct hop_symbol *symbol)
{
    struct hop_variable *v;

    switch (n->scope) {
    case HOP_SCOPE_GLOBAL: return scope_own(f->rs->global->top, symbol);
    case HOP_SCOPE_SCRIPT: return scope_own(f->scope->script, symbol);
    case HOP_SCOPE_LOCAL:
    case HOP_SCOPE_PRIVATE:
        v = scope_own(f->scope, symbol);
        return n->scope == HOP_SCOPE_PRIVATE && v &&
                       !(v->options & HOP_ITEM_PRIVATE)
                   ? NULL
                   : v;
    default: return scope_find(f->scope, symbol);
    }
}

struct hop_variable *
lookup_variable(struct frame *f, struct hop_ast_variable *n)
{
    struct hop_variable *v;

    if (n->ast.slot && n->ast.slot < f->n_slots) {
        v = f->slots[n->ast.slot];
        if (v && !v->removed)
            return v;
        v = scope_own(f->scope, n->ast.cache);
        if (v) {
            f->slots[n->ast.slot] = v;
            return v;
        }
        if (n->scope == HOP_SCOPE_LOCAL)
            return NULL;
        return f->scope->parent ? scope_find(f->scope, n->ast.cache) : NULL;
    }
    return find_scoped(f, n, symbol_of(f, n));
}

/* ---- $env:x and kin
 * -------------------------------------------------------------- */

static enum hop_flow
get_drive_item(struct frame *f, struct hop_ast_variable *n,
               struct hop_value *out)
{
    struct hop_runspace *rs = f->rs;
    struct hop_drive *d = hop_drive_find(rs, n->drive.text);
    struct hop_item_path p = {.rs = rs, .drive = d};
    struct hop_list_sink l;
    bool ok;

    if (!d) {
        *out = hop_null();
        return HOP_FLOW_NEXT;
    }
    if (hop_ascii_ieq(d->provider->name, "Environment")) {
        const char *e = getenv(n->name.text);
        *out = e ? hop_text(e) : hop_null();
        return HOP_FLOW_NEXT;
    }
    p.provider = d->provider;
    char *path = hop_xstrdup(n->name.text);
    if (hop_ascii_ieq(d->provider->name, "FileSystem")) {
        struct hop_item_path q = {0};
        char *full = hop_xasprintf("%s:%s", n->drive.text, n->name.text);
        ok = hop_path_resolve(rs, full, &q);
        free(full);
        free(path);
        if (!ok)
            return HOP_FLOW_ERROR;
        p = q;
    } else {
        p.path = path;
    }
    if (!d->provider->get_content ||
        (d->provider->item_exists && !d->provider->item_exists(&p))) {
        hop_item_path_done(&p);
        *out = hop_null();
        return HOP_FLOW_NEXT;
    }
    hop_list_sink_init(&l, &rs->cx);
    ok = d->provider->get_content(&p, &l.sink);
    if (ok)
        *out = hop_list_sink_value(&l);
    hop_list_sink_done(&l);
    hop_item_path_done(&p);
    return ok ? HOP_FLOW_NEXT : HOP_FLOW_ERROR;
}

static enum hop_flow
set_drive_item(struct frame *f, struct hop_ast_variable *n, struct hop_value x)
{
    struct hop_value v HOP_AUTO_VALUE = x;
    struct hop_runspace *rs = f->rs;
    struct hop_drive *d = hop_drive_find(rs, n->drive.text);
    struct hop_item_path p = {.rs = rs, .drive = d};
    bool ok;

    if (!d) {
        struct hop_value target HOP_AUTO_VALUE = hop_text(n->drive.text);
        throw_pending(rs, "DriveNotFoundException", "DriveNotFound",
                      HOP_CAT_OBJECT_NOT_FOUND, target,
                      "Cannot find drive. A drive with the name '%s' does not "
                      "exist.",
                      n->drive.text);
        return HOP_FLOW_ERROR;
    }
    p.provider = d->provider;
    p.path = hop_xstrdup(n->name.text);
    if (d->provider->set_item)
        ok = d->provider->set_item(&p, v, NULL);
    else if (d->provider->set_content)
        ok = d->provider->set_content(&p, &v, 1, false);
    else
        ok = throw_pending(rs, "PSNotSupportedException", "NotSupported",
                           HOP_CAT_NOT_IMPLEMENTED, hop_null(),
                           "Cannot process the variable path because the "
                           "provider cannot set items.");
    hop_item_path_done(&p);
    return ok ? HOP_FLOW_NEXT : HOP_FLOW_ERROR;
}

/* ---- automatic ones
 * ------------------------------------------------------------------- */

static struct hop_value
script_place(struct frame *f, bool directory)
{
    const char *file = f->unit ? hop_unit_file(f->unit) : NULL;
    char *shown HOP_AUTO_FREE = NULL;
    const char *slash;

    if (!file || (file[0] != '/' && !hop_unc_is(file)))
        return hop_text("");
    shown = hop_unc_shown(file);
    if (!directory)
        return hop_text(shown);
    slash = strrchr(file, '/');
    if (shown[0] != '/')
        return hop_textn(shown, slash ? (size_t)(slash - file) : 0);
    return hop_textn(file, slash == file ? 1 : (size_t)(slash - file));
}

static enum hop_flow
eval_automatic(struct frame *f, enum automatic a, struct hop_value *out)
{
    struct hop_value *v;

    switch (a) {
    case AUTO_QUESTION: *out = hop_bool(f->rs->success); return HOP_FLOW_NEXT;
    case AUTO_SCRIPTROOT:
    case AUTO_COMMANDPATH:
        *out = script_place(f, a == AUTO_SCRIPTROOT);
        return HOP_FLOW_NEXT;
    default: break;
    }
    v = automatic_find(f->rs, f->scope, a);
    *out = v ? hop_retain(*v) : hop_null();
    return HOP_FLOW_NEXT;
}

static bool
throw_undefined(struct frame *f, struct hop_ast_variable *n)
{
    f->pos = &n->ast;
    return throw_pending(f->rs, "RuntimeException", "VariableIsUndefined",
                         HOP_CAT_INVALID_OPERATION, hop_null(),
                         "The variable '$%s' cannot be retrieved because it "
                         "has not been set.",
                         n->path.text);
}

enum hop_flow
eval_variable(struct frame *f, struct hop_ast_variable *n,
              struct hop_value *out)
{
    struct hop_variable *v;
    struct hop_symbol *symbol;

    if (__builtin_expect(f->rs->breakpoints != NULL, 0)) {
        enum hop_flow flow = breakpoints_of_variable(f, &n->name, false);
        if (flow != HOP_FLOW_NEXT)
            return flow;
    }
    switch (n->special) {
    case HOP_VARIABLE_NULL: *out = hop_null(); return HOP_FLOW_NEXT;
    case HOP_VARIABLE_TRUE: *out = hop_bool(true); return HOP_FLOW_NEXT;
    case HOP_VARIABLE_FALSE: *out = hop_bool(false); return HOP_FLOW_NEXT;
    default: break;
    }
    if (n->scope == HOP_SCOPE_DRIVE)
        return get_drive_item(f, n, out);
    if (!n->ast.slot) {
        symbol = symbol_of(f, n);
        if (symbol->automatic &&
            (symbol->automatic > AUTO_COUNT || n->scope != HOP_SCOPE_GLOBAL)) {
            v = n->scope == HOP_SCOPE_NONE ? scope_own(f->scope, symbol) : NULL;
            if (!v)
                return eval_automatic(f, symbol->automatic, out);
        }
    }
    v = lookup_variable(f, n);
    if (v) {
        *out = v->get ? v->get(f->rs) : hop_retain(v->value);
        return HOP_FLOW_NEXT;
    }
    *out = hop_null();
    if (scope_strict(f->scope) > 0)
        return throw_undefined(f, n) ? HOP_FLOW_NEXT : HOP_FLOW_ERROR;
    return HOP_FLOW_NEXT;
}

/* ---- assignment
 * ------------------------------------------------------------------------------
 */

static enum hop_flow
set_automatic(struct frame *f, struct hop_symbol *symbol, struct hop_value x)
{
    enum automatic a = symbol->automatic;
    struct autos *o = f->scope->autos;

    if (a > AUTO_COUNT) {
        hop_release(x);
        if (a != AUTO_QUESTION)
            return HOP_FLOW_NEXT;
        throw_pending(f->rs, "SessionStateUnauthorizedAccessException",
                      "VariableNotWritable", HOP_CAT_WRITE_ERROR, hop_null(),
                      "Cannot overwrite variable %s because it is read-only "
                      "or constant.",
                      symbol->name);
        return HOP_FLOW_ERROR;
    }
    if (!o) {
        o = hop_xmalloc(sizeof(*o));
        o->outer = NULL;
        f->scope->autos = o;
        /* Global and module scopes have none of their own: it stays. */
    }
    if (o->has & (1u << a))
        hop_value_set(&o->v[a], x);
    else
        o->v[a] = x;
    o->has |= 1u << a;
    return HOP_FLOW_NEXT;
}

static enum hop_flow
set_constant(struct frame *f, struct hop_ast_variable *n, struct hop_value x)
{
    hop_release(x);
    if (n->special == HOP_VARIABLE_NULL)
        return HOP_FLOW_NEXT;
    throw_pending(f->rs, "SessionStateUnauthorizedAccessException",
                  "VariableNotWritable", HOP_CAT_WRITE_ERROR, hop_null(),
                  "Cannot overwrite variable %s because it is read-only or "
                  "constant.",
                  n->name.text);
    return HOP_FLOW_ERROR;
}

static struct hop_scope *
target_scope(struct frame *f, struct hop_ast_variable *n)
{
    if (n->scope == HOP_SCOPE_GLOBAL)
        return f->rs->global->top;
    if (n->scope == HOP_SCOPE_SCRIPT)
        return f->scope->script;
    return f->scope;
}

enum hop_flow
set_variable(struct frame *f, struct hop_ast_variable *n, struct hop_value x)
{
    struct hop_variable *v;
    struct hop_symbol *symbol;
    struct hop_scope *scope;

    if (__builtin_expect(f->rs->breakpoints != NULL, 0)) {
        enum hop_flow flow = breakpoints_of_variable(f, &n->name, true);
        if (flow != HOP_FLOW_NEXT) {
            hop_release(x);
            return flow;
        }
    }
    if (n->ast.slot && n->ast.slot < f->n_slots) {
        v = f->slots[n->ast.slot];
        if (v && !v->removed && !v->options && !v->attributes && !v->set) {
            hop_value_set(&v->value, x);
            return HOP_FLOW_NEXT;
        }
    }
    if (n->special == HOP_VARIABLE_NULL || n->special == HOP_VARIABLE_TRUE ||
        n->special == HOP_VARIABLE_FALSE)
        return set_constant(f, n, x);
    if (n->scope == HOP_SCOPE_DRIVE)
        return set_drive_item(f, n, x);
    symbol = symbol_of(f, n);
    if (symbol->automatic && n->scope == HOP_SCOPE_NONE &&
        !scope_own(f->scope, symbol))
        return set_automatic(f, symbol, x);
    scope = target_scope(f, n);
    v = scope_own(scope, symbol);
    if (!v && scope != f->rs->global->top) {
        struct hop_variable *outer = scope_find(scope, symbol);
        if (outer && (outer->options & HOP_ITEM_ALLSCOPE))
            v = outer;
    }
    if (v) {
        if (n->ast.slot && n->ast.slot < f->n_slots && scope == f->scope &&
            !(v->options & HOP_ITEM_ALLSCOPE))
            f->slots[n->ast.slot] = v;
        if (n->scope == HOP_SCOPE_PRIVATE)
            v->options |= HOP_ITEM_PRIVATE;
        return variable_assign(f->rs, v, x) ? HOP_FLOW_NEXT : HOP_FLOW_ERROR;
    }
    v = scope_define(f->rs, scope, symbol);
    if (v->name->len != n->name.len ||
        memcmp(v->name->data, n->name.text, n->name.len) != 0) {
        hop_string_clear(&v->name);
        v->name = hop_string_new(n->name.text, n->name.len);
    }
    if (n->scope == HOP_SCOPE_PRIVATE)
        v->options |= HOP_ITEM_PRIVATE;
    v->value = x;
    if (n->ast.slot && n->ast.slot < f->n_slots && scope == f->scope)
        f->slots[n->ast.slot] = v;
    return HOP_FLOW_NEXT;
}
