/* System.IO.Stream and its kin.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_TYPES_STREAM_H
#define HOP_VALUE_TYPES_STREAM_H

#include "value/class.h"
#include "value/context.h"

struct hop_stream;

/* What a kind of stream can do; a NULL entry: not supported.  Positions are
 * bytes from the start.  False: an exception is pending. */
struct hop_stream_ops {
    bool (*read)(struct hop_context *cx, struct hop_stream *s, void *p,
                 size_t n, size_t *got); /* *got 0: the end */
    bool (*write)(struct hop_context *cx, struct hop_stream *s, const void *p,
                  size_t n);
    bool (*tell)(struct hop_context *cx, struct hop_stream *s, int64_t *pos);
    bool (*seek)(struct hop_context *cx, struct hop_stream *s, int64_t pos);
    bool (*length)(struct hop_context *cx, struct hop_stream *s, int64_t *n);
    bool (*resize)(struct hop_context *cx, struct hop_stream *s, int64_t n);
    bool (*flush)(struct hop_context *cx, struct hop_stream *s);
    bool (*close)(struct hop_context *cx, struct hop_stream *s);
    void (*free)(struct hop_stream *s);
};

struct hop_stream {
    struct hop_object base;
    const struct hop_stream_ops *ops;
    bool can_read, can_write, closed;
    bool fixed;  /* MemoryStream over an array: cannot grow */
    bool hidden; /* its buffer is not shown by GetBuffer */
    bool leave_open;
    int fd;
    size_t pos;              /* MemoryStream */
    size_t capacity;         /* MemoryStream */
    struct hop_buf bytes;    /* MemoryStream's contents; a cipher's input */
    struct hop_string *path; /* FileStream */
    struct hop_value inner;  /* the stream below, or null */
    void *state;
};

extern const struct hop_class hop_class_stream;

/* The stream in v, or NULL. */
struct hop_stream *hop_as_stream(struct hop_value v);
/* A new object of cls, which is of this size. */
struct hop_stream *hop_stream_new(struct hop_context *cx,
                                  const struct hop_class *cls,
                                  const struct hop_stream_ops *ops);
/* With the checks and exceptions of Stream. */
HOP_MUST_CHECK bool hop_stream_read(struct hop_context *cx,
                                    struct hop_stream *s, void *p, size_t n,
                                    size_t *got);
HOP_MUST_CHECK bool hop_stream_write(struct hop_context *cx,
                                     struct hop_stream *s, const void *p,
                                     size_t n);
HOP_MUST_CHECK bool hop_stream_flush(struct hop_context *cx,
                                     struct hop_stream *s);
HOP_MUST_CHECK bool hop_stream_close(struct hop_context *cx,
                                     struct hop_stream *s);
/* From here to the end, appended. */
HOP_MUST_CHECK bool hop_stream_rest(struct hop_context *cx,
                                    struct hop_stream *s, struct hop_buf *out);
/* FileMode and FileAccess as System.IO has them; mode bits 0666. */
HOP_MUST_CHECK bool hop_stream_open(struct hop_context *cx, const char *path,
                                    int mode, int access,
                                    struct hop_value *out);
/* A StreamReader or StreamWriter over a stream (taken); encoding: an Encoding
 * (borrowed), or null for UTF-8. */
struct hop_value hop_reader_new(struct hop_context *cx, struct hop_value stream,
                                struct hop_value encoding);
struct hop_value hop_writer_new(struct hop_context *cx, struct hop_value stream,
                                struct hop_value encoding);
/* File.Open and its short forms: data is mode * 4 + access, or 0 when they are
 * arguments.  File.OpenText, CreateText, AppendText: data is the mode. */
hop_method_fn hop_file_open_method, hop_file_text_method;
/* ObjectDisposedException with the name of o's type. */
bool hop_throw_disposed(struct hop_context *cx, struct hop_value o,
                        const char *text);
/* For class tables of derived kinds. */
void hop_stream_destroy(struct hop_object *o);

#endif
