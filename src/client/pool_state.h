/* What the files of pools share: a pool, its loop, and what carries it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CLIENT_POOL_STATE_H
#define HOP_CLIENT_POOL_STATE_H

#include "client/pool.h"

/* What to wait for: descriptors of all pools in one array. */
struct pool_wants {
    struct pollfd *fds;
    size_t n, cap;
    uint64_t at; /* ms of the monotonic clock; UINT64_MAX: no limit */
};

void pool_wants_fd(struct pool_wants *w, int fd, short events);
void pool_wants_at(struct pool_wants *w, uint64_t at);

/* A way that a pool's bytes go.  The functions never wait; what happens is told
 * by the calls of pools below. */
struct pool_carrier {
    /* The pool's turn has come. */
    void (*begin)(struct hop_pool *p);
    /* Moves bytes between the session and the peer. */
    void (*step)(struct hop_pool *p);
    void (*wants)(struct hop_pool *p, struct pool_wants *w);
    void (*attach)(struct hop_pool *p, const struct hop_guid *id);
    void (*stop)(struct hop_pool *p, const struct hop_guid *id);
    void (*end)(struct hop_pool *p, const struct hop_guid *id);
    void (*close)(struct hop_pool *p);
    void (*disconnect)(struct hop_pool *p, int64_t idle_timeout_ms); /* NULL */
    void (*reconnect)(struct hop_pool *p);                           /* NULL */
    /* Frees the session, too. */
    void (*drop)(struct hop_pool *p);
    const char *(*mechanism)(const struct hop_pool *p); /* or NULL */
    unsigned (*round_trips)(const struct hop_pool *p);  /* or NULL */
};

/* What came for a pipeline before its pool was open. */
struct pool_early {
    struct pool_early *next;
    struct hop_guid id;
    struct hop_psrp_message message; /* what begins it; zero: attached */
    struct hop_value *input;
    size_t n, cap;
    bool input_ended, stopped;
};

struct pool_note {
    struct pool_note *next;
    struct hop_pool_event event;
};

enum pool_purpose { POOL_TO_OPEN, POOL_TO_CONNECT, POOL_TO_LIST };

struct hop_pool {
    struct hop_pool *prev, *next; /* of the loop */
    struct hop_pool *next_ready;
    bool is_ready;
    struct hop_pool_loop *loop;
    enum hop_pool_stage stage;
    enum pool_purpose purpose;
    const struct pool_carrier *carrier;
    void *way; /* the carrier's own */
    struct hop_psrp_session *session;
    struct hop_psrp_init init; /* until it begins */
    char *name, *shell, *resource_uri;
    int64_t idle_ms;                         /* the server's word, or 0 */
    enum hop_pool_buffering leave_buffering; /* DEFAULT: as it is */
    int64_t open_ms, cancel_ms;
    uint64_t deadline;       /* of what is under way; UINT64_MAX: none */
    struct hop_error broken; /* why it is closed before it fails; or none */
    struct pool_early *early;
    struct hop_guid *ended; /* pipelines whose messages concern nobody */
    size_t ended_count, ended_cap;
    struct pool_note *first_note, *last_note;
    size_t first_fd, fd_count; /* among those last wanted */
    uint64_t step_at;
    bool kicked; /* there is something to do without waiting */
    bool counted, held, told_over;
    void *user;
};

struct hop_pool_loop {
    struct hop_context *cx;
    struct hop_pool *first, *last;
    struct hop_pool *first_ready, *last_ready;
    size_t throttle, at_work;
    struct pool_wants wants;
    struct hop_pool_event head;
    bool has_head;
};

/* pool.c, for carriers */

/* Steps it at the next occasion. */
void pool_kick(struct hop_pool *p);
/* The session may have events. */
void pool_ready(struct hop_pool *p);
/* An event of the carrier's, told after what the session has; err (may be
 * NULL) is copied. */
struct hop_pool_event *pool_note(struct hop_pool *p,
                                 enum hop_pool_event_kind kind,
                                 enum hop_cause cause,
                                 const struct hop_error *err);
/* It is over: FAILED, or CLOSED when it was being closed. */
void pool_fail(struct hop_pool *p, enum hop_cause cause,
               const struct hop_error *err);
/* What came cannot be taken: the server, which knows nothing of that, is told
 * to end its shell; then it is FAILED. */
void pool_break_off(struct hop_pool *p, const struct hop_error *err);
/* It is over without more: LISTED. */
void pool_end(struct hop_pool *p, enum hop_pool_event_kind kind);
/* CLOSED; err may be NULL. */
void pool_over(struct hop_pool *p, const struct hop_error *err);
/* What came in and was not yet told is much: receive no more. */
bool pool_is_full(const struct hop_pool *p);
/* Queues what opens the session: SESSION_CAPABILITY and INIT_RUNSPACEPOOL, or
 * CONNECT_RUNSPACEPOOL. */
HOP_MUST_CHECK bool pool_open_session(struct hop_pool *p,
                                      struct hop_error *err);

/* pool_program.c */
HOP_MUST_CHECK bool pool_program_init(struct hop_pool *p,
                                      const struct hop_pool_options *o,
                                      struct hop_error *err);

/* pool_shell.c */
HOP_MUST_CHECK bool pool_shell_init(struct hop_pool *p,
                                    const struct hop_pool_options *o,
                                    struct hop_error *err);
/* pool_shell_list.c */
void pool_found_free(struct hop_pool_found *f);

#endif
