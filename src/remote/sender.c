/* $PSSenderInfo: who is at the other end of the session.
 *
 * SPDX-License-Identifier: MIT
 */
#include "remote/server.h"
#include "value/class.h"
#include "value/collections.h"

#define SMA  "System.Management.Automation."
#define REM  SMA "Remoting."
#define MANY 8

/* An object of nothing but read-only values. */
struct fields {
    struct hop_object base;
    struct hop_value value[MANY];
};

static bool
get_field(struct hop_context *cx, struct hop_value self, intptr_t data,
          struct hop_value *out)
{
    *out = hop_retain(((struct fields *)(void *)self.u.o)->value[data]);
    return true;
}

static void
destroy(struct hop_object *o)
{
    struct fields *f = (struct fields *)(void *)o;

    for (int i = 0; i < MANY; i++)
        hop_release(f->value[i]);
}

enum { TYPE, AUTHENTICATED, NAME, CERTIFICATE };
static const struct hop_property identity_properties[] = {
    {"AuthenticationType", "string", get_field, NULL, 0, TYPE},
    {"IsAuthenticated", "bool", get_field, NULL, 0, AUTHENTICATED},
    {"Name", "string", get_field, NULL, 0, NAME},
    {"CertificateDetails", REM "PSCertificateDetails", get_field, NULL, 0,
     CERTIFICATE},
    {NULL}};
static const struct hop_class class_identity = {
    .name = REM "PSIdentity",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct fields),
    .properties = identity_properties,
    .destroy = destroy,
};

enum { IDENTITY, WINDOWS_IDENTITY };
static const struct hop_property principal_properties[] = {
    {"Identity", REM "PSIdentity", get_field, NULL, 0, IDENTITY},
    {"WindowsIdentity", "System.Object", get_field, NULL, 0, WINDOWS_IDENTITY},
    {NULL}};
static const struct hop_class class_principal = {
    .name = REM "PSPrincipal",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct fields),
    .properties = principal_properties,
    .destroy = destroy,
};

enum {
    USER_INFO,
    TIME_ZONE,
    CONNECTION,
    ARGUMENTS,
    CONFIGURATION,
    CONNECTED,
    RUN_AS
};
static const struct hop_property sender_properties[] = {
    {"UserInfo", REM "PSPrincipal", get_field, NULL, 0, USER_INFO},
    {"ClientTimeZone", "System.TimeZoneInfo", get_field, NULL, 0, TIME_ZONE},
    {"ConnectionString", "string", get_field, NULL, 0, CONNECTION},
    {"ApplicationArguments", SMA "PSPrimitiveDictionary", get_field, NULL, 0,
     ARGUMENTS},
    {"ConfigurationName", "string", get_field, NULL, 0, CONFIGURATION},
    {"ConnectedUser", "string", get_field, NULL, 0, CONNECTED},
    {"RunAsUser", "string", get_field, NULL, 0, RUN_AS},
    {NULL}};
static const struct hop_class class_sender = {
    .name = REM "PSSenderInfo",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct fields),
    .properties = sender_properties,
    .destroy = destroy,
};

static struct fields *
new_fields(struct hop_context *cx, const struct hop_class *cls)
{
    struct fields *f = hop_object_new(cx, cls);

    for (int i = 0; i < MANY; i++)
        f->value[i] = hop_null();
    return f;
}

static struct hop_value
text_or_null(const char *s)
{
    return s ? hop_text(s) : hop_null();
}

static struct hop_value
principal_of(struct hop_context *cx, const struct hop_remote_sender *who)
{
    struct fields *identity = new_fields(cx, &class_identity);
    struct fields *principal = new_fields(cx, &class_principal);

    identity->value[TYPE] = text_or_null(who->authentication);
    identity->value[AUTHENTICATED] = hop_bool(true);
    identity->value[NAME] = text_or_null(who->user);
    principal->value[IDENTITY] = hop_obj(identity);
    return hop_obj(principal);
}

void
remote_set_sender(struct server *s)
{
    /* As PowerShell has it where the transport knows nobody. */
    static const struct hop_remote_sender nobody = {
        .user = "", .authentication = "", .connection = "http://localhost"};
    const struct hop_remote_sender *who = s->sender ? s->sender : &nobody;
    struct fields *f = new_fields(s->cx, &class_sender);
    HOP_AUTO_VALUE struct hop_value v = hop_obj(f);

    f->value[USER_INFO] = principal_of(s->cx, who);
    f->value[CONNECTION] = text_or_null(who->connection);
    f->value[ARGUMENTS] = hop_retain(s->arguments);
    f->value[CONFIGURATION] = text_or_null(who->configuration);
    f->value[CONNECTED] = text_or_null(who->user);
    f->value[RUN_AS] = text_or_null(who->account);
    if (!hop_variable_define(
            s->rs,
            &(struct hop_variable_spec){
                .name = REMOTE_SENDER,
                .scope = "Global",
                .value = v,
                .options = HOP_ITEM_READONLY | HOP_ITEM_ALLSCOPE,
                .force = true,
            },
            NULL))
        hop_drop_exception(s->cx);
}
