/* SecureString, NetworkCredential, PSCredential.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/secure.h"

#include "base/alloc.h"

#include <string.h>

#include "value/collections.h"
#include "base/text.h"
#include "value/types/def.h"
#include "value/types/more.h"

/* ---- SecureString ---- */

struct secure {
    struct hop_object base;
    struct hop_secret *text; /* UTF-8; NULL: empty */
    bool read_only;
};

static void
secure_destroy(struct hop_object *o)
{
    hop_secret_freep(&((struct secure *)o)->text);
}

static struct secure *
as_secure(struct hop_value v)
{
    return (struct secure *)hop_value_base(v).u.o;
}

const char *
hop_secure_text(struct hop_value v, size_t *n)
{
    struct secure *s = as_secure(v);

    *n = s->text ? hop_secret_len(s->text) : 0;
    return s->text ? hop_secret_bytes(s->text) : "";
}

struct hop_value
hop_secure_new(struct hop_context *cx, const char *s, size_t n)
{
    struct secure *o = hop_object_new(cx, &hop_class_secure_string);

    o->text = n ? hop_secret_new(s, n) : NULL;
    return hop_obj(o);
}

GETTER(secure_length)
{
    size_t n;
    const char *s = hop_secure_text(self, &n);

    (void)cx;
    (void)data;
    *out = hop_int((int32_t)hop_utf8_utf16_len(s, n));
    return true;
}

METHOD(secure_construct)
{
    RETURN(hop_secure_new(cx, "", 0));
}

METHOD(secure_append)
{
    struct secure *s = as_secure(c->self);
    HOP_AUTO_BUF struct hop_buf b = {.secret = true};
    size_t n;
    const char *text = hop_secure_text(c->self, &n);

    if (s->read_only)
        return hop_throw(cx, &hop_exception_invalid_operation,
                         "Instance is read-only.");
    hop_buf_add(&b, text, n);
    hop_buf_add_utf16(&b, (uint16_t)ARG_I(0));
    hop_secret_free(s->text);
    s->text = hop_secret_new(hop_buf_str(&b), b.len);
    return true;
}

METHOD(secure_clear)
{
    (void)cx;
    hop_secret_freep(&as_secure(c->self)->text);
    return true;
}

METHOD(secure_freeze)
{
    (void)cx;
    as_secure(c->self)->read_only = true;
    return true;
}

METHOD(secure_is_frozen)
{
    (void)cx;
    RETURN(hop_bool(as_secure(c->self)->read_only));
}

METHOD(secure_copy)
{
    size_t n;
    const char *s = hop_secure_text(c->self, &n);

    RETURN(hop_secure_new(cx, s, n));
}

static const struct hop_property secure_properties[] = {
    {"Length", "int", secure_length},
    END_PROPERTIES,
};
static const struct hop_method secure_methods[] = {
    {"void AppendChar(char c)", secure_append},
    {"void Clear()", secure_clear},
    {"securestring Copy()", secure_copy},
    {"void Dispose()", secure_clear},
    {"bool IsReadOnly()", secure_is_frozen},
    {"void MakeReadOnly()", secure_freeze},
    END_METHODS,
};
static const struct hop_method secure_constructors[] = {
    {"securestring new()", secure_construct},
    END_METHODS,
};
const struct hop_class hop_class_secure_string = {
    .name = "System.Security.SecureString",
    .base = &hop_class_object,
    .flags = HOP_CLASS_SEALED,
    .kind = HOP_OBJECT,
    .size = sizeof(struct secure),
    .properties = secure_properties,
    .methods = secure_methods,
    .constructors = secure_constructors,
    .destroy = secure_destroy,
};

/* ---- NetworkCredential ---- */

struct credential {
    struct hop_object base;
    struct hop_value user, domain; /* strings */
    struct hop_value password;     /* SecureString */
};

static void
credential_destroy(struct hop_object *o)
{
    struct credential *c = (struct credential *)o;

    hop_value_clear(&c->user);
    hop_value_clear(&c->domain);
    hop_value_clear(&c->password);
}

static struct credential *
as_credential(struct hop_value v)
{
    return (struct credential *)hop_value_base(v).u.o;
}

static struct hop_value
plain_text(struct hop_value secure)
{
    size_t n;
    const char *s = hop_secure_text(secure, &n);

    return hop_textn(s, n);
}

enum { C_USER, C_DOMAIN, C_PASSWORD, C_SECURE };

GETTER(credential_get)
{
    struct credential *c = as_credential(self);

    (void)cx;
    *out = data == C_USER       ? hop_retain(c->user)
           : data == C_DOMAIN   ? hop_retain(c->domain)
           : data == C_PASSWORD ? plain_text(c->password)
                                : hop_retain(c->password);
    return true;
}

SETTER(credential_set)
{
    struct credential *c = as_credential(self);

    if (data == C_USER)
        hop_value_set(&c->user, hop_retain(v));
    else if (data == C_DOMAIN)
        hop_value_set(&c->domain, hop_retain(v));
    else if (data == C_SECURE)
        hop_value_set(&c->password, hop_retain(v));
    else
        hop_value_set(&c->password,
                      hop_secure_new(cx, hop_is_string(v) ? hop_cstr(v) : "",
                                     hop_is_string(v) ? v.u.s->len : 0));
    return true;
}

static struct hop_value
secure_of(struct hop_context *cx, struct hop_value v)
{
    if (hop_is_exactly(v, &hop_class_secure_string))
        return hop_retain(v);
    return hop_secure_new(cx, hop_is_string(v) ? hop_cstr(v) : "",
                          hop_is_string(v) ? v.u.s->len : 0);
}

