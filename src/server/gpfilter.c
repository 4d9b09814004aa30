/* SPDX-License-Identifier: MIT */
#include "server/gpfilter.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cim/wql.h"

#define NAMESPACE "root\\cimv2"

/* "root/cimv2" and "\\.\root\CIMv2" are the same. */
static bool
is_our_namespace(const char *ns)
{
    if (strncmp(ns, "\\\\.\\", 4) == 0)
        ns += 4;
    for (const char *want = NAMESPACE; *want != '\0' || *ns != '\0';
         want++, ns++) {
        char c = *ns == '/' ? '\\' : hop_ascii_lower(*ns);

        if (c != *want)
            return false;
    }
    return true;
}

static bool
finds_something(const struct hop_wmi_query *query, struct hop_error *err)
{
    HOP_AUTO_WQL struct hop_wql q = {0};
    HOP_AUTO_CIM_CURSOR struct hop_cim_cursor *cursor = NULL;
    HOP_AUTO_CIM_INSTANCE struct hop_cim_instance one = {0};
    const struct hop_cim_class *class;
    int got;

    if (!is_our_namespace(query->ns))
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "the namespace %s is not known here", query->ns);
    if (!hop_wql_parse(&q, query->text, err))
        return false;
    if ((class = hop_cim_class_find(q.class_name)) == NULL)
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "the class %s is not known here", q.class_name);
    if (!hop_cim_open(class, &q, &cursor, err) ||
        (got = hop_cim_next(cursor, &one, err)) < 0)
        return false;
    return got > 0 ||
           hop_error_set(err, HOP_ERROR_GENERIC, 0, "it finds nothing");
}

bool
hop_gpfilter_holds(const struct hop_wmi_query *q, char **why)
{
    struct hop_error err = {0};

    if (finds_something(q, &err))
        return true;
    *why = hop_xasprintf("%s: %s", q->text, err.text);
    return false;
}

void
hop_gpfilter(struct hop_gpo_list *list)
{
    for (size_t k = 0; k < list->count; k++) {
        struct hop_gpo *g = &list->items[k];
        struct hop_wmi_filter *f = g->filter;

        if (f == NULL || g->state != HOP_GPO_APPLIES)
            continue;
        for (size_t i = 0; f->why == NULL && i < f->count; i++)
            (void)!hop_gpfilter_holds(&f->queries[i], &f->why);
        if (f->why != NULL && !f->missing)
            g->state = HOP_GPO_WMI;
    }
}
