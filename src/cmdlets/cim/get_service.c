/* Get-Service, and Start-, Stop-, Restart-, Suspend- and Resume-Service.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "cmdlets/cim/service.h"
#include "cmdlets/findings.h"
#include "value/ops.h"

#define EXCEPTION "Microsoft.PowerShell.Commands.ServiceCommandException"

/* ---- finding ---- */

static int
by_name(const void *a, const void *b)
{
    return strcasecmp(service_of(*(const struct hop_value *)a)->name,
                      service_of(*(const struct hop_value *)b)->name);
}

struct listing {
    struct hop_context *cx;
    const struct cim_target *t;
    struct hop_findings all;
};

static bool
add(void *ctx, const struct hop_cim_instance *i)
{
    struct listing *l = ctx;

    hop_findings_add(&l->all, service_new(l->cx, l->t, i));
    return true;
}

static bool
matches(struct hop_value pattern, const char *s)
{
    return hop_wildcard_match(hop_cstr(pattern), pattern.u.s->len, s, strlen(s),
                              true);
}

static bool
any_matches(struct hop_command *c, size_t param, const char *s)
{
    for (size_t i = 0; i < hop_arg_count(c, param); i++)
        if (matches(hop_arg_item(c, param, i), s))
            return true;
    return false;
}

/* Indices of the parameters that all of these commands have. */
struct names {
    size_t name, title, include, exclude, input;
};

static bool
is_left(struct hop_command *c, const struct names *p, const char *name)
{
    return (!hop_arg_bound(c, p->include) ||
            any_matches(c, p->include, name)) &&
           (!hop_arg_bound(c, p->exclude) || !any_matches(c, p->exclude, name));
}

static bool
not_found(struct hop_command *c, bool title, struct hop_value name)
{
    struct hop_error_spec spec = {
        .id = title ? "NoServiceFoundForGivenDisplayName"
                    : "NoServiceFoundForGivenName",
        .category = HOP_CAT_OBJECT_NOT_FOUND,
        .exception = EXCEPTION,
        .target = name};

    return hop_command_error(c, &spec,
                             "Cannot find any service with %s name '%s'.",
                             title ? "display" : "service", hop_cstr(name));
}

/* Those of the list that -Name or -DisplayName wants, in its order of names. */
static bool
pick(struct hop_command *c, const struct names *p, struct hop_findings *all,
     struct hop_findings *to)
{
    bool by_title = hop_arg_bound(c, p->title);
    size_t param = by_title ? p->title : p->name;
    size_t n = hop_arg_bound(c, param) ? hop_arg_count(c, param) : 0;
    bool everything = !hop_arg_bound(c, param);

    for (size_t k = 0; everything ? k == 0 : k < n; k++) {
        struct hop_value want =
            everything ? hop_null() : hop_arg_item(c, param, k);
        bool any = false;

        for (size_t i = 0; i < all->n; i++) {
            struct service *s = service_of(all->item[i]);

            if (!everything && !matches(want, by_title ? s->title : s->name))
                continue;
            any = true;
            if (is_left(c, p, s->name))
                hop_findings_add(to, hop_retain(all->item[i]));
        }
        if (!any && !everything &&
            !hop_wildcard_has(hop_cstr(want), want.u.s->len) &&
            !not_found(c, by_title, want))
            return false;
    }
    return true;
}

static bool
find_at(struct hop_command *c, const struct names *p,
        const struct cim_target *t, struct hop_findings *to)
{
    static const struct cim_question q = {.class_name = "Win32_Service"};
    struct listing l = {hop_command_context(c), t, {NULL, 0, 0}};
    struct hop_error err = {0};
    bool ok;

    if (!cim_each(t, &q, add, &l, &err)) {
        hop_findings_done(&l.all);
        return cim_report(c, t, &err, hop_null());
    }
    if (l.all.n)
        qsort(l.all.item, l.all.n, sizeof(*l.all.item), by_name);
    ok = pick(c, p, &l.all, to);
    hop_findings_done(&l.all);
    return ok;
}

