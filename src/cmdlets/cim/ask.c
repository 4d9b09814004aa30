/* Asking a host for instances: this one by its own tables, another one over
 * WS-Management.
 *
 * SPDX-License-Identifier: MIT
 */
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cim/wql.h"
#include "cmdlets/cim/commands.h"
#include "cmdlets/cim/remote.h"

/* ---- targets ---- */

void
cim_target_done(struct cim_target *t)
{
    free(t->computer);
    free(t->auth);
    free(t->user);
    hop_release(t->credential);
    memset(t, 0, sizeof(*t));
}

static char *
copy(const char *s)
{
    return s ? hop_xstrdup(s) : NULL;
}

void
cim_target_copy(struct cim_target *to, const struct cim_target *from)
{
    *to = *from;
    to->computer = copy(from->computer);
    to->auth = copy(from->auth);
    to->user = copy(from->user);
    hop_retain(to->credential);
}

/* A name given is asked over the network even if it is this host's, as on
 * Windows: "localhost" tries out the server.  Only "." stays here. */
void
cim_target_init(struct cim_target *t, const char *computer)
{
    memset(t, 0, sizeof(*t));
    if (computer && *computer && strcmp(computer, ".") != 0)
        t->computer = hop_xstrdup(computer);
}

bool
cim_is_local(const char *computer)
{
    char host[256];

    if (!computer || !*computer || strcmp(computer, ".") == 0 ||
        hop_ascii_ieq(computer, "localhost"))
        return true;
    return gethostname(host, sizeof(host)) == 0 &&
           hop_ascii_ieq(computer, host);
}

const char *
cim_target_name(const struct cim_target *t, char host[65])
{
    return t->computer ? t->computer : hop_cim_host(host);
}

/* ---- instances ---- */

static bool
is_known_namespace(const char *ns)
{
    size_t n = strlen(CIM_NAMESPACE);

    for (size_t i = 0; i <= n; i++) {
        char a = hop_ascii_lower(ns[i]), b = CIM_NAMESPACE[i];

        if (a != b && !(a == '\\' && b == '/'))
            return false;
    }
    return true;
}

static const struct hop_cim_class *
find_class(const struct cim_question *q, const char *name,
           struct hop_error *err)
{
    const struct hop_cim_class *cls = name ? hop_cim_class_find(name) : NULL;

    if (q->ns && !is_known_namespace(q->ns)) {
        hop_cim_fail(err, HOP_CIM_E_INVALID_NAMESPACE,
                     "There is no namespace %s on this host; there is %s.",
                     q->ns, CIM_NAMESPACE);
        return NULL;
    }
    if (!cls)
        hop_cim_fail(err, HOP_CIM_E_INVALID_CLASS,
                     "There is no class %s in %s of this host. Get-CimClass "
                     "lists those that are.",
                     name ? name : "", CIM_NAMESPACE);
    return cls;
}

/* The last part of .../cimv2/Win32_Service. */
static const char *
class_of_uri(const char *uri)
{
    const char *slash = uri ? strrchr(uri, '/') : NULL;

    return slash ? slash + 1 : NULL;
}

static bool
each_of(struct hop_cim_cursor *c, uint32_t most, cim_item_fn *item, void *ctx,
        struct hop_error *err)
{
    for (uint32_t n = 0; most == 0 || n < most; n++) {
        HOP_AUTO_CIM_INSTANCE struct hop_cim_instance i = {0};
        int got = hop_cim_next(c, &i, err);

        if (got <= 0)
            return got == 0;
        if (!item(ctx, &i))
            break;
    }
    return true;
}

static bool
ask_here(const struct cim_question *q, cim_item_fn *item, void *ctx,
         struct hop_error *err)
{
    HOP_AUTO_WQL struct hop_wql wql = {0};
    HOP_AUTO_CIM_CURSOR struct hop_cim_cursor *c = NULL;
    HOP_AUTO_CIM_INSTANCE struct hop_cim_instance one = {0};
    const char *name = q->class_name;
    const struct hop_cim_class *cls;

    if (q->query) {
        if (!hop_wql_parse(&wql, q->query, err))
            return false;
        name = wql.class_name;
    } else if (q->filter && !hop_wql_parse_condition(&wql, q->filter, err)) {
        return false;
    }
    if (!name)
        name = class_of_uri(q->resource_uri);
    cls = find_class(q, name, err);
    if (!cls)
        return false;
    if (q->key_count) {
        if (!hop_cim_get_instance(cls, q->keys, q->key_count, &one, err))
            return false;
        (void)!item(ctx, &one);
        return true;
    }
    return hop_cim_open(cls, &wql, &c, err) &&
           each_of(c, q->most, item, ctx, err);
}

bool
cim_each(const struct cim_target *t, const struct cim_question *q,
         cim_item_fn *item, void *ctx, struct hop_error *err)
{
    return t->computer ? cim_remote_each(t, q, item, ctx, err)
                       : ask_here(q, item, ctx, err);
}

/* ---- methods ---- */

static void
add_number(struct hop_cim_instance *out, const char *name, uint64_t n)
{
    struct hop_cim_value v = {.set = true, .u = n};

    hop_cim_instance_add(out, name, HOP_CIM_UINT32, 0, &v);
}

static bool
call_here(const struct cim_question *q, const char *method,
          const struct hop_cim_argument *in, size_t n_in,
          struct hop_cim_instance *out, struct hop_error *err)
{
    struct hop_cim_call call = {.in = in, .n_in = n_in};
    const char *name =
        q->class_name ? q->class_name : class_of_uri(q->resource_uri);
    const struct hop_cim_class *cls = find_class(q, name, err);

    if (!cls || !hop_cim_invoke(cls, q->keys, q->key_count, method, &call, err))
        return false;
    hop_cim_instance_begin(out, "CimMethodResult");
    if (call.out_name && call.out_text) {
        struct hop_cim_value v = {.set = true, .s = call.out_text};
        hop_cim_instance_add(out, call.out_name, HOP_CIM_STRING, 0, &v);
    } else if (call.out_name) {
        add_number(out, call.out_name, call.out_value);
    }
    add_number(out, "ReturnValue", call.result);
    return true;
}

bool
cim_call(const struct cim_target *t, const struct cim_question *q,
         const char *method, const struct hop_cim_argument *in, size_t n_in,
         struct hop_cim_instance *out, struct hop_error *err)
{
    return t->computer ? cim_remote_call(t, q, method, in, n_in, out, err)
                       : call_here(q, method, in, n_in, out, err);
}
