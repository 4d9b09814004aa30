/* Win32_Service over the units of systemd.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cim/sources.h"
#include "cim/units.h"
#include "cim/wql.h"

static const struct hop_cim_property properties[] = {
    S("Caption"),         S("Description"),  T("InstallDate"),
    SK("Name"),           S("Status"),       S("CreationClassName"),
    B("Started"),         S("StartMode"),    S("SystemCreationClassName"),
    S("SystemName"),      B("AcceptPause"),  B("AcceptStop"),
    B("DesktopInteract"), S("DisplayName"),  S("ErrorControl"),
    U32("ExitCode"),      S("PathName"),     U32("ServiceSpecificExitCode"),
    S("ServiceType"),     S("StartName"),    S("State"),
    U32("TagId"),         U32("CheckPoint"), B("DelayedAutoStart"),
    U32("ProcessId"),     U32("WaitHint"),
};

struct listing {
    struct hop_units units;
    size_t at;
};

static bool
open_services(void *state, const struct hop_wql *q, struct hop_error *err)
{
    hop_units_read(&((struct listing *)state)->units);
    return true;
}

static const char *const states[] = {[HOP_UNIT_STOPPED] = "Stopped",
                                     [HOP_UNIT_RUNNING] = "Running",
                                     [HOP_UNIT_PAUSED] = "Paused"};
static const char *const modes[] = {[HOP_UNIT_MANUAL] = "Manual",
                                    [HOP_UNIT_AUTO] = "Auto",
                                    [HOP_UNIT_DISABLED] = "Disabled"};

/* root is what Windows calls LocalSystem, on the network the machine's own
 * account; others go by their names. */
static const char *
start_name(const struct hop_unit *u)
{
    return !u->user || !*u->user || strcmp(u->user, "root") == 0 ? "LocalSystem"
                                                                 : u->user;
}

static void
describe(const struct hop_unit *u, struct hop_cim_instance *i)
{
    const char *title = u->description ? u->description : u->name;
    char host[65];
    bool running = u->state != HOP_UNIT_STOPPED;

    hop_cim_set_text(i, "Caption", title);
    hop_cim_set_text(i, "Description", title);
    hop_cim_set_text(i, "Name", u->name);
    hop_cim_set_text(i, "Status", "OK");
    hop_cim_set_text(i, "CreationClassName", "Win32_Service");
    hop_cim_set_bool(i, "Started", running);
    hop_cim_set_text(i, "StartMode", modes[u->start]);
    hop_cim_set_text(i, "SystemCreationClassName", "Win32_ComputerSystem");
    hop_cim_set_text(i, "SystemName", hop_cim_host(host));
    hop_cim_set_bool(i, "AcceptPause", running && hop_units_managed());
    hop_cim_set_bool(i, "AcceptStop", running);
    hop_cim_set_bool(i, "DesktopInteract", false);
    hop_cim_set_text(i, "DisplayName", title);
    hop_cim_set_text(i, "ErrorControl", "Normal");
    hop_cim_set_number(i, "ExitCode", 0);
    hop_cim_set_text(i, "PathName", u->exec);
    hop_cim_set_text(i, "ServiceType", "Own Process");
    hop_cim_set_text(i, "StartName", start_name(u));
    hop_cim_set_text(i, "State", states[u->state]);
    hop_cim_set_bool(i, "DelayedAutoStart", false);
    hop_cim_set_number(i, "ProcessId", u->pid);
}

static int
next_service(void *state, struct hop_cim_instance *i, struct hop_error *err)
{
    struct listing *l = state;

    if (l->at == l->units.n)
        return 0;
    describe(&l->units.items[l->at++], i);
    return 1;
}

static void
close_services(void *state)
{
    hop_units_done(&((struct listing *)state)->units);
}

/* ---- methods ---- */

/* Win32_Service.StartService's return values. */
enum {
    DONE = 0,
    ACCESS_DENIED = 2,
    NOT_ACTIVE = 6,
    FAILURE = 8,
    RUNNING = 10,
    DISABLED = 14,
    BAD_PARAMETER = 21,
};

static bool
act(struct hop_cim_call *call, enum hop_unit_verb verb)
{
    struct hop_error why;
    bool ok = hop_unit_do(hop_cim_text(call->self, "Name"), verb, &why);

    call->result = ok                               ? DONE
                   : strcasestr(why.text, "denied") ? ACCESS_DENIED
                   : strcasestr(why.text, "authentication required")
                       ? ACCESS_DENIED
                       : FAILURE;
    return true;
}

static bool
is_started(const struct hop_cim_call *call)
{
    return hop_cim_get(call->self, "Started")->u != 0;
}

static bool
start_service(struct hop_cim_call *call, struct hop_error *err)
{
    if (is_started(call))
        call->result = RUNNING;
    else if (!strcmp(hop_cim_text(call->self, "StartMode"), "Disabled"))
        call->result = DISABLED;
    else
        return act(call, HOP_UNIT_START);
    return true;
}

static bool
stop_service(struct hop_cim_call *call, struct hop_error *err)
{
    if (is_started(call))
        return act(call, HOP_UNIT_STOP);
    call->result = NOT_ACTIVE;
    return true;
}

static bool
pause_service(struct hop_cim_call *call, struct hop_error *err)
{
    if (is_started(call))
        return act(call, HOP_UNIT_PAUSE);
    call->result = NOT_ACTIVE;
    return true;
}

static bool
resume_service(struct hop_cim_call *call, struct hop_error *err)
{
    return act(call, HOP_UNIT_RESUME);
}

static bool
change_mode(struct hop_cim_call *call, struct hop_error *err)
{
    static const struct {
        const char *name;
        enum hop_unit_verb verb;
    } rows[] = {{"Automatic", HOP_UNIT_ENABLE},
                {"Manual", HOP_UNIT_DISABLE},
                {"Disabled", HOP_UNIT_MASK}};
    const char *mode = hop_cim_argument(call, "StartMode");
    bool masked = !strcmp(hop_cim_text(call->self, "StartMode"), "Disabled");

    call->result = BAD_PARAMETER;
    for (size_t k = 0; mode && k < HOP_ARRAY_SIZE(rows); k++) {
        if (!hop_ascii_ieq(rows[k].name, mode))
            continue;
        if (masked && rows[k].verb != HOP_UNIT_MASK)
            act(call, HOP_UNIT_UNMASK);
        return act(call, rows[k].verb);
    }
    return true;
}

static const struct hop_cim_method methods[] = {
    {"StartService", false, "", "", start_service},
    {"StopService", false, "", "", stop_service},
    {"PauseService", false, "", "", pause_service},
    {"ResumeService", false, "", "", resume_service},
    {"ChangeStartMode", false, "StartMode", "", change_mode},
    {NULL},
};

const struct hop_cim_class hop_cim_class_service = {
    .name = "Win32_Service",
    .parent = "Win32_BaseService",
    HOP_CIM_PROPERTIES(properties),
    .methods = methods,
    .state_size = sizeof(struct listing),
    .open = open_services,
    .next = next_service,
    .close = close_services,
};
