/* RunspacePool.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/runspaces_internal.h"

#include "engine/def.h"
#include "engine/module.h"
#include "engine/powershell.h"

struct pool {
    struct hop_object base;
    struct hop_runspace *rs;
    int32_t min, max, out; /* out: given to pipelines */
    enum runspace_state state;
    struct hop_array *idle; /* Runspace objects */
    struct hop_value initial, instance, thread_options;
    bool has_host;
};
#define POOL(v) ((struct pool *)(void *)hop_value_base(v).u.o)

static void
destroy_pool(struct hop_object *o)
{
    struct pool *p = (struct pool *)(void *)o;

    if (p->idle)
        hop_release(hop_obj(p->idle));
    p->idle = NULL;
    hop_value_clear(&p->initial);
    hop_value_clear(&p->instance);
    hop_value_clear(&p->thread_options);
}

struct hop_value
runspace_pool_take(struct hop_runspace *rs, struct hop_value v)
{
    struct pool *p = POOL(v);
    struct hop_value r = hop_null();

    for (;;) {
        if (p->state != RUNSPACE_OPENED) {
            runspace_throw_state(&rs->cx, "The runspace pool is not open.");
            return hop_null();
        }
        if (p->out < p->max)
            break;
        if (hop_threads_await(rs, -1) < 0)
            return hop_null();
    }
    p->out++;
    if (p->idle->n) {
        r = hop_retain(p->idle->items[p->idle->n - 1]);
        hop_array_remove(p->idle, p->idle->n - 1);
        return r;
    }
    r = hop_obj(local_runspace_new(rs, p->initial, p->has_host));
    if (local_runspace_open(RUNSPACE(r)))
        return r;
    p->out--;
    hop_release(r);
    return hop_null();
}

void
runspace_pool_give(struct hop_runspace *rs, struct hop_value v,
                   struct hop_value runspace)
{
    struct pool *p = POOL(v);

    p->out--;
    if (p->state == RUNSPACE_OPENED)
        hop_array_push(p->idle, hop_retain(runspace));
    hop_threads_notify(rs);
}

METHOD(pool_open)
{
    POOL(call->self)->state = RUNSPACE_OPENED;
    return true;
}

METHOD(pool_close)
{
    POOL(call->self)->state = RUNSPACE_CLOSED;
    hop_array_clear(POOL(call->self)->idle);
    hop_threads_notify(RS_OF(cx));
    return true;
}

METHOD(pool_set_limit)
{
    struct pool *p = POOL(call->self);
    int32_t n = (int32_t)call->args[0].u.i;

    call->result = hop_bool(n > 0);
    if (n > 0 && call->data)
        p->max = n;
    else if (n > 0)
        p->min = n;
    return true;
}

METHOD(pool_count)
{
    struct pool *p = POOL(call->self);

    call->result = hop_int(call->data == 0   ? p->max - p->out
                           : call->data == 1 ? p->max
                                             : p->min);
    return true;
}

GETTER(pool_get)
{
    struct pool *p = POOL(self);
    struct bag *b;

    switch (data) {
    case 0:
        b = bag_new(RS_OF(cx), &class_runspace_state_info);
        b->v[0] = hop_enum(HOP_ENUM_RUNSPACE_STATE, (int64_t)p->state);
        *out = hop_obj(b);
        break;
    case 1: *out = hop_retain(p->instance); break;
    case 2: *out = hop_retain(p->initial); break;
    case 3: *out = hop_bool(false); break;
    default:
        *out = hop_enum(HOP_ENUM_RUNSPACE_AVAILABILITY,
                        p->state == RUNSPACE_OPENED ? 1 : 0);
        break;
    }
    return true;
}

GETTER(pool_options)
{
    *out = hop_retain(POOL(self)->thread_options);
    return true;
}

SETTER(pool_set_options)
{
    hop_value_set(&POOL(self)->thread_options, hop_retain(v));
    return true;
}

static const struct hop_property pool_properties[] = {
    {"RunspacePoolStateInfo", RUN "RunspaceStateInfo", pool_get, NULL, 0, 0},
    {"InstanceId", "guid", pool_get, NULL, 0, 1},
    {"InitialSessionState", RUN "InitialSessionState", pool_get, NULL, 0, 2},
    {"IsDisposed", "bool", pool_get, NULL, 0, 3},
    {"RunspacePoolAvailability", RUN "RunspaceAvailability", pool_get, NULL, 0,
     4},
    {"ThreadOptions", "System.Object", pool_options, pool_set_options},
    {"ApartmentState", "System.Object", pool_options, pool_set_options},
    {"CleanupInterval", "System.Object", pool_options, pool_set_options},
    {NULL}};
static const struct hop_method pool_methods[] = {
    {"void Open()", pool_open},
    {"void Close()", pool_close},
    {"void Dispose()", pool_close},
    {"bool SetMaxRunspaces(int maxRunspaces)", pool_set_limit, 1},
    {"bool SetMinRunspaces(int minRunspaces)", pool_set_limit, 0},
    {"int GetAvailableRunspaces()", pool_count, 0},
    {"int GetMaxRunspaces()", pool_count, 1},
    {"int GetMinRunspaces()", pool_count, 2},
    {NULL}};
const struct hop_class class_runspace_pool = {
    .name = RUN "RunspacePool",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct pool),
    .properties = pool_properties,
    .methods = pool_methods,
    .destroy = destroy_pool,
};

struct hop_value
runspace_initial_argument(const struct hop_call *call, size_t from,
                          bool *has_host)
{
    struct hop_value initial = hop_null();

    *has_host = false;
    for (size_t i = from; i < call->n; i++) {
        if (hop_is_exactly(hop_value_base(call->args[i]), &class_initial_state))
            initial = hop_value_base(call->args[i]);
        else if (!hop_is_null(call->args[i]))
            *has_host = true;
    }
    return initial;
}

bool
runspace_factory_pool(struct hop_context *cx, struct hop_call *call)
{
    struct pool *p;
    bool has_host;
    bool limits = call->n >= 2 && call->args[0].kind == HOP_INT32;
    struct hop_value initial =
        runspace_initial_argument(call, limits ? 2 : 0, &has_host);
    int64_t min = limits ? call->args[0].u.i : 1;
    int64_t max = limits ? call->args[1].u.i : 1;

    if (min < 1 || max < min)
        return hop_throw_argument(
            cx, &hop_exception_argument_range,
            max < min && min >= 1 ? "maxRunspaces" : "minRunspaces",
            "A runspace pool holds at least one runspace, and at most as many "
            "as its upper limit says.");
    p = hop_object_new(cx, &class_runspace_pool);
    p->rs = RS_OF(cx);
    p->min = (int32_t)min;
    p->max = (int32_t)max;
    p->idle = hop_array_new(cx, 0);
    p->initial = hop_retain(initial);
    p->instance = fresh_guid(p->rs);
    p->thread_options = hop_text("Default");
    p->has_host = has_host;
    call->result = hop_obj(p);
    return true;
}