static struct hop_value
text_or_empty(struct hop_value v)
{
    return hop_is_string(v) ? hop_retain(v) : hop_str(hop_string_empty());
}

METHOD(network_construct)
{
    struct credential *o = hop_object_new(cx, &hop_class_network_credential);

    o->user = text_or_empty(c->n > 0 ? c->args[0] : hop_null());
    o->domain = text_or_empty(c->n > 2 ? c->args[2] : hop_null());
    o->password = secure_of(cx, c->n > 1 ? c->args[1] : hop_null());
    RETURN(hop_obj(o));
}

static const struct hop_property network_properties[] = {
    {"UserName", "string", credential_get, credential_set, 0, C_USER},
    {"Password", "string", credential_get, credential_set, 0, C_PASSWORD},
    {"SecurePassword", "securestring", credential_get, credential_set, 0,
     C_SECURE},
    {"Domain", "string", credential_get, credential_set, 0, C_DOMAIN},
    END_PROPERTIES,
};
#define NETWORK "System.Net.NetworkCredential new"
static const struct hop_method network_constructors[] = {
    {NETWORK "()", network_construct},
    {NETWORK "(string userName, string password)", network_construct},
    {NETWORK "(string userName, securestring password)", network_construct},
    {NETWORK "(string userName, string password, string domain)",
     network_construct},
    {NETWORK "(string userName, securestring password, string domain)",
     network_construct},
    END_METHODS,
};
const struct hop_class hop_class_network_credential = {
    .name = "System.Net.NetworkCredential",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct credential),
    .properties = network_properties,
    .constructors = network_constructors,
    .destroy = credential_destroy,
};

/* ---- PSCredential ---- */

METHOD(ps_construct)
{
    struct credential *o;

    if (!hop_is_string(c->args[0]) || ARG_S(0)->len == 0)
        return hop_throw_argument(cx, &hop_exception_ps_argument, "userName",
                                  "Cannot process argument because the value "
                                  "of argument \"userName\" is not valid. "
                                  "Change the value of the \"userName\" "
                                  "argument and run the operation again.");
    if (ARG_NULL(1))
        return hop_throw_argument(cx, &hop_exception_ps_argument_null,
                                  "password",
                                  "Cannot process argument because the value "
                                  "of argument \"password\" is null. Change "
                                  "the value of argument \"password\" to a "
                                  "non-null value.");
    o = hop_object_new(cx, &hop_class_pscredential);
    o->user = hop_retain(c->args[0]);
    o->domain = hop_str(hop_string_empty());
    o->password = hop_retain(c->args[1]);
    RETURN(hop_obj(o));
}

/* DOMAIN\user taken apart; user@domain stays whole. */
static struct hop_value
network_of(struct hop_context *cx, struct credential *from)
{
    struct credential *o = hop_object_new(cx, &hop_class_network_credential);
    const struct hop_string *user = from->user.u.s;
    const char *slash = memchr(user->data, '\\', user->len);
    size_t n = slash ? (size_t)(slash - user->data) : 0;

    o->domain = hop_textn(user->data, n);
    o->user = slash ? hop_textn(slash + 1, user->len - n - 1)
                    : hop_retain(from->user);
    o->password = hop_retain(from->password);
    return hop_obj(o);
}

METHOD(ps_network)
{
    RETURN(network_of(cx, as_credential(c->self)));
}

GETTER(ps_empty)
{
    struct credential *o = hop_object_new(cx, &hop_class_pscredential);

    (void)self;
    (void)data;
    o->user = hop_null();
    o->domain = hop_str(hop_string_empty());
    o->password = hop_secure_new(cx, "", 0);
    *out = hop_obj(o);
    return true;
}

static const struct hop_property ps_properties[] = {
    {"UserName", "string", credential_get, NULL, 0, C_USER},
    {"Password", "securestring", credential_get, NULL, 0, C_SECURE},
    {"Empty", "pscredential", ps_empty, NULL, HOP_PROP_STATIC, 0},
    END_PROPERTIES,
};
static const struct hop_method ps_methods[] = {
    {"System.Net.NetworkCredential GetNetworkCredential()", ps_network},
    END_METHODS,
};
static const struct hop_method ps_constructors[] = {
    {"pscredential new(string userName, securestring password)", ps_construct},
    END_METHODS,
};
const struct hop_class hop_class_pscredential = {
    .name = "System.Management.Automation.PSCredential",
    .base = &hop_class_object,
    .flags = HOP_CLASS_SEALED,
    .kind = HOP_OBJECT,
    .size = sizeof(struct credential),
    .properties = ps_properties,
    .methods = ps_methods,
    .constructors = ps_constructors,
    .destroy = credential_destroy,
};

static bool
get_member(struct hop_context *cx, struct hop_value v, const char *name,
           struct hop_value *out)
{
    HOP_AUTO_STRING struct hop_string *key = hop_string_from(name);

    return hop_member_get(cx, v, key, out) == HOP_FOUND;
}

bool
hop_credential_open(struct hop_context *cx, struct hop_value credential,
                    char **user, struct hop_secret **password)
{
    HOP_AUTO_VALUE struct hop_value name = hop_null(), secure = hop_null();
    const char *text;
    size_t n = 0;

    if (hop_is_null(credential) ||
        !get_member(cx, credential, "UserName", &name) ||
        !get_member(cx, credential, "Password", &secure) ||
        !hop_is_string(name))
        return false;
    text = hop_is_null(secure) ? "" : hop_secure_text(secure, &n);
    *user = hop_xstrdup(hop_cstr(name));
    *password = hop_secret_new(text ? text : "", n);
    return true;
}
