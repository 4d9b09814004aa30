/* The seven streams of a pipeline and where their objects go.
 *
 * A sink takes one object at a time.  It may block until its consumer has room
 * (that is the back pressure: the producer simply waits in the call), and its
 * answer says whether more is wanted.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_ENGINE_STREAM_H
#define HOP_ENGINE_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include "value/value.h"

/* How running a piece of program ended.  Everything but HOP_FLOW_NEXT unwinds
 * C frames until somebody takes it. */
enum hop_flow {
    HOP_FLOW_NEXT,     /* go on */
    HOP_FLOW_ERROR,    /* an exception is pending in the context */
    HOP_FLOW_BREAK,    /* break; the label is in the runspace */
    HOP_FLOW_CONTINUE, /* continue; the label is in the runspace */
    HOP_FLOW_RETURN,   /* return from the script block */
    HOP_FLOW_EXIT,     /* exit; the code is in the runspace */
    HOP_FLOW_DONE,     /* a stage downstream wants no more input */
    HOP_FLOW_STOP,     /* the pipeline is stopped from outside */
};

/* Numbers as in redirections (2>, 3>&1). */
enum hop_stream_number {
    HOP_OUTPUT = 1,
    HOP_ERROR = 2,
    HOP_WARNING = 3,
    HOP_VERBOSE = 4,
    HOP_DEBUG = 5,
    HOP_INFORMATION = 6,
    HOP_PROGRESS = 7,
    HOP_STREAM_NUMBERS = 8
};

/* A record that 2>&1 and its like put among the output remembers its stream in
 * the reference (not in the object): 0, or an enum hop_stream_number. */
#define HOP_MERGED(v)                                                          \
    ((v).kind == HOP_OBJECT ? (enum hop_stream_number)(v).tag                  \
                            : (enum hop_stream_number)0)

/* Embed it as the first member of what the sink needs. */
struct hop_sink {
    /* Borrows v.  HOP_FLOW_NEXT: more, please; HOP_FLOW_DONE: no more;
     * others as above. */
    enum hop_flow (*write)(struct hop_sink *s, struct hop_value v);
};

static inline enum hop_flow
hop_sink_write(struct hop_sink *s, struct hop_value v)
{
    return s->write(s, v);
}

/* Throws everything away. */
extern struct hop_sink hop_sink_null;

/* Collects objects in an array. */
struct hop_list_sink {
    struct hop_sink sink;
    struct hop_value *items; /* owned references */
    size_t n, cap;
    struct hop_context *cx;
};
void hop_list_sink_init(struct hop_list_sink *l, struct hop_context *cx);
void hop_list_sink_done(struct hop_list_sink *l);
/* What `$x = ...` would hold: AutomationNull for none, the object itself for
 * one, object[] for more.  The list is empty afterwards.  Owned. */
struct hop_value hop_list_sink_value(struct hop_list_sink *l);
/* The same as an object[] in every case. */
struct hop_value hop_list_sink_array(struct hop_list_sink *l);

#endif
