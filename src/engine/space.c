/* Spaces and threads.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/space.h"

#include <errno.h>
#include <sys/mman.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "engine/engine.h"

#if defined(__SANITIZE_ADDRESS__)
#define HOP_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HOP_ASAN 1
#endif
#endif
#ifdef HOP_ASAN
#include <sanitizer/common_interface_defs.h>
#endif

#define STACK_SIZE    ((size_t)16 << 20)
#define STACK_RESERVE ((size_t)1 << 20)
#define SLICE         200 /* statements and pipeline objects */
#define SPARE_STACKS  8
#define MAX_FDS       256

/* ---- states
 * -------------------------------------------------------------------------- */

/* What belongs to one runspace, put aside: the second half of struct
 * hop_runspace and the context's own. */
#define PART_AT offsetof(struct hop_runspace, host)
#define PART_N  (sizeof(struct hop_runspace) - PART_AT)

struct state {
    struct hop_value pending;
    int depth;
    bool plain;
    unsigned char part[PART_N];
};

static void
save(const struct hop_runspace *rs, struct state *s)
{
    s->pending = rs->cx.pending;
    s->depth = rs->cx.depth;
    s->plain = rs->cx.plain_dictionaries;
    memcpy(s->part, (const unsigned char *)rs + PART_AT, PART_N);
}

static void
load(struct hop_runspace *rs, const struct state *s)
{
    rs->cx.pending = s->pending;
    rs->cx.depth = s->depth;
    rs->cx.plain_dictionaries = s->plain;
    memcpy((unsigned char *)rs + PART_AT, s->part, PART_N);
}

/* Fields of a state that is put aside. */
static void
set_part(struct state *s, size_t field, const void *v, size_t n)
{
    memcpy(s->part + field - PART_AT, v, n);
}

static bool
is_stopped(const struct state *s)
{
    sig_atomic_t stop;

    memcpy(&stop, s->part + offsetof(struct hop_runspace, stop) - PART_AT,
           sizeof(stop));
    return stop != 0;
}

static void
clear(struct hop_runspace *rs)
{
    rs->cx.pending = hop_null();
    rs->cx.depth = 0;
    memset((unsigned char *)rs + PART_AT, 0, PART_N);
}

/* ---- spaces
 * -------------------------------------------------------------------------- */

struct hop_space {
    struct state state;
    struct hop_host *host;
    enum hop_language_mode mode;
    unsigned users;                /* threads and visits at work */
    struct hop_space *other, **at; /* rs->spaces */
    struct hop_space *next;        /* of the spare ones */
};

/* Drives that a user has made stay with the runspace they were made in. */
static bool
is_own(const char *name)
{
    static const char *const all[] = {"/",        "Alias", "Env",
                                      "Function", "Temp",  "Variable"};

    for (size_t i = 0; i < HOP_ARRAY_SIZE(all); i++)
        if (strcmp(all[i], name) == 0)
            return false;
    return true;
}

static void
copy_drives(struct hop_runspace *rs, const struct hop_drive *from)
{
    char *cwd HOP_AUTO_FREE = getcwd(NULL, 0);

    for (; from; from = from->next) {
        struct hop_drive *d;
        if (is_own(from->name))
            continue;
        if (!hop_drive_add(rs, from->name, from->provider, from->root,
                           from->description, &d)) {
            hop_drop_exception(&rs->cx);
            continue;
        }
        if (strcmp(d->name, "/") == 0) {
            rs->drive = d;
            free(d->location);
            d->location = hop_xstrdup(cwd ? cwd : "/");
        }
    }
}

/* Fills the exchanged half, which is empty, with a new runspace. */
static void
begin(struct hop_runspace *rs, struct hop_space *s,
      const struct hop_drive *drives)
{
    rs->host = s->host;
    (void)language_set(rs, HOP_LANGUAGE_FULL, false);
    rs->global = session_new(rs);
    rs->global->top->strict = 0;
    rs->session = rs->global;
    rs->success = true;
    rs->history_next = 1;
    rs->loaded = hop_array_new(&rs->cx, 0);
    copy_drives(rs, drives);
    automatic_start(rs);
    alias_start(rs);
    functions_start(rs);
    hop_runspace_set_language_mode(rs, s->mode);
}

