/* LinkedList<T>, a list whose nodes are places in it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

#include "value/types/interfaces.h"
#include "value/types/lists.h"

#define SELF ((struct hop_array *)c->self.u.o)

/* A node is a place in its list. */
struct linked_node {
    struct hop_object base;
    struct hop_value list, value;
};

static void
destroy_node(struct hop_object *o)
{
    hop_release(((struct linked_node *)o)->list);
    hop_release(((struct linked_node *)o)->value);
}

static struct hop_value
make_node(struct hop_context *cx, struct hop_value list, struct hop_value v)
{
    struct linked_node *n = hop_object_new(cx, &hop_class_linked_node);

    n->list = hop_retain(list);
    n->value = hop_retain(v);
    return hop_obj(n);
}

/* The index of a value in a list, or SIZE_MAX. */
static size_t
place_of(struct hop_context *cx, const struct hop_array *a, struct hop_value v)
{
    for (size_t i = 0; i < a->n; i++)
        if (hop_object_equals(cx, a->items[i], v))
            return i;
    return SIZE_MAX;
}

/* data: 0 in front, 1 at the end. */
METHOD(add_node)
{
    hop_array_insert(SELF, c->data ? SELF->n : 0, hop_retain(c->args[0]));
    RETURN(make_node(cx, c->self, c->args[0]));
}

/* data: 0 before the node, 1 behind it. */
METHOD(add_beside)
{
    struct linked_node *n = (struct linked_node *)c->args[0].u.o;
    size_t at;

    if (ARG_NULL(0))
        return hop_throw_null(cx, "node");
    at = place_of(cx, SELF, n->value);
    if (at == SIZE_MAX)
        return hop_throw(cx, &hop_exception_invalid_operation,
                         "The LinkedList node does not belong to current "
                         "LinkedList.");
    hop_array_insert(SELF, at + (size_t)c->data, hop_retain(c->args[1]));
    RETURN(make_node(cx, c->self, c->args[1]));
}

METHOD(remove_end)
{
    if (!SELF->n)
        return hop_throw(cx, &hop_exception_invalid_operation,
                         "The LinkedList is empty.");
    hop_array_remove(SELF, c->data ? SELF->n - 1 : 0);
    return true;
}

METHOD(find_node)
{
    size_t at = place_of(cx, SELF, c->args[0]);

    RETURN(at == SIZE_MAX ? hop_null()
                          : make_node(cx, c->self, SELF->items[at]));
}

GETTER(get_end)
{
    struct hop_array *a = (struct hop_array *)self.u.o;

    *out =
        a->n ? make_node(cx, self, a->items[data ? a->n - 1 : 0]) : hop_null();
    return true;
}

enum { NODE_VALUE, NODE_LIST, NODE_NEXT, NODE_PREVIOUS };

GETTER(get_node)
{
    struct linked_node *n = (struct linked_node *)self.u.o;
    struct hop_array *a = hop_as_array(n->list);
    size_t at;

    *out = hop_retain(data == NODE_LIST ? n->list : n->value);
    if (data < NODE_NEXT)
        return true;
    hop_value_clear(out);
    at = place_of(cx, a, n->value);
    if (at == SIZE_MAX)
        return true;
    if (data == NODE_NEXT ? at + 1 < a->n : at > 0)
        *out = make_node(cx, n->list,
                         a->items[data == NODE_NEXT ? at + 1 : at - 1]);
    return true;
}

static const struct hop_property linked_properties[] = {
    {"Count", "int", hop_list_get_count},
    {"First", "System.Object", get_end, NULL, 0, 0},
    {"Last", "System.Object", get_end, NULL, 0, 1},
    END_PROPERTIES,
};

static const struct hop_method linked_methods[] = {
    {"System.Object AddFirst(T value)", add_node, 0},
    {"System.Object AddLast(T value)", add_node, 1},
    {"System.Object AddBefore(System.Object node, T value)", add_beside, 0},
    {"System.Object AddAfter(System.Object node, T value)", add_beside, 1},
    {"void Clear()", hop_list_clear},
    {"bool Contains(T value)", hop_list_contains},
    {"void CopyTo(T[] array, int index)", hop_list_copy_to},
    {"System.Object Find(T value)", find_node},
    {"System.Collections.IEnumerator GetEnumerator()", hop_get_enumerator},
    {"bool Remove(T value)", hop_list_remove, true},
    {"void RemoveFirst()", remove_end, 0},
    {"void RemoveLast()", remove_end, 1},
    END_METHODS,
};

HOP_LIST_CLASS(linked_list, "System.Collections.Generic.LinkedList`1",
               HOP_CLASS_GENERIC, 1, hop_list_collection_interfaces,
               linked_properties, linked_methods, hop_list_constructors);

static const struct hop_property node_properties[] = {
    {"List", "System.Object", get_node, NULL, 0, NODE_LIST},
    {"Next", "System.Object", get_node, NULL, 0, NODE_NEXT},
    {"Previous", "System.Object", get_node, NULL, 0, NODE_PREVIOUS},
    {"Value", "System.Object", get_node, NULL, 0, NODE_VALUE},
    END_PROPERTIES,
};

const struct hop_class hop_class_linked_node = {
    .name = "System.Collections.Generic.LinkedListNode`1",
    .base = &hop_class_object,
    .flags = HOP_CLASS_SEALED,
    .kind = HOP_OBJECT,
    .size = sizeof(struct linked_node),
    .properties = node_properties,
    .destroy = destroy_node,
};
