/* CimSession: a host and how to reach it, kept for several questions.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/guid.h"
#include "base/text.h"
#include "cmdlets/cim/session.h"
#include "engine/engine.h"
#include "value/convert.h"
#include "value/ops.h"

struct cim_session {
    struct hop_object base;
    struct cim_target target;
    uint32_t id;
    char *name;
    char guid[HOP_GUID_TEXT];
    bool closed;
};

static struct cim_session *
session_of(struct hop_value v)
{
    v = hop_value_base(v);
    return v.kind == HOP_OBJECT && v.u.o->cls == &cim_class_session
               ? (struct cim_session *)(void *)v.u.o
               : NULL;
}

const struct cim_target *
cim_session_target(struct hop_value v)
{
    struct cim_session *s = session_of(v);

    return s && !s->closed ? &s->target : NULL;
}

static void
destroy(struct hop_object *o)
{
    struct cim_session *s = (struct cim_session *)(void *)o;

    cim_target_done(&s->target);
    free(s->name);
}

enum { S_ID, S_NAME, S_GUID, S_COMPUTER, S_PROTOCOL };

static bool
get_field(struct hop_context *cx, struct hop_value self, intptr_t data,
          struct hop_value *out)
{
    struct cim_session *s = session_of(self);
    char host[65];

    switch (data) {
    case S_ID: *out = hop_integer(HOP_UINT32, s->id); break;
    case S_NAME: *out = hop_text(s->name); break;
    case S_GUID: {
        HOP_AUTO_VALUE struct hop_value text = hop_text(s->guid);
        return hop_convert(cx, text, &hop_class_guid, out);
    }
    case S_COMPUTER: *out = hop_text(cim_target_name(&s->target, host)); break;
    default: *out = hop_text("WSMAN"); break;
    }
    return true;
}

static bool
to_string(struct hop_context *cx, struct hop_value v, struct hop_string **out)
{
    char host[65];

    *out = hop_string_format("CimSession: %s",
                             cim_target_name(&session_of(v)->target, host));
    return true;
}

static bool
close_it(struct hop_context *cx, struct hop_call *call)
{
    session_of(call->self)->closed = true;
    return true;
}

static const struct hop_property properties[] = {
    {"Id", "uint32", get_field, NULL, 0, S_ID},
    {"Name", "string", get_field, NULL, 0, S_NAME},
    {"InstanceId", "guid", get_field, NULL, 0, S_GUID},
    {"ComputerName", "string", get_field, NULL, 0, S_COMPUTER},
    {"Protocol", "string", get_field, NULL, 0, S_PROTOCOL},
    {NULL},
};
static const struct hop_method methods[] = {
    {"void Close()", close_it}, {"void Dispose()", close_it}, {NULL}};

const struct hop_class cim_class_session = {
    .name = CIM_INFRASTRUCTURE "CimSession",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct cim_session),
    .properties = properties,
    .methods = methods,
    .destroy = destroy,
    .to_string = to_string,
};

/* ---- options ---- */

struct cim_option {
    struct hop_object base;
    bool use_ssl, skip_ca, skip_cn;
};

static struct cim_option *
option_of(struct hop_value v)
{
    v = hop_value_base(v);
    return v.kind == HOP_OBJECT && v.u.o->cls == &cim_class_option
               ? (struct cim_option *)(void *)v.u.o
               : NULL;
}

enum { O_SSL, O_CA, O_CN, O_ENVELOPE };

static bool
get_option(struct hop_context *cx, struct hop_value self, intptr_t data,
           struct hop_value *out)
{
    struct cim_option *o = option_of(self);
    const bool values[] = {o->use_ssl, !o->skip_ca, !o->skip_cn};

    *out = hop_bool(values[data]);
    return true;
}

static const struct hop_property option_properties[] = {
    {"UseSsl", "bool", get_option, NULL, 0, O_SSL},
    {"CertCACheck", "bool", get_option, NULL, 0, O_CA},
    {"CertCNCheck", "bool", get_option, NULL, 0, O_CN},
    {NULL},
};

