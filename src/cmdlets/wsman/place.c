/* SPDX-License-Identifier: MIT */
#include "cmdlets/wsman/place.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "client/local.h"
#include "cmdlets/core/core.h"
#include "config/change.h"
#include "engine/engine.h"
#include "value/convert.h"
#include "value/member.h"
#include "value/types/secure.h"

#define WSMAN_SLOT 6 /* of struct hop_runspace */

/* Microsoft.WSMan.Management.AuthenticationMechanism */
static const struct {
    int64_t mechanism;
    enum hop_auth_choice choice;
} choices[] = {
    {0, HOP_USE_NONE},      {1, HOP_USE_DEFAULT},   {4, HOP_USE_NEGOTIATE},
    {8, HOP_USE_BASIC},     {16, HOP_USE_KERBEROS}, {32, HOP_USE_CERTIFICATE},
    {128, HOP_USE_CREDSSP},
};
enum { BY_DIGEST = 2 };

/* ---- reading parameters ---- */

static bool
given(struct hop_command *c, size_t param)
{
    return param != NO_PARAM && hop_arg_bound(c, param) &&
           !hop_is_null(hop_arg(c, param));
}

static struct hop_string *
text_of(struct hop_command *c, size_t param)
{
    struct hop_context *cx = hop_command_context(c);
    struct hop_value v = given(c, param) ? hop_arg(c, param) : hop_null();
    struct hop_string *s = NULL;

    if (hop_is_null(v) || !hop_to_string(cx, v, &s)) {
        hop_drop_exception(cx);
        return NULL;
    }
    return s;
}

static const struct hop_error_spec wsman_error = {
    "WsManError",
    HOP_CAT_INVALID_OPERATION,
    "System.InvalidOperationException",
    {0}};

bool
place_throw(struct hop_command *c, const struct hop_error *err)
{
    return hop_command_throw(c, &wsman_error, "%s", err->text);
}

bool
place_report(struct hop_command *c, const struct place *p,
             const struct hop_error *err)
{
    HOP_AUTO_VALUE struct hop_value target = hop_text(p->name);
    struct hop_error_spec spec = wsman_error;

    spec.target = target;
    return hop_command_error(c, &spec, "%s", err->text);
}

static bool
from_connection(const struct place *p, bool ok, struct hop_error *err)
{
    uint32_t code = p->api->code(p->c);

    return ok || hop_error_set(err, code ? HOP_ERROR_WSMAN : HOP_ERROR_GENERIC,
                               code, "%s", p->api->error(p->c));
}

static bool
set_text(struct place *p, enum hop_setting which, const char *value,
         struct hop_error *err)
{
    return value == NULL ||
           from_connection(p, p->api->set_text(p->c, which, value), err);
}

static bool
set_number(struct place *p, enum hop_setting which, long value,
           struct hop_error *err)
{
    return value == 0 ||
           from_connection(p, p->api->set_number(p->c, which, value), err);
}

static bool
set_credential(struct hop_command *c, struct place *p, size_t param,
               struct hop_error *err)
{
    struct hop_context *cx = hop_command_context(c);
    HOP_AUTO_VALUE struct hop_value user = hop_null(), secret = hop_null();
    HOP_AUTO_FREE char *password = NULL;
    size_t n = 0;
    bool ok;

    if (!given(c, param))
        return true;
    user = hop_member_path(cx, hop_arg(c, param), "UserName");
    secret = hop_member_path(cx, hop_arg(c, param), "Password");
    if (!hop_is_string(user) ||
        !hop_is_exactly(secret, &hop_class_secure_string))
        return true;
    const char *text = hop_secure_text(secret, &n);
    password = hop_xstrndup(text, n);
    ok = set_text(p, HOP_SET_USER, hop_cstr(user), err) &&
         set_text(p, HOP_SET_PASSWORD, password, err);
    explicit_bzero(password, n);
    return ok;
}

static bool
option_on(struct hop_command *c, size_t param, const char *name)
{
    HOP_AUTO_VALUE struct hop_value v = hop_null();

    if (given(c, param))
        v = hop_member_path(hop_command_context(c), hop_arg(c, param), name);
    return v.kind == HOP_BOOL && v.u.b;
}

static long
option_number(struct hop_command *c, size_t param, const char *name)
{
    HOP_AUTO_VALUE struct hop_value v = hop_null();

    if (given(c, param))
        v = hop_member_path(hop_command_context(c), hop_arg(c, param), name);
    return hop_is_number(v) ? (long)v.u.i : 0;
}

static bool
set_options(struct hop_command *c, struct place *p, size_t option,
            struct hop_error *err)
{
    bool open = given(c, option) && !option_on(c, option, "UseEncryption");

    return set_number(p, HOP_SET_SKIP_CA, option_on(c, option, "SkipCACheck"),
                      err) &&
           set_number(p, HOP_SET_SKIP_NAME, option_on(c, option, "SkipCNCheck"),
                      err) &&
           set_number(p, HOP_SET_UNENCRYPTED, open, err) &&
           set_number(p, HOP_SET_SPN_PORT,
                      option_number(c, option, "SPNPort") != 0, err) &&
           set_number(p, HOP_SET_OPERATION_TIMEOUT_MS,
                      option_number(c, option, "OperationTimeout"), err);
}

