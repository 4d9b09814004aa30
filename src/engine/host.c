/* The plain host: two descriptors, no questions.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/host.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/io.h"

/* Who follows a file that grows wants to see it grow. */
#define FLUSH_BYTES 32768
#define FLUSH_MS    100

struct plain {
    struct hop_host host;
    int out, err;
    int failure; /* the errno of the first write to out that failed */
    int64_t flushed_ms;
    void (*lost)(void);
    bool color;
    bool exits;
    int exit_code;
    struct hop_buf buffer; /* of out: many small writes become one */
};

static int64_t
now_ms(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC_COARSE, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void
flush(struct plain *p)
{
    if (p->buffer.len && !p->failure &&
        !hop_fd_write(p->out, p->buffer.data, p->buffer.len)) {
        p->failure = errno;
        if (p->lost)
            p->lost();
    }
    hop_buf_clear(&p->buffer);
    p->flushed_ms = now_ms();
}

static void
flush_when_due(struct plain *p)
{
    if (p->buffer.len > FLUSH_BYTES || p->color ||
        now_ms() - p->flushed_ms >= FLUSH_MS)
        flush(p);
}

static const char *const foregrounds[16] = {"30", "34", "32", "36", "31", "35",
                                            "33", "37", "90", "94", "92", "96",
                                            "91", "95", "93", "97"};
static const char *const backgrounds[16] = {
    "40",  "44",  "42",  "46",  "41",  "45",  "43",  "47",
    "100", "104", "102", "106", "101", "105", "103", "107"};

static void
plain_write(struct hop_host *h, const char *s, size_t n, int fg, int bg)
{
    struct plain *p = (struct plain *)h;
    bool colored = p->color && (fg >= 0 || bg >= 0);

    if (colored && fg >= 0 && fg < 16)
        hop_buf_addf(&p->buffer, "\033[%sm", foregrounds[fg]);
    if (colored && bg >= 0 && bg < 16)
        hop_buf_addf(&p->buffer, "\033[%sm", backgrounds[bg]);
    hop_buf_add(&p->buffer, s, n);
    if (colored)
        hop_buf_adds(&p->buffer, "\033[0m");
    flush_when_due(p);
}

static void
plain_line(struct plain *p, int fd, const char *prefix, const char *color,
           const char *s, size_t n)
{
    struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;

    if (p->color)
        hop_buf_adds(&b, color);
    hop_buf_adds(&b, prefix);
    hop_buf_add(&b, s, n);
    if (p->color)
        hop_buf_adds(&b, "\033[0m");
    if (!n || s[n - 1] != '\n' || p->color)
        hop_buf_addc(&b, '\n');
    if (fd == p->out) {
        hop_buf_add(&p->buffer, b.data, b.len);
        flush_when_due(p);
        return;
    }
    flush(p);
    (void)!hop_fd_write(fd, b.data, b.len);
}

static void
plain_error(struct hop_host *h, const char *s, size_t n)
{
    struct plain *p = (struct plain *)h;

    while (p->color && n && s[n - 1] == '\n')
        n--;
    plain_line(p, p->err, "", "\033[31;1m", s, n);
}

static void
plain_warning(struct hop_host *h, const char *s, size_t n)
{
    struct plain *p = (struct plain *)h;

    plain_line(p, p->out, "WARNING: ", "\033[33;1m", s, n);
}

static void
plain_verbose(struct hop_host *h, const char *s, size_t n)
{
    struct plain *p = (struct plain *)h;

    plain_line(p, p->out, "VERBOSE: ", "\033[33;1m", s, n);
}

static void
plain_debug(struct hop_host *h, const char *s, size_t n)
{
    struct plain *p = (struct plain *)h;

    plain_line(p, p->out, "DEBUG: ", "\033[33;1m", s, n);
}

static void
plain_information(struct hop_host *h, const char *s, size_t n)
{
    struct plain *p = (struct plain *)h;

    plain_line(p, p->out, "", "", s, n);
}

static struct hop_size
plain_size(struct hop_host *h)
{
    struct winsize w = {0};
    struct plain *p = (struct plain *)h;

    if (isatty(p->out) && ioctl(p->out, TIOCGWINSZ, &w) == 0 && w.ws_col)
        return (struct hop_size){w.ws_col, w.ws_row};
    return (struct hop_size){80, 24};
}

static bool
plain_color(struct hop_host *h)
{
    return ((struct plain *)h)->color;
}

static void
plain_application(struct hop_host *h)
{
    flush((struct plain *)h);
}

static void
plain_should_exit(struct hop_host *h, int code)
{
    struct plain *p = (struct plain *)h;

    p->exits = true;
    p->exit_code = code;
}

static const struct hop_host_ops plain_ops = {
    .name = "ConsoleHost",
    .version = "7.6.5",
    .write = plain_write,
    .flush = plain_application,
    .write_error = plain_error,
    .write_warning = plain_warning,
    .write_verbose = plain_verbose,
    .write_debug = plain_debug,
    .write_information = plain_information,
    .window_size = plain_size,
    .buffer_size = plain_size,
    .supports_color = plain_color,
    .should_exit = plain_should_exit,
    .begin_application = plain_application,
};

struct hop_host *
hop_host_plain_new(int out_fd, int err_fd, bool color)
{
    struct plain *p = hop_xmalloc(sizeof(*p));

    p->host.ops = &plain_ops;
    p->out = out_fd;
    p->err = err_fd;
    p->color = color;
    p->exits = false;
    p->failure = 0;
    p->lost = NULL;
    p->flushed_ms = 0;
    return &p->host;
}

bool
hop_host_plain_exit(const struct hop_host *h, int *code)
{
    const struct plain *p = (const struct plain *)h;

    if (p->exits)
        *code = p->exit_code;
    return p->exits;
}

void
hop_host_plain_watch(struct hop_host *h, void (*lost)(void))
{
    ((struct plain *)h)->lost = lost;
}

int
hop_host_plain_flush(struct hop_host *h)
{
    struct plain *p = (struct plain *)h;

    flush(p);
    return p->failure;
}

void
hop_host_free(struct hop_host *h)
{
    struct plain *p = (struct plain *)h;

    if (!h || h->ops != &plain_ops)
        return;
    flush(p);
    hop_buf_done(&p->buffer);
    free(p);
}
