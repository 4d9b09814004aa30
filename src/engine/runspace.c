/* The runspace: its life, running things in it, stopping it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/io.h"
#include "engine/engine.h"
#include "engine/space.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>

extern const struct hop_class *const error_classes[];
extern const struct hop_class *const record_classes[];
extern const struct hop_class *const style_classes[];
extern const struct hop_class *const block_classes[];
extern const struct hop_class *const info_classes[];
extern const struct hop_class *const parameter_classes[];
extern const struct hop_class *const module_classes[];
extern const struct hop_class *const automatic_classes[],
    *const host_classes[], *const host_raw_classes[],
                               *const breakpoint_classes[];
extern const struct hop_class *const tree_classes[];
extern const struct hop_class *const provider_classes[];
extern const struct hop_class *const runspace_classes[];
extern const struct hop_class *const powershell_classes[];
extern const struct hop_class hop_class_psvariable, class_error_record;

/* ---- what values ask of the engine
 * ------------------------------------------------ */

static bool
value_invoke(struct hop_context *cx, struct hop_value block,
             const struct hop_value *self, bool self_is_this,
             const struct hop_value *args, size_t n, struct hop_value *out)
{
    struct hop_runspace *rs = RS_OF(cx);
    struct hop_block *b = as_block(block);
    struct hop_list_sink l;
    bool propagate = rs->propagate;
    enum hop_flow flow;

    if (!b)
        return throw_pending(rs, "PSInvalidOperationException",
                             "InvalidOperation", HOP_CAT_INVALID_OPERATION,
                             hop_null(), "A script block is needed here.");
    hop_list_sink_init(&l, cx);
    rs->propagate = true;
    flow = run_block(
        rs, &(struct block_run){.block = b,
                                .args = args,
                                .n_args = n,
                                .this_value = self_is_this ? self : NULL,
                                .under = self_is_this ? NULL : self,
                                .out = &l.sink,
                                .new_scope = self_is_this});
    rs->propagate = propagate;
    if (flow == HOP_FLOW_NEXT) {
        *out = hop_list_sink_value(&l);
        if (out->kind == HOP_VOID)
            *out = hop_null();
    }
    hop_list_sink_done(&l);
    if (flow == HOP_FLOW_EXIT)
        rs->exiting = true;
    if (flow == HOP_FLOW_BREAK || flow == HOP_FLOW_CONTINUE)
        hop_throw(cx, &hop_exception_runtime,
                  "A loop jump left a script block.");
    return flow == HOP_FLOW_NEXT;
}

static struct hop_string *
value_ofs(struct hop_context *cx)
{
    struct hop_runspace *rs = RS_OF(cx);
    struct hop_variable *v = scope_find(rs->session->current, rs->sym_ofs);
    struct hop_string *s;

    if (!v || hop_is_null(v->value))
        return NULL;
    if (!hop_to_string(cx, v->value, &s)) {
        hop_drop_exception(cx);
        return NULL;
    }
    return s;
}

static const char *
value_directory(struct hop_context *cx)
{
    struct hop_drive *d = RS_OF(cx)->drives;

    for (; d; d = d->next)
        if (d == RS_OF(cx)->drive && d->location && d->location[0] == '/')
            return d->location;
    return NULL;
}

static bool
value_block(struct hop_context *cx, const struct hop_string *s,
            struct hop_value *out)
{
    return hop_scriptblock_create(RS_OF(cx), s->data, s->len, out);
}

static struct hop_value
value_ref_get(struct hop_context *cx, struct hop_object *variable)
{
    return hop_variable_value(RS_OF(cx),
                              (struct hop_variable *)(void *)variable);
}

static bool
value_ref_set(struct hop_context *cx, struct hop_object *variable,
              struct hop_value v)
{
    return variable_assign(RS_OF(cx), (struct hop_variable *)(void *)variable,
                           hop_retain(v));
}

static void
value_console(struct hop_context *cx, int fd, const char *s, size_t n)
{
    struct hop_host *h = RS_OF(cx)->host;

    if (fd == 2 && h && h->ops->begin_application)
        h->ops->begin_application(h);
    if (fd == 2) {
        (void)!hop_fd_write(2, s, n);
        return;
    }
    if (h && h->ops->write)
        h->ops->write(h, s, n, HOP_COLOR_NONE, HOP_COLOR_NONE);
}

