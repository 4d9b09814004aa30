/* A runspace's life, and what is asked of it from outside.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/io.h"
#include "engine/engine.h"
#include "engine/space.h"

#include <fcntl.h>
#include <sys/resource.h>

#include "engine/runspace_internal.h"

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
    hop_context_init(&rs->cx, &runspace_value_ops, rs);
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