static bool
find_given(struct hop_command *c, const struct names *p,
           struct hop_findings *to)
{
    for (size_t i = 0; i < hop_arg_count(c, p->input); i++) {
        struct hop_value v = hop_value_base(hop_arg_item(c, p->input, i));
        struct service *s = service_of(v);

        if (s && is_left(c, p, s->name))
            hop_findings_add(to, hop_retain(v));
    }
    return true;
}

/* ---- Get-Service ---- */

enum {
    G_NAME,
    G_TITLE,
    G_INCLUDE,
    G_EXCLUDE,
    G_INPUT,
    G_DEPENDENT,
    G_REQUIRED,
    G_COMPUTER
};

#define SELECTION                                                              \
    [G_TITLE] = {"DisplayName", "string[]",                                    \
                 .in = HOP_SETS({"DisplayName", HOP_MANDATORY, 0})},           \
    [G_INCLUDE] = {"Include", "string[]", HOP_NOT_NULL_OR_EMPTY},              \
    [G_EXCLUDE] = {"Exclude", "string[]", HOP_NOT_NULL_OR_EMPTY}

static const struct hop_param get_params[] = {
    SELECTION,
    [G_NAME] = {"Name", "string[]", HOP_NOT_NULL_OR_EMPTY | HOP_WILDCARDS,
                .aliases = "ServiceName",
                .in = HOP_SETS(
                    {"Default", HOP_BY_NAME | HOP_BY_VALUE, HOP_POS(0)})},
    [G_INPUT] = {"InputObject", "System.ServiceProcess.ServiceController[]",
                 HOP_NOT_NULL_OR_EMPTY,
                 .in = HOP_SETS({"InputObject", HOP_BY_VALUE, 0})},
    [G_DEPENDENT] = {"DependentServices", "switch", .aliases = "DS"},
    [G_REQUIRED] = {"RequiredServices", "switch",
                    .aliases = "SDO ServicesDependedOn"},
    [G_COMPUTER] = {"ComputerName", "string[]",
                    HOP_NOT_NULL_OR_EMPTY | HOP_BY_NAME, .aliases = "Cn"},
};
static const struct names get_names = {G_NAME, G_TITLE, G_INCLUDE, G_EXCLUDE,
                                       G_INPUT};

static bool
find_services(struct hop_command *c, const struct names *p, size_t computers,
              struct hop_findings *to)
{
    CIM_AUTO_TARGET struct cim_target t = {0};

    if (hop_arg_bound(c, p->input))
        return find_given(c, p, to);
    if (computers == SIZE_MAX || !hop_arg_bound(c, computers))
        return find_at(c, p, &t, to);
    for (size_t i = 0; i < hop_arg_count(c, computers); i++) {
        cim_target_done(&t);
        cim_target_init(&t, hop_cstr(hop_arg_item(c, computers, i)));
        if (!find_at(c, p, &t, to))
            return false;
    }
    return true;
}

static bool
process_get(struct hop_command *c)
{
    HOP_AUTO_FINDINGS struct hop_findings f = {NULL, 0, 0};

    if (!find_services(c, &get_names, G_COMPUTER, &f))
        return false;
    if (hop_arg_on(c, G_DEPENDENT) || hop_arg_on(c, G_REQUIRED))
        return hop_write_verbose(c, "Units tell of no other services that "
                                    "they need.");
    for (size_t i = 0; i < f.n; i++)
        if (!hop_write(c, f.item[i]))
            return false;
    return true;
}

const struct hop_cmdlet hop_cmdlet_get_service = {
    .name = "Get-Service",
    .default_set = "Default",
    HOP_PARAMS(get_params),
    .output = "System.ServiceProcess.ServiceController",
    .synopsis = "Gets the services of this host, or of others.",
    .process = process_get,
};

/* ---- changing their state ---- */

enum {
    A_NAME,
    A_TITLE,
    A_INCLUDE,
    A_EXCLUDE,
    A_INPUT,
    A_PASS,
    A_FORCE,
    A_NO_WAIT
};
static const struct names act_names = {A_NAME, A_TITLE, A_INCLUDE, A_EXCLUDE,
                                       A_INPUT};