static struct hop_string *
value_read_line(struct hop_context *cx)
{
    struct hop_host *h = RS_OF(cx)->host;
    char *line = NULL;
    struct hop_string *s;

    if (!h || !h->ops->read_line || h->ops->read_line(h, &line) != HOP_ASK_OK)
        return NULL;
    s = hop_string_from(line);
    free(line);
    return s;
}

static enum hop_flow
to_buffer(void *ctx, const char *s, size_t n)
{
    hop_buf_add(ctx, s, n);
    return HOP_FLOW_NEXT;
}

static struct hop_string *
value_out_string(struct hop_context *cx, struct hop_value v)
{
    struct hop_runspace *rs = RS_OF(cx);
    struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;
    const struct hop_format_ops *ops = hop_runspace_formatter(rs);
    struct hop_formatter *f = ops->begin(rs, -1, to_buffer, &b);

    if (ops->object(f, v) != HOP_FLOW_NEXT) {
        ops->cancel(f);
        return NULL;
    }
    if (ops->end(f) != HOP_FLOW_NEXT)
        return NULL;
    return hop_string_take_buf(&b);
}

static bool
value_may(struct hop_context *cx, enum hop_use use, struct hop_value target,
          const struct hop_string *name)
{
    return use == HOP_USE_METHOD
               ? language_may_call(RS_OF(cx), target, name, false)
               : language_may_set(RS_OF(cx), target, name, false);
}

static struct hop_value
value_error_record(struct hop_context *cx, struct hop_value exception)
{
    return exception_own_record(RS_OF(cx), exception);
}

static const struct hop_context_ops value_ops = {
    .invoke = value_invoke,
    .ofs = value_ofs,
    .directory = value_directory,
    .block_from_text = value_block,
    .ref_get = value_ref_get,
    .ref_set = value_ref_set,
    .console = value_console,
    .read_line = value_read_line,
    .may = value_may,
    .out_string = value_out_string,
    .error_record = value_error_record,
};

/* ---- life
 * ---------------------------------------------------------------------------------
 */

static void
register_classes(struct hop_runspace *rs)
{
    static const struct hop_class *const variables[] = {&hop_class_psvariable,
                                                        NULL};
    static const struct {
        const char *name;
        const struct hop_class *cls;
    } accelerators[] = {
        {"scriptblock", &hop_class_scriptblock},
        {"errorrecord", &class_error_record},
        {"psvariable", &hop_class_psvariable},
        {"psmoduleinfo", &class_module_info},
    };

    hop_types_register(&rs->cx, variables);
    hop_types_register(&rs->cx, default_classes);
    hop_types_register(&rs->cx, error_classes);
    hop_types_register(&rs->cx, record_classes);
    hop_types_register(&rs->cx, style_classes);
    hop_types_register(&rs->cx, block_classes);
    hop_types_register(&rs->cx, info_classes);
    hop_types_register(&rs->cx, parameter_classes);
    hop_types_register(&rs->cx, module_classes);
    hop_types_register(&rs->cx, automatic_classes);
    hop_types_register(&rs->cx, host_classes);
    hop_types_register(&rs->cx, host_raw_classes);
    hop_types_register(&rs->cx, history_classes);
    hop_types_register(&rs->cx, breakpoint_classes);
    hop_types_register(&rs->cx, tree_classes);
    hop_types_register(&rs->cx, provider_classes);
    hop_types_accelerate(&rs->cx, "powershell", powershell_classes[0]);
    hop_types_accelerate(&rs->cx, "runspace", runspace_classes[0]);
    hop_types_accelerate(&rs->cx, "runspacefactory", runspace_classes[1]);
    hop_types_accelerate(&rs->cx, "initialsessionstate", runspace_classes[2]);
    hop_types_register(&rs->cx, runspace_classes);
    hop_types_register(&rs->cx, powershell_classes);
    for (size_t i = 0; i < HOP_ARRAY_SIZE(accelerators); i++)
        hop_types_accelerate(&rs->cx, accelerators[i].name,
                             accelerators[i].cls);
}

extern const struct attribute_accelerator {
    const char *name;
    const struct hop_class *cls;
} attribute_accelerators[];
void parameter_start(struct hop_runspace *rs);