static bool
set_authentication(struct hop_command *c, struct place *p,
                   const struct place_params *how, bool anonymous,
                   struct hop_error *err)
{
    HOP_AUTO_STRING struct hop_string *cert = text_of(c, how->thumbprint);
    int64_t mechanism = given(c, how->authentication)
                            ? hop_arg(c, how->authentication).u.i
                        : anonymous && !given(c, how->credential) ? 0
                                                                  : 1;

    if (cert != NULL)
        return set_text(p, HOP_SET_CERT_FILE, cert->data, err) &&
               set_number(p, HOP_SET_AUTH, HOP_USE_CERTIFICATE, err);
    if (mechanism == BY_DIGEST)
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "%s was not asked: Digest does not protect "
                             "messages and is not spoken here; use "
                             "-Authentication Negotiate, Kerberos or Credssp, "
                             "or Basic over HTTPS",
                             p->name);
    for (size_t i = 0; i < HOP_ARRAY_SIZE(choices); i++)
        if (choices[i].mechanism == mechanism)
            return set_number(p, HOP_SET_AUTH, choices[i].choice, err);
    return true;
}

/* ---- the place ---- */

static bool
is_this(const char *computer)
{
    return computer == NULL || computer[0] == '\0' ||
           strcmp(computer, ".") == 0 || hop_ascii_ieq(computer, "localhost");
}

static char *
make_endpoint(struct hop_command *c, const struct place_params *how,
              const char *host)
{
    HOP_AUTO_STRING struct hop_string *path = text_of(c, how->application);
    long port = given(c, how->port) ? (long)hop_arg_int(c, how->port, 0) : 0;
    bool tls = given(c, how->use_ssl) && hop_arg_on(c, how->use_ssl);
    bool v6 = strchr(host, ':') != NULL && host[0] != '[';
    HOP_AUTO_FREE char *bracketed =
        v6 ? hop_xasprintf("[%s]", host) : hop_xstrdup(host);

    if (path == NULL)
        return port ? hop_xasprintf("%s:%ld", bracketed, port)
                    : hop_steal(&bracketed);
    return hop_xasprintf("%s://%s:%ld/%s", tls ? "https" : "http", bracketed,
                         port  ? port
                         : tls ? 5986
                               : 5985,
                         path->data);
}

static bool
connect_place(struct hop_command *c, const struct place_params *how,
              bool anonymous, const char *uri, struct place *p,
              struct hop_error *err)
{
    HOP_AUTO_FREE char *endpoint =
        uri != NULL ? hop_xstrdup(uri) : make_endpoint(c, how, p->name);

    p->api = hop_resources_load(err);
    if (p->api == NULL)
        return false;
    p->c = p->api->new ();
    return set_text(p, HOP_SET_ENDPOINT, endpoint, err) &&
           set_number(p, HOP_SET_TLS,
                      given(c, how->use_ssl) && hop_arg_on(c, how->use_ssl),
                      err) &&
           set_credential(c, p, how->credential, err) &&
           set_authentication(c, p, how, anonymous, err) &&
           set_options(c, p, how->option, err);
}

bool
place_open(struct hop_command *c, const struct place_params *how,
           bool anonymous, struct place *out)
{
    HOP_AUTO_STRING struct hop_string *computer = text_of(c, how->computer);
    HOP_AUTO_STRING struct hop_string *uri = text_of(c, how->uri);
    const char *name = computer ? computer->data : NULL;
    struct hop_error err = {0};

    *out =
        (struct place){.name = hop_xstrdup(is_this(name) ? "localhost" : name)};
    if (uri != NULL) {
        free(out->name);
        out->name = hop_xstrdup(uri->data);
    } else if (!anonymous && is_this(name) && !given(c, how->credential) &&
               !given(c, how->authentication) && !given(c, how->port) &&
               !given(c, how->use_ssl)) {
        return true;
    }
    if (connect_place(c, how, anonymous, uri ? uri->data : NULL, out, &err))
        return true;
    place_done(out);
    return place_throw(c, &err);
}

void
place_done(struct place *p)
{
    if (p->c != NULL)
        p->api->free(p->c);
    free(p->name);
    *p = (struct place){0};
}

static struct hop_resources_name
resource_of(const struct hop_settings_request *r)
{
    return (struct hop_resources_name){
        .uri = r->resource_uri,
        .selectors = (const struct hop_resources_pair *)r->selectors,
        .selector_count = r->selector_count};
}

_Static_assert(sizeof(struct hop_resources_pair) ==
                       sizeof(struct hop_wsman_selector) &&
                   offsetof(struct hop_resources_pair, value) ==
                       offsetof(struct hop_wsman_selector, value),
               "pairs of a name and a value are the same everywhere");

