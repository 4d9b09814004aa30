/* Restart-Computer, Stop-Computer, Get-ComputerInfo, Get-TimeZone.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/cim/computer.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/stack.h"
#include "base/text.h"
#include "value/member.h"
#include "value/ops.h"

/* ---- Restart-Computer, Stop-Computer ---- */

enum { R_COMPUTER, R_FORCE };
static const struct hop_param restart_params[] = {
    [R_COMPUTER] = {"ComputerName", "string[]",
                    HOP_BY_VALUE | HOP_BY_NAME | HOP_NOT_NULL_OR_EMPTY,
                    .position = HOP_POS(0),
                    .aliases = "CN __SERVER Server IPAddress"},
    [R_FORCE] = {"Force", "switch"},
};

/* shutdown(8) has the rights and the order of things; its words go to the
 * terminal. */
static bool
run_shutdown(const char *how, struct hop_error *err)
{
    int status = 0;
    pid_t pid = fork();

    if (pid == 0) {
        sigset_t none;

        hop_stack_lower();
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        execlp("shutdown", "shutdown", how, "now", (char *)NULL);
        _exit(127);
    }
    if (pid < 0 || waitpid(pid, &status, 0) < 0)
        return hop_error_errno(err, errno, "shutdown cannot be started");
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "there is no program shutdown on this host");
    return (WIFEXITED(status) && WEXITSTATUS(status) == 0) ||
           hop_error_set(err, HOP_ERROR_GENERIC, 0,
                         "shutdown %s was refused; administrators may do it",
                         how);
}

static bool
shut_down(struct hop_command *c, const char *how, const char *id)
{
    struct hop_error_spec spec = {.id = id,
                                  .category = HOP_CAT_OPERATION_STOPPED,
                                  .exception =
                                      "System.InvalidOperationException"};
    struct hop_error err = {0};
    char host[65];
    bool go;

    for (size_t i = 0; i < hop_arg_count(c, R_COMPUTER); i++) {
        const char *name = hop_cstr(hop_arg_item(c, R_COMPUTER, i));

        spec.target = hop_arg_item(c, R_COMPUTER, i);
        if (!cim_is_local(name))
            return hop_command_error(c, &spec,
                                     "%s is another host. Run the command "
                                     "there: Invoke-Command -ComputerName %s { "
                                     "%s }",
                                     name, name, hop_command_cmdlet(c)->name);
    }
    if (!hop_should_process(c, hop_cim_host(host), NULL, &go))
        return false;
    if (!go || run_shutdown(how, &err))
        return true;
    return hop_command_error(c, &spec, "The host %s goes on: %s.", host,
                             err.text);
}

static bool
process_restart(struct hop_command *c)
{
    return shut_down(c, "-r", "CommandFailed");
}

static bool
process_stop(struct hop_command *c)
{
    return shut_down(c, "-P", "CommandFailed");
}

const struct hop_cmdlet hop_cmdlet_restart_computer = {
    .name = "Restart-Computer",
    HOP_PARAMS(restart_params),
    .flags = HOP_SHOULD_PROCESS,
    .synopsis = "Restarts this host.",
    .process = process_restart,
};
const struct hop_cmdlet hop_cmdlet_stop_computer = {
    .name = "Stop-Computer",
    HOP_PARAMS(restart_params),
    .flags = HOP_SHOULD_PROCESS,
    .synopsis = "Shuts this host down.",
    .process = process_stop,
};

/* ---- Get-ComputerInfo ---- */

enum { I_PROPERTY };
static const struct hop_param info_params[] = {
    [I_PROPERTY] = {"Property", "string[]", HOP_WILDCARDS,
                    .position = HOP_POS(0)},
};

/* Prefixes of the properties, as Windows has them. */
static const struct {
    const char *class_name, *prefix;
} sources[] = {
    {"Win32_BIOS", "Bios"},
    {"Win32_ComputerSystem", "Cs"},
    {"Win32_OperatingSystem", "Os"},
    {"Win32_TimeZone", "TimeZone"},
};

struct gathering {
    struct hop_command *c;
    struct hop_object *to;
    const char *prefix;
};

static bool
is_wanted(struct hop_command *c, const char *name)
{
    for (size_t i = 0; i < hop_arg_count(c, I_PROPERTY); i++) {
        struct hop_value p = hop_arg_item(c, I_PROPERTY, i);

        if (hop_wildcard_match(hop_cstr(p), p.u.s->len, name, strlen(name),
                               true))
            return true;
    }
    return !hop_arg_bound(c, I_PROPERTY);
}

/* Those that say how WMI names things are left out, as on Windows. */
static bool
is_plumbing(const char *name)
{
    return strstr(name, "CreationClassName") != NULL;
}

static bool
gather(void *ctx, const struct hop_cim_instance *i)
{
    struct gathering *g = ctx;

    for (size_t k = 0; k < i->n; k++) {
        HOP_AUTO_FREE char *name =
            hop_xasprintf("%s%s", g->prefix, i->properties[k].name);

        if (!is_plumbing(name) && is_wanted(g->c, name))
            hop_custom_set_text(
                g->to, name,
                cim_value_of(hop_command_context(g->c), i->properties[k].type,
                             i->properties[k].flags, &i->values[k]));
    }
    return false;
}

static bool
process_info(struct hop_command *c)
{
    struct hop_context *cx = hop_command_context(c);
    struct hop_object *o = hop_custom_new(cx);
    HOP_AUTO_VALUE struct hop_value v = hop_obj(o);
    CIM_AUTO_TARGET struct cim_target here = {0};

    for (size_t i = 0; i < HOP_ARRAY_SIZE(sources); i++) {
        struct cim_question q = {.class_name = sources[i].class_name};
        struct gathering g = {c, o, sources[i].prefix};
        struct hop_error err = {0};

        if (!cim_each(&here, &q, gather, &g, &err) &&
            !cim_report(c, &here, &err, hop_null()))
            return false;
    }
    hop_type_names_push(cx, o, "Microsoft.PowerShell.Commands.ComputerInfo");
    return hop_write(c, v);
}