/* Releases what the exchanged half holds. */
void
space_values_clear(struct hop_runspace *rs)
{
    hop_value_clear(&rs->handling);
    hop_value_clear(&rs->raw);
    hop_value_clear(&rs->last_under);
    hop_value_clear(&rs->jobs);
    hop_value_clear(&rs->cim_sessions);
    hop_value_clear(&rs->style);
    hop_value_clear(&rs->listed);
    hop_value_clear(&rs->usings);
    hop_value_clear(&rs->bare);
    hop_value_clear(&rs->history);
    hop_value_clear(&rs->history_line);
    hop_value_clear(&rs->instance);
    hop_string_clear(&rs->label);
}

static void
finish(struct hop_runspace *rs)
{
    space_values_clear(rs);
    hop_drop_exception(&rs->cx);
    if (rs->loaded)
        hop_release(hop_obj(rs->loaded));
    rs->loaded = NULL;
    scope_done(rs, rs->global->top);
    provider_done(rs);
    session_unref(rs->global);
    rs->global = rs->session = NULL;
}

/* The runspace's fields, emptied, as the space has them at its start. */
static void
restart(struct hop_runspace *rs, struct hop_space *s, struct hop_drive *drives,
        char *limit)
{
    clear(rs);
    rs->stack_limit = limit;
    begin(rs, s, drives);
    save(rs, &s->state);
}

/* A space without a state, in the list. */
static struct hop_space *
add_space(struct hop_runspace *rs, struct hop_host *host,
          enum hop_language_mode mode)
{
    struct hop_space *s = hop_xmalloc(sizeof(*s));

    s->host = host;
    s->mode = mode;
    s->other = rs->spaces;
    s->at = &rs->spaces;
    if (s->other)
        s->other->at = &s->other;
    rs->spaces = s;
    return s;
}

struct hop_space *
hop_space_new(struct hop_runspace *rs, struct hop_host *host,
              enum hop_language_mode mode)
{
    struct hop_space *s = add_space(rs, host, mode);
    struct state *outer = hop_xmalloc(sizeof(*outer));
    struct hop_drive *drives = rs->drives;
    char *limit = rs->stack_limit;

    save(rs, outer);
    restart(rs, s, drives, limit);
    load(rs, outer);
    free(outer);
    return s;
}

struct hop_space *
hop_space_part(struct hop_runspace *rs)
{
    struct hop_space *s = add_space(rs, rs->host, rs->language_mode);
    struct hop_drive *drives = rs->drives;
    char *limit = rs->stack_limit;

    save(rs, &s->state);
    clear(rs);
    rs->stack_limit = limit;
    begin(rs, s, drives);
    return s;
}

void
hop_space_reset(struct hop_runspace *rs, struct hop_space *s)
{
    struct state *outer = hop_xmalloc(sizeof(*outer));
    struct hop_drive *drives = rs->drives;
    char *limit = rs->stack_limit;

    save(rs, outer);
    load(rs, &s->state);
    finish(rs);
    restart(rs, s, drives, limit);
    load(rs, outer);
    free(outer);
}

void
hop_space_free(struct hop_runspace *rs, struct hop_space *s)
{
    struct state *outer;

    if (!s)
        return;
    *s->at = s->other;
    if (s->other)
        s->other->at = s->at;
    outer = hop_xmalloc(sizeof(*outer));
    save(rs, outer);
    load(rs, &s->state);
    finish(rs);
    load(rs, outer);
    free(outer);
    free(s);
}

void
hop_spaces_end(struct hop_runspace *rs)
{
    while (rs->spaces)
        hop_space_free(rs, rs->spaces);
}

struct hop_space *
hop_space_take(struct hop_runspace *rs, enum hop_language_mode mode)
{
    struct hop_space *s = rs->spare_spaces;

    if (!s)
        return hop_space_new(rs, NULL, mode);
    rs->spare_spaces = s->next;
    rs->n_spare_spaces--;
    s->mode = mode;
    hop_space_reset(rs, s);
    return s;
}

void
hop_space_put_back(struct hop_runspace *rs, struct hop_space *s)
{
    if (rs->closing || rs->n_spare_spaces >= SPARE_STACKS) {
        hop_space_free(rs, s);
        return;
    }
    s->next = rs->spare_spaces;
    rs->spare_spaces = s;
    rs->n_spare_spaces++;
}

bool
hop_space_is_busy(const struct hop_space *s)
{
    return s->users > 0;
}

void
hop_space_enter(struct hop_runspace *rs, struct hop_space *s,
                struct hop_space_visit *v)
{
    struct state *outer = hop_xmalloc(sizeof(*outer));
    char *limit = rs->stack_limit;

    save(rs, outer);
    v->outer = (unsigned char *)outer;
    v->space = s;
    v->busy = s->users++ > 0;
    load(rs, &s->state);
    rs->stack_limit = limit;
    if (v->busy)
        rs->frame = NULL;
}