static void
find_symbols(struct hop_runspace *rs)
{
    struct {
        struct hop_symbol **slot;
        const char *name;
    } rows[] = {
        {&rs->sym_error_action, "ErrorActionPreference"},
        {&rs->sym_warning, "WarningPreference"},
        {&rs->sym_verbose, "VerbosePreference"},
        {&rs->sym_debug, "DebugPreference"},
        {&rs->sym_information, "InformationPreference"},
        {&rs->sym_progress, "ProgressPreference"},
        {&rs->sym_confirm, "ConfirmPreference"},
        {&rs->sym_whatif, "WhatIfPreference"},
        {&rs->sym_ofs, "OFS"},
        {&rs->sym_matches, "Matches"},
        {&rs->sym_foreach, "foreach"},
        {&rs->sym_switch, "switch"},
        {&rs->sym_lastexit, "LASTEXITCODE"},
        {&rs->sym_defaults, "PSDefaultParameterValues"},
        {&rs->sym_under, "_"},
    };

    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++)
        *rows[i].slot = hop_symbol_get(rs, rows[i].name, strlen(rows[i].name));
}

/* How far C code may go down: what the system gives the thread, less a reserve
 * for the code that reports the error. */
static void
find_stack(struct hop_runspace *rs)
{
    struct rlimit limit;
    size_t room = 8u << 20;

    if (getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
        room = limit.rlim_cur;
    if (room > (size_t)120 << 20)
        room = (size_t)120 << 20;
    room = room > (2u << 20) ? room - (1u << 20) : room / 2;
    rs->stack_limit = (char *)__builtin_frame_address(0) - room;
}

static void
load_native(struct hop_runspace *rs)
{
    for (size_t i = 0; rs->modules && rs->modules[i]; i++) {
        const struct hop_cmdlet_module *m = rs->modules[i];
        for (size_t k = 0; k < m->n; k++) {
            const struct hop_cmdlet *cmdlet = m->cmdlets[k];
            struct cmdinfo *c = cmdinfo_new(rs, COMMAND_CMDLET, cmdlet->name);
            struct hop_symbol *s =
                hop_symbol_get(rs, cmdlet->name, strlen(cmdlet->name));
            struct cmdinfo *old = symbol_map_get(&rs->cmdlets, s);
            c->cmdlet = cmdlet;
            c->native = m;
            c->native_bit = 1u << (i < 31 ? i : 31);
            symbol_map_set(&rs->cmdlets, s, c);
            if (old)
                hop_release(hop_obj(old));
        }
    }
}

static void
start_modules(struct hop_runspace *rs)
{
    for (size_t i = 0; rs->modules && rs->modules[i]; i++)
        if (rs->modules[i]->start)
            rs->modules[i]->start(rs);
}

static void
start(struct hop_runspace *rs)
{
    hop_context_init(&rs->cx, &value_ops, rs);
    rs->cx.stop = &rs->stop;
    register_classes(rs);
    for (size_t i = 0; attribute_accelerators[i].name; i++)
        hop_types_accelerate(&rs->cx, attribute_accelerators[i].name,
                             attribute_accelerators[i].cls);
    parameter_start(rs);
    find_symbols(rs);
    rs->global = session_new(rs);
    rs->global->top->strict = 0;
    rs->session = rs->global;
    rs->success = true;
    rs->command_epoch = 1;
    rs->history_next = 1;
    rs->loaded = hop_array_new(&rs->cx, 0);
    load_native(rs);
    provider_start(rs);
    automatic_start(rs);
    alias_start(rs);
    module_start(rs);
    functions_start(rs);
    start_modules(rs);
}

static void
finish(struct hop_runspace *rs)
{
    hop_threads_end(rs);
    hop_runspace_enter(rs, NULL);
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rs->slots); i++)
        if (rs->slots[i] && rs->slot_free[i])
            rs->slot_free[i](rs->slots[i]);
    rs->closing = true;
    hop_spaces_end(rs);
    space_values_clear(rs);
    hop_value_clear(&rs->native_modules);
    for (struct session *s = rs->sessions; s; s = s->next)
        scope_done(rs, s->top);
    for (uint32_t i = 0; i < rs->cmdlets.n; i++)
        hop_release(hop_obj(rs->cmdlets.items[i].value));
    symbol_map_done(&rs->cmdlets);
    if (rs->loaded)
        hop_release(hop_obj(rs->loaded));
    for (uint32_t i = 0; i < rs->n_metas; i++)
        meta_unref(rs->metas[i]);
    free(rs->metas);
    rs->metas = NULL;
    rs->n_metas = 0;
    provider_done(rs);
    hop_context_done(&rs->cx);
    for (struct session *s = rs->sessions, *next; s; s = next) {
        next = s->next;
        if (s->top->autos)
            free(s->top->autos);
        free(s->top);
        free(s);
    }
    rs->sessions = NULL;
    rs->global = rs->session = NULL;
    for (uint32_t i = 0; i < rs->symbols_size; i++)
        while (rs->symbols[i]) {
            struct hop_symbol *next = rs->symbols[i]->next;
            free(rs->symbols[i]);
            rs->symbols[i] = next;
        }
    free(rs->symbols);
    rs->symbols = NULL;
    rs->n_symbols = rs->symbols_size = 0;
    rs->closing = false;
}

