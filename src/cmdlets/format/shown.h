/* Properties of an object as -Property arguments mean them: names with
 * wildcards, property sets, script blocks; and their values.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_FORMAT_SHOWN_H
#define HOP_CMDLETS_FORMAT_SHOWN_H

#include "cmdlets/format/packet.h"
#include "engine/runspace.h"

/* One -Property argument (or -GroupBy). */
struct hop_property_spec {
    struct hop_string *name;   /* with wildcards; NULL for a script block */
    struct hop_value block;    /* ScriptBlock, or null */
    struct hop_string *label;  /* or NULL */
    struct hop_string *format; /* or NULL */
    struct hop_string *width_text, *align_text; /* of HTML, or NULL */
    int width;                                  /* 0: not given */
    enum hop_align align;
    int depth;      /* -1: not given */
    int descending; /* -1: not given */
};

/* One thing shown: a property by name, or a script block. */
struct hop_shown {
    struct hop_string *name;            /* also the label of a block */
    struct hop_value block;             /* or null */
    const struct hop_property_spec *of; /* or NULL */
};

struct hop_shown_list {
    struct hop_shown *item;
    size_t n, cap;
};

#define HOP_AUTO_SHOWN HOP_CLEANUP(hop_shown_clear)

void hop_property_spec_done(struct hop_property_spec *p);

/* name and block are borrowed. */
void hop_shown_add(struct hop_shown_list *l, struct hop_string *name,
                   struct hop_value block, const struct hop_property_spec *of);
void hop_shown_clear(struct hop_shown_list *l);
void hop_shown_remove(struct hop_shown_list *l, const char *name);
/* Every property of v. */
void hop_shown_all(struct hop_context *cx, struct hop_value v,
                   struct hop_shown_list *l);
/* The properties that p's name stands for; none when v has none of them. */
void hop_shown_pattern(struct hop_context *cx, struct hop_value v,
                       const struct hop_property_spec *p,
                       struct hop_shown_list *l);
/* Those whose name matches a wildcard pattern. */
void hop_shown_matching(struct hop_context *cx, struct hop_value v,
                        const char *pattern, struct hop_shown_list *l);
/* DefaultDisplayPropertySet of v's type. */
void hop_shown_default_set(struct hop_context *cx, struct hop_value v,
                           struct hop_shown_list *l);
/* Is PSComputerName to be shown? */
bool hop_shown_computer(struct hop_context *cx, struct hop_value v);
void hop_shown_hide_remoting(struct hop_context *cx, struct hop_value v,
                             struct hop_shown_list *l);
/* The script's text, owned. */
struct hop_string *hop_shown_block_text(struct hop_context *cx,
                                        struct hop_value block);
/* The value, or null with the exception (owned) when reading it fails.  False
 * only when the pipeline stops. */
HOP_MUST_CHECK bool hop_shown_try(struct hop_runspace *rs,
                                  const struct hop_shown *item,
                                  struct hop_value v, struct hop_value *out,
                                  struct hop_value *exception);
/* The same without the exception. */
HOP_MUST_CHECK bool hop_shown_read(struct hop_runspace *rs,
                                   const struct hop_shown *item,
                                   struct hop_value v, struct hop_value *out,
                                   bool *failed);

/* Strings, numbers and the like: shown as their text. */
bool hop_is_scalar(struct hop_value v);
/* Shown element by element. */
bool hop_is_collection(struct hop_value v);

#endif