void
hop_space_leave(struct hop_runspace *rs, struct hop_space_visit *v)
{
    struct state *outer = (struct state *)(void *)v->outer;

    v->space->users--;
    if (!v->busy)
        save(rs, &v->space->state);
    load(rs, outer);
    free(outer);
    v->outer = NULL;
}

/* ---- threads
 * ------------------------------------------------------------------------- */

struct hop_thread {
    struct hop_thread *next;
    struct hop_space *space; /* NULL: the first thread */
    void (*fn)(struct hop_runspace *rs, void *arg);
    void (*release)(struct hop_runspace *rs, void *arg);
    void *arg;
    struct hop_runspace *rs;
    ucontext_t at;
    char *stack;        /* NULL: the process's own */
    struct state state; /* while another one runs */
    bool started, done, ready;
    bool awaits;        /* notifications */
    struct pollfd *fds; /* waits for these; or NULL */
    nfds_t n_fds;
    int64_t deadline_ms; /* -1: none */
    int woken_by;        /* 1 what it waits for, 0 the time */
#ifdef HOP_ASAN
    void *fake;
    const void *bottom;
    size_t size;
#endif
};

struct threads {
    struct hop_thread first;
    struct hop_thread *list; /* the others */
    struct hop_thread *current;
    unsigned slice;
    char *spare[SPARE_STACKS];
    unsigned n_spare;
};

int64_t
space_now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static struct threads *
threads_of(struct hop_runspace *rs)
{
    if (!rs->threads) {
        rs->threads = hop_xmalloc(sizeof(*rs->threads));
        rs->threads->current = &rs->threads->first;
        rs->threads->first.rs = rs;
        rs->threads->first.started = true;
        rs->threads->slice = SLICE;
    }
    return rs->threads;
}

static char *
stack_new(struct threads *ts)
{
    char *p;

    if (ts->n_spare)
        return ts->spare[--ts->n_spare];
    p = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (p == MAP_FAILED)
        return NULL;
    if (mprotect(p, 4096, PROT_NONE) != 0) {
        munmap(p, STACK_SIZE);
        return NULL;
    }
    return p;
}

static void
stack_free(struct threads *ts, char *p)
{
    if (p && ts->n_spare < SPARE_STACKS)
        ts->spare[ts->n_spare++] = p;
    else if (p)
        munmap(p, STACK_SIZE);
}

/* Frees the threads that are done, but for the caller. */
static void
reap(struct hop_runspace *rs)
{
    struct threads *ts = rs->threads;
    struct hop_thread **at = &ts->list, *t;

    while ((t = *at)) {
        if (!t->done || t == ts->current) {
            at = &t->next;
            continue;
        }
        *at = t->next;
        stack_free(ts, t->stack);
        if (t->release)
            t->release(rs, t->arg);
        free(t);
        at = &ts->list;
    }
}

/* Goes on with t; comes back when it is the caller's turn again. */
static void
switch_to(struct hop_runspace *rs, struct hop_thread *t)
{
    struct threads *ts = rs->threads;
    struct hop_thread *from = ts->current;

    ts->slice = SLICE;
    if (t == from)
        return;
    save(rs, &from->state);
    ts->current = t;
    load(rs, &t->state);
    if (t == &ts->first && rs->stop_asked)
        rs->stop = 1;
#ifdef HOP_ASAN
    __sanitizer_start_switch_fiber(from->done ? NULL : &from->fake, t->bottom,
                                   t->size);
#endif
    swapcontext(&from->at, &t->at);
#ifdef HOP_ASAN
    __sanitizer_finish_switch_fiber(from->fake, NULL, NULL);
#endif
}

static void
wake(struct hop_thread *t, int by)
{
    t->ready = true;
    t->awaits = false;
    t->fds = NULL;
    t->n_fds = 0;
    t->deadline_ms = -1;
    t->woken_by = by;
}

static struct hop_thread *
next_of(struct threads *ts, struct hop_thread *t)
{
    t = t == &ts->first ? ts->list : t->next;
    return t ? t : &ts->first;
}

static bool
is_ready(struct hop_runspace *rs, struct hop_thread *t, int64_t now)
{
    if (t->done)
        return false;
    if (t->ready)
        return true;
    if ((t == &rs->threads->first && rs->stop_asked) ||
        (t->space && t != rs->threads->current && is_stopped(&t->state)))
        wake(t, 0);
    else if (t->deadline_ms >= 0 && now >= t->deadline_ms)
        wake(t, 0);
    return t->ready;
}