struct hop_runspace *
hop_runspace_new(const struct hop_runspace_options *options)
{
    struct hop_runspace *rs = hop_xmalloc(sizeof(*rs));

    rs->host = options->host;
    rs->modules = options->modules;
    rs->command_line =
        options->command_line ? hop_xstrdup(options->command_line) : NULL;
    rs->wake[0] = rs->wake[1] = -1;
    if (pipe2(rs->wake, O_CLOEXEC | O_NONBLOCK) < 0)
        rs->wake[0] = rs->wake[1] = -1;
    find_stack(rs);
    start(rs);
    rs->start_mode = options->language_mode;
    hop_runspace_set_language_mode(rs, rs->start_mode);
    return rs;
}

void
hop_runspace_free(struct hop_runspace *rs)
{
    if (!rs)
        return;
    finish(rs);
    if (rs->wake[0] >= 0) {
        close(rs->wake[0]);
        close(rs->wake[1]);
    }
    free(rs->command_line);
    free(rs);
}

void
hop_runspace_reset(struct hop_runspace *rs)
{
    finish(rs);
    rs->frame = NULL;
    rs->command = NULL;
    rs->propagate = rs->exiting = false;
    rs->n_providers = 0;
    memset(rs->slots, 0, sizeof(rs->slots));
    enum hop_language_mode mode = rs->start_mode;
    (void)language_set(rs, HOP_LANGUAGE_FULL, false);
    start(rs);
    hop_runspace_set_language_mode(rs, mode);
}

struct hop_context *
hop_runspace_context(struct hop_runspace *rs)
{
    return &rs->cx;
}

struct hop_runspace *
hop_runspace_of(struct hop_context *ctx)
{
    return RS_OF(ctx);
}

struct hop_host *
hop_runspace_host(struct hop_runspace *rs)
{
    return rs->host;
}

enum hop_language_mode
hop_runspace_language_mode(struct hop_runspace *rs)
{
    return rs->language_mode;
}

void
hop_runspace_set_language_mode(struct hop_runspace *rs,
                               enum hop_language_mode mode)
{
    (void)language_set(rs, mode, false);
    rs->global->mode = mode;
}

/* ---- stopping
 * ---------------------------------------------------------------------------------
 */

void
hop_runspace_stop(struct hop_runspace *rs)
{
    int saved = errno;

    rs->stop_asked = 1;
    if (!hop_threads_other(rs))
        rs->stop = 1;
    if (rs->wake[1] >= 0 && write(rs->wake[1], "s", 1) < 0)
        errno = saved;
    errno = saved;
}

bool
hop_runspace_stopping(const struct hop_runspace *rs)
{
    return rs->stop != 0;
}

int
hop_runspace_wake_fd(const struct hop_runspace *rs)
{
    return rs->wake[0];
}

void
hop_runspace_forget_stop(struct hop_runspace *rs)
{
    char drop[16];

    rs->stop = 0;
    if (hop_threads_other(rs))
        return;
    rs->stop_asked = 0;
    while (rs->wake[0] >= 0 && read(rs->wake[0], drop, sizeof(drop)) > 0)
        ;
}

void
hop_runspace_set_attendant(struct hop_runspace *rs, void (*fn)(void *ctx),
                           void *ctx)
{
    rs->attendant = fn;
    rs->attendant_ctx = ctx;
}

void
hop_runspace_set_timekeeper(struct hop_runspace *rs, void (*fn)(void *ctx),
                            void *ctx)
{
    rs->timekeeper = fn;
    rs->timekeeper_ctx = ctx;
}

void
hop_runspace_call(struct hop_runspace *rs)
{
    int saved = errno;

    rs->called = 1;
    if (rs->wake[1] >= 0 && write(rs->wake[1], "c", 1) < 0)
        errno = saved;
    errno = saved;
}

void
runspace_attend(struct hop_runspace *rs)
{
    char drop[16];

    rs->called = 0;
    /* A stop stays to be seen. */
    while (!rs->stop_asked && rs->wake[0] >= 0 &&
           read(rs->wake[0], drop, sizeof(drop)) > 0)
        ;
    if (rs->attendant)
        rs->attendant(rs->attendant_ctx);
    if (rs->timekeeper)
        rs->timekeeper(rs->timekeeper_ctx);
}

