/* What the files of hopd-run-ps share: a PSRP shell, carried between hopd-net's
 * channel and the session that the engine serves.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_SERVER_RUN_PS_H
#define HOP_SERVER_RUN_PS_H

#include "base/guid.h"
#include "psrp/session.h"
#include "server/holding.h"
#include "server/messages.h"
#include "server/outbox.h"

/* A pipeline, or with the zero id the pool. */
struct ps_command {
    struct ps_command *next;
    char id[HOP_GUID_TEXT]; /* as the client writes it; "" for the pool */
    struct hop_guid guid;
    struct hop_outbox outbox;
    bool forgotten; /* terminated by the client: nothing more is sent */
    bool hungry;    /* waits for input, whatever others have waiting */
    struct hop_holding held; /* behind the outbox, while the client is away */
    uint32_t waiting; /* id of the INPUT to be answered by TAKEN, 0: none */
    /* Ids of SIGNALs to be answered: when the end that was asked for has been
     * told; when the id is free again.  0: none. */
    uint32_t stopping, closing;
};

struct ps;

/* What is behind the shell: the engine in this process, or a program. */
struct ps_back {
    /* Whole fragments of the client's.  What was refused, the client learns
     * from what is behind. */
    void (*feed)(struct ps *p, struct ps_command *k,
                 enum hop_psrp_stream stream, const void *data, size_t n);
    /* Bytes fed and not used. */
    size_t (*unread)(struct ps *p);
    /* A pipeline begins: is the id free?  err has what a fault needs. */
    bool (*command)(struct ps *p, const struct hop_guid *guid,
                    struct hop_error *err);
    /* The pipeline is to end at once; close: and to be forgotten. */
    void (*stop)(struct ps *p, struct ps_command *k, bool close);
    /* Has it yet to end? */
    bool (*is_at_work)(struct ps *p, const struct ps_command *k);
    void (*forget)(struct ps *p, struct ps_command *k);
    /* Appends connectResponseXml's content for connectXml's. */
    bool (*connect)(struct ps *p, const void *data, size_t n,
                    struct hop_buf *out, struct hop_error *err);
};

/* States in which messages of hopd-net are taken. */
enum { PS_WAITING = 1, PS_OPEN = 2 };

struct ps {
    struct hop_ipc keeper, net;
    uint32_t state;
    bool ending;
    const struct ps_back *back;
    struct hop_psrp_session *session; /* of the engine */
    void (*attended)(void *with);     /* between two of its statements */
    void *attended_with;
    struct hop_runspace *rs;
    struct ps_program *program; /* else */
    char *program_name;         /* NULL: the engine */
    struct ps_command pool, *commands;
    struct ps_command *at_work; /* NULL: none */
    uint32_t open_id;           /* of the OPEN */
    bool handing_on;            /* the timer for it runs */
    bool several;               /* pipelines side by side, in threads */
    unsigned stops, stops_seen; /* asked for by the client */
    struct hop_buf note;        /* of hopd-net, given back on re-attach */
    struct hop_buf content;     /* creationXml */
    char connection[1024], resource[512];
    size_t window_bytes, shell_bytes, floor_bytes;
    size_t fragment_bytes;
    bool drop; /* the client is away: the newest output is kept, and waits */
};

/* run_ps.c: what comes there calls the runspace's attendant. */
void ps_watch_fd(int fd);
/* run_ps_net.c: takes everything that has come from keeper and hopd-net. */
void ps_pump(struct ps *p);
/* Writes what the channels take. */
void ps_flush(struct ps *p);
struct ps_command *ps_find(struct ps *p, const struct hop_guid *guid);
/* Answers INPUTs for which the session has an appetite again; hungry: the
 * pipeline at work waits for some. */
void ps_answer_input(struct ps *p, bool hungry);
/* Answers SIGNALs for pipelines whose end cannot be told because the client
 * reads nothing. */
void ps_answer_stops(struct ps *p);
/* Bytes that this command may add to its outbox. */
size_t ps_room(const struct ps *p, const struct ps_command *k);
/* Answers a STARTED pipeline's end, once all it wrote is in the outbox. */
void ps_finish(struct ps *p, struct ps_command *k);
/* run_ps_program.c: serves the shell by p->program_name until it ends. */
HOP_MUST_CHECK bool ps_program_serve(struct ps *p, struct hop_error *err);
/* Forgets it; the session as well. */
void ps_remove(struct ps *p, struct ps_command *k);
void ps_done(struct ps *p);

#endif
