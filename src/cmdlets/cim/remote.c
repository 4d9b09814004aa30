/* SPDX-License-Identifier: MIT */
#include "cmdlets/cim/remote.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cim/wire.h"
#include "cim/wql.h"
#include "client/resources.h"
#include "value/member.h"
#include "value/types/secure.h"
#include "xml/tree.h"

#define BYTES_MAX ((size_t)16 << 20)

/* ---- the connection ---- */

static const struct {
    const char *name;
    enum hop_auth_choice choice;
} schemes[] = {
    {"Negotiate", HOP_USE_NEGOTIATE}, {"Kerberos", HOP_USE_KERBEROS},
    {"Ntlm", HOP_USE_NTLM},           {"Basic", HOP_USE_BASIC},
    {"CredSsp", HOP_USE_CREDSSP},
};

/* The user and the password of a PSCredential.  The text lives as long as the
 * object. */
static bool
take_credential(const struct hop_resources *ops, struct hop_connection *h,
                const struct cim_target *t)
{
    HOP_AUTO_VALUE struct hop_value user = hop_null(), secret = hop_null();
    HOP_AUTO_FREE char *password = NULL;
    size_t n = 0;
    bool ok;

    if (hop_is_null(t->credential))
        return true;
    user = hop_member_path(t->cx, t->credential, "UserName");
    secret = hop_member_path(t->cx, t->credential, "Password");
    if (!hop_is_string(user) ||
        !hop_is_exactly(secret, &hop_class_secure_string))
        return true;
    password = hop_xstrndup(hop_secure_text(secret, &n), n);
    ok = ops->set_text(h, HOP_SET_USER, hop_cstr(user)) &&
         ops->set_text(h, HOP_SET_PASSWORD, password);
    explicit_bzero(password, n);
    return ok;
}

static bool
set_up(const struct hop_resources *ops, struct hop_connection *h,
       const struct cim_target *t)
{
    HOP_AUTO_FREE char *endpoint =
        t->port ? hop_xasprintf("%s:%u", t->computer, t->port)
                : hop_xstrdup(t->computer);
    bool ok = ops->set_text(h, HOP_SET_ENDPOINT, endpoint) &&
              take_credential(ops, h, t);

    for (size_t i = 0; ok && t->auth && i < HOP_ARRAY_SIZE(schemes); i++)
        if (hop_ascii_ieq(t->auth, schemes[i].name))
            ok = ops->set_number(h, HOP_SET_AUTH, schemes[i].choice);
    return ok && (!t->use_ssl || ops->set_number(h, HOP_SET_TLS, 1)) &&
           (!t->skip_ca || ops->set_number(h, HOP_SET_SKIP_CA, 1)) &&
           (!t->skip_cn || ops->set_number(h, HOP_SET_SKIP_NAME, 1)) &&
           (!t->timeout_ms || ops->set_number(h, HOP_SET_OPERATION_TIMEOUT_MS,
                                              (long)t->timeout_ms));
}

/* Words of libhop, with the way out of the second hop behind those that are
 * about it. */
static bool
fail(const struct hop_resources *ops, struct hop_connection *h,
     struct hop_error *err)
{
    uint32_t code = ops->code(h);

    hop_error_set(err, HOP_ERROR_WSMAN, code, "%s%s", ops->error(h),
                  code == 0x8009030Eu
                      ? ". Get-SecondHop tells which ways there are to go on "
                        "from here with your identity."
                      : "");
    return false;
}

struct link {
    const struct hop_resources *ops;
    struct hop_connection *h;
};

static void
link_close(struct link *l)
{
    if (l->h)
        l->ops->free(l->h);
}
#define AUTO_LINK HOP_CLEANUP(link_close)

static bool
link_open(const struct cim_target *t, struct link *l, struct hop_error *err)
{
    l->ops = hop_resources_load(err);
    if (!l->ops)
        return false;
    l->h = l->ops->new ();
    return set_up(l->ops, l->h, t) || fail(l->ops, l->h, err);
}

/* ---- what is asked ---- */

static void
add_namespace(struct hop_buf *uri, const char *ns)
{
    hop_buf_adds(uri, HOP_URI_WMI);
    for (const char *p = ns ? ns : CIM_NAMESPACE; *p; p++)
        hop_buf_addc(uri, *p == '\\' ? '/' : *p);
    hop_buf_addc(uri, '/');
}

/* A query goes to all classes; a condition becomes one. */
static void
make_uri(const struct cim_question *q, struct hop_buf *uri)
{
    if (q->resource_uri) {
        hop_buf_adds(uri, q->resource_uri);
        return;
    }
    add_namespace(uri, q->ns);
    hop_buf_adds(uri, q->query || q->filter ? "*" : q->class_name);
}