#define ACTING                                                                 \
    SELECTION,                                                                 \
        [A_NAME] = {"Name", "string[]", .aliases = "ServiceName",              \
                    .in =                                                      \
                        HOP_SETS({"Default",                                   \
                                  HOP_MANDATORY | HOP_BY_NAME | HOP_BY_VALUE,  \
                                  HOP_POS(0)})},                               \
        [A_INPUT] = {"InputObject",                                            \
                     "System.ServiceProcess.ServiceController[]",              \
                     HOP_NOT_NULL_OR_EMPTY,                                    \
                     .in = HOP_SETS({"InputObject",                            \
                                     HOP_MANDATORY | HOP_BY_VALUE,             \
                                     HOP_POS(0)})},                            \
        [A_PASS] = {"PassThru", "switch"}

static const struct hop_param plain_params[] = {ACTING};
static const struct hop_param force_params[] = {
    ACTING, [A_FORCE] = {"Force", "switch"}};
static const struct hop_param stop_params[] = {
    ACTING,
    [A_FORCE] = {"Force", "switch"},
    [A_NO_WAIT] = {"NoWait", "switch"},
};

struct action {
    const char *methods[2]; /* one after the other; the first may be NULL */
    const char *id, *verb;
    int already; /* the state that it leads to: nothing is to be done */
};

static bool
do_methods(struct service *s, const struct action *a, struct hop_error *err)
{
    for (size_t k = 0; k < 2; k++) {
        if (!a->methods[k] || (k == 0 && s->status == SERVICE_STOPPED))
            continue;
        if (!service_call(s, a->methods[k], NULL, 0, err))
            return false;
    }
    return service_refresh(s, err);
}

static bool
act_on(struct hop_command *c, const struct action *a, struct hop_value v)
{
    struct service *s = service_of(v);
    HOP_AUTO_FREE char *target = hop_xasprintf("%s (%s)", s->title, s->name);
    struct hop_error_spec spec = {.id = a->id,
                                  .category = HOP_CAT_OPEN_ERROR,
                                  .exception = EXCEPTION,
                                  .target = v};
    struct hop_error err = {0};
    bool go;

    if (!hop_should_process(c, target, NULL, &go))
        return false;
    if (!go)
        return true;
    if (s->status != a->already && !do_methods(s, a, &err))
        return hop_command_error(c, &spec,
                                 "Service '%s' cannot be %s due to the "
                                 "following error: %s.",
                                 target, a->verb, err.text);
    return !hop_arg_on(c, A_PASS) || hop_write(c, v);
}

static bool
act_on_all(struct hop_command *c, const struct action *a)
{
    HOP_AUTO_FINDINGS struct hop_findings f = {NULL, 0, 0};

    if (!find_services(c, &act_names, SIZE_MAX, &f))
        return false;
    for (size_t i = 0; i < f.n; i++)
        if (!act_on(c, a, f.item[i]))
            return false;
    return true;
}

#define ACTION(id, cmdlet_name, table, text, ...)                              \
    static bool process_##id(struct hop_command *c)                            \
    {                                                                          \
        static const struct action a = {__VA_ARGS__};                          \
                                                                               \
        return act_on_all(c, &a);                                              \
    }                                                                          \
    const struct hop_cmdlet hop_cmdlet_##id##_service = {                      \
        .name = cmdlet_name "-Service",                                        \
        .default_set = "InputObject",                                          \
        HOP_PARAMS(table),                                                     \
        .flags = HOP_SHOULD_PROCESS,                                           \
        .output = "System.ServiceProcess.ServiceController",                   \
        .synopsis = text,                                                      \
        .process = process_##id,                                               \
    }

ACTION(start, "Start", plain_params, "Starts services.", {NULL, "StartService"},
       "CouldNotStartService", "started", SERVICE_RUNNING);
ACTION(stop, "Stop", stop_params, "Stops services.", {NULL, "StopService"},
       "CouldNotStopService", "stopped", SERVICE_STOPPED);
ACTION(restart, "Restart", force_params, "Stops services and starts them.",
       {"StopService", "StartService"}, "CouldNotStartService", "restarted",
       -1);
ACTION(suspend, "Suspend", plain_params, "Freezes services that run.",
       {NULL, "PauseService"}, "CouldNotSuspendService", "suspended",
       SERVICE_PAUSED);
ACTION(resume, "Resume", plain_params, "Lets frozen services go on.",
       {NULL, "ResumeService"}, "CouldNotResumeService", "resumed",
       SERVICE_RUNNING);