void
hop_runspace_attend(struct hop_runspace *rs)
{
    if (rs->called)
        runspace_attend(rs);
}

int
hop_runspace_wait(struct hop_runspace *rs, int fd, short events,
                  int64_t timeout_ms)
{
    struct pollfd p[2] = {{rs->wake[0], POLLIN, 0}, {fd, events, 0}};
    int64_t until = timeout_ms < 0 ? -1 : space_now_ms() + timeout_ms;
    int n;

    if (rs->host && rs->host->ops->flush)
        rs->host->ops->flush(rs->host);
    if (rs->stop)
        return -1;
    if (hop_threads_any(rs)) {
        n = hop_threads_poll(rs, p + 1, 1, timeout_ms);
        return rs->stop ? -1 : n > 0;
    }
    do {
        n = poll(p, fd >= 0 ? 2 : 1,
                 timeout_ms < 0           ? -1
                 : timeout_ms > INT32_MAX ? INT32_MAX
                                          : (int)timeout_ms);
        if (rs->called)
            runspace_attend(rs);
        if (rs->stop)
            return -1;
        if (n > 0 && p[1].revents)
            return 1;
        if (until >= 0)
            timeout_ms = space_now_ms() < until ? until - space_now_ms() : 0;
        /* Woken by a call alone it waits on. */
    } while (n != 0);
    return 0;
}

/* ---- default output
 * ------------------------------------------------------------------------------
 */

struct default_sink {
    struct hop_sink sink;
    struct hop_runspace *rs;
    struct hop_formatter *formatter;
};

static enum hop_flow
host_text(void *ctx, const char *s, size_t n)
{
    struct hop_host *h = ((struct hop_runspace *)ctx)->host;

    if (h && h->ops->write)
        h->ops->write(h, s, n, HOP_COLOR_NONE, HOP_COLOR_NONE);
    return HOP_FLOW_NEXT;
}

static enum hop_flow
default_write(struct hop_sink *s, struct hop_value v)
{
    struct default_sink *d = (struct default_sink *)s;

    if (!d->formatter) {
        d->formatter =
            hop_runspace_formatter(d->rs)->begin(d->rs, 0, host_text, d->rs);
        hop_runspace_formatter(d->rs)->for_host(d->formatter);
    }
    return hop_runspace_formatter(d->rs)->object(d->formatter, v);
}

static void
default_end(struct default_sink *d)
{
    if (d->formatter &&
        hop_runspace_formatter(d->rs)->end(d->formatter) == HOP_FLOW_ERROR)
        hop_drop_exception(&d->rs->cx);
    d->formatter = NULL;
}

void
runspace_show(struct hop_runspace *rs)
{
    if (rs->shown)
        default_end(rs->shown);
}

/* ---- running
 * ------------------------------------------------------------------------------------------
 */

static struct hop_command *
command_for(struct hop_runspace *rs, const struct hop_run *run)
{
    struct cmdinfo *info = NULL;
    struct hop_command *c;

    if (run->file) {
        info = script_info(rs, run->file);
    } else {
        struct hop_block *b = as_block(run->block);
        struct hop_value made HOP_AUTO_VALUE = hop_null();
        if (!b && run->unit) {
            if (!language_may_parse(rs, run->unit))
                return NULL;
            b = block_new(rs, run->unit, hop_unit_root(run->unit), rs->session);
            made = hop_obj(b);
        } else if (!b) {
            if (!hop_scriptblock_create(rs, run->text, run->n, &made))
                return NULL;
            b = as_block(made);
        }
        info = cmdinfo_new(rs, COMMAND_SCRIPT, "");
        hop_retain(hop_obj(b));
        info->block = b;
    }
    c = command_new(rs, info, run->file ? run->file : "", NULL, rs->frame);
    hop_release(hop_obj(info));
    c->dotted = !run->new_scope;
    if (run->file)
        c->is_script = true;
    for (size_t i = 0; i < run->n_args; i++) {
        const char *s =
            hop_is_string(run->args[i]) ? hop_cstr(run->args[i]) : NULL;
        size_t n = s ? strlen(s) : 0;
        struct argument *g = arguments_add(&c->arguments);
        const char *colon;
        if (s && n > 1 && s[0] == '-' &&
            (hop_ascii_lower(s[1]) >= 'a' && hop_ascii_lower(s[1]) <= 'z') &&
            run->file) {
            colon = strchr(s, ':');
            g->splatted = true;
            g->kind = colon && colon[1] ? ARGUMENT_NAME_VALUE : ARGUMENT_NAME;
            g->name_len = (uint32_t)(colon ? (size_t)(colon - s) : n) - 1;
            g->name = hop_xstrndup(s + 1, g->name_len);
            if (colon && colon[1]) {
                const char *t = colon + 1;
                if (hop_ascii_ieq(t, "$true") || hop_ascii_ieq(t, "$false"))
                    g->value = hop_bool(hop_ascii_ieq(t, "$true"));
                else
                    g->value = hop_text(t);
            }
            continue;
        }
        g->value = hop_retain(run->args[i]);
    }
    if (run->named.kind == HOP_OBJECT)
        splat(rs, &c->arguments, run->named);
    return c;
}