const struct hop_class cim_class_option = {
    .name = CIM_INFRASTRUCTURE "Options.WSManSessionOptions",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct cim_option),
    .properties = option_properties,
};

enum { N_SSL, N_CA, N_CN, N_REVOCATION, N_PROTOCOL, N_ENCODING };
static const struct hop_param option_params[] = {
    [N_SSL] = {"UseSsl", "switch"},
    [N_CA] = {"SkipCACheck", "switch"},
    [N_CN] = {"SkipCNCheck", "switch"},
    [N_REVOCATION] = {"SkipRevocationCheck", "switch"},
    [N_PROTOCOL] = {"Protocol", "string", .position = HOP_POS(0),
                    .set = "Default Wsman Dcom"},
    [N_ENCODING] = {"Encoding", "string", .set = "Default Utf8 Utf16"},
};

static bool
make_option(struct hop_command *c)
{
    struct cim_option *o =
        hop_object_new(hop_command_context(c), &cim_class_option);
    const char *protocol = hop_arg_text(c, N_PROTOCOL);
    struct hop_error_spec spec = {.id = "UnsupportedProtocol",
                                  .category = HOP_CAT_INVALID_ARGUMENT};

    o->use_ssl = hop_arg_on(c, N_SSL);
    o->skip_ca = hop_arg_on(c, N_CA);
    o->skip_cn = hop_arg_on(c, N_CN);
    if (protocol && hop_ascii_ieq(protocol, "Dcom")) {
        hop_release(hop_obj(o));
        return hop_command_throw(c, &spec,
                                 "DCOM cannot be spoken from Linux. Use "
                                 "-Protocol Wsman, which every Windows since "
                                 "2012 listens to.");
    }
    return hop_write_take(c, hop_obj(o));
}

const struct hop_cmdlet hop_cmdlet_new_cim_session_option = {
    .name = "New-CimSessionOption",
    HOP_PARAMS(option_params),
    .output = CIM_INFRASTRUCTURE "Options.WSManSessionOptions",
    .class_name = CIM_COMMANDS "NewCimSessionOptionCommand",
    .synopsis = "Makes options for New-CimSession.",
    .process = make_option,
};

/* ---- the sessions of a runspace ---- */

static struct hop_array *
sessions(struct hop_runspace *rs)
{
    if (hop_is_null(rs->cim_sessions))
        rs->cim_sessions = hop_obj(hop_array_new(&rs->cx, 0));
    return hop_as_array(rs->cim_sessions);
}

enum {
    C_AUTH,
    C_COMPUTER,
    C_CREDENTIAL,
    C_NAME,
    C_PORT,
    C_OPTION,
    C_TIMEOUT,
    C_SKIP_TEST
};
static const struct hop_param new_params[] = {
    [C_AUTH] = {"Authentication", "string",
                .set = "Default Digest Negotiate Basic Kerberos NtlmDomain "
                       "CredSsp"},
    [C_COMPUTER] = {"ComputerName", "string[]", HOP_BY_VALUE | HOP_BY_NAME,
                    .position = HOP_POS(0), .aliases = "CN ServerName"},
    [C_CREDENTIAL] = {"Credential", "pscredential", HOP_CREDENTIAL,
                      .position = HOP_POS(1)},
    [C_NAME] = {"Name", "string"},
    [C_PORT] = {"Port", "uint32"},
    [C_OPTION] = {"SessionOption",
                  CIM_INFRASTRUCTURE "Options.WSManSessionOptions"},
    [C_TIMEOUT] = {"OperationTimeoutSec", "uint32", .aliases = "OT"},
    [C_SKIP_TEST] = {"SkipTestConnection", "switch"},
};

/* Windows' names for the schemes that -Authentication of New-PSSession names
 * too. */
static char *
scheme(const char *name)
{
    if (!name || hop_ascii_ieq(name, "Default"))
        return NULL;
    return hop_xstrdup(hop_ascii_ieq(name, "NtlmDomain") ? "Ntlm" : name);
}

