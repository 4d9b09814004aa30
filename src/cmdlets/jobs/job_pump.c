/* What comes from a job's process, and its end.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/jobs/job_internal.h"

#include <errno.h>
#include <poll.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "clixml/clixml.h"
#include "cmdlets/jobs/jobs.h"
#include "lang/parse.h"
#include "value/member.h"

static const struct hop_clixml_options options = {.depth = 2, .root = true};

/* ---- what comes ---- */

struct hop_value
job_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return hop_datetime(621355968000000000LL + t.tv_sec * HOP_TICKS_PER_SECOND +
                            t.tv_nsec / 100,
                        HOP_DATE_LOCAL);
}

static const char *
field_text(struct hop_value v, const char *name)
{
    struct hop_value *p =
        v.kind == HOP_OBJECT ? hop_custom_get_text(v.u.o, name) : NULL;

    return p && hop_is_string(hop_value_base(*p)) ? hop_cstr(hop_value_base(*p))
                                                  : "";
}

static int32_t
field_int(struct hop_value v, const char *name)
{
    struct hop_value *p = hop_custom_get_text(v.u.o, name);

    return p && hop_is_integer(*p) ? (int32_t)p->u.i : 0;
}

static struct hop_value
make_progress(struct hop_runspace *rs, struct hop_value v)
{
    struct hop_progress p = {
        .id = field_int(v, "ActivityId"),
        .parent_id = field_int(v, "ParentActivityId"),
        .activity = field_text(v, "Activity"),
        .status = field_text(v, "StatusDescription"),
        .operation = field_text(v, "CurrentOperation"),
        .percent = field_int(v, "PercentComplete"),
        .seconds_remaining = field_int(v, "SecondsRemaining"),
        .completed = field_int(v, "RecordType") != 0,
    };

    return hop_progress_record(rs, &p);
}

/* An error of a process of its own is one from elsewhere. */
static struct hop_value
make_record(struct hop_runspace *rs, struct job *j, int stream,
            struct hop_value v)
{
    if (v.kind != HOP_OBJECT)
        return hop_null();
    if (stream == HOP_PROGRESS)
        return make_progress(rs, v);
    if (stream == HOP_INFORMATION) {
        struct hop_value *data = hop_custom_get_text(v.u.o, "Message");
        struct hop_value *tags = hop_custom_get_text(v.u.o, "Tags");

        return hop_information_record(rs, data ? *data : hop_null(),
                                      tags ? *tags : hop_null(), NULL);
    }
    if (stream == HOP_ERROR)
        return remote_error_of(rs, v, "localhost", j->instance);
    return hop_stream_record(rs, (enum hop_stream_number)stream,
                             field_text(v, "Message"), NULL);
}

/* Objects of another process say where they come from. */
static struct hop_value
mark(struct hop_runspace *rs, struct job *j, struct hop_value v)
{
    struct hop_value w;

    if (hop_is_null(v))
        return v;
    w = hop_wrap(&rs->cx, hop_retain(v));
    hop_custom_set_text(w.u.o, "PSComputerName", hop_text("localhost"));
    hop_custom_set_text(w.u.o, "RunspaceId", hop_retain(j->instance));
    hop_custom_set_text(w.u.o, "PSShowComputerName", hop_bool(false));
    hop_custom_set_text(w.u.o, "PSSourceJobInstanceId",
                        hop_retain(j->instance));
    return w;
}

static void
take_frame(struct hop_runspace *rs, struct job *j, int kind, const char *s,
           size_t n)
{
    struct hop_error err = {0};
    HOP_AUTO_VALUE struct hop_value v = hop_null(), made = hop_null();
    bool fatal = kind == HOP_STREAM_NUMBERS;
    int stream = fatal ? HOP_ERROR : kind, shown = 0;
    struct hop_value *flag;

    if (!hop_clixml_read_one(&rs->cx, &options, s, n, &v, &err))
        return;
    made =
        stream != HOP_OUTPUT ? make_record(rs, j, stream, v) : mark(rs, j, v);
    if (fatal) {
        HOP_AUTO_STRING struct hop_string *name = hop_string_from("Exception");

        j->state = JOB_FAILED;
        if (hop_member_get(&rs->cx, made, name, &j->reason) != HOP_FOUND)
            hop_drop_exception(&rs->cx);
        hop_value_set(&j->failure, hop_retain(made));
        return;
    }
    flag = stream == HOP_INFORMATION && v.kind == HOP_OBJECT
               ? hop_custom_get_text(v.u.o, "Shown")
               : NULL;
    if (flag && flag->u.i)
        shown = JOB_SHOWN;
    hop_array_push(j->results, hop_int(stream | shown));
    hop_array_push(j->results, hop_retain(made));
    hop_array_push(hop_as_array(j->streams[stream]), hop_retain(made));
}

static void
take_frames(struct hop_runspace *rs, struct job *j)
{
    while (j->in.len >= JOB_FRAME_HEAD) {
        const unsigned char *p = (const unsigned char *)j->in.data;
        size_t n =
            p[1] | (size_t)p[2] << 8 | (size_t)p[3] << 16 | (size_t)p[4] << 24;

        if (n > JOB_MAX_FRAME || p[0] < HOP_OUTPUT ||
            p[0] > HOP_STREAM_NUMBERS) {
            job_stop(j);
            return;
        }
        if (j->in.len < JOB_FRAME_HEAD + n)
            return;
        take_frame(rs, j, p[0], j->in.data + JOB_FRAME_HEAD, n);
        hop_buf_consume(&j->in, JOB_FRAME_HEAD + n);
    }
}

static void
finish(struct job *j)
{
    close(j->fd);
    j->fd = -1;
    while (waitpid(j->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    j->pid = 0;
    j->ended = job_now();
    if (j->state == JOB_RUNNING)
        j->state = JOB_COMPLETED;
}

bool
job_pump(struct hop_runspace *rs, struct job *j, int64_t wait_ms)
{
    j = job_worker(j);
    if (j->ops)
        return j->ops->pump(rs, j, wait_ms);
    if (j->thread)
        return wait_ms == 0 || job_is_over(j) ||
               hop_threads_await(rs, wait_ms) >= 0;
    if (j->fd >= 0 && wait_ms != 0 &&
        hop_runspace_wait(rs, j->fd, POLLIN, wait_ms) < 0)
        return false;
    while (j->fd >= 0) {
        char *to = hop_buf_reserve(&j->in, 65536);
        ssize_t n = read(j->fd, to, 65536);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            break;
        if (n == 0) {
            finish(j);
            break;
        }
        hop_buf_commit(&j->in, (size_t)n);
        take_frames(rs, j);
    }
    return true;
}

#define IDLE_MS 100 /* so often a job elsewhere is looked after */

static size_t
idle_wants(void *ctx, struct pollfd *fds, size_t max, int64_t *limit_ms)
{
    const struct job *j = ctx;

    *limit_ms = j->ops && !job_is_over(j) ? IDLE_MS : -1;
    if (j->fd < 0 || !max)
        return 0;
    fds[0] = (struct pollfd){j->fd, POLLIN, 0};
    return 1;
}

static void
idle_work(void *ctx)
{
    struct job *j = ctx;

    bool on = !job_is_over(j) && job_pump(j->rs, j, 0);

    (void)on; /* a stop concerns no job at the prompt */
}

void
job_attend_idly(struct hop_runspace *rs, struct job *j)
{
    j->rs = rs;
    j->idler = (struct hop_idler){j, idle_wants, idle_work, NULL};
    hop_runspace_add_idler(rs, &j->idler);
}
