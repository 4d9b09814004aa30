/* What the files of a served session share; of this room alone.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_REMOTE_SERVER_H
#define HOP_REMOTE_SERVER_H

#include "engine/cmdlet.h"
#include "engine/host.h"
#include "engine/runspace.h"
#include "engine/space.h"
#include "psrp/key.h"
#include "psrp/session.h"
#include "remote/serve.h"

struct room;

/* A pipeline at work; nested ones point outwards. */
struct run {
    struct run *outer;
    struct hop_guid id;
    const struct hop_psrp_host_info *host;
    struct hop_thread *thread; /* NULL: the first */
    struct hop_value *input;   /* not yet read */
    size_t input_n, input_cap, input_at;
    bool input_ended, stop;
    bool hungry;            /* waits for input, or an answer behind it */
    int64_t waits_for;      /* a host call's id, 0: none */
    bool answered, refused; /* by an error */
    struct hop_value answer;
};

/* A runspace of the pool. */
struct room {
    struct hop_host host;
    struct server *server;
    struct hop_space *space; /* NULL: the process's first runspace */
    struct run *run;         /* innermost at work; NULL: idle */
    struct room *next;       /* the one used before */
};

struct server {
    struct hop_runspace *rs;
    struct hop_context *cx;
    struct hop_psrp_keys keys;
    const struct hop_remote_carrier *carrier;
    struct hop_psrp_session *session; /* the carrier's */
    struct hop_psrp_host_info info;   /* of the pool */
    const struct hop_remote_sender *sender;
    struct hop_value arguments; /* the client's, for $PSSenderInfo */
    struct room first;
    struct room *rooms; /* last used first */
    bool several;       /* pipelines run side by side, in threads */
    bool over;          /* no more is to be read */
    struct hop_error *err;
};

/* lines.c: psrp/link.h on two descriptors, which stay the caller's.  A process
 * has one such carrier at a time. */
void remote_lines_init(struct hop_remote_carrier *carrier, int in, int out);

/* serve.c: takes what has come; waits for something when asked to (also for the
 * running pipeline's stop).  False: the session is over.  Of the first thread
 * alone. */
bool remote_pump(struct server *s, bool wait);
/* Waits until something has come, for the pipeline at work in the room; false:
 * the session is over. */
bool remote_await(struct room *room);
/* Sends what waits, of the pipeline that writes (NULL: of none). */
void remote_flush(struct server *s, const struct hop_guid *id);
/* The pipeline at work on the first thread; NULL: none. */
void remote_watch(struct server *s, const struct hop_guid *id);

/* rooms.c: pipelines run side by side from now on, if the pool may have several
 * runspaces and nothing is at work. */
void remote_spread(struct server *s);
/* Runs the pipeline of an event (whose message is taken) beside the others. */
void remote_start(struct server *s, struct hop_psrp_event *e);
/* Ends all that is at work; frees the rooms. */
void remote_end_rooms(struct server *s);
void remote_free_rooms(struct server *s);
/* Gives back runspaces that the pool may no longer have. */
void remote_trim_rooms(struct server *s);

/* host.c */
extern const struct hop_host_ops remote_host_ops;
void remote_set_host(struct server *s, const struct hop_psrp_host_info *h);
/* A line of a stream that a script writes to the user interface itself. */
void remote_record(struct hop_host *h, int stream, const char *s, size_t n);
void remote_progress(struct room *room, const struct hop_progress *p);

/* Exit-PSSession: the client's PopRunspace. */
void remote_leave(struct hop_host *h);

/* reset.c: variables and location of the runspace that runs now as at the
 * start. */
void remote_reset(struct server *s);

/* sender.c: sets $PSSenderInfo in the runspace that runs now. */
#define REMOTE_SENDER "PSSenderInfo"
void remote_set_sender(struct server *s);

/* command.c: the modules and the commands of a served runspace; NULL ends them,
 * the caller's. */
const struct hop_cmdlet_module **
remote_modules(const struct hop_cmdlet_module *const *modules);

/* run.c: runs the pipeline of an event, or tells of commands, to its end. */
void remote_run(struct room *room, struct run *r, struct hop_psrp_event *e);
void remote_init_run(struct server *s, struct run *r,
                     const struct hop_psrp_event *e);

/* stream.c */
struct stream {
    struct hop_sink sink;
    struct room *room;
    enum hop_stream_number number;
};
/* Sinks of all streams for the pipeline at work. */
void remote_streams_init(struct stream streams[HOP_STREAM_NUMBERS],
                         struct room *room);
/* hop_clixml_options.extend: the members that an ErrorRecord is sent with. */
bool remote_extend(struct hop_context *cx, struct hop_value v,
                   struct hop_object *notes);

#endif
