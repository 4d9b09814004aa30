/* Set-Service, New-Service, Remove-Service.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/text.h"
#include "base/alloc.h"
#include "cim/units.h"
#include "cmdlets/cim/service.h"
#include "value/enums.h"
#include "value/member.h"

#define EXCEPTION "Microsoft.PowerShell.Commands.ServiceCommandException"
#define STARTUP   "Microsoft.PowerShell.Commands.ServiceStartupType"

/* ---- finding one ---- */

struct finding {
    struct hop_context *cx;
    const struct cim_target *t;
    struct hop_value found;
};

static bool
take(void *ctx, const struct hop_cim_instance *i)
{
    struct finding *f = ctx;

    f->found = service_new(f->cx, f->t, i);
    return false;
}

/* The service of that name or given; null with the error written. */
static bool
find_one(struct hop_command *c, size_t name, size_t input,
         const struct cim_target *t, struct hop_value *out)
{
    struct finding f = {hop_command_context(c), t, hop_null()};
    struct hop_cim_argument key = {"Name", hop_arg_text(c, name)};
    struct cim_question q = {
        .class_name = "Win32_Service", .keys = &key, .key_count = 1};
    struct hop_error_spec spec = {.id = "NoServiceFoundForGivenName",
                                  .category = HOP_CAT_OBJECT_NOT_FOUND,
                                  .exception = EXCEPTION,
                                  .target = hop_arg(c, name)};
    struct hop_error err = {0};

    *out = hop_null();
    if (service_of(hop_arg(c, input))) {
        *out = hop_retain(hop_value_base(hop_arg(c, input)));
        return true;
    }
    if (cim_each(t, &q, take, &f, &err)) {
        *out = f.found;
        return true;
    }
    if ((uint32_t)err.code != HOP_CIM_E_NOT_FOUND)
        return cim_report(c, t, &err, hop_arg(c, name));
    return hop_command_error(
        c, &spec, "Cannot find any service with service name '%s'.", key.value);
}

/* The same, with the user's consent; *s NULL: none. */
static bool
find_wanted(struct hop_command *c, size_t name, size_t input,
            const struct cim_target *t, struct hop_value *out,
            struct service **s)
{
    bool go = false;

    *s = NULL;
    if (!find_one(c, name, input, t, out))
        return false;
    if (service_of(*out) &&
        !hop_should_process(c, service_of(*out)->name, NULL, &go))
        return false;
    if (go)
        *s = service_of(*out);
    return true;
}

static bool
not_done(struct hop_command *c, struct hop_value v, const char *id,
         const char *what, const struct hop_error *err)
{
    const struct service *s = service_of(v);
    struct hop_error_spec spec = {.id = id,
                                  .category = HOP_CAT_PERMISSION_DENIED,
                                  .exception = EXCEPTION,
                                  .target = v};

    return hop_command_error(c, &spec,
                             "Service '%s (%s)' cannot be %s due to the "
                             "following error: %s.",
                             s->title, s->name, what, err->text);
}

/* ---- Set-Service ---- */

enum {
    S_NAME,
    S_INPUT,
    S_TITLE,
    S_DESCRIPTION,
    S_STARTUP,
    S_STATUS,
    S_FORCE,
    S_PASS,
    S_COMPUTER
};
static const struct hop_param set_params[] = {
    [S_NAME] = {"Name", "string", .aliases = "ServiceName SN",
                .in = HOP_SETS({"Name",
                                HOP_MANDATORY | HOP_BY_VALUE | HOP_BY_NAME,
                                HOP_POS(0)})},
    [S_INPUT] = {"InputObject", "System.ServiceProcess.ServiceController",
                 .in = HOP_SETS({"InputObject", HOP_MANDATORY | HOP_BY_VALUE,
                                 HOP_POS(0)})},
    [S_TITLE] = {"DisplayName", "string", HOP_NOT_NULL_OR_EMPTY,
                 .aliases = "DN"},
    [S_DESCRIPTION] = {"Description", "string", HOP_NOT_NULL_OR_EMPTY},
    [S_STARTUP] = {"StartupType", STARTUP, HOP_NOT_NULL_OR_EMPTY,
                   .aliases = "StartMode SM ST StartType"},
    [S_STATUS] = {"Status", "string", .set = "Running Stopped Paused"},
    [S_FORCE] = {"Force", "switch"},
    [S_PASS] = {"PassThru", "switch"},
    [S_COMPUTER] = {"ComputerName", "string", HOP_NOT_NULL_OR_EMPTY,
                    .aliases = "Cn"},
};

