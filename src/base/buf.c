/* SPDX-License-Identifier: MIT */
#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

void
hop_buf_init(struct hop_buf *b, size_t max)
{
    *b = (struct hop_buf)HOP_BUF_INIT;
    b->max = max;
}

static void
release(struct hop_buf *b, char *data, size_t cap)
{
    if (b->secret && data != NULL)
        explicit_bzero(data, cap);
    free(data);
}

void
hop_buf_done(struct hop_buf *b)
{
    release(b, b->data, b->cap);
    b->data = NULL;
    b->len = b->cap = 0;
    b->failed = false;
}

void
hop_buf_clear(struct hop_buf *b)
{
    if (b->secret && b->data != NULL)
        explicit_bzero(b->data, b->cap);
    b->len = 0;
    b->failed = false;
    if (b->data != NULL)
        b->data[0] = '\0';
}

bool
hop_buf_ok(const struct hop_buf *b)
{
    return !b->failed;
}

/* Grows by half, so that appending stays linear and memory stays near. */
static bool
grow(struct hop_buf *b, size_t need)
{
    size_t max = b->max ? b->max : HOP_ALLOC_MAX;
    size_t cap = b->cap + b->cap / 2;
    char *data;

    if (need > max)
        return false;
    if (cap < need + 1)
        cap = need + 1;
    if (cap < 64)
        cap = 64;
    data = b->secret ? malloc(cap) : realloc(b->data, cap);
    if (data == NULL)
        return false;
    if (b->secret) {
        if (b->len)
            memcpy(data, b->data, b->len);
        release(b, b->data, b->cap);
    }
    b->data = data;
    b->cap = cap;
    b->data[b->len] = '\0'; /* also when nothing is committed */
    return true;
}

void *
hop_buf_reserve(struct hop_buf *b, size_t n)
{
    size_t max = b->max ? b->max : HOP_ALLOC_MAX;

    if (b->failed)
        return NULL;
    if (n > max || b->len > max - n ||
        (b->len + n + 1 > b->cap && !grow(b, b->len + n))) {
        b->failed = true;
        return NULL;
    }
    return b->data + b->len;
}

void
hop_buf_commit(struct hop_buf *b, size_t n)
{
    b->len += n;
    b->data[b->len] = '\0';
}

void
hop_buf_add(struct hop_buf *b, const void *p, size_t n)
{
    void *room = hop_buf_reserve(b, n);

    if (room == NULL)
        return;
    if (n)
        memcpy(room, p, n);
    hop_buf_commit(b, n);
}

void
hop_buf_adds(struct hop_buf *b, const char *s)
{
    hop_buf_add(b, s, strlen(s));
}

void
hop_buf_addc(struct hop_buf *b, char c)
{
    hop_buf_add(b, &c, 1);
}

void
hop_buf_fill(struct hop_buf *b, char c, size_t n)
{
    void *room = hop_buf_reserve(b, n);

    if (room == NULL)
        return;
    memset(room, c, n);
    hop_buf_commit(b, n);
}

void
hop_buf_vaddf(struct hop_buf *b, const char *fmt, va_list ap)
{
    va_list again;
    int n;
    char *room;

    va_copy(again, ap);
    n = vsnprintf(NULL, 0, fmt, again);
    va_end(again);
    if (n < 0) {
        b->failed = true;
        return;
    }
    room = hop_buf_reserve(b, (size_t)n);
    if (room == NULL)
        return;
    vsnprintf(room, (size_t)n + 1, fmt, ap);
    hop_buf_commit(b, (size_t)n);
}

void
hop_buf_addf(struct hop_buf *b, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    hop_buf_vaddf(b, fmt, ap);
    va_end(ap);
}

void
hop_buf_consume(struct hop_buf *b, size_t n)
{
    if (n >= b->len) {
        b->len = 0;
    } else {
        memmove(b->data, b->data + n, b->len - n);
        b->len -= n;
    }
    if (b->data != NULL)
        b->data[b->len] = '\0';
}

char *
hop_buf_take(struct hop_buf *b)
{
    char *data;

    if (b->failed)
        return NULL;
    data = b->data ? b->data : hop_xstrdup("");
    b->data = NULL;
    b->len = b->cap = 0;
    return data;
}

const char *
hop_buf_str(const struct hop_buf *b)
{
    return b->data ? b->data : "";
}