/* What the waiting ones wait for: adds to all, from n up to max; *until is the
 * first one's deadline, or -1. */
static nfds_t
add_waits(struct threads *ts, struct pollfd *all, nfds_t n, nfds_t max,
          int64_t *until)
{
    struct hop_thread *t = &ts->first;

    *until = -1;
    do {
        if (!t->done && !t->ready) {
            for (nfds_t i = 0; i < t->n_fds && n < max; i++)
                if (t->fds[i].fd >= 0)
                    all[n++] = t->fds[i];
            if (t->deadline_ms >= 0 && (*until < 0 || t->deadline_ms < *until))
                *until = t->deadline_ms;
        }
        t = next_of(ts, t);
    } while (t != &ts->first);
    return n;
}

/* Looks at what the waiting ones wait for; wait: until one has it. */
static void
look(struct hop_runspace *rs, bool block)
{
    struct threads *ts = rs->threads;
    struct pollfd all[MAX_FDS] = {{rs->wake[0], POLLIN, 0}};
    int64_t now = space_now_ms(), until;
    nfds_t n = add_waits(ts, all, 1, MAX_FDS, &until);
    struct hop_thread *t = &ts->first;
    int64_t wait = !block ? 0 : until < 0 ? -1 : until > now ? until - now : 0;
    if (poll(all, n, wait > INT32_MAX ? INT32_MAX : (int)wait) <= 0)
        return;
    nfds_t k = 1;
    do {
        bool woken = false;
        if (!t->done && !t->ready) {
            for (nfds_t i = 0; i < t->n_fds && k < n; i++) {
                if (t->fds[i].fd < 0)
                    continue;
                t->fds[i].revents = all[k++].revents;
                woken = woken || t->fds[i].revents;
            }
            if (woken)
                wake(t, 1);
        }
        t = next_of(ts, t);
    } while (t != &ts->first);
}

/* The next thread that can go on gets its turn. */
static void
schedule(struct hop_runspace *rs)
{
    struct threads *ts = rs->threads;

    for (bool block = false;; block = true) {
        struct hop_thread *t = ts->current;
        int64_t now;

        look(rs, block);
        if (rs->called)
            runspace_attend(rs);
        now = space_now_ms();
        do {
            t = next_of(ts, t);
            if (is_ready(rs, t, now)) {
                switch_to(rs, t);
                reap(rs);
                return;
            }
        } while (t != ts->current);
    }
}

static void
run_thread(unsigned high, unsigned low)
{
    struct hop_thread *t =
        (struct hop_thread *)((uintptr_t)high << 32 | (uintptr_t)low);
    struct hop_runspace *rs = t->rs;

#ifdef HOP_ASAN
    struct hop_thread *first = &rs->threads->first;
    __sanitizer_finish_switch_fiber(NULL, first->bottom ? NULL : &first->bottom,
                                    first->bottom ? NULL : &first->size);
#endif
    t->fn(rs, t->arg);
    t->done = true;
    save(rs, &t->space->state);
    t->space->users--;
    hop_threads_notify(rs);
    schedule(rs);
}

struct hop_thread *
hop_thread_new(struct hop_runspace *rs, struct hop_space *s,
               void (*fn)(struct hop_runspace *rs, void *arg),
               void (*release)(struct hop_runspace *rs, void *arg), void *arg)
{
    struct threads *ts = threads_of(rs);
    struct hop_thread *t = hop_xmalloc(sizeof(*t)), **at = &ts->list;

    t->stack = stack_new(ts);
    if (!t->stack || getcontext(&t->at) != 0) {
        free(t);
        hop_throw(&rs->cx, &hop_exception_out_of_memory,
                  "Insufficient memory for a further thread.");
        return NULL;
    }
    t->space = s;
    t->fn = fn;
    t->release = release;
    t->arg = arg;
    t->rs = rs;
    t->state = s->state;
    set_part(&t->state, offsetof(struct hop_runspace, stack_limit),
             &(char *){t->stack + STACK_RESERVE}, sizeof(char *));
    set_part(&t->state, offsetof(struct hop_runspace, stop), &(sig_atomic_t){0},
             sizeof(sig_atomic_t));
    s->users++;
    wake(t, 0);
    t->at.uc_stack.ss_sp = t->stack;
    t->at.uc_stack.ss_size = STACK_SIZE;
    t->at.uc_link = NULL;
#ifdef HOP_ASAN
    t->bottom = t->stack;
    t->size = STACK_SIZE;
#endif
    makecontext(&t->at, (void (*)(void))run_thread, 2,
                (unsigned)((uintptr_t)t >> 32), (unsigned)(uintptr_t)t);
    while (*at)
        at = &(*at)->next;
    *at = t;
    return t;
}