/* What is no setting is asked of this host's own server. */
static bool
reach(struct place *p, const struct hop_settings_request *r,
      struct hop_error *err)
{
    if (p->c != NULL || hop_settings_has(r->resource_uri))
        return true;
    p->api = hop_resources_load(err);
    if (p->api == NULL)
        return false;
    p->c = p->api->new ();
    return set_text(p, HOP_SET_ENDPOINT, "localhost", err);
}

bool
place_call(struct place *p, const struct hop_settings_request *r,
           const char *action, const char *body, struct hop_buf *xml,
           struct hop_error *err)
{
    const struct hop_resources_name what = resource_of(r);
    const char *text = "";
    bool ok = false;

    if (!reach(p, r, err))
        return false;
    if (p->c == NULL) {
        struct hop_settings_request here = *r;
        HOP_AUTO_FREE char *whole = hop_xasprintf("%s/%s", r->resource_uri,
                                                  action != NULL ? action : "");
        here.action = action != NULL && strchr(action, ':') ? action : whole;
        return hop_local_call(HOP_CONFIG_DIR, &here,
                              r->verb == HOP_WSMAN_INVOKE ? NULL : body, xml,
                              err);
    }
    switch (r->verb) {
    case HOP_WSMAN_GET: ok = p->api->get(p->c, &what, &text); break;
    case HOP_WSMAN_PUT: ok = p->api->put(p->c, &what, body, &text); break;
    case HOP_WSMAN_CREATE: ok = p->api->create(p->c, &what, body, &text); break;
    case HOP_WSMAN_DELETE: ok = p->api->remove(p->c, &what); break;
    default: ok = p->api->invoke(p->c, &what, action, body, &text); break;
    }
    hop_buf_adds(xml, ok ? text : "");
    return from_connection(p, ok, err);
}

static void
give_item(void *ctx, const struct hop_buf *xml)
{
    const struct hop_resources_query *how = ctx;

    (void)!how->item(how->ctx, hop_buf_str(xml), xml->len);
}

bool
place_enumerate(struct place *p, const struct hop_settings_request *r,
                const struct hop_resources_query *how, struct hop_error *err)
{
    const struct hop_resources_name what = resource_of(r);

    if (!reach(p, r, err))
        return false;
    if (p->c == NULL)
        return hop_local_enumerate(HOP_CONFIG_DIR, r, give_item, (void *)how,
                                   err);
    return from_connection(p, p->api->enumerate(p->c, &what, how), err);
}

bool
place_write_xml(struct hop_command *c, const char *xml)
{
    HOP_AUTO_VALUE struct hop_value source = hop_text(xml), doc = hop_null(),
                                    root = hop_null();
    HOP_AUTO_STRING struct hop_string *name =
        hop_string_from("DocumentElement");
    struct hop_context *cx = hop_command_context(c);

    return hop_convert(cx, source, &hop_class_xml_document, &doc) &&
           hop_member_get(cx, doc, name, &root) == HOP_FOUND &&
           hop_write(c, root);
}

/* ---- Connect-WSMan's ---- */

struct places {
    struct place *items;
    size_t n;
};

static void
free_places(void *ctx)
{
    struct places *all = ctx;

    for (size_t i = 0; i < all->n; i++)
        place_done(&all->items[i]);
    free(all->items);
    free(all);
}

static struct places *
places_of(struct hop_runspace *rs)
{
    struct places *all = rs->slots[WSMAN_SLOT];

    if (all != NULL)
        return all;
    all = hop_xcalloc(1, sizeof(*all));
    all->items = hop_xcalloc(1, sizeof(*all->items));
    all->items[all->n++] = (struct place){.name = hop_xstrdup("localhost")};
    rs->slots[WSMAN_SLOT] = all;
    rs->slot_free[WSMAN_SLOT] = free_places;
    return all;
}

struct place *
place_at(struct hop_runspace *rs, size_t i)
{
    struct places *all = places_of(rs);

    return i < all->n ? &all->items[i] : NULL;
}

struct place *
place_find(struct hop_runspace *rs, const char *name)
{
    struct place *p;

    for (size_t i = 0; (p = place_at(rs, i)) != NULL; i++)
        if (hop_ascii_ieq(p->name, name))
            return p;
    return NULL;
}

void
place_remember(struct hop_runspace *rs, struct place *p)
{
    struct places *all = places_of(rs);
    struct place *old = place_find(rs, p->name);

    if (old == NULL) {
        all->items = hop_xrealloc(all->items, all->n + 1, sizeof(*all->items));
        old = &all->items[all->n++];
    } else {
        place_done(old);
    }
    *old = *p;
    *p = (struct place){0};
}

bool
place_forget(struct hop_runspace *rs, const char *name)
{
    struct places *all = places_of(rs);
    struct place *p = place_find(rs, name);

    if (p == NULL || p == all->items)
        return false;
    place_done(p);
    memmove(p, p + 1, (size_t)(all->items + all->n - p - 1) * sizeof(*p));
    all->n--;
    return true;
}