/* A parameter's name as programs write it: Name, or, as on a command line,
 * -Name, whose value may be the next argument. */
static void
add_named(struct hop_command *c, const struct hop_run_argument *a)
{
    bool dash = a->name[0] == '-';
    const char *s = a->name + dash;
    size_t n = strlen(s);
    struct argument *g = arguments_add(&c->arguments);

    if (n && s[n - 1] == ':')
        n--;
    g->splatted = true;
    g->kind =
        dash && hop_is_null(a->value) ? ARGUMENT_NAME : ARGUMENT_NAME_VALUE;
    g->name = hop_xstrndup(s, n);
    g->name_len = (uint32_t)n;
    g->value = hop_retain(a->value);
}

static struct cmdinfo *
info_of_script(struct hop_runspace *rs, const struct hop_run_command *r)
{
    struct hop_value block HOP_AUTO_VALUE = hop_null();
    struct cmdinfo *info;

    if (!hop_scriptblock_create(rs, r->text, r->n, &block))
        return NULL;
    info = cmdinfo_new(rs, COMMAND_SCRIPT, "");
    info->block = as_block(hop_retain(block));
    return info;
}

/* One of a pipeline's commands; NULL with an exception pending. */
static struct hop_command *
command_of_program(struct hop_runspace *rs, const struct hop_run_command *r)
{
    struct cmdinfo *info =
        r->is_script ? info_of_script(rs, r)
                     : find_command(rs, r->text, r->n, COMMAND_ALL, false);
    struct hop_command *c;

    if (info && !r->is_script && info->type == COMMAND_ALIAS) {
        struct cmdinfo *target = resolve_alias(rs, info, false);

        hop_release(hop_obj(info));
        info = target;
    }
    if (!info)
        return NULL;
    c = command_new(rs, info, r->is_script ? "" : r->text, NULL, rs->frame);
    hop_release(hop_obj(info));
    c->dotted = r->is_script && !r->new_scope;
    for (size_t i = 0; i < r->n_args; i++) {
        if (r->args[i].name)
            add_named(c, &r->args[i]);
        else
            arguments_add(&c->arguments)->value = hop_retain(r->args[i].value);
    }
    return c;
}

/* Where the streams of command i go. */
static void
join_streams(struct hop_command *const *list, const struct hop_run *run,
             size_t i)
{
    const struct hop_run_command *r = run->commands;
    struct hop_command *c = list[i];
    bool last = i + 1 == run->n_commands;

    c->io = c->rs->io;
    c->out = last ? c->io.sink[HOP_OUTPUT] : &list[i + 1]->input;
    for (int k = HOP_ERROR; k < HOP_STREAM_NUMBERS; k++) {
        if (r[i].merged & 1u << k)
            c->io.sink[k] = c->out;
        if (r[i].dropped & 1u << k)
            c->io.sink[k] = &hop_sink_null;
    }
    for (size_t k = i + 1; k < run->n_commands; k++) {
        if (!r[k].claims_errors || r[i].merged & 1u << HOP_ERROR)
            continue;
        c->io.sink[HOP_ERROR] = &list[k]->input;
        return;
    }
}

