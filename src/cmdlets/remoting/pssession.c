/* PSSession objects, and the list of those that are kept.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/remoting/hub.h"
#include "cmdlets/remoting/remoting.h"
#include "value/enums.h"

#define RUNSPACES "System.Management.Automation.Runspaces."
#define SHELLS    "http://schemas.microsoft.com/powershell/"

/* ---- PSSession ---- */

static void
destroy_session(struct hop_object *o)
{
    struct pssession *s = (struct pssession *)(void *)o;

    hop_value_clear(&s->name);
    hop_value_clear(&s->runspace);
    remote_unref(s->remote);
    s->remote = NULL;
}

static bool
session_text(struct hop_context *cx, struct hop_value v,
             struct hop_string **out)
{
    struct pssession *s = (struct pssession *)(void *)hop_value_base(v).u.o;

    (void)cx;
    *out = hop_string_format("[PSSession]%s", hop_cstr(s->name));
    return true;
}

enum session_field {
    P_STATE,
    P_IDLE,
    P_BUFFERING,
    P_LEFT_ON,
    P_EXPIRES,
    P_TYPE,
    P_COMPUTER,
    P_NULL,
    P_CONFIGURATION,
    P_INSTANCE,
    P_ID,
    P_NAME,
    P_AVAILABILITY,
    P_PRIVATE,
    P_RUNSPACE,
    P_TRANSPORT,
};

static struct hop_value
configuration_of(const struct target *t)
{
    const char *name =
        t->configuration ? t->configuration : "Microsoft.PowerShell";

    if (t->transport != BY_WSMAN)
        return hop_text("DefaultShell");
    return hop_text(strncmp(name, SHELLS, strlen(SHELLS)) == 0
                        ? name + strlen(SHELLS)
                        : name);
}

static struct hop_value
runspace_of(struct hop_context *cx, struct pssession *s)
{
    if (hop_is_null(s->runspace))
        s->runspace = remote_runspace_new(cx, s->remote, s->id);
    return hop_retain(s->runspace);
}

static bool
get_session_field(struct hop_context *cx, struct hop_value self, intptr_t field,
                  struct hop_value *out)
{
    struct pssession *s = as_pssession(self);
    struct remote *r = s->remote;
    HOP_AUTO_VALUE struct hop_value info = hop_null();

    switch ((enum session_field)field) {
    case P_STATE: *out = remote_state_value(r); break;
    case P_IDLE:
    case P_BUFFERING:
        info = remote_connection_info(cx, r);
        *out = hop_member_path(
            cx, info, field == P_IDLE ? "IdleTimeout" : "OutputBufferingMode");
        break;
    case P_LEFT_ON:
        *out = r->state == REMOTE_LEFT ? hop_retain(r->left_on) : hop_null();
        break;
    case P_EXPIRES: *out = remote_expires_on(r); break;
    case P_TYPE: *out = hop_enum(HOP_ENUM_TARGET_MACHINE, 0); break;
    case P_COMPUTER: *out = hop_text(r->target->computer); break;
    case P_NULL: *out = hop_null(); break;
    case P_CONFIGURATION: *out = configuration_of(r->target); break;
    case P_INSTANCE: *out = remote_guid(cx, &r->id); break;
    case P_ID: *out = hop_int(s->id); break;
    case P_NAME: *out = hop_retain(s->name); break;
    case P_AVAILABILITY: *out = remote_availability(r); break;
    case P_PRIVATE: *out = hop_retain(r->private_data); break;
    case P_RUNSPACE: *out = runspace_of(cx, s); break;
    case P_TRANSPORT:
        *out = hop_text(r->target->transport == BY_WSMAN ? "WSMan" : "SSH");
        break;
    }
    return true;
}

static bool
set_name(struct hop_context *cx, struct hop_value self, intptr_t field,
         struct hop_value v)
{
    (void)cx;
    (void)field;
    hop_value_set(&as_pssession(self)->name, hop_retain(v));
    return true;
}

#define P_ROW(n, t, f, ...)                                                    \
    {                                                                          \
        .name = (n), .type = (t), .get = get_session_field, .data = (f),       \
        __VA_ARGS__                                                            \
    }