static bool
ignore(void *ctx, const struct hop_cim_instance *i)
{
    return false;
}

/* Reaches the host once, so that what cannot work is said now. */
static bool
try(struct hop_command *c, const struct cim_target *t, struct hop_error *err)
{
    static const struct cim_question q = {
        .query = "SELECT Name FROM Win32_ComputerSystem", .most = 1};

    return !t->computer || hop_arg_on(c, C_SKIP_TEST) ||
           cim_each(t, &q, ignore, NULL, err);
}

static bool
make_session(struct hop_command *c, const char *computer)
{
    struct hop_context *cx = hop_command_context(c);
    struct hop_array *all = sessions(hop_command_runspace(c));
    struct cim_session *s = hop_object_new(cx, &cim_class_session);
    HOP_AUTO_VALUE struct hop_value v = hop_obj(s);
    struct cim_option *o = option_of(hop_arg(c, C_OPTION));
    struct hop_error err = {0};
    struct hop_guid guid;

    cim_target_init(&s->target, computer);
    s->target.auth = scheme(hop_arg_text(c, C_AUTH));
    s->target.credential = hop_retain(hop_arg(c, C_CREDENTIAL));
    s->target.cx = cx;
    s->target.port = (uint32_t)hop_arg_int(c, C_PORT, 0);
    s->target.timeout_ms = hop_arg_int(c, C_TIMEOUT, 0) * 1000;
    if (o) {
        s->target.use_ssl = o->use_ssl;
        s->target.skip_ca = o->skip_ca;
        s->target.skip_cn = o->skip_cn;
    }
    s->id = all->n ? session_of(all->items[all->n - 1])->id + 1 : 1;
    s->name = hop_arg_bound(c, C_NAME) ? hop_xstrdup(hop_arg_text(c, C_NAME))
                                       : hop_xasprintf("CimSession%u", s->id);
    hop_guid_new(&guid);
    hop_guid_format(&guid, false, s->guid);
    if (!try(c, &s->target, &err))
        return cim_report(c, &s->target, &err, hop_arg(c, C_COMPUTER));
    hop_array_push(all, hop_retain(v));
    return hop_write(c, v);
}

static bool
make_sessions(struct hop_command *c)
{
    size_t n = hop_arg_count(c, C_COMPUTER);

    if (n == 0)
        return make_session(c, NULL);
    for (size_t i = 0; i < n; i++)
        if (!make_session(c, hop_cstr(hop_arg_item(c, C_COMPUTER, i))))
            return false;
    return true;
}

const struct hop_cmdlet hop_cmdlet_new_cim_session = {
    .name = "New-CimSession",
    HOP_PARAMS(new_params),
    .output = CIM_INFRASTRUCTURE "CimSession",
    .class_name = CIM_COMMANDS "NewCimSessionCommand",
    .synopsis = "Keeps a host, and how to reach it, for Get-CimInstance.",
    .process = make_sessions,
};

/* ---- finding ---- */

enum { F_COMPUTER, F_ID, F_INSTANCE, F_NAME, F_SESSION };

static bool
is_like(struct hop_value pattern, const char *text)
{
    return hop_wildcard_match(hop_cstr(pattern), pattern.u.s->len, text,
                              strlen(text), true);
}

static bool
any_like(struct hop_command *c, size_t param, const char *text)
{
    for (size_t i = 0; i < hop_arg_count(c, param); i++)
        if (is_like(hop_arg_item(c, param, i), text))
            return true;
    return false;
}