static enum hop_flow
run_program(struct hop_runspace *rs, const struct hop_run *run,
            const struct pipeline_input *input)
{
    struct hop_command **list HOP_AUTO_FREE =
        hop_xcalloc(run->n_commands, sizeof(struct hop_command *));
    struct hop_array *values = hop_as_array(run->usings);
    struct hop_value by_text HOP_AUTO_VALUE = hop_null();
    enum hop_flow flow;

    for (size_t i = 0; i < run->n_commands; i++) {
        list[i] = command_of_program(rs, &run->commands[i]);
        if (!list[i]) {
            while (i--)
                command_free(list[i]);
            return HOP_FLOW_ERROR;
        }
        if (values && run->commands[i].is_script && hop_is_null(by_text))
            hop_value_set(&by_text,
                          usings_by_text(rs, list[i]->info->block, values));
    }
    for (size_t i = 0; i < run->n_commands; i++)
        join_streams(list, run, i);
    if (values)
        rs->sent = by_text;
    flow = run_commands(rs, rs->frame, list, run->n_commands, input,
                        rs->io.sink[HOP_OUTPUT]);
    rs->sent = run->usings;
    return flow;
}

static void
failed_at_top(struct hop_runspace *rs, const struct hop_run *run,
              struct hop_value *error)
{
    struct hop_value record HOP_AUTO_VALUE = hop_error_catch(rs);

    error_list_add(rs, record);
    rs->success = false;
    if (run->to_default)
        stream_write(rs, &rs->io, HOP_ERROR, record);
    if (error)
        *error = hop_value_steal(&record);
}

/* $^ and $$: how the line of the user's before this one begins and ends. */
struct line_ends {
    struct hop_value first, last;
};

static struct line_ends
take_ends(const struct hop_run *run, const struct hop_command *c)
{
    struct line_ends e = {hop_null(), hop_null()};
    struct hop_name first, last;

    if (!run->add_history || !run->text || !c || !c->info->block)
        return e;
    hop_unit_ends(c->info->block->unit, &first, &last);
    e.first = hop_textn(first.text ? first.text : "", first.len);
    e.last = hop_textn(last.text ? last.text : "", last.len);
    return e;
}

static void
keep_ends(struct hop_runspace *rs, struct line_ends *e)
{
    if (!hop_is_null(e->first) &&
        (!hop_variable_set(rs, "^", "Global", e->first) ||
         !hop_variable_set(rs, "$", "Global", e->last)))
        hop_drop_exception(&rs->cx);
    hop_value_clear(&e->first);
    hop_value_clear(&e->last);
}

/* PipelineState. */
static const int history_states[] = {
    [HOP_RUN_COMPLETED] = 4,
    [HOP_RUN_FAILED] = 5,
    [HOP_RUN_STOPPED] = 3,
    [HOP_RUN_EXITED] = 4,
};

enum hop_run_end
hop_runspace_run(struct hop_runspace *rs, const struct hop_run *run,
                 struct hop_value *error)
{
    struct default_sink fallback = {{default_write}, rs, NULL};
    struct io saved = rs->io;
    struct default_sink *shown = rs->shown;
    struct hop_value sent = rs->sent;
    bool propagate = rs->propagate;
    struct hop_sink *final_errors = rs->final_errors;
    struct pipeline_input input = {.next = run->input, .ctx = run->input_ctx};
    enum hop_flow flow = HOP_FLOW_ERROR;
    struct hop_command *c;
    int64_t began = run->add_history ? history_now() : 0;

    if (!rs->nested) {
        if (!run->may_be_stopped)
            hop_runspace_forget_stop(rs);
        scope_forget_removed(rs->global->top);
    }
    rs->nested++;
    rs->propagate = false;
    rs->exiting = false;
    rs->sent = run->usings;
    for (int i = 0; i < HOP_STREAM_NUMBERS; i++)
        rs->io.sink[i] = run->sinks[i];
    rs->final_errors = run->errors_end ? run->sinks[HOP_ERROR] : NULL;
    rs->shown = &fallback;
    if (!rs->io.sink[HOP_OUTPUT])
        rs->io.sink[HOP_OUTPUT] = &fallback.sink;
    c = run->commands ? NULL : command_for(rs, run);
    struct line_ends ends = take_ends(run, c);
    if (run->commands) {
        flow = run_program(rs, run, run->input ? &input : NULL);
    } else if (c) {
        c->io = rs->io;
        flow = run_commands(rs, rs->frame, &c, 1, run->input ? &input : NULL,
                            rs->io.sink[HOP_OUTPUT]);
        if (run->text && flow == HOP_FLOW_NEXT) /* that of its last statement */
            rs->success = rs->within;
    }
    if (flow == HOP_FLOW_ERROR && rs->stop)
        flow = HOP_FLOW_STOP;
    default_end(&fallback);
    rs->shown = shown;
    enum hop_run_end end = HOP_RUN_COMPLETED;
    if (rs->exiting)
        flow = HOP_FLOW_EXIT;
    if (flow == HOP_FLOW_ERROR) {
        failed_at_top(rs, run, error);
        end = HOP_RUN_FAILED;
    } else if (flow == HOP_FLOW_STOP) {
        end = HOP_RUN_STOPPED;
        hop_drop_exception(&rs->cx);
    } else if (flow == HOP_FLOW_EXIT) {
        end = HOP_RUN_EXITED;
    }
    hop_string_clear(&rs->label);
    keep_ends(rs, &ends);
    if (run->add_history)
        history_add(rs, run, history_states[end], began, history_now());
    rs->io = saved;
    rs->sent = sent;
    rs->propagate = propagate;
    rs->final_errors = final_errors;
    rs->nested--;
    if (rs->host && rs->host->ops->begin_application)
        rs->host->ops->begin_application(rs->host);
    return end;
}