static const struct hop_property session_properties[] = {
    P_ROW("State", "System.Object", P_STATE, .flags = HOP_PROP_SCRIPT),
    P_ROW("IdleTimeout", "System.Object", P_IDLE, .flags = HOP_PROP_SCRIPT),
    P_ROW("OutputBufferingMode", "System.Object", P_BUFFERING,
          .flags = HOP_PROP_SCRIPT),
    P_ROW("DisconnectedOn", "System.Object", P_LEFT_ON,
          .flags = HOP_PROP_SCRIPT),
    P_ROW("ExpiresOn", "System.Object", P_EXPIRES, .flags = HOP_PROP_SCRIPT),
    P_ROW("ComputerType", RUNSPACES "TargetMachineType", P_TYPE, .set = NULL),
    P_ROW("ComputerName", "string", P_COMPUTER, .set = NULL),
    P_ROW("ContainerId", "string", P_NULL, .set = NULL),
    P_ROW("VMName", "string", P_NULL, .set = NULL),
    P_ROW("VMId", "System.Nullable[guid]", P_NULL, .set = NULL),
    P_ROW("ConfigurationName", "string", P_CONFIGURATION, .set = NULL),
    P_ROW("InstanceId", "guid", P_INSTANCE, .set = NULL),
    P_ROW("Id", "int", P_ID, .set = NULL),
    P_ROW("Name", "string", P_NAME, .set = set_name),
    P_ROW("Availability", RUNSPACES "RunspaceAvailability", P_AVAILABILITY,
          .set = NULL),
    P_ROW("ApplicationPrivateData", "psprimitivedictionary", P_PRIVATE,
          .set = NULL),
    P_ROW("Runspace", "runspace", P_RUNSPACE, .set = NULL),
    P_ROW("Transport", "string", P_TRANSPORT, .set = NULL),
    {0},
};
static const struct hop_class class_pssession = {
    .name = RUNSPACES "PSSession",
    .base = &hop_class_object,
    .flags = HOP_CLASS_SEALED,
    .kind = HOP_OBJECT,
    .size = sizeof(struct pssession),
    .properties = session_properties,
    .destroy = destroy_session,
    .to_string = session_text,
};

const struct hop_class *const pssession_classes[] = {
    &class_pssession,
    NULL,
};

struct pssession *
as_pssession(struct hop_value v)
{
    return hop_value_is(v, &class_pssession)
               ? (struct pssession *)(void *)hop_value_base(v).u.o
               : NULL;
}

/* ---- the list ---- */

int32_t
pssession_number(struct hop_runspace *rs)
{
    return ++hub_of(rs)->last_id;
}

struct pssession *
pssession_new(struct hop_runspace *rs, struct remote *r, const char *name)
{
    struct pssession *s = hop_object_new(&rs->cx, &class_pssession);

    s->id = r->number ? r->number : pssession_number(rs);
    if (!name)
        name = r->target->session_name;
    s->name =
        name ? hop_text(name) : hop_str(hop_string_format("Runspace%d", s->id));
    s->remote = r;
    return s;
}

struct hop_array *
pssession_list(struct hop_runspace *rs)
{
    return hop_as_array(hub_of(rs)->sessions);
}

void
pssession_keep(struct hop_runspace *rs, struct pssession *s)
{
    struct hop_array *list = pssession_list(rs);

    for (size_t i = 0; i < list->n; i++)
        if (list->items[i].u.o == &s->base)
            return;
    hop_array_push(list, hop_retain(hop_obj(s)));
}

void
pssession_forget(struct hop_runspace *rs, struct pssession *s)
{
    struct hop_array *list = pssession_list(rs);

    for (size_t i = 0; i < list->n; i++)
        if (list->items[i].u.o == &s->base) {
            hop_array_remove(list, i);
            return;
        }
}

struct pssession *
pssession_of_instance(struct hop_runspace *rs, const struct hop_guid *id)
{
    struct hop_array *list = pssession_list(rs);

    for (size_t i = 0; i < list->n; i++) {
        struct pssession *s = as_pssession(list->items[i]);

        if (hop_guid_eq(&s->remote->id, id))
            return s;
    }
    return NULL;
}
