/* The runspaces of a pool that may have several: each is a space of its own,
 * and each pipeline a thread in one (engine/space.h).  The first thread alone
 * takes what comes; the others are told.  As PowerShell has it, a runspace is
 * made when none is idle, and the one used last is used first.
 *
 * SPDX-License-Identifier: MIT
 */
#include <limits.h>
#include <stdio.h>

#include "base/alloc.h"
#include "engine/errors.h"
#include "remote/server.h"

/* A pipeline in its thread. */
struct task {
    struct room *room;
    struct run run;
    struct hop_psrp_event event;
};

void
remote_spread(struct server *s)
{
    int32_t min, max;

    hop_psrp_session_size(s->session, &min, &max);
    if (s->several || max < 2 || s->first.run)
        return;
    s->several = true;
    s->first.space = hop_space_part(s->rs);
    s->carrier->several(s->carrier->ctx);
    hop_psrp_server_runspaces(s->session, INT32_MAX);
}

/* ---- rooms ---- */

static struct room *
new_room(struct server *s)
{
    struct room *room = hop_xmalloc(sizeof(*room));
    struct hop_space_visit visit;

    room->host = s->first.host;
    room->server = s;
    room->space =
        hop_space_new(s->rs, &room->host, hop_runspace_language_mode(s->rs));
    hop_space_enter(s->rs, room->space, &visit);
    remote_set_sender(s);
    hop_space_leave(s->rs, &visit);
    return room;
}

static void
take_out(struct server *s, struct room *room)
{
    struct room **at = &s->rooms;

    while (*at && *at != room)
        at = &(*at)->next;
    if (*at)
        *at = room->next;
}

/* One that is idle comes to the front, with the one used last first. */
static struct room *
idle_room(struct server *s)
{
    struct room *room = s->rooms;

    while (room && room->run)
        room = room->next;
    if (!room)
        room = new_room(s);
    take_out(s, room);
    room->next = s->rooms;
    s->rooms = room;
    return room;
}

void
remote_trim_rooms(struct server *s)
{
    struct room *next;
    int32_t min, max, n = 0;

    hop_psrp_session_size(s->session, &min, &max);
    for (struct room *room = s->rooms; room; room = next) {
        next = room->next;
        if (++n <= max || room->run || room == &s->first ||
            hop_space_is_busy(room->space))
            continue;
        take_out(s, room);
        hop_space_free(s->rs, room->space);
        free(room);
        n--;
    }
}

void
remote_free_rooms(struct server *s)
{
    while (s->rooms) {
        struct room *room = s->rooms;

        s->rooms = room->next;
        if (room != &s->first)
            free(room);
    }
}

/* ---- pipelines ---- */

static void
work(struct hop_runspace *rs, void *arg)
{
    struct task *t = arg;
    struct server *s = t->room->server;

    (void)rs;
    remote_run(t->room, &t->run, &t->event);
    take_out(s, t->room);
    t->room->next = s->rooms;
    s->rooms = t->room;
    hop_threads_call_first(s->rs);
}

static void
release(struct hop_runspace *rs, void *arg)
{
    struct task *t = arg;

    (void)rs;
    hop_psrp_event_done(&t->event);
    free(t);
}

static void
refuse(struct server *s, struct task *t)
{
    struct hop_value record = hop_error_catch(s->rs);
    struct hop_error err = {0};

    t->room->run = NULL;
    if (!hop_psrp_server_end(s->session, &t->run.id, HOP_PSRP_PIPELINE_FAILED,
                             record, &err))
        fprintf(stderr, "hop: %s\n", err.text);
    release(s->rs, t);
}

void
remote_start(struct server *s, struct hop_psrp_event *e)
{
    struct task *t = hop_xmalloc(sizeof(*t));

    t->room = idle_room(s);
    t->event = *e;
    e->message = (struct hop_psrp_message){0};
    remote_init_run(s, &t->run, &t->event);
    t->room->run = &t->run;
    t->run.thread = hop_thread_new(s->rs, t->room->space, work, release, t);
    if (!t->run.thread)
        refuse(s, t);
}

void
remote_end_rooms(struct server *s)
{
    s->over = true;
    if (s->several)
        hop_threads_end(s->rs);
}
