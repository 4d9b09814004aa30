/* Stacks, queues and the concurrent collections.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

#include "value/types/interfaces.h"
#include "value/types/lists.h"

#define SELF ((struct hop_array *)c->self.u.o)

static bool
throw_empty(struct hop_context *cx, const char *what)
{
    return hop_throw(cx, &hop_exception_invalid_operation, "%s empty.", what);
}

enum { STACK_POP, STACK_PEEK, QUEUE_POP, QUEUE_PEEK };

METHOD(take)
{
    bool queue = c->data >= QUEUE_POP;
    size_t at = queue ? 0 : SELF->n - 1;

    if (!SELF->n)
        return throw_empty(cx, queue ? "Queue" : "Stack");
    c->result = hop_retain(SELF->items[at]);
    if (c->data == STACK_POP || c->data == QUEUE_POP)
        hop_array_remove(SELF, at);
    return true;
}

METHOD(try_take)
{
    bool queue = c->data >= QUEUE_POP;
    size_t at = queue ? 0 : SELF->n - 1;

    if (!SELF->n)
        RETURN(hop_bool(false));
    if (!hop_reference_set(cx, c->args[0], hop_retain(SELF->items[at])))
        return false;
    if (c->data == STACK_POP || c->data == QUEUE_POP)
        hop_array_remove(SELF, at);
    RETURN(hop_bool(true));
}

/* ---- Stack, Queue ---- */

#define STACK_METHODS(t)                                                       \
    {"void Push(" t " obj)", hop_list_add}, {"" t " Pop()", take, STACK_POP},  \
        {"" t " Peek()", take, STACK_PEEK},                                    \
        {"bool TryPop([ref] " t " result)", try_take, STACK_POP},              \
        {"bool TryPeek([ref] " t " result)", try_take, STACK_PEEK},            \
        {"void Clear()", hop_list_clear},                                      \
        {"bool Contains(" t " obj)", hop_list_contains},                       \
        {"void CopyTo(array array, int index)", hop_list_copy_to},             \
        {"System.Collections.IEnumerator GetEnumerator()",                     \
         hop_get_enumerator},                                                  \
    {                                                                          \
        "" t "[] ToArray()", hop_list_to_array                                 \
    }
#define QUEUE_METHODS(t)                                                       \
    {"void Enqueue(" t " obj)", hop_list_add},                                 \
        {"" t " Dequeue()", take, QUEUE_POP},                                  \
        {"" t " Peek()", take, QUEUE_PEEK},                                    \
        {"bool TryDequeue([ref] " t " result)", try_take, QUEUE_POP},          \
        {"bool TryPeek([ref] " t " result)", try_take, QUEUE_PEEK},            \
        {"void Clear()", hop_list_clear},                                      \
        {"bool Contains(" t " obj)", hop_list_contains},                       \
        {"void CopyTo(array array, int index)", hop_list_copy_to},             \
        {"System.Collections.IEnumerator GetEnumerator()",                     \
         hop_get_enumerator},                                                  \
    {                                                                          \
        "" t "[] ToArray()", hop_list_to_array                                 \
    }

static const struct hop_method stack_methods[] = {
    STACK_METHODS("System.Object"), END_METHODS};
static const struct hop_method generic_stack_methods[] = {STACK_METHODS("T"),
                                                          END_METHODS};
static const struct hop_method queue_methods[] = {
    QUEUE_METHODS("System.Object"),
    {"static System.Collections.Queue Synchronized(System.Collections.Queue "
     "queue)",
     hop_list_synchronized},
    END_METHODS};
static const struct hop_method generic_queue_methods[] = {QUEUE_METHODS("T"),
                                                          END_METHODS};

HOP_LIST_CLASS(stack, "System.Collections.Stack", 0, 0,
               hop_list_collection_interfaces, hop_list_collection_properties,
               stack_methods, hop_list_constructors);
HOP_LIST_CLASS(queue, "System.Collections.Queue", 0, 0,
               hop_list_collection_interfaces, hop_list_collection_properties,
               queue_methods, hop_list_constructors);
HOP_LIST_CLASS(generic_stack, "System.Collections.Generic.Stack`1",
               HOP_CLASS_GENERIC, 1, hop_list_collection_interfaces,
               hop_list_collection_properties, generic_stack_methods,
               hop_list_constructors);
HOP_LIST_CLASS(generic_queue, "System.Collections.Generic.Queue`1",
               HOP_CLASS_GENERIC, 1, hop_list_collection_interfaces,
               hop_list_collection_properties, generic_queue_methods,
               hop_list_constructors);

/* ---- the concurrent ones ---- */

GETTER(get_empty)
{
    *out = hop_bool(((struct hop_array *)self.u.o)->n == 0);
    return true;
}

static const struct hop_property concurrent_properties[] = {
    {"Count", "int", hop_list_get_count},
    {"IsEmpty", "bool", get_empty},
    END_PROPERTIES,
};

#define CONCURRENT_METHODS                                                     \
    {"void Clear()", hop_list_clear},                                          \
        {"void CopyTo(T[] array, int index)", hop_list_copy_to},               \
        {"System.Collections.IEnumerator GetEnumerator()",                     \
         hop_get_enumerator},                                                  \
    {                                                                          \
        "T[] ToArray()", hop_list_to_array                                     \
    }

static const struct hop_method concurrent_queue_methods[] = {
    {"void Enqueue(T item)", hop_list_add},
    {"bool TryDequeue([ref] T result)", try_take, QUEUE_POP},
    {"bool TryPeek([ref] T result)", try_take, QUEUE_PEEK},
    CONCURRENT_METHODS,
    END_METHODS,
};

static const struct hop_method concurrent_stack_methods[] = {
    {"void Push(T item)", hop_list_add},
    {"void PushRange(T[] items)", hop_list_push_range},
    {"bool TryPop([ref] T result)", try_take, STACK_POP},
    {"bool TryPeek([ref] T result)", try_take, STACK_PEEK},
    CONCURRENT_METHODS,
    END_METHODS,
};

static const struct hop_method concurrent_bag_methods[] = {
    {"void Add(T item)", hop_list_add},
    {"bool TryTake([ref] T result)", try_take, STACK_POP},
    {"bool TryPeek([ref] T result)", try_take, STACK_PEEK},
    CONCURRENT_METHODS,
    END_METHODS,
};

#define CONCURRENT(c_, text, methods_)                                         \
    HOP_LIST_CLASS(c_, "System.Collections.Concurrent." text "`1",             \
                   HOP_CLASS_GENERIC, 1, hop_list_collection_interfaces,       \
                   concurrent_properties, methods_, hop_list_constructors)
CONCURRENT(concurrent_queue, "ConcurrentQueue", concurrent_queue_methods);
CONCURRENT(concurrent_stack, "ConcurrentStack", concurrent_stack_methods);
CONCURRENT(concurrent_bag, "ConcurrentBag", concurrent_bag_methods);