void
hop_thread_stop(struct hop_thread *t)
{
    if (t->done)
        return;
    if (t == t->rs->threads->current)
        t->rs->stop = 1;
    else
        set_part(&t->state, offsetof(struct hop_runspace, stop),
                 &(sig_atomic_t){1}, sizeof(sig_atomic_t));
}

/* ---- waiting
 * ------------------------------------------------------------------------- */

void
hop_threads_notify(struct hop_runspace *rs)
{
    struct hop_thread *t;

    if (!rs->threads)
        return;
    t = &rs->threads->first;
    do {
        if (t->awaits && !t->ready)
            wake(t, 1);
        t = next_of(rs->threads, t);
    } while (t != &rs->threads->first);
}

void
hop_threads_call_first(struct hop_runspace *rs)
{
    struct hop_thread *first = rs->threads ? &rs->threads->first : NULL;

    if (first && !first->ready && first != rs->threads->current)
        wake(first, 0);
}

bool
hop_threads_any(const struct hop_runspace *rs)
{
    return rs->threads && rs->threads->list;
}

bool
hop_threads_other(const struct hop_runspace *rs)
{
    return rs->threads && rs->threads->current != &rs->threads->first;
}

/* The caller waits as its fields say. */
static int
sleep_until(struct hop_runspace *rs, struct hop_thread *t, int64_t timeout_ms)
{
    t->deadline_ms = timeout_ms < 0 ? -1 : space_now_ms() + timeout_ms;
    t->ready = false;
    t->woken_by = 0;
    schedule(rs);
    if (rs->stop)
        return -1;
    return t->woken_by;
}

size_t
hop_threads_wants(struct hop_runspace *rs, struct pollfd *fds, size_t max,
                  int64_t *limit_ms)
{
    struct threads *ts = rs->threads;
    int64_t now = space_now_ms(), until;
    nfds_t n;

    ts->current->ready = true; /* it runs: it waits for nothing */
    n = add_waits(ts, fds, 0, (nfds_t)max, &until);
    *limit_ms = until < 0 ? -1 : until > now ? until - now : 0;
    for (struct hop_thread *t = ts->list; t; t = t->next)
        if (!t->done && t->ready)
            *limit_ms = 0;
    return n;
}

int
hop_threads_await(struct hop_runspace *rs, int64_t timeout_ms)
{
    struct hop_thread *t = threads_of(rs)->current;

    if (rs->stop)
        return -1;
    t->awaits = true;
    return sleep_until(rs, t, timeout_ms);
}

int
hop_threads_poll(struct hop_runspace *rs, struct pollfd *f, nfds_t n,
                 int64_t timeout_ms)
{
    struct hop_thread *t;

    if (rs->host && rs->host->ops->flush)
        rs->host->ops->flush(rs->host);
    if (!hop_threads_any(rs))
        return poll(f, n,
                    timeout_ms < 0           ? -1
                    : timeout_ms > INT32_MAX ? INT32_MAX
                                             : (int)timeout_ms);
    t = rs->threads->current;
    for (nfds_t i = 0; i < n; i++)
        f[i].revents = 0;
    t->fds = f;
    t->n_fds = n;
    return sleep_until(rs, t, timeout_ms) > 0;
}

void
hop_threads_turn(struct hop_runspace *rs)
{
    struct threads *ts = rs->threads;

    if (!ts->list || --ts->slice > 0)
        return;
    wake(ts->current, 0);
    schedule(rs);
}

void
hop_threads_end(struct hop_runspace *rs)
{
    struct threads *ts = rs->threads;
    int64_t end = space_now_ms() + 3000;

    if (!ts)
        return;
    rs->stop_asked = 0;
    rs->stop = 0;
    for (struct hop_thread *t = ts->list; t; t = t->next)
        hop_thread_stop(t);
    while (ts->list && space_now_ms() < end)
        (void)hop_threads_await(rs, 100);
    while (ts->list) {
        struct hop_thread *t = ts->list;
        ts->list = t->next;
        munmap(t->stack, STACK_SIZE);
        free(t);
    }
    while (ts->n_spare)
        munmap(ts->spare[--ts->n_spare], STACK_SIZE);
    free(ts);
    rs->threads = NULL;
    while (rs->spare_spaces) {
        struct hop_space *s = rs->spare_spaces;
        rs->spare_spaces = s->next;
        hop_space_free(rs, s);
    }
    rs->n_spare_spaces = 0;
}
