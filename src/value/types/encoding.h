/* System.Text.Encoding and its kin.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_TYPES_ENCODING_H
#define HOP_VALUE_TYPES_ENCODING_H

#include "value/class.h"
#include "value/context.h"

enum hop_code {
    HOP_CODE_UTF8,
    HOP_CODE_UTF16,
    HOP_CODE_UTF16BE,
    HOP_CODE_UTF32,
    HOP_CODE_UTF32BE,
    HOP_CODE_ASCII,
    HOP_CODE_LATIN1,
    HOP_CODE_UTF7,
    HOP_CODES
};

struct hop_encoding {
    struct hop_object base;
    enum hop_code code;
    bool mark; /* files begin with a byte order mark */
};

/* An encoding object; owned. */
struct hop_value hop_encoding_new(struct hop_context *cx, enum hop_code code,
                                  bool mark);
/* The encoding in v, or NULL. */
const struct hop_encoding *hop_as_encoding(struct hop_value v);
/* Shared descriptions for C code (no objects). */
const struct hop_encoding *hop_encoding_utf8(bool mark);
/* By the names of -Encoding: utf8, utf8BOM, unicode, ascii ...; false: none. */
bool hop_encoding_by_name(const char *name, enum hop_code *code, bool *mark);

/* UTF-8 text to bytes and back; what cannot be said becomes ? or U+FFFD. */
void hop_encoding_encode(const struct hop_encoding *e, const char *s, size_t n,
                         struct hop_buf *out);
void hop_encoding_decode(const struct hop_encoding *e, const void *p, size_t n,
                         struct hop_buf *out);
/* The byte order mark, if the encoding writes one. */
void hop_encoding_preamble(const struct hop_encoding *e, struct hop_buf *out);
/* The code of a file that begins so: its byte order mark's, whose length is in
 * *mark, else that given.  HOP_ENCODING_MARK_MAX bytes are enough. */
#define HOP_ENCODING_MARK_MAX 4
enum hop_code hop_encoding_of_file(enum hop_code code, const void *p, size_t n,
                                   size_t *mark);
/* A file's bytes: a byte order mark decides, else e. */
void hop_encoding_decode_file(const struct hop_encoding *e, const void *p,
                              size_t n, struct hop_buf *out);

extern const struct hop_class hop_class_utf8_encoding,
    hop_class_unicode_encoding, hop_class_utf32_encoding,
    hop_class_ascii_encoding, hop_class_latin1_encoding;

#endif