static bool
make_query(const struct cim_question *q, struct hop_buf *out,
           struct hop_error *err)
{
    HOP_AUTO_WQL struct hop_wql check = {0};
    const char *slash = q->resource_uri ? strrchr(q->resource_uri, '/') : NULL;
    const char *class_name = q->class_name ? q->class_name
                             : slash       ? slash + 1
                                           : "";

    if (q->query)
        hop_buf_adds(out, q->query);
    else if (q->filter)
        hop_buf_addf(out, "SELECT * FROM %s WHERE %s", class_name, q->filter);
    return out->len == 0 || hop_wql_parse(&check, hop_buf_str(out), err);
}

/* ---- instances ---- */

struct reading {
    cim_item_fn *item;
    void *ctx;
    const char *class_name; /* of fragments */
    uint32_t left;
    struct hop_error *err;
    bool failed;
};

static bool
decode(const char *xml, size_t n, const char *class_name,
       struct hop_cim_instance *out, struct hop_error *err)
{
    struct hop_xml_tree_options options = {.limits =
                                               hop_xml_soap_limits(BYTES_MAX)};
    HOP_AUTO_ARENA struct hop_arena arena;
    struct hop_xml_node *root = NULL;

    hop_arena_init(&arena, 4 * BYTES_MAX);
    return hop_xml_tree_read(xml, n, &options, &arena, NULL, &root, err) &&
           hop_cim_decode(root, class_name, out, err);
}

static bool
take_item(void *ctx, const char *xml, size_t n)
{
    struct reading *r = ctx;
    HOP_AUTO_CIM_INSTANCE struct hop_cim_instance i = {0};

    if (!decode(xml, n, r->class_name, &i, r->err)) {
        r->failed = true;
        return false;
    }
    if (!r->item(r->ctx, &i))
        return false;
    return r->left == 0 || --r->left > 0;
}

static bool
get_one(struct link *l, const struct hop_resources_name *resource,
        struct reading *r)
{
    const char *xml;

    if (!l->ops->get(l->h, resource, &xml))
        return fail(l->ops, l->h, r->err);
    (void)!take_item(r, xml, strlen(xml));
    return !r->failed;
}

/* Keys as selectors; the pairs are the same. */
static struct hop_resources_pair *
selectors_of(const struct cim_question *q)
{
    struct hop_resources_pair *s = hop_xcalloc(q->key_count + 1, sizeof(*s));

    for (size_t i = 0; i < q->key_count; i++)
        s[i] = (struct hop_resources_pair){q->keys[i].name, q->keys[i].value};
    return s;
}

bool
cim_remote_each(const struct cim_target *t, const struct cim_question *q,
                cim_item_fn *item, void *ctx, struct hop_error *err)
{
    AUTO_LINK struct link l = {0};
    HOP_AUTO_BUF struct hop_buf uri = HOP_BUF_INIT, query = HOP_BUF_INIT;
    HOP_AUTO_WQL struct hop_wql wql = {0};
    HOP_AUTO_FREE struct hop_resources_pair *keys = selectors_of(q);
    struct hop_resources_name resource = {.selectors = keys,
                                          .selector_count = q->key_count};
    struct reading r = {item, ctx, q->class_name, q->most, err, false};
    struct hop_resources_query how = {.ctx = &r, .item = take_item};

    if (!make_query(q, &query, err) || !link_open(t, &l, err))
        return false;
    make_uri(q, &uri);
    resource.uri = hop_buf_str(&uri);
    if (q->key_count)
        return get_one(&l, &resource, &r);
    if (query.len) {
        how.dialect = "WQL";
        how.filter = hop_buf_str(&query);
        if (!hop_wql_parse(&wql, how.filter, err))
            return false;
        r.class_name = wql.class_name;
    }
    how.batch = q->most && q->most < 1000 ? q->most : 0;
    if (!l.ops->enumerate(l.h, &resource, &how) && !r.failed)
        return fail(l.ops, l.h, err);
    return !r.failed;
}

bool
cim_remote_call(const struct cim_target *t, const struct cim_question *q,
                const char *method, const struct hop_cim_argument *in,
                size_t n_in, struct hop_cim_instance *out,
                struct hop_error *err)
{
    AUTO_LINK struct link l = {0};
    HOP_AUTO_BUF struct hop_buf uri = HOP_BUF_INIT, body = HOP_BUF_INIT;
    HOP_AUTO_FREE struct hop_resources_pair *keys = selectors_of(q);
    struct hop_resources_name resource = {.selectors = keys,
                                          .selector_count = q->key_count};
    const char *xml;

    if (!link_open(t, &l, err))
        return false;
    make_uri(q, &uri);
    resource.uri = hop_buf_str(&uri);
    hop_cim_encode_input(&body, resource.uri, method, in, n_in);
    if (!l.ops->invoke(l.h, &resource, method, hop_buf_str(&body), &xml))
        return fail(l.ops, l.h, err);
    return decode(xml, strlen(xml), NULL, out, err);
}
