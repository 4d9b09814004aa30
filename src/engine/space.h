/* Further runspaces in a session's process, and threads of execution in them.
 *
 * A space has variables, functions, modules, locations and a language mode of
 * its own; types, cmdlets, symbols and the heap are common, so objects pass
 * between spaces as they are.  Threads have stacks of their own and take
 * turns: one runs until it waits (hop_runspace_wait) or its slice is over,
 * always between two statements or objects.  Nothing is therefore ever changed
 * under running C code, and there are no locks.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_ENGINE_SPACE_H
#define HOP_ENGINE_SPACE_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "engine/runspace.h"

struct hop_space;
struct hop_thread;

/* A space with the standard variables, aliases and drives, in the directory of
 * the process; host may be NULL. */
struct hop_space *hop_space_new(struct hop_runspace *rs, struct hop_host *host,
                                enum hop_language_mode mode);
/* The runspace of the first thread becomes a space, with all it has, and the
 * first thread is left in a new one.  Of the first thread alone, while nothing
 * runs. */
struct hop_space *hop_space_part(struct hop_runspace *rs);
/* Gives it back; no thread may run in it. */
void hop_space_free(struct hop_runspace *rs, struct hop_space *s);
/* Gives back all that are left when the runspace ends: what the objects that
 * opened them never closed, or closed while a thread was at work. */
void hop_spaces_end(struct hop_runspace *rs);
/* As new: variables, functions, aliases and locations of the start. */
void hop_space_reset(struct hop_runspace *rs, struct hop_space *s);
/* One of those kept for reuse, as new, without host; and back to them. */
struct hop_space *hop_space_take(struct hop_runspace *rs,
                                 enum hop_language_mode mode);
void hop_space_put_back(struct hop_runspace *rs, struct hop_space *s);
bool hop_space_is_busy(const struct hop_space *s);

/* The thread that calls is in the space until hop_space_leave. */
struct hop_space_visit {
    unsigned char *outer;
    struct hop_space *space;
    bool busy; /* a thread runs there: what is changed is not kept */
};
void hop_space_enter(struct hop_runspace *rs, struct hop_space *s,
                     struct hop_space_visit *v);
void hop_space_leave(struct hop_runspace *rs, struct hop_space_visit *v);

/* A thread that runs fn(arg) in the space, at the next turn.  When it is done
 * another thread calls release(arg); the handle is good until then.  NULL: an
 * exception is pending. */
struct hop_thread *
hop_thread_new(struct hop_runspace *rs, struct hop_space *s,
               void (*fn)(struct hop_runspace *rs, void *arg),
               void (*release)(struct hop_runspace *rs, void *arg), void *arg);
/* Asks it to end; it does so at its next turn. */
void hop_thread_stop(struct hop_thread *t);

/* Something that another thread may wait for has happened. */
void hop_threads_notify(struct hop_runspace *rs);
/* Waits for such a thing: 1, 0 time over, -1 stopped. */
int hop_threads_await(struct hop_runspace *rs, int64_t timeout_ms);
/* What the others wait for, as an idler's wants. */
size_t hop_threads_wants(struct hop_runspace *rs, struct pollfd *fds,
                         size_t max, int64_t *limit_ms);
/* The first thread, if it waits, goes on as if its time were over. */
void hop_threads_call_first(struct hop_runspace *rs);
/* Is there any thread but the caller's? */
bool hop_threads_any(const struct hop_runspace *rs);
/* Is the caller another thread than the first? */
bool hop_threads_other(const struct hop_runspace *rs);
/* The others' turn, if it is time for it. */
void hop_threads_turn(struct hop_runspace *rs);
/* poll(), the others running meanwhile. */
int hop_threads_poll(struct hop_runspace *rs, struct pollfd *f, nfds_t n,
                     int64_t timeout_ms);
/* Ends all of them; at the end of the first runspace. */
void hop_threads_end(struct hop_runspace *rs);

#endif
