/* The parser's first half: finding the ends of heads, bodies and chunks.
 *
 * SPDX-License-Identifier: MIT
 */
#include "http/parser.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "http/fields.h"

#define INTERIM_MAX    8    /* 1xx responses before the real one */
#define CHUNK_LINE_MAX 4096 /* size, extensions */

/* Where in the message the next byte belongs. */
enum part {
    HEAD,
    HEADED, /* the head has been told, nothing decided */
    BODY,
    CHUNK_SIZE,
    CHUNK_EXTENSION,
    CHUNK_SIZE_LF,
    CHUNK_DATA,
    CHUNK_DATA_CR,
    CHUNK_DATA_LF,
    TRAILER_START,
    TRAILER,
    TRAILER_LF,
    LAST_LF,
    END,
};

void
hop_http_parser_init(struct hop_http_parser *p, enum hop_http_role role,
                     uint64_t body_max)
{
    *p = (struct hop_http_parser){.role = role, .body_max = body_max};
    hop_buf_init(&p->text, HOP_HTTP_HEAD_MAX);
    p->text.secret = true; /* Authorization */
}

static void
forget_message(struct hop_http_parser *p)
{
    free(p->fields);
    p->fields = NULL;
    hop_buf_done(&p->text);
    p->head = (struct hop_http_head){0};
    p->piece = NULL;
    p->piece_len = 0;
    p->scanned = 0;
    p->left = p->body_seen = 0;
    p->part = HEAD;
    p->over = false;
}

void
hop_http_parser_forget(struct hop_http_parser *p)
{
    if (p->over)
        forget_message(p);
}

void
hop_http_parser_done(struct hop_http_parser *p)
{
    forget_message(p);
}

static enum hop_http_event
fail(struct hop_http_parser *p, int status, struct hop_error *err,
     const char *why)
{
    p->state = HOP_HTTP_FAILED;
    p->bad_status = status;
    hop_error_set(err, HOP_ERROR_PROTOCOL, 0, "HTTP: %s", why);
    return HOP_HTTP_BAD;
}

/* What is wrong with byte c behind byte before, or NULL. */
static const char *
judge_byte(char before, char c)
{
    if (c == '\n')
        return before == '\r' ? NULL : "a line ends in LF without CR";
    if (before == '\r')
        return "a CR that ends no line";
    if (c == '\0')
        return "a NUL byte in the head";
    if ((c > 0 && c < 0x20 && c != '\t' && c != '\r') || c == 0x7F)
        return "a control byte in the head";
    return NULL;
}

/* Bytes of the head up to and including its empty line; 0 with *why when one is
 * forbidden.  *whole tells whether the empty line was among them. */
static size_t
measure_head(const struct hop_http_parser *p, const char *in, size_t n,
             bool *whole, const char **why)
{
    const char *old = p->text.data;
    size_t len = p->text.len, run = p->scanned;
    char before = len ? old[len - 1] : '\0';

    /* run counts the bytes of CRLFCRLF seen so far. */
    for (size_t i = 0; i < n; i++) {
        *why = judge_byte(before, in[i]);
        if (*why != NULL)
            return 0;
        before = in[i];
        if (in[i] == '\r')
            run = run == 2 ? 3 : 1;
        else if (in[i] == '\n')
            run++;
        else
            run = 0;
        if (run == 4) {
            *whole = true;
            return i + 1;
        }
    }
    *whole = false;
    return n;
}

static size_t
count_line_end(const char *s, size_t n)
{
    static const char end[] = "\r\n\r";

    for (size_t k = 3; k > 0; k--)
        if (n >= k && memcmp(s + n - k, end, k) == 0)
            return k;
    return 0;
}

/* RFC 9112 2.2: one empty line before a request line is ignored. */
static bool
drop_leading_line(struct hop_http_parser *p)
{
    if (memcmp(p->text.data, "\r\n", 2) != 0)
        return true;
    hop_buf_consume(&p->text, 2);
    return p->role == HOP_HTTP_REQUESTS && p->text.len > 2;
}

static enum hop_http_event
finish_head(struct hop_http_parser *p, struct hop_error *err)
{
    if (!drop_leading_line(p))
        return fail(p, 400, err, "empty lines before the message");
    if (!hop_http_fields_parse(p, err)) {
        p->state = HOP_HTTP_FAILED;
        return HOP_HTTP_BAD;
    }
    if (p->role == HOP_HTTP_RESPONSES && p->head.status < 200) {
        if (p->head.status == 101 || ++p->interim > INTERIM_MAX)
            return fail(p, 502, err, "an interim response out of place");
        forget_message(p);
        return HOP_HTTP_MORE;
    }
    p->interim = 0;
    p->part = HEADED;
    p->state = HOP_HTTP_IN_BODY;
    return HOP_HTTP_HEAD;
}

static enum hop_http_event
read_head(struct hop_http_parser *p, const char **in, size_t *n,
          struct hop_error *err)
{
    const char *why = NULL;
    size_t used;
    bool whole = false;

    p->state = HOP_HTTP_IN_HEAD;
    used = measure_head(p, *in, *n, &whole, &why);
    if (why != NULL)
        return fail(p, 400, err, why);
    hop_buf_add(&p->text, *in, used);
    if (!hop_buf_ok(&p->text))
        return fail(p, 431, err, "the head is longer than 16 KiB");
    *in += used;
    *n -= used;
    if (whole)
        return finish_head(p, err);
    p->scanned = count_line_end(p->text.data, p->text.len);
    return HOP_HTTP_MORE;
}

