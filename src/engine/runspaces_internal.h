/* What the files about Runspace, its pool and its initial state share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_ENGINE_RUNSPACES_INTERNAL_H
#define HOP_ENGINE_RUNSPACES_INTERNAL_H

#include "engine/def.h"
#include "engine/powershell.h"

#define RUN SMA "Runspaces."

enum { ISS_VARIABLES, ISS_COMMANDS, ISS_MODULES, ISS_SCRIPTS, ISS_LISTS };

struct initial_state {
    struct hop_object base;
    enum hop_language_mode mode;
    bool empty; /* Create(): only the commands listed */
    struct hop_value list[ISS_LISTS];
    struct hop_value thread_options, apartment, policy;
};
#define ISS(v) ((struct initial_state *)(void *)(v).u.o)

enum entry_kind {
    ENTRY_VARIABLE,
    ENTRY_FUNCTION,
    ENTRY_CMDLET,
    ENTRY_ALIAS,
    ENTRY_APPLICATION,
    ENTRY_KINDS
};

#define RUNSPACE(v) ((struct local_runspace *)(void *)hop_value_base(v).u.o)

/* InvalidOperationException. */
bool runspace_throw_state(struct hop_context *cx, const char *text);
HOP_MUST_CHECK bool initial_state_apply(struct hop_runspace *rs,
                                        struct initial_state *s);

/* By enum entry_kind. */
extern const struct hop_class class_initial_entries[ENTRY_KINDS];
extern const struct hop_class class_runspace_state_info;

/* Methods of the factory. */
hop_method_fn runspace_factory_pool;

/* The arguments that are an initial state, and whether there is a host. */
struct hop_value runspace_initial_argument(const struct hop_call *call,
                                           size_t from, bool *has_host);

#endif
