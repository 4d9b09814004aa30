/* The classes with which programs run programs: [runspacefactory], Runspace,
 * InitialSessionState, RunspacePool and [powershell].
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_ENGINE_POWERSHELL_H
#define HOP_ENGINE_POWERSHELL_H

#include "engine/engine.h"
#include "engine/space.h"

/* System.Management.Automation.Runspaces.RunspaceState. */
enum runspace_state {
    RUNSPACE_BEFORE_OPEN,
    RUNSPACE_OPENING,
    RUNSPACE_OPENED,
    RUNSPACE_CLOSED,
    RUNSPACE_CLOSING,
    RUNSPACE_BROKEN,
};

/* A Runspace object; space NULL: not open, or the process's first one. */
struct local_runspace {
    struct hop_object base;
    struct hop_runspace *rs;
    struct hop_space *space;
    enum runspace_state state;
    bool is_first, has_host;
    int32_t id;
    struct hop_value name, instance, initial; /* initial: or null */
    struct hop_value thread_options;
};
extern const struct hop_class class_local_runspace, class_runspace,
    class_initial_state, class_runspace_pool;

struct local_runspace *as_local_runspace(struct hop_value v);
struct local_runspace *local_runspace_new(struct hop_runspace *rs,
                                          struct hop_value initial,
                                          bool has_host);
/* False: an exception is pending. */
HOP_MUST_CHECK bool local_runspace_open(struct local_runspace *r);
void local_runspace_close(struct local_runspace *r);

/* A runspace of the pool, waited for if need be; owned.  Null: the caller is
 * stopped or the pool is not open (then an exception is pending). */
struct hop_value runspace_pool_take(struct hop_runspace *rs,
                                    struct hop_value pool);
void runspace_pool_give(struct hop_runspace *rs, struct hop_value pool,
                        struct hop_value runspace);

/* A Guid object with a fresh value. */
struct hop_value fresh_guid(struct hop_runspace *rs);

/* Where a stream's objects are put: a collection.  Others may wait for them. */
struct collect_sink {
    struct hop_sink sink;
    struct hop_runspace *rs;
    struct hop_array *to; /* borrowed */
};
void collect_sink_init(struct collect_sink *s, struct hop_runspace *rs,
                       struct hop_array *to);
/* An empty PSDataCollection of a class. */
struct hop_array *data_collection_new(struct hop_runspace *rs,
                                      const struct hop_class *of);
/* That of a stream by its number. */
struct hop_array *stream_collection_new(struct hop_runspace *rs, int stream);

#endif
