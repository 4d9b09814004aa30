/* The classes of this host, and asking them.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cim/sources.h"
#include "cim/wql.h"

const struct hop_cim_class *const hop_cim_classes[] = {
#define X(c) &hop_cim_class_##c,
    HOP_CIM_CLASSES_(X)
#undef X
        NULL,
};

const struct hop_cim_class *
hop_cim_class_find(const char *name)
{
    for (size_t i = 0; hop_cim_classes[i]; i++)
        if (hop_ascii_ieq(hop_cim_classes[i]->name, name))
            return hop_cim_classes[i];
    return NULL;
}

struct hop_cim_cursor {
    const struct hop_cim_class *cls;
    const struct hop_wql *q;
    void *state;
};

bool
hop_cim_open(const struct hop_cim_class *cls, const struct hop_wql *q,
             struct hop_cim_cursor **out, struct hop_error *err)
{
    struct hop_cim_cursor *c;

    if (!hop_wql_check(q, cls->properties, cls->n, cls->name, err))
        return false;
    c = hop_xmalloc(sizeof(*c));
    *c = (struct hop_cim_cursor){cls, q, hop_xmalloc(cls->state_size + 1)};
    if (cls->open && !cls->open(c->state, q, err)) {
        hop_cim_close(c);
        return false;
    }
    *out = c;
    return true;
}

int
hop_cim_next(struct hop_cim_cursor *c, struct hop_cim_instance *i,
             struct hop_error *err)
{
    for (;;) {
        HOP_AUTO_CIM_INSTANCE struct hop_cim_instance one = {0};
        int got;

        hop_cim_instance_init(&one, c->cls);
        got = c->cls->next(c->state, &one, err);
        if (got <= 0)
            return got;
        if (hop_wql_matches(c->q, &one)) {
            *i = one;
            memset(&one, 0, sizeof(one));
            return 1;
        }
    }
}

void
hop_cim_close(struct hop_cim_cursor *c)
{
    if (!c)
        return;
    if (c->cls->close)
        c->cls->close(c->state);
    free(c->state);
    free(c);
}

void
hop_cim_closep(struct hop_cim_cursor **c)
{
    hop_cim_close(*c);
    *c = NULL;
}

static bool
check_keys(const struct hop_cim_class *cls, const struct hop_cim_argument *keys,
           size_t n, struct hop_error *err)
{
    for (size_t k = 0; k < n; k++) {
        bool known = false;

        for (size_t i = 0; i < cls->n; i++)
            known |= (cls->properties[i].flags & HOP_CIM_KEY) &&
                     hop_ascii_ieq(cls->properties[i].name, keys[k].name);
        if (!known)
            return hop_cim_fail(err, HOP_CIM_E_INVALID_PARAMETER,
                                "%s has no key %s.", cls->name, keys[k].name);
    }
    return true;
}

bool
hop_cim_get_instance(const struct hop_cim_class *cls,
                     const struct hop_cim_argument *keys, size_t n,
                     struct hop_cim_instance *out, struct hop_error *err)
{
    HOP_AUTO_WQL struct hop_wql q = {0};
    HOP_AUTO_CIM_CURSOR struct hop_cim_cursor *c = NULL;
    int got;

    if (!check_keys(cls, keys, n, err))
        return false;
    hop_arena_init(&q.arena, 0);
    hop_wql_require(&q, keys, n);
    if (!hop_cim_open(cls, &q, &c, err))
        return false;
    got = hop_cim_next(c, out, err);
    if (got == 0)
        return hop_cim_fail(err, HOP_CIM_E_NOT_FOUND,
                            "There is no %s with %s = '%s' on this host.",
                            cls->name, n ? keys[0].name : "any key",
                            n ? keys[0].value : "");
    return got > 0;
}

const char *
hop_cim_argument(const struct hop_cim_call *call, const char *name)
{
    for (size_t i = 0; i < call->n_in; i++)
        if (hop_ascii_ieq(call->in[i].name, name))
            return call->in[i].value;
    return NULL;
}

bool
hop_cim_invoke(const struct hop_cim_class *cls,
               const struct hop_cim_argument *keys, size_t n,
               const char *method, struct hop_cim_call *call,
               struct hop_error *err)
{
    HOP_AUTO_CIM_INSTANCE struct hop_cim_instance self = {0};
    const struct hop_cim_method *m = cls->methods;

    while (m && m->name && !hop_ascii_ieq(m->name, method))
        m++;
    if (!m || !m->name)
        return hop_cim_fail(err, HOP_CIM_E_NO_METHOD, "%s has no method %s.",
                            cls->name, method);
    if (!m->is_static) {
        if (n == 0)
            return hop_cim_fail(err, HOP_CIM_E_INVALID_PARAMETER,
                                "%s.%s needs an instance: name its key.",
                                cls->name, m->name);
        if (!hop_cim_get_instance(cls, keys, n, &self, err))
            return false;
        call->self = &self;
    }
    if (!m->call(call, err))
        return false;
    call->self = NULL;
    return true;
}

const char *
hop_cim_host(char out[65])
{
    if (gethostname(out, 65) != 0)
        strcpy(out, "localhost");
    out[64] = '\0';
    out[strcspn(out, ".")] = '\0';
    return out;
}
