/* System.Collections.Generic.PriorityQueue: the element with the least priority
 * first.  A heap with four children to a node, as .NET's: equal priorities
 * leave in the same order there.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/alloc.h"
#include "value/types/def.h"
#include "value/types/interfaces.h"
#include "value/types/more.h"

#define ARITY 4

struct node {
    struct hop_value element, priority;
};

struct queue {
    struct hop_object base;
    struct node *node;
    size_t n, cap;
};

#define SELF ((struct queue *)c->self.u.o)

static void
destroy(struct hop_object *o)
{
    struct queue *q = (struct queue *)o;

    for (size_t i = 0; i < q->n; i++) {
        hop_release(q->node[i].element);
        hop_release(q->node[i].priority);
    }
    free(q->node);
}

/* *less: a leaves before b.  False with an exception pending. */
static bool
is_before(struct hop_context *cx, struct hop_value a, struct hop_value b,
          bool *less)
{
    int order = 0;

    if (!hop_compare(cx, a, b, false, &order))
        return false;
    *less = order < 0;
    return true;
}

static bool
move_up(struct hop_context *cx, struct queue *q, struct node x, size_t i)
{
    bool less = true;

    while (i > 0) {
        size_t parent = (i - 1) / ARITY;

        if (!is_before(cx, x.priority, q->node[parent].priority, &less))
            break;
        if (!less)
            break;
        q->node[i] = q->node[parent];
        i = parent;
    }
    q->node[i] = x;
    return !hop_has_exception(cx);
}

static bool
move_down(struct hop_context *cx, struct queue *q, struct node x, size_t i)
{
    for (size_t first; (first = i * ARITY + 1) < q->n;) {
        size_t least = first;
        bool less;

        for (size_t k = first + 1; k < q->n && k < first + ARITY; k++) {
            if (!is_before(cx, q->node[k].priority, q->node[least].priority,
                           &less))
                goto out;
            if (less)
                least = k;
        }
        if (!is_before(cx, q->node[least].priority, x.priority, &less) || !less)
            break;
        q->node[i] = q->node[least];
        i = least;
    }
out:
    q->node[i] = x;
    return !hop_has_exception(cx);
}

static bool
push(struct hop_context *cx, struct queue *q, struct hop_value element,
     struct hop_value priority)
{
    struct node x = {hop_retain(element), hop_retain(priority)};

    if (q->n == q->cap) {
        q->cap = q->cap ? q->cap * 2 : 8;
        q->node = hop_xrealloc(q->node, q->cap, sizeof(*q->node));
    }
    q->n++;
    return move_up(cx, q, x, q->n - 1);
}

/* Takes the first one out, whose values the caller owns then. */
static bool
pop(struct hop_context *cx, struct queue *q, struct node *out)
{
    *out = q->node[0];
    q->n--;
    return q->n == 0 || move_down(cx, q, q->node[q->n], 0);
}

static bool
throw_empty(struct hop_context *cx)
{
    return hop_throw(cx, &hop_exception_invalid_operation, "Queue empty.");
}

METHOD(enqueue)
{
    return push(cx, SELF, c->args[0], c->args[1]);
}

METHOD(dequeue)
{
    struct node first;
    bool ok;

    if (SELF->n == 0)
        return throw_empty(cx);
    ok = pop(cx, SELF, &first);
    hop_release(first.priority);
    c->result = first.element;
    return ok;
}

METHOD(peek)
{
    if (SELF->n == 0)
        return throw_empty(cx);
    RETURN(hop_retain(SELF->node[0].element));
}

/* data: takes it out. */
METHOD(try_first)
{
    struct queue *q = SELF;
    struct node first = {hop_null(), hop_null()};
    bool there = q->n > 0;

    if (there && !c->data)
        first = (struct node){hop_retain(q->node[0].element),
                              hop_retain(q->node[0].priority)};
    else if (there && !pop(cx, q, &first))
        return false;
    if (!hop_reference_set(cx, c->args[0], first.element) ||
        !hop_reference_set(cx, c->args[1], first.priority))
        return false;
    RETURN(hop_bool(there));
}

/* As enqueue, then dequeue. */
METHOD(enqueue_dequeue)
{
    bool less = true;

    if (SELF->n == 0 ||
        !is_before(cx, SELF->node[0].priority, c->args[1], &less) || !less)
        RETURN(hop_has_exception(cx) ? hop_null() : hop_retain(c->args[0]));
    if (!push(cx, SELF, c->args[0], c->args[1]))
        return false;
    return dequeue(cx, c);
}

METHOD(enqueue_range)
{
    HOP_AUTO_ITER struct hop_iter it = {0};

    if (!hop_iter_init(cx, &it, c->args[0]))
        return false;
    for (;;) {
        HOP_AUTO_VALUE struct hop_value item = hop_null();
        int more = hop_iter_next(cx, &it, &item);

        if (more <= 0)
            return more == 0;
        if (!push(cx, SELF, item, c->args[1]))
            return false;
    }
}

METHOD(clear)
{
    struct queue *q = SELF;

    (void)cx;
    while (q->n > 0) {
        q->n--;
        hop_release(q->node[q->n].element);
        hop_release(q->node[q->n].priority);
    }
    return true;
}

GETTER(get_count)
{
    (void)cx;
    (void)data;
    *out = hop_int((int32_t)((struct queue *)self.u.o)->n);
    return true;
}

METHOD(construct)
{
    RETURN(hop_obj(hop_object_new(cx, c->cls)));
}

static const struct hop_property properties[] = {
    {"Count", "int", get_count},
    END_PROPERTIES,
};
#define QUEUE "System.Collections.Generic.PriorityQueue"
static const struct hop_method methods[] = {
    {"void Enqueue(TKey element, TValue priority)", enqueue},
    {"TKey EnqueueDequeue(TKey element, TValue priority)", enqueue_dequeue},
    {"void EnqueueRange(System.Collections.IEnumerable elements, TValue "
     "priority)",
     enqueue_range},
    {"TKey Dequeue()", dequeue},
    {"TKey Peek()", peek},
    {"bool TryDequeue([ref] TKey element, [ref] TValue priority)", try_first,
     1},
    {"bool TryPeek([ref] TKey element, [ref] TValue priority)", try_first, 0},
    {"void Clear()", clear},
    END_METHODS,
};
static const struct hop_method constructors[] = {
    {QUEUE " new()", construct},
    {QUEUE " new(int initialCapacity)", construct},
    END_METHODS,
};
const struct hop_class hop_class_priority_queue = {
    .name = QUEUE "`2",
    .base = &hop_class_object,
    .flags = HOP_CLASS_GENERIC,
    .kind = HOP_OBJECT,
    .size = sizeof(struct queue),
    .properties = properties,
    .methods = methods,
    .constructors = constructors,
    .arity = 2,
    .destroy = destroy,
};
