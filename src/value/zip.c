/* SPDX-License-Identifier: MIT */
#include "value/zip.h"

#include <string.h>
#include <zlib.h>

#include "base/alloc.h"
#include "base/module.h"

/* APPNOTE 4.3.7, 4.3.12, 4.3.16: signatures and the parts of fixed length. */
#define LOCAL       0x04034b50u
#define CENTRAL     0x02014b50u
#define END         0x06054b50u
#define LOCAL_N     30
#define CENTRAL_N   46
#define END_N       22
#define COMMENT_MAX 65535

/* APPNOTE 4.4.4: bit 0, encrypted. */
#define ENCRYPTED 1

/* A deflated byte makes no more than about a thousand. */
#define RATIO_MAX 1100

enum method { STORED = 0, DEFLATED = 8 };

static uint16_t
get16(const uint8_t *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}

static uint32_t
get32(const uint8_t *p)
{
    return get16(p) | (uint32_t)get16(p + 2) << 16;
}

static bool
damaged(struct hop_error *err, const char *how)
{
    return hop_error_set(err, HOP_ERROR_PROTOCOL, 0, "%s", how);
}

bool
hop_zip_open(struct hop_zip *z, const void *data, size_t n,
             struct hop_error *err)
{
    const uint8_t *p = data;
    size_t least = n > END_N + COMMENT_MAX ? n - END_N - COMMENT_MAX : 0;
    size_t at = n < END_N ? 0 : n - END_N;

    while (n >= END_N && at > least && get32(p + at) != END)
        at--;
    if (n < END_N || get32(p + at) != END)
        return damaged(err, "End of Central Directory record could not be "
                            "found.");
    *z = (struct hop_zip){p, n, get32(p + at + 16), get16(p + at + 10)};
    if (z->at > at)
        return damaged(err, "Offset to Central Directory cannot be held in an "
                            "Int64.");
    return true;
}

/* The entry's bytes lie behind its local header, which repeats its name. */
static bool
find_bytes(const struct hop_zip *z, size_t at, struct hop_zip_entry *e,
           struct hop_error *err)
{
    const uint8_t *p = z->data + at;
    size_t head;

    if (at > z->n || z->n - at < LOCAL_N || get32(p) != LOCAL)
        return damaged(err, "A local file header is corrupt.");
    head = LOCAL_N + (size_t)get16(p + 26) + get16(p + 28);
    if (z->n - at < head || z->n - at - head < e->packed)
        return damaged(err, "A local file header is corrupt.");
    e->bytes = p + head;
    return true;
}

bool
hop_zip_next(struct hop_zip *z, struct hop_zip_entry *e, struct hop_error *err)
{
    const uint8_t *p = z->data + z->at;
    size_t name, all;

    *e = (struct hop_zip_entry){0};
    if (z->left == 0)
        return true;
    if (z->n - z->at < CENTRAL_N || get32(p) != CENTRAL)
        return damaged(err, "Central Directory corrupt.");
    name = get16(p + 28);
    all = CENTRAL_N + name + get16(p + 30) + get16(p + 32);
    if (z->n - z->at < all)
        return damaged(err, "Central Directory corrupt.");
    if (get16(p + 8) & ENCRYPTED)
        return damaged(err, "The archive entry was encrypted.");
    e->method = get16(p + 10);
    e->crc = get32(p + 16);
    e->packed = get32(p + 20);
    e->size = get32(p + 24);
    if (!find_bytes(z, get32(p + 42), e, err))
        return false;
    e->name = hop_xstrndup((const char *)p + CENTRAL_N, name);
    for (char *c = e->name; *c; c++)
        if (*c == '\\') /* .NET before 4.6.1 wrote these */
            *c = '/';
    z->at += all;
    z->left--;
    return true;
}

/* zlib, loaded when it is first needed; its functions by their own types. */
#define ZLIB(f) ((__typeof__(f) *)hop_module_symbol("libz.so.1", #f))

static bool
inflate_into(const struct hop_zip_entry *e, char *room)
{
    z_stream s = {
        .next_in = (Bytef *)(uintptr_t)e->bytes,
        .avail_in = e->packed,
        .next_out = (Bytef *)room,
        .avail_out = e->size,
    };
    int r;

    /* negative: without a header */
    if (ZLIB(inflateInit2_)(&s, -MAX_WBITS, ZLIB_VERSION, (int)sizeof(s)) !=
        Z_OK)
        return false;
    r = ZLIB(inflate)(&s, Z_FINISH);
    ZLIB(inflateEnd)(&s);
    return r == Z_STREAM_END && s.avail_out == 0;
}

bool
hop_zip_read(const struct hop_zip_entry *e, struct hop_buf *out,
             struct hop_error *err)
{
    char *room;
    bool ok = e->method == STORED ? e->size == e->packed
                                  : e->size / RATIO_MAX <= e->packed;

    if (e->method != STORED && e->method != DEFLATED)
        return damaged(err, "The archive entry was compressed using an "
                            "unsupported compression method.");
    if (!ok)
        return damaged(err, "The archive entry's length is wrong.");
    if (e->size == 0)
        return true;
    room = hop_buf_reserve(out, e->size);
    if (!room)
        return hop_error_set(err, HOP_ERROR_LIMIT, 0,
                             "The archive entry is too large.");
    if (e->method == STORED)
        memcpy(room, e->bytes, e->size);
    else if (!inflate_into(e, room))
        return damaged(err, "The archive entry was compressed using an "
                            "unsupported compression method.");
    if ((uint32_t)ZLIB(crc32)(0, (const Bytef *)room, e->size) != e->crc)
        return damaged(err, "The archive entry's checksum is wrong.");
    hop_buf_commit(out, e->size);
    return true;
}

bool
hop_zip_is_inside(const char *name)
{
    if (name[0] == '/')
        return false;
    for (const char *p = name; *p;) {
        size_t n = strcspn(p, "/");

        if (n == 2 && strncmp(p, "..", 2) == 0)
            return false;
        p += n + (p[n] == '/');
    }
    return true;
}