static bool
set_startup(struct service *s, int64_t type, struct hop_error *err)
{
    struct hop_cim_argument in = {"StartMode", type == 4   ? "Disabled"
                                               : type == 3 ? "Manual"
                                                           : "Automatic"};

    return service_call(s, "ChangeStartMode", &in, 1, err);
}

static bool
set_status(struct service *s, const char *status, struct hop_error *err)
{
    if (hop_ascii_ieq(status, "Paused"))
        return s->status == SERVICE_PAUSED ||
               service_call(s, "PauseService", NULL, 0, err);
    if (hop_ascii_ieq(status, "Stopped"))
        return s->status == SERVICE_STOPPED ||
               service_call(s, "StopService", NULL, 0, err);
    return s->status == SERVICE_RUNNING ||
           service_call(s,
                        s->status == SERVICE_PAUSED ? "ResumeService"
                                                    : "StartService",
                        NULL, 0, err);
}

static bool
set_texts(struct hop_command *c, struct service *s, struct hop_error *err)
{
    if (!hop_arg_bound(c, S_TITLE) && !hop_arg_bound(c, S_DESCRIPTION))
        return true;
    return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                         "the name shown is the Description= of its unit "
                         "file; change it with: systemctl edit %s",
                         s->name);
}

static bool
process_set(struct hop_command *c)
{
    CIM_AUTO_TARGET struct cim_target t = {0};
    HOP_AUTO_VALUE struct hop_value v = hop_null();
    struct hop_error err = {0};
    struct service *s;

    cim_target_init(&t, hop_arg_text(c, S_COMPUTER));
    if (!find_wanted(c, S_NAME, S_INPUT, &t, &v, &s))
        return false;
    if (!s)
        return true;
    if (!set_texts(c, s, &err) ||
        (hop_arg_bound(c, S_STARTUP) &&
         !set_startup(s, hop_arg(c, S_STARTUP).u.i, &err)) ||
        (hop_arg_bound(c, S_STATUS) &&
         !set_status(s, hop_arg_text(c, S_STATUS), &err)) ||
        !service_refresh(s, &err))
        return not_done(c, v, "CouldNotSetService", "configured", &err);
    return !hop_arg_on(c, S_PASS) || hop_write(c, v);
}

const struct hop_cmdlet hop_cmdlet_set_service = {
    .name = "Set-Service",
    .default_set = "Name",
    HOP_PARAMS(set_params),
    .flags = HOP_SHOULD_PROCESS,
    .output = "System.ServiceProcess.ServiceController",
    .synopsis = "Changes how a service starts, or its state.",
    .process = process_set,
};

/* ---- New-Service ---- */

enum {
    N_NAME,
    N_PATH,
    N_TITLE,
    N_DESCRIPTION,
    N_STARTUP,
    N_CREDENTIAL,
    N_DEPENDS
};
static const struct hop_param new_params[] = {
    [N_NAME] = {"Name", "string", HOP_MANDATORY, .position = HOP_POS(0),
                .aliases = "ServiceName"},
    [N_PATH] = {"BinaryPathName", "string", HOP_MANDATORY,
                .position = HOP_POS(1), .aliases = "Path"},
    [N_TITLE] = {"DisplayName", "string", HOP_NOT_NULL_OR_EMPTY},
    [N_DESCRIPTION] = {"Description", "string", HOP_NOT_NULL_OR_EMPTY},
    [N_STARTUP] = {"StartupType", STARTUP},
    [N_CREDENTIAL] = {"Credential", "pscredential", HOP_CREDENTIAL},
    [N_DEPENDS] = {"DependsOn", "string[]"},
};

