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

/* ---- answers ---- */

struct cim_answers {
    struct hop_wql q;
    struct hop_cim_cursor *cursor; /* here */
    struct cim_remote *remote;     /* elsewhere */
    struct hop_cim_instance one;   /* the instance that was named by its keys */
    bool has_one;
    uint32_t left; /* UINT32_MAX: any number */
};

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
ask_here(struct cim_answers *a, const struct cim_question *q,
         struct hop_error *err)
{
    const char *name = q->class_name;
    const struct hop_cim_class *cls;

    if (q->query) {
        if (!hop_wql_parse(&a->q, q->query, err))
            return false;
        name = a->q.class_name;
    } else if (q->filter && !hop_wql_parse_condition(&a->q, q->filter, err)) {
        return false;
    }
    if (!name)
        name = class_of_uri(q->resource_uri);
    cls = find_class(q, name, err);
    if (!cls)
        return false;
    if (q->key_count) {
        a->has_one =
            hop_cim_get_instance(cls, q->keys, q->key_count, &a->one, err);
        return a->has_one;
    }
    return hop_cim_open(cls, &a->q, &a->cursor, err);
}

bool
cim_ask(struct hop_runspace *rs, const struct cim_target *t,
        const struct cim_question *q, struct cim_answers **out,
        struct hop_error *err)
{
    CIM_AUTO_ANSWERS struct cim_answers *a = hop_xmalloc(sizeof(*a));

    a->left = q->most ? q->most : UINT32_MAX;
    if (t->computer ? !cim_remote_open(rs, t, q, &a->remote, err)
                    : !ask_here(a, q, err))
        return false;
    *out = hop_steal(&a);
    return true;
}

int
cim_answers_next(struct cim_answers *a, struct hop_cim_instance *out,
                 struct hop_error *err)
{
    if (a->left == 0)
        return 0;
    if (a->left != UINT32_MAX)
        a->left--;
    if (a->remote)
        return cim_remote_next(a->remote, out, err);
    if (a->cursor)
        return hop_cim_next(a->cursor, out, err);
    if (!a->has_one)
        return 0;
    *out = a->one;
    memset(&a->one, 0, sizeof(a->one));
    a->has_one = false;
    return 1;
}

void
cim_answers_close(struct cim_answers *a)
{
    if (!a)
        return;
    hop_cim_close(a->cursor);
    cim_remote_close(a->remote);
    hop_cim_instance_done(&a->one);
    hop_wql_done(&a->q);
    free(a);
}

void
cim_answers_closep(struct cim_answers **a)
{
    cim_answers_close(*a);
    *a = NULL;
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
cim_call(struct hop_runspace *rs, const struct cim_target *t,
         const struct cim_question *q, const char *method,
         const struct hop_cim_argument *in, size_t n_in,
         struct hop_cim_instance *out, struct hop_error *err)
{
    return t->computer ? cim_remote_call(rs, t, q, method, in, n_in, out, err)
                       : call_here(q, method, in, n_in, out, err);
}