void
hop_runspace_enter(struct hop_runspace *rs, struct hop_entered *e)
{
    struct hop_entered *before = rs->entered;

    rs->entered = e;
    if (before)
        before->leave(before);
}

struct hop_entered *
hop_runspace_entered(const struct hop_runspace *rs)
{
    return rs->entered;
}

enum hop_run_end
hop_runspace_run_entered(struct hop_runspace *rs, const char *text, size_t n)
{
    bool stopped;

    rs->nested++;
    rs->entered->run(rs->entered, text, n);
    rs->nested--;
    stopped = rs->stop;
    hop_runspace_forget_stop(rs);
    hop_drop_exception(&rs->cx);
    return stopped ? HOP_RUN_STOPPED : HOP_RUN_COMPLETED;
}

int
hop_runspace_exit_code(const struct hop_runspace *rs)
{
    return rs->exit_code;
}

bool
hop_runspace_success(const struct hop_runspace *rs)
{
    return rs->success;
}

/* ---- preferences
 * ----------------------------------------------------------------------------------------
 */

int
preference(struct hop_runspace *rs, struct hop_symbol *name, int fallback)
{
    struct hop_variable *v = scope_find(rs->session->current, name);
    struct hop_value e HOP_AUTO_VALUE = hop_null();

    if (!v)
        return fallback;
    if (v->value.kind == HOP_ENUM)
        return (int)v->value.u.i;
    if (hop_is_null(v->value))
        return fallback;
    if (!hop_try_convert(&rs->cx, v->value, &hop_enum_action_preference, &e)) {
        hop_drop_exception(&rs->cx);
        return fallback;
    }
    return e.kind == HOP_ENUM ? (int)e.u.i : fallback;
}

/* ---- formatting without a formatter
 * ------------------------------------------------------------------------ */

struct simple {
    struct hop_runspace *rs;
    enum hop_flow (*write)(void *ctx, const char *s, size_t n);
    void *ctx;
};

static struct hop_formatter *
simple_begin(struct hop_runspace *rs, int width,
             enum hop_flow (*write_text)(void *ctx, const char *s, size_t n),
             void *ctx)
{
    struct simple *f = hop_xmalloc(sizeof(*f));

    *f = (struct simple){rs, write_text, ctx};
    (void)width;
    return (struct hop_formatter *)(void *)f;
}

static enum hop_flow
simple_object(struct hop_formatter *formatter, struct hop_value v)
{
    struct simple *f = (struct simple *)(void *)formatter;
    struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;

    if (as_error_record(v)) {
        hop_error_format(f->rs, v, &b);
        return f->write(f->ctx, b.data, b.len);
    }
    if (!hop_add_string(&f->rs->cx, v, &b))
        return HOP_FLOW_ERROR;
    hop_buf_addc(&b, '\n');
    return f->write(f->ctx, b.data, b.len);
}

static enum hop_flow
simple_end(struct hop_formatter *f)
{
    free(f);
    return HOP_FLOW_NEXT;
}

static void
simple_for_host(struct hop_formatter *f)
{
    (void)f;
}

static void
simple_cancel(struct hop_formatter *f)
{
    free(f);
}

static const struct hop_format_ops simple_ops = {
    simple_begin, simple_for_host, simple_object, simple_end, simple_cancel};

void
hop_runspace_set_formatter(struct hop_runspace *rs,
                           const struct hop_format_ops *ops)
{
    rs->format = ops;
}

const struct hop_format_ops *
hop_runspace_formatter(struct hop_runspace *rs)
{
    return rs->format ? rs->format : &simple_ops;
}