static char *
needs_of(struct hop_command *c)
{
    struct hop_buf b = HOP_BUF_INIT;

    for (size_t i = 0; i < hop_arg_count(c, N_DEPENDS); i++)
        hop_buf_addf(&b, "%s%s.service", i ? " " : "",
                     hop_cstr(hop_arg_item(c, N_DEPENDS, i)));
    return b.len ? hop_buf_take(&b) : NULL;
}

static bool
create(struct hop_command *c, struct hop_error *err)
{
    const char *name = hop_arg_text(c, N_NAME);
    const char *title = hop_arg_text(c, N_TITLE);
    HOP_AUTO_FREE char *needs = needs_of(c);
    HOP_AUTO_VALUE struct hop_value user = hop_member_path(
        hop_command_context(c), hop_arg(c, N_CREDENTIAL), "UserName");
    int64_t type = hop_arg_bound(c, N_STARTUP) ? hop_arg(c, N_STARTUP).u.i : 2;

    if (!hop_unit_create(name, title ? title : hop_arg_text(c, N_DESCRIPTION),
                         hop_arg_text(c, N_PATH),
                         hop_is_string(user) ? hop_cstr(user) : NULL, needs,
                         err))
        return false;
    if (!hop_units_managed() || type == 3)
        return true;
    return hop_unit_do(name, type == 4 ? HOP_UNIT_MASK : HOP_UNIT_ENABLE, err);
}

static bool
process_new(struct hop_command *c)
{
    CIM_AUTO_TARGET struct cim_target here = {0};
    HOP_AUTO_VALUE struct hop_value v = hop_null();
    struct hop_error_spec spec = {.id = "CouldNotNewService",
                                  .category = HOP_CAT_PERMISSION_DENIED,
                                  .exception = EXCEPTION,
                                  .target = hop_arg(c, N_NAME)};
    struct hop_error err = {0};
    bool go;

    if (!hop_should_process(c, hop_arg_text(c, N_NAME), NULL, &go))
        return false;
    if (!go)
        return true;
    if (!create(c, &err))
        return hop_command_error(c, &spec,
                                 "Service '%s' cannot be created due to the "
                                 "following error: %s.",
                                 hop_arg_text(c, N_NAME), err.text);
    return find_one(c, N_NAME, N_NAME, &here, &v) &&
           (hop_is_null(v) || hop_write(c, v));
}

const struct hop_cmdlet hop_cmdlet_new_service = {
    .name = "New-Service",
    HOP_PARAMS(new_params),
    .flags = HOP_SHOULD_PROCESS,
    .output = "System.ServiceProcess.ServiceController",
    .synopsis = "Makes a service: a unit of systemd.",
    .process = process_new,
};

/* ---- Remove-Service ---- */

enum { R_NAME, R_INPUT };
static const struct hop_param remove_params[] = {
    [R_NAME] = {"Name", "string", .aliases = "ServiceName SN",
                .in = HOP_SETS({"Name",
                                HOP_MANDATORY | HOP_BY_VALUE | HOP_BY_NAME,
                                HOP_POS(0)})},
    [R_INPUT] = {"InputObject", "System.ServiceProcess.ServiceController",
                 .in = HOP_SETS({"InputObject", HOP_BY_VALUE, 0})},
};

static bool
process_remove(struct hop_command *c)
{
    CIM_AUTO_TARGET struct cim_target here = {0};
    HOP_AUTO_VALUE struct hop_value v = hop_null();
    struct hop_error err = {0};
    struct service *s;

    if (!find_wanted(c, R_NAME, R_INPUT, &here, &v, &s))
        return false;
    if (!s)
        return true;
    if (hop_units_managed())
        (void)!hop_unit_do(s->name, HOP_UNIT_DISABLE, &err);
    return hop_unit_remove(s->name, &err) ||
           not_done(c, v, "CouldNotRemoveService", "removed", &err);
}

const struct hop_cmdlet hop_cmdlet_remove_service = {
    .name = "Remove-Service",
    .default_set = "Name",
    HOP_PARAMS(remove_params),
    .flags = HOP_SHOULD_PROCESS,
    .synopsis = "Removes a service that an administrator has made.",
    .process = process_remove,
};