static bool
is_wanted(struct hop_command *c, struct cim_session *s)
{
    bool any = false;
    char host[65];

    if (hop_arg_bound(c, F_COMPUTER))
        return any_like(c, F_COMPUTER, cim_target_name(&s->target, host));
    if (hop_arg_bound(c, F_NAME))
        return any_like(c, F_NAME, s->name);
    if (!hop_arg_bound(c, F_ID) && !hop_arg_bound(c, F_INSTANCE))
        return true;
    for (size_t i = 0; i < hop_arg_count(c, F_ID); i++)
        any |= hop_arg_item(c, F_ID, i).u.i == s->id;
    for (size_t i = 0; i < hop_arg_count(c, F_INSTANCE); i++) {
        HOP_AUTO_STRING struct hop_string *text = NULL;

        if (!hop_to_string(hop_command_context(c),
                           hop_arg_item(c, F_INSTANCE, i), &text))
            return false;
        any |= hop_string_iis(text, s->guid);
    }
    return any;
}

#define FINDING(mandatory)                                                     \
    [F_COMPUTER] = {"ComputerName", "string[]", .aliases = "CN ServerName",    \
                    .in = HOP_SETS({"ComputerNameSet",                         \
                                    (mandatory) | HOP_BY_NAME, HOP_POS(0)})},  \
    [F_ID] = {"Id", "uint32[]",                                                \
              .in = HOP_SETS(                                                  \
                  {"SessionIdSet", HOP_MANDATORY | HOP_BY_NAME, HOP_POS(0)})}, \
    [F_INSTANCE] = {"InstanceId", "guid[]",                                    \
                    .in = HOP_SETS(                                            \
                        {"InstanceIdSet", HOP_MANDATORY | HOP_BY_NAME, 0})},   \
    [F_NAME] = {"Name", "string[]",                                            \
                .in = HOP_SETS({"NameSet", HOP_MANDATORY | HOP_BY_NAME, 0})}

static const struct hop_param get_params[] = {FINDING(0)};

static bool
get_sessions(struct hop_command *c)
{
    struct hop_array *all = sessions(hop_command_runspace(c));

    for (size_t i = 0; i < all->n; i++)
        if (is_wanted(c, session_of(all->items[i])) &&
            !hop_write(c, all->items[i]))
            return false;
    return true;
}

const struct hop_cmdlet hop_cmdlet_get_cim_session = {
    .name = "Get-CimSession",
    .default_set = "ComputerNameSet",
    HOP_PARAMS(get_params),
    .output = CIM_INFRASTRUCTURE "CimSession",
    .class_name = CIM_COMMANDS "GetCimSessionCommand",
    .synopsis = "Gets the CIM sessions of this shell.",
    .process = get_sessions,
};

static const struct hop_param remove_params[] = {
    FINDING(HOP_MANDATORY),
    [F_SESSION] = {"CimSession", CIM_INFRASTRUCTURE "CimSession[]",
                   .in = HOP_SETS({"CimSessionSet",
                                   HOP_MANDATORY | HOP_BY_VALUE, HOP_POS(0)})},
};

static bool
is_given(struct hop_command *c, struct cim_session *s)
{
    if (!hop_arg_bound(c, F_SESSION))
        return is_wanted(c, s);
    for (size_t i = 0; i < hop_arg_count(c, F_SESSION); i++)
        if (session_of(hop_arg_item(c, F_SESSION, i)) == s)
            return true;
    return false;
}

static bool
remove_sessions(struct hop_command *c)
{
    struct hop_array *all = sessions(hop_command_runspace(c));

    for (size_t i = 0; i < all->n; i++) {
        struct cim_session *s = session_of(all->items[i]);
        bool go;

        if (!is_given(c, s))
            continue;
        if (!hop_should_process(c, s->name, NULL, &go))
            return false;
        if (!go)
            continue;
        s->closed = true;
        hop_array_remove(all, i--);
    }
    return true;
}

const struct hop_cmdlet hop_cmdlet_remove_cim_session = {
    .name = "Remove-CimSession",
    .default_set = "CimSessionSet",
    HOP_PARAMS(remove_params),
    .flags = HOP_SHOULD_PROCESS,
    .class_name = CIM_COMMANDS "RemoveCimSessionCommand",
    .synopsis = "Forgets CIM sessions.",
    .process = remove_sessions,
};