static enum hop_http_event
start_body(struct hop_http_parser *p, struct hop_error *err)
{
    p->scanned = 0;
    switch (p->head.framing) {
    case HOP_HTTP_NO_BODY: p->part = END; break;
    case HOP_HTTP_LENGTH:
        if (p->head.length > p->body_max)
            return fail(p, 413, err, "the body is larger than allowed");
        p->left = p->head.length;
        p->part = BODY;
        break;
    case HOP_HTTP_TO_CLOSE:
        p->left = UINT64_MAX;
        p->part = BODY;
        break;
    case HOP_HTTP_CHUNKED: p->part = CHUNK_SIZE; break;
    }
    return HOP_HTTP_MORE;
}

/* Tells a piece of at most p->left bytes, and where to go behind the last. */
static enum hop_http_event
tell_piece(struct hop_http_parser *p, const char **in, size_t *n,
           enum part after, struct hop_error *err)
{
    size_t take = *n < p->left ? *n : (size_t)p->left;

    if (p->left == 0) {
        p->part = (int)after;
        return HOP_HTTP_MORE;
    }
    if (take > p->body_max - p->body_seen)
        return fail(p, 413, err, "the body is larger than allowed");
    p->piece = *in;
    p->piece_len = take;
    p->body_seen += take;
    if (p->left != UINT64_MAX)
        p->left -= take;
    *in += take;
    *n -= take;
    return take ? HOP_HTTP_BODY : HOP_HTTP_MORE;
}

/* chunk = 1*HEXDIG [ext] CRLF data CRLF, RFC 9112 7.1.  p->scanned counts the
 * digits or bytes of the line. */
static bool
read_chunk_size(struct hop_http_parser *p, char c)
{
    int digit = hop_ascii_hex(c);

    if (digit >= 0) {
        p->left = p->left * 16 + (unsigned)digit;
        return ++p->scanned <= 15;
    }
    if (p->scanned == 0 || (c != '\r' && c != ';' && c != ' ' && c != '\t'))
        return false;
    p->part = c == '\r' ? CHUNK_SIZE_LF : CHUNK_EXTENSION;
    return true;
}

static bool
read_chunk_extension(struct hop_http_parser *p, char c)
{
    if (c == '\r')
        p->part = CHUNK_SIZE_LF;
    return c != '\n' && c != '\0' && ++p->scanned <= CHUNK_LINE_MAX;
}

static bool
expect_byte(struct hop_http_parser *p, char c, char want, enum part next)
{
    p->part = (int)next;
    return c == want;
}

static bool
read_trailer(struct hop_http_parser *p, char c)
{
    if (p->part == TRAILER_START && c == '\r')
        p->part = LAST_LF;
    else
        p->part = c == '\r' ? TRAILER_LF : TRAILER;
    return c != '\n' && c != '\0' && ++p->scanned <= HOP_HTTP_HEAD_MAX;
}

/* One byte of the framing between chunks. */
static bool
read_chunk_byte(struct hop_http_parser *p, char c)
{
    switch ((enum part)p->part) {
    case CHUNK_SIZE: return read_chunk_size(p, c);
    case CHUNK_EXTENSION: return read_chunk_extension(p, c);
    case CHUNK_SIZE_LF:
        p->scanned = 0;
        return expect_byte(p, c, '\n', p->left ? CHUNK_DATA : TRAILER_START);
    case CHUNK_DATA_CR: return expect_byte(p, c, '\r', CHUNK_DATA_LF);
    case CHUNK_DATA_LF: return expect_byte(p, c, '\n', CHUNK_SIZE);
    case TRAILER_START:
    case TRAILER: return read_trailer(p, c);
    case TRAILER_LF: return expect_byte(p, c, '\n', TRAILER_START);
    case LAST_LF: return expect_byte(p, c, '\n', END);
    default: return false;
    }
}

static enum hop_http_event
finish(struct hop_http_parser *p)
{
    p->part = HEAD;
    p->no_body = false;
    p->state = HOP_HTTP_AT_START;
    p->over = true; /* the head stays readable until the next one begins */
    return HOP_HTTP_DONE;
}

static enum hop_http_event
step_once(struct hop_http_parser *p, const char **in, size_t *n,
          struct hop_error *err)
{
    switch ((enum part)p->part) {
    case HEAD: return read_head(p, in, n, err);
    case HEADED: return start_body(p, err);
    case BODY: return tell_piece(p, in, n, END, err);
    case CHUNK_DATA: return tell_piece(p, in, n, CHUNK_DATA_CR, err);
    case END: return finish(p);
    default: break;
    }
    if (!read_chunk_byte(p, **in))
        return fail(p, 502, err, "the chunked body is malformed");
    ++*in;
    --*n;
    return HOP_HTTP_MORE;
}

/* True when the machine can go on without another byte. */
static bool
can_move(const struct hop_http_parser *p, size_t n)
{
    if (p->part == HEADED || p->part == END)
        return true;
    if ((p->part == BODY || p->part == CHUNK_DATA) && p->left == 0)
        return true;
    return n > 0;
}

enum hop_http_event
hop_http_parser_step(struct hop_http_parser *p, const char **in, size_t *n,
                     struct hop_error *err)
{
    enum hop_http_event e = HOP_HTTP_MORE;

    if (p->state == HOP_HTTP_FAILED)
        return fail(p, p->bad_status, err, "the connection is beyond repair");
    if (p->over && *n > 0)
        forget_message(p);
    while (e == HOP_HTTP_MORE && can_move(p, *n))
        e = step_once(p, in, n, err);
    return e;
}

bool
hop_http_parser_eof(struct hop_http_parser *p, struct hop_error *err)
{
    if (p->state == HOP_HTTP_AT_START)
        return true;
    if (p->part == BODY && p->head.framing == HOP_HTTP_TO_CLOSE) {
        finish(p);
        return true;
    }
    p->state = HOP_HTTP_FAILED;
    return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                         "HTTP: the peer closed in the middle of a message");
}
