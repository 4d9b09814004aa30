/* Ordering objects by properties: Sort-Object, Group-Object, Compare-Object,
 * Select-Object -Unique.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_UTILITY_ORDER_H
#define HOP_CMDLETS_UTILITY_ORDER_H

#include "cmdlets/format/shown.h"
#include "engine/cmdlet.h"

/* An object with what it is ordered by. */
struct hop_order_entry {
    struct hop_value object; /* owned */
    struct hop_value *key;   /* n of them, owned */
};

struct hop_order {
    struct hop_runspace *rs;
    struct hop_context *cx;
    struct hop_command *command; /* tells of script blocks that fail, or NULL */
    const struct hop_property_spec *spec; /* borrowed; n 0: the object itself */
    size_t n;
    bool descending, case_sensitive;
    struct hop_order_entry *entry;
    size_t entries, cap;
};

/* How many keys an entry has. */
size_t hop_order_keys(const struct hop_order *o);
/* Appends v (borrowed) with its keys.  False: the pipeline stops. */
HOP_MUST_CHECK bool hop_order_add(struct hop_order *o, struct hop_value v);
/* <0, 0, >0; what cannot be compared is compared as text. */
int hop_order_compare_values(struct hop_context *cx, struct hop_value a,
                             struct hop_value b, bool case_sensitive);
int hop_order_compare(const struct hop_order *o,
                      const struct hop_order_entry *a,
                      const struct hop_order_entry *b);
/* Stable. */
void hop_order_sort(struct hop_order *o);
/* Releases the entries alone, not their array. */
void hop_order_drop_entries(struct hop_order *o);
void hop_order_done(struct hop_order *o);

#endif