const struct hop_cmdlet hop_cmdlet_get_computer_info = {
    .name = "Get-ComputerInfo",
    HOP_PARAMS(info_params),
    .output = "Microsoft.PowerShell.Commands.ComputerInfo",
    .synopsis = "Gathers what this host tells about itself.",
    .process = process_info,
};

/* ---- Get-TimeZone ---- */

enum { Z_ID, Z_LIST, Z_NAME };
static const struct hop_param zone_params[] = {
    [Z_ID] = {"Id", "string[]",
              .in = HOP_SETS({"Id", HOP_MANDATORY | HOP_BY_NAME, 0})},
    [Z_LIST] = {"ListAvailable", "switch",
                .in = HOP_SETS({"ListAvailable", HOP_MANDATORY, 0})},
    [Z_NAME] = {"Name", "string[]", HOP_WILDCARDS,
                .in =
                    HOP_SETS({"Name", HOP_BY_VALUE | HOP_BY_NAME, HOP_POS(0)})},
};

static const struct hop_class *
zone_class(struct hop_context *cx)
{
    return hop_types_find(cx, "System.TimeZoneInfo",
                          strlen("System.TimeZoneInfo"));
}

static bool
write_local(struct hop_command *c)
{
    struct hop_context *cx = hop_command_context(c);
    HOP_AUTO_STRING struct hop_string *name = hop_string_from("Local");
    HOP_AUTO_VALUE struct hop_value v = hop_null();

    return hop_static_get(cx, zone_class(cx), name, &v) == HOP_FOUND &&
           hop_write(c, v);
}

static bool
all_zones(struct hop_context *cx, struct hop_value *out)
{
    HOP_AUTO_STRING struct hop_string *name =
        hop_string_from("GetSystemTimeZones");

    return hop_static_call(cx, zone_class(cx), name, NULL, 0, NULL, out);
}

static bool
write_ids(struct hop_command *c)
{
    struct hop_context *cx = hop_command_context(c);
    HOP_AUTO_STRING struct hop_string *name =
        hop_string_from("FindSystemTimeZoneById");

    for (size_t i = 0; i < hop_arg_count(c, Z_ID); i++) {
        struct hop_value id = hop_arg_item(c, Z_ID, i);
        HOP_AUTO_VALUE struct hop_value v = hop_null();
        struct hop_error_spec spec = {.id = "TimeZoneNotFound",
                                      .category = HOP_CAT_INVALID_ARGUMENT,
                                      .exception =
                                          "System.TimeZoneNotFoundException",
                                      .target = id};

        if (hop_static_call(cx, zone_class(cx), name, &id, 1, NULL, &v)) {
            if (!hop_write(c, v))
                return false;
            continue;
        }
        hop_value_clear(&cx->pending);
        if (!hop_command_error(c, &spec,
                               "The time zone ID '%s' was not found on the "
                               "local computer.",
                               hop_cstr(id)))
            return false;
    }
    return true;
}

static bool
has_name(struct hop_context *cx, struct hop_value zone, struct hop_value like)
{
    static const char *const names[] = {"StandardName", "DaylightName"};

    for (size_t i = 0; i < HOP_ARRAY_SIZE(names); i++) {
        HOP_AUTO_VALUE struct hop_value v = hop_member_path(cx, zone, names[i]);

        if (hop_is_string(v) &&
            hop_wildcard_match(hop_cstr(like), like.u.s->len, hop_cstr(v),
                               v.u.s->len, true))
            return true;
    }
    return false;
}

static bool
write_named(struct hop_command *c)
{
    struct hop_context *cx = hop_command_context(c);
    HOP_AUTO_VALUE struct hop_value zones = hop_null();
    struct hop_array *a;

    if (!all_zones(cx, &zones))
        return false;
    a = hop_as_array(zones);
    for (size_t k = 0; k < hop_arg_count(c, Z_NAME); k++) {
        struct hop_value like = hop_arg_item(c, Z_NAME, k);
        struct hop_error_spec spec = {.id = "TimeZoneNotFound",
                                      .category = HOP_CAT_INVALID_ARGUMENT,
                                      .exception =
                                          "System.TimeZoneNotFoundException",
                                      .target = like};
        bool any = false;

        for (size_t i = 0; a && i < a->n; i++) {
            if (!has_name(cx, a->items[i], like))
                continue;
            any = true;
            if (!hop_write(c, a->items[i]))
                return false;
        }
        if (!any && !hop_command_error(c, &spec,
                                       "The time zone name '%s' was not found "
                                       "on the local computer.",
                                       hop_cstr(like)))
            return false;
    }
    return true;
}

static bool
process_zone(struct hop_command *c)
{
    HOP_AUTO_VALUE struct hop_value zones = hop_null();

    if (hop_arg_bound(c, Z_ID))
        return write_ids(c);
    if (hop_arg_on(c, Z_LIST))
        return all_zones(hop_command_context(c), &zones) &&
               hop_write_all(c, zones);
    return hop_arg_bound(c, Z_NAME) ? write_named(c) : write_local(c);
}

const struct hop_cmdlet hop_cmdlet_get_time_zone = {
    .name = "Get-TimeZone",
    .default_set = "Name",
    HOP_PARAMS(zone_params),
    .output = "System.TimeZoneInfo",
    .synopsis = "Gets this host's time zone, or others.",
    .process = process_zone,
};
